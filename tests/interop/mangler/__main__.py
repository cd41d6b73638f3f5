"""Compare pyfinger with the reference in spoilt sessions, and print in what they differ.

    python -m tests.interop.mangler [--every N] [--jobs N] [--like 3.11] [PATTERN ...]

Patterns are those of shells, for the names of cases.  Needs root and the lab up.
"""

from __future__ import annotations

import argparse
import difflib
import sys

from tests.interop.mangler.comparing import Outcome, chosen, compare, missing
from tests.lab.places import FIRST, TREES


def main() -> int:
    """The number of cases that differ decides the status."""
    parser = argparse.ArgumentParser(prog="python -m tests.interop.mangler", description=__doc__)
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only one in N")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    parser.add_argument("--like", choices=tuple(TREES), default=FIRST, help="which reference")
    options = parser.parse_args()
    if missing(options.like):
        sys.exit(missing(options.like))
    kinds: dict[tuple[str, ...], list[str]] = {}
    total = 0
    for outcome in compare(chosen(options.patterns, options.every), options.jobs, options.like):
        total += 1
        if not outcome.equal:
            kinds.setdefault(_difference(outcome), []).append(outcome.case.name)
    for difference, names in sorted(kinds.items(), key=lambda item: -len(item[1])):
        print(f"== {len(names)}: {'; '.join(names[:4])}", *difference, sep="\n    ")
    differing = sum(map(len, kinds.values()))
    print(f"equal {total - differing}/{total}")
    return 1 if differing else 0


def _difference(outcome: Outcome) -> tuple[str, ...]:
    lines = difflib.unified_diff(outcome.reference, outcome.candidate, lineterm="", n=0)
    return tuple(line for line in lines if not line.startswith(("---", "+++", "@@")))


if __name__ == "__main__":
    sys.exit(main())
