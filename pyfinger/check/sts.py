"""What a domain's MTA-STS and TLSRPT come to: each MX host against the policy, and what senders do.

Pure: from what was found to values of the report.  A policy is no part of DANE: it is said what
senders do that know the one, the other, or both, of whom DANE decides first (RFC 8461 section 2).
Whether a certificate is good enough for a policy is judged by the web's authorities, whatever the
level of the check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pyfinger.check.evidence import Evidence
from pyfinger.check.found import FoundAddress, FoundDomain, FoundHost
from pyfinger.check.policies import DomainPolicies, PolicyFinder
from pyfinger.check.report_model import (
    ChainCheck,
    CheckVerdict,
    DomainCheck,
    Extent,
    HostCheck,
    KeyAlgorithm,
    SenderDecision,
    SenderKind,
    StsCheck,
    StsHostCheck,
    TlsrptCheck,
    combined,
)
from pyfinger.check.sts_situations import host_situations, problem_words, sts_situations, tlsrpt_situations
from pyfinger.check.verdicts import Findings
from pyfinger.errors import CredentialError
from pyfinger.model import Credential, Level, TlsaStatus
from pyfinger.policy.discovery import TlsrptFound
from pyfinger.policy.mta_sts import StsMode, StsPolicy
from pyfinger.policy.sender import (
    BOTH,
    DANE_ONLY,
    STS_ONLY,
    Action,
    DaneState,
    Handling,
    HostFacts,
    PkiState,
    decide,
)
from pyfinger.policy.txt import RecordStatus, TxtFault
from pyfinger.policy.webpki import WebVerifier
from pyfinger.report.document import Outcome
from pyfinger.report.document.findings import Finding, Weight
from pyfinger.report.explanation.explaining import by_weight
from pyfinger.report.words import lookup_failure
from pyfinger.values import Value, replace
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.failures import text as x509_text
from pyfinger.x509.trust_store import Store

_SENDERS = ((SenderKind.DANE, DANE_ONLY), (SenderKind.STS, STS_ONLY), (SenderKind.BOTH, BOTH))
_VERDICTS = {
    Action.DELIVER: CheckVerdict.OK,
    Action.REPORT: CheckVerdict.FAILED,
    Action.SKIP: CheckVerdict.FAILED,
    Action.UNKNOWN: CheckVerdict.COULD_NOT_TELL,
}
_EXPIRY = (X509VErr.CERT_HAS_EXPIRED, X509VErr.ERROR_IN_CERT_NOT_AFTER_FIELD)
_NAMES = (X509VErr.HOSTNAME_MISMATCH, X509VErr.IP_ADDRESS_MISMATCH)
_SPOILING = (CheckVerdict.FAILED, CheckVerdict.DEGRADED)
_ABSENT = (RecordStatus.NONE, RecordStatus.DISCARDED)


class _ShownTo(Value):
    """What one chain of a host comes to; without algorithm: the host whatever it shows."""

    facts: HostFacts
    why: str = ""  # what is wrong with the certificate
    names: str = ""
    algorithm: KeyAlgorithm | None = None


def tlsrpt_check(found: TlsrptFound) -> TlsrptCheck:
    """TLSRPT of a domain."""
    record, problem = found.reading.record, found.reading.problem
    situations = by_weight(tlsrpt_situations(found))
    if found.failure is not None:
        return TlsrptCheck(CheckVerdict.COULD_NOT_TELL, lookup_failure(found.failure), (), situations)
    if record is None:
        verdict = CheckVerdict.NOT_OFFERED if found.reading.status in _ABSENT else CheckVerdict.FAILED
        return TlsrptCheck(verdict, problem_words(problem) if problem else "", (), situations)
    if not record.usable:
        return TlsrptCheck(CheckVerdict.FAILED, "no report can be sent there", record.rua, situations)
    verdict = CheckVerdict.OK if len(record.usable) == len(record.rua) else CheckVerdict.DEGRADED
    return TlsrptCheck(verdict, f"reports go to {', '.join(record.usable)}", record.rua, situations)


_NO_RECORD = TxtFault.NO_RECORD.value
_ABSENT_STS = StsCheck(CheckVerdict.NOT_OFFERED, _NO_RECORD)
_ABSENT_TLSRPT = TlsrptCheck(CheckVerdict.NOT_OFFERED, _NO_RECORD)


def with_policies(
    findings: Findings, checks: Sequence[DomainCheck], finder: PolicyFinder, extent: Extent
) -> list[DomainCheck]:
    """The checks, each with its policies; one that is well but for its policy is degraded."""
    judge, found = StsJudge(findings, lambda: finder.store), list[DomainCheck]()
    for domain, check in zip(findings.domains, checks, strict=True):
        policies = finder.of(domain)
        if policies is not None and extent is not Extent.ALL and policies.silent:
            check = replace(check, sts=_ABSENT_STS, tlsrpt=_ABSENT_TLSRPT)
        elif policies is not None:
            sts, tlsrpt = judge.check(policies, domain, check), tlsrpt_check(policies.tlsrpt)
            sts = replace(sts, situations=_wanted(sts.situations, extent))
            tlsrpt = replace(tlsrpt, situations=_wanted(tlsrpt.situations, extent))
            check = replace(check, sts=sts, tlsrpt=tlsrpt)
            if check.verdict is CheckVerdict.OK and sts.verdict in _SPOILING:
                check = replace(check, verdict=CheckVerdict.DEGRADED, reason=f"MTA-STS: {sts.reason}")
        found.append(check)
    return found


def _wanted(situations: Sequence[Finding], extent: Extent) -> tuple[Finding, ...]:
    if extent is Extent.ALL:
        return tuple(situations)
    return tuple(one for one in situations if one.weight is not Weight.NOTE and extent is not Extent.NOTHING)


class StsJudge:
    """MTA-STS of the domains of one check; `store` says whom the web trusts."""

    def __init__(self, findings: Findings, store: Callable[[], Store]) -> None:
        self._findings, self._store = findings, store
        self._known: dict[tuple[str, tuple[bytes, ...]], tuple[PkiState, str]] = {}

    def check(self, policies: DomainPolicies, domain: FoundDomain, check: DomainCheck) -> StsCheck:
        """All that is to be said."""
        found = policies.sts
        names = [host.host for host in check.hosts]
        situations = list(sts_situations(found, names))
        sts = self._without_hosts(policies)
        policy = found.policy
        if policy is None:
            return replace(sts, situations=by_weight(situations))
        hosts = []
        if policy.mode is not StsMode.NONE:
            for place, host in zip(domain.hosts, check.hosts, strict=True):
                shown = list(self._shown(domain, place, host))
                hosts.append(self._host(policy, host.host, shown))
                situations += self._situations(policy, domain, host.host, shown)
        verdict = combined(host.verdict for host in hosts) if hosts else CheckVerdict.OK
        reason = next(
            (f"{one.host}: {_reason(one)}" for one in hosts if one.verdict is not CheckVerdict.OK), ""
        )
        demanded = "every host is as the policy wants it" if hosts else "nothing is demanded"
        return replace(
            sts,
            verdict=verdict,
            reason=reason or demanded,
            mode=policy.mode,
            mx=policy.mx,
            max_age=policy.max_age,
            hosts=tuple(hosts),
            situations=by_weight(dict.fromkeys(situations)),
        )

    def _without_hosts(self, policies: DomainPolicies) -> StsCheck:
        """As far as the record and fetching went."""
        found, reading = policies.sts, policies.sts.reading
        if found.failure is not None:
            return StsCheck(CheckVerdict.COULD_NOT_TELL, lookup_failure(found.failure))
        if reading.record is None:
            verdict = CheckVerdict.NOT_OFFERED if reading.status in _ABSENT else CheckVerdict.FAILED
            return StsCheck(verdict, problem_words(reading.problem) if reading.problem else "")
        known, fetched = reading.record.id, found.fetched
        if fetched is None:
            reason = policies.withheld or f"not fetched: {self._findings.interruption}"
            return StsCheck(CheckVerdict.COULD_NOT_TELL, reason, known, f"mta-sts.{found.domain}")
        connected = any(not attempt.code for attempt in fetched.attempts)
        reason = problem_words(fetched.problem) if fetched.problem else ""
        result = fetched.result_type
        return StsCheck(CheckVerdict.FAILED, reason, known, fetched.host, connected, result=result)

    def _host(self, policy: StsPolicy, host: str, shown: Sequence[_ShownTo]) -> StsHostCheck:
        made: dict[tuple[SenderKind, Handling], list[KeyAlgorithm]] = {}
        for one in shown:
            for kind, sender in _SENDERS:
                if kind is SenderKind.STS or self._knows_dane:
                    algorithms = made.setdefault((kind, decide(policy, one.facts, sender)), [])
                    algorithms += [one.algorithm] if one.algorithm else []
        verdict = combined(_VERDICTS[each.action] for kind, each in made if kind is SenderKind.STS)
        every = len(shown)
        decisions = tuple(
            SenderDecision(
                kind,
                each.action,
                each.basis,
                each.reason,
                each.section,
                each.result,
                () if len(algorithms) == every else tuple(algorithms),
            )
            for (kind, each), algorithms in made.items()
        )
        ordered = tuple(sorted(decisions, key=lambda one: list(SenderKind).index(one.sender)))
        return StsHostCheck(host, verdict, policy.allows(host) or "", ordered)

    def _situations(
        self, policy: StsPolicy, domain: FoundDomain, host: str, shown: Sequence[_ShownTo]
    ) -> Iterator[Finding]:
        for one in shown:
            decisions = {"sts": decide(policy, one.facts, STS_ONLY)}
            if self._knows_dane:
                decisions["both"] = decide(policy, one.facts, BOTH)
            told = one.facts.pki, one.why, one.names
            yield from host_situations(host, domain.destination.host, decisions, told)

    @property
    def _knows_dane(self) -> bool:
        """Whether TLSA records were looked for."""
        return self._findings.context.options.level.uses_dane

    def _shown(self, domain: FoundDomain, found: FoundHost, host: HostCheck) -> Iterator[_ShownTo]:
        """What the host showed, each algorithm once: the worst of its addresses."""
        signed = domain.exchange is None or domain.exchange.secure
        seen: dict[KeyAlgorithm | None, _ShownTo] = {}
        for address, check in zip(found.addresses, host.addresses, strict=True):
            for chain in check.chains or (None,):
                if chain is not None and chain.verdict is CheckVerdict.NOT_OFFERED:
                    continue
                one = self._of_chain(host.host, address, chain, signed=signed)
                known = seen.get(one.algorithm)
                if known is None or _rank(one) > _rank(known):
                    seen[one.algorithm] = one
        yield from seen.values() or [_ShownTo(HostFacts(host.host, None))]

    def _of_chain(
        self, host: str, address: FoundAddress, chain: ChainCheck | None, *, signed: bool
    ) -> _ShownTo:
        dane = _dane(address, chain) if signed else DaneState.NONE
        if chain is None:
            return _ShownTo(HostFacts(host, None, dane))
        result = self._findings.results.get((address.hop.address, address.hop.port, chain.algorithm))
        unclear = chain.verdict is CheckVerdict.COULD_NOT_TELL
        if unclear or not chain.protocol or not isinstance(result, Evidence):
            starttls = False if chain.outcome is Outcome.NO_STARTTLS else None
            return _ShownTo(HostFacts(host, starttls, dane), algorithm=chain.algorithm)
        shown = tuple(certificate.der for certificate in result.certificates)
        pki, why = self._pki(host, shown)
        names = ", ".join(name.partition(":")[2] for name in chain.names[:4] if name.startswith("DNS:"))
        return _ShownTo(HostFacts(host, True, dane, pki), why, names, chain.algorithm)

    def _pki(self, host: str, shown: tuple[bytes, ...]) -> tuple[PkiState, str]:
        """What the web's authorities say of a chain, and why (RFC 8461 section 4.2)."""
        if (host, shown) not in self._known:
            self._known[host, shown] = self._verified(host, shown)
        return self._known[host, shown]

    def _verified(self, host: str, shown: tuple[bytes, ...]) -> tuple[PkiState, str]:
        verifier = WebVerifier(host, self._store(), self._findings.context.dependencies.now)
        try:
            verdict = verifier(Credential(shown)).verdict
        except CredentialError as error:
            return PkiState.UNTRUSTED, str(error.reason)
        if verdict.good:
            return PkiState.VALID, ""
        codes = [error.code for error in verdict.errors]
        why = x509_text(codes[0] if codes else X509VErr.UNSPECIFIED)
        others = [code for code in codes if code not in _NAMES]
        if others and all(code in _EXPIRY for code in others):
            return PkiState.EXPIRED, why
        return (PkiState.UNTRUSTED if others or not codes else PkiState.WRONG_NAME), why


def _dane(address: FoundAddress, chain: ChainCheck | None) -> DaneState:
    """What DANE says of a server that shows this chain."""
    answer = address.protection.answer
    if address.policy is None:
        return DaneState.ERROR
    if answer is None or answer.status is TlsaStatus.NONE:
        return DaneState.NONE
    if answer.status is TlsaStatus.UNUSABLE or address.policy.level is Level.ENCRYPT:
        return DaneState.UNUSABLE
    matched = chain is not None and chain.verdict is CheckVerdict.OK
    return DaneState.MATCHED if matched else DaneState.FAILED


def _rank(shown: _ShownTo) -> tuple[bool, bool, bool]:
    """How bad it is: of several addresses the worst counts."""
    facts = shown.facts
    return facts.starttls is False, facts.dane is DaneState.FAILED, facts.pki is not PkiState.VALID


def _reason(host: StsHostCheck) -> str:
    """Of a host that is not as the policy wants it."""
    alone = [one for one in host.decisions if one.sender is SenderKind.STS]
    return next(one.reason.value for one in alone if one.action is not Action.DELIVER)
