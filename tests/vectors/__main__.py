"""Run every suite that is known and lies in a directory: `python -m tests.vectors DIRECTORY [SUITE...]`.

Prints `SUITE passed/total` and the cases that fail; exits with 1 if any does that is no exception.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.vectors.suites import SUITES


def main(arguments: list[str]) -> int:
    """Run the suites; the exit status."""
    if not arguments:
        print("usage: python -m tests.vectors DIRECTORY [SUITE...]", file=sys.stderr)
        return 2
    root, chosen = Path(arguments[0]), arguments[1:]
    failed = 0
    for name, runner in SUITES.items():
        if not (root / name).is_dir() or (chosen and name not in chosen):
            continue
        results = list(runner(root / name))
        failures = [result for result in results if not result.passed]
        failed += sum(not failure.allowed for failure in failures)
        print(f"{name} {len(results) - len(failures)}/{len(results)}")
        for failure in failures:
            print(f"    {failure.case}: {failure.detail}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
