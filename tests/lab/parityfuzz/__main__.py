"""Random cases under both programs: `make parity-fuzz SEED=… COUNT=…`.

    python -m tests.lab.parityfuzz [--seed S] [--count N] [--jobs N] [--only I] [--kind KIND]
                                   [--share PERCENT] [--cmd PYFINGER] [--keep DIR] [--show]

A differing case is told in reduced form, with the lines that differ ("-": the
reference's).  The last line is

    parity-fuzz E/C equal

where C leaves out what differs by design (explaining.py), which is counted apart.
Status 0 if at least `--share` percent are equal, else 1.  The lab must be up;
needs root.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from tests.lab.inside import require_lab
from tests.lab.parityfuzz.booth import Booth, CaseError
from tests.lab.parityfuzz.case import Case, one_line
from tests.lab.parityfuzz.generating import case
from tests.lab.parityfuzz.judging import Judgement, Outcome, difference, judge, kind
from tests.lab.parityfuzz.reducing import reduce

AGREED = 99.5  # percent
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Result:
    """One case, and what came of it."""

    number: int
    case: Case
    judgement: Judgement

    @property
    def kind(self) -> str:
        """What sort of difference it shows."""
        return kind(self.judgement.reference, self.judgement.candidate)


def main(argv: Sequence[str] | None = None) -> int:
    """Run, print, and return the exit status."""
    options = _parser().parse_args(argv)
    require_lab("parity-fuzz")
    began = time.monotonic()
    numbers = list(range(options.first, options.first + options.count))
    if options.only is not None:
        numbers = [options.only]
    elif options.kind:
        numbers = [number for number in numbers if case(options.seed, number).kind == options.kind]
    with Booths(options.cmd, min(options.jobs, len(numbers))) as booths:
        results = list(booths.each(lambda booth, number: judged(booth, options.seed, number), numbers))
        seconds = time.monotonic() - began
        if options.show or options.only is not None:
            print(
                *(f"{one.judgement.outcome.value} {one.number}: {one_line(one.case)}" for one in results),
                sep="\n",
            )
        different = [one for one in results if one.judgement.outcome is Outcome.DIFFERENT]
        firsts = {one.kind: one for one in reversed(different)}
        reduced = dict(zip(firsts, booths.each(reduction, firsts.values()), strict=True))
    for one in different:
        print(*told(one, options.seed, reduced[one.kind]), sep="\n")
        if options.keep:
            _keep(one, reduced[one.kind], options)
    outcomes = Counter(one.judgement.outcome for one in results)
    reasons = Counter(one.judgement.reason for one in results if one.judgement.reason)
    print(*(f"parity-fuzz: {count} explained: {reason}" for reason, count in reasons.most_common()), sep="\n")
    print(*summary(outcomes, seconds), sep="\n")
    return 0 if share(outcomes) >= options.share else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parity-fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--seed", default="1", help="any text; case I of a seed is always the same (1)")
    add("--count", type=int, default=200, help="cases (200)")
    add("--first", type=int, default=0, metavar="I", help="begin with this one (0)")
    add("--kind", help="of these only those of a kind, such as PEM")
    add("--only", type=int, metavar="I", help="just this one, and show it")
    add("--jobs", type=int, default=4, help="cases at a time (4)")
    add(
        "--share", type=float, default=AGREED, metavar="PERCENT", help=f"how many have to be equal ({AGREED})"
    )
    add("--cmd", default=str(Path(sys.executable).with_name("pyfinger")), help="pyfinger as a user runs it")
    add(
        "--keep", type=Path, metavar="DIR", help="a file for each difference there: case and both transcripts"
    )
    add("--show", action="store_true", help="tell each case")
    return parser


class Booths:
    """Some booths, and the cases that wait for one."""

    def __init__(self, candidate: str, count: int) -> None:
        self._booths = [Booth(candidate) for _ in range(count)]
        self._free: SimpleQueue[Booth] = SimpleQueue()
        for booth in self._booths:
            self._free.put(booth)

    def __enter__(self) -> Booths:
        return self

    def __exit__(self, *_: object) -> None:
        for booth in self._booths:
            booth.close()

    def each(self, action: Callable[[Booth, T], R], items: Iterable[T]) -> Iterator[R]:
        """What the action makes of each item, in order."""

        def act(item: T) -> R:
            booth = self._free.get()
            try:
                return action(booth, item)
            finally:
                self._free.put(booth)

        with ThreadPoolExecutor(len(self._booths)) as pool:
            yield from pool.map(act, items)


def judged(booth: Booth, seed: str, number: int) -> Result:
    """Run one case."""
    wanted = case(seed, number)
    return Result(number, wanted, judge(wanted, booth.run))


def reduction(booth: Booth, result: Result) -> Result:
    """The same difference in a smaller case."""

    def differs(smaller: Case) -> bool:
        try:
            reference, candidate = booth.run(smaller, False)
        except CaseError:
            return False
        return reference != candidate and kind(reference, candidate) == result.kind

    reduced = reduce(result.case, differs)
    reference, candidate = booth.run(reduced, True)
    if reference == candidate:  # chance had a hand in it
        return result
    return Result(result.number, reduced, Judgement(Outcome.DIFFERENT, reference, candidate))


def shown(result: Result) -> str:
    """A case, whatever came of it."""
    return f"{result.judgement.outcome.value} {result.number}: {one_line(result.case)}"


def told(result: Result, seed: str, reduced: Result) -> Iterator[str]:
    """A differing case; if another shows the same, that is enough to say."""
    if reduced.number != result.number:
        yield f"DIFFERS {seed}/{result.number} ({result.case.kind}), as {seed}/{reduced.number}"
        return
    yield f"DIFFERS {seed}/{result.number} ({result.case.kind}): pyfinger {shlex.join(reduced.case.words)}"
    world = {key: value for key, value in reduced.case.to_json().items() if key not in ("kind", "argv")}
    yield f"    {json.dumps(world, sort_keys=True)}"
    yield from (
        f"    {line}" for line in difference(reduced.judgement.reference, reduced.judgement.candidate)
    )


def _keep(result: Result, reduced: Result, options: argparse.Namespace) -> None:
    options.keep.mkdir(parents=True, exist_ok=True)
    whole = {
        "reduced": reduced.case.to_json(),
        "case": result.case.to_json(),
        "reference": list(result.judgement.reference),
        "candidate": list(result.judgement.candidate),
    }
    (options.keep / f"{options.seed}-{result.number}.json").write_text(json.dumps(whole, indent=1) + "\n")


def share(outcomes: Counter[Outcome]) -> float:
    """How many of a hundred are equal, without those that are explained."""
    equal, counted = _counts(outcomes)
    return 100 * equal / counted if counted else 100.0


def summary(outcomes: Counter[Outcome], seconds: float) -> Iterator[str]:
    """The last lines."""
    total = sum(outcomes.values())
    equal, counted = _counts(outcomes)
    apart = f"{outcomes[Outcome.EXPLAINED]} explained, {outcomes[Outcome.UNSTEADY]} unsteady"
    yield f"parity-fuzz: {total} cases, {apart}, {total / seconds:.1f} a second"
    yield f"parity-fuzz {equal}/{counted} equal"


def _counts(outcomes: Counter[Outcome]) -> tuple[int, int]:
    counted = sum(outcomes.values()) - outcomes[Outcome.EXPLAINED]
    return outcomes[Outcome.EQUAL] + outcomes[Outcome.UNSTEADY], counted


if __name__ == "__main__":
    sys.exit(main())
