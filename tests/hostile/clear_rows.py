"""What is said in TLS before anything is encrypted: no TLS at all, floods of records, odd ServerHellos."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyfinger.demo.listeners import Conversation
from pyfinger.wire import opaque, uint
from tests.hostile.forger import ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, raw, start_tls
from tests.hostile.row import SECONDS, Row, Set
from tests.hostile.tls_bytes import (
    CERTIFICATE,
    HELLO_REQUEST,
    HELLO_RETRY,
    SERVER_HELLO,
    UNPROVED,
    message,
    problem,
    record,
)

_KEY_SHARE = 51
_X25519 = 0x001D

_TIMED_OUT = "SSL_connect error to .*: Connection timed out"


@dataclass(frozen=True, slots=True)
class _Clear:
    """What a server says after STARTTLS, once and then for ever."""

    name: str
    about: str
    line: str
    said: bytes = b""
    endless: bytes = b""
    seconds: float = 0

    def row(self) -> Row:
        set_up: Set = lambda stage: [*UNPROVED, stage.mail(raw(self.said, endless=self.endless))]  # noqa: E731
        return Row(f"tls/{self.name}", self.about, set_up, self.line, self.seconds)


_RENEGOTIATION_INFO = opaque(b"\xff\1\0\1\0", 2)
_HELLO_12 = record(
    HANDSHAKE,
    message(SERVER_HELLO, b"\3\3" + bytes(33) + uint(0xC02B, 2) + b"\0" + _RENEGOTIATION_INFO),
)
_LONG_CERTIFICATE = message(CERTIFICATE, opaque(opaque(bytes(95000), 3), 3))

_CLEAR = (
    _Clear("not TLS", "more SMTP", problem("wrong version number"), b"250 hello\r\n"),
    _Clear("HTTP", "a web server", problem("wrong version number"), b"HTTP/1.0 400 Bad Request\r\n\r\n"),
    _Clear("noise", "random bytes for ever", problem("wrong version number"), endless=bytes(range(256))),
    _Clear("zeros", "zeros for ever", problem("wrong version number"), endless=bytes(1024)),
    _Clear("longest record", "the longest length", problem("data length too long"), b"\x16\3\3\xff\xff"),
    _Clear(
        "empty records",
        "empty handshake records for ever",
        problem("record too small"),
        endless=record(HANDSHAKE, b""),
    ),
    _Clear(
        "warnings",
        "warning alerts for ever",
        problem("too many warn alerts"),
        endless=record(ALERT, b"\1\x70"),
    ),
    _Clear(
        "warnings and HelloRequests",
        "warning alerts for ever, never many in a row",
        _TIMED_OUT,
        endless=record(ALERT, b"\1\x70") + record(HANDSHAKE, HELLO_REQUEST),
        seconds=SECONDS,
    ),
    _Clear(
        "HelloRequests",
        "HelloRequests for ever, which a handshake ignores",
        _TIMED_OUT,
        endless=record(HANDSHAKE, HELLO_REQUEST * 4096),
        seconds=SECONDS,
    ),
    _Clear(
        "change_cipher_spec",
        "change_cipher_spec for ever",
        problem("unexpected message"),
        endless=record(CHANGE_CIPHER_SPEC, b"\1"),
    ),
    _Clear(
        "application data",
        "application data before any handshake",
        problem("unexpected message"),
        endless=record(APPLICATION_DATA, b"x" * 1000),
    ),
    _Clear(
        "message of 16 MiB",
        "a ServerHello with the longest length, and all of it",
        problem("excessive message size"),
        record(HANDSHAKE, b"\2\xff\xff\xff"),
        endless=record(HANDSHAKE, bytes(1 << 14)),
    ),
    _Clear(
        "certificate of 16 MiB",
        "a ServerHello, then the longest Certificate message there can be, and all of it",
        problem("excessive message size"),
        _HELLO_12 + record(HANDSHAKE, bytes([CERTIFICATE]) + b"\xff\xff\xff"),
        endless=record(HANDSHAKE, bytes(1 << 14)),
    ),
    _Clear(
        "fragments of a byte",
        "a ServerHello and a certificate of 95 KB, in as many records as bytes",
        f"{_TIMED_OUT}|unable to find public key parameters",
        b"".join(record(HANDSHAKE, bytes([octet])) for octet in _HELLO_12[5:] + _LONG_CERTIFICATE),
        seconds=SECONDS,
    ),
    _Clear("alerts in pieces", "an alert of one byte", problem("invalid alert"), record(ALERT, b"\2") * 2),
    _Clear(
        "close_notify",
        "a goodbye instead of a hello",
        "SSL_connect error to .*: lost connection",
        record(ALERT, b"\1\0"),
    ),
    *(
        _Clear(
            f"alert {number}",
            "an alert whose number is a control character",
            rf"reason\({1000 + number}\)",
            record(ALERT, bytes([2, number])),
        )
        for number in (27, 0x9B)
    ),
)


def _with_hello(answer: Any) -> Conversation:
    """A server that answers the ClientHello with what a function makes of its session id; twice if asked."""

    def converse(sock: socket.socket) -> None:
        start_tls(sock)
        while heard := sock.recv(1 << 16):
            if HANDSHAKE in (heard[0], heard[6:7] and heard[6]):
                start = heard.index(b"\x16")
                session_id = heard[start + 44 : start + 44 + heard[start + 43]]
                sock.sendall(answer(session_id))

    return converse


def _server_hello(session_id: bytes, random: bytes, suite: int, *extensions: tuple[int, bytes]) -> bytes:
    block = b"".join(uint(kind, 2) + opaque(data, 2) for kind, data in extensions)
    body = b"\3\3" + random + opaque(session_id, 1) + uint(suite, 2) + b"\0" + opaque(block, 2)
    return record(HANDSHAKE, message(SERVER_HELLO, body))


def _retry(*extensions: tuple[int, bytes]) -> Conversation:
    random = bytes.fromhex(HELLO_RETRY)
    return _with_hello(lambda sid: _server_hello(sid, random, 0x1301, (43, b"\3\4"), *extensions))


def _share(group: int, key: bytes) -> Conversation:
    share = uint(group, 2) + opaque(key, 2)
    return _with_hello(lambda sid: _server_hello(sid, bytes(32), 0x1301, (43, b"\3\4"), (_KEY_SHARE, share)))


_ANSWERS: tuple[tuple[str, str, Conversation, str], ...] = (
    (
        "HelloRetryRequest loop",
        "another HelloRetryRequest after each hello",
        _retry((_KEY_SHARE, b"\0\x17")),
        problem("unexpected message"),
    ),
    (
        "HelloRetryRequest that changes nothing",
        "neither a group nor a cookie",
        _retry(),
        problem("no change following hrr"),
    ),
    (
        "cookie of 16 KiB",
        "a cookie as long as it can be, to be sent back",
        _retry((44, opaque(bytes(16000), 2))),
        problem("unexpected message"),
    ),
    ("key share of 60 KiB", "no key is that long", _share(_X25519, bytes(15000)), problem("bad ecpoint")),
    ("key share of nothing", "an empty key", _share(_X25519, b""), problem("length mismatch")),
    (
        "key share of zeros",
        "a point of small order (RFC 7748 section 6.1)",
        _share(_X25519, bytes(32)),
        problem("bad key share"),
    ),
    (
        "unasked group",
        "a share in a group that none was sent for",
        _share(0x11EC, bytes(1120)),
        problem("bad key share"),
    ),
)


def _answers() -> Iterator[Row]:
    for name, about, converse, line in _ANSWERS:
        yield Row(f"tls/{name}", about, _plain(converse), line)


def _plain(converse: Conversation) -> Set:
    return lambda stage: [*UNPROVED, stage.mail(converse)]


ROWS: tuple[Row, ...] = (*(one.row() for one in _CLEAR), *_answers())
