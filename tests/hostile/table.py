"""The table of a run, for the terminal and for docs/hostile.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tests.hostile.row import Outcome, Row
from tests.hostile.running import MOST_MEMORY, PATIENCE

MIB = 1 << 20
SHOWN = 130  # characters of a line

_HEAD = f"""\
# Hostile peers

Made by `python -m tests.hostile` (see `tests/hostile/`), on a machine with two
processors. Each row is a server, a name server or a file with bad manners, on
real sockets, and the program run with deadlines of two seconds, plainly and with everything
it can print or write at the same time. It has to end within the deadlines that
pass and {PATIENCE:g} s more, in less than {MOST_MEMORY // MIB} MiB, with the line shown
and the right exit status, without a traceback, and without a control character
other than the end of a line in anything that it prints or writes.

"Time" is from the first contact to the end of the process, "allowed" what deadlines pass and the
second on top, "memory" the peak of resident memory: the worst of all ways to run
the row.

| row | time | allowed | memory | what is said |
|---|--:|--:|--:|---|
"""


def line_of(outcome: Outcome) -> str:
    """One row of the run, as it ends."""
    word = "FAILED" if outcome.problems else "ok"
    figures = f"{outcome.seconds:5.1f} s {outcome.memory / MIB:4.0f} MiB"
    return f"{word:6} {figures}  {outcome.name}: {_shown(outcome.line)}"


def markdown(rows: Sequence[Row], outcomes: Sequence[Outcome]) -> str:
    """The whole document."""
    return _HEAD + "".join(_lines(rows, outcomes))


def _lines(rows: Sequence[Row], outcomes: Sequence[Outcome]) -> Iterator[str]:
    for row, outcome in zip(rows, outcomes, strict=True):
        allowed = row.seconds + PATIENCE
        said = _shown(outcome.line).replace("|", "\\|").replace("`", "'")
        figures = f"{outcome.seconds:.1f} s | {allowed:g} s | {outcome.memory / MIB:.0f} MiB"
        yield f"| {row.name} | {figures} | `{said}` |\n"


def _shown(line: str) -> str:
    """The beginning of a line, without the port, which is another one each time."""
    steady = re.sub(r"(127\.0\.0\.\d+\]?):\d+", r"\1:PORT", line)
    return f"{steady[:SHOWN]}…" if len(steady) > SHOWN else steady
