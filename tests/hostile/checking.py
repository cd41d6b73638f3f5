"""The same peers met by pyfinger-check: as hostile as to a probe, and there is a budget for the whole.

A row's options are put as pyfinger-check has them.  Whatever the peer does, there is a report by
`BUDGET`, in text or JSON, with a documented status and without a control character.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from tests.hostile.row import EVERYTHING, SECONDS, Outcome, Row
from tests.hostile.running import CONTROL, MOST_MEMORY, PATIENCE, Run, run_set

BUDGET = 5  # seconds of --timeout
STATUSES = frozenset({0, *range(2, 13), 130})
TEXT, JSON = ("--explain",), ("--format", "json")

_LONG = {"-l": "--level", "-o": "--set", "--resolver": "--resolver"}
_DROPPED = {"-v": 1, "-r": 2, "-m": 2}  # options of the log and of sessions: words with their values


def applies(row: Row) -> bool:
    """Files and their options are a probe's."""
    return not row.name.startswith("file/")


def perform_check(row: Row) -> Outcome:
    """Check the row's peer, for people, and where texts are hostile for programs, too."""
    seconds, memory, problems = 0.0, 0, list[str]()
    run: Run | None = None
    for way in (TEXT, JSON) if row.ways == EVERYTHING else (TEXT,):
        run = run_set(row, lambda words, way=way: check_words(words, way), BUDGET)  # type: ignore[misc]
        if _spent(run) > BUDGET + PATIENCE:  # the machine is shared
            run = run_set(row, lambda words, way=way: check_words(words, way), BUDGET)  # type: ignore[misc]
        seconds, memory = max(seconds, _spent(run)), max(memory, run.memory)
        problems += [f"{' '.join(way)}: {text}" for text in faults_of_check(run, way)]
    line = run.log[0] if run is not None else ""
    return Outcome(row.name, seconds, memory, line, tuple(problems))


def check_words(words: Sequence[str], way: Sequence[str]) -> list[str]:
    """The module, and the words of a row as pyfinger-check has them."""
    found = ["pyfinger.check.command", *way, "--timeout", str(BUDGET), "--pause", "0"]
    found += ["--connect-timeout", str(SECONDS), "--command-timeout", str(SECONDS)]
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in _DROPPED:
            del rest[: _DROPPED[word] - 1]
        elif word in _LONG:
            found += [_LONG[word], rest.pop(0)]
        else:
            found.append(word)
    return found


def faults_of_check(run: Run, way: Sequence[str]) -> Iterator[str]:
    """What a check did that it must not."""
    if run.status not in STATUSES:
        yield f"status {run.status}: {run.log[-3:]}"
    if _spent(run) > BUDGET + PATIENCE:
        yield f"took {run.seconds:.1f} s ({run.waited:.1f} in line, {run.busy:.1f} computing)"
    if run.memory > MOST_MEMORY:
        yield f"took {run.memory >> 20} MiB"
    for place, octets in run.texts.items():
        if b"Traceback" in octets:
            yield f"traceback in {place}: {octets[-400:].decode(errors='replace')}"
        if bad := CONTROL.search(octets.decode("utf-8", "replace")):
            yield f"control character {bad[0]!r} in {place}"
    if not run.texts["stdout"]:
        yield "no report"
    elif way == JSON and "domains" not in json.loads(run.texts["stdout"]):
        yield "no document"


def _spent(run: Run) -> float:
    """Without what others had of the machine, if it took too long."""
    return run.seconds if run.seconds <= BUDGET + PATIENCE else run.seconds - run.waited
