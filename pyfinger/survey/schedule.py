"""Which connection begins next: the first that the budget allows, none of them looked at in vain.

What cannot begin waits at the group that stands in its way, in order.  A group wakes one of
those when a connection of it ends, or its time has come; whoever was woken and begins, or
finds another group in its way, wakes the next.  So a survey of a million addresses, half of
them one operator's, spends no time on those that have to wait.
"""

from __future__ import annotations

import heapq
from collections import deque
from typing import Any, Generic, Protocol, TypeVar

from pyfinger.survey.budget import Group, Ledger, Obstacle
from pyfinger.survey.time_left import Workload
from pyfinger.values import Value

J = TypeVar("J")


class Continued(Protocol):
    """A job of several connections, one after the other."""

    left: list[Any]


L = TypeVar("L", bound=Continued)


class Waiting(Value, Generic[J]):
    """A connection to be made, and where it counts; `connections`: of its job, this one included."""

    job: J
    groups: tuple[Group, ...]
    connections: int


class Scheduler(Generic[J]):
    """Everything that waits; the ledger is its own."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._workload = Workload(ledger)
        self._ready: deque[tuple[Waiting[J], Group | None]] = deque()  # and who woke it
        self._parked: dict[Group, deque[Waiting[J]]] = {}
        self._timers: list[tuple[float, int, Group]] = []
        self._timed: dict[Group, float] = {}  # the timer that counts
        self._numbers = 0
        self.waiting = 0
        self.running = 0

    def add(self, job: J, groups: tuple[Group, ...], connections: int = 1) -> None:
        """One more; `connections`: as many as its job comes to, if all goes well."""
        self._ready.append((Waiting(job, groups, connections), None))
        self._workload.add(groups, connections)
        self.waiting += 1

    def take(self, now: float) -> Waiting[J] | None:
        """What begins now, and counts as begun; None: nothing can."""
        self._expire(now)
        while self._ready:
            waiting, waker = self._ready.popleft()
            obstacle = self._ledger.obstacle(waiting.groups, now)
            if obstacle is not None:
                self._park(waiting, obstacle)
                if waker is not None and waker != obstacle.group:
                    self._wake(waker, now)
                continue
            self._ledger.begin(waiting.groups, now)
            self._workload.begin(waiting.groups, now)
            self.waiting -= 1
            self.running += 1
            if waker is not None:
                self._wake(waker, now)
            return waiting
        return None

    def end(self, waiting: Waiting[J], now: float) -> None:
        """A connection is over, and its job is nobody's business any more, until it is added again."""
        self._ledger.end(waiting.groups, now)
        self._workload.end(now)
        self._workload.drop(waiting.groups, waiting.connections - 1)
        self.running -= 1
        for group in waiting.groups:
            self._wake(group, now)

    def leave_alone(self, group: Group, until: float) -> None:
        """A group is not connected to until then."""
        self._ledger.leave_alone(group, until)
        self._workload.leave_alone(group, until)

    def least_seconds(self, now: float) -> float:
        """Until all are over that are known of; what stands in their way is the budget."""
        return self._workload.least_seconds(now)

    def next_time(self) -> float | None:
        """When to `take` again, unless a connection ends before; None: not before that."""
        while self._timers and self._timed.get(self._timers[0][2]) != self._timers[0][0]:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def _park(self, waiting: Waiting[J], obstacle: Obstacle) -> None:
        self._parked.setdefault(obstacle.group, deque()).append(waiting)
        if obstacle.until is not None:
            self._set_timer(obstacle.group, obstacle.until)

    def _set_timer(self, group: Group, until: float) -> None:
        if self._timed.get(group, float("inf")) <= until:
            return
        self._timed[group] = until
        self._numbers += 1
        heapq.heappush(self._timers, (until, self._numbers, group))

    def _expire(self, now: float) -> None:
        while (until := self.next_time()) is not None and until <= now:
            _, _, group = heapq.heappop(self._timers)
            del self._timed[group]
            self._wake(group, now)

    def _wake(self, group: Group, now: float) -> None:
        """The first that waits there, if the group itself allows it."""
        parked = self._parked.get(group)
        if not parked:
            return
        obstacle = self._ledger.obstacle((group,), now)
        if obstacle is not None:
            if obstacle.until is not None:
                self._set_timer(group, obstacle.until)
            return
        self._ready.append((parked.popleft(), group))
        if not parked:
            del self._parked[group]


def estimate(scheduler: Scheduler[L], each: float) -> tuple[int, float]:
    """Connections, and seconds they take if each of them takes `each` and none is hopeless."""
    now, connections = 0.0, 0
    ends: list[tuple[float, Waiting[L]]] = []
    while scheduler.waiting or ends:
        while (waiting := scheduler.take(now)) is not None:
            ends.append((now + each, waiting))  # all take the same time: in order
            connections += 1
        until = scheduler.next_time()
        if ends and (until is None or ends[0][0] <= until):
            now, waiting = ends.pop(0)
            waiting.job.left = waiting.job.left[1:]
            scheduler.end(waiting, now)
            if waiting.job.left:
                scheduler.add(waiting.job, waiting.groups, len(waiting.job.left))
        else:
            assert until is not None, "something waits for nothing"
            now = max(now, until)
    return connections, now
