"""The driver for asyncio: waits in an event loop, where any number of probes run side by side.

What is carried out, and how deadlines and errors come out, is the same code as
the blocking driver's (`executor`); only the waiting differs.  Sockets are watched
with `loop.add_reader` and `add_writer`, so the loop must be one that watches
file descriptors, as asyncio's own do on POSIX systems.

Cancelling the task throws `CancelledError` into the procedure at the request it
waits for; what it asks for in its `finally` clauses is still carried out, no
socket stays open, and the error goes on.  The two system calls that cannot be
told not to block, getaddrinfo(3) and getservbyname(3), run in the loop's default
executor; cancelled, they are no longer waited for, and their thread is the
executor's.  Computing is not waiting: a handshake's arithmetic holds the loop up.

asyncio itself imports `ssl`, if Python has it (`asyncio.sslproto`), and does
without otherwise.  Nothing here uses it, and the command never comes here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from pyfinger.drive.connection import Call, Ready, Wait, WaitAny
from pyfinger.drive.executor import Executor
from pyfinger.drive.resolv_conf import NameService
from pyfinger.errors import OutOfTime
from pyfinger.steps import Clock, Request, Sleep, Steps

if TYPE_CHECKING:
    from pyfinger.drive.socket_watch import SocketWatch

T = TypeVar("T")


class AsyncDriver:
    """Runs procedures, as many at a time as there are tasks that `run` one."""

    def __init__(
        self,
        name_service: NameService | None = None,
        *,
        clock: Clock = time.monotonic,
        watch: SocketWatch | None = None,
        packets: bool = True,
    ) -> None:
        """`name_service` None: as the system is configured, read when first needed.

        `watch`: by which to wait for sockets, for one loop that is there for nothing else;
        `packets`: of lookups, are kept for captures.
        """
        self._executor = Executor(name_service, clock, packets=packets)
        self._clock = clock
        self._actions = dict(_ACTIONS)
        if watch is not None:
            self._actions[Wait] = watch.wait

    @property
    def clock(self) -> Clock:
        """The monotonic clock deadlines are measured with, in seconds."""
        return self._clock

    async def run(self, steps: Steps[T], seconds: float | None = None) -> T:
        """Carry out every request; the procedure's result, or what it raises.

        After `seconds` it is cancelled, and that raises `OutOfTime`.
        """
        try:
            async with asyncio.timeout(seconds) as limit:
                return await self._run(steps)
        except TimeoutError:
            if not limit.expired():
                raise
            raise OutOfTime from None

    async def _run(self, steps: Steps[T]) -> T:
        carried, actions = self._executor.execute(steps), self._actions
        try:
            request = next(carried)
            while True:
                try:
                    answer = await actions[type(request)](request)
                except BaseException as error:
                    request = carried.throw(error)
                else:
                    request = carried.send(answer)
        except StopIteration as stop:
            result: T = stop.value
            return result


async def _watch(wait: Wait) -> bool:
    [usable] = await _watch_any(WaitAny((wait,)))
    return usable


async def _watch_any(request: WaitAny) -> tuple[bool, ...]:
    """Each wait has its own socket."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[None] = loop.create_future()
    usable: set[Wait] = set()

    def settle(*waits: Wait) -> None:
        usable.update(waits)
        if not outcome.done():  # several things may happen before the task gets its turn
            outcome.set_result(None)

    timer = None if request.seconds is None else loop.call_later(request.seconds, settle)
    watched = [(wait, wait.sock.fileno()) for wait in request.waits]  # selectors spell sockets out, slowly
    try:
        for wait, descriptor in watched:
            add = loop.add_reader if wait.ready is Ready.READABLE else loop.add_writer
            add(descriptor, settle, wait)
        await outcome
        return tuple(wait in usable for wait in request.waits)
    finally:
        for wait, descriptor in watched:
            reading = wait.ready is Ready.READABLE
            (loop.remove_reader if reading else loop.remove_writer)(descriptor)
        if timer is not None:
            timer.cancel()


async def _call(call: Call[Any]) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, call.function)


async def _sleep(request: Sleep) -> None:
    await asyncio.sleep(request.seconds)


_ACTIONS: dict[type[Request[Any]], Callable[[Any], Awaitable[Any]]] = {
    Wait: _watch,
    WaitAny: _watch_any,
    Call: _call,
    Sleep: _sleep,
}
