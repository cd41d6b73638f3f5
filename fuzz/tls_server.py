"""Any bytes from a server leave the TLS engine waiting or ended by one TlsFailure, however they are cut."""

from __future__ import annotations

from pyfinger.model import Credential, KeyKind, ServerKey, Verified
from pyfinger.options import Config
from pyfinger.tls import cipherlist
from pyfinger.tls.config import make_client_config
from pyfinger.tls.engine import Engine
from pyfinger.tls.group_list import parse_group_list
from pyfinger.tls.protocols import parse_protocols
from pyfinger.wire import opaque

_CONFIG = Config()
_PROTOCOLS = parse_protocols(">=TLSv1")
_SUITES = cipherlist.evaluate(_CONFIG.tls_medium_cipherlist)
assert _PROTOCOLS is not None
_OFFER = make_client_config(_PROTOCOLS, _SUITES, parse_group_list("X25519:P-256:ffdhe2048"))


class _AnyKey:
    """Believes every signature, so that mutations get past them."""

    kind, bits, curve = KeyKind.EC, 256, "prime256v1"

    def verify(self, *_: object) -> bool:
        return True

    def encrypt(self, secret: bytes, padding: bytes) -> bytes:
        return secret


def _judge(_: Credential) -> Verified:
    return Verified(ServerKey(_AnyKey()))


def _record(kind: int, body: bytes) -> bytes:
    return bytes([kind, 3, 3]) + opaque(body, 2)


def _handshake(kind: int, body: str) -> bytes:
    return bytes([kind]) + opaque(bytes.fromhex(body), 3)


_RANDOM = "55" * 32
_HELLO_12 = _handshake(2, f"0303 {_RANDOM} 00 c02b 00 0009 ff01 0001 00 0017 0000")
_CERTIFICATE = _handshake(11, "000006 000003 aabbcc")
_EXCHANGE = _handshake(12, "03 001d 20" + "09" + "00" * 31 + "0403 0002 aabb")
_DONE = _handshake(14, "")
_RETRY = _handshake(
    2,
    "0303 cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c 20"
    + bytes(range(32)).hex()
    + "1301 00 000c 002b 0002 0304 0033 0002 0017",
)

SEEDS: list[bytes] = [
    _record(22, _HELLO_12 + _CERTIFICATE + _EXCHANGE + _DONE),
    _record(22, _HELLO_12) + _record(22, _CERTIFICATE) + _record(22, _EXCHANGE + _DONE) + _record(20, b"\1"),
    _record(22, _RETRY) + _record(20, b"\1"),
    _record(21, b"\2\x28"),
    _record(21, b"\1\x70") * 6,
    _record(21, b"\1\0"),
    _record(22, b"") * 40,
    _record(22, _handshake(2, "00")[:4] + b"\xff" * 10),
    b"500 this is not TLS\r\n",
    b"HTTP/1.0 400 Bad Request\r\n",
]


def _run(pieces: list[bytes]) -> tuple[object, ...]:
    engine = Engine(_OFFER, _judge, lambda event: None, lambda size: bytes(range(size)))
    sent = 0
    for piece in pieces:
        engine.feed(piece)
        sent += len(engine.output())
    assert sent < 10_000
    return engine.connection_info, engine.closed, str(engine.error)


def check(data: bytes) -> None:
    whole = _run([data])
    assert _run([data[i : i + 1] for i in range(len(data))]) == whole
