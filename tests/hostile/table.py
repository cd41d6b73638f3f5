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

Made by `python -m tests.hostile --write` (see `tests/hostile/`). Each row is a server, a
name server or a file with bad manners, on real sockets, and the program as a
process of its own, with deadlines of two seconds (ten where none is to pass):
plainly, and for most rows again with `--json`, `--events`, `--pcapng` and
`--trace`; where names and texts try to drive a terminal, also with `-vv`, `-C`,
all of `-L` and `--timing`, and as a monitoring plugin. It has to end within the
deadlines that pass and {PATIENCE:g} s more, in less than {MOST_MEMORY // MIB} MiB, with the
line shown and the right exit status, without a traceback, and without a control
character (C0, DEL, C1) other than the end of a line in anything it prints or writes as text.

"Time" is from the first contact to the end of the process, "allowed" what
deadlines pass and the second on top (name servers have ten seconds: two attempts
of five), "memory" the peak of resident memory: the worst of all ways to run the
row. Should a row take too long, it runs once more; what others had of the
processors is then left out, and so is, where no deadline is to pass, the time the
hostile server itself computes.

Limits are those of one step. A name server that names a hundred mail servers
and then says nothing about any of them uses up the time of each lookup, as it
does with posttls-finger.

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
    steady = re.sub(r"/\S*/hostile-\w+/", "DIR/", steady)
    return f"{steady[:SHOWN]}…" if len(steady) > SHOWN else steady
