"""Stacked bars of verdicts: of each run, of each operator, with the same in numbers below.

Every verdict has a colour and a pattern, and stands at the same place of each bar, so that they
are told apart in black and white.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyfinger.check.report_model import CheckVerdict
from pyfinger.page.blocks import Column, Figure, Row, Table, day, number
from pyfinger.report.encoding import word
from pyfinger.survey.reporting import SurveyReport
from pyfinger.survey.summary import OperatorSummary
from pyfinger.values import Value

MOST_OPERATORS = 25
LEAST_LABELLED = 6  # per cent of a bar, to have its number inside
VERDICTS = {word(verdict): verdict for verdict in CheckVerdict}
VERDICT_ORDER = [
    word(one)
    for one in (
        CheckVerdict.OK,
        CheckVerdict.DEGRADED,
        CheckVerdict.NOT_PROTECTED,
        CheckVerdict.COULD_NOT_TELL,
        CheckVerdict.FAILED,
    )
]


class Segment(Value):
    """A stretch of a stacked bar, in per cent; `what` names its pattern."""

    what: str
    begin: float
    width: float
    shown: str  # inside, if there is room


class StackedBar(Value):
    """One whole, divided; `told` says the same in words."""

    label: str
    whole: Figure
    told: str
    segments: tuple[Segment, ...]


class Plot(Value):
    """Bars below one another."""

    id: str
    title: str
    lead: str
    bars: tuple[StackedBar, ...]
    table: Table


def over_time(report: SurveyReport) -> Plot:
    """One bar for each run."""
    of_this = {each.name: f"/verdicts/{place}/count" for place, each in enumerate(report.summary.verdicts)}
    bars, rows = [], []
    for run in report.runs:
        pointers = of_this if run.run == report.summary.run else {}
        begun = day(run.began)
        label = f"run {run.run}, {begun.shown}"
        counts = {each.name: each.count for each in run.verdicts}
        bars.append(_stacked(label, counts, Figure(sum(counts.values()), f"{sum(counts.values())}")))
        numbers = tuple(number(counts.get(name, 0), pointers.get(name, "")) for name in VERDICT_ORDER)
        rows.append(Row((number(run.run), begun, *numbers, run.stage)))
    columns = (Column("Run", numeric=True), Column("Began"), *_verdict_columns(), Column("Stage"))
    return Plot(
        "time",
        "Verdicts over time",
        "Each run of the survey's file, the last one below.",
        tuple(bars),
        Table("Verdicts of each run", columns, tuple(rows)),
    )


def by_operator(operators: Sequence[OperatorSummary]) -> Plot:
    """One bar for each operator."""
    bars, rows = [], []
    for place, one in enumerate(operators):
        at = f"/operators/{place}"
        pointers = {each.name: f"{at}/verdicts/{rank}/count" for rank, each in enumerate(one.verdicts)}
        counts = {each.name: each.count for each in one.verdicts}
        whole = number(one.domains, f"{at}/domains")
        if place < MOST_OPERATORS:
            bars.append(_stacked(one.operator, counts, whole))
        numbers = tuple(number(counts.get(name, 0), pointers.get(name, "")) for name in VERDICT_ORDER)
        rows.append(Row((one.operator, whole, *numbers)))
    columns = (Column("Operator"), Column("Domains", numeric=True), *_verdict_columns())
    return Plot(
        "operators",
        "By operator",
        f"The last labels of mail servers' names, or their network; {_which(len(rows))}.",
        tuple(bars),
        Table("Verdicts of each operator's domains", columns, tuple(rows)),
    )


def _which(operators: int) -> str:
    return f"the {MOST_OPERATORS} with most domains" if operators > MOST_OPERATORS else "all there are"


def _verdict_columns() -> Iterator[Column]:
    yield from (Column(VERDICTS[name].value, numeric=True) for name in VERDICT_ORDER)


def _stacked(label: str, counts: Mapping[str, int], whole: Figure) -> StackedBar:
    total = sum(counts.values()) or 1
    segments, begin = [], 0.0
    for name in VERDICT_ORDER:
        width = 100 * counts.get(name, 0) / total
        if width:
            segments.append(
                Segment(name, round(begin, 2), round(width, 2), f"{counts[name]}" if width > 4 else "")
            )
            begin += width
    told = ", ".join(f"{counts[name]} {VERDICTS[name].value}" for name in VERDICT_ORDER if counts.get(name))
    return StackedBar(label, whole, told or "nothing", tuple(segments))
