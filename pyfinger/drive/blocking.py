"""The driver of the command: waits for one thing at a time, with blocking calls.

Deadlines are kept over all reads and writes of a step, with a clock that is
never set back.  An interrupt is thrown into the procedure, too (`carrier`).
"""

from __future__ import annotations

import math
import select
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, NoReturn, TypeVar

from pyfinger.drive.carrier import Carrier
from pyfinger.drive.resolv_conf import NameService
from pyfinger.drive.waiting import Call, Ready, Wait
from pyfinger.steps import Clock, Request, Sleep, Steps

T = TypeVar("T")

_EVENTS = {Ready.READABLE: select.POLLIN, Ready.WRITABLE: select.POLLOUT}
_LONGEST = 2**31 - 1  # milliseconds, what poll(2) takes


class BlockingDriver:
    """Runs procedures, one after the other."""

    def __init__(
        self,
        name_service: NameService | None = None,
        *,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`name_service` None: as the system is configured, read when first needed."""
        self._carrier = Carrier(name_service, clock)
        self._clock = clock
        self._actions: dict[type[Request[Any]], Callable[[Any], Any]] = {
            Wait: _poll,
            Call: _call,
            Sleep: lambda request: sleep(request.seconds),
        }

    @property
    def clock(self) -> Clock:
        """The monotonic clock deadlines are measured with, in seconds."""
        return self._clock

    def run(self, steps: Steps[T]) -> T:
        """Carry out every request; the procedure's result, or what it raises."""
        carried = self._carrier.carry_out(steps)
        try:
            request = next(carried)
            while True:
                try:
                    answer = self._actions[type(request)](request)
                except BaseException as error:
                    request = carried.throw(error)
                else:
                    request = carried.send(answer)
        except StopIteration as stop:
            result: T = stop.value
            return result


def _call(call: Call[T]) -> T:
    """In a thread of its own, which nobody waits for any more once a signal came."""
    results: SimpleQueue[Callable[[], T]] = SimpleQueue()

    def work() -> None:
        try:
            value = call.function()
        except BaseException as error:
            problem = error  # `error` is gone when this clause ends
            results.put(lambda: _raise(problem))
        else:
            results.put(lambda: value)

    threading.Thread(target=work, daemon=True).start()
    return results.get()()


def _raise(problem: BaseException) -> NoReturn:
    raise problem


def _poll(wait: Wait) -> bool:
    """Like `select.poll`, which wakes early only to say that it did."""
    poll = select.poll()
    poll.register(wait.sock, _EVENTS[wait.ready])
    seconds = wait.seconds
    return bool(poll.poll(None if seconds is None else min(math.ceil(seconds * 1000), _LONGEST)))
