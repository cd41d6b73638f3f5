"""From what a domain says of senders' TLS to situations of the catalogue.

What is wrong, and who reads it otherwise, `pyfinger.policy` knows; here its words come
into the catalogue's sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyfinger.model import Level
from pyfinger.policy.advice import (
    SHORT,
    TESTING,
    UNUSABLE_URI,
    UNUSED,
    Advice,
    Why,
    advise_sts,
    advise_tlsrpt,
)
from pyfinger.policy.discovery import StsFound, TlsrptFound
from pyfinger.policy.fetch import FetchFault, FetchProblem, Problem
from pyfinger.policy.mta_sts import PolicyFault, PolicyProblem, StsMode
from pyfinger.policy.programs import OVERRIDING
from pyfinger.policy.sender import Action, Basis, Handling, PkiState, SenderReason
from pyfinger.policy.txt import RecordStatus, TxtProblem
from pyfinger.report.document.findings import Delivery, Finding, Situation
from pyfinger.report.explanation.explaining import CATALOGUE, Standing, found_in
from pyfinger.report.explanation.seen import Seen
from pyfinger.report.words import lookup_failure
from pyfinger.values import replace

_REFUSING = Standing(Level.ENCRYPT, Level.ENCRYPT, Delivery.DEFERRED)
_TESTING = Standing(Level.ENCRYPT, Level.ENCRYPT, Delivery.ENCRYPTED)

_SO_FAR = " The mode is testing: so far they do, and report it."

_FAULTS: Mapping[FetchFault, Situation] = {
    FetchFault.LOOKUP: Situation.STS_HOST_UNREACHABLE,
    FetchFault.NO_ADDRESS: Situation.STS_HOST_UNREACHABLE,
    FetchFault.CONNECT: Situation.STS_HOST_UNREACHABLE,
    FetchFault.TIMEOUT: Situation.STS_HOST_UNREACHABLE,
    FetchFault.TLS: Situation.STS_HOST_WITHOUT_TLS,
    FetchFault.NAME: Situation.STS_HOST_MISNAMED,
    FetchFault.CERTIFICATE: Situation.STS_HOST_UNTRUSTED,
    FetchFault.HTTP: Situation.STS_POLICY_REFUSED,
}
_OF_ADVICE: Mapping[Why, Situation] = {
    SHORT: Situation.STS_SHORT_LIVED,
    TESTING: Situation.STS_ONLY_TESTING,
    UNUSED: Situation.STS_PATTERN_UNUSED,
    UNUSABLE_URI: Situation.TLSRPT_URI_USELESS,
}
_PKI: Mapping[PkiState, Situation] = {
    PkiState.WRONG_NAME: Situation.STS_MX_MISNAMED,
    PkiState.EXPIRED: Situation.STS_MX_EXPIRED,
    PkiState.UNTRUSTED: Situation.STS_MX_UNTRUSTED,
    PkiState.UNKNOWN: Situation.STS_MX_UNTRUSTED,
}


def sts_situations(found: StsFound, hosts: Sequence[str]) -> Iterator[Finding]:
    """Of the record and the policy; `hosts` are the domain's."""
    owner, reading = found.lookup.name, found.reading
    facts: dict[str, object] = {"domain": found.domain}
    if found.failure is not None:
        yield _found(Situation.STS_LOOKUP_FAILED, owner, {**facts, "why": lookup_failure(found.failure)})
    elif reading.problem is not None:
        absent = reading.status in (RecordStatus.NONE, RecordStatus.DISCARDED)
        situation = Situation.STS_ABSENT if absent else Situation.STS_RECORD_INVALID
        yield _found(situation, owner, {**facts, "why": problem_words(reading.problem)})
    if found.fetched is not None and found.fetched.problem is not None:
        problem, host = found.fetched.problem, found.fetched.host
        yield _found(situation_of(problem), host, {"host": host, "why": problem_words(problem)})
    if found.policy is not None and found.policy.mode is StsMode.NONE:
        yield _found(Situation.STS_MODE_NONE, owner, facts)
    for advice in advise_sts(found, hosts):
        yield from _advised(advice, Situation.STS_READ_OTHERWISE, owner)


def tlsrpt_situations(found: TlsrptFound) -> Iterator[Finding]:
    """Of the record of TLSRPT."""
    owner, reading = found.lookup.name, found.reading
    example = f'{owner}. IN TXT "v=TLSRPTv1; rua=mailto:tls-reports@{found.domain}"'
    facts: dict[str, object] = {"domain": found.domain}
    if found.failure is not None:
        yield _found(Situation.TLSRPT_LOOKUP_FAILED, owner, {**facts, "why": lookup_failure(found.failure)})
    elif reading.problem is not None:
        absent = reading.status in (RecordStatus.NONE, RecordStatus.DISCARDED)
        situation = Situation.TLSRPT_ABSENT if absent else Situation.TLSRPT_INVALID
        yield _found(situation, owner, {**facts, "why": problem_words(reading.problem)}, (example,))
    for advice in advise_tlsrpt(found):
        yield from _advised(advice, Situation.TLSRPT_READ_OTHERWISE, owner)


def host_situations(
    host: str, domain: str, decisions: Mapping[str, Handling], shown: tuple[PkiState, str, str]
) -> Iterator[Finding]:
    """Of one MX host; `decisions` are those of senders that know `sts`, and `both`.

    `shown` is what its certificate is worth, in words, too, and the names it has.
    """
    pki, why, names = shown
    alone, both = decisions["sts"], decisions.get("both")
    facts: dict[str, object] = {"host": host, "domain": domain, "why": why, "names": names or "no DNS name"}
    stand = _TESTING if alone.action is Action.REPORT else _REFUSING
    found: Finding | None = None
    match alone.reason:
        case SenderReason.MX_NOT_LISTED:
            found = _found(Situation.STS_MX_NOT_LISTED, host, facts, (f"mx: {host}",), stand)
        case SenderReason.NO_STARTTLS if alone.basis is Basis.STS:
            found = _found(Situation.STS_MX_WITHOUT_STARTTLS, host, facts, (), stand)
        case SenderReason.PKI_FAILS:
            found = _found(_PKI[pki], host, facts, (), stand)
    if found is not None:
        yield replace(found, text=f"{found.text}{_SO_FAR}") if stand is _TESTING else found
    if both is None or both.basis is not Basis.DANE or both.action is Action.UNKNOWN:
        return
    facts = {**facts, "why": both.reason.value, "programs": " and ".join(map(str, OVERRIDING))}
    if alone.action is Action.DELIVER and both.action is Action.SKIP:
        yield replace(_found(Situation.STS_FOR_FAILING_DANE, host, facts), result=both.result)
    else:
        yield _found(Situation.STS_BESIDE_DANE, host, facts)


def situation_of(problem: Problem) -> Situation:
    """Why there is no policy."""
    if isinstance(problem, FetchProblem):
        return _FAULTS[problem.fault]
    if problem.fault is PolicyFault.REDIRECT:
        return Situation.STS_POLICY_REDIRECTED
    refused = problem.fault is PolicyFault.STATUS
    return Situation.STS_POLICY_REFUSED if refused else Situation.STS_POLICY_INVALID


def problem_words(problem: TxtProblem | Problem) -> str:
    """What is wrong, and what it is about."""
    if isinstance(problem, FetchProblem):
        detail = problem.http.value if problem.http else problem.detail
    elif isinstance(problem, PolicyProblem):
        detail = f"line {problem.line}: {problem.text}" if problem.line else problem.text
    else:
        detail = problem.text
    return f"{problem.fault.value} ({detail})" if detail else problem.fault.value


def _advised(advice: Advice, otherwise: Situation, owner: str) -> Iterator[Finding]:
    """What `policy` says should be mended; a host that is not listed is told with the hosts."""
    situation = otherwise if advice.programs else _OF_ADVICE.get(advice.why[0])
    if situation is None:
        return
    publish = tuple(advice.instead.splitlines())
    if advice.instead.startswith("v="):
        publish = (f'{owner}. IN TXT "{advice.instead}"',)
    words = str(advice) if advice.programs else str(advice).capitalize()
    yield _found(situation, owner, {"why": words}, publish)


def _found(
    situation: Situation,
    subject: str,
    facts: Mapping[str, object],
    publish: tuple[str, ...] = (),
    stand: Standing = _REFUSING,
) -> Finding:
    """In words; what a report would call it is told in any mode, since reports are what testing is for."""
    finding = found_in(Seen(situation, subject, facts, publish), stand)
    return replace(finding, result=CATALOGUE[situation].result)
