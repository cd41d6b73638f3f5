"""From a report to its explanation: which situations apply, in order of importance, and in what words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyfinger.model import Level, ResultType
from pyfinger.report.document.findings import (
    Delivery,
    Explanation,
    Finding,
    Situation,
    Weight,
)
from pyfinger.report.document.model import Outcome, Report
from pyfinger.report.explanation.delivery import account, delivery, level_in_force
from pyfinger.report.explanation.entry import Demand, Entry
from pyfinger.report.explanation.of_certificates import OF_CERTIFICATES
from pyfinger.report.explanation.of_handshakes import OF_HANDSHAKES
from pyfinger.report.explanation.of_names import OF_NAMES
from pyfinger.report.explanation.of_policies import OF_POLICIES
from pyfinger.report.explanation.of_records import OF_RECORDS
from pyfinger.report.explanation.of_sessions import OF_SESSIONS
from pyfinger.report.explanation.seen import Seen
from pyfinger.report.explanation.seen_in_certificates import seen_in_certificates
from pyfinger.report.explanation.seen_in_names import seen_in_names
from pyfinger.report.explanation.seen_in_records import seen_in_records
from pyfinger.report.explanation.seen_in_sessions import seen_in_sessions
from pyfinger.values import Value, replace

CATALOGUE: Mapping[Situation, Entry] = {
    **OF_NAMES,
    **OF_SESSIONS,
    **OF_HANDSHAKES,
    **OF_RECORDS,
    **OF_CERTIFICATES,
    **OF_POLICIES,
}

_LOOKING = (seen_in_names, seen_in_sessions, seen_in_records, seen_in_certificates)
_NO_FAILURE = (Delivery.VERIFIED, Delivery.ENCRYPTED, Delivery.CLEAR, Delivery.UNKNOWN)
_WITHOUT_DANE = (ResultType.DANE_REQUIRED, ResultType.DNSSEC_INVALID, ResultType.TLSA_INVALID)
_BY_LEVEL = (Demand.TLS, Demand.PROOF)
_ABOUT_THE_PROBE = (Situation.PROBE_REFUSED, Situation.PROBE_UNFINISHED)


class Standing(Value):
    """What becomes of a level at one server: by that findings are weighed."""

    level: Level
    in_force: Level | None
    delivery: Delivery


def standing(report: Report, level: Level) -> Standing:
    """What Postfix does at a level."""
    in_force = level_in_force(report, level)
    return Standing(level, in_force, delivery(report, level, in_force))


def explain(report: Report, level: Level | None = None) -> Explanation:
    """What Postfix does at a level, that of the probe if none is given, and why."""
    asked = Level.DANE if report.level is None else report.level
    wanted = asked if level is None else level
    stand = standing(report, wanted)
    looking = (seen_in_sessions,) if report.outcome is Outcome.REFUSED else _LOOKING
    seen = [one for look in looking for one in look(report)]
    if stand.delivery is Delivery.UNKNOWN and report.level is not None and report.level is not wanted:
        facts = {"probed": report.level.word, "level": wanted.word}
        seen.insert(0, Seen(Situation.LEVEL_NOT_PROBED, report.destination, facts))
    return Explanation(
        wanted,
        stand.in_force,
        stand.delivery,
        tuple(account(report, wanted, stand.in_force)),
        by_weight(found_in(one, stand) for one in seen),
    )


def by_weight(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The weightiest first, in the order of a probe otherwise."""
    order = list(Weight)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.weight)))


def explained(report: Report) -> Report:
    """The report, with its explanation."""
    return replace(report, explained=explain(report))


def _weight(situation: Situation, stand: Standing) -> Weight:
    """How much a situation matters where a level is in force, and given what comes of a message."""
    entry = CATALOGUE[situation]
    refused = stand.level is Level.DANE_ONLY and stand.delivery is Delivery.DEFERRED
    if refused and entry.result in _WITHOUT_DANE and entry.weight is Weight.WARNING:
        return Weight.FAILURE
    weight = entry.weight if _demanded(entry, stand.level, stand.in_force) else entry.otherwise
    if weight is Weight.FAILURE and stand.delivery in _NO_FAILURE and situation not in _ABOUT_THE_PROBE:
        return Weight.WARNING
    return weight


def _demanded(entry: Entry, level: Level, in_force: Level | None) -> bool:
    """Whether an entry counts in full; of a server that is not used no proof is demanded."""
    if in_force is None and entry.demand is Demand.PROOF:
        return False
    return entry.demand.made(level, level if in_force is None else in_force)


def found_in(seen: Seen, stand: Standing) -> Finding:
    """A situation in words, weighed by what comes of it."""
    entry, weight, in_force = CATALOGUE[seen.situation], _weight(seen.situation, stand), stand.in_force
    reported = weight is Weight.FAILURE or seen.situation is Situation.TLSA_ALL_UNUSABLE
    text = entry.text.format(**seen.facts).rstrip()
    if (
        entry.demand in _BY_LEVEL
        and weight is Weight.NOTE
        and entry.weight is Weight.FAILURE
        and in_force is not None
    ):
        text = f"{text} At level {in_force.word} that does not matter."
    advice = entry.advice.format(**seen.facts)
    if not seen.publish and advice.endswith(":"):
        advice = f"{advice[:-1]}."
    return Finding(
        seen.situation,
        weight,
        seen.subject,
        text,
        advice,
        entry.reference,
        entry.result if reported else None,
        seen.publish,
    )
