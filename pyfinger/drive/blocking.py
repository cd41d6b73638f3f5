"""The driver of the command: waits for one thing at a time, with blocking calls.

Deadlines are kept over all reads and writes of a step, with a clock that is
never set back.  An interrupt is thrown into the procedure, too (`executor`).
"""

from __future__ import annotations

import math
import select
import time
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar

from pyfinger.drive.connection import Call, Ready, Wait, WaitAny
from pyfinger.drive.executor import Executor
from pyfinger.drive.resolv_conf import NameService
from pyfinger.errors import OutOfTime
from pyfinger.steps import Clock, Deadline, Request, Sleep, Steps

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
        packets: bool = True,
    ) -> None:
        """`name_service` None: as the system is configured, read when first needed.

        `packets`: of lookups, are kept for captures.
        """
        self._executor = Executor(name_service, clock, packets=packets)
        self._clock = clock
        self._sleep = sleep

    @property
    def clock(self) -> Clock:
        """The monotonic clock deadlines are measured with, in seconds."""
        return self._clock

    def run(self, steps: Steps[T], seconds: float | None = None) -> T:
        """Carry out every request; the procedure's result, or what it raises.

        After `seconds`, `OutOfTime` is thrown into it.
        """
        limit = None if seconds is None else Deadline(seconds)
        carried = self._executor.execute(steps)
        try:
            request = next(carried)
            while True:
                try:
                    answer = self._carried_out(request, limit)
                except BaseException as error:
                    if isinstance(error, OutOfTime):
                        limit = None  # what cleans up is not interrupted again
                    request = carried.throw(error)
                else:
                    request = carried.send(answer)
        except StopIteration as stop:
            result: T = stop.value
            return result

    def _carried_out(self, request: Request[Any], limit: Deadline | None) -> Any:
        """The request's answer; waiting ends with the limit, if there is one."""
        left = None if limit is None else limit.left(self._clock())
        answer: Any = None
        if isinstance(request, Wait):
            answer = _poll_one(request, left)
        elif isinstance(request, WaitAny):
            answer = _poll(request.waits, request.seconds, left)
        elif isinstance(request, Call):
            return _call(request, left)
        else:
            assert isinstance(request, Sleep)
            self._sleep(request.seconds if left is None else min(request.seconds, left))
        if limit is not None and limit.left(self._clock()) == 0:
            raise OutOfTime
        return answer


def _call(call: Call[T], left: float | None) -> T:
    """In a thread of its own, which nobody waits for any more once a signal came."""
    import threading
    from queue import Empty, SimpleQueue

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
    try:
        return results.get(timeout=left)()
    except Empty:
        raise OutOfTime from None


def _raise(problem: BaseException) -> NoReturn:
    raise problem


def _poll_one(wait: Wait, left: float | None) -> bool:
    """Whether it is ready, as `_poll` has it."""
    poll = select.poll()
    poll.register(wait.sock.fileno(), select.POLLIN if wait.ready is Ready.READABLE else select.POLLOUT)
    least = wait.seconds
    if least is None or (left is not None and left < least):
        least = left
    return bool(poll.poll(None if least is None else min(math.ceil(least * 1000), _LONGEST)))


def _poll(waits: Sequence[Wait], seconds: float | None, left: float | None) -> tuple[bool, ...]:
    """Which are ready; none once `seconds`, or the time `left`, have passed.  Each has its own socket.

    Like `select.poll`, it wakes early only to say that it did.
    """
    poll = select.poll()
    for wait in waits:
        poll.register(wait.sock, _EVENTS[wait.ready])
    least = min((limit for limit in (seconds, left) if limit is not None), default=None)
    found = poll.poll(None if least is None else min(math.ceil(least * 1000), _LONGEST))
    over = {number for number, _ in found}
    return tuple(wait.sock.fileno() in over for wait in waits)
