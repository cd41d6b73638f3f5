"""The stub resolver with real sockets; whoever runs its steps waits for them.

Datagrams are taken only from the address asked, since the socket is connected;
the port is the system's random choice, the id random too.  What does not answer
the question is ignored until time is up.  Trouble of any kind is silence.
"""

from __future__ import annotations

import socket
import time
from dataclasses import replace

from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.drive.stub import Exchange, plan
from pyfinger.drive.tap import Tap
from pyfinger.drive.waiting import Ready, ready
from pyfinger.errors import LostConnection, TransportError
from pyfinger.model import RawReply
from pyfinger.steps import Clock, Deadline, Resolve, Steps
from pyfinger.wire import opaque

MAX_MESSAGE = 65535


class StubResolver:
    """Asks the servers of a `NameService`."""

    def __init__(self, service: NameService, clock: Clock = time.monotonic) -> None:
        self._service = service
        self._clock = clock
        self._turn = 0

    def __call__(self, question: Resolve) -> Steps[RawReply]:
        """The reply to one question; never raises for what servers and networks do."""
        steps = plan(question, self._service, self._turn)
        self._turn += 1
        tap = Tap(self._clock)
        try:
            exchange = next(steps)
            while True:
                exchange = steps.send((yield from self._carry_out(exchange, tap)))
        except StopIteration as stop:
            reply: RawReply = stop.value
            return replace(reply, packets=tap.packets())

    def _carry_out(self, exchange: Exchange, tap: Tap) -> Steps[bytes | None]:
        transact = _over_tcp if exchange.stream else _over_udp
        kind = socket.SOCK_STREAM if exchange.stream else socket.SOCK_DGRAM
        try:
            with _socket(exchange.server, kind) as sock:
                return (yield from transact(sock, exchange, tap, self._clock))
        except (OSError, TransportError):
            return None


def _over_udp(sock: socket.socket, exchange: Exchange, tap: Tap, clock: Clock) -> Steps[bytes]:
    deadline = Deadline(exchange.seconds)
    query, server = exchange.wire, exchange.server
    sock.connect((server.address, server.port))
    sock.send(query)
    tap.sent(sock, server, query)
    while True:
        yield from ready(sock, Ready.READABLE, deadline, clock)
        wire = sock.recv(MAX_MESSAGE)
        tap.received(sock, server, wire)
        if exchange.accepts(wire):
            return wire


def _over_tcp(sock: socket.socket, exchange: Exchange, tap: Tap, clock: Clock) -> Steps[bytes | None]:
    """One message behind a length of two bytes (RFC 1035 section 4.2.2)."""
    deadline = Deadline(exchange.seconds)
    server = exchange.server
    sock.connect_ex((server.address, server.port))
    tap.sent(sock, server, b"")
    outgoing = opaque(exchange.wire, 2)
    while outgoing:
        yield from ready(sock, Ready.WRITABLE, deadline, clock)
        size = sock.send(outgoing)
        tap.sent(sock, server, outgoing[:size])
        outgoing = outgoing[size:]
    incoming, wanted = b"", 2
    while len(incoming) < wanted:
        yield from ready(sock, Ready.READABLE, deadline, clock)
        piece = sock.recv(MAX_MESSAGE)
        tap.received(sock, server, piece)
        if not piece:
            raise LostConnection
        incoming += piece
        wanted = 2 + int.from_bytes(incoming[:2], "big")
    wire = incoming[2:wanted]
    return wire if exchange.accepts(wire) else None


def _socket(server: NameServer, kind: socket.SocketKind) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in server.address else socket.AF_INET, kind)
    sock.setblocking(False)
    return sock
