"""What a page about a survey shows: a run counted, all runs beside it, and its domains, the worst first.

Counts are those of `summary`; domains are those of `export`, so what is on a page can be had as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pyfinger.check.report_model import CheckVerdict
from pyfinger.report.encoding import word
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.summary import SurveyCount, SurveySummary, ordered, summary
from pyfinger.values import Value

MOST_RUNS = 30  # the last ones

_WORST_FIRST = (
    CheckVerdict.FAILED,
    CheckVerdict.DEGRADED,
    CheckVerdict.COULD_NOT_TELL,
    CheckVerdict.NOT_PROTECTED,
    CheckVerdict.OK,
)
_NEVER = float("inf")
_RUNS = "SELECT run, began, stage FROM runs WHERE run <= ? ORDER BY run DESC LIMIT ?"
_VERDICTS = "SELECT verdict, count(*) AS count FROM verdicts WHERE run = ? GROUP BY verdict"
_DOMAINS = (
    "SELECT d.number, d.line, d.domain, v.verdict, v.reason,"
    " (SELECT min(t.value) FROM json_tree(v.report) t WHERE t.key = 'not_after') AS ends,"
    " (SELECT group_concat(operator, ' ') FROM (SELECT DISTINCT h.operator FROM domain_hosts p"
    " JOIN hosts h USING (run, host_id) WHERE p.run = d.run AND p.number = d.number ORDER BY p.place))"
    " AS operators FROM domains d JOIN verdicts v USING (run, number)"
    " WHERE d.run = ? AND v.verdict = ? ORDER BY d.number"
)
_PROBLEMS = (
    "SELECT d.number, d.line, e.reason FROM errors e JOIN domains d ON d.run = e.run AND d.number = e.subject"
    " WHERE e.run = ? AND e.stage IN ('source', 'plan') ORDER BY d.number"
)


class SurveyedRun(Value):
    """A run among others."""

    run: int
    began: float  # seconds since the epoch
    stage: str  # plan, probe, judge, done
    verdicts: tuple[SurveyCount, ...]  # of its domains


class SurveyedDomain(Value):
    """A domain, and what it amounts to."""

    number: int  # of its line
    domain: str
    reason: str
    operators: str  # of its hosts, separated by blanks
    ends: int | None = None  # when the first of its servers' certificates does


class SurveyedVerdict(Value):
    """All domains of one verdict."""

    verdict: CheckVerdict
    domains: tuple[SurveyedDomain, ...]


class SurveyReport(Value):
    """A run, and what is beside it."""

    summary: SurveySummary
    runs: tuple[SurveyedRun, ...]  # the last ones, the first of them first
    domains: tuple[SurveyedVerdict, ...]  # the worst verdict first
    problems: tuple[SurveyedDomain, ...]  # lines that could not be looked at


def survey_report(store: SurveyStore, number: int | None) -> SurveyReport:
    """All of one run; `UsageError` if there is no such run."""
    counted = summary(store, number)
    runs = tuple(_runs(store, counted.run))
    domains = tuple(_domains(store, counted.run))
    rows = store.select(_PROBLEMS, counted.run)
    problems = tuple(SurveyedDomain(row["number"], row["line"], row["reason"], "") for row in rows)
    return SurveyReport(counted, runs[::-1], domains, problems)


def _runs(store: SurveyStore, last: int) -> Iterator[SurveyedRun]:
    for row in list(store.select(_RUNS, last, MOST_RUNS)):
        counts = {each["verdict"]: each["count"] for each in store.select(_VERDICTS, row["run"])}
        yield SurveyedRun(row["run"], row["began"], row["stage"], ordered(counts))


def _domains(store: SurveyStore, run: int) -> Iterator[SurveyedVerdict]:
    for verdict in _WORST_FIRST:
        rows = store.select(_DOMAINS, run, word(verdict))
        found = tuple(
            SurveyedDomain(row["number"], row["domain"], row["reason"], row["operators"] or "", row["ends"])
            for row in rows
        )
        if found:
            yield SurveyedVerdict(verdict, found)


class SharedFault(Value):
    """What is wrong with some domains for the same reason, which mostly is one host."""

    verdict: CheckVerdict
    reason: str
    domains: tuple[SurveyedDomain, ...]

    @property
    def ends(self) -> int | None:
        """When the first of these servers' certificates ends."""
        return min((one.ends for one in self.domains if one.ends is not None), default=None)


def faults(report: SurveyReport) -> Sequence[SharedFault]:
    """What is wrong, in the order in which it is worth mending.

    Failed comes first, as mail is not delivered; then what most domains share; then whose
    certificate ends soonest, as it has to be touched anyway; then the order of the list.
    """
    found = [
        SharedFault(group.verdict, reason, tuple(domains))
        for group in report.domains
        if group.verdict is not CheckVerdict.OK
        for reason, domains in groupby(sorted(group.domains, key=_reason), _reason)
    ]
    return sorted(found, key=_urgency)


def _reason(domain: SurveyedDomain) -> str:
    return domain.reason


def _urgency(fault: SharedFault) -> tuple[float, ...]:
    ends = _NEVER if fault.ends is None else fault.ends
    return _WORST_FIRST.index(fault.verdict), -len(fault.domains), ends, fault.domains[0].number
