"""Sessions from pass to pass (`-r`): how they are found again, and when to stop.

The key of a session says all that must be equal for it to be taken up: the
server's address and EHLO name, what was offered, and what it had to prove.
"""

from __future__ import annotations

import hashlib
from typing import Literal

from pyfinger.events import Emit, SessionReloaded, SessionRemoved, SessionSaved, SessionSought
from pyfinger.model import Peer, TlsaRecord, Verified
from pyfinger.steps import Clock
from pyfinger.tls.sessions import SavedSession, SessionCache
from pyfinger.values import Value


class CachedSession(Value):
    """A session and what its full handshake proved; None of an anonymous server."""

    session: SavedSession
    verified: Verified | None


class SessionKeyInputs(Value):
    """What the key of a session covers besides the server's address."""

    server_name: str  # from its EHLO reply, empty in wrapper mode
    protocols: str  # -p
    ciphers: str  # the cipher string
    raw_keys: bool  # -x
    forced_failure: bool
    must_match: bool
    records: tuple[TlsaRecord, ...]
    servername: bytes  # SNI
    library: int  # the number of an OpenSSL


def session_key(peer: Peer, inputs: SessionKeyInputs) -> str:
    """The key, in Postfix's form (tls_serverid_digest())."""
    records = sorted(inputs.records, key=_wire) if inputs.must_match else []
    parts = [
        inputs.server_name.encode() + b"\0",
        inputs.library.to_bytes(8, "little"),
        inputs.protocols.encode("utf-8", "surrogateescape") + b"\0",
        inputs.ciphers.encode("utf-8", "surrogateescape") + b"\0",
        int(inputs.raw_keys).to_bytes(4, "little"),
        int(inputs.forced_failure).to_bytes(4, "little"),
        len(records).to_bytes(4, "little"),
        *map(_wire, records),
        (inputs.servername if inputs.must_match else b"") + b"\0",
    ]
    return f"{peer.server_id}&{hashlib.sha256(b''.join(parts)).hexdigest().upper()}"


def _wire(record: TlsaRecord) -> bytes:
    size = len(record.data).to_bytes(2, "little")
    return bytes((record.usage, record.selector, record.matching)) + size + record.data


class HandshakeCache:
    """The cache as one handshake sees it."""

    def __init__(
        self, cache: SessionCache[CachedSession], key: str, clock: Clock, emit: Emit, most: int | None = None
    ) -> None:
        """`most`: so many sessions of this connection are kept, and no more (new_client_session_cb())."""
        self._cache = cache
        self._left = most
        self._key = key
        self._clock = clock
        self._emit = emit

    def look(self) -> CachedSession | None:
        """The session to be taken up, if there is one."""
        self._emit(SessionSought(self._key))
        found = self._cache.get(self._key, self._clock())
        if found is not None:
            self._emit(SessionReloaded(self._key))
        return found

    def save(self, session: SavedSession, verified: Verified | None) -> None:
        """Keep a session the server handed out, unless there are enough of them."""
        if self._left is not None:
            if not self._left:
                return
            self._left -= 1
        self._emit(SessionSaved(self._key))
        self._cache.put(self._key, CachedSession(session, verified), self._clock())

    def forget(self) -> None:
        """A handshake failed: do not offer its session again."""
        self._emit(SessionRemoved(self._key))
        self._cache.remove(self._key)


def why_stop(
    cache: SessionCache[CachedSession], passes_left: int
) -> Literal["declined", "found", "limit", ""]:
    """Why there is no further pass, as `ReconnectingDone` has it; empty to go on.

    A session that was found again counts even if the server then declined it.
    """
    if cache.stored == 0:
        return "declined"
    if cache.hit:
        return "found"
    return "" if passes_left > 0 else "limit"
