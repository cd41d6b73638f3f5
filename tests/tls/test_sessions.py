"""Resumption: with tickets, ids and pre-shared keys; refused, broken, kept."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.errors import UsageError
from pyfinger.events import Event, HandshakeMessageSeen
from pyfinger.model import Credential
from pyfinger.tls.client_hello import ClientHello
from pyfinger.tls.codepoints import TLS12, TLS13
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.engine import Engine, Resumption
from pyfinger.tls.sessions import USABLE_SECONDS, SavedSession, SessionCache
from pyfinger.values import replace
from tests.tls.offers import offer
from tests.tls.server import ServerCache, TlsPeer
from tests.tls.test_engine import converse, identity, judge, shake

KEYS = [bytearray(range(32))]


class Visits:
    """Handshakes one after the other with servers that share what servers share."""

    def __init__(self, made: ClientConfig | None = None, **settings: Any) -> None:
        self.config = made or offer(1)
        self.settings = {"ticketKeys": KEYS, **settings}
        self.saved: list[SavedSession] = []
        self.events: list[Event] = []
        self.now = 5.0

    def visit(self, session: SavedSession | None = None, **settings: Any) -> Engine:
        self.events = []
        resumption = Resumption(lambda: self.now, lambda saved, _: self.saved.append(saved), session)
        engine = Engine(self.config, judge, self.events.append, random.Random(3).randbytes, resumption)
        peer = TlsPeer(identity(), **{**self.settings, **settings})
        shake(engine, peer)
        if engine.connection_info is not None:
            assert converse(engine, peer, b"ping") == b"ping"
        return engine


def resumed(engine: Engine) -> bool:
    assert engine.connection_info is not None, engine.error
    return engine.connection_info.resumed


def test_pre_shared_keys() -> None:
    visits = Visits(ticket_count=2)
    assert not resumed(visits.visit())
    assert len(visits.saved) == 2 and visits.saved[0].ticket != visits.saved[1].ticket
    for session in visits.saved[:2]:
        engine = visits.visit(session)
        assert resumed(engine)
        assert engine.connection_info is not None and engine.connection_info.server_signature is None
        assert engine.connection_info.credential.certificates == identity().chain
    assert len(visits.saved) == 6  # resumed sessions hand out tickets, too


def test_a_resumed_hello_is_padded_as_usual_and_ends_with_the_key() -> None:
    visits = Visits()
    visits.visit()
    visits.visit(visits.saved[0])
    sent = [e.message for e in visits.events if isinstance(e, HandshakeMessageSeen) and e.sent]
    assert len(sent[0]) >= 512
    ticket = visits.saved[0].ticket
    assert sent[0].endswith(sent[0][-33:]) and ticket in sent[0][-len(ticket) - 60 :]


def test_pre_shared_keys_and_hello_retry() -> None:
    visits = Visits(keyShares=[], eccCurves=["secp384r1"])
    visits.visit()
    engine = visits.visit(visits.saved[0])
    assert resumed(engine)
    assert engine.connection_info is not None and engine.connection_info.group == "secp384r1"


def test_a_key_of_another_hash_is_not_offered_after_a_retry() -> None:
    visits = Visits()
    visits.visit()
    hello = ClientHello(offer(1), bytes(32), session=visits.saved[0])
    assert hello.retried((), b"", "sha384").psk is not None
    assert hello.retried((), b"", "sha256").psk is None


def test_a_refused_ticket_falls_back_to_a_full_handshake() -> None:
    for newest in ((3, 3), (3, 4)):
        visits = Visits(maxVersion=newest)
        visits.visit()
        engine = visits.visit(visits.saved[0], ticketKeys=[bytearray(b"x" * 32)])
        assert not resumed(engine)


def test_tickets_before_tls13() -> None:
    visits = Visits(maxVersion=(3, 3))
    visits.visit()
    (session,) = visits.saved
    assert session.ticket and session.extended_master_secret and session.version == TLS12
    engine = visits.visit(session)
    assert resumed(engine) and len(visits.saved) == 1  # a resumed session is not kept again


def test_session_ids() -> None:
    cache = ServerCache()

    class WithCache(TlsPeer):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._options["sessionCache"] = cache

    saved: list[SavedSession] = []
    for expected in (False, True):
        made = replace(offer(1, protocols="TLSv1.2"), tickets=False)
        resumption = Resumption(
            lambda: 0.0, lambda session, _: saved.append(session), saved[0] if saved else None
        )
        engine = Engine(made, judge, lambda event: None, random.Random(4).randbytes, resumption)
        shake(engine, WithCache(identity(), maxVersion=(3, 3)))
        assert resumed(engine) is expected
    assert saved[0].session_id and not saved[0].ticket


def test_nothing_to_keep() -> None:
    visits = Visits(replace(offer(1, protocols="TLSv1.2"), tickets=False))
    visits.visit()
    assert all(session.session_id for session in visits.saved)
    silent = Visits(ticket_count=0)
    silent.visit()
    assert silent.saved == []


def test_a_session_of_a_version_no_longer_offered_is_left_alone() -> None:
    visits = Visits()
    visits.visit()
    visits.config = offer(1, protocols="TLSv1.2")
    assert not resumed(visits.visit(visits.saved[0]))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"extended_master_secret": False}, "inconsistent extms"),
        ({"suite": 0xC02B}, "old session cipher not returned"),
        ({"secret": b"x" * 48}, "decryption failed or bad record mac"),
    ],
)
def test_what_a_resumed_session_must_agree_in(change: dict[str, Any], reason: str) -> None:
    visits = Visits(maxVersion=(3, 3))
    visits.visit()
    session = visits.saved[0]
    changed = replace(session, **change)
    if changed == session:
        pytest.skip("the server chose what the change says")
    engine = visits.visit(changed)
    assert engine.error is not None and engine.error.reason == reason


def test_a_wrong_pre_shared_key_is_refused_by_the_server() -> None:
    visits = Visits()
    visits.visit()
    engine = visits.visit(replace(visits.saved[0], secret=b"x" * 32))
    assert engine.error is not None and "alert" in engine.error.reason


BYTES = st.binary(max_size=40)


@given(
    st.builds(
        SavedSession,
        version=st.sampled_from([TLS12, TLS13]),
        suite=st.sampled_from([0x1301, 0xC02F]),
        secret=BYTES,
        credential=st.builds(Credential, st.lists(BYTES, max_size=2).map(tuple), BYTES),
        received=st.floats(0, 1e9),
        ticket=BYTES,
        session_id=st.binary(max_size=32),
        extended_master_secret=st.booleans(),
        age_add=st.integers(0, 2**32 - 1),
        lifetime=st.integers(0, 2**32 - 1),
    )
)
def test_sessions_are_plain_data(session: SavedSession) -> None:
    assert SavedSession.from_json(json.loads(json.dumps(session.to_json()))) == session
    assert 0 <= session.obfuscated_age(session.received + 7) < 1 << 32


@pytest.mark.parametrize("fields", [{}, {"credential": 3}, {"credential": {}, "secret": "zz"}])
def test_anything_else_is_no_session(fields: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="not a saved session"):
        SavedSession.from_json(fields)


def test_the_cache_counts_hits_and_what_it_holds() -> None:
    cache: SessionCache[str] = SessionCache()
    assert cache.get("k", 0) is None and not cache.hit
    cache.put("k", "one", 0)
    cache.put("k", "two", 1)
    assert cache.stored == 2
    assert cache.get("k", USABLE_SECONDS + 1) == "two" and cache.hit
    assert cache.get("k", USABLE_SECONDS + 2) is None
    cache.remove("k")
    cache.remove("k")
    assert cache.stored == 1
