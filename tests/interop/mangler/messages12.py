"""TLS 1.2 before anything is protected, and behind the handshake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyfinger.wire import opaque, uint
from tests.interop.mangler import messages
from tests.interop.mangler.cases import Case
from tests.interop.mangler.forging import CHANGE_CIPHER_SPEC, HANDSHAKE, Edit
from tests.interop.mangler.messages import (
    CERTIFICATE,
    DONE,
    FINISHED,
    KEY_EXCHANGE,
    REQUEST,
    SERVER_HELLO,
    changing,
    extension,
    forged,
    sized,
)

_SETTINGS: dict[str, Any] = {
    "maxVersion": (3, 3),
    "keyExchangeNames": ["ecdhe_rsa"],
    "eccCurves": ["secp256r1"],
    "keyShares": [],
}
_ASKING = {**_SETTINGS, "reqCert": True}
_EXTENSIONS = {
    "server_name": (0, b""),
    "max_fragment_length": (1, b"\1"),
    "status_request": (5, b""),
    "supported_groups": (10, b"\0\2\0\x1d"),
    "ec_point_formats, empty": (11, b""),
    "ec_point_formats, none": (11, b"\0"),
    "ec_point_formats, compressed": (11, b"\1\1"),
    "ec_point_formats and a byte": (11, b"\1\0x"),
    "srp": (12, b""),
    "signature_algorithms": (13, b""),
    "use_srtp": (14, b""),
    "heartbeat": (15, b"\1"),
    "alpn": (16, b"\0\2\1x"),
    "timestamps": (18, b""),
    "client_certificate_type": (19, b"\2"),
    "server_certificate_type": (20, b"\2"),
    "padding": (21, b""),
    "encrypt_then_mac with content": (22, b"x"),
    "extended_master_secret with content": (23, b"x"),
    "compress_certificate": (27, b""),
    "session_ticket with content": (35, b"x"),
    "pre_shared_key": (41, b"\0\0"),
    "early_data": (42, b""),
    "supported_versions 1.2": (43, b"\3\3"),
    "cookie": (44, b""),
    "psk_key_exchange_modes": (45, b""),
    "certificate_authorities": (47, b""),
    "post_handshake_auth": (49, b""),
    "signature_algorithms_cert": (50, b""),
    "key_share": (51, b""),
    "next_protocol_negotiation": (13172, b""),
    "renegotiation_info, empty": (65281, b""),
    "renegotiation_info with content": (65281, b"\1x"),
    "renegotiation_info too long": (65281, b"\0x"),
    "cryptopro": (0xFDE8, b""),
    "unknown": (0x1234, b"x"),
}
_REQUESTS = {
    "of nothing": b"\0" + b"\0\0" + b"\0\0",
    "without schemes": b"\1\1" + b"\0\0" + b"\0\0",
    "with half a scheme": b"\1\1" + b"\0\1\4" + b"\0\0",
    "with unknown schemes": b"\1\1" + b"\0\2\xff\xff" + b"\0\0",
    "with an empty name": b"\1\1" + b"\0\2\4\1" + b"\0\2\0\0",
    "with half a name": b"\1\1" + b"\0\2\4\1" + b"\0\3\0\5x",
    "with a name": b"\1\1" + b"\0\2\4\1" + b"\0\4\0\2\x30\0",
    "with a name and a byte": b"\1\1" + b"\0\2\4\1" + b"\0\5\0\3\x30\0\0",
    "and a byte": b"\1\1" + b"\0\2\4\1" + b"\0\0" + b"x",
    "with types cut short": b"\5\1",
}
_POINT = opaque(b"\4" + bytes(64), 1)
_KEY_EXCHANGES = {
    "of type 1": b"\1\0\x17" + _POINT,
    "of a group unknown": b"\3\xff\xff" + _POINT,
    "of a group not offered": b"\3\0\x16" + _POINT,
    "of a group of TLS 1.3": b"\3\1\0" + _POINT,
    "of two bytes": b"\3\0",
    "without a point": b"\3\0\x17",
    "of an empty point": b"\3\0\x17\0",
    "off the curve": b"\3\0\x17" + _POINT,
    "at infinity": b"\3\0\x17\1\0",
    "X25519 of zeros": b"\3\0\x1d" + opaque(bytes(32), 1) + b"\4\1" + opaque(b"x", 2),
    "X25519 too short": b"\3\0\x1d" + opaque(bytes(31), 1),
    "without a scheme": b"\3\0\x1d" + opaque(b"\7" * 32, 1) + b"\4",
    "of an unknown scheme": b"\3\0\x1d" + opaque(b"\7" * 32, 1) + b"\xff\xff" + opaque(b"x", 2),
    "of a scheme of another key": b"\3\0\x1d" + opaque(b"\7" * 32, 1) + b"\4\3" + opaque(b"x", 2),
    "signed in half": b"\3\0\x1d" + opaque(b"\7" * 32, 1) + b"\4\1\0\5x",
    "signed and a byte": b"\3\0\x1d" + opaque(b"\7" * 32, 1) + b"\4\1" + opaque(b"x", 2) + b"x",
}


def cases() -> Iterator[Case]:
    """All of them."""
    for kind in (SERVER_HELLO, CERTIFICATE, KEY_EXCHANGE, DONE, FINISHED):
        yield from messages.spoilt("1.2", kind, _SETTINGS)
    yield from messages.spoilt("1.2", REQUEST, _ASKING)
    for name, (kind, data) in _EXTENSIONS.items():
        yield forged(f"1.2 ServerHello with {name}", _SETTINGS, {SERVER_HELLO: changing(_adding(kind, data))})
    for name, body in _REQUESTS.items():
        yield forged(f"1.2 request {name}", _ASKING, {REQUEST: _body(body)})
    for name, body in _KEY_EXCHANGES.items():
        yield forged(f"1.2 key exchange {name}", _SETTINGS, {KEY_EXCHANGE: _body(body)})
    yield from _hellos()
    yield from _certificates()
    yield from messages.later("1.2", _SETTINGS)
    yield forged("1.2 of tlslite-ng as it is", _SETTINGS)
    yield forged("1.2 of tlslite-ng as it is, asking", _ASKING)


def _body(body: bytes) -> Edit:
    return changing(lambda whole: sized(whole, body))


def _adding(kind: int, data: bytes) -> messages.Change:
    """One more extension; one of the same type makes room."""

    def changed(whole: bytes) -> bytes:
        start = 4 + 2 + 32 + 1 + whole[38] + 3
        block, kept = whole[start + 2 :], b""
        while block:
            size = 4 + int.from_bytes(block[2:4], "big")
            if int.from_bytes(block[:2], "big") != kind:
                kept += block[:size]
            block = block[size:]
        return sized(whole, whole[4:start] + opaque(kept + extension(kind, data), 2))

    return changed


def _hello(change: messages.Change) -> dict[int, Edit]:
    return {SERVER_HELLO: changing(change)}


def _of_version(version: int) -> messages.Change:
    return lambda whole: whole[:4] + uint(version, 2) + whole[6:]


def _of_suite(suite: int) -> messages.Change:
    def changed(whole: bytes) -> bytes:
        at = 4 + 2 + 32 + 1 + whole[38]
        return whole[:at] + uint(suite, 2) + whole[at + 2 :]

    return changed


def _hellos() -> Iterator[Case]:
    def rest(whole: bytes) -> bytes:
        return whole[at + whole[38] :]

    at = 4 + 2 + 32 + 1
    changes: dict[str, messages.Change] = {
        **{
            f"version {version:04x}": _of_version(version)
            for version in (0, 0x0002, 0x0300, 0x0301, 0x0302, 0x0304, 0x0305, 0x7F1C, 0xFFFF)
        },
        "downgraded from 1.3": lambda whole: whole[:30] + b"DOWNGRD\1" + whole[38:],
        "downgraded from 1.2": lambda whole: whole[:30] + b"DOWNGRD\0" + whole[38:],
        "session id of 33": lambda whole: sized(whole, whole[4:38] + opaque(bytes(33), 1) + rest(whole)),
        "no session id": lambda whole: sized(whole, whole[4:38] + b"\0" + rest(whole)),
        **{
            f"suite {suite:04x}": _of_suite(suite)
            for suite in (0x0000, 0x00FF, 0x1301, 0x0005, 0x002F, 0xC02B, 0xC018, 0x0A0A, 0x5600)
        },
        "compressed": lambda whole: whole[: at + whole[38] + 2] + b"\1" + whole[at + whole[38] + 3 :],
        "without extensions": lambda whole: sized(whole, whole[4 : at + whole[38] + 3]),
        "of no extensions": lambda whole: sized(whole, whole[4 : at + whole[38] + 3] + b"\0\0"),
        "with its first extension twice": lambda whole: sized(
            whole, whole[4 : at + whole[38] + 3] + opaque(extension(65281, b"\0") * 2, 2)
        ),
    }
    for name, change in changes.items():
        yield forged(f"1.2 hello {name}", _SETTINGS, _hello(change))


def _certificates() -> Iterator[Case]:
    bodies = {
        "of none": b"\0\0\0",
        "of an empty one": b"\0\0\3" + b"\0\0\0",
        "of half a length": b"\0\0\2" + b"\0\0",
        "cut short": b"\0\0\5" + b"\0\0\5" + b"xx",
        "list too long": b"\0\0\7" + b"\0\0\2xx",
    }
    for name, body in bodies.items():
        yield forged(f"1.2 certificates {name}", _SETTINGS, {CERTIFICATE: _body(body)})
    twice: Edit = lambda whole: [(CHANGE_CIPHER_SPEC, b"\1"), (HANDSHAKE, whole)]  # noqa: E731
    yield forged("1.2 two ccs", _SETTINGS, {FINISHED: twice})
    wrong = changing(lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]))
    yield forged("1.2 wrong Finished", _SETTINGS, {FINISHED: wrong})
