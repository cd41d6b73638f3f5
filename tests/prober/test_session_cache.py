"""Session keys, and when reconnecting ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pyfinger.events import Event, SessionReloaded, SessionRemoved, SessionSaved, SessionSought
from pyfinger.model import Credential, Peer, TlsaRecord, Verdict
from pyfinger.prober.session_cache import Recall, Remembered, Terms, session_key, why_stop
from pyfinger.tls.sessions import SavedSession, SessionCache

PEER = Peer("mx.test", "192.0.2.1", 25)
TERMS = Terms("mx.test", ">=TLSv1", "HIGH", False, False, True, (TlsaRecord(3, 1, 1, b"x" * 32),), b"mx.test")
SESSION = SavedSession(0x0304, 0x1301, b"secret", Credential(), 0.0, b"ticket")


def test_the_key_begins_with_the_server_s_address() -> None:
    assert session_key(PEER, TERMS).startswith("[192.0.2.1]:25&")
    assert session_key(Peer("me", "/run/lmtp", None), TERMS).startswith("/run/lmtp&")
    assert len(session_key(PEER, TERMS)) == len("[192.0.2.1]:25&") + 64


@pytest.mark.parametrize(
    "changed",
    [
        replace(TERMS, server_name="other"),
        replace(TERMS, protocols="TLSv1.2"),
        replace(TERMS, ciphers="MEDIUM"),
        replace(TERMS, raw_keys=True),
        replace(TERMS, forced_failure=True),
        replace(TERMS, must_match=False),
        replace(TERMS, records=()),
        replace(TERMS, servername=b"other"),
    ],
)
def test_whatever_matters_changes_the_key(changed: Terms) -> None:
    assert session_key(PEER, changed) != session_key(PEER, TERMS)


def test_the_order_of_records_does_not_matter() -> None:
    two = (TlsaRecord(3, 1, 1, b"a"), TlsaRecord(2, 0, 1, b"b"))
    keys = {session_key(PEER, replace(TERMS, records=records)) for records in (two, two[::-1])}
    assert len(keys) == 1


def test_records_and_names_only_matter_where_the_server_must_prove_itself() -> None:
    free = replace(TERMS, must_match=False)
    assert session_key(PEER, free) == session_key(PEER, replace(free, records=(), servername=b""))


def test_the_cache_as_one_handshake_sees_it() -> None:
    cache: SessionCache[Remembered] = SessionCache()
    events: list[Event] = []
    recall = Recall(cache, "k", lambda: 1.0, events.append)
    assert recall.look() is None
    recall.save(SESSION, Verdict())
    assert recall.look() == Remembered(SESSION, Verdict())
    recall.forget()
    assert recall.look() is None
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
    cache: SessionCache[Remembered] = SessionCache()
    cache.stored, cache.hit = stored, hit
    assert why_stop(cache, left) == why
