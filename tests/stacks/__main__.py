"""Meet all stacks in all scenarios, and print the table.

Status 0 if every cell is equal or explained, nothing is marked by tshark or the trace,
and there are at least --least equal cells; else 1.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from pathlib import Path

from tests.lab.daemons import in_lab_net
from tests.lab.golden import difference
from tests.lab.inside import in_net, require_lab
from tests.stacks import scenarios
from tests.stacks.cells import Cell, Outcome, met
from tests.stacks.names import named
from tests.stacks.page import write
from tests.stacks.servers import Installed, alone, installed
from tests.stacks.table import AS_THEY_SHOULD, equal, table, totals


def main(argv: Sequence[str] | None = None) -> int:
    """Run, print, and return the exit status."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.markdown and (options.few or options.scenario or options.only != "*"):
        parser.error("the tables of docs/stacks.md are of all stacks and scenarios")
    require_lab("stacks")
    if not in_lab_net(os.getpid()):
        os.execvp("nsenter", in_net([sys.executable, "-m", "tests.stacks", *(argv or sys.argv[1:])]))
    if shutil.which("tshark") is None:
        sys.exit("stacks: needs tshark")
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # or servers would stay
    with alone(), named():
        return _table(options)


def _table(options: argparse.Namespace) -> int:
    wanted = options.only.split(",")
    stacks = [one for one in installed(options.few) if any(fnmatchcase(one.name, each) for each in wanted)]
    asked = scenarios.chosen(options.scenario or (scenarios.FEW if options.few else "*"))
    cells = list(_meet(stacks, asked, options))
    print("", *table(cells), "", *totals(cells), sep="\n")
    if options.markdown:
        write(cells, {one.name: one.stack for one in stacks})
    good = all(cell.outcome in AS_THEY_SHOULD and not cell.marks for cell in cells)
    return 0 if good and equal(cells) >= options.least else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stacks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--only", default="*", metavar="STACKS", help="names with their versions, such as 'gnutls*,go-1.27*'")
    add("--few", action="store_true", help="five stacks in some scenarios, as in .ci/run")
    add("--scenario", metavar="NAMES", help="such as 'resume*,client'")
    add("--cmd", type=Path, default=Path(sys.executable).with_name("pyfinger"), help="the pyfinger to test")
    add("--diff", action="store_true", help="show what differs, and the marks")
    add("--jobs", type=int, default=2, help="stacks at a time (2)")
    add("--least", type=int, default=1, metavar="N", help="so many cells have to be equal (1)")
    add("--markdown", action="store_true", help="write the tables of docs/stacks.md")
    return parser


def _meet(
    stacks: Sequence[Installed], asked: Sequence[scenarios.Scenario], options: argparse.Namespace
) -> Iterator[Cell]:
    """All cells, in the order of stacks and scenarios; told as they come."""
    command = [str(options.cmd.absolute())]

    def one(stack: Installed) -> list[Cell]:
        order = {scenario.name: at for at, scenario in enumerate(asked)}
        return sorted(met(stack, asked, command), key=lambda cell: order[cell.scenario])

    with ThreadPoolExecutor(options.jobs) as pool:
        for cells in pool.map(one, stacks):
            for cell in cells:
                _tell(cell, options.diff)
            yield from cells


def _tell(cell: Cell, diff: bool) -> None:
    if cell.outcome not in AS_THEY_SHOULD or cell.marks:
        print(cell.outcome.value, cell.stack, cell.scenario, f"{len(cell.marks)} marks", flush=True)
        if diff and cell.outcome is Outcome.DIFFERENT:
            print("\n".join(difference(cell.reference, cell.candidate)))
        if diff:
            print("\n".join(f"    {mark}" for mark in cell.marks[:20]))


if __name__ == "__main__":
    sys.exit(main())
