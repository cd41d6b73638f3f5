"""Whole handshakes with tlslite-ng's server half, recorded so that they can be played again.

All randomness is fixed, on both sides, and so is the time: an engine made by
`Scene.engine()` says the same every time, and what the server said back then is
the right answer to it.  Records are kept in clear, with the epoch of their
keys; a `Sealer` encrypts them again, changed or not.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest import mock

from pyfinger.demo.certificate_making import Issued, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.events import CipherChangeSeen, Event, HandshakeMessageSeen, RecordSeen, SecretDerived
from pyfinger.model import Credential, OwnCredential, ServerKey, Verified
from pyfinger.tls.codepoints import TLS13, ContentType, HandshakeType
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.engine import Engine, Resumption
from pyfinger.tls.handshake13 import protection
from pyfinger.tls.key_schedule import Prf, Schedule13
from pyfinger.tls.messages import message
from pyfinger.tls.protection import RecordProtection, key_sizes, protections
from pyfinger.tls.sessions import SavedSession
from pyfinger.tls.suites import suites
from pyfinger.values import replace
from pyfinger.wire import opaque, uint
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.private_keys import load_private_key
from pyfinger.x509.public_keys import load_spki
from tests.tls.offers import offer
from tests.tls.server import Identity, TlsPeer, showing_raw_key

_CLIENT, _SERVER = 1, 2  # seeds
_NOON = 1_800_000_000
_KEY_UPDATE_REQUESTED = b"\x18\0\0\1\1"
_HELLO_REQUEST = b"\0\0\0\0"
_TICKETS: dict[str, Any] = {"ticketKeys": [bytearray(range(32))], "ticket_count": 2}


@contextmanager
def drawing(source: random.Random) -> Iterator[None]:
    """What the system calls random comes from `source`, and the time stands still."""
    with mock.patch("os.urandom", source.randbytes), mock.patch("time.time", return_value=_NOON):
        yield


@dataclass(frozen=True)
class Record:
    """One record in clear; `epoch` counts the changes of the server's keys."""

    epoch: int
    kind: int
    content: bytes


@dataclass(frozen=True)
class Plan:
    """A server, and what to offer it."""

    name: str
    offer: ClientConfig
    key: str = "p256"  # empty: anonymous
    settings: dict[str, Any] = field(default_factory=dict)
    resumed: bool = False


@dataclass(frozen=True)
class Scene:
    """A plan carried out: the server's records, and the keys they are sealed with."""

    plan: Plan
    records: tuple[Record, ...]
    messages: tuple[bytes, ...]  # the server's, until the handshake was done
    suite: int
    version: int
    secrets: dict[str, bytes]
    seed: bytes  # server and client random, from which keys before TLS 1.3 are made
    etm: bool
    session: SavedSession | None

    def engine(self, judge: Callable[[Credential], Verified], emit: Callable[[Event], None]) -> Engine:
        """The very client that was recorded; to be used while `drawing` from `client_randomness()`."""
        return _engine(self.plan, self.session, judge, emit)


def client_randomness() -> random.Random:
    return random.Random(_CLIENT)


def judge(credential: Credential) -> Verified:
    """Any key will do."""
    return Verified(
        ServerKey(load_spki(credential.raw_key or parse_certificate(credential.certificates[0]).spki))
    )


def _engine(
    plan: Plan,
    session: SavedSession | None,
    judge: Callable[[Credential], Verified],
    emit: Callable[[Event], None],
    save: Callable[[SavedSession], None] = lambda session: None,
) -> Engine:
    resumption = Resumption(lambda: 1.0, lambda found, _: save(found), session)
    return Engine(plan.offer, judge, emit, random.Random(_CLIENT).randbytes, resumption)


class Sealer:
    """The server's record protection, from the start."""

    def __init__(self, scene: Scene) -> None:
        self._version = min(scene.version, 0x0303).to_bytes(2, "big")
        suite = suites()[scene.suite]
        self._writers: list[RecordProtection | None] = [None]
        if scene.version < TLS13:
            block_size = 2 * sum(key_sizes(suite))
            master = scene.secrets["CLIENT_RANDOM"]
            block = Prf(scene.version, suite.prf)(master, b"key expansion", scene.seed, block_size)
            self._writers.append(protections(suite, scene.version, block, etm=scene.etm)[1])
            return
        schedule, last = Schedule13(suite.prf), scene.secrets["SERVER_TRAFFIC_SECRET_0"]
        for secret in (scene.secrets["SERVER_HANDSHAKE_TRAFFIC_SECRET"], last, schedule.update(last)):
            self._writers.append(protection(suite, secret, schedule))

    def seal(self, record: Record) -> bytes:
        """The record as it goes over the wire."""
        writer = self._writers[min(record.epoch, len(self._writers) - 1)]
        kind, body = record.kind, record.content
        if writer is not None and writer.hides_type:
            kind, body = (
                ContentType.APPLICATION_DATA,
                writer.seal(ContentType.APPLICATION_DATA, body + bytes([record.kind])),
            )
        elif writer is not None:
            body = writer.seal(kind, body)
        return bytes([kind]) + self._version + opaque(body, 2)


@cache
def issued(kind: str) -> Issued:
    return make_leaf("mx.example.test", make_ca("CN=Test CA"), key=make_key(kind))


def own(kind: str) -> OwnCredential:
    """A key of our own and its certificate."""
    leaf = issued(kind)
    return OwnCredential(load_private_key(leaf.key.pkcs8), leaf.chain, leaf.key.spki)


def record(plan: Plan) -> Scene:
    """Carry out a plan."""
    return _scene(plan, *execute(plan))


def execute(plan: Plan) -> tuple[SavedSession | None, list[Event]]:
    """The session that was taken up again, and all that happened."""
    session = None
    if plan.resumed:
        saved: list[SavedSession] = []
        _play(plan, None, [], saved)
        session = saved[0]
    events: list[Event] = []
    _play(plan, session, events, [])
    return session, events


def _play(plan: Plan, session: SavedSession | None, events: list[Event], saved: list[SavedSession]) -> None:
    ours, theirs = client_randomness(), random.Random(_SERVER)
    leaf = issued(plan.key) if plan.key else None
    identity = Identity(leaf.key.pem, leaf.chain) if leaf else None
    settings = {"certificate_compression_send": [], **plan.settings}
    with drawing(theirs):
        peer = TlsPeer(identity, greeting=b"220 mx.example.test ESMTP\r\n", **settings)
    with drawing(ours):
        engine = _engine(plan, session, judge, events.append, saved.append)
    while sent := engine.output():
        with drawing(theirs):
            answer = peer.feed(sent)
        with drawing(ours):
            engine.feed(answer)
    assert engine.connection_info is not None, f"{plan.name}: {engine.error or peer.refused}"
    assert engine.connection_info.resumed == (session is not None)


def _scene(plan: Plan, session: SavedSession | None, events: list[Event]) -> Scene:
    """Draw from the events what has to be known to play the server again."""
    secrets = {e.label: e.secret for e in events if isinstance(e, SecretDerived)}
    client_random = next(e.client_random for e in events if isinstance(e, SecretDerived))
    messages = [e.message for e in events if isinstance(e, HandshakeMessageSeen) and not e.sent]
    hello = [m for m in messages if m[0] == 2][-1]
    at = 39 + hello[38]
    tls13 = "SERVER_TRAFFIC_SECRET_0" in secrets
    version = TLS13 if tls13 else int.from_bytes(hello[4:6], "big")
    finished = next(i for i, m in enumerate(messages) if m[0] == 20) + 1
    last = 2 if tls13 else 1
    after = Record(last, ContentType.HANDSHAKE, _KEY_UPDATE_REQUESTED if tls13 else _HELLO_REQUEST)
    data = Record(last + tls13, ContentType.APPLICATION_DATA, b"220 more\r\n")
    return Scene(
        plan=plan,
        records=(*_records(events, tls13), after, data, Record(data.epoch, ContentType.ALERT, b"\1\0")),
        messages=tuple(messages[:finished]),
        suite=int.from_bytes(hello[at : at + 2], "big"),
        version=version,
        secrets=secrets,
        seed=hello[6:38] + client_random,
        etm=uint(22, 2) + b"\0\0" in hello[at:],
        session=session,
    )


def _records(events: list[Event], tls13: bool) -> Iterator[Record]:
    epoch = 0
    for event in events:
        match event:
            case SecretDerived("SERVER_HANDSHAKE_TRAFFIC_SECRET" | "SERVER_TRAFFIC_SECRET_0"):
                epoch += 1
            case CipherChangeSeen():
                epoch = 1
            case RecordSeen(False, wire, kind, content):
                clear = epoch if wire[0] == ContentType.APPLICATION_DATA or not tls13 else 0
                yield Record(clear, kind, content)


def zstd_compressed(data: bytes) -> bytes:
    """A server's Certificate in zstd's plainest form, one raw block (RFC 8878 section 3.1.1.2)."""
    if data[0] != 11:
        return data
    body = data[4:]
    frame = bytes.fromhex("28b52ffd60") + (len(body) - 256).to_bytes(2, "little")
    frame += (len(body) << 3 | 1).to_bytes(3, "little") + body
    return message(HandshakeType.COMPRESSED_CERTIFICATE, uint(3, 2) + uint(len(body), 3) + opaque(frame, 3))


def _before13(ciphers: str, protocol: str = "TLSv1.2") -> ClientConfig:
    return offer(0, protocols=protocol, ciphers=ciphers)


def _raw(made: ClientConfig) -> ClientConfig:
    return replace(made, raw_keys=True)


def plans() -> list[Plan]:
    """Every kind of handshake there is."""
    old = {"minVersion": (3, 1), "maxVersion": (3, 1), "versions": [(3, 1)]}
    spki = make_key("p256").spki
    gcm, ecdsa12 = offer(1, protocols="TLSv1.2"), {"maxVersion": (3, 3)}
    raw12 = {**ecdsa12, "rewrite": showing_raw_key(spki, 0x0303)}
    raw13 = {"rewrite": showing_raw_key(spki, TLS13)}
    ask = {"reqCert": True}
    mine = (own("p256"), own("ed25519"))
    return [
        Plan("tls10-rsa", _before13("AES128-SHA", "TLSv1"), "rsa2048", old),
        Plan("tls10-ecdhe", _before13("ECDHE-ECDSA-AES256-SHA", "TLSv1"), settings=old),
        Plan("tls10-ticket", _before13("ECDHE-ECDSA-AES128-SHA", "TLSv1"), settings={**old, **_TICKETS}),
        Plan("tls12-gcm", gcm, settings={**ecdsa12, **_TICKETS}),
        Plan("tls12-resumed", gcm, settings={**ecdsa12, **_TICKETS}, resumed=True),
        Plan("tls12-cbc", _before13("ECDHE-ECDSA-AES128-SHA256"), settings=ecdsa12),
        Plan("tls12-ccm", _before13("ECDHE-ECDSA-AES128-CCM8"), settings=ecdsa12),
        Plan("tls12-rsa", _before13("AES256-SHA256"), "rsa2048", ecdsa12),
        Plan("tls12-dhe", _before13("DHE-RSA-CHACHA20-POLY1305"), "rsa2048", ecdsa12),
        Plan("tls12-anonymous", _before13("aNULL:!kDHE"), "", ecdsa12),
        Plan("tls12-raw-key", _raw(gcm), settings=raw12),
        Plan("tls12-asked", gcm, settings={**ecdsa12, **ask}),
        Plan("tls12-answered", replace(gcm, credentials=mine), settings={**ecdsa12, **ask}),
        Plan("tls13", offer(1), settings=_TICKETS),
        Plan("tls13-resumed", offer(1), settings=_TICKETS, resumed=True),
        Plan("tls13-rsa", offer(1), "rsa2048"),
        Plan("tls13-ed25519", offer(1), "ed25519"),
        Plan("tls13-retried", offer(1), settings={"keyShares": [], "eccCurves": ["secp256r1"]}),
        Plan("tls13-zlib", offer(1), settings={"certificate_compression_send": ["zlib"]}),
        Plan("tls13-zstd", offer(1), settings={"rewrite": zstd_compressed}),
        Plan("tls13-raw-key", _raw(offer(1)), settings=raw13),
        Plan("tls13-asked", offer(1), settings=ask),
        Plan("tls13-answered", replace(offer(1), credentials=mine), settings=ask),
    ]
