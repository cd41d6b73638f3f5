"""A driver without a world: runs any `Steps` generator against values.

    driver = Scripted(World(a={"mx.test": ["192.0.2.1"]}),
                      {"192.0.2.1": Script("220 mx.test ESMTP",
                                           ("EHLO client.test", "250-mx.test\\n250 STARTTLS"))})
    result = driver.run(probe(options, driver.emit))
    assert TlsStarting(...) in driver.events

Servers are found by address; connecting to any other is refused.  A server is
a `Peer`, made afresh for each connection: a `Script`, or anything with `feed`
and `closed`, for example a real TLS server working on bytes.  A peer that has
nothing to say lets the reader's deadline pass; the clock is a number that only
deadlines and `Sleep` move.

`pieces` are the sizes in which received bytes arrive, repeated for ever: (1,)
is byte by byte.  `trouble` throws an error at the n-th request of a kind:
`{(Receive, 2): LostConnection(ECONNRESET)}`.
"""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from typing import Any, Protocol, TypeAlias, TypeVar

from pyfinger.errors import LostConnection, TimedOut, TransportError
from pyfinger.events import Event
from pyfinger.model import Endpoints
from pyfinger.steps import (
    Close,
    Connect,
    Deadline,
    FindService,
    LookupHost,
    Receive,
    Request,
    Resolve,
    ResolveTogether,
    ResolveUnchecked,
    Send,
    Sleep,
    Steps,
)
from tests.world import World

T = TypeVar("T")

LOCAL = "192.0.2.200"


class Peer(Protocol):
    """The other end of one connection."""

    closed: bool  # no more input or output

    def feed(self, data: bytes) -> bytes:
        """What it says to `data`; called with nothing when the connection opens."""
        ...


PeerFactory: TypeAlias = Callable[[], Peer]


class Unexpected(AssertionError):
    """The client said something else than the script has."""


class ScriptedPeer:
    """One connection of a `Script`."""

    def __init__(self, script: Script) -> None:
        self._exchanges = list(script.exchanges)
        self._greeting = script.greeting
        self._then_close = script.then_close
        self._input = b""
        self.closed = False

    def feed(self, data: bytes) -> bytes:
        """The replies to all that is complete."""
        output, self._greeting = self._greeting, b""
        self._input += data
        while self._exchanges and self._input:
            expected, reply = self._exchanges[0]
            if not self._input.startswith(expected):
                if expected.startswith(self._input):
                    break
                raise Unexpected(f"{self._input!r} instead of {expected!r}")
            self._input = self._input[len(expected) :]
            output += reply
            del self._exchanges[0]
        if not self._exchanges and self._input:
            raise Unexpected(f"{self._input!r} after the end of the script")
        self.closed = self._then_close and not self._exchanges
        return output


class Script:
    """A dialogue known beforehand: a greeting, then (expected, reply) pairs.

    Text gets CR LF at the end of each line; bytes are taken as they are.  After
    the last pair the peer closes the connection, or is silent if `then_close`
    is false.
    """

    def __init__(
        self,
        greeting: str | bytes,
        *exchanges: tuple[str | bytes, str | bytes],
        then_close: bool = True,
    ) -> None:
        self.greeting = _lines(greeting)
        self.exchanges = [(_lines(expected), _lines(reply)) for expected, reply in exchanges]
        self.then_close = then_close

    def __call__(self) -> Peer:
        """A fresh connection."""
        return ScriptedPeer(self)


class Scripted:
    """The driver; everything that happened can be read from its fields."""

    def __init__(
        self,
        world: World | None = None,
        servers: Mapping[str, PeerFactory | int] | None = None,
        *,
        pieces: Sequence[int] = (1 << 20,),
        trouble: Mapping[tuple[type[Request[Any]], int], TransportError | KeyboardInterrupt] | None = None,
    ) -> None:
        """`servers` maps addresses (or socket paths) to peers, or to the errno of connecting."""
        self.world = world or World()
        self.servers = dict(servers or {})
        self.events: list[Event] = []
        self.requests: list[Request[Any]] = []
        self.sent = b""  # over all connections
        self.now = 1000.0
        self.open = False
        self._pieces = cycle(pieces)
        self._trouble = dict(trouble or {})
        self._count: Counter[type[Request[Any]]] = Counter()
        self._peer: Peer | None = None
        self._incoming = b""
        self._actions: dict[type[Request[Any]], Callable[[Any], Any]] = {
            Resolve: self.world.resolve,
            ResolveTogether: lambda request: tuple(map(self.world.resolve, request.questions)),
            ResolveUnchecked: self.world.resolve_unchecked,
            LookupHost: self.world.lookup_host,
            FindService: self.world.find_service,
            Connect: self._connect,
            Send: self._send,
            Receive: self._receive,
            Sleep: self._sleep,
            Close: self._close,
        }

    def emit(self, event: Event) -> None:
        """Keep one event."""
        self.events.append(event)

    def of(self, kind: type[T]) -> list[T]:
        """The events of one kind, or the requests."""
        return [thing for thing in (*self.events, *self.requests) if isinstance(thing, kind)]

    def run(self, steps: Steps[T]) -> T:
        """Carry out every request; the generator's result or its exception."""
        resume: Callable[[], Request[Any]] = lambda: next(steps)  # noqa: E731
        while True:
            try:
                request = resume()
            except StopIteration as stop:
                result: T = stop.value
                return result
            resume = self._perform(steps, request)

    def _perform(self, steps: Steps[Any], request: Request[Any]) -> Callable[[], Request[Any]]:
        self.requests.append(request)
        try:
            answer = self._answer(request)
        except (TransportError, KeyboardInterrupt) as error:
            problem = error  # `error` ends with this clause
            return lambda: steps.throw(problem)
        return lambda: steps.send(answer)

    def _answer(self, request: Request[Any]) -> Any:
        kind = type(request)
        self._count[kind] += 1
        if problem := self._trouble.get((kind, self._count[kind])):
            raise problem
        return self._actions[kind](request)

    def _connect(self, request: Connect) -> Endpoints:
        assert not self.open, "one connection at a time"
        request.deadline.left(self.now)
        server = self.servers.get(request.address, errno.ECONNREFUSED)
        if isinstance(server, int):
            raise LostConnection(server)
        self._peer = server()
        self.open = True
        self._incoming = self._peer.feed(b"")
        port = None if request.port is None else 40000
        return Endpoints(LOCAL if port else "", port, request.address, request.port)

    def _send(self, request: Send) -> None:
        assert self._peer is not None, "sending without a connection"
        request.deadline.left(self.now)
        self.sent += request.data
        if self._peer.closed:
            raise LostConnection(errno.EPIPE)
        self._incoming += self._peer.feed(request.data)

    def _receive(self, request: Receive) -> bytes:
        assert self._peer is not None, "receiving without a connection"
        left = request.deadline.left(self.now)
        if not self._incoming:
            if self._peer.closed:
                return b""
            assert left is not None, "waiting for ever"
            self.now += left
            raise TimedOut
        size = next(self._pieces)
        piece, self._incoming = self._incoming[:size], self._incoming[size:]
        return piece

    def _sleep(self, request: Sleep) -> None:
        self.now += request.seconds

    def _close(self, request: Close) -> None:
        self._peer = None
        self.open = False
        self._incoming = b""


def never() -> Deadline:
    """No limit: waiting for a silent peer is an error of the test."""
    return Deadline(None)


def _lines(text: str | bytes) -> bytes:
    if isinstance(text, bytes):
        return text
    return "".join(line + "\r\n" for line in text.split("\n")).encode("utf-8") if text else b""
