"""What the journal says of a sender, beside what was demanded of it.

A message that arrives where it must not is one failing; so is one that does not arrive where it
has to.  With a mail exchanger that must not get it, `MAIL` is too much already: the envelope is
as confidential as the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum

from pyfinger.demo.senders.journal import MAILING, JournalEntry, SmtpStep
from pyfinger.demo.senders.situations import Duty, Profile, Rule, SendingSituation
from pyfinger.values import Value, replace


class Conduct(Enum):
    """What became of the message of a situation."""

    NOTHING = "not tried"
    DELIVERED_TLS = "delivered with TLS"
    DELIVERED_CLEAR = "delivered in the clear"
    DEFERRED = "not delivered"
    RETURNED = "returned"


class SenderEnding(Enum):
    """What ended the waiting."""

    SETTLED = "settled"
    DEADLINE = "deadline"
    INTERRUPTED = "interrupted"


class Mark(Enum):
    """What to think of it."""

    PASS = "pass"
    FAIL = "FAIL"
    NOT_TRIED = "not tried"
    NOT_APPLICABLE = "not applicable"  # the sender does not claim to do this


class SituationResult(Value):
    """What came of one situation."""

    name: str
    about: str
    domain: str
    mark: Mark
    seen: Conduct
    demand: Duty | None  # None: nothing the sender claims to do
    source: str  # the section with the demand
    problem: str = ""  # of a FAIL: the offending step
    tls: str = ""  # of the delivery, or of the last handshake: version and name asked for
    questions: tuple[str, ...] = ()  # names and types, each once
    steps: tuple[str, ...] = ()  # on connections: what happened, in order
    refused: str = ""  # why its message was not submitted


class SenderReport(Value):
    """What came of all."""

    began: float  # seconds since the epoch
    seconds: float  # from the first entry of the journal to the last
    profile: Profile
    settled: bool  # nothing was still going on
    results: tuple[SituationResult, ...]
    ended: SenderEnding = SenderEnding.SETTLED  # why the report is of that time
    unreachable: str = ""  # why nobody could be reached to submit messages to, and no more were

    def count(self, mark: Mark) -> int:
        """How many situations have this mark."""
        return Counter(result.mark for result in self.results)[mark]

    @property
    def unreached(self) -> int:
        """How many messages were not submitted since nobody could be reached."""
        return sum(bool(self.unreachable) and one.refused == self.unreachable for one in self.results)


_DELIVERED = (Conduct.DELIVERED_TLS, Conduct.DELIVERED_CLEAR)
_WITH_TLS = (Duty.AUTHENTICATED, Duty.ENCRYPTED)
_WITHHELD = (Duty.DEFER, Duty.WITHHOLD, Duty.BOUNCE)


def judge(
    situations: Sequence[SendingSituation],
    entries: Sequence[JournalEntry],
    profile: Profile,
    *,
    settled: bool = True,
) -> SenderReport:
    """Compare what was demanded with what was done."""
    by_name: dict[str, list[JournalEntry]] = {situation.name: [] for situation in situations}
    for entry in entries:
        if entry.situation in by_name:
            by_name[entry.situation].append(entry)
    returning = any(entry.step is SmtpStep.RETURNED for entry in entries)
    results = [_judge_one(situation, by_name[situation.name], profile) for situation in situations]
    if returning:
        results = [_demanding_return(result) for result in results]
    began, ended = (entries[0].at, entries[-1].at) if entries else (0.0, 0.0)
    why = SenderEnding.SETTLED if settled else SenderEnding.DEADLINE
    return SenderReport(began, round(ended - began, 3), profile, settled, tuple(results), why)


def with_refusals(report: SenderReport, refused: Mapping[str, str], unreachable: str = "") -> SenderReport:
    """The report, with why messages were not submitted, by the situation's name."""
    results = tuple(replace(one, refused=refused.get(one.name, "")) for one in report.results)
    return replace(report, results=results, unreachable=unreachable)


def _judge_one(
    situation: SendingSituation, entries: Sequence[JournalEntry], profile: Profile
) -> SituationResult:
    rule = situation.rule(profile)
    seen = _seen(entries)
    problem = "" if rule is None else _problem(situation, entries, rule, seen)
    handshakes = [entry.detail for entry in entries if entry.step is SmtpStep.TLS]
    asked = [f"{entry.host} {entry.detail}" for entry in entries if entry.step is SmtpStep.QUESTION]
    return SituationResult(
        situation.name,
        situation.about,
        situation.domain,
        _mark(rule, seen, problem),
        seen,
        None if rule is None else rule.demand,
        "" if rule is None else rule.source,
        problem,
        handshakes[-1] if handshakes else "",
        tuple(dict.fromkeys(asked)),
        tuple(_described(entry) for entry in entries if entry.step is not SmtpStep.QUESTION),
    )


def _demanding_return(result: SituationResult) -> SituationResult:
    """With a sender whose bounces come to us, one that does not come was not sent."""
    if result.demand is not Duty.BOUNCE or result.seen is not Conduct.DEFERRED:
        return result
    return replace(result, mark=Mark.FAIL, problem="kept, where it has to be returned at once")


def _seen(entries: Sequence[JournalEntry]) -> Conduct:
    arrived = [entry for entry in entries if entry.step is SmtpStep.DELIVERED]
    if arrived:
        return Conduct.DELIVERED_TLS if all(entry.secured for entry in arrived) else Conduct.DELIVERED_CLEAR
    if any(entry.step is SmtpStep.RETURNED for entry in entries):
        return Conduct.RETURNED
    return Conduct.DEFERRED if entries else Conduct.NOTHING


def _mark(rule: Rule | None, seen: Conduct, problem: str) -> Mark:
    if rule is None:
        return Mark.NOT_APPLICABLE
    if seen is Conduct.NOTHING:
        return Mark.NOT_TRIED
    return Mark.FAIL if problem else Mark.PASS


def _problem(situation: SendingSituation, entries: Sequence[JournalEntry], rule: Rule, seen: Conduct) -> str:
    """The offending step; empty if there is none."""
    demand = rule.demand
    barred = {situation.host_name(plan) for plan in situation.hosts if plan.barred or demand in _WITHHELD}
    for entry in entries:
        if entry.step not in MAILING:
            continue
        if entry.host in barred:
            return f"{entry.step.value} at {entry.host}{'' if entry.secured else ' in the clear'}"
        if not entry.secured and demand in (*_WITH_TLS, Duty.SECURE_OR_DEFER):
            return f"{entry.step.value} at {entry.host} in the clear"
    if demand in (*_WITH_TLS, Duty.OPPORTUNISTIC) and seen not in _DELIVERED:
        return _where_it_ended(entries, seen)
    if demand is Duty.DEFER and seen is Conduct.RETURNED:
        return "returned at once, where it has to be tried again"
    return ""


def _where_it_ended(entries: Sequence[JournalEntry], seen: Conduct) -> str:
    telling = [entry for entry in entries if entry.step not in (SmtpStep.LOST, SmtpStep.RETURNED)]
    if not telling:
        return seen.value
    return f"{seen.value}; last seen: {_described(telling[-1])}"


def _described(entry: JournalEntry) -> str:
    text = entry.step.value
    if entry.step in (SmtpStep.TLS, SmtpStep.NO_TLS):
        text = f"{text}: {entry.detail}"
    elif entry.step is SmtpStep.QUESTION:
        text = f"{text} {entry.host} {entry.detail}"
    elif entry.detail and entry.step is not SmtpStep.CONNECT:
        text = entry.detail
    where = f" at {entry.host}" if entry.host and entry.step is not SmtpStep.QUESTION else ""
    return text + where
