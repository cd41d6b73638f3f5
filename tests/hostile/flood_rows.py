"""Sessions in which something sound comes for ever: new keys, tickets, alerts, nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, repeat
from typing import Any

from pyfinger.wire import opaque, uint
from tests.hostile import forger
from tests.hostile.forger import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    TLS_1_2,
    Forger,
    Plan,
    Speech,
    over_and_over,
)
from tests.hostile.row import SECONDS, Row, Set
from tests.hostile.tls_bytes import HELLO_REQUEST, TICKET, UNPROVED, message, problem


def _key_updates(*, requested: bool) -> Speech:
    return lambda forger: (forger.key_update(requested=requested) for _ in repeat(None))


def _in_turn(*records: tuple[int, bytes]) -> Speech:
    return lambda forger: (forger.sealed(*one) for one in cycle(records))


def _tickets(forger: Forger) -> Iterator[bytes]:
    """Each has another nonce; 8 KiB of ticket."""
    for number in cycle(range(256)):
        body = (
            uint(7200, 4) + uint(1, 4) + opaque(bytes([number]), 1) + opaque(bytes(8192), 2) + opaque(b"", 2)
        )
        yield forger.sealed(HANDSHAKE, message(TICKET, body))


@dataclass(frozen=True, slots=True)
class _Flood:
    """A session in which, in place of an answer to EHLO, something comes for ever."""

    name: str
    about: str
    line: str
    speech: Speech
    settings: Mapping[str, Any] | None = None
    options: tuple[str, ...] = ()
    passed: int = 0

    def row(self) -> Row:
        plan = Plan({"EHLO": self.speech}, settings=self.settings or {})
        set_up: Set = lambda stage: [*UNPROVED, *self.options, stage.mail(forger.server(plan))]  # noqa: E731
        return Row(f"tls/{self.name}", self.about, set_up, self.line, self.passed * SECONDS)


_TIMEOUT = "^timeout while sending EHLO"

_FLOODS = (
    _Flood(
        "key updates", "new keys for ever", problem("too many key updates"), _key_updates(requested=False)
    ),
    _Flood(
        "key updates that ask for ours",
        "new keys for ever, and ours wanted",
        problem("too many key updates"),
        _key_updates(requested=True),
    ),
    _Flood("tickets", "session tickets for ever", _TIMEOUT, _tickets, passed=2),
    _Flood(
        "tickets that are kept",
        "the same, with sessions to be resumed",
        _TIMEOUT,
        _tickets,
        options=("-r", "1", "-m", "0"),
        passed=2,
    ),
    _Flood(
        "empty records, TLS 1.3",
        "records of nothing for ever",
        problem("record too small"),
        over_and_over(APPLICATION_DATA, b""),
    ),
    _Flood(
        "empty records, TLS 1.2",
        "records of nothing for ever",
        problem("record too small"),
        over_and_over(APPLICATION_DATA, b""),
        TLS_1_2,
    ),
    _Flood(
        "single bytes",
        "a reply in records of one byte, without end",
        _TIMEOUT,
        _in_turn(*((APPLICATION_DATA, bytes([octet])) for octet in b"250-x\r\n")),
        passed=2,
    ),
    _Flood(
        "warnings, TLS 1.3",
        "user_canceled for ever",
        problem("too many warn alerts"),
        over_and_over(ALERT, b"\1\x5a"),
    ),
    _Flood(
        "warnings, TLS 1.2",
        "warnings for ever",
        problem("too many warn alerts"),
        over_and_over(ALERT, b"\1\x5a"),
        TLS_1_2,
    ),
    _Flood(
        "renegotiation",
        "HelloRequests for ever, each of which is declined",
        _TIMEOUT,
        over_and_over(HANDSHAKE, HELLO_REQUEST * 64),
        TLS_1_2,
        passed=2,
    ),
    _Flood(
        "renegotiation and warnings",
        "HelloRequests and warnings in turn",
        _TIMEOUT,
        _in_turn((HANDSHAKE, HELLO_REQUEST), (ALERT, b"\1\x5a")),
        TLS_1_2,
        passed=2,
    ),
    _Flood(
        "handshake messages, TLS 1.3",
        "a message that has no place there",
        problem("unexpected message"),
        over_and_over(HANDSHAKE, message(20, bytes(32))),
    ),
    _Flood(
        "half a message",
        "handshake bytes that never become a message, then something else",
        problem("unexpected record"),
        _in_turn((HANDSHAKE, b"\4\0\x40\0" + bytes(100)), (APPLICATION_DATA, b"250 x\r\n")),
    ),
    _Flood(
        "change_cipher_spec, TLS 1.2",
        "change_cipher_spec for ever",
        problem("ccs received early"),
        over_and_over(CHANGE_CIPHER_SPEC, b"\1"),
        TLS_1_2,
    ),
)

ROWS: tuple[Row, ...] = tuple(one.row() for one in _FLOODS)
