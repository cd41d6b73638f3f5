"""What a program makes of records, policies and names; the programs that were looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import TypeAlias

from pyfinger.policy.txt import shown
from pyfinger.values import Value


class ProgramRole(Enum):
    """What a program is there for."""

    SENDER = "sends mail"  # or tells a mail server what to demand
    REPORTER = "sends reports"
    CHECKER = "checks domains"


class Program(Value):
    """A program of one version; `variant` is how it was configured."""

    name: str
    version: str
    role: ProgramRole
    variant: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.version}" + (f" ({self.variant})" if self.variant else "")


class PolicyTaken(Value):
    """A policy as a program understands it; names in small letters, without order and repetitions."""

    mode: str
    mx: frozenset[str]
    max_age: float | None  # seconds; None: not a number, and taken all the same

    def __str__(self) -> str:
        names = ", ".join(shown(name.encode("utf-8", "replace")) or "(empty)" for name in sorted(self.mx))
        age = "not a number" if self.max_age is None else f"{self.max_age:.15g}"
        return f"mode {self.mode}, mx {names or 'none'}, max_age {age}"


class Elsewhere(Value):
    """Whatever it is redirected to."""

    def __str__(self) -> str:
        return "what it is redirected to"


Taken: TypeAlias = str | tuple[str, ...] | PolicyTaken | Elsewhere


class ReadingOutcome(Value):
    """What a program takes for valid: an id, URIs, a policy; or nothing."""

    taken: Taken | None = None

    def __str__(self) -> str:
        if self.taken is None:
            return "nothing"
        if isinstance(self.taken, str):
            return f"id {shown(self.taken.encode('utf-8', 'replace'))}"
        if isinstance(self.taken, tuple):
            return ", ".join(shown(uri.encode("utf-8", "replace")) for uri in self.taken)
        return str(self.taken)


NOTHING = ReadingOutcome()


class HttpAnswer(Value):
    """A response to the request for a policy; `content_type` None: without that header."""

    status: int
    content_type: str | None
    body: bytes


def policy_taken(mode: str, mx: Sequence[str], max_age: float | None) -> ReadingOutcome:
    """A policy, however its names were written."""
    return ReadingOutcome(PolicyTaken(mode, frozenset(name.lower() for name in mx), max_age))


RecordsReader: TypeAlias = Callable[[Sequence[str]], ReadingOutcome]
PolicyReader: TypeAlias = Callable[[HttpAnswer], ReadingOutcome]
NameMatcher: TypeAlias = Callable[[Sequence[str], str], bool]
"""Patterns of a policy and the name of an MX host: whether the host is allowed."""
