"""How much of pyfinger the harnesses reach, and how much with all tests together.

    python -m fuzz._coverage

Runs the tests twice: those of `tests/test_fuzz.py`, which try seeds, corpora
and what was found, and then all.  Prints branches reached for each package;
the exit status is 1 if tests fail or less than `ENOUGH` percent are reached.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fuzz import _targets

ENOUGH = 90  # percent of all branches
ROOT = _targets.FOLDER.parent


@dataclass(frozen=True)
class Reached:
    """Branches."""

    covered: int
    all: int

    @property
    def percent(self) -> float:
        return 100 * self.covered / self.all if self.all else 100.0

    def __str__(self) -> str:
        return f"{self.covered:5}/{self.all:<5} {self.percent:5.1f} %"


def measure(tests: Sequence[str], folder: Path) -> tuple[int, dict[str, Reached]]:
    """Run tests; their exit status, and what they reached of each package."""
    report = folder / "coverage.json"
    words = ["-q", "-n", "auto", "-p", "no:cacheprovider", "--cov=pyfinger", "--cov-branch"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, f"--cov-report=json:{report}", *tests],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        print(done.stdout)
    return done.returncode, packages(json.loads(report.read_text())["files"]) if report.exists() else {}


def packages(files: dict[str, dict[str, dict[str, int]]]) -> dict[str, Reached]:
    """The sums of coverage's report, by package; modules of the top package go by its name."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, file in files.items():
        place = Path(name).parts
        package = place[1] if len(place) > 2 else place[0]
        for total in (sums[package], sums["all"]):
            total[0] += file["summary"]["covered_branches"]
            total[1] += file["summary"]["num_branches"]
    return {package: Reached(*total) for package, total in sums.items()}


def main() -> int:
    """Measure, and print the table."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        failed, fuzz = measure(["tests/test_fuzz.py"], Path(folder))
        also_failed, tests = measure([], Path(folder))
    print(f"\n{'branches of':12} {'fuzz alone':>18} {'fuzz and tests':>19}")
    for package in sorted(tests, key=lambda name: (name == "all", name)):
        print(f"{package:12} {fuzz.get(package, Reached(0, 0))} {tests[package]}")
    good = bool(tests) and tests["all"].percent >= ENOUGH
    print(f"{'passed' if good else 'FAILED'}: at least {ENOUGH} % of all branches are wanted")
    return 0 if good and not failed and not also_failed else 1


if __name__ == "__main__":
    sys.exit(main())
