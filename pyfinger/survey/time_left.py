"""How long the connections that are left take at least, since the budget allows no more of them.

    workload = Workload(ledger)
    workload.add(groups, 2)          two more connections that count in these groups
    workload.begin(groups)           one of them begins
    workload.least_seconds(now)      until the last of all is over

Each group needs time of its own, and the group that needs most decides.  Looked at are the
busiest address, network and operator, all connections together, and the address that is left alone
longest (4yz replies): a survey of a million addresses asks now and then, and none of the others is
looked at.  What servers will say is not known: more 4yz replies make it longer, and servers that are
not worth a second connection make it shorter.

Pure: times are arguments, in seconds of any clock that does not go back.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from pyfinger.survey.budget import Group, Ledger, Scope
from pyfinger.values import State


class _Load(State):
    """What is left to one group."""

    left: int = 0  # connections
    listed: int = 0  # what it is among the busiest with: never less than what is left, unless it has risen
    risen: bool = False


class Workload:
    """Connections that have not begun, by their groups."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._loads: dict[Group, _Load] = {}
        self._risen: list[Group] = []
        self._busiest: dict[Scope, list[tuple[int, str]]] = {scope: [] for scope in Scope}  # heaps, negated
        self._left_alone: list[tuple[float, str]] = []  # a heap of addresses, negated: the latest first
        self._running = self._begun = 0
        self._spent = 0.0  # seconds: the ends of connections less their beginnings

    def add(self, groups: Iterable[Group], connections: int) -> None:
        """So many more."""
        for group in groups:
            load = self._loads.setdefault(group, _Load())
            load.left += connections
            if load.left > load.listed and not load.risen:
                load.risen = True
                self._risen.append(group)

    def drop(self, groups: Iterable[Group], connections: int) -> None:
        """So many fewer."""
        for group in groups if connections else ():
            load = self._loads[group]
            load.left -= connections
            if not load.left:
                del self._loads[group]

    def begin(self, groups: Iterable[Group], now: float) -> None:
        """One of them begins."""
        self.drop(groups, 1)
        self._running, self._begun, self._spent = self._running + 1, self._begun + 1, self._spent - now

    def end(self, now: float) -> None:
        """One that had begun is over."""
        self._running, self._spent = self._running - 1, self._spent + now

    def leave_alone(self, group: Group, until: float) -> None:
        """An address has asked for that."""
        heapq.heappush(self._left_alone, (-until, group[1]))

    def least_seconds(self, now: float) -> float:
        """Until all are over, if each takes as long as those before it on average; 0: none is left."""
        self._list_risen()
        each = (self._spent + self._running * now) / self._begun if self._begun else 0.0
        found = [(scope, name) for scope in Scope if (name := self._most_left(scope)) is not None]
        if (resting := self._longest_left_alone(now)) is not None:
            found.append((Scope.ADDRESS, resting))
        latest = [self._ledger.soonest(group, self._loads[group].left, now, each) for group in found]
        return max(latest) - now + each if latest else 0.0

    def _list_risen(self) -> None:
        for group in self._risen:
            if (load := self._loads.get(group)) is not None:
                load.listed, load.risen = load.left, False
                heapq.heappush(self._busiest[group[0]], (-load.left, group[1]))
        self._risen.clear()

    def _most_left(self, scope: Scope) -> str | None:
        """Who of a scope has most; what the heap says of the others is no less than the truth."""
        heap = self._busiest[scope]
        while heap:
            known, name = heap[0]
            load = self._loads.get((scope, name))
            if load is None:
                heapq.heappop(heap)
            elif load.left < -known:
                load.listed = load.left
                heapq.heapreplace(heap, (-load.left, name))
            else:
                return name
        return None

    def _longest_left_alone(self, now: float) -> str | None:
        while self._left_alone:
            until, name = self._left_alone[0]
            if -until > now and (Scope.ADDRESS, name) in self._loads:
                return name
            heapq.heappop(self._left_alone)
        return None
