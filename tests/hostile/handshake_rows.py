"""Handshakes that are sound, but for one message: bombs, enormous numbers, points that are none."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pyfinger.wire import opaque, uint
from tests import zstd_oracle
from tests.hostile import forger
from tests.hostile.forger import TLS_1_2, Plan
from tests.hostile.row import Row, Set
from tests.hostile.tls_bytes import (
    CERTIFICATE,
    COMPRESSED_CERTIFICATE,
    ENCRYPTED_EXTENSIONS,
    KEY_EXCHANGE,
    UNPROVED,
    instead,
    message,
    problem,
)
from tests.tls.server import Rewrite, with_extension

_ZLIB, _ZSTD = 1, 3
_ALPN = 16  # an extension we know, and never ask for


def _compressed(algorithm: int, size: int, data: Callable[[], bytes]) -> Rewrite:
    """A compressed Certificate message, made when it is needed."""

    def rewrite(whole: bytes) -> bytes:
        if whole[0] not in (CERTIFICATE, COMPRESSED_CERTIFICATE):
            return whole
        return message(COMPRESSED_CERTIFICATE, uint(algorithm, 2) + uint(size, 3) + opaque(data(), 3))

    return rewrite


def _dhe(bits: int) -> Rewrite:
    """DH parameters of a size, unsigned."""
    number = b"\xff" * (bits // 8)
    return instead(opaque(number, 2) + opaque(b"\2", 2) + opaque(number[:-1] + b"\1", 2), KEY_EXCHANGE)


def _point(data: bytes, group: int = 0x0017) -> Rewrite:
    return instead(b"\3" + uint(group, 2) + opaque(data, 1), KEY_EXCHANGE)


@cache
def _zlib_bomb() -> bytes:
    return zlib.compress(bytes(1 << 26), 9)


@cache
def _zstd_bomb() -> bytes:
    return zstd_oracle.compress(bytes(1 << 26))


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
        set_up: Set = lambda stage: [*UNPROVED, *self.options, stage.mail(forger.server(plan))]  # noqa: E731
        return Row(f"tls/{self.name}", self.about, set_up, self.line)


_CHANGED = (
    _Changed(
        "zlib bomb",
        "64 MiB of zeros, announced as what is permitted (RFC 8879)",
        problem("bad decompression"),
        _compressed(_ZLIB, _LARGEST, _zlib_bomb),
    ),
    _Changed(
        "zlib bomb, announced",
        "16 MiB of zeros, announced as such",
        problem("excessive message size"),
        _compressed(_ZLIB, 0xFFFFFF, _zlib_bomb),
    ),
    _Changed(
        "zstd bomb",
        "64 MiB of zeros, announced as what is permitted",
        problem("bad decompression"),
        _compressed(_ZSTD, _LARGEST, _zstd_bomb),
    ),
    _Changed(
        "compressed nothing",
        "an empty stream",
        problem("bad decompression"),
        _compressed(_ZLIB, 1, bytes),
    ),
    _Changed(
        "compressed zeros",
        "what is permitted, all zeros: no certificate list",
        problem("length mismatch"),
        _compressed(_ZLIB, _LARGEST, lambda: zlib.compress(bytes(_LARGEST), 9)),
    ),
    _Changed(
        "DH of 65536 bits",
        "a modulus far beyond OpenSSL's limit",
        problem("modulus too large"),
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
        problem("bad dh value"),
        instead(opaque(b"", 2) * 3, KEY_EXCHANGE),
        _ANON_DH,
        _DH_OPTIONS,
        anonymous=True,
    ),
    *(
        _Changed(
            f"EC point: {what}",
            "a point that is none",
            problem("bad ecpoint"),
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
        problem("wrong curve"),
        _point(b"\4" + b"\1" * 64, 0xFFFF),
        _ANON_ECDH,
        _DH_OPTIONS,
        anonymous=True,
    ),
    _Changed(
        "unsolicited extension",
        "an extension nobody asked for",
        problem("unsolicited extension"),
        lambda whole: (
            with_extension(whole, _ALPN, b"x" * 1000) if whole[0] == ENCRYPTED_EXTENSIONS else whole
        ),
    ),
    _Changed(
        "EncryptedExtensions of 19 KiB",
        "thousands of extensions, unknown but for the last",
        problem("unsolicited extension"),
        instead(
            opaque(b"".join(uint(kind, 2) + b"\0\0" for kind in (*range(4800, 9500), _ALPN)), 2),
            ENCRYPTED_EXTENSIONS,
        ),
    ),
)

ROWS: tuple[Row, ...] = tuple(one.row() for one in _CHANGED)
