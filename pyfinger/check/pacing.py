"""When a server may be connected to again, and when it is enough."""

from __future__ import annotations

from typing import TypeAlias

from pyfinger.check.request import MINUTE, Limits
from pyfinger.steps import Clock

Server: TypeAlias = tuple[str, "int | None"]  # address and port


class Pacing:
    """The connections of one check so far, held against its limits."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.connections = 0
        self.policy_hosts = 0  # connected to besides, for MTA-STS
        self._limits, self._clock = limits, clock
        self._started = clock()
        self._begun: dict[Server, list[float]] = {}
        self._ended: dict[Server, float] = {}

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return self._clock() - self._started

    @property
    def left(self) -> float | None:
        """Seconds that are left; None: for ever."""
        return None if self._limits.seconds is None else self._limits.seconds - self.elapsed

    def enough_policies(self) -> str:
        """Why no policy is to be fetched; empty: one may be."""
        if self.left is not None and self.left <= 0:
            return "not fetched: the time was over"
        if self.connections + self.policy_hosts >= self._limits.total:
            return f"not fetched: at most {self._limits.total} connections in all"
        return ""

    def begin(self, server: Server) -> None:
        """A connection begins."""
        self.connections += 1
        self._begun.setdefault(server, []).append(self._clock())

    def end(self, server: Server) -> None:
        """It is over."""
        self._ended[server] = self._clock()

    def ended(self, server: Server) -> float:
        """When the last one was over, by the clock."""
        return self._ended[server]

    def wait(self, server: Server, pause: float) -> float:
        """Seconds until a server may be connected to again: not before `pause` after the last time."""
        last = self._ended.get(server)
        if last is None:
            return 0.0
        return max(0.0, last + pause - self._clock(), self._minute_left(server))

    def enough(self, server: Server) -> str:
        """Why there are to be no more connections; empty: there may be one."""
        each, seconds = self._limits.each, self._limits.seconds
        if seconds is not None and self.elapsed >= seconds:
            return "not asked: the time was over"
        left = self._minute_left(server)
        if left > 0 and (seconds is None or self.elapsed + left >= seconds):
            allowed = f"{each} connection{'' if each == 1 else 's'}"
            return f"not asked: at most {allowed} to an address within a minute"
        if self.connections >= self._limits.total:
            return f"not asked: at most {self._limits.total} connections in all"
        return ""

    def _minute_left(self, server: Server) -> float:
        """Seconds until one more does not make too many within a minute."""
        begun, each = self._begun.get(server, ()), self._limits.each
        return max(0.0, begun[-each] + MINUTE - self._clock()) if len(begun) >= each else 0.0
