"""Runs a row and holds against it what every row has to keep to."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.row import SECONDS, UNHURRIED, Outcome, Row
from tests.hostile.stage import Stage

PATIENCE = 1.0  # seconds beyond the deadlines
MOST_MEMORY = 150 << 20  # bytes
GRACE = 30.0  # seconds until a process that hangs is killed

SPAWN = Path(__file__).with_name("spawn.py")
PREFIX = "pyfinger: "
# Neither control characters nor the C1 set, which terminals take for escape sequences.
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
BINARY = frozenset({"capture"})  # files that are no text


@dataclass(frozen=True, slots=True)
class Run:
    """One process and what it left behind."""

    status: int
    seconds: float  # from the first contact to the end
    waited: float  # of these, those in which others had the processor
    busy: float  # of its whole life, those in which it had a processor itself
    memory: int
    texts: dict[str, bytes]  # what it wrote, by place

    @property
    def log(self) -> list[str]:
        """The lines of standard output and standard error, without the program's name."""
        text = (self.texts["stdout"] + self.texts["stderr"]).decode("utf-8", "replace")
        return [line.removeprefix(PREFIX) for line in text.split("\n")]


def perform(row: Row) -> Outcome:
    """Run a row in all its ways."""
    seconds, memory, found, problems = 0.0, 0, "", list[str]()
    for way in row.ways:
        run = run_once(row, way)
        if _late(row, run):  # the row itself shares the machine with others
            run = run_once(row, way)
        seconds, memory = max(seconds, _counted(row, run)), max(memory, run.memory)
        found = found or _line(row, run)
        problems += [f"{' '.join(way[:2]) or 'plain'}: {text}" for text in faults(row, run, way)]
    return Outcome(row.name, seconds, memory, found, tuple(problems))


def run_once(row: Row, way: Sequence[str]) -> Run:
    """One process, with one set of options."""
    seconds = str(SECONDS if row.seconds else UNHURRIED)
    return run_set(row, lambda words: ["pyfinger", "-t", seconds, "-T", seconds, *way, *words], row.seconds)


def run_set(row: Row, command: Callable[[Sequence[str]], Sequence[str]], seconds: float) -> Run:
    """One process, whose module and words `command` makes of those of the row; `{out}` is a folder."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder = Path(name)
        out = folder / "out"
        out.mkdir()
        (folder / "main.cf").write_text("compatibility_level = 3.10\nmyhostname = probe.test\n")
        stage = Stage(folder)
        words = row.set(stage)
        stage.start()
        try:
            whole = [word.replace("{out}", str(out)) for word in command(words)]
            return _process(stage, whole, seconds + GRACE)
        finally:
            stage.close()


def _process(stage: Stage, words: Sequence[str], patience: float) -> Run:
    command = [sys.executable, "-m", *words]
    places = {name: stage.folder / name for name in ("stdout", "stderr")}
    reader, writer = os.pipe()
    with open(places["stdout"], "wb") as out, open(places["stderr"], "wb") as err:
        spawned = subprocess.Popen(
            [sys.executable, "-ISE", str(SPAWN), str(writer), str(patience), *command],
            env={**os.environ, "MAIL_CONFIG": str(stage.folder), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            pass_fds=(writer,),
        )
    os.close(writer)
    with open(reader, "rb") as pipe:
        stage.client = int(pipe.readline())
        measured = json.loads(pipe.read())
    spawned.wait()
    places |= {path.name: path for path in (stage.folder / "out").iterdir()}
    return Run(
        status=measured["status"],
        seconds=measured["ended"] - (stage.contact or measured["began"]),
        waited=measured["waited"] - stage.waited,
        busy=measured["busy"],
        memory=measured["memory"] << 10,
        texts={name: path.read_bytes() for name, path in places.items() if name not in BINARY},
    )


def faults(row: Row, run: Run, way: Sequence[str]) -> Iterator[str]:
    """What a run did that it must not."""
    if run.status != row.status and "--format" not in way:
        yield f"status {run.status}, not {row.status}"
    if run.status < 0:
        yield f"ended by signal {-run.status}"
    if _late(row, run):
        spent = f"{run.seconds:.1f} s ({run.waited:.1f} in line, {run.busy:.1f} computing)"
        yield f"took {spent}, not {row.seconds + PATIENCE:g}"
    if run.memory > MOST_MEMORY:
        yield f"took {run.memory >> 20} MiB"
    for place, text in run.texts.items():
        if b"Traceback" in text:
            yield f"traceback in {place}: {text[-400:].decode(errors='replace')}"
        if bad := CONTROL.search(text.decode("utf-8", "replace")):
            yield f"control character {bad[0]!r} in {place}"
    if "--format" not in way and not _line(row, run):
        yield f"no line like {row.line!r}, but {run.log[-4:]}"


def _line(row: Row, run: Run) -> str:
    return next((line for line in run.log if re.search(row.line, line)), "")


def _late(row: Row, run: Run) -> bool:
    return _counted(row, run) > row.seconds + PATIENCE


def _counted(row: Row, run: Run) -> float:
    """The time a run took; if too long, without what others had of this machine.

    Where a deadline passes, it is the program's to keep; where none does, the
    peer's own computing must not count, which would pass for the program's.
    """
    if run.seconds <= row.seconds + PATIENCE:
        return run.seconds
    spent = run.seconds - run.waited
    return spent if row.seconds else min(spent, run.busy)
