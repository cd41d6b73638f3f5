"""The cells as a table for terminals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.stacks.cells import Cell, Outcome

LEGEND = {
    Outcome.EQUAL: "equal",
    Outcome.UNSEEN: "equal, but the stack did not do it",
    Outcome.EXPLAINED: "explained in docs/differences.md",
    Outcome.DIFFERENT: "different",
    Outcome.UNABLE: "not possible",
    Outcome.BROKEN: "no server",
}
AS_THEY_SHOULD = frozenset({Outcome.EQUAL, Outcome.UNSEEN, Outcome.EXPLAINED, Outcome.UNABLE})


def table(cells: Sequence[Cell]) -> list[str]:
    """A row for each stack, a column for each scenario, whose names stand above, slanted."""
    columns = list(dict.fromkeys(cell.scenario for cell in cells))
    rows = list(dict.fromkeys(cell.stack for cell in cells))
    shown = {(cell.stack, cell.scenario): cell.outcome.value for cell in cells}
    width = max(map(len, rows), default=0)
    lines = [f"{' ' * width} {' |' * number} {name}" for number, name in enumerate(columns)]
    for row in rows:
        marks = " ".join(shown.get((row, column), " ") for column in columns)
        lines.append(f"{row:<{width}}  {marks}".rstrip())
    return lines


def totals(cells: Sequence[Cell]) -> list[str]:
    """What there is of each, and the marks."""
    counts = Counter(cell.outcome for cell in cells)
    told = [f"{counts[one]} {text} ({one.value})" for one, text in LEGEND.items() if counts[one]]
    marks = sum(len(cell.marks) for cell in cells)
    return [
        ", ".join(told),
        f"stacks {equal(cells)}/{met(cells)} equal, {marks} marks of tshark or the trace",
    ]


def equal(cells: Sequence[Cell]) -> int:
    """How many meetings were the same under both programs."""
    return sum(cell.outcome in (Outcome.EQUAL, Outcome.UNSEEN, Outcome.EXPLAINED) for cell in cells)


def met(cells: Sequence[Cell]) -> int:
    """How many meetings there were."""
    return sum(cell.outcome is not Outcome.UNABLE for cell in cells)
