"""Runs the suite: see the package."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from pathlib import Path

from tests.hostile import checking
from tests.hostile.row import Outcome
from tests.hostile.running import perform
from tests.hostile.suite import ROWS
from tests.hostile.table import line_of, markdown

TABLE = Path(__file__).resolve().parents[2] / "docs" / "hostile.md"


def main() -> int:
    """Whether all is well, as an exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile")
    parser.add_argument("--only", default="", help="rows with this in their name")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="rows at a time")
    parser.add_argument("--check", action="store_true", help="with pyfinger-check, the rows that apply")
    parser.add_argument("--write", action="store_true", help="write docs/hostile.md, if all is well")
    chosen = parser.parse_args()
    rows = [row for row in ROWS if chosen.only in row.name]
    names = [row.name for row in rows if not chosen.check or checking.applies(row)]
    perform_one = _perform_check if chosen.check else _perform
    began = time.monotonic()
    outcomes = []
    with multiprocessing.get_context("fork").Pool(chosen.jobs, maxtasksperchild=1) as pool:
        for outcome in pool.imap(perform_one, names):
            print(line_of(outcome), flush=True)
            outcomes.append(outcome)
    return _conclude(
        outcomes, time.monotonic() - began, write=chosen.write and not (chosen.only or chosen.check)
    )


def _perform(name: str) -> Outcome:
    """In a process of its own, which ends with the row: its threads may still be talking."""
    return perform(next(row for row in ROWS if row.name == name))


def _perform_check(name: str) -> Outcome:
    return checking.perform_check(next(row for row in ROWS if row.name == name))


def _conclude(outcomes: list[Outcome], seconds: float, *, write: bool) -> int:
    failed = [outcome for outcome in outcomes if outcome.problems]
    for outcome in failed:
        print(f"\n{outcome.name}")
        for problem in outcome.problems:
            print(f"  {problem}")
    print(f"\n{len(outcomes)} rows, {len(failed)} failed, {seconds:.0f} s")
    if write and not failed:
        TABLE.write_text(markdown(ROWS, outcomes), encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
