"""What a mail server says and does that no log of a probe shows: asked by hand, on loopback.

Each question has a connection of its own.  An answer is a short text for a table.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TypeAlias

from pyfinger.events import AlertSeen, Event, HandshakeMessageSeen
from pyfinger.model import Credential, ServerKey, Verified
from pyfinger.tls.codepoints import HandshakeType
from pyfinger.tls.engine import Engine, Resumption
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.public_keys import load_spki
from tests.mtas.scenarios import ODD_NAMES
from tests.tls.offers import offer

PATIENCE = 10.0  # seconds for a reply
LINGERING = 3.0  # after which a connection counts as left open
_CLOSE_NOTIFY = 0

Feed: TypeAlias = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of it all."""

    odd_names: dict[str, str]  # EHLO name: the reply's first line
    unasked: str  # the reply to STARTTLS, whether it was offered or not
    pipelined: str  # what becomes of a line sent together with STARTTLS
    again: str  # the reply to STARTTLS inside TLS
    end: str  # after QUIT inside TLS
    tickets: list[int]  # the lifetimes of TLS 1.3 tickets, in seconds
    asks: bool  # for a client certificate

    def to_json(self) -> dict[str, object]:
        """As plain values."""
        return asdict(self)


class Line:
    """A connection, in the clear until `secure`."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._received = b""
        self._engine: Engine | None = None
        self._open = True
        self.events: list[Event] = []
        self.greeting = self.reply()

    def close(self) -> None:
        """Be gone, without a word."""
        self._socket.close()

    def ask(self, command: str) -> list[str]:
        """Send a line, or more; the lines of the next reply, none if the connection ended."""
        self.send(command.encode() + b"\r\n")
        return self.reply()

    def send(self, data: bytes) -> None:
        """Send this."""
        if self._engine is not None:
            self._engine.send(data)
            data = self._engine.output()
        try:
            self._socket.sendall(data)
        except OSError:  # reading will tell
            self._open = False

    def reply(self) -> list[str]:
        """The lines of one reply (RFC 5321 section 4.2.1), as far as they came."""
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            line, found, rest = self._received.partition(b"\n")
            if found:
                self._received = rest
                lines.append(line.rstrip(b"\r").decode("utf-8", "backslashreplace"))
            elif not self._read():
                break
        return lines

    def secure(self) -> str:
        """Start TLS; why it failed, empty if it did not."""
        resumption = Resumption(time.monotonic, lambda session, _: None, None)
        self._engine = Engine(offer(1), _anybody, self.events.append, os.urandom, resumption)
        self._socket.sendall(self._engine.output())
        self._received = b""
        while self._engine.busy and self._read():
            pass
        if self._engine.connection_info is not None:
            return ""
        return str(self._engine.error) if self._engine.error else "silence, or the end"

    def linger(self, seconds: float) -> str:
        """How the other side ends the connection."""
        self._socket.settimeout(seconds)
        while self._read():
            pass
        notified = any(
            isinstance(event, AlertSeen) and not event.sent and event.description == _CLOSE_NOTIFY
            for event in self.events
        )
        # The engine answers close_notify and reads no more; whether TCP ends, too, is to be seen.
        words = ["close_notify"] if notified else []
        return ", ".join([*words, self._tcp_end()])

    def _tcp_end(self) -> str:
        try:
            while self._socket.recv(1 << 16):
                pass
        except TimeoutError:
            return "TCP stays open"
        except OSError:
            return "TCP reset"
        return "TCP closed"

    def _read(self) -> bool:
        """Whether something came, perhaps nothing of which is for us."""
        try:
            data = self._socket.recv(1 << 16) if self._open else b""
        except OSError:  # reset, or too late
            data = b""
        self._open = bool(data)
        if self._engine is None:
            self._received += data
            return self._open
        if data:
            self._engine.feed(data)
            self._received += self._engine.received()
            self._socket.sendall(self._engine.output())
        return self._open and not self._engine.closed and self._engine.error is None


def answers(port: int, hello: str, lingering: float = LINGERING) -> Answers:
    """Ask everything; `hello` is EHLO or LHLO, `lingering` in seconds."""
    line = _secured(port, hello)
    tickets, asks, again, end = [], False, "", ""
    if line is not None:
        line.ask(f"{hello} probe.mtas.test")
        line.ask("QUIT")
        end = line.linger(lingering)
        messages = [e.message for e in line.events if isinstance(e, HandshakeMessageSeen) and not e.sent]
        tickets = [
            int.from_bytes(m[4:8], "big") for m in messages if m[0] == HandshakeType.NEW_SESSION_TICKET
        ]
        asks = any(m[0] == HandshakeType.CERTIFICATE_REQUEST for m in messages)
        line.close()
        again = _again(port, hello)
    return Answers(
        odd_names={name: _hello(port, f"{hello} {name}") for name in ODD_NAMES},
        unasked=_starttls(port, hello),
        pipelined=_pipelined(port, hello),
        again=again,
        end=end,
        tickets=tickets,
        asks=asks,
    )


def _secured(port: int, hello: str) -> Line | None:
    line = Line(port)
    line.ask(f"{hello} probe.mtas.test")
    if _is_good(line.ask("STARTTLS")) and not line.secure():
        return line
    line.close()
    return None


def _hello(port: int, command: str) -> str:
    line = Line(port)
    reply = line.ask(command)
    line.close()
    return _first(reply)


def _starttls(port: int, hello: str) -> str:
    line = Line(port)
    line.ask(f"{hello} probe.mtas.test")
    reply = line.ask("STARTTLS")
    line.close()
    return _first(reply)


def _again(port: int, hello: str) -> str:
    line = _secured(port, hello)
    if line is None:
        return ""
    line.ask(f"{hello} probe.mtas.test")
    reply = line.ask("STARTTLS")
    line.close()
    return _first(reply)


def _pipelined(port: int, hello: str) -> str:
    """A line that comes with STARTTLS in one segment must not be obeyed inside TLS (CVE-2011-0411)."""
    line = Line(port)
    line.ask(f"{hello} probe.mtas.test")
    reply = line.ask("STARTTLS\r\nRSET")
    if not _is_good(reply):
        line.close()
        return _first(reply)
    failure = line.secure()
    if failure:
        line.close()
        return f"{reply[0][:3]}, then TLS fails"
    got = line.ask(f"{hello} probe.mtas.test")
    line.close()
    # The answer to our hello has several lines, or names the host; that to RSET is short.
    return "dropped" if len(got) > 1 else f"answered inside TLS: {_first(got)}"


def _anybody(credential: Credential) -> Verified:
    return Verified(ServerKey(load_spki(parse_certificate(credential.certificates[0]).spki)))


def _is_good(reply: list[str]) -> bool:
    return reply[:1] != [] and reply[0].startswith("2")


def _first(reply: list[str]) -> str:
    return reply[0] if reply else "(the connection ends)"
