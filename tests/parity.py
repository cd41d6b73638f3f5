"""Count the lab scenarios in which pyfinger prints what posttls-finger(1) prints.

    parity.py --lab DIR --cmd PYFINGER --ratchet FILE

The lab must be up.  A scenario that fails gets a second chance, since servers
under load may answer late.  The ratchet file holds the number of scenarios
that passed so far: fewer is a failure (status 1); raise it when more do.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

Compare: TypeAlias = Callable[..., dict[str, bool]]  # options of ./compare -> scenario: passed
JOBS = 3


def comparison(lab: Path, command: str) -> Compare:
    """A function that runs the lab's comparison and returns which scenarios passed."""

    def run(*options: str) -> dict[str, bool]:
        with tempfile.TemporaryDirectory() as folder:
            results = Path(folder) / "results.json"
            argv = [str(lab / "compare"), "--open", "--quiet", "--cmd", command, "--json", str(results)]
            # Its status only says whether everything passed.
            subprocess.run([*argv, *options], check=False, stdout=subprocess.DEVNULL)
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
    parser.add_argument("--lab", type=Path, required=True)
    parser.add_argument("--cmd", required=True, help="the pyfinger to test")
    parser.add_argument("--ratchet", type=Path, required=True, help="file with the least number")
    options = parser.parse_args(argv)
    results = passed_after_retry(comparison(options.lab, options.cmd))
    enough, lines = verdict(results, int(options.ratchet.read_text()))
    print("\n".join(lines))
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
