"""What came of the runs, as values: the pairs, and what each server was heard to say.

What a server said is read off the reference's log, so it does not depend on pyfinger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from tests.lab.parityfuzz.judging import Outcome, difference
from tests.mtas.server import Server, Setting

EQUAL = Path(__file__).with_name("equal.txt")
Json: TypeAlias = Mapping[str, Any]

_LINE = re.compile(r"PROG: ([<>]) (.*)")
_TLS = re.compile(r"(TLSv1(?:\.\d)?) with cipher (\S+)(?:.* key-exchange (\S+))?")


@dataclass(frozen=True, slots=True)
class Said:
    """What a server says in one session, without line ends; empty: it did not come to that."""

    greeting: str = ""
    hello: tuple[str, ...] = ()  # the texts of the reply, without code
    starttls: str = ""
    secured_hello: tuple[str, ...] = ()
    bye: str = ""
    tls: str = ""  # version, cipher, group


@dataclass(frozen=True, slots=True)
class Met:
    """A server, and what came of all its settings."""

    server: Server
    version: str
    release: str
    found: Mapping[Setting, Json]

    @property
    def title(self) -> str:
        """For tables."""
        return self.server.title.format(version=self.version)

    @property
    def usual(self) -> Json:
        """With the usual setting."""
        return self.found[Setting.USUAL]

    def pairs(self) -> Iterator[tuple[Setting, Json]]:
        """Every scenario that was run, with its outcome and both transcripts."""
        for setting, found in self.found.items():
            yield from ((setting, pair) for pair in found.get("pairs", ()))

    def count(self, *outcomes: Outcome, setting: Setting | None = None) -> int:
        """How many pairs ended so, with one setting or all."""
        wanted = [one.value for one in outcomes]
        return sum(pair["outcome"] in wanted for one, pair in self.pairs() if setting in (None, one))

    def log(self, scenario: str, setting: Setting = Setting.USUAL) -> Sequence[str]:
        """The reference's log of a scenario; empty if it was not run."""
        for pair in self.found.get(setting, {}).get("pairs", ()):
            if pair["name"] == scenario:
                log: Sequence[str] = pair["reference"]
                return log
        return ()


def met(server: Server, found: Mapping[Setting, Json]) -> Met:
    """The value of what was written for each setting.  Raises RuntimeError if it never started."""
    usual = found[Setting.USUAL]
    if "failure" in usual:
        raise RuntimeError(f"{server.name} did not start: {usual['failure']}")
    return Met(server, usual["version"], usual["release"], found)


def said(log: Sequence[str]) -> Said:
    """What the server said in the first session of a log."""
    replies: dict[str, list[str]] = {"": []}  # by what they are to; of the same again, the number behind it
    current = ""
    for line in log:
        found = _LINE.match(line)
        if found is None:
            continue
        sign, text = found.groups()
        if sign == ">":
            current = text.split()[0].replace("LHLO", "EHLO")
            if current in replies:
                current += " again"
            replies[current] = []
        else:
            replies[current].append(text)
    return Said(
        greeting=" / ".join(replies[""]),
        hello=tuple(line[4:] for line in replies.get("EHLO", ())),
        starttls=" / ".join(replies.get("STARTTLS", ())),
        secured_hello=tuple(line[4:] for line in replies.get("EHLO again", ())),
        bye=" / ".join(replies.get("QUIT", ())),
        tls=negotiated(log),
    )


def negotiated(log: Sequence[str]) -> str:
    """Version, cipher and group of the first session of a log; empty if there was none."""
    for line in log:
        if found := _TLS.search(line):
            return ", ".join(part for part in found.groups() if part)
    return ""


def differing(mets: Sequence[Met]) -> Iterator[str]:
    """Every pair that differs, with the lines."""
    for one in mets:
        for setting, pair in one.pairs():
            if pair["outcome"] == Outcome.DIFFERENT.value:
                yield f"{one.server.name}, {setting.value}: {pair['name']}"
                yield from difference(pair["reference"], pair["candidate"])


def too_few(mets: Sequence[Met], least: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """With what less was equal than has to be; that a server does not start is an answer."""
    for one in mets:
        for setting in (each for each, found in one.found.items() if "failure" not in found):
            equal = one.count(Outcome.EQUAL, Outcome.UNSTEADY, setting=setting)
            wanted = least.get((one.server.name, setting.value), 0)
            if equal < wanted:
                yield f"{one.server.name}, {setting.value}: {equal} equal, where it was {wanted} before"


def expected(path: Path = EQUAL) -> dict[tuple[str, str], int]:
    """How many pairs have to be equal, by server and setting; the numbers may only rise."""
    rows = [line.split() for line in path.read_text().splitlines() if not line.startswith("#")]
    return {(name, setting): int(count) for name, setting, count in rows}
