"""The driver of the command: carries out requests one by one, with blocking calls.

Deadlines are kept over all reads and writes of a step, with a clock that is
never set back.  What goes wrong is thrown into the procedure:

* `Connect`: always `LostConnection` with the errno; a deadline that passes is
  ETIMEDOUT, as when the system itself gives up.
* `Send`, `Receive`: `TimedOut`, or `LostConnection` with the errno; the end of
  the stream is no error but empty bytes.

An interrupt is thrown into the procedure too, so that its `finally` clauses can
still ask for `Close`; afterwards no socket is left open in any case.
"""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias, TypeVar

from pyfinger.drive.resolv_conf import NameService, system_name_service
from pyfinger.drive.waiting import READABLE, WRITABLE, wait
from pyfinger.errors import LostConnection, TimedOut
from pyfinger.model import Endpoints, Family, NativeAnswer, RawReply
from pyfinger.steps import (
    Clock,
    Close,
    Connect,
    Deadline,
    FindService,
    LookupHost,
    Receive,
    Request,
    Resolve,
    Send,
    Sleep,
    Steps,
)

T = TypeVar("T")

PIECE = 1 << 16  # bytes read at once

_NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)  # an error instead of SIGPIPE, where it exists

_FAMILIES = {Family.IPV4: socket.AF_INET, Family.IPV6: socket.AF_INET6}
_FAMILY_OF = {number: family for family, number in _FAMILIES.items()}

_Resume: TypeAlias = Callable[[], Request[Any]]


class BlockingDriver:
    """Runs procedures; at most one connection is open at a time."""

    def __init__(
        self,
        name_service: NameService | None = None,
        *,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`name_service` None: as the system is configured, read when first needed."""
        self._name_service = name_service
        self._clock = clock
        self._sleep = sleep
        self._resolver: Callable[[Resolve], RawReply] | None = None
        self._socket: socket.socket | None = None
        self._actions: dict[type[Request[Any]], Callable[[Any], Any]] = {
            Resolve: self._resolve,
            LookupHost: _look_up_host,
            FindService: _find_service,
            Connect: self._connect,
            Send: self._send,
            Receive: self._receive,
            Sleep: lambda request: self._sleep(request.seconds),
            Close: lambda request: self._close(),
        }

    @property
    def clock(self) -> Clock:
        """The monotonic clock deadlines are measured with, in seconds."""
        return self._clock

    def run(self, steps: Steps[T]) -> T:
        """Carry out every request; the procedure's result, or what it raises."""
        resume: _Resume = lambda: next(steps)  # noqa: E731
        try:
            while True:
                resume = self._perform(steps, resume())
        except StopIteration as stop:
            result: T = stop.value
            return result
        finally:
            self._close()

    def _perform(self, steps: Steps[Any], request: Request[Any]) -> _Resume:
        """How the procedure goes on: with the request's answer, or with what was raised."""
        try:
            answer = self._actions[type(request)](request)
        except BaseException as error:
            problem = error  # `error` is gone when this clause ends
            return lambda: steps.throw(problem)
        return lambda: steps.send(answer)

    def _resolve(self, request: Resolve) -> RawReply:
        if self._resolver is None:
            from pyfinger.drive.resolver import StubResolver  # and dnspython with it

            self._resolver = StubResolver(self._name_service or system_name_service(), self._clock)
        return self._resolver(request)

    def _connect(self, request: Connect) -> Endpoints:
        """Should it fail, the socket stays until the next `Connect` or the end."""
        self._close()
        try:
            self._socket = _open(request)
            _establish(self._socket, request, self._clock)
            return _endpoints(self._socket, request)
        except TimedOut as error:
            raise LostConnection(errno.ETIMEDOUT) from error
        except OSError as error:
            # Python itself refuses a socket path that is too long, without a number.
            raise LostConnection(error.errno or errno.ENAMETOOLONG) from error

    def _send(self, request: Send) -> None:
        rest = memoryview(request.data)
        while rest:
            rest = rest[self._transfer(WRITABLE, request.deadline, partial(_send_some, rest)) :]

    def _receive(self, request: Receive) -> bytes:
        return self._transfer(READABLE, request.deadline, _receive_some)

    def _transfer(self, event: int, deadline: Deadline, call: Callable[[socket.socket], T]) -> T:
        """One system call as soon as the socket is ready for it."""
        if self._socket is None:
            raise LostConnection(errno.ENOTCONN)
        while True:
            wait(self._socket, event, deadline, self._clock)
            try:
                return call(self._socket)
            except BlockingIOError:
                continue  # readiness was a false alarm
            except OSError as error:
                raise LostConnection(error.errno or errno.EIO) from error

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _send_some(data: memoryview, sock: socket.socket) -> int:
    return sock.send(data, _NO_SIGNAL)


def _receive_some(sock: socket.socket) -> bytes:
    return sock.recv(PIECE)


def _open(request: Connect) -> socket.socket:
    if request.port is None:
        family = socket.AF_UNIX
    else:
        family = socket.AF_INET6 if ":" in request.address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    return sock


def _establish(sock: socket.socket, request: Connect, clock: Clock) -> None:
    """Connect; `OSError` or `TimedOut`."""
    where = request.address if request.port is None else (request.address, request.port)
    code = sock.connect_ex(where)
    if code == errno.EINPROGRESS:
        wait(sock, WRITABLE, request.deadline, clock)
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, "connect")
    if request.port is not None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _endpoints(sock: socket.socket, request: Connect) -> Endpoints:
    if request.port is None:
        return Endpoints("", None, request.address, None)
    local, remote = sock.getsockname(), sock.getpeername()
    return Endpoints(local[0], local[1], remote[0], remote[1])


def _look_up_host(request: LookupHost) -> NativeAnswer:
    """Addresses in the system's order, repetitions included."""
    wanted = _FAMILIES[request.families[0]] if len(request.families) == 1 else socket.AF_UNSPEC
    try:
        found = socket.getaddrinfo(request.name.encode(), None, wanted, socket.SOCK_STREAM)
    except OSError as error:
        return NativeAnswer(error=error.strerror or str(error))
    pairs = ((_FAMILY_OF.get(entry[0]), str(entry[4][0])) for entry in found)
    return NativeAnswer(
        tuple((family, address) for family, address in pairs if family in request.families and family)
    )


def _find_service(request: FindService) -> int | None:
    try:
        return socket.getservbyname(request.name, "tcp")
    except OSError:
        return None
