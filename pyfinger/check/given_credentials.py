"""Credentials in the place of servers (`--certificate`): each judged by what every host has to prove.

What is given of a host takes the place of its connections: of each key algorithm there is one
credential, or no such key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.check.evidence import Evidence, EvidenceStage, Withheld
from pyfinger.check.found import FoundDomain, Visit
from pyfinger.check.report_model import KeyAlgorithm
from pyfinger.errors import UsageError
from pyfinger.model import Hop
from pyfinger.model.given import Given, GivenCredential
from pyfinger.prober.context import Context, Target
from pyfinger.prober.given_credential import judge_credential, refuse_unclear

_KINDS = frozenset(kind for algorithm in KeyAlgorithm for kind in algorithm.kinds)


def refuse_contradictions(given: Given, domains: Sequence[FoundDomain]) -> None:
    """`UsageError` if it cannot be told what is given for whom."""
    hops = list(_hops(domains))
    if hops:
        typed = ", ".join(domain.destination.typed for domain in domains)
        refuse_unclear(given, typed, [hop.host for hop in hops])
    hosts: dict[tuple[str, int | None], Hop] = {}
    for hop in hops:
        other = hosts.setdefault((hop.address, hop.port), hop)
        if given.credentials_of(other.host) != given.credentials_of(hop.host):
            raise UsageError(
                f"--certificate: {other.host} and {hop.host} are both at {hop.address}, and have"
                " certificates of their own: check one at a time"
            )
    for host in dict.fromkeys(hop.host.lower() for hop in hops):
        for algorithm in KeyAlgorithm:
            found = [each.source for each in given.credentials_of(host) if each.kind in algorithm.kinds]
            if len(found) > 1:
                raise UsageError(
                    f"--certificate: {host} has several with {algorithm.value} keys: {', '.join(found)}"
                )


def _hops(domains: Sequence[FoundDomain]) -> Iterator[Hop]:
    for domain in domains:
        for host in domain.hosts:
            yield from (address.hop for address in host.addresses)


def judge_visit(
    context: Context, visit: Visit, evidence: Evidence, first: KeyAlgorithm
) -> Evidence | Withheld:
    """What is given of a host, of one key algorithm; `first` is the one that odd keys are told with."""
    given = context.options.given
    found = given.credentials_of(visit.hop.host) if given is not None else ()
    if not found:
        return Withheld("no certificate is given for it")
    chosen = _chosen(found, visit.algorithm, odd=visit.algorithm is first)
    if chosen is None:
        evidence.stage, evidence.given = EvidenceStage.HANDSHAKE, found[0].source
    else:
        judge_credential(context, Target(visit.hop.peer, visit.nexthop, visit.policy), chosen)
    return evidence


def _chosen(
    found: Sequence[GivenCredential], algorithm: KeyAlgorithm, *, odd: bool
) -> GivenCredential | None:
    if algorithm is KeyAlgorithm.ANY:
        return found[0]
    fitting = [each for each in found if each.kind in algorithm.kinds]
    rest = [each for each in found if each.kind not in _KINDS] if odd else []
    return next(iter([*fitting, *rest]), None)
