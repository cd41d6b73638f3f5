"""The stub resolver with real sockets; whoever runs its steps waits for them.

The port of a datagram is the system's random choice, the id random too.  Only
what comes from the address asked is looked at; where the system tells of refused
datagrams all the same (Linux), the socket is not connected, so that what came
from elsewhere can be told.  Sockets are kept while a question goes on: a reply
to its first datagram may come after the second.  Trouble of any kind is silence
with a note.

What passes is kept for captures, but of one question only the first `MOST_PACKETS`, and
`MOST_PACKET_BYTES` of them: whoever floods us, or drips byte by byte, fills no memory.
"""

from __future__ import annotations

import errno
import socket
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias, TypeVar

from pyfinger.drive.connection import Ready, Wait, WaitAny, ready
from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.drive.stub import Came, QueryPlan, ServerQuery, plan, unchecked_plan
from pyfinger.errors import LostConnection, TimedOut
from pyfinger.model import DnsPacket, Endpoints, RawReply, Trouble
from pyfinger.steps import Clock, Deadline, Resolve, ResolveUnchecked, Steps, ask
from pyfinger.values import Value, replace
from pyfinger.wire import opaque

T = TypeVar("T")

MAX_MESSAGE = 65535
MOST_PACKETS = 512
MOST_PACKET_BYTES = 1 << 20

# How a socket without a connection hears of refusals: IP_RECVERR of ip(7), IPV6_RECVERR of ipv6(7).
_RECVERR = {socket.AF_INET: (socket.IPPROTO_IP, 11), socket.AF_INET6: (socket.IPPROTO_IPV6, 25)}
_TELLS_REFUSALS = sys.platform == "linux"

Notes: TypeAlias = defaultdict[Trouble, int]

_SocketName: TypeAlias = tuple[str, int] | tuple[str, int, int, int]
# By server: the address that packets to it leave from, as far as that is known, and its own.
_Ways: TypeAlias = dict[NameServer, tuple[_SocketName, _SocketName]]


class StubResolver:
    """Asks the servers of a `NameService`."""

    def __init__(self, service: NameService, clock: Clock = time.monotonic, *, packets: bool = True) -> None:
        """`packets`: keep them, for captures."""
        self._most = MOST_PACKETS if packets else 0
        self._service = service
        self._clock = clock
        self._turn = 0
        self._ways: _Ways = {}

    def __call__(self, question: Resolve) -> Steps[RawReply]:
        """The reply to one question; never raises for what servers and networks do."""
        steps = plan(question, self._service, self._turn)
        self._turn += 1
        return self._carry_out(steps)

    def together(self, questions: Sequence[Resolve]) -> Steps[tuple[RawReply, ...]]:
        """The replies to several, asked side by side."""
        return together([self(question) for question in questions])

    def unchecked(self, question: ResolveUnchecked) -> Steps[RawReply]:
        """The same for a question without validation."""
        return self._carry_out(unchecked_plan(question, self._service))

    def _carry_out(self, steps: QueryPlan) -> Steps[RawReply]:
        sniffer = Sniffer(self._clock, self._most)
        sockets = _Sockets(sniffer, self._clock, self._ways)
        try:
            exchange = next(steps)
            while True:
                exchange = steps.send((yield from sockets.execute(exchange)))
        except StopIteration as stop:
            reply: RawReply = stop.value
            return replace(reply, packets=sniffer.packets()) if self._most else reply
        finally:
            sockets.close()


class _Datagrams(Value):
    """A socket for one server's datagrams, and that server's address as the system spells it."""

    sock: socket.socket
    peer: _SocketName

    def send(self, wire: bytes) -> None:
        if _TELLS_REFUSALS:
            self.sock.sendto(wire, self.peer)
        else:
            self.sock.send(wire)


class _Sockets:
    """Those of one question."""

    def __init__(self, sniffer: Sniffer, clock: Clock, ways: _Ways) -> None:
        self._sniffer = sniffer
        self._clock = clock
        self._ways = ways
        self._kept: dict[NameServer, _Datagrams] = {}

    def close(self) -> None:
        """All of them."""
        for kept in self._kept.values():
            kept.sock.close()
        self._kept.clear()

    def execute(self, exchange: ServerQuery) -> Steps[Came]:
        """What comes of an exchange; never raises for what servers and networks do."""
        notes: Notes = defaultdict(int)
        transact = self._over_tcp if exchange.stream else self._over_udp
        wire = None
        try:
            wire = yield from transact(exchange, notes)
        except TimedOut:
            notes[Trouble.SILENT] += 1
        except LostConnection:
            notes[Trouble.LOST] += 1
        except OSError:
            notes[Trouble.UNREACHABLE] += 1
        if wire is None:
            self._ways.pop(exchange.server, None)
        if Trouble.SILENT not in notes:
            self.close()
        return Came(wire, notes)

    def _over_udp(self, exchange: ServerQuery, notes: Notes) -> Steps[bytes | None]:
        deadline = Deadline(exchange.seconds)
        query, server = exchange.wire, exchange.server
        if not (datagrams := self._kept.get(server)):
            datagrams = self._kept[server] = _datagrams(server, self._ways)
        sock = datagrams.sock
        datagrams.send(query)
        self._sniffer.sent(sock, server, query)
        while True:
            yield from ready(sock, Ready.READABLE, deadline, self._clock)
            wire, source = sock.recvfrom(MAX_MESSAGE)
            if _TELLS_REFUSALS and source[:2] != datagrams.peer[:2]:
                notes[Trouble.WRONG_SOURCE] += 1
                continue
            self._sniffer.received(sock, server, wire)
            objection = exchange.objection(wire)
            if objection is None:
                return wire
            notes[objection] += 1
            if objection is Trouble.TOO_SHORT:
                return None

    def _over_tcp(self, exchange: ServerQuery, notes: Notes) -> Steps[bytes | None]:
        """A server that resets the connection is asked once more."""
        deadline = Deadline(exchange.seconds)
        try:
            return (yield from self._converse(exchange, deadline, notes))
        except OSError as error:
            if error.errno != errno.ECONNRESET:
                raise
        return (yield from self._converse(exchange, deadline, notes))

    def _converse(self, exchange: ServerQuery, deadline: Deadline, notes: Notes) -> Steps[bytes | None]:
        """Send the query, and take messages until one is the reply."""
        server = exchange.server
        with _socket(server, socket.SOCK_STREAM) as sock:
            sock.connect_ex((server.address, server.port))
            self._sniffer.sent(sock, server, b"")
            outgoing = opaque(exchange.wire, 2)
            while outgoing:
                yield from ready(sock, Ready.WRITABLE, deadline, self._clock)
                size = sock.send(outgoing)
                self._sniffer.sent(sock, server, outgoing[:size])
                outgoing = outgoing[size:]
            incoming = b""
            while True:
                while (message := _first_message(incoming)) is None:
                    yield from ready(sock, Ready.READABLE, deadline, self._clock)
                    incoming += self._received(sock, server)
                incoming = incoming[2 + len(message) :]
                objection = exchange.objection(message)
                if objection is None:
                    return message
                notes[objection] += 1
                if objection is Trouble.TOO_SHORT:
                    return None

    def _received(self, sock: socket.socket, server: NameServer) -> bytes:
        """What came over TCP; `LostConnection` at its end."""
        piece = sock.recv(MAX_MESSAGE)
        self._sniffer.received(sock, server, piece)
        if not piece:
            raise LostConnection
        return piece


def _first_message(incoming: bytes) -> bytes | None:
    """Messages stand behind a length of two bytes (RFC 1035 section 4.2.2)."""
    end = 2 + int.from_bytes(incoming[:2], "big")
    return incoming[2:end] if 2 <= len(incoming) >= end else None


def _datagrams(server: NameServer, ways: _Ways) -> _Datagrams:
    """A socket at the address packets to the server leave from; OSError if none can."""
    way = ways.get(server)
    if way is None:
        with _socket(server, socket.SOCK_DGRAM) as scout:
            scout.connect((server.address, server.port))
            way = ways[server] = scout.getsockname(), scout.getpeername()
    local, peer = way
    sock = _socket(server, socket.SOCK_DGRAM)
    try:
        sock.bind((local[0], 0, *local[2:]))
        if _TELLS_REFUSALS:
            sock.setsockopt(*_RECVERR[_family(server)], 1)
        else:
            sock.connect(peer)
    except BaseException:
        sock.close()
        raise
    return _Datagrams(sock, peer)


def _socket(server: NameServer, kind: socket.SocketKind) -> socket.socket:
    sock = socket.socket(_family(server), kind)
    sock.setblocking(False)
    return sock


def _family(server: NameServer) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in server.address else socket.AF_INET


class Sniffer:
    """Listens in on the sockets of one question."""

    def __init__(self, clock: Clock, most: int = MOST_PACKETS) -> None:
        self._clock = clock
        self._most = most
        self._size = 0
        self._ends: dict[socket.socket, tuple[Endpoints, bool]] = {}  # with: by TCP
        self._heard: list[tuple[float, bool, bytes, Endpoints, bool]] = []

    def sent(self, sock: socket.socket, server: NameServer, data: bytes) -> None:
        """Data left through a socket; empty over TCP: it is about to be connected."""
        self._hear(sock, server, True, data)

    def received(self, sock: socket.socket, server: NameServer, data: bytes) -> None:
        """Data came; empty over TCP: its end."""
        self._hear(sock, server, False, data)

    def packets(self) -> tuple[DnsPacket, ...]:
        """All of it, the question being answered now."""
        now = self._clock()
        return tuple(
            DnsPacket(sent, data, endpoints, tcp, now - at) for at, sent, data, endpoints, tcp in self._heard
        )

    def _hear(self, sock: socket.socket, server: NameServer, sent: bool, data: bytes) -> None:
        self._size += len(data)
        if len(self._heard) == self._most or self._size > MOST_PACKET_BYTES:
            return
        if sock not in self._ends:
            local = sock.getsockname()
            endpoints = Endpoints(local[0], local[1], server.address, server.port)
            self._ends[sock] = endpoints, sock.type is socket.SOCK_STREAM
        self._heard.append((self._clock(), sent, data, *self._ends[sock]))


def together(procedures: Sequence[Steps[T]]) -> Steps[tuple[T, ...]]:
    """Run procedures side by side that ask for nothing but `Wait`; their results, in order.

    Whenever one may go on all are asked again, so that each looks at its own deadline (`ready`).
    """
    results: dict[int, T] = {}
    waiting: dict[int, Wait] = {}
    answers: dict[int, bool | None] = dict.fromkeys(range(len(procedures)))
    try:
        while len(results) < len(procedures):
            for number, answer in answers.items():
                try:
                    request = procedures[number].send(answer)
                except StopIteration as stop:
                    waiting.pop(number, None)
                    results[number] = stop.value
                else:
                    assert isinstance(request, Wait), "side by side there is only waiting for sockets"
                    waiting[number] = request
            if waiting:
                usable = yield from ask(WaitAny(tuple(waiting.values())))
                answers = dict(zip(waiting, usable, strict=True))
    finally:
        for procedure in procedures:
            procedure.close()
    return tuple(results[number] for number in range(len(procedures)))
