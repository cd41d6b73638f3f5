"""Any JSON is a session that can be offered and taken up again, or UsageError; written, it is the same.

A server answers the hello it was offered in as it likes.
"""

from __future__ import annotations

import json
from functools import partial

from fuzz._bytes import Choices
from pyfinger.errors import UsageError
from pyfinger.model import Credential
from pyfinger.tls.codepoints import TLS12, TLS13
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.engine import Engine, Resumption
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.sessions import SavedSession
from pyfinger.wire import opaque
from tests.tls.offers import offer
from tests.tls.test_engine import judge

_SHOWN = Credential((b"certificate",))
SESSIONS = (
    SavedSession(TLS12, 0xC02B, bytes(48), _SHOWN, 0.0, ticket=b"ticket", extended_master_secret=True),
    SavedSession(TLS12, 0xC02B, bytes(48), _SHOWN, 1.5, session_id=bytes(32)),
    SavedSession(TLS13, 0x1301, bytes(32), _SHOWN, 2.0, ticket=b"ticket", age_add=7, lifetime=7200),
    SavedSession(TLS13, 0x1302, bytes(48), Credential(raw_key=b"key"), 3.0, ticket=b"t" * 300),
)
_RANDOM = b"\x5a" * 32
ANSWERS = (
    b"\2"
    + opaque(
        b"\3\3" + _RANDOM + b"\x20" + bytes(32) + bytes.fromhex("c02b 00 0009 ff01 0001 00 0017 0000"), 3
    ),
    b"\2"
    + opaque(
        b"\3\3" + _RANDOM + b"\x20" + _RANDOM + bytes.fromhex("1301 00 000c 002b 0002 0304 0029 0002 0000"), 3
    ),
)

ODD: tuple[dict[str, object], ...] = (
    {"age_add": "7"},
    {"received": float("nan")},
    {"received": 1e300},
    {"ticket": "00" * 0x10000},
    {"suite": 1},
    {"session_id": "zz"},
    {"extended_master_secret": None},
)

SEEDS: list[bytes] = [
    *(json.dumps(session.to_json()).encode() + b"\n" for session in SESSIONS),
    *(json.dumps({**SESSIONS[2].to_json(), **odd}).encode() + b"\n" for odd in ODD),
    json.dumps(SESSIONS[0].to_json()).encode() + b"\n\0",
    json.dumps(SESSIONS[2].to_json()).encode() + b"\n\1",
]


def check(data: bytes) -> None:
    text, _, tail = data.partition(b"\n")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return
    try:
        session = SavedSession.from_json(fields)
    except UsageError:
        return
    assert SavedSession.from_json(json.loads(json.dumps(session.to_json()))) == session
    choices = Choices(tail)
    for made in (offer(1), offer(1, protocols="TLSv1.2")):
        _offered(made, session, choices.spoilt(choices.one_of(ANSWERS)))


def _offered(made: ClientConfig, session: SavedSession, answer: bytes) -> None:
    """A handshake with this session, as far as one message goes."""
    resumption = Resumption(lambda: 10.0, lambda saved, _: None, session)
    engine = Engine(made, judge, lambda event: None, partial(bytes.__mul__, b"\x5a"), resumption)
    assert 0 < len(engine.output()) < 70_000
    engine.feed(b"\x16\3\3" + opaque(answer, 2))
    assert engine.error is None or isinstance(engine.error, TlsFailure)
