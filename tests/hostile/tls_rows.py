"""What is said in TLS: records and messages no honest server sends, and no end of honest ones."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, repeat
from typing import Any

import zstandard

from pyfinger.demo.listeners import Conversation
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
    raw,
    start_tls,
)
from tests.hostile.row import SECONDS, Row, Set
from tests.tls.server import Rewrite, with_extension

_SERVER_HELLO, _TICKET, _ENCRYPTED_EXTENSIONS, _CERTIFICATE, _KEY_EXCHANGE = 2, 4, 8, 11, 12
_COMPRESSED = 25
_ZLIB, _ZSTD = 1, 3
_KEY_SHARE = 51
_HELLO_RETRY = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"
_X25519 = 0x001D

_TIMED_OUT = "SSL_connect error to .*: Connection timed out"
_NOTHING = ("-l", "may")


def _problem(reason: str) -> str:
    return f"^warning: TLS library problem: error:0A.*:SSL routines::{reason}:"


def record(kind: int, content: bytes, version: int = 0x0303) -> bytes:
    """A record in clear."""
    return bytes([kind]) + uint(version, 2) + opaque(content, 2)


def message(kind: int, body: bytes) -> bytes:
    """A handshake message."""
    return bytes([kind]) + opaque(body, 3)


# --- in clear, instead of a ServerHello ---------------------------------------------


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
        set_up: Set = lambda stage: [*_NOTHING, stage.mail(raw(self.said, endless=self.endless))]  # noqa: E731
        return Row(f"tls/{self.name}", self.about, set_up, self.line, self.seconds)


_RENEGOTIATION_INFO = opaque(b"\xff\1\0\1\0", 2)
_HELLO_12 = record(
    HANDSHAKE,
    message(_SERVER_HELLO, b"\3\3" + bytes(33) + uint(0xC02B, 2) + b"\0" + _RENEGOTIATION_INFO),
)
_HELLO_REQUEST = message(0, b"")

_CLEAR = (
    _Clear("not TLS", "more SMTP", _problem("wrong version number"), b"250 hello\r\n"),
    _Clear("HTTP", "a web server", _problem("wrong version number"), b"HTTP/1.0 400 Bad Request\r\n\r\n"),
    _Clear("noise", "random bytes for ever", _problem("wrong version number"), endless=bytes(range(256))),
    _Clear("zeros", "zeros for ever", _problem("wrong version number"), endless=bytes(1024)),
    _Clear("longest record", "the longest length", _problem("packet length too long"), b"\x16\3\3\xff\xff"),
    _Clear(
        "empty records",
        "empty handshake records for ever",
        _problem("record too small"),
        endless=record(HANDSHAKE, b""),
    ),
    _Clear(
        "warnings",
        "warning alerts for ever",
        _problem("too many warn alerts"),
        endless=record(ALERT, b"\1\x70"),
    ),
    _Clear(
        "warnings and HelloRequests",
        "warning alerts for ever, never many in a row",
        _TIMED_OUT,
        endless=record(ALERT, b"\1\x70") + record(HANDSHAKE, _HELLO_REQUEST),
        seconds=SECONDS,
    ),
    _Clear(
        "HelloRequests",
        "HelloRequests for ever, which a handshake ignores",
        _TIMED_OUT,
        endless=record(HANDSHAKE, _HELLO_REQUEST * 4096),
        seconds=SECONDS,
    ),
    _Clear(
        "change_cipher_spec",
        "change_cipher_spec for ever",
        _problem("unexpected message"),
        endless=record(CHANGE_CIPHER_SPEC, b"\1"),
    ),
    _Clear(
        "application data",
        "application data before any handshake",
        _problem("unexpected message"),
        endless=record(APPLICATION_DATA, b"x" * 1000),
    ),
    _Clear(
        "message of 16 MiB",
        "a ServerHello with the longest length, and all of it",
        _problem("excessive message size"),
        record(HANDSHAKE, b"\2\xff\xff\xff"),
        endless=record(HANDSHAKE, bytes(1 << 14)),
    ),
    _Clear(
        "certificate of 16 MiB",
        "a ServerHello, then the longest Certificate message there can be, and all of it",
        _problem("excessive message size"),
        _HELLO_12 + record(HANDSHAKE, bytes([_CERTIFICATE]) + b"\xff\xff\xff"),
        endless=record(HANDSHAKE, bytes(1 << 14)),
    ),
    _Clear("alerts in pieces", "an alert of one byte", _problem("bad record type"), record(ALERT, b"\2") * 2),
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


# --- answers that need to know the hello --------------------------------------------


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
    return record(HANDSHAKE, message(_SERVER_HELLO, body))


def _retry(*extensions: tuple[int, bytes]) -> Conversation:
    random = bytes.fromhex(_HELLO_RETRY)
    return _with_hello(lambda sid: _server_hello(sid, random, 0x1301, (43, b"\3\4"), *extensions))


def _share(group: int, key: bytes) -> Conversation:
    share = uint(group, 2) + opaque(key, 2)
    return _with_hello(lambda sid: _server_hello(sid, bytes(32), 0x1301, (43, b"\3\4"), (_KEY_SHARE, share)))


_ANSWERS: tuple[tuple[str, str, Conversation, str], ...] = (
    (
        "HelloRetryRequest loop",
        "another HelloRetryRequest after each hello",
        _retry((_KEY_SHARE, b"\0\x17")),
        _problem("unexpected message"),
    ),
    (
        "HelloRetryRequest that changes nothing",
        "neither a group nor a cookie",
        _retry(),
        _problem("no change following hrr"),
    ),
    (
        "cookie of 16 KiB",
        "a cookie as long as it can be, to be sent back",
        _retry((44, opaque(bytes(16000), 2))),
        _problem("unexpected message"),
    ),
    ("key share of 60 KiB", "no key is that long", _share(_X25519, bytes(15000)), _problem("bad key share")),
    ("key share of nothing", "an empty key", _share(_X25519, b""), _problem("bad key share")),
    (
        "key share of zeros",
        "a point of small order (RFC 7748 section 6.1)",
        _share(_X25519, bytes(32)),
        _problem("bad key share"),
    ),
    (
        "unasked group",
        "a share in a group that none was sent for",
        _share(0x11EC, bytes(1120)),
        _problem("bad key share"),
    ),
)


def _answers() -> Iterator[Row]:
    for name, about, converse, line in _ANSWERS:
        yield Row(f"tls/{name}", about, _plain(converse), line)


def _plain(converse: Conversation) -> Set:
    return lambda stage: [*_NOTHING, stage.mail(converse)]


# --- messages rewritten inside a sound handshake ------------------------------------


def instead(body: bytes, kind: int, *kinds: int) -> Rewrite:
    """This message for those of some kinds, by default its own."""
    return lambda whole: message(kind, body) if whole[0] in (kinds or (kind,)) else whole


def _compressed(algorithm: int, size: int, data: bytes) -> Rewrite:
    body = uint(algorithm, 2) + uint(size, 3) + opaque(data, 3)
    return instead(body, _COMPRESSED, _CERTIFICATE, _COMPRESSED)


def _dhe(bits: int) -> Rewrite:
    """DH parameters of a size, unsigned."""
    number = b"\xff" * (bits // 8)
    return instead(opaque(number, 2) + opaque(b"\2", 2) + opaque(number[:-1] + b"\1", 2), _KEY_EXCHANGE)


def _point(data: bytes, group: int = 0x0017) -> Rewrite:
    return instead(b"\3" + uint(group, 2) + opaque(data, 1), _KEY_EXCHANGE)


_ZLIB_BOMB = zlib.compress(bytes(1 << 26), 9)
_ZSTD_BOMB = zstandard.ZstdCompressor(19).compress(bytes(1 << 26))
_LARGEST = 100 * 1024
_ANON_DH = {**TLS_1_2, "keyExchangeNames": ["dh_anon"]}
_ANON_ECDH = {**TLS_1_2, "keyExchangeNames": ["ecdh_anon"]}
_DH_OPTIONS = ("-o", "tls_medium_cipherlist=aNULL:@SECLEVEL=0")


@dataclass(frozen=True, slots=True)
class _Changed:
    """A handshake with one message that is not as it should be."""

    name: str
    about: str
    line: str
    rewrite: Rewrite
    settings: Mapping[str, Any] | None = None
    options: tuple[str, ...] = ()
    anonymous: bool = False

    def row(self) -> Row:
        plan = Plan(rewrite=self.rewrite, settings=self.settings or {})
        if self.anonymous:
            plan = Plan(identity=None, rewrite=self.rewrite, settings=self.settings or {})
        set_up: Set = lambda stage: [*_NOTHING, *self.options, stage.mail(forger.server(plan))]  # noqa: E731
        return Row(f"tls/{self.name}", self.about, set_up, self.line)


_CHANGED = (
    _Changed(
        "zlib bomb",
        "64 MiB of zeros, announced as what is permitted (RFC 8879)",
        _problem("bad decompression"),
        _compressed(_ZLIB, _LARGEST, _ZLIB_BOMB),
    ),
    _Changed(
        "zlib bomb, announced",
        "16 MiB of zeros, announced as such",
        _problem("bad decompression"),
        _compressed(_ZLIB, 0xFFFFFF, _ZLIB_BOMB),
    ),
    _Changed(
        "zstd bomb",
        "64 MiB of zeros, announced as what is permitted",
        _problem("bad decompression"),
        _compressed(_ZSTD, _LARGEST, _ZSTD_BOMB),
    ),
    _Changed(
        "compressed nothing",
        "an empty stream",
        _problem("bad decompression"),
        _compressed(_ZLIB, 1, b""),
    ),
    _Changed(
        "compressed zeros",
        "what is permitted, all zeros: no certificate list",
        _problem("length mismatch"),
        _compressed(_ZLIB, _LARGEST, zlib.compress(bytes(_LARGEST), 9)),
    ),
    _Changed(
        "DH of 65536 bits",
        "a modulus far beyond OpenSSL's limit",
        _problem("modulus too large"),
        _dhe(65536),
        _ANON_DH,
        _DH_OPTIONS,
        anonymous=True,
    ),
    _Changed(
        "DH of 10000 bits",
        "a modulus as large as it may be",
        "SSL_connect error to",
        _dhe(10000),
        _ANON_DH,
        _DH_OPTIONS,
        anonymous=True,
    ),
    _Changed(
        "DH of zero",
        "a modulus, a generator and a key of nothing",
        _problem("dh key too small"),
        instead(opaque(b"", 2) * 3, _KEY_EXCHANGE),
        _ANON_DH,
        _DH_OPTIONS,
        anonymous=True,
    ),
    *(
        _Changed(
            f"EC point: {what}",
            "a point that is none",
            _problem("bad ecpoint"),
            _point(data),
            _ANON_ECDH,
            _DH_OPTIONS,
            anonymous=True,
        )
        for what, data in (
            ("infinity", b"\0"),
            ("off the curve", b"\4" + b"\1" * 64),
            ("beyond the field", b"\4" + b"\xff" * 64),
            ("255 bytes", b"\4" + b"\7" * 254),
            ("nothing", b""),
        )
    ),
    _Changed(
        "curve never offered",
        "parameters on a curve nobody asked for",
        _problem("wrong curve"),
        _point(b"\4" + b"\1" * 64, 0xFFFF),
        _ANON_ECDH,
        _DH_OPTIONS,
        anonymous=True,
    ),
    _Changed(
        "unsolicited extension",
        "an extension nobody asked for",
        _problem("unsolicited extension"),
        lambda whole: (
            with_extension(whole, 0x1234, b"x" * 1000) if whole[0] == _ENCRYPTED_EXTENSIONS else whole
        ),
    ),
    _Changed(
        "EncryptedExtensions of 19 KiB",
        "thousands of extensions",
        _problem("unsolicited extension"),
        instead(
            opaque(b"".join(uint(kind, 2) + b"\0\0" for kind in range(4800, 9500)), 2),
            _ENCRYPTED_EXTENSIONS,
        ),
    ),
)


# --- no end of messages inside a session --------------------------------------------


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
        yield forger.sealed(HANDSHAKE, message(_TICKET, body))


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
        set_up: Set = lambda stage: [*_NOTHING, *self.options, stage.mail(forger.server(plan))]  # noqa: E731
        return Row(f"tls/{self.name}", self.about, set_up, self.line, self.passed * SECONDS)


_TIMEOUT = "^timeout while sending EHLO"

_FLOODS = (
    _Flood(
        "key updates", "new keys for ever", _problem("too many key updates"), _key_updates(requested=False)
    ),
    _Flood(
        "key updates that ask for ours",
        "new keys for ever, and ours wanted",
        _problem("too many key updates"),
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
        _problem("record too small"),
        over_and_over(APPLICATION_DATA, b""),
    ),
    _Flood(
        "empty records, TLS 1.2",
        "records of nothing for ever",
        _problem("record too small"),
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
        _problem("too many warn alerts"),
        over_and_over(ALERT, b"\1\x5a"),
    ),
    _Flood(
        "warnings, TLS 1.2",
        "warnings for ever",
        _problem("too many warn alerts"),
        over_and_over(ALERT, b"\1\x5a"),
        TLS_1_2,
    ),
    _Flood(
        "renegotiation",
        "HelloRequests for ever, each of which is declined",
        _TIMEOUT,
        over_and_over(HANDSHAKE, _HELLO_REQUEST * 64),
        TLS_1_2,
        passed=2,
    ),
    _Flood(
        "renegotiation and warnings",
        "HelloRequests and warnings in turn",
        _TIMEOUT,
        _in_turn((HANDSHAKE, _HELLO_REQUEST), (ALERT, b"\1\x5a")),
        TLS_1_2,
        passed=2,
    ),
    _Flood(
        "handshake messages, TLS 1.3",
        "a message that has no place there",
        _problem("unexpected message"),
        over_and_over(HANDSHAKE, message(20, bytes(32))),
    ),
    _Flood(
        "half a message",
        "handshake bytes that never become a message, then something else",
        _problem("mixed handshake and non handshake data"),
        _in_turn((HANDSHAKE, b"\4\0\x40\0" + bytes(100)), (APPLICATION_DATA, b"250 x\r\n")),
    ),
    _Flood(
        "change_cipher_spec, TLS 1.2",
        "change_cipher_spec for ever",
        _problem("unexpected message"),
        over_and_over(CHANGE_CIPHER_SPEC, b"\1"),
        TLS_1_2,
    ),
)

ROWS: tuple[Row, ...] = (
    *(one.row() for one in _CLEAR),
    *_answers(),
    *(one.row() for one in _CHANGED),
    *(one.row() for one in _FLOODS),
)
