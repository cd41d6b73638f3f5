"""A Postfix TLS policy map beside what the sites it names offer now.

    line of the map -> its policy -> the site under that policy -> as much, less, or more than it asks

More, if the site would fulfil a stronger policy, at every host, address and key: `offers` is it.
Less, if mail would be deferred because of the line.  That is decided by the verdicts of
`pyfinger.check`; what keeps mail waiting whatever the map says (no such domain, a server that is
down) is no business of the line, and `could not tell`.

Strength is what a sender can rely on, in four steps: nothing; TLS against those who only listen;
a certificate of whoever the MX records, which may be forged, name (`verify`); the site itself
(`dane-only`, `secure`, `fingerprint`).  `dane` is what the records of the site make of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum

from pyfinger.check.report_model import CheckVerdict, DomainCheck
from pyfinger.errors import UsageError
from pyfinger.maincf.map_source import folded
from pyfinger.maincf.tls_policy import MapPolicy, is_parent, keys_for
from pyfinger.model import Level
from pyfinger.report.document import Outcome
from pyfinger.survey.audit_model import AuditedEntry, MapComparison, MapLineAudit, unseen
from pyfinger.survey.budget import is_address
from pyfinger.survey.rejudging import Rejudging, Site
from pyfinger.values import replace

MOST_NAMES = 5  # of a match that is proposed


class Strength(IntEnum):
    """What a sender can rely on."""

    NOTHING = 0
    OPPORTUNISTIC = 1
    ENCRYPTED = 2
    NAMED_BY_MX = 3
    AUTHENTICATED = 4


_STRENGTHS = {
    Level.NONE: Strength.NOTHING,
    Level.MAY: Strength.OPPORTUNISTIC,
    Level.ENCRYPT: Strength.ENCRYPTED,
    Level.VERIFY: Strength.NAMED_BY_MX,
}
_OPTIONAL = (Level.NONE, Level.MAY, Level.DANE)  # to whom `dane` is more, or as much, and never less
_BY_DEFERRAL = {Outcome.NOT_MET, Outcome.NO_STARTTLS, Outcome.TLS, Outcome.DNS_BOGUS}


class MapAuditor:
    """Compares, by one run's evidence."""

    def __init__(
        self, rejudging: Rejudging, entries: Sequence[AuditedEntry], sites: Mapping[str, Site]
    ) -> None:
        """`sites`: what the run has seen, by next hop."""
        self._rejudging = rejudging
        self._sites = sites
        self._below = _decided_by(entries, sites)

    def line(self, audited: AuditedEntry) -> MapLineAudit:
        """One entry."""
        entry, policy, line = audited.entry, audited.policy, unseen(audited)
        if policy is None:
            return line
        if is_parent(entry.key):
            return self._parent(line, policy)
        if entry.key.startswith("/"):
            return replace(line, reason="a unix-domain socket of this machine")
        nexthop = folded(entry.key)
        return self._compared(line, policy, self._sites[nexthop]) if nexthop in self._sites else line

    def _parent(self, line: MapLineAudit, policy: MapPolicy) -> MapLineAudit:
        """All names of the run that this line decides; they have the line in common, so the worst counts."""
        names = self._below.get(folded(line.key), [])
        if not names:
            return replace(line, reason="no name below it is in the run")
        found = [self._compared(line, policy, self._sites[name]) for name in names]
        worst = min(found, key=lambda one: _WEIGHT[one.comparison])
        if worst.comparison is MapComparison.MORE and len({one.offers for one in found}) > 1:
            worst = replace(worst, comparison=MapComparison.SAME, offers="")
        reason = f"{worst.domains[0]}: {worst.reason}" if len(found) > 1 else worst.reason
        return replace(worst, domains=tuple(names), reason=reason)

    def _compared(self, line: MapLineAudit, policy: MapPolicy, site: Site) -> MapLineAudit:
        line = replace(line, domains=(site.found.destination.typed,))
        try:
            own = self._rejudging.check(site, policy)
        except UsageError as error:
            return replace(line, comparison=MapComparison.INVALID, reason=str(error))
        line = replace(line, verdict=own.verdict, reason=own.reason)
        if policy.level in (Level.VERIFY, Level.SECURE) and self._rejudging.trusts_nobody(policy):
            return replace(line, verdict=None, reason="no authority is trusted (--ca-file, --ca-path)")
        offer = self._offer(site, policy)
        offers = offer.text if offer and offer != policy else ""
        comparison = _own_comparison(policy, own)
        if comparison is not MapComparison.SAME:
            return replace(line, comparison=comparison, offers=offers)
        if offer is None or _strength(offer) <= self._relied_on(policy, own):
            return replace(line, comparison=comparison)
        reason = self._rejudging.check(site, offer).reason
        return replace(line, comparison=MapComparison.MORE, offers=offers, reason=reason)

    def _relied_on(self, policy: MapPolicy, own: DomainCheck) -> Strength:
        if not policy.level.uses_dane or own.verdict is CheckVerdict.OK:
            return _strength(policy)
        levels = [host.level for host in own.hosts]  # what is left of DANE, where not every host has it
        weakest = min((level for level in levels if level is not None), default=Level.MAY)
        return min(_STRENGTHS.get(weakest, Strength.OPPORTUNISTIC), Strength.ENCRYPTED)

    def _offer(self, site: Site, policy: MapPolicy) -> MapPolicy | None:
        """The strongest policy that holds everywhere; of a plugin's lines nothing is made."""
        if policy.policy_type:
            return None
        for candidate in _candidates(site, policy):
            if candidate.level is Level.SECURE and self._rejudging.trusts_nobody(candidate):
                continue
            if _holds(self._rejudging.check(site, candidate)):
                optional = candidate.level is Level.DANE_ONLY and policy.level in _OPTIONAL
                return replace(candidate, level=Level.DANE) if optional else candidate
        return None


_WEIGHT = {
    MapComparison.INVALID: 0,
    MapComparison.LESS: 1,
    MapComparison.COULD_NOT_TELL: 2,
    MapComparison.SAME: 3,
    MapComparison.MORE: 4,
}


def _decided_by(entries: Sequence[AuditedEntry], sites: Mapping[str, Site]) -> dict[str, list[str]]:
    """Of each key the next hops of the run that find it first."""
    keys = {folded(one.entry.key) for one in entries if one.policy is not None}
    found: dict[str, list[str]] = {}
    for nexthop in sites:
        deciding = next((key for key in keys_for(nexthop) if key in keys), None)
        if deciding is not None:
            found.setdefault(deciding, []).append(nexthop)
    return found


def _strength(policy: MapPolicy) -> Strength:
    return _STRENGTHS.get(policy.level, Strength.AUTHENTICATED)


def _own_comparison(policy: MapPolicy, own: DomainCheck) -> MapComparison:
    """Whether mail goes out under the line."""
    if own.verdict is CheckVerdict.COULD_NOT_TELL:
        return MapComparison.COULD_NOT_TELL
    if own.verdict in (CheckVerdict.FAILED, CheckVerdict.DEGRADED):
        if own.outcome not in _BY_DEFERRAL:
            return MapComparison.COULD_NOT_TELL
        return MapComparison.LESS if policy.level > Level.MAY else MapComparison.SAME
    if own.verdict is CheckVerdict.NOT_PROTECTED and policy.level is Level.DANE_ONLY:
        return MapComparison.LESS
    return MapComparison.SAME


def _holds(check: DomainCheck) -> bool:
    """Whether a policy is fulfilled everywhere; `may` is, if there is TLS at all."""
    if check.verdict is CheckVerdict.OK:
        return True
    chains = [chain for host in check.hosts for address in host.addresses for chain in address.chains]
    met = all(chain.outcome in (Outcome.MET, None) for chain in chains)
    levels = {host.level for host in check.hosts}
    return levels == {Level.MAY} and met and any(chain.protocol for chain in chains)


def _candidates(site: Site, policy: MapPolicy) -> Iterator[MapPolicy]:
    """Stronger ones first."""
    yield policy.at(Level.DANE_ONLY)
    for match in ((), *_matches(site)):
        yield policy.at(Level.SECURE, match)
    yield policy.at(Level.ENCRYPT)
    yield policy.at(Level.MAY)


def _matches(site: Site) -> Iterator[tuple[str, ...]]:
    """Names of the hosts that an administrator may have reason to trust: theirs, or the operators'."""
    hosts = tuple(dict.fromkeys(host.host.name.lower() for host in site.found.hosts))
    owners = tuple(dict.fromkeys(f".{_owner(host)}" for host in hosts))
    for names in (owners, hosts):
        if 0 < len(names) <= MOST_NAMES and not any(map(is_address, hosts)):
            yield names


def _owner(host: str) -> str:
    """The domain whose hosts are trusted in place of one: rather too narrow than everybody's, as `id.au`."""
    labels = host.rstrip(".").split(".")
    return ".".join(labels[-3:] if len(labels[-1]) == 2 else labels[-2:])
