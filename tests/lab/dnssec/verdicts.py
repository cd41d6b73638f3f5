"""The lab's scenarios with `--dnssec own`: the same lines as recorded, whichever resolver there is.

Recorded was posttls-finger behind a resolver that validates.  With validation of our own the
same has to come out behind one that does not, and behind a forwarder; lines that say
what is wrong with the DNS may be added.  What was recorded behind a resolver that never
sets AD has to come out the same behind all three.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass

from tests.lab import golden
from tests.lab.dnssec import serving
from tests.lab.inside import Surroundings, in_lab
from tests.lab.parityfuzz.booth import ENVIRONMENT, FORKER, Forker
from tests.lab.places import PROJECT, RESOLVERS, SHARE
from tests.lab.scenarios import Scenario, deviations, expand, scenarios

GROUPS = ("mx", "srv", "dane", "danelookup", "insecuremx")
KINDS = ("validating", "plain", "forwarding")
FORWARDER = "127.0.96.5"  # dnsmasq, before the lab's validating resolver
ANCHORS = ("root.anchor", "island.anchor")  # of the lab's own zones


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one scenario, behind each of `KINDS`."""

    scenario: Scenario
    transcripts: Sequence[Sequence[str]]

    @property
    def recorded(self) -> list[list[str]]:
        """What has to come out: the recording, or where that was made without AD, what came out first."""
        if self.scenario.resolver == "validating":
            return golden.recorded(self.scenario.name)
        return [list(self.transcripts[0])]

    def missing(self) -> list[int]:
        """How many of the recorded lines are not there, behind each resolver."""
        likes = [golden.nearest(self.recorded, lines) for lines in self.transcripts]
        return [len(like.golden) - like.same for like in likes]

    @property
    def passed(self) -> bool:
        """Whether everything recorded came out, everywhere."""
        return not any(self.missing())

    def lines(self) -> Iterator[str]:
        """How it went, and what else was said or left unsaid."""
        missing = self.missing()
        yield (
            f"{' ' if self.passed else '!'} {self.scenario.name:24} "
            + " ".join(f"{f'-{number}' if number else 'same':10}" for number in missing).rstrip()
        )
        for kind, lines in zip(KINDS, self.transcripts, strict=True):
            like = golden.nearest(self.recorded, lines)
            if like.differing:
                changes = golden.difference(like.golden, lines)
                yield from (
                    f"    {kind}:{line}" for line in changes if re.match(r"    [+-](?!\+\+|--)", line)
                )


def compare(only: str, quiet: bool) -> bool:
    """Run the scenarios behind each resolver, print, and say whether all went as recorded."""
    folder = serving.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    anchors = folder / "lab.anchors"
    anchors.write_text("".join((SHARE / "dns" / name).read_text() for name in ANCHORS))
    (SHARE / "etc" / "resolv.conf.forwarding").write_text(f"nameserver {FORWARDER}\n")
    left_out = deviations()
    chosen = [
        one
        for one in scenarios()
        if one.group in GROUPS and one.name not in left_out and re.search(only, one.name)
    ]
    with serving.process(serving.forwarder(FORWARDER, RESOLVERS["validating"]), folder):
        serving.wait_for(FORWARDER)
        outcomes = _outcomes(chosen, ("--dnssec", "own", "--dnssec-anchor", str(anchors)))
    print(f"  {'scenario':24} " + " ".join(f"{kind:10}" for kind in KINDS).rstrip())
    for outcome in outcomes:
        if not quiet or not outcome.passed:
            print(*outcome.lines(), sep="\n")
    for at, kind in enumerate(KINDS):
        print(f"{kind}: {sum(not one.missing()[at] for one in outcomes)}/{len(outcomes)} as recorded")
    print(f"dnssec scenarios {sum(one.passed for one in outcomes)}/{len(outcomes)}")
    return all(one.passed for one in outcomes)


def _outcomes(chosen: Sequence[Scenario], options: Sequence[str]) -> list[Outcome]:
    """All of them behind each resolver, the resolvers side by side."""
    one_engine = threading.Lock()  # an s_server serves one connection at a time

    def behind(kind: str) -> list[list[str]]:
        wrapped, environment = in_lab(FORKER, Surroundings(resolver=kind))
        forker = Forker(wrapped, environment | {"PYTHONPATH": str(PROJECT)})
        try:
            return [_transcript(forker, one, options, one_engine) for one in chosen]
        finally:
            forker.close()

    with ThreadPoolExecutor(len(KINDS)) as pool:
        rows = list(pool.map(behind, KINDS))
    return [Outcome(scenario, lines) for scenario, *lines in zip(chosen, *rows, strict=True)]


def _transcript(
    forker: Forker, scenario: Scenario, options: Sequence[str], one_engine: threading.Lock
) -> list[str]:
    argv = ["pyfinger", *options, *expand(scenario.argv)]
    with one_engine if "s_server" in scenario.needs else nullcontext():
        return forker.run(argv, {**ENVIRONMENT, **scenario.env}, "", load=True)
