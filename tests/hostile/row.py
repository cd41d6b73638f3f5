"""What a row of the suite is, and what became of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tests.hostile.stage import Stage

SECONDS = 2  # of -t and -T
UNHURRIED = 10  # of the same, for rows in which no deadline is to pass

Set: TypeAlias = Callable[[Stage], Sequence[str]]
"""Sets the peers up; the destination and the options to reach them."""

_FLAGS = (
    "summary,untrusted,peercert,certmatch,verbose,cache,ssl-debug,dane,"
    "ssl-handshake-packet-dump,ssl-session-packet-dump"
)
_FILES = ("--json", "{out}/report", "--events", "{out}/events", "--pcapng", "{out}/capture")

QUIET: tuple[str, ...] = ()
KEPT = (*_FILES, "--trace={out}/trace")
LOUD = ("-v", "-v", "-C", "-L", _FLAGS, "--trace", "--timing", *_FILES, "--keylog", "{out}/keys")
MONITORED = tuple(("--format", form) for form in ("nagios", "openmetrics"))

USUAL = (QUIET, KEPT)
EVERYTHING = (QUIET, KEPT, LOUD, *MONITORED)


@dataclass(frozen=True, slots=True)
class Row:
    """One peer with bad manners, and what has to be said of it.

    `line` is a regular expression for a line of the log, without the program's
    name; `seconds` are those of all deadlines that pass.  `ways` are the
    options it is run with, once with each.
    """

    name: str
    about: str
    set: Set
    line: str
    seconds: float = 0
    status: int = 0
    ways: tuple[tuple[str, ...], ...] = USUAL


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row: the worst of all ways to run it."""

    name: str
    seconds: float  # from the first contact to the end, as in `Run`
    memory: int  # bytes, the peak
    line: str  # that was found
    problems: tuple[str, ...]
