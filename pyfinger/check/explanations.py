"""Why a domain has its verdict: situations of the one catalogue, over all its hosts, addresses and keys.

`report.explanation` explains one probe.  A check is many of them: what was looked up is
explained once for the domain, and each connection by itself, as the probe that it was.
The same situation in several places is told once, with all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyfinger.check.chains import Judge
from pyfinger.check.evidence import Evidence, Heard, Withheld
from pyfinger.check.found import FoundDomain, FoundHost
from pyfinger.check.report_model import (
    CheckExplanation,
    CheckVerdict,
    DeliveryCheck,
    DomainCheck,
    ExplainedSituation,
    Extent,
    HostCheck,
    SituationPlace,
)
from pyfinger.check.reports import Reports
from pyfinger.check.verdicts import Findings, host_is_spotless, is_spotless
from pyfinger.model import Level, TlsaRecord
from pyfinger.report.document import Outcome, Report
from pyfinger.report.document.findings import Delivery, Finding, Situation, Weight
from pyfinger.report.explanation.delivery import account
from pyfinger.report.explanation.explaining import Standing, found_in, standing
from pyfinger.report.explanation.seen import Seen
from pyfinger.report.explanation.seen_in_certificates import seen_in_certificates
from pyfinger.report.explanation.seen_in_names import seen_in_names
from pyfinger.report.explanation.seen_in_records import seen_in_records
from pyfinger.report.explanation.seen_in_sessions import seen_in_sessions
from pyfinger.values import State, Value, field, replace

# What is said of a record that a connection has not matched: nothing, if another one has.
_OF_A_RECORD = (
    Situation.RECORD_OTHER_KEY,
    Situation.RECORD_ISSUER_NOT_SENT,
    Situation.RECORD_WRONG_SELECTOR,
    Situation.RECORD_OF_ISSUER,
    Situation.RECORD_OF_SERVER,
    Situation.RECORD_OUTDONE,
)
# Of these what is no more than likely: nothing, where all is well, if a key may be another one's.
_GUESSED = (Situation.RECORD_OTHER_KEY, Situation.RECORD_ISSUER_NOT_SENT)
_SAME_ANYWHERE = ("peer", "depth")  # facts that make no two situations of one
_NOBODY_KNOWS = Standing(Level.NONE, None, Delivery.UNKNOWN)


class _Known(Value):
    """Records of a host beside all that was seen."""

    matched: set[TlsaRecord]
    not_looked_at: set[TlsaRecord]


class _Told(Value):
    """A situation in one place, in words."""

    key: tuple[object, ...]
    finding: Finding
    place: SituationPlace


def explained(
    findings: Findings, checks: Sequence[DomainCheck], heard: Heard, extent: Extent
) -> tuple[DomainCheck, ...]:
    """The checks, each with its explanation if there is something to be explained."""
    now = findings.context.dependencies.now().timestamp()
    reports = Reports(findings.context, heard, Judge(findings.context), now)
    pairs = zip(findings.domains, checks, strict=True)
    found = []
    for domain, check in pairs:
        if extent is Extent.ALL or not is_spotless(check):
            check = replace(check, explained=_Explainer(findings, reports, extent).domain(domain, check))
        found.append(check)
    return tuple(found)


class _Explainer:
    """The explanation of one domain."""

    def __init__(self, findings: Findings, reports: Reports, extent: Extent) -> None:
        self._findings, self._reports, self._extent = findings, reports, extent
        self._level = findings.context.options.level
        self._account: dict[str, None] = {}
        self._deliveries: list[DeliveryCheck] = []
        self._standings: dict[str, Standing] = {}  # by host: what comes of it at the first address
        self._told: list[_Told] = []

    def domain(self, domain: FoundDomain, check: DomainCheck) -> CheckExplanation:
        """All of it."""
        for found, host in zip(domain.hosts, check.hosts, strict=True):
            if self._extent is Extent.ALL or not (check.secure and host_is_spotless(host)):
                self._host(domain, found, host)
        self._names(self._reports.of_domain(domain, check), check)
        situations = tuple(_merged(self._told))
        if self._extent is Extent.PROBLEMS:
            weighty = [one for one in situations if one.finding.weight is not Weight.NOTE]
            situations = tuple(weighty or situations)
        return CheckExplanation(self._level, tuple(self._account), tuple(self._deliveries), situations)

    def _names(self, report: Report, check: DomainCheck) -> None:
        """What lookups say, weighed by what comes of the host that they are about."""
        first = next(iter(self._standings.values()), None) or standing(report, self._level)
        if not self._deliveries:
            self._deliveries.append(DeliveryCheck(SituationPlace(), first.in_force, first.delivery))
        if not self._account:
            self._account.update(dict.fromkeys(account(report, self._level, first.in_force)))
        names = [host.host.lower() for host in check.hosts]
        for seen in seen_in_names(report):
            about = next((name for name in names if name and name in seen.subject.lower()), "")
            if seen.situation is Situation.TLSA_ABSENT:
                seen = replace(seen, publish=_records_for(seen.subject, about, check))
            self._tell(seen, self._standings.get(about, first), SituationPlace(about))

    def _host(self, domain: FoundDomain, found: FoundHost, check: HostCheck) -> None:
        if not found.addresses and any(host.addresses for host in domain.hosts):
            at = SituationPlace(check.host)
            self._deliveries.append(DeliveryCheck(at, None, Delivery.DEFERRED))
        records = _Known(
            {one.record for one in check.records if one.verdict is CheckVerdict.OK},
            {one.record for one in check.records if one.verdict is CheckVerdict.NOT_LOOKED_AT},
        )
        for address, one in zip(found.addresses, check.addresses, strict=True):
            if address.policy is None:
                report = self._reports.of_address(domain, found, address)
                self._stand(report, SituationPlace(check.host, one.address))
                continue
            for chain in one.chains:
                key = (address.hop.address, address.hop.port, chain.algorithm)
                place = SituationPlace(check.host, one.address, chain.algorithm)
                result = self._findings.results.get(key)
                if isinstance(result, Evidence) and chain.verdict is not CheckVerdict.NOT_OFFERED:
                    report = self._reports.of_chain(domain, found, address, (chain, result))
                    self._chain(report, place, records)
                elif result is None or (isinstance(result, Withheld) and result.cause is None):
                    reason = result.reason if result else chain.reason
                    reason = reason.removeprefix("not asked: ").removeprefix("not known: ")
                    seen = Seen(Situation.NOT_ASKED, str(address.hop.peer), {"reason": reason})
                    self._tell(seen, _NOBODY_KNOWS, place)

    def _chain(self, report: Report, place: SituationPlace, records: _Known) -> None:
        stand = self._stand(report, place)
        met = report.outcome is Outcome.MET
        for look in (seen_in_sessions, seen_in_records, seen_in_certificates):
            for seen in look(report):
                record = seen.facts.get("record")
                if seen.situation in _OF_A_RECORD and record in records.matched:
                    continue
                if met and seen.situation in _GUESSED and record in records.not_looked_at:
                    continue
                self._tell(seen, stand, place)

    def _stand(self, report: Report, place: SituationPlace) -> Standing:
        stand = standing(report, self._level)
        self._standings.setdefault(place.host.lower(), stand)
        self._deliveries.append(DeliveryCheck(place, stand.in_force, stand.delivery))
        self._account.update(dict.fromkeys(account(report, self._level, stand.in_force)))
        return stand

    def _tell(self, seen: Seen, stand: Standing, place: SituationPlace) -> None:
        facts = tuple((name, str(fact)) for name, fact in seen.facts.items() if name not in _SAME_ANYWHERE)
        if "peer" not in seen.facts:
            facts = (*facts, ("subject", seen.subject))
        self._told.append(_Told((seen.situation, facts), found_in(seen, stand), place))


class _Gathered(State):
    """One situation, with all its places and all that could be published because of it."""

    finding: Finding
    places: dict[SituationPlace, None] = field(default_factory=dict)
    publish: dict[str, None] = field(default_factory=dict)


def _merged(told: Iterable[_Told]) -> Iterator[ExplainedSituation]:
    """Each situation once, the weightiest first."""
    found: dict[tuple[object, ...], _Gathered] = {}
    weights = list(Weight)
    for one in told:
        gathered = found.setdefault(one.key, _Gathered(one.finding))
        if weights.index(one.finding.weight) < weights.index(gathered.finding.weight):
            gathered.finding = one.finding
        if one.place != SituationPlace():
            gathered.places[one.place] = None
        gathered.publish.update(dict.fromkeys(one.finding.publish))
    for each in sorted(found.values(), key=lambda each: weights.index(each.finding.weight)):
        yield ExplainedSituation(replace(each.finding, publish=tuple(each.publish)), tuple(each.places))


def _records_for(owner: str, host: str, check: DomainCheck) -> tuple[str, ...]:
    """The records that a host without any could publish: one of each key that it showed."""
    digests = {
        chain.key_digest: None
        for one in check.hosts
        if one.host.lower() == host
        for address in one.addresses
        for chain in address.chains
        if chain.key_digest
    }
    return tuple(f"{owner.rstrip('.')}. IN TLSA 3 1 1 {digest.hex().upper()}" for digest in digests)
