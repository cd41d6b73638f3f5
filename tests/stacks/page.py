"""The tables of docs/stacks.md: what each stack does, and in which cells both programs agree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.lab.places import PROJECT
from tests.stacks.cells import Cell, Outcome
from tests.stacks.registry import Stack
from tests.stacks.scenarios import GROUPS, HYBRIDS, PURE
from tests.stacks.table import LEGEND, table, totals

PAGE = PROJECT / "docs" / "stacks.md"
BEGIN, END = "<!-- what was seen -->\n", "<!-- end of what was seen -->\n"
_TITLES = (
    "stack",
    "by itself it takes",
    "post-quantum groups",
    "resumes",
    "takes client keys",
    "if no version / cipher / group is in common",
    "also",
    "from",
)
_NOTHING_IN_COMMON = ("no-version", "no-cipher", "no-group")
_ALERTS = {"": re.compile(r"alert read:fatal:(.+)"), " of ours": re.compile(r"alert write:fatal:(.+)")}
_ALSO = {
    "ed25519": "Ed25519",
    "retry": "HelloRetryRequest",
    "raw-key": "raw keys",
    "compressed": "compressed certificates",
}


def write(cells: Sequence[Cell], stacks: Mapping[str, Stack], page: Path = PAGE) -> None:
    """Put both tables into the page; `stacks` by the names of cells."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin, page
    assert end, page
    lines = [*markdown(cells, stacks), "", *_tables(cells), *_legend(cells), ""]
    page.write_text("\n".join((before + begin, *lines, end + after)), encoding="utf-8")


def _tables(cells: Sequence[Cell]) -> Iterator[str]:
    """A table for each group of scenarios: one for all would be too wide."""
    for title, group in GROUPS.items():
        names = {scenario.name for scenario in group}
        if part := [cell for cell in cells if cell.scenario in names]:
            yield from (f"{title}:", "", "```", *table(part), "```", "")


def markdown(cells: Sequence[Cell], stacks: Mapping[str, Stack]) -> list[str]:
    """What each stack does, a row each; then what is odd about some."""
    rows: list[Sequence[str]] = [_TITLES, ["---"] * len(_TITLES)]
    names = list(dict.fromkeys(cell.stack for cell in cells))
    for name in names:
        rows.append(_row(name, stacks[name], {one.scenario: one for one in cells if one.stack == name}))
    remarks = {stacks[name].title: stacks[name].remark for name in names if stacks[name].remark}
    told = [f"* {title}: {remark}" for title, remark in remarks.items()]
    return [*(f"| {' | '.join(row)} |" for row in rows), *([""] if told else []), *told]


def _row(name: str, stack: Stack, cells: Mapping[str, Cell]) -> Sequence[str]:
    done = {one for one, cell in cells.items() if cell.outcome is Outcome.EQUAL}
    version = name.removeprefix(f"{stack.name}-")
    resumes = [text for one, text in (("resume", "1.3"), ("resume12", "1.2")) if one in done]
    asks = [text for one, text in (("client", "1.3"), ("client12", "1.2")) if one in done]
    also = [text for one, text in _ALSO.items() if one in done]
    return (
        f"{stack.title} {version}",
        _default(cells.get("p256")),
        ", ".join(_groups(done)),
        ", ".join(resumes),
        ", ".join(asks),
        " / ".join(_refusal(cells.get(one)) for one in _NOTHING_IN_COMMON),
        ", ".join(also),
        stack.source,
    )


def _default(cell: Cell | None) -> str:
    sessions = cell.report.get("sessions", ()) if cell else ()
    tls = sessions[0].get("tls") if sessions else None
    if not tls or not tls["established"]:
        return ""
    return f"{tls['protocol']}, `{tls['cipher']}`" + (f", {tls['group']}" if tls["group"] else "")


def _refusal(cell: Cell | None) -> str:
    """How a session that cannot be is ended; a dash if it was not tried, or came about all the same."""
    if cell is None or cell.outcome is not Outcome.EQUAL:
        return "-"
    said = "\n".join(cell.candidate)
    alerts = [f"{found[1]}{whose}" for whose, pattern in _ALERTS.items() if (found := pattern.search(said))]
    return ", ".join(alerts) or "closes"


def _groups(done: set[str]) -> list[str]:
    """Those used both at once and by HelloRetryRequest; else it says which way."""
    found = []
    for label, name in (HYBRIDS | PURE).items():
        ways = label in done, f"{label}-retry" in done
        if any(ways):
            found.append(name if all(ways) else f"{name} ({'at once' if ways[0] else 'by retry'})")
    return found


def _legend(cells: Sequence[Cell]) -> list[str]:
    shown = {cell.outcome for cell in cells}
    meanings = "; ".join(f"`{one.value}` {text}" for one, text in LEGEND.items() if one in shown)
    return [f"{meanings}.", "", f"In all: {totals(cells)[-1]}."]
