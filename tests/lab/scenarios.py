"""The scenarios: what they are, which are chosen, how one is run.

`scenarios.json` holds one JSON object a line; its keys are the fields of
`Scenario`, and another key is a mistake.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.lab import certificates
from tests.lab.inside import Run, Surroundings, run_in_lab, run_writing
from tests.lab.places import FIRST, LAB, PKI


@dataclass(frozen=True, slots=True)
class Scenario:
    """One command line, where it runs, and what it is about."""

    name: str
    group: str  # the group whose totals it counts in
    argv: tuple[str, ...]  # with places for `expand`
    needs: tuple[str, ...]  # what answers: postfix, exim, dovecot, s_server, scripted
    notes: str
    resolver: str = "validating"
    mailconf: str = "client"
    env: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 45  # seconds
    variants: int = 1  # how often it is recorded, its result being random
    tty: bool = False
    writes: bool = False  # it starts where everybody may write, and the files it left count as output

    def matches(self, pattern: str) -> bool:
        """Whether its name or group matches a shell pattern."""
        return any(fnmatch.fnmatchcase(text, pattern) for text in (self.name, self.group))


def parse(text: str) -> list[Scenario]:
    """The scenarios of a JSON text."""
    return [_scenario(entry) for entry in json.loads(text)]


def _scenario(entry: dict[str, Any]) -> Scenario:
    lists = {key: tuple(entry[key]) for key in ("argv", "needs")}
    return Scenario(**entry | lists)


def scenarios(pattern: str | None = None) -> list[Scenario]:
    """All scenarios, or those whose name or group matches."""
    known = parse((LAB / "scenarios.json").read_text())
    return [one for one in known if pattern is None or one.matches(pattern)]


def deviations() -> dict[str, str]:
    """The scenarios in which pyfinger shall do otherwise, and what."""
    found: dict[str, str] = json.loads((LAB / "deviations.json").read_text())
    return found


def expand(argv: Sequence[str]) -> list[str]:
    """`argv` with `{pki}` and `{CERTIFICATE.cert_sha256}` and the like filled in.

    `.lower` and `.bare` (no colons) may follow a digest.
    """
    return [re.sub(r"\{([^{}]+)\}", lambda place: _value(place[1]), argument) for argument in argv]


def _value(place: str) -> str:
    if place == "pki":
        return str(PKI)
    name, digest, *form = place.split(".")
    text = certificates.known()[name][digest]
    if "lower" in form:
        text = text.lower()
    return text.replace(":", "") if "bare" in form else text


def run_scenario(scenario: Scenario, command: Sequence[str], chroot: bool, like: str = FIRST) -> Run:
    """Run a scenario with a command, natively or in a reference's tree."""
    around = Surroundings(
        chroot=chroot,
        like=like,
        resolver=scenario.resolver,
        mailconf=scenario.mailconf,
        env=scenario.env,
        tty=scenario.tty,
        timeout=scenario.timeout,
    )
    argv = [*command, *expand(scenario.argv)]
    return run_writing(argv, around) if scenario.writes else run_in_lab(argv, around)
