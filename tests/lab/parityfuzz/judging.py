"""Whether both programs said the same in a case."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from tests.lab.parityfuzz.case import Case
from tests.lab.parityfuzz.explaining import UNPROVEN_AD, explanation, without_unproven_ad

Runner: TypeAlias = Callable[[Case, bool], tuple[list[str], list[str]]]  # case, plain: both transcripts
AGAIN = 8  # times that a pair which differs is run once more
# Where chance has a hand: order of addresses, sizes of signatures, a reset that is seen in time or not.
# Else two more runs will do.
_BY_CHANCE = re.compile(r"connect to |Connected to | bytes => |dump of |no MX host|Connection reset by peer")


class Outcome(Enum):
    """How a case ended."""

    EQUAL = "equal"
    UNSTEADY = "unsteady"  # equal in one of several runs: chance or load
    EXPLAINED = "explained"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome, and what it rests on."""

    outcome: Outcome
    reference: Sequence[str] = field(repr=False)
    candidate: Sequence[str] = field(repr=False)
    reason: str = ""


def judge(case: Case, run: Runner) -> Judgement:
    """Run a case, and again if need be; what differs is run as a user would run it."""
    reference, candidate = run(case, False)
    if reference == candidate:
        return Judgement(Outcome.EQUAL, reference, candidate)
    if reason := explanation(case, reference, candidate):
        return Judgement(Outcome.EXPLAINED, reference, candidate, reason)
    believed = without_unproven_ad(case)
    if believed is not None and run(believed, False)[0] == candidate:
        return Judgement(Outcome.EXPLAINED, reference, candidate, UNPROVEN_AD)
    theirs, ours = {tuple(reference)}, set()
    for count in range(AGAIN):
        reference, candidate = run(case, True)
        theirs.add(tuple(reference))
        ours.add(tuple(candidate))
        if theirs & ours:
            return Judgement(Outcome.UNSTEADY, reference, candidate)
        steady = len(theirs) == len(ours) == 1
        if steady and count and not _BY_CHANCE.search("\n".join(difference(reference, candidate, 10**6))):
            break
    reason = explanation(case, reference, candidate)
    return Judgement(Outcome.EXPLAINED if reason else Outcome.DIFFERENT, reference, candidate, reason)


def difference(reference: Sequence[str], candidate: Sequence[str], most: int = 16) -> list[str]:
    """The lines that differ: "-" the reference's, "+" the candidate's."""
    found = list(difflib.unified_diff(reference, candidate, lineterm="", n=0))[2:]
    lines = [line for line in found if not line.startswith("@@")]
    return lines if len(lines) <= most else [*lines[: most - 1], f"… {len(lines) - most + 1} more"]


_ACCIDENTAL = re.compile(r"\b[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2})+\b|[0-9]+|\"[^\"]*\"|/\S+|\S*\.test\S*")


def kind(reference: Sequence[str], candidate: Sequence[str]) -> str:
    """What sort of difference it is: the first differing lines, without names and numbers."""
    lines = difference(reference, candidate, most=10**6)
    first = [next((line for line in lines if line.startswith(sign)), "") for sign in "-+"]
    return " ".join(_ACCIDENTAL.sub("*", line)[:70] for line in first)
