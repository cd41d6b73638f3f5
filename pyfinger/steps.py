"""Input and output as values: what a procedure asks of whoever drives it.

Everything that talks to the world is a generator of type `Steps[T]`: it yields
requests, a driver carries them out and sends the answer back, and the
generator's return value is the result.  No procedure knows a socket, a clock
or a scheduler, so one core serves the command, asyncio, tests and replays.

A driver throws `TimedOut` or `LostConnection` into the generator; it never
swallows anything else.  At most one connection is open at a time: `Connect`
opens it, `Close` ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from pyfinger.errors import LostConnection
from pyfinger.events import BytesReceived, BytesSent, ConnectionBroken, Emit
from pyfinger.model import Answer, Endpoints, Family, NativeAnswer, RawReply
from pyfinger.values import Value

T = TypeVar("T")


class Request(Generic[T]):
    """Something only a driver can do; `T` is the type of its answer."""

    __slots__ = ()


Steps: TypeAlias = Generator[Request[Any], Any, T]


def ask(request: Request[T]) -> Steps[T]:
    """Yield one request and return its answer, with its type."""
    answer: T = yield request
    return answer


def result_of(steps: Steps[T]) -> T:
    """The result of a procedure that asks for nothing; AssertionError if it does."""
    try:
        request = next(steps)
    except StopIteration as stop:
        result: T = stop.value
        return result
    raise AssertionError(f"nobody is here to carry out {request}")


class Deadline:
    """A time limit for one whole step of a dialogue, in seconds.

    It starts when a driver first sees it, so a step that needs several reads
    and writes shares one budget.  `None` means no limit.
    """

    __slots__ = ("_expires", "seconds")

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._expires: float | None = None

    def left(self, now: float) -> float | None:
        """Seconds left at the driver's time `now`, at least 0; None without limit."""
        if self.seconds is None:
            return None
        if self._expires is None:
            self._expires = now + self.seconds
        return max(0.0, self._expires - now)


class Resolve(Request[RawReply], Value):
    """Ask the configured name servers one question; never raises.

    `checking_disabled` leaves validation to whoever asks (CD=1, RFC 4035 section 3.2.2).
    """

    name: str
    rdtype: str
    dnssec: bool
    checking_disabled: bool = False


class ResolveTogether(Request["tuple[RawReply, ...]"], Value):
    """Ask several questions at once; the replies in the questions' order.  Never raises."""

    questions: tuple[Resolve, ...]


class ResolveUnchecked(Request["RawReply | None"], Value):
    """Ask one name server a question again, with validation off (CD=1); never raises.

    Nothing is decided by the reply: it tells why a lookup failed.  None: nobody can say.
    """

    name: str
    rdtype: str
    server: str  # as a reply names it


class LookupHost(Request[NativeAnswer], Value):
    """Ask the operating system (getaddrinfo) for a host's addresses; never raises."""

    name: str
    families: tuple[Family, ...]


class FindService(Request["int | None"], Value):
    """The TCP port of a service name in the system's services database."""

    name: str


class Connect(Request[Endpoints], Value):
    """Open the connection; raises `LostConnection` with its errno, ETIMEDOUT at the deadline.

    `port` is None for a unix-domain socket, whose path is the address.
    """

    address: str
    port: int | None
    deadline: Deadline


class Send(Request[None], Value):
    """Write all of `data`."""

    data: bytes
    deadline: Deadline


class Receive(Request[bytes], Value):
    """Wait for bytes; empty at end of file."""

    deadline: Deadline


class Sleep(Request[None], Value):
    """Do nothing for a while."""

    seconds: float


class Close(Request[None], Value):
    """Close the connection; never raises, and does nothing without one."""


class Stream(Protocol):
    """A byte stream with deadlines: plain, or inside TLS."""

    def send(self, data: bytes, deadline: Deadline) -> Steps[None]:
        """Write all of `data`; raises `TransportError`."""
        ...

    def receive(self, deadline: Deadline) -> Steps[bytes]:
        """Some bytes, empty at end of file; raises `TransportError`."""
        ...


class PlainStream:
    """The connection itself; what passes is told as events."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit

    def send(self, data: bytes, deadline: Deadline) -> Steps[None]:
        """Write all of `data`."""
        yield from self._ask(Send(data, deadline))
        self._emit(BytesSent(data))

    def receive(self, deadline: Deadline) -> Steps[bytes]:
        """Some bytes, empty at end of file."""
        data = yield from self._ask(Receive(deadline))
        self._emit(BytesReceived(data))
        return data

    def _ask(self, request: Request[T]) -> Steps[T]:
        try:
            answer: T = yield request
            return answer
        except LostConnection as error:
            self._emit(ConnectionBroken(error.code))
            raise


class Resolver(Protocol):
    """DNS as the upper layers see it: a question, an answer with its security."""

    def query(self, name: str, rdtype: str, *, dnssec: bool) -> Steps[Answer]:
        """Follow aliases and return the outcome; never raises."""
        ...


Clock: TypeAlias = Callable[[], float]
