"""One connection at a time, over TCP or a unix-domain socket, never blocking.

Whoever runs these steps waits for the socket (`Wait`), everything else happens
here.  What goes wrong is raised:

* opening: always `LostConnection` with the errno; a deadline that passes is
  ETIMEDOUT, as when the system itself gives up.
* `send`, `receive`: `TimedOut`, or `LostConnection` with the errno; the end of
  the stream is no error but empty bytes.

A driver has to be able to do four kinds of waiting itself: `executor` breaks the
requests of a procedure down to them, whose way of waiting is all that tells one driver
from another: `Wait` for a socket, `WaitAny` for one of several, `Call` what may take its
time, and `Sleep` of `pyfinger.steps`.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import TypeVar

from pyfinger.errors import LostConnection, TimedOut
from pyfinger.model import Endpoints
from pyfinger.steps import Clock, Close, Connect, Deadline, Receive, Request, Send, Steps
from pyfinger.values import Value

T = TypeVar("T")

# Bytes read at once: four times what a segment holds, as vstream_tweak_tcp(3) has it.  It shows when
# more than that comes ahead of TLS: what has been read is dropped, the rest taken for TLS.
PIECE = 1 << 12  # at least, and of a unix-domain socket
SEGMENTS = 4
_PATH_SIZE = 108  # octets of sun_path
_NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)  # an error instead of SIGPIPE, where it exists


class Ready(Enum):
    """What a socket is waited for."""

    READABLE = "readable"
    WRITABLE = "writable"


class Wait(Request[bool], Value):
    """Until the socket can be used, or has an error to report; False if time ran out.

    `seconds` None is for ever.
    """

    sock: socket.socket
    ready: Ready
    seconds: float | None


class WaitAny(Request["tuple[bool, ...]"], Value):
    """Until one of several waits is over; which are ready: none, if time ran out for one."""

    waits: tuple[Wait, ...]

    @property
    def seconds(self) -> float | None:
        """What the most impatient of them has left."""
        return min((wait.seconds for wait in self.waits if wait.seconds is not None), default=None)


class Call(Request[T], Value):
    """Call a function of the system that cannot be told not to block, and return what it returns."""

    function: Callable[[], T]


def ready(sock: socket.socket, kind: Ready, deadline: Deadline, clock: Clock) -> Steps[None]:
    """Return when the socket can be used, or has an error to report; `TimedOut` else.

    A deadline that has passed ends the wait even if the socket is ready: a peer
    that always has one more byte must not keep a step alive.
    """
    while (left := deadline.left(clock())) != 0:
        usable: bool = yield Wait(sock, kind, left)
        if usable:
            return
    raise TimedOut


class Connection:
    """The requests that concern the connection, as steps."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._socket: socket.socket | None = None
        self._piece = PIECE

    def open(self, request: Connect) -> Steps[Endpoints]:
        """Should it fail, the socket stays until the next attempt or `shut`."""
        self.shut()
        try:
            self._socket = _socket(request)
            yield from _establish(self._socket, request, self._clock)
            self._piece = _piece(self._socket, request)
            return _endpoints(self._socket, request)
        except TimedOut as error:
            raise LostConnection(errno.ETIMEDOUT) from error
        except OSError as error:
            # Python itself refuses a socket path that is too long, without a number.
            raise LostConnection(error.errno or errno.ENAMETOOLONG) from error

    def send(self, request: Send) -> Steps[None]:
        """All of it."""
        rest = memoryview(request.data)
        while rest:
            sent = yield from self._transfer(Ready.WRITABLE, request.deadline, partial(_send_some, rest))
            rest = rest[sent:]

    def receive(self, request: Receive) -> Steps[bytes]:
        """Some bytes."""
        read = partial(_receive_some, self._piece)
        return (yield from self._transfer(Ready.READABLE, request.deadline, read))

    def close(self, request: Close) -> Steps[None]:
        """End the connection, if there is one."""
        self.shut()
        yield from ()  # nothing to wait for, but a step like the others

    def shut(self) -> None:
        """The same, at once."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _transfer(self, kind: Ready, deadline: Deadline, call: Callable[[socket.socket], T]) -> Steps[T]:
        """One system call as soon as the socket is ready for it, as it mostly is for what is sent."""
        if self._socket is None:
            raise LostConnection(errno.ENOTCONN)
        waiting = kind is Ready.READABLE
        while True:
            if waiting:
                yield from ready(self._socket, kind, deadline, self._clock)
            elif deadline.left(self._clock()) == 0:
                raise TimedOut
            try:
                return call(self._socket)
            except BlockingIOError:
                waiting = True  # there is no room, or readiness was a false alarm
            except OSError as error:
                raise LostConnection(error.errno or errno.EIO) from error


def _send_some(data: memoryview, sock: socket.socket) -> int:
    return sock.send(data, _NO_SIGNAL)


def _receive_some(size: int, sock: socket.socket) -> bytes:
    return sock.recv(size)


def _piece(sock: socket.socket, request: Connect) -> int:
    if request.port is None:
        return PIECE
    return max(PIECE, SEGMENTS * sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG))


def _socket(request: Connect) -> socket.socket:
    if request.port is None:
        family = socket.AF_UNIX
    else:
        family = socket.AF_INET6 if ":" in request.address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    return sock


def _establish(sock: socket.socket, request: Connect, clock: Clock) -> Steps[None]:
    """Connect; `OSError` or `TimedOut`."""
    code = sock.connect_ex(_where(request))
    if code == errno.EINPROGRESS:
        yield from ready(sock, Ready.WRITABLE, request.deadline, clock)
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, "connect")
    if request.port is not None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _where(request: Connect) -> tuple[str, int] | str | bytes:
    """Without a path an address of its full size, as Postfix makes it, is a name of zeros nobody has."""
    if request.port is not None:
        return request.address, request.port
    return request.address or bytes(_PATH_SIZE)


def _endpoints(sock: socket.socket, request: Connect) -> Endpoints:
    if request.port is None:
        return Endpoints("", None, request.address, None)
    local, remote = sock.getsockname(), sock.getpeername()
    return Endpoints(local[0], local[1], remote[0], remote[1])
