"""Session keys, and when reconnecting ends."""

from __future__ import annotations

import pytest

from pyfinger.events import Event, SessionReloaded, SessionRemoved, SessionSaved, SessionSought
from pyfinger.model import Credential, Peer, TlsaRecord
from pyfinger.prober.session_cache import (
    CachedSession,
    HandshakeCache,
    SessionKeyInputs,
    session_key,
    why_stop,
)
from pyfinger.references import DEFAULT_REFERENCE, REFERENCES
from pyfinger.tls.sessions import SavedSession, SessionCache
from pyfinger.values import replace

PEER = Peer("mx.test", "192.0.2.1", 25)
INPUTS = SessionKeyInputs(
    "mx.test",
    ">=TLSv1",
    "HIGH",
    False,
    False,
    True,
    (TlsaRecord(3, 1, 1, b"x" * 32),),
    b"mx.test",
    DEFAULT_REFERENCE.openssl,
)
SESSION = SavedSession(0x0304, 0x1301, b"secret", Credential(), 0.0, b"ticket")


def test_the_key_begins_with_the_server_s_address() -> None:
    assert session_key(PEER, INPUTS).startswith("[192.0.2.1]:25&")
    assert session_key(Peer("me", "/run/lmtp", None), INPUTS).startswith("/run/lmtp&")
    assert len(session_key(PEER, INPUTS)) == len("[192.0.2.1]:25&") + 64


@pytest.mark.parametrize(
    "changed",
    [
        replace(INPUTS, server_name="other"),
        replace(INPUTS, protocols="TLSv1.2"),
        replace(INPUTS, ciphers="MEDIUM"),
        replace(INPUTS, raw_keys=True),
        replace(INPUTS, forced_failure=True),
        replace(INPUTS, must_match=False),
        replace(INPUTS, records=()),
        replace(INPUTS, servername=b"other"),
        replace(INPUTS, library=REFERENCES["3.11"].openssl),
    ],
)
def test_whatever_matters_changes_the_key(changed: SessionKeyInputs) -> None:
    assert session_key(PEER, changed) != session_key(PEER, INPUTS)


def test_the_order_of_records_does_not_matter() -> None:
    two = (TlsaRecord(3, 1, 1, b"a"), TlsaRecord(2, 0, 1, b"b"))
    keys = {session_key(PEER, replace(INPUTS, records=records)) for records in (two, two[::-1])}
    assert len(keys) == 1


def test_records_and_names_only_matter_where_the_server_must_prove_itself() -> None:
    free = replace(INPUTS, must_match=False)
    assert session_key(PEER, free) == session_key(PEER, replace(free, records=(), servername=b""))


@pytest.mark.parametrize(("most", "saved"), [(None, 2), (1, 1), (0, 0)])
def test_no_more_sessions_of_a_connection_are_kept_than_wanted(most: int | None, saved: int) -> None:
    cache: SessionCache[CachedSession] = SessionCache()
    events: list[Event] = []
    seen = HandshakeCache(cache, "k", lambda: 1.0, events.append, most)
    for _ in range(2):
        seen.save(SESSION, None)
    assert events == [SessionSaved("k")] * saved
    assert cache.stored == saved


def test_the_cache_as_one_handshake_sees_it() -> None:
    cache: SessionCache[CachedSession] = SessionCache()
    events: list[Event] = []
    seen = HandshakeCache(cache, "k", lambda: 1.0, events.append)
    assert seen.look() is None
    seen.save(SESSION, None)
    assert seen.look() == CachedSession(SESSION, None)
    seen.forget()
    assert seen.look() is None
    assert [type(event) for event in events] == [
        SessionSought,
        SessionSaved,
        SessionSought,
        SessionReloaded,
        SessionRemoved,
        SessionSought,
    ]


@pytest.mark.parametrize(
    ("stored", "hit", "left", "why"),
    [(0, True, 9, "declined"), (1, True, 9, "found"), (1, False, 0, "limit"), (1, False, 1, "")],
)
def test_why_stop(stored: int, hit: bool, left: int, why: str) -> None:
    cache: SessionCache[CachedSession] = SessionCache()
    cache.stored, cache.hit = stored, hit
    assert why_stop(cache, left) == why
