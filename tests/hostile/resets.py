"""A connection that ends after each byte of a session: by reset, and in good order.

    python -m tests.hostile.resets

A good session with a server of each TLS version is recorded, with all chance
fixed on both sides; then the server's bytes are played again, cut off at every
place.  Whatever the place, the log begins as that of the good session, ends
with what was lost, and the connection is closed.  It runs in one process, with
no sockets: some thousands of sessions take a minute.
"""

from __future__ import annotations

import errno
import random
import re
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from fuzz._recorded import drawing
from pyfinger.errors import LostConnection
from pyfinger.events import ProbeEnded
from pyfinger.options import Config, Options
from pyfinger.prober.context import Dependencies
from pyfinger.prober.probe import probe
from pyfinger.report.log import TextLog
from pyfinger.steps import Close, Receive
from tests.mailserver import MailServer, identity
from tests.scripted import Peer, Scripted
from tests.world import World

ADDRESS = "192.0.2.1"
VERSIONS = {"TLS 1.3": (3, 4), "TLS 1.2": (3, 3)}
MOST_LINES = 4  # about the end

_AFTERMATH = re.compile(
    "lost connection while reading server greeting$"
    "|(fatal: )?lost connection while sending (EHLO|STARTTLS)$"
    r"|SSL_connect error to \S+: (lost connection|Connection reset by peer|Broken pipe)$"
    "|> QUIT$"
    "|warning: lost connection while sending QUIT command$"
)


class _Listening:
    """Hears what a server says; chance is the server's own."""

    def __init__(self, server: Peer, said: list[bytes], chance: random.Random) -> None:
        self._server, self._said, self._chance = server, said, chance
        self.closed = False

    def feed(self, data: bytes) -> bytes:
        with drawing(self._chance):
            said = self._server.feed(data)
        self.closed = self._server.closed
        self._said.append(said)
        return said


@dataclass
class Replaying:
    """Says the same again, up to a number of bytes, and then no more."""

    turns: Sequence[bytes]
    left: int
    closed: bool = False
    _turn: int = field(default=0)

    def feed(self, data: bytes) -> bytes:
        said = self.turns[self._turn][: self.left] if self._turn < len(self.turns) else b""
        self._turn += 1
        self.left -= len(said)
        self.closed = self.left <= 0
        return said


class _Resetting(Scripted):
    """The driver whose connections end with a reset."""

    def _receive(self, request: Receive) -> bytes:
        data: bytes = super()._receive(request)
        if not data:
            raise LostConnection(errno.ECONNRESET)
        return data


@dataclass(frozen=True)
class Told:
    """What became of a session."""

    log: tuple[str, ...]
    ended: bool
    closed: bool


def talk(driver: Scripted) -> Told:
    """One probe, always with the same chances."""
    out = BytesIO()
    log = TextLog(out, "x")
    services = Dependencies(
        rng=random.Random(7),
        now=lambda: datetime(2026, 6, 1, tzinfo=UTC),
        clock=lambda: driver.now,
        random_bytes=random.Random(8).randbytes,
    )
    options = Options(f"[{ADDRESS}]", config=Config(myhostname="client.test"))

    def emit(event: Any) -> None:
        driver.emit(event)
        log(event)

    with drawing(random.Random(9)):
        driver.run(probe(options, services, emit))
    lines = tuple(line.removeprefix("x: ") for line in out.getvalue().decode().splitlines())
    return Told(lines, bool(driver.of(ProbeEnded)), bool(driver.of(Close)) and not driver.open)


def good_session(version: tuple[int, int]) -> tuple[list[bytes], Told]:
    """What the server says in a session that goes well, turn by turn, and its log."""
    said: list[bytes] = []
    server = MailServer(identity(), settings={"maxVersion": version})
    chance = random.Random(1)

    def connect() -> Peer:
        with drawing(chance):
            return _Listening(server(), said, chance)

    return said, talk(Scripted(World(), {ADDRESS: connect}))


def cut_off(turns: Sequence[bytes], place: int, driver: type[Scripted]) -> Told:
    """The same session, with its end after so many bytes."""
    return talk(driver(World(), {ADDRESS: lambda: Replaying(turns, place)}))


def problem(good: Told, found: Told) -> str:
    """What is wrong with a session that was cut off; nothing, it is hoped."""
    same = 0
    with suppress(IndexError):
        while good.log[same] == found.log[same]:
            same += 1
    rest = found.log[same:]
    if not (found.ended and found.closed):
        return "not ended, or not closed"
    if len(rest) > MOST_LINES or not all(map(_AFTERMATH.match, rest)):
        return f"unexpected: {rest}"
    return "" if rest or found.log == good.log else "nothing said of it"


def problems(version: tuple[int, int], places: Iterable[int] | None = None) -> tuple[int, list[str]]:
    """How many sessions were cut off, and what was wrong with them."""
    turns, good = good_session(version)
    whole = sum(map(len, turns))
    count, found = 0, []
    for place in range(whole) if places is None else (one for one in places if one < whole):
        for driver in (Scripted, _Resetting):
            count += 1
            if what := problem(good, cut_off(turns, place, driver)):
                found.append(f"byte {place}, {driver.__name__}: {what}")
    return count, found


def main() -> int:
    """Every place of both sessions."""
    failed = 0
    for name, version in VERSIONS.items():
        began = time.monotonic()
        count, found = problems(version)
        failed += len(found)
        for line in found[:20]:
            print(line)
        print(f"{name}: cut off {count} times, {len(found)} wrong, {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
