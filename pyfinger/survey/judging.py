"""The verdict on one domain, by `pyfinger.check`, from what is in the store.

Certificates are judged as of the beginning of the run, so that it does not matter when, or how
often, a verdict is derived.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias

from pyfinger.check.chains import Judge
from pyfinger.check.evidence import Evidence, Withheld
from pyfinger.check.found import FoundAddress, FoundDomain, FoundHost, with_names
from pyfinger.check.report_model import DomainCheck, KeyAlgorithm
from pyfinger.check.verdicts import Findings, assemble, claim_on
from pyfinger.dane.policy import exchange_names
from pyfinger.model import CertificateFacts
from pyfinger.prober.context import Context
from pyfinger.report.encoding import word
from pyfinger.report.sanitise import plain
from pyfinger.survey.documents import evidence_of, facts_of, server_name, text_of, value_of
from pyfinger.survey.tasks import HostDossier, Judged, JudgeTask, SeenRow
from pyfinger.values import Value, replace
from pyfinger.x509.reference_identity import parse_address

_KEPT = 512  # hosts, certificates and connections in memory

SurveyResults: TypeAlias = Mapping[tuple[str, int | None, KeyAlgorithm], Evidence | Withheld]


class _ServerSeen(Value):
    """All that one server showed, by the name it was asked by."""

    by_name: dict[str, dict[KeyAlgorithm, Evidence]]
    hopeless: dict[str, Evidence]


class Judging:
    """Verdicts by the rules of one context."""

    def __init__(
        self,
        context: Context,
        algorithms: Sequence[KeyAlgorithm],
        with_policies: Callable[[Findings, DomainCheck, str], DomainCheck] | None = None,
    ) -> None:
        """`with_policies` adds those of MTA-STS."""
        self._context = context
        self._with_policies = with_policies
        self._algorithms = tuple(dict.fromkeys(algorithms))
        self._certificates: dict[str, CertificateFacts] = {}
        self._host = lru_cache(_KEPT)(self._read_host)
        self._evidence = lru_cache(_KEPT)(self._read_evidence)

    def judged(self, task: JudgeTask) -> Judged:
        """The verdict on one domain."""
        try:
            found, results = self.found(task), self.results(task)
            began = datetime.fromtimestamp(task.began, UTC)
            dependencies = replace(self._context.dependencies, now=lambda: began)
            context = replace(self._context, dependencies=dependencies)
            findings = Findings(context, (found,), self._algorithms, results)
            judge = Judge(context)
            (check,) = assemble(findings, judge)
            alike = not _goes_by_names(findings, judge)
            if task.policies and self._with_policies is not None:
                check = self._with_policies(findings, check, task.policies)
        except Exception as error:
            return Judged(task.number, problem=f"an error of ours: {error!r}")
        reason = plain(check.reason)
        report = text_of(DomainCheck, check)
        return Judged(task.number, word(check.verdict), reason, word(check.outcome), report, alike)

    def found(self, task: JudgeTask) -> FoundDomain:
        """The domain with its hosts."""
        domain: FoundDomain = value_of(FoundDomain, task.domain)
        return with_names(replace(domain, hosts=tuple(self._host(host.document) for host in task.hosts)))

    def results(self, task: JudgeTask) -> SurveyResults:
        """What its servers showed."""
        self._learn(task.certificates)
        results: dict[tuple[str, int | None, KeyAlgorithm], Evidence | Withheld] = {}
        for dossier in task.hosts:
            withheld, seen = dict(dossier.withheld), self._seen(dossier)
            for address in self._host(dossier.document).addresses:
                reason = withheld.get(address.hop.address, "")
                for algorithm in self._algorithms:
                    result = _result(address, algorithm, reason, seen)
                    if result is not None:
                        results.setdefault((address.hop.address, address.hop.port, algorithm), result)
        return results

    def _learn(self, certificates: Sequence[tuple[str, str]]) -> None:
        if len(self._certificates) > _KEPT:
            self._certificates.clear()
        for digest, document in certificates:
            if digest not in self._certificates:
                self._certificates[digest] = facts_of(document)

    def _seen(self, dossier: HostDossier) -> dict[tuple[str, int], _ServerSeen]:
        """By address and port."""
        found: dict[tuple[str, int], _ServerSeen] = {}
        for row in dossier.observations:
            seen = found.setdefault((row.address, row.port), _ServerSeen({}, {}))
            evidence = self._evidence(row)
            seen.by_name.setdefault(row.name, {})[KeyAlgorithm(row.algorithm)] = evidence
            if row.hopeless:
                seen.hopeless[row.name] = evidence
        return found

    def _read_host(self, document: str) -> FoundHost:
        host: FoundHost = value_of(FoundHost, document)
        return host

    def _read_evidence(self, row: SeenRow) -> Evidence:
        return evidence_of(row.document, self._certificates.__getitem__)


def _result(
    address: FoundAddress,
    algorithm: KeyAlgorithm,
    reason: str,
    servers: Mapping[tuple[str, int], _ServerSeen],
) -> Evidence | Withheld | None:
    """What there is to go by, of one address and algorithm."""
    if reason:
        return Withheld(f"not asked: {reason}")
    seen = servers.get((address.hop.address, address.hop.port or 0))
    if seen is None:
        return None
    name = server_name(address)
    if name not in seen.by_name:
        if name:
            return None
        name = min(seen.by_name)
    known = seen.by_name[name].get(algorithm)
    if known is None and name in seen.hopeless:
        cause = seen.hopeless[name]
        return Withheld(f"not asked again after: {cause.problem}", cause)
    return known


def _goes_by_names(findings: Findings, judge: Judge) -> bool:
    """Whether a domain with the same hosts might have another verdict than this one, for its name alone."""
    (domain,) = findings.domains
    if domain.failure is not None or _has_address_for_name(domain):
        return True
    for address in (address for host in domain.hosts for address in host.addresses):
        if address.policy is None:
            continue
        claim = claim_on(domain, address, address.policy)
        for algorithm in findings.algorithms:
            result = findings.results.get((address.hop.address, address.hop.port, algorithm))
            if isinstance(result, Evidence) and judge.goes_by_names(result, claim):
                return True
    return False


def _has_address_for_name(domain: FoundDomain) -> bool:
    """Which a certificate has to bear besides one of the names."""
    names = exchange_names(domain.exchange)
    return any(parse_address(name) is not None for name in names)
