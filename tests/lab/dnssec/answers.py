"""Every question of the world to every validator: what they say, side by side, and where they may differ.

pyfinger is asked behind each of the three resolvers and has to say the same there.  delv
and unbound-host have to agree with it, but for what `DIFFERENCES` has a reason for.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.lab.dnssec import serving
from tests.lab.dnssec.asking import Opinion, Ours, Verdict, delv, unbound_host
from tests.lab.dnssec.serving import Resolver
from tests.lab.dnssec.signing import ROOT_ANCHOR
from tests.lab.dnssec.world import questions

JOBS = 4
SECURE, INSECURE, BOGUS = Verdict.SECURE, Verdict.INSECURE, Verdict.BOGUS

Ask = Callable[[str, str], Opinion]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where another validator may say something else, and why that is no fault of ours."""

    who: str
    names: str  # a regular expression for "name type"
    theirs: Verdict
    ours: Verdict
    why: str


_SKEW = r"\b(justexpired|almost)\.test\. "
DIFFERENCES = (
    Difference(
        "delv",
        r"(\.optout\.test\. (A|TXT|DS)|^unsigned-nothing\.cross\.test\. A)$",
        SECURE,
        INSECURE,
        "it calls a denial by an opt-out span validated, where RFC 5155 section 9.2 wants no AD",
    ),
    Difference(
        "unbound-host",
        r"\balg16\.test\. ",
        INSECURE,
        SECURE,
        "libunbound of Debian 12 is built with Nettle, without Ed448; its unbound, with OpenSSL, has it",
    ),
    Difference(
        "unbound-host",
        r"\bds1bad2\.test\. ",
        SECURE,
        BOGUS,
        "a right SHA-1 beside a wrong SHA-256 is enough for it",
    ),
    Difference(
        "unbound-host",
        r"^empty\.forms3?\.test\. ",
        Verdict.NONE,
        SECURE,
        "libunbound validates a record without RDATA, and then cannot hand it over: SERVFAIL",
    ),
    Difference("delv", _SKEW, BOGUS, SECURE, "it allows for no skew of clocks"),
    Difference(
        "unbound-host",
        _SKEW,
        SECURE,
        BOGUS,
        "it allows for a tenth of the signature's life as skew of clocks",
    ),
    Difference("delv", r"\biter\d+\.test\. ", SECURE, INSECURE, "it computes more NSEC3 iterations"),
    Difference("delv", r"\biter\d+\.test\. ", INSECURE, SECURE, "it computes fewer NSEC3 iterations"),
    Difference("unbound-host", r"\biter\d+\.test\. ", SECURE, INSECURE, "it computes more NSEC3 iterations"),
    Difference("unbound-host", r"\biter\d+\.test\. ", INSECURE, SECURE, "it computes fewer NSEC3 iterations"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """A question, with everybody's opinion: pyfinger's once for each resolver."""

    name: str
    rdtype: str
    ours: Sequence[Opinion]
    others: Sequence[tuple[str, Opinion]]

    @property
    def question(self) -> str:
        """Name and type."""
        return f"{self.name} {self.rdtype}"

    def reasons(self) -> list[str | None]:
        """Why each of the others says something else: None without a known reason."""
        verdict = self.ours[0].verdict
        return [
            _explained(who, self.question, opinion.verdict, verdict)
            for who, opinion in self.others
            if opinion.verdict is not verdict
        ]

    @property
    def steady(self) -> bool:
        """Whether it makes no difference which resolver is asked."""
        return len({opinion.verdict for opinion in self.ours}) == 1

    @property
    def agreed(self) -> bool:
        """Whether nothing remains to be explained."""
        return self.steady and None not in self.reasons()

    def line(self) -> str:
        """One line of the table."""
        mark = "!" if not self.agreed else "~" if self.reasons() else " "
        words = [opinion.verdict.value for opinion in (*self.ours, *(one for _, one in self.others))]
        return f"{mark} {self.question:38} " + " ".join(f"{word:8}" for word in words).rstrip()

    def details(self) -> Iterator[str]:
        """What each has to say for itself, and why they differ where that is known."""
        for who, opinion in [*(("pyfinger", one) for one in self.ours), *self.others]:
            if opinion.reason:
                yield f"      {who}: {opinion.reason[:160]}"
        yield from (f"      {why}" for why in self.reasons() if why)


def _explained(who: str, question: str, theirs: Verdict, ours: Verdict) -> str | None:
    for known in DIFFERENCES:
        if (known.who, known.theirs, known.ours) == (who, theirs, ours) and re.search(known.names, question):
            return f"{who}: {known.why}"
    return None


def compare(only: str = "", quiet: bool = False) -> bool:
    """Ask, print, and say whether all agree but for the known differences."""
    began = time.monotonic()
    with serving.running() as folder:
        asked = [pair for pair in questions() if re.search(only, " ".join(pair))]
        cases = _asked(asked, folder)
    print(f"  {'question':38} " + " ".join(f"{word:8}" for word in _headings()).rstrip())
    for case in cases:
        if not quiet or not case.agreed:
            print(case.line())
        if not case.agreed:
            print(*case.details(), sep="\n")
    for why in sorted({why for case in cases for why in case.reasons() if why}):
        print(f"~ {why}")
    for line in _totals(cases):
        print(line)
    print(f"({_versions()}; {time.monotonic() - began:.0f} s)")
    return all(case.agreed for case in cases)


def _asked(asked: Sequence[tuple[str, str]], folder: Path) -> list[Case]:
    """All opinions; ours come one after the other from one process, as they would in life."""
    anchor = folder / ROOT_ANCHOR
    plain = Resolver.PLAIN.value
    ours = [Ours(resolver.value, anchor) for resolver in Resolver]
    others = (delv(plain, anchor), unbound_host(plain, anchor))

    def all_of(ask: Ask) -> list[Opinion]:
        return [ask(*pair) for pair in asked]

    with ThreadPoolExecutor(len(ours)) as steady, ThreadPoolExecutor(JOBS) as pool:
        rows = steady.map(all_of, ours)
        told = [pool.map(ask, *zip(*asked, strict=True)) for ask in others]
        mine, theirs = list(zip(*rows, strict=True)), list(zip(*told, strict=True))
    return [
        Case(name, rdtype, opinions, tuple(zip(("delv", "unbound-host"), foreign, strict=True)))
        for (name, rdtype), opinions, foreign in zip(asked, mine, theirs, strict=True)
    ]


def _headings() -> list[str]:
    return [*(f"{one.name.lower()[:8]}" for one in Resolver), "delv", "unbound-host"]


def _totals(cases: Sequence[Case]) -> Iterator[str]:
    total = len(cases)
    count = {verdict: sum(case.ours[0].verdict is verdict for case in cases) for verdict in Verdict}
    yield "pyfinger: " + ", ".join(f"{number} {verdict.value}" for verdict, number in count.items())
    yield f"behind all resolvers the same {sum(case.steady for case in cases)}/{total}"
    for number, who in enumerate(("delv", "unbound-host")):
        same = sum(case.others[number][1].verdict is case.ours[0].verdict for case in cases)
        yield f"as {who} {same}/{total}"
    yield f"dnssec world {sum(case.agreed for case in cases)}/{total} agreed or explained"


def _versions() -> str:
    def first(*argv: str) -> str:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        return (done.stdout + done.stderr).strip().partition("\n")[0]

    return ", ".join(first(*argv) for argv in (("delv", "-v"), ("unbound", "-V"), ("knotd", "--version")))
