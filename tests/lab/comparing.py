"""Run a candidate through the scenarios and compare it, line by line, with the recordings.

    compare --cmd CMD [OPTION...]

Status 0 if every scenario passes, else 1.  The lab must be up; needs root.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.lab import golden
from tests.lab.inside import Run, require_lab, require_tree
from tests.lab.normalise import PROGRAMS, transcript
from tests.lab.places import FIRST, TREES
from tests.lab.scenarios import Scenario, deviations, run_scenario, scenarios


@dataclass(frozen=True, slots=True)
class Result:
    """How a candidate did in one scenario; these are the keys of --json."""

    name: str
    group: str
    passed: bool
    same: int  # recorded lines that it printed, in order
    lines: int  # recorded lines
    differing: int
    seconds: float


def main(argv: Sequence[str] | None = None) -> int:
    """Compare, print, and return the exit status."""
    options = _parser().parse_args(argv)
    require_lab("compare")
    if options.chroot:
        require_tree("compare", options.like)
    command = candidate(options.cmd, options.chroot)
    if options.like != FIRST and not options.chroot:
        command.append(f"--like={options.like}")
    programs = tuple({*PROGRAMS, Path(command[0]).name})
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    results = []
    for scenario, run in _runs(_chosen(options), command, options):
        got = transcript(run.out, run.err, run.status, programs)
        like = golden.nearest(_recorded(scenario, options), got)
        result = judged(scenario, like, run.seconds)
        results.append(result)
        if options.out:
            (options.out / f"{scenario.name}.txt").write_text(golden.as_text(got), encoding="utf-8")
        if not options.quiet:
            print("PASS" if result.passed else f"{like.differing:4d}", scenario.name, flush=True)
        if options.diff and not result.passed:
            print("\n".join(golden.difference(like.golden, got)))
    print("", *totals(results), sep="\n")
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in results], indent=1) + "\n")
    return 0 if all(one.passed for one in results) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--cmd", required=True, help="the candidate's command line")
    add("--chroot", action="store_true", help="run it in the reference's tree, to compare that with itself")
    add(
        "--like", choices=tuple(TREES), default=FIRST, help="which reference; a candidate is told with --like"
    )
    add("--differing", action="store_true", help="only where that reference differs from the first")
    subset = parser.add_mutually_exclusive_group()
    subset.add_argument("--open", action="store_true", help="without those of deviations.json (the default)")
    subset.add_argument("--all", action="store_true", help="with them (the default with --chroot)")
    add("--only", metavar="PATTERN", help="names or groups (shell pattern)")
    add("--golden", type=Path, metavar="DIR", help="recordings to compare with")
    add("--diff", action="store_true", help="show the differences")
    add("--quiet", action="store_true", help="only the totals")
    add("--jobs", type=int, default=1, help="scenarios at a time (those with s_server stay one at a time)")
    add("--json", type=Path, metavar="FILE", help="also write the results there")
    add("--out", type=Path, metavar="DIR", help="keep the candidate's transcripts there")
    return parser


def candidate(command: str, chroot: bool) -> list[str]:
    """The words of a command line; the program by its full path, since the directory changes."""
    words = shlex.split(command)
    found = None if chroot else shutil.which(words[0])
    return [str(Path(found).absolute()), *words[1:]] if found else words


def _chosen(options: argparse.Namespace) -> list[Scenario]:
    """What --only, --differing, --open, --all and --chroot leave."""
    left_out = deviations() if options.open or not (options.all or options.chroot) else {}
    chosen = [one for one in scenarios(options.only) if one.name not in left_out]
    return [one for one in chosen if not options.differing or golden.differs(one.name, options.like)]


def _recorded(scenario: Scenario, options: argparse.Namespace) -> list[list[str]]:
    if options.golden:
        return golden.recorded(scenario.name, options.golden)
    return golden.of_reference(scenario.name, options.like)


def _runs(
    chosen: Sequence[Scenario], command: Sequence[str], options: argparse.Namespace
) -> Iterator[tuple[Scenario, Run]]:
    """Every scenario and its run, in order, as many at a time as asked for."""
    with ThreadPoolExecutor(options.jobs) as pool:
        yield from zip(chosen, pool.map(_runner(command, options), chosen), strict=True)


def _runner(command: Sequence[str], options: argparse.Namespace) -> Callable[[Scenario], Run]:
    one_engine = threading.Lock()  # an s_server serves one connection at a time

    def run(scenario: Scenario) -> Run:
        if "s_server" in scenario.needs:
            with one_engine:
                return run_scenario(scenario, command, options.chroot, options.like)
        return run_scenario(scenario, command, options.chroot, options.like)

    return run


def judged(scenario: Scenario, like: golden.Likeness, seconds: float) -> Result:
    """The result of a scenario whose transcript is this like the recording."""
    return Result(
        name=scenario.name,
        group=scenario.group,
        passed=like.differing == 0,
        same=like.same,
        lines=len(like.golden),
        differing=like.differing,
        seconds=round(seconds, 2),
    )


def totals(results: Sequence[Result]) -> Iterator[str]:
    """A line for each group, in order of appearance, and one for all."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.group, []).append(result)
    for group, members in groups.items():
        passed = f"{_passed(members):3d}/{len(members):<3d}"
        yield f"{group:12} {passed} scenarios, {_lines(members)}"
    yield f"parity {_passed(results)}/{len(results)} scenarios, {_lines(results)}"


def _passed(results: Iterable[Result]) -> int:
    return sum(one.passed for one in results)


def _lines(results: Sequence[Result]) -> str:
    return f"{sum(one.same for one in results)}/{sum(one.lines for one in results)} lines"


if __name__ == "__main__":
    sys.exit(main())
