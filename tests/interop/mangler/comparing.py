"""The reference and pyfinger, each in front of the same spoilt sessions."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from tests.interop.mangler.cases import Case, all_cases
from tests.interop.mangler.serving import destination
from tests.lab.inside import Surroundings, in_lab, lab_is_up, run_in_lab, run_writing
from tests.lab.normalise import transcript
from tests.lab.places import FIRST, PROJECT, TREES

REFERENCE = ("posttls-finger",)
CANDIDATE = (sys.executable, "-m", "pyfinger")
_OPTIONS = ("-c", "-T", "5", "-l", "encrypt")
_LOG = "ssl-debug,summary"  # with messages decoded, by those that do that
_TRACING = ("3.12",)  # which do it in a file
# An ECDSA signature is now longer, now shorter, and so is what it stands in.
_ECDSA = re.compile(
    r"(  Length = )\d+(\n    (?:ServerKeyExchange|CertificateVerify), Length=)\d+"
    r"((?:\n      .*)*\n      Signature )\(len=(?:6[89]|7[0-2])\)"
)
_PEER = re.compile(r"127\.0\.97\.\d+\[127\.0\.97\.\d+\]:\d+")


@dataclass(frozen=True)
class Outcome:
    """What the two said of one case."""

    case: Case
    reference: list[str]
    candidate: list[str]

    @property
    def equal(self) -> bool:
        return self.reference == self.candidate


def missing(like: str = FIRST) -> str:
    """Why nothing can be compared here; empty if it can."""
    if not lab_is_up():
        return "needs root, and the lab up"
    return "" if (TREES[like] / "usr/sbin/posttls-finger").exists() else "no reference"


def chosen(patterns: Sequence[str], every: int = 1) -> list[tuple[int, Case]]:
    """The cases whose names match, each with its number, or one in `every` of them."""
    cases = enumerate(all_cases())
    found = [
        (number, case)
        for number, case in cases
        if not patterns or any(fnmatchcase(case.name, pattern) for pattern in patterns)
    ]
    return found[::every]


def compare(cases: Sequence[tuple[int, Case]], jobs: int = 2, like: str = FIRST) -> Iterator[Outcome]:
    """Run both programs through the cases, pyfinger like one of the references."""

    def one(numbered: tuple[int, Case]) -> Outcome:
        number, case = numbered
        reference = _said(REFERENCE, number, Surroundings(chroot=True, like=like))
        return Outcome(
            case, reference, _said((*CANDIDATE, f"--like={like}"), number, Surroundings(like=like))
        )

    with _serving(), ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(one, cases)


def _said(command: Sequence[str], number: int, around: Surroundings) -> list[str]:
    around = replace(around, env={"PYTHONPATH": str(PROJECT)})
    argv = [*command, *_OPTIONS]
    if around.like in _TRACING:
        run = run_writing([*argv, f"-L{_LOG},trace", destination(number)], around)
    else:
        run = run_in_lab([*argv, f"-L{_LOG}", destination(number)], around)
    lines = transcript(run.out, run.err, run.status, ("posttls-finger", "pyfinger", "__main__.py"))
    return _ECDSA.sub(r"\1*\2*\3", _PEER.sub("PEER", "\n".join(lines))).split("\n")


@contextlib.contextmanager
def _serving() -> Iterator[None]:
    """All servers, in the lab's network."""
    argv, environment = in_lab([sys.executable, "-m", "tests.interop.mangler.serving"], Surroundings())
    environment["PYTHONPATH"] = str(PROJECT)
    process = subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n", "the servers did not start"
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
