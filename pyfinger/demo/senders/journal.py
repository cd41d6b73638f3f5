"""What senders did, in the order they did it.

Entries come from the threads of many connections at once; whoever waits for a sender to
come to rest (`wait_until_settled`) is woken by each.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from enum import Enum

from pyfinger.values import Value


class SmtpStep(Enum):
    """What a sender did, or came upon."""

    QUESTION = "DNS question"
    POLICY = "policy asked for"
    CONNECT = "connected"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    TLS = "TLS on"
    NO_TLS = "TLS failed"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    DELIVERED = "delivered"
    RETURNED = "returned"  # a bounce of the message came to the world's own mailbox
    QUIT = "QUIT"
    LOST = "connection closed"


MAILING = (SmtpStep.MAIL, SmtpStep.RCPT, SmtpStep.DATA, SmtpStep.DELIVERED)


class JournalEntry(Value):
    """One thing that happened."""

    at: float  # seconds since the epoch
    situation: str  # its name; empty: none of them
    step: SmtpStep
    host: str = ""  # the mail exchanger or web server; of a question, the name asked for
    detail: str = ""  # TLS version and name asked for; the command; the type of a question
    secured: bool = False  # inside TLS
    connection: int = 0  # counted from 1; 0: none


class Journal:
    """All entries so far."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._entries: list[JournalEntry] = []
        self._changed = threading.Condition()
        self._connections = 0
        self._last: dict[str, float] = {}
        self._ended: set[str] = set()

    @property
    def entries(self) -> tuple[JournalEntry, ...]:
        """Those so far."""
        with self._changed:
            return tuple(self._entries)

    @property
    def began(self) -> float:
        """When the first was written, in seconds since the epoch; 0: none was yet."""
        with self._changed:
            return self._entries[0].at if self._entries else 0.0

    def next_connection(self) -> int:
        """The number of a new connection."""
        with self._changed:
            self._connections += 1
            return self._connections

    def note(self, situation: str, step: SmtpStep, **more: object) -> None:
        """Write an entry."""
        with self._changed:
            entry = JournalEntry(self._clock(), situation, step, **more)  # type: ignore[arg-type]
            self._entries.append(entry)
            self._last[situation] = entry.at
            if step in (SmtpStep.DELIVERED, SmtpStep.RETURNED):
                self._ended.add(situation)
            self._changed.notify_all()

    def wait_until_settled(self, situations: Iterable[str], quiet: float, deadline: float) -> bool:
        """Wait until all situations have settled; False if `deadline` seconds passed before.

        One has settled when its message was delivered or returned, or when it was tried and
        nothing has happened about it for `quiet` seconds.
        """
        names = tuple(situations)
        end = self._clock() + deadline
        with self._changed:
            while True:
                now = self._clock()
                pause = _until_quiet(
                    [name for name in names if name not in self._ended], self._last, now - quiet
                )
                if pause is not None and pause <= 0:
                    return True
                if now >= end:
                    return False
                self._changed.wait(min(end - now, end if pause is None else pause))


def _until_quiet(names: Iterable[str], last: Mapping[str, float], before: float) -> float | None:
    """Seconds until the last of them has been quiet for long; None: some were not even tried."""
    pauses = [0.0]
    for name in names:
        if name not in last:
            return None
        pauses.append(last[name] - before)
    return max(pauses)
