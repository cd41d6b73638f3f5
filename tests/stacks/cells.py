"""One stack in one scenario: both programs meet the same server, and what they say is compared.

What pyfinger writes beside its log is looked at, too: tshark must make of the capture what
the trace made of the session, and have nothing to say against any packet of it.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from tests.interop.dissection import dissect
from tests.interop.tshark import differences, traced, tsharked
from tests.interop.tshark_names import EXPERIMENTS
from tests.lab.inside import Run, Surroundings, run_in_lab
from tests.lab.normalise import transcript
from tests.lab.scenarios import expand
from tests.stacks import names
from tests.stacks.front import Front
from tests.stacks.scenarios import Scenario, Wish
from tests.stacks.servers import HOST, Installed, StackError, serving

REFERENCE = "/usr/sbin/posttls-finger"
SECONDS = 40.0  # a run that takes longer is killed
# What differs on purpose: stack and scenario, by patterns, and the line of docs/differences.md.
EXPLAINED: tuple[tuple[str, str, str], ...] = ()


class Outcome(Enum):
    """What came of a cell; the values are what the table shows."""

    EQUAL = "="  # and what the scenario is about was seen
    UNSEEN = "~"  # equal, but it did not come about: the stack would not
    EXPLAINED = "e"
    DIFFERENT = "!"
    UNABLE = "."  # the stack, or this program of it, has no such thing
    BROKEN = "?"  # its server does not start


@dataclass(frozen=True)
class Cell:
    """One place of the table, and what is behind it."""

    stack: str  # Installed.name
    scenario: str
    outcome: Outcome
    reference: Sequence[str] = ()
    candidate: Sequence[str] = ()
    marks: Sequence[str] = ()  # of tshark and the trace
    report: dict[str, Any] = field(default_factory=dict)  # of --json


def met(found: Installed, scenarios: Sequence[Scenario], command: Sequence[str]) -> Iterator[Cell]:
    """A stack in each scenario; those that wish for the same server share one."""
    rest = list(scenarios)
    while rest:
        wish = rest[0].wish
        alike, rest = [one for one in rest if one.wish == wish], [one for one in rest if one.wish != wish]
        if found.stack.options(wish) is None:
            yield from (Cell(found.name, one.name, Outcome.UNABLE) for one in alike)
            continue
        try:
            with serving(found, wish) as port, Front(HOST, port, wish.wrapped) as front:
                for one in alike:
                    cell = _cell(found, one, front.port, command)
                    # Servers under load may stumble, as in the lab.
                    again = cell.outcome is Outcome.DIFFERENT or bool(cell.marks)
                    yield _cell(found, one, front.port, command) if again else cell
        except StackError:  # a server that starts, but not so, cannot do it
            outcome = Outcome.BROKEN if wish == Wish() else Outcome.UNABLE
            yield from (Cell(found.name, one.name, outcome) for one in alike)


def _cell(found: Installed, scenario: Scenario, port: int, command: Sequence[str]) -> Cell:
    words = [*scenario.words, f"[{scenario.host or HOST}]:{port}", *expand(scenario.match)]
    if scenario.host:
        names.publish(scenario.host, HOST, port, expand(scenario.tlsa))
    resolver = names.RESOLVER if scenario.host else "validating"
    reference = _lines(_run([REFERENCE, *words], True, resolver))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {kind: folder / f"probe.{kind}" for kind in ("pcapng", "trace", "json")}
        written = (f"--pcapng={files['pcapng']}", f"--json={files['json']}", f"--trace=json:{files['trace']}")
        candidate = _lines(_run([*command, *written, "--color=never", *words], False, resolver))
        marks = list(_marks(files["pcapng"], files["trace"]))
        trace = files["trace"].read_text() if files["trace"].exists() else ""
        report = json.loads(files["json"].read_bytes()) if files["json"].exists() else {}
    outcome = judged(found.stack.name, scenario, reference, candidate, trace)
    return Cell(found.name, scenario.name, outcome, reference, candidate, marks, report)


def judged(
    stack: str, scenario: Scenario, reference: Sequence[str], candidate: Sequence[str], trace: str = ""
) -> Outcome:
    """The outcome by both transcripts, and by the trace as to what was seen."""
    if reference != candidate:
        explained = any(re.search(a, stack) and re.search(b, scenario.name) for a, b, _ in EXPLAINED)
        return Outcome.EXPLAINED if explained else Outcome.DIFFERENT
    said = "\n".join((*candidate, trace))
    return Outcome.EQUAL if all(re.search(each, said) for each in scenario.seen) else Outcome.UNSEEN


def _run(argv: Sequence[str], chroot: bool, resolver: str) -> Run:
    return run_in_lab(argv, Surroundings(chroot=chroot, resolver=resolver, timeout=SECONDS))


def _lines(run: Run) -> list[str]:
    return transcript(run.out, run.err, run.status)


def _marks(capture: Path, trace: Path) -> Iterator[str]:
    """What tshark finds fault with, and where the trace sees something else, or trouble."""
    if not capture.exists():
        return
    for number, frame in enumerate(dissect(capture), start=1):
        if frame.faults:
            yield f"packet {number}: {frame.faults}"
    if trace.exists():
        lines = trace.read_bytes().splitlines()
        yield from (f"trace: {line['problem']}" for line in map(json.loads, lines) if line.get("problem"))
        try:
            found = differences(traced(lines), tsharked(capture))
            yield from (one for one in found if not EXPERIMENTS.search(one))
        except AssertionError as error:
            yield str(error)
