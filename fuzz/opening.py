"""Any ServerHello or HelloRetryRequest, of any extensions, is taken or refused with one TlsFailure.

A second hello differs from the first by the group and the cookie that were
asked for; a hello that was never asked for is never sent.
"""

from __future__ import annotations

from functools import partial

from fuzz._bytes import Choices
from pyfinger.events import Event, HandshakeMessageSeen
from pyfinger.tls.codepoints import HELLO_RETRY_RANDOM
from pyfinger.tls.engine import Engine
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.messages import message
from pyfinger.wire import opaque, uint
from tests.tls.offers import offer
from tests.tls.test_engine import judge

_RANDOM = b"\x5a" * 32
OFFERS = (
    offer(1),
    offer(0, ciphers="ALL", curves="X25519 P-256 P-224 brainpoolP256r1 brainpoolP256r1tls13"),
    offer(1, protocols="TLSv1.2"),
    offer(1, protocols="TLSv1.3"),
)
RANDOMS = (HELLO_RETRY_RANDOM, _RANDOM, _RANDOM[8:] + b"DOWNGRD\1", _RANDOM[8:] + b"DOWNGRD\0")
SUITES = (0x1301, 0x1302, 0xC02B, 0xC02F, 0x009E, 0x0005, 0x00FF)
EXTENSIONS: tuple[tuple[int, tuple[bytes, ...]], ...] = (
    (43, (b"\3\4", b"\3\3", b"\3\5", b"\3")),  # supported_versions
    (51, (b"\0\x17", b"\0\x1d", b"\1\0", b"\0\x15", b"\0\x1d\0\x20" + b"\t" + bytes(31), b"\0\x17\0\1\4")),
    (44, (b"\0\6cookie", b"\0\0", b"\0\1")),
    (41, (b"\0\0", b"\0\1")),  # pre_shared_key
    (65281, (b"\0", b"\1\0")),
    (22, (b"",)),
    (23, (b"", b"\0")),
    (11, (b"\1\0", b"\0")),
    (0, (b"", b"\0")),
    (35, (b"",)),
    (20, (b"\2", b"\0")),
    (10, (b"\0\2\0\x1d",)),
    (13, (b"",)),
    (0x2A2A, (b"",)),
)

SEEDS: list[bytes] = [
    bytes((0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0)),
    bytes((0, 0, 0, 0, 0, 0, 3, 0, 0, 1, 0, 2, 0)) + bytes((0, 1, 0, 0, 0, 0, 2, 0, 0, 1, 5)),
    bytes((0, 1, 0, 0, 0, 0, 2, 0, 0, 1, 4)),
    bytes((2, 1, 0, 2, 0, 0, 3, 4, 0, 6, 0, 7, 0)),
    bytes((1, 2, 0, 2, 0, 0, 1, 4, 0)),
]


def check(data: bytes) -> None:
    choices, told = Choices(data), list[Event]()
    made = choices.one_of(OFFERS)
    engine = Engine(made, judge, told.append, partial(bytes.__mul__, b"\x5a"))
    for _ in range(2):
        if engine.error is None:
            engine.feed(b"\x16\3\3" + opaque(_server_hello(choices), 2))
    hellos = [e.message for e in told if isinstance(e, HandshakeMessageSeen) and e.sent and e.message[0] == 1]
    assert len(hellos) <= 2
    assert len(set(hellos)) == len(hellos), "the same hello again"
    if engine.error is not None:
        assert isinstance(engine.error, TlsFailure)
        assert engine.error.reason
    assert engine.connection_info is None


def _server_hello(choices: Choices) -> bytes:
    body = choices.one_of((b"\3\3", b"\3\4", b"\3\1", b"\3\0")) + choices.one_of(RANDOMS)
    body += opaque(choices.one_of((_RANDOM, b"", _RANDOM + b"x")), 1)
    body += uint(choices.one_of(SUITES), 2) + bytes([choices.one_of((0, 1))])
    block = b""
    for _ in range(choices.number(8)):
        kind, contents = choices.one_of(EXTENSIONS)
        block += uint(kind, 2) + opaque(choices.one_of(contents), 2)
    return choices.spoilt(message(2, body + opaque(block, 2)))
