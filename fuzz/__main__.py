"""Search all targets, or some, for a while: `python -m fuzz --time 600`.

Prints for each target how often it was run, how fast, how many inputs its
corpus has, and what broke.  What broke something is saved under
`tests/vectors/found/`, where the tests try it ever after; then the exit status
is 1.  Without atheris the search is hypothesis', and blind.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from fuzz import _coverage, _targets

_EXECUTIONS = re.compile(r"^stat::number_of_executed_units: +(\d+)", re.MULTILINE)
_GRACE = 240  # seconds beyond its time after which a search is stopped; imports may take long
_SHOWN, _WIDTH = 40, 200  # lines and columns of what a broken search said


@dataclass(frozen=True)
class Searched:
    """What came of one target."""

    name: str
    executions: int
    seconds: float
    findings: tuple[Path, ...]
    trouble: str = ""  # the end of its output, if it went wrong

    def __str__(self) -> str:
        rate = self.executions / self.seconds if self.seconds else 0
        outcome = " ".join(map(_shown, self.findings)) or ("FAILED" if self.trouble else "-")
        corpus = len(_targets.corpus(self.name))
        return f"{self.name:22} {self.executions:10} {rate:8.0f} {corpus:7}  {outcome}"


class Hunt:
    """All targets, one after the other, as many at once as there are processors to use."""

    def __init__(self, names: Sequence[str], seconds: float, *, jobs: int, keep: bool) -> None:
        self._names = names
        self._jobs = max(1, min(jobs, len(names)))
        self._keep = keep
        self._module = "fuzz._guided" if find_spec("atheris") else "fuzz._blind"
        self._waiting = len(names)
        self._end = time.monotonic() + seconds
        self._lock = Lock()

    @property
    def guided(self) -> bool:
        """Whether coverage guides the search."""
        return self._module == "fuzz._guided"

    def run(self) -> list[Searched]:
        """Search; prints a line for each target when it is done."""
        with ThreadPoolExecutor(self._jobs) as pool:
            return list(pool.map(self._one, self._names))

    def _one(self, name: str) -> Searched:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            searched = self._search(name, Path(folder))
            if self._keep and not searched.findings:
                self._start("fuzz._keep", name, f"{folder}/new")
        with self._lock:
            print(searched, flush=True)
            if searched.trouble:
                print(searched.trouble, file=sys.stderr, flush=True)
        return searched

    def _search(self, name: str, scratch: Path) -> Searched:
        (scratch / "new").mkdir()
        seconds = self._share()
        start = time.monotonic()
        try:
            status, said = self._start(
                self._module, name, f"{seconds:.1f}", str(scratch), limit=seconds + _GRACE
            )
        except subprocess.TimeoutExpired:
            status, said = 1, f"{name}: does not end"
        executions = _EXECUTIONS.search(said)
        findings = tuple(_save(name, path) for path in scratch.glob("broken-*"))
        return Searched(
            name,
            int(executions[1]) if executions else 0,
            time.monotonic() - start,
            findings,
            _ending(said) if status else "",
        )

    def _share(self) -> float:
        """Seconds for the next target, of what is left for all that wait."""
        with self._lock:
            left = max(0.0, self._end - time.monotonic())
            share = left * self._jobs / max(self._waiting, self._jobs)
            self._waiting -= 1
        return max(1.0, share)

    def _start(self, module: str, *words: str, limit: float | None = None) -> tuple[int, str]:
        """A process of ours: its exit status, and what it said."""
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=_targets.FOLDER.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=limit,
        )
        return done.returncode, done.stdout.decode("utf-8", "replace")


def _ending(said: str) -> str:
    """The end of what a search said, without what libFuzzer has to say of itself."""
    lines = [line[:_WIDTH] for line in said.splitlines() if not line.startswith(("INFO:", "WARNING:", "0x"))]
    return "\n".join(lines[-_SHOWN:])


def _save(name: str, broken: Path) -> Path:
    """Keep what broke something where the tests find it; libFuzzer's name has its digest at the end."""
    _targets.FOUND.mkdir(parents=True, exist_ok=True)
    path = _targets.FOUND / f"{name}-{broken.name[-40:][:12]}.bin"
    shutil.copyfile(broken, path)
    return path


def _shown(path: Path) -> str:
    return str(path.relative_to(_targets.FOLDER.parent))


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m fuzz", description="Search for inputs that break something."
    )
    parser.add_argument(
        "--time", type=float, default=60, metavar="SECONDS", help="for all targets together (60)"
    )
    parser.add_argument(
        "--target", action="append", choices=_targets.names(), metavar="NAME", help="only this"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="targets at once")
    parser.add_argument("--keep", action="store_true", help="add to fuzz/corpus/ what reaches something new")
    parser.add_argument("--coverage", action="store_true", help="then measure what tests and corpora reach")
    parser.add_argument("--list", action="store_true", help="only print the targets and their invariants")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Exit status 1 if anything broke."""
    arguments = _arguments(words)
    names: Sequence[str] = arguments.target or _targets.names()
    if arguments.list:
        for name in names:
            print(f"{name:22} {_targets.target(name).invariant}")
        return 0
    good = (
        _hunt(Hunt(names, arguments.time, jobs=arguments.jobs, keep=arguments.keep))
        if arguments.time
        else True
    )
    if arguments.coverage:
        good = _coverage.main() == 0 and good
    return 0 if good else 1


def _hunt(hunt: Hunt) -> bool:
    if not hunt.guided:
        print("no atheris here: the search is hypothesis', and blind (pip install 'pyfinger[fuzz]')")
    print(f"{'target':22} {'executions':>10} {'a second':>8} {'corpus':>7}  findings")
    done = hunt.run()
    executions = sum(one.executions for one in done)
    broken = [one for one in done if one.findings or one.trouble]
    print(f"{'all':22} {executions:10}                   {len(broken)} with findings")
    return not broken


if __name__ == "__main__":
    sys.exit(main())
