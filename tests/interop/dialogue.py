"""The engine on a loopback socket: one handshake, one request, and what came of it."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pyfinger.events import AlertSeen, Event, HandshakeMessageSeen, SecretDerived
from pyfinger.model import ConnectionInfo, Credential, ServerKey, Verified
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.engine import Engine, Resumption
from pyfinger.tls.sessions import SavedSession
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.public_keys import load_spki

PATIENCE = 10.0  # seconds
REQUEST = b"GET / HTTP/1.0\r\n\r\n"


def judge(credential: Credential) -> Verified:
    """Any key will do."""
    if credential.raw_key:
        return Verified(ServerKey(load_spki(credential.raw_key)))
    return Verified(ServerKey(load_spki(parse_certificate(credential.certificates[0]).spki)))


@dataclass(frozen=True)
class Manner:
    """How to talk: the session to take up again, and the largest piece the engine gets at once."""

    session: SavedSession | None = None
    piece: int = 1 << 16


@dataclass
class Call:
    """A connection to a server on this machine."""

    offer: ClientConfig
    port: int
    manner: Manner = field(default_factory=Manner)
    events: list[Event] = field(default_factory=list)
    saved: list[SavedSession] = field(default_factory=list)
    received: bytes = b""

    def __post_init__(self) -> None:
        resumption = Resumption(
            time.monotonic, lambda session, _: self.saved.append(session), self.manner.session
        )
        self.engine = Engine(self.offer, judge, self.events.append, os.urandom, resumption)
        self._socket = socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def handshake(self) -> Call:
        """Until it is done, or has failed."""
        self._flush()
        while self.engine.busy and self._read():
            pass
        return self

    def send(self, data: bytes) -> None:
        self.engine.send(data)
        self._flush()

    def receive_until(self, part: bytes) -> None:
        """Wait until `part` is among what was received."""
        self.wait_until(lambda: part in self.received)

    def wait_until(self, done: Callable[[], bool]) -> None:
        """Read until it is so."""
        while not done() and self._read():
            pass
        assert done(), self.engine.error

    def receive_all(self) -> bytes:
        """All that was received, once the connection is closed."""
        while self._read():
            pass
        return self.received

    def hang_up(self) -> None:
        """close_notify, the server's too, end of connection."""
        if self.engine.error is None:
            self.engine.close()
            self._flush()
            self.receive_all()
        self._socket.close()

    def _read(self) -> bool:
        """Whether there is more to come."""
        if self.engine.closed or self.engine.error is not None:
            return False
        try:
            data = self._socket.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        for start in range(0, len(data), self.manner.piece):
            self.engine.feed(data[start : start + self.manner.piece])
            self.received += self.engine.received()
        self._flush()
        return bool(data)

    def _flush(self) -> None:
        data = self.engine.output()
        if data:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # reading will tell
                self._socket.sendall(data)

    # --- what came of it -----------------------------------------------------

    @property
    def connection_info(self) -> ConnectionInfo:
        assert self.engine.connection_info is not None, self.engine.error
        return self.engine.connection_info

    @property
    def page(self) -> str:
        """What the server said, as text."""
        return self.received.decode(errors="replace")

    def messages(self, *, sent: bool) -> list[int]:
        """The types of the handshake messages of one side."""
        return [e.message[0] for e in self.events if isinstance(e, HandshakeMessageSeen) and e.sent is sent]

    def sent_message(self, kind: int) -> bytes:
        """Our one handshake message of a type."""
        return self._message(kind, sent=True)

    def received_message(self, kind: int) -> bytes:
        """The server's."""
        return self._message(kind, sent=False)

    def _message(self, kind: int, *, sent: bool) -> bytes:
        (found,) = (
            e.message
            for e in self.events
            if isinstance(e, HandshakeMessageSeen) and e.sent is sent and e.message[0] == kind
        )
        return found

    def key_log(self) -> set[str]:
        """The secrets in the form of a key log file."""
        return {
            f"{e.label} {e.client_random.hex()} {e.secret.hex()}"
            for e in self.events
            if isinstance(e, SecretDerived)
        }

    def alerts(self, *, sent: bool) -> list[int]:
        return [e.description for e in self.events if isinstance(e, AlertSeen) and e.sent is sent]


def visit(offer: ClientConfig, port: int, manner: Manner | None = None) -> Call:
    """A handshake, a request for the server's status page, and the page; the server closes.

    Both servers tell on their page what they negotiated.
    """
    call = Call(offer, port, manner or Manner()).handshake()
    if call.engine.connection_info is not None:
        call.send(REQUEST)
        call.receive_all()
    call.hang_up()
    return call


def negotiated(call: Call) -> tuple[str, str, bool]:
    """Version, cipher and whether the session is an old one, by OpenSSL's status page."""
    found = re.search(r"^(New|Reused), .*^ +Protocol +: (\S+)$.^ +Cipher +: (\S+)$", call.page, re.M | re.S)
    assert found, call.engine.error or call.page
    return found[2], found[3], found[1] == "Reused"
