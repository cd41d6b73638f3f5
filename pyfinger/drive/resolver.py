"""The stub resolver with real, blocking sockets.

Datagrams are taken only from the address asked, since the socket is connected;
the port is the system's random choice, the id random too.  What does not answer
the question is ignored until time is up.  Trouble of any kind is silence.
"""

from __future__ import annotations

import socket
import time

from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.drive.stub import Exchange, plan
from pyfinger.drive.waiting import READABLE, WRITABLE, wait
from pyfinger.errors import LostConnection, TransportError
from pyfinger.model import RawReply
from pyfinger.steps import Clock, Deadline, Resolve

MAX_MESSAGE = 65535


class StubResolver:
    """Asks the servers of a `NameService`."""

    def __init__(self, service: NameService, clock: Clock = time.monotonic) -> None:
        self._service = service
        self._clock = clock
        self._turn = 0

    def __call__(self, question: Resolve) -> RawReply:
        """The reply to one question; never raises for what servers and networks do."""
        steps = plan(question, self._service, self._turn)
        self._turn += 1
        wire: bytes | None = None
        try:
            exchange = next(steps)
            while True:
                wire = self._carry_out(exchange)
                exchange = steps.send(wire)
        except StopIteration as stop:
            reply: RawReply = stop.value
            return reply

    def _carry_out(self, exchange: Exchange) -> bytes | None:
        transact = _over_tcp if exchange.stream else _over_udp
        kind = socket.SOCK_STREAM if exchange.stream else socket.SOCK_DGRAM
        try:
            with _socket(exchange.server, kind) as sock:
                return transact(sock, exchange, self._clock)
        except (OSError, TransportError):
            return None


def _over_udp(sock: socket.socket, exchange: Exchange, clock: Clock) -> bytes:
    deadline = Deadline(exchange.seconds)
    sock.connect((exchange.server.address, exchange.server.port))
    sock.send(exchange.wire)
    while True:
        wait(sock, READABLE, deadline, clock)
        wire = sock.recv(MAX_MESSAGE)
        if exchange.accepts(wire):
            return wire


def _over_tcp(sock: socket.socket, exchange: Exchange, clock: Clock) -> bytes | None:
    """One message behind a length of two bytes (RFC 1035 section 4.2.2)."""
    deadline = Deadline(exchange.seconds)
    sock.connect_ex((exchange.server.address, exchange.server.port))
    outgoing = len(exchange.wire).to_bytes(2, "big") + exchange.wire
    while outgoing:
        wait(sock, WRITABLE, deadline, clock)
        outgoing = outgoing[sock.send(outgoing) :]

    def take(size: int) -> bytes:
        data = b""
        while len(data) < size:
            wait(sock, READABLE, deadline, clock)
            piece = sock.recv(size - len(data))
            if not piece:
                raise LostConnection
            data += piece
        return data

    wire = take(int.from_bytes(take(2), "big"))
    return wire if exchange.accepts(wire) else None


def _socket(server: NameServer, kind: socket.SocketKind) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in server.address else socket.AF_INET, kind)
    sock.setblocking(False)
    return sock
