"""Waiting for very many sockets in an asyncio loop: an epoll(7) of their own, and one timer.

`add_reader` and `call_later` are made for what stays: for a lookup, which needs a socket once and
for a moment, they are more work than the lookup.  Here the loop watches one descriptor, behind which
all the others are, and one timer, that of the wait which ends first.  Both stay with the
loop for as long as it lives, so this is for loops that are there for nothing else.

Only where there is epoll (Linux).
"""

from __future__ import annotations

import asyncio
import heapq
import select
from itertools import count

from pyfinger.drive.connection import Ready, Wait

_SPARE = 64  # timers of waits that are over, which are kept besides as many as there are waits


class SocketWatch:
    """The waits of one loop, which is the first it is used in."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._waiting: dict[int, asyncio.Future[bool]] = {}  # by descriptor
        self._timers: list[tuple[float, int, asyncio.Future[bool]]] = []  # a heap
        self._numbers = count()
        self._alarm: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def wait(self, wait: Wait) -> bool:
        """Whether the socket can be used; False: time ran out.  No two waits are for one socket."""
        loop = self._loop or self._settle()
        outcome: asyncio.Future[bool] = loop.create_future()
        descriptor = wait.sock.fileno()
        self._epoll.register(descriptor, select.EPOLLIN if wait.ready is Ready.READABLE else select.EPOLLOUT)
        self._waiting[descriptor] = outcome
        try:
            if wait.seconds is not None:
                self._set_timer(loop, loop.time() + wait.seconds, outcome)
            return await outcome
        finally:
            if self._waiting.pop(descriptor, None) is not None:
                self._epoll.unregister(descriptor)

    def _settle(self) -> asyncio.AbstractEventLoop:
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._epoll.fileno(), self._ready)
        return self._loop

    def _ready(self) -> None:
        for descriptor, _ in self._epoll.poll(0):
            self._epoll.unregister(descriptor)  # or the loop would be woken again before its task runs
            outcome = self._waiting.pop(descriptor)
            if not outcome.done():
                outcome.set_result(True)

    def _set_timer(self, loop: asyncio.AbstractEventLoop, when: float, outcome: asyncio.Future[bool]) -> None:
        if len(self._timers) > 2 * len(self._waiting) + _SPARE:
            self._timers = [timer for timer in self._timers if not timer[2].done()]
            heapq.heapify(self._timers)
        heapq.heappush(self._timers, (when, next(self._numbers), outcome))
        if self._alarm is None or when < self._alarm.when():
            self._set_alarm(loop)

    def _set_alarm(self, loop: asyncio.AbstractEventLoop) -> None:
        """For the wait that ends first."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = loop.call_at(self._timers[0][0], self._expire, loop) if self._timers else None

    def _expire(self, loop: asyncio.AbstractEventLoop) -> None:
        """The alarm goes off: end what has lasted too long, and all of it that was over before."""
        now = max(loop.time(), self._timers[0][0])  # the loop may be a clock's tick early
        while self._timers and (self._timers[0][0] <= now or self._timers[0][2].done()):
            _, _, outcome = heapq.heappop(self._timers)
            if not outcome.done():
                outcome.set_result(False)
        self._set_alarm(loop)


def socket_watch() -> SocketWatch | None:
    """One for a loop to come; None where there is no epoll."""
    return SocketWatch() if hasattr(select, "epoll") else None
