"""TLS 1.3, from ServerHello on."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from pyfinger.tls.codepoints import HELLO_RETRY_RANDOM
from pyfinger.wire import opaque, uint
from tests.interop.mangler import messages
from tests.interop.mangler.cases import Case
from tests.interop.mangler.forging import HANDSHAKE, Edit
from tests.interop.mangler.messages import (
    CERTIFICATE,
    ENCRYPTED_EXTENSIONS,
    FINISHED,
    REQUEST,
    SERVER_HELLO,
    VERIFY,
    changing,
    extension,
    forged,
    sized,
)

_SETTINGS: dict[str, Any] = {"eccCurves": ["x25519", "secp256r1"], "keyShares": ["x25519"]}
_ASKING = {**_SETTINGS, "reqCert": True}
_EXTENSIONS = {
    "server_name": (0, b""),
    "server_name with content": (0, b"x"),
    "max_fragment_length": (1, b"\1"),
    "status_request": (5, b""),
    "supported_groups": (10, b"\0\2\0\x1d"),
    "supported_groups of nothing": (10, b""),
    "ec_point_formats": (11, b"\1\0"),
    "signature_algorithms": (13, b"\0\2\4\3"),
    "use_srtp": (14, b""),
    "heartbeat": (15, b"\1"),
    "alpn": (16, b"\0\2\1x"),
    "timestamps": (18, b"x"),
    "client_certificate_type": (19, b"\2"),
    "server_certificate_type": (20, b"\2"),
    "padding": (21, b""),
    "encrypt_then_mac": (22, b""),
    "extended_master_secret": (23, b""),
    "compress_certificate": (27, b"\2\0\1"),
    "session_ticket": (35, b""),
    "pre_shared_key": (41, b"\0\0"),
    "early_data": (42, b""),
    "supported_versions": (43, b"\3\4"),
    "supported_versions 1.2": (43, b"\3\3"),
    "supported_versions of 3": (43, b"\3\4\0"),
    "cookie": (44, b"\0\1x"),
    "psk_key_exchange_modes": (45, b""),
    "certificate_authorities": (47, b"\0\0"),
    "post_handshake_auth": (49, b""),
    "signature_algorithms_cert": (50, b"\0\2\4\3"),
    "key_share": (51, b"\0\x1d"),
    "next_protocol_negotiation": (13172, b""),
    "renegotiation_info": (65281, b"\0"),
    "unknown": (0x1234, b"x"),
    "GREASE": (0x0A0A, b""),
}
_SHARE = opaque(b"\7" * 32, 2)
_HELLOS = {
    "share of nothing": [(43, b"\3\4"), (51, b"")],
    "share of a group alone": [(43, b"\3\4"), (51, b"\0\x1d")],
    "share, empty": [(43, b"\3\4"), (51, b"\0\x1d\0\0")],
    "share of one byte": [(43, b"\3\4"), (51, b"\0\x1d\0\1x")],
    "share of 31 bytes": [(43, b"\3\4"), (51, b"\0\x1d" + opaque(bytes(31), 2))],
    "share of zeros": [(43, b"\3\4"), (51, b"\0\x1d" + opaque(bytes(32), 2))],
    "share and a byte": [(43, b"\3\4"), (51, b"\0\x1d" + _SHARE + b"x")],
    "share of a group not sent": [(43, b"\3\4"), (51, b"\0\x17" + _SHARE)],
    "share of a group unknown": [(43, b"\3\4"), (51, b"\xff\xff" + _SHARE)],
    "no share": [(43, b"\3\4")],
    "psk": [(43, b"\3\4"), (51, b"\0\x1d" + _SHARE), (41, b"\0\0")],
    "version twice": [(43, b"\3\4"), (43, b"\3\4"), (51, b"\0\x1d" + _SHARE)],
    "version 1.2": [(43, b"\3\3"), (51, b"\0\x1d" + _SHARE)],
    "version 1.4": [(43, b"\3\5"), (51, b"\0\x1d" + _SHARE)],
    "version of one byte": [(43, b"\3"), (51, b"\0\x1d" + _SHARE)],
    "unknown extension": [(0x1234, b""), (43, b"\3\4")],
    "cookie": [(43, b"\3\4"), (51, b"\0\x1d" + _SHARE), (44, b"\0\1x")],
}
_RETRIES = {
    "for P-256": [(43, b"\3\4"), (51, b"\0\x17")],
    "for P-256, without a version": [(51, b"\0\x17")],
    "for P-256, version 1.2": [(43, b"\3\3"), (51, b"\0\x17")],
    "for what was sent": [(43, b"\3\4"), (51, b"\0\x1d")],
    "for what was not offered": [(43, b"\3\4"), (51, b"\0\x1a")],
    "for what is unknown": [(43, b"\3\4"), (51, b"\xff\xff")],
    "with a share": [(43, b"\3\4"), (51, b"\0\x17\0\1x")],
    "with half a group": [(43, b"\3\4"), (51, b"\0")],
    "for nothing": [(43, b"\3\4")],
    "of nothing": [],
    "with an empty cookie": [(43, b"\3\4"), (44, b"\0\0")],
    "with a cookie": [(43, b"\3\4"), (44, b"\0\1x")],
    "with half a cookie": [(43, b"\3\4"), (44, b"\0\5x")],
    "with server_name": [(43, b"\3\4"), (51, b"\0\x17"), (0, b"")],
    "with an unknown extension": [(43, b"\3\4"), (51, b"\0\x17"), (0x1234, b"")],
    "with its share twice": [(43, b"\3\4"), (51, b"\0\x17"), (51, b"\0\x17")],
}
_ENTRIES = {
    "of none": b"\0" + b"\0\0\0",
    "of an empty one": b"\0" + opaque(b"\0\0\0" + b"\0\0", 3),
    "with a context": b"\1x" + b"\0\0\0",
    "without extensions": b"\0" + opaque(b"\0\0\2\x30\0", 3),
    "list too long": b"\0" + b"\0\0\x20" + b"\0\0\2\x30\0" + b"\0\0",
    "list too short": b"\0" + b"\0\0\1" + b"\0\0\2\x30\0" + b"\0\0",
    "half a length": b"\0" + b"\0\0\2" + b"\0\0",
}


def _compressed(algorithm: int, size: int, data: bytes) -> bytes:
    return uint(algorithm, 2) + uint(size, 3) + opaque(data, 3)


_COMPRESSED: dict[str, messages.Change] = {
    "of an unknown algorithm": lambda body: _compressed(9, len(body), body),
    "of brotli": lambda body: _compressed(2, len(body), body),
    "of nothing": lambda body: b"",
    "of one byte": lambda body: b"\0",
    "of an algorithm alone": lambda body: b"\0\1",
    "of no data": lambda body: _compressed(1, len(body), b""),
    "of data and a byte": lambda body: _compressed(1, len(body), zlib.compress(body)) + b"x",
    "of 102401": lambda body: _compressed(1, 102401, zlib.compress(body)),
    "of a byte too much": lambda body: _compressed(1, len(body) + 1, zlib.compress(body)),
    "of a byte too little": lambda body: _compressed(1, len(body) - 1, zlib.compress(body)),
    "of noise": lambda body: _compressed(1, len(body), b"noise"),
    "as it should be": lambda body: _compressed(1, len(body), zlib.compress(body)),
}


def cases() -> Iterator[Case]:
    """All of them."""
    for kind in (SERVER_HELLO, ENCRYPTED_EXTENSIONS, CERTIFICATE, VERIFY, FINISHED):
        yield from messages.spoilt("1.3", kind, _SETTINGS)
    yield from messages.spoilt("1.3", REQUEST, _ASKING)
    for name, (kind, data) in _EXTENSIONS.items():
        more = extension(kind, data)
        yield forged(f"1.3 EncryptedExtensions with {name}", _SETTINGS, {ENCRYPTED_EXTENSIONS: _block(more)})
        yield forged(f"1.3 Certificate with {name}", _SETTINGS, {CERTIFICATE: changing(_with_entry(more))})
        yield forged(f"1.3 CertificateRequest with {name}", _ASKING, {REQUEST: changing(_with_request(more))})
    for name, extensions in _HELLOS.items():
        yield forged(f"1.3 hello with {name}", _SETTINGS, {SERVER_HELLO: changing(_with_hello(extensions))})
    yield from _retries()
    yield from _bodies()
    yield from messages.later("1.3", _SETTINGS)
    yield forged("1.3 of tlslite-ng as it is", _SETTINGS)
    yield forged("1.3 of tlslite-ng as it is, asking", _ASKING)


def _block(block: bytes) -> Edit:
    return changing(lambda whole: sized(whole, opaque(block, 2)))


def _joined(extensions: list[tuple[int, bytes]]) -> bytes:
    return b"".join(extension(kind, data) for kind, data in extensions)


def _with_hello(extensions: list[tuple[int, bytes]]) -> messages.Change:
    def changed(whole: bytes) -> bytes:
        start = 4 + 2 + 32 + 1 + whole[38] + 3
        return sized(whole, whole[4:start] + opaque(_joined(extensions), 2))

    return changed


def _with_entry(more: bytes) -> messages.Change:
    """An extension with the first certificate."""

    def changed(whole: bytes) -> bytes:
        size = int.from_bytes(whole[8:11], "big")
        end = 11 + size
        entries = whole[8:end] + opaque(more, 2) + whole[end + 2 :]
        return sized(whole, whole[4:5] + opaque(entries, 3))

    return changed


def _with_request(more: bytes) -> messages.Change:
    return lambda whole: sized(whole, whole[4:5] + opaque(whole[7:] + more, 2))


def _retry(whole: bytes, extensions: list[tuple[int, bytes]]) -> bytes:
    start = 4 + 2 + 32 + 1 + whole[38] + 3
    block = opaque(_joined(extensions), 2) if extensions else b""
    return sized(whole, whole[4:6] + HELLO_RETRY_RANDOM + whole[38:start] + block)


def _retries() -> Iterator[Case]:
    for name, extensions in _RETRIES.items():
        edit = changing(lambda whole, extensions=extensions: _retry(whole, extensions))  # type: ignore[misc]
        yield forged(f"1.3 retry {name}", _SETTINGS, {SERVER_HELLO: edit})
    group = _RETRIES["for P-256"]
    twice: Edit = lambda whole: [(HANDSHAKE, _retry(whole, group))] * 2  # noqa: E731
    yield forged("1.3 retry twice", _SETTINGS, {SERVER_HELLO: twice})
    then: Edit = lambda whole: [(HANDSHAKE, _retry(whole, group)), (HANDSHAKE, whole)]  # noqa: E731
    yield forged("1.3 retry, then a hello for the first", _SETTINGS, {SERVER_HELLO: then})

    def other(whole: bytes) -> bytes:
        retry = _retry(whole, group)
        at = 4 + 2 + 32 + 1 + whole[38]
        return retry[:at] + uint(0x1303, 2) + retry[at + 2 :]

    both: Edit = lambda whole: [(HANDSHAKE, other(whole)), (HANDSHAKE, whole)]  # noqa: E731
    yield forged("1.3 retry, then another suite", _SETTINGS, {SERVER_HELLO: both})


def _bodies() -> Iterator[Case]:
    for name, body in _ENTRIES.items():
        edit = changing(lambda whole, body=body: sized(whole, body))  # type: ignore[misc]
        yield forged(f"1.3 certificates {name}", _SETTINGS, {CERTIFICATE: edit})
    for name, make in _COMPRESSED.items():
        edit = changing(lambda whole, make=make: b"\x19" + opaque(make(whole[4:]), 3))  # type: ignore[misc]
        yield forged(f"1.3 compressed {name}", _SETTINGS, {CERTIFICATE: edit})
    wrong = changing(lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]))
    yield forged("1.3 wrong Finished", _SETTINGS, {FINISHED: wrong})
    for scheme in (0x0401, 0x0403, 0x0201, 0x0804, 0x0806, 0x0807, 0x0905, 0xFFFF):
        signed = uint(scheme, 2) + opaque(b"x", 2)
        edit = changing(lambda whole, signed=signed: sized(whole, signed))  # type: ignore[misc]
        yield forged(f"1.3 signed by {scheme:04x}", _SETTINGS, {VERIFY: edit})
