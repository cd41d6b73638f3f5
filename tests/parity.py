"""Count the lab scenarios in which pyfinger prints what posttls-finger(1) prints.

    parity.py [--up] [--like 3.11] --cmd PYFINGER

The lab (tests/lab) must be up, or is brought up and down again with --up.  A
scenario that fails gets a second chance, since servers under load may answer
late.  parity.txt holds the number of scenarios that passed so far: fewer is a
failure (status 1); raise it when more do.  With --like only scenarios are run in which that
reference differs, beside its recordings; parity-3.11.txt has their number.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TypeAlias

Compare: TypeAlias = Callable[..., dict[str, bool]]  # options of compare -> scenario: passed
TESTS = Path(__file__).resolve().parent
LAB = TESTS / "lab"
RATCHET = TESTS / "parity.txt"
JOBS = 3


@contextmanager
def running(lab: Path) -> Iterator[None]:
    """The lab, up; and down again, whatever happens."""
    try:
        _quietly(lab / "up")
        yield
    finally:
        _quietly(lab / "down")


def _quietly(command: Path) -> None:
    """Run a command; what it says is shown only if it fails, which ends us."""
    done = subprocess.run(
        [sys.executable, command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        sys.stderr.buffer.write(done.stdout)
        sys.exit(f"parity: {command.name} failed")


def comparison(lab: Path, command: str, like: str | None = None) -> Compare:
    """A function that runs the lab's comparison and returns which scenarios passed."""

    def run(*options: str) -> dict[str, bool]:
        with tempfile.TemporaryDirectory() as folder:
            results = Path(folder) / "results.json"
            argv = [sys.executable, str(lab / "compare"), "--open", "--quiet", "--cmd", command]
            if like is not None:
                argv += ["--differing", "--like", like]
            # Its status only says whether everything passed.
            subprocess.run([*argv, "--json", str(results), *options], check=False, stdout=subprocess.DEVNULL)
            return {result["name"]: result["passed"] for result in json.loads(results.read_text())}

    return run


def passed_after_retry(compare: Compare) -> dict[str, bool]:
    """All scenarios; those that failed were run once more, alone."""
    results = compare("--jobs", str(JOBS))
    for name in failing(results):
        results[name] = compare("--only", name).get(name, False)
    return results


def failing(results: dict[str, bool]) -> list[str]:
    """The names of the scenarios that did not pass."""
    return [name for name, passed in results.items() if not passed]


def verdict(results: dict[str, bool], ratchet: int) -> tuple[bool, Iterable[str]]:
    """Whether enough passed, and the lines to print."""
    count = sum(results.values())
    lines = [f"parity {count}/{len(results)} (ratchet {ratchet})"]
    if failing(results):
        lines.insert(0, f"parity: not equal: {' '.join(failing(results))}")
    if count > ratchet:
        lines.append(f"parity: {count - ratchet} more than the ratchet: raise it")
    return count >= ratchet, lines


def main(argv: Sequence[str]) -> int:
    """Compare, print, and return the exit status."""
    parser = argparse.ArgumentParser(description="Count lab scenarios that pass.")
    parser.add_argument("--cmd", required=True, help="the pyfinger to test")
    parser.add_argument("--up", action="store_true", help="start the lab before, stop it afterwards")
    parser.add_argument("--lab", type=Path, default=LAB, help="the lab's folder")
    parser.add_argument("--like", metavar="RELEASE", help="a newer reference, where it differs")
    parser.add_argument("--ratchet", type=Path, help="file with the least number")
    options = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # or the lab would stay up
    with running(options.lab) if options.up else nullcontext():
        results = passed_after_retry(comparison(options.lab, options.cmd, options.like))
    ratchet = options.ratchet or (TESTS / f"parity-{options.like}.txt" if options.like else RATCHET)
    enough, lines = verdict(results, int(ratchet.read_text()))
    print("\n".join(lines))
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
