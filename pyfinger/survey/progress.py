"""Progress, for whoever watches: plain lines, or on a terminal a view that is drawn again (`live_view`).

A watcher is told often, and says something now and then.  It is entered and left with the work
it watches, so that a terminal is as it was whatever ends that.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self, TextIO

from pyfinger.steps import Clock
from pyfinger.survey.tasks import Progress, Stage
from pyfinger.values import State, Value

_EVERY = 5.0  # seconds
_MINUTES_FROM = 120.0  # seconds, from which on a duration is told in minutes
UNITS = {Stage.PLAN: "domains planned", Stage.PROBE: "servers probed", Stage.JUDGE: "domains judged"}


class Watcher(AbstractContextManager["Watcher"], Protocol):
    """Is told how far it is."""

    def __call__(self, progress: Progress) -> None:
        """This far."""
        ...


def watcher(stream: TextIO, clock: Clock, *, quiet: bool) -> Watcher:
    """The one that suits a stream: a view on a terminal, if rich is there; else lines."""
    if quiet or not stream.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return ProgressLines(stream, clock, quiet=quiet)
    try:
        from pyfinger.survey.live_view import LiveView
    except ModuleNotFoundError:
        return ProgressLines(stream, clock, quiet=quiet)
    return LiveView(stream, clock)


class StagePace(State):
    """How fast a stage goes on."""

    stage: Stage | None = None
    began: float = 0.0
    before: int = 0  # done when the stage began, by a run that was broken off

    def follow(self, progress: Progress, now: float) -> bool:
        """Whether a stage has begun."""
        if progress.stage is self.stage:
            return False
        self.stage, self.began, self.before = progress.stage, now, progress.done
        return True

    def rate(self, progress: Progress, now: float) -> float:
        """Per second; 0 if nothing can be said yet."""
        elapsed, made = now - self.began, progress.done - self.before
        return made / elapsed if elapsed > 0 and made > 0 else 0.0

    def left(self, progress: Progress, now: float) -> TimeLeft | None:
        """At that rate, unless the budget allows less; None: nothing can be said yet, or nothing is left."""
        missing, rate = progress.total - progress.done, self.rate(progress, now)
        seconds = missing / rate if rate > 0 else 0.0
        if missing <= 0 or not max(seconds, progress.least_seconds):
            return None
        return TimeLeft(max(seconds, progress.least_seconds), at_least=progress.least_seconds > seconds)


class TimeLeft(Value):
    """How long a stage goes on."""

    seconds: float
    at_least: bool  # it is the budget that says so, and what is not known yet can only add to it

    def told(self, duration: str) -> str:
        """In words, with the duration as it is written there."""
        return f"at least {duration} left" if self.at_least else f"{duration} left"


class ProgressLines:
    """One line now and then, and one when a stage begins or is done."""

    def __init__(self, stream: TextIO, clock: Clock, *, quiet: bool) -> None:
        self._stream = stream
        self._clock = clock
        self._quiet = quiet
        self._pace = StagePace()
        self._next = 0.0
        self._last = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def __call__(self, progress: Progress) -> None:
        """This far."""
        now = self._clock()
        if progress.stage is not self._pace.stage:
            self._end()
            self._next = now
        self._pace.follow(progress, now)
        self._last = self._line(progress, now)
        if now >= self._next:
            self._next = now + _EVERY
            self._write()

    def _end(self) -> None:
        """Nothing more comes of this stage."""
        if self._last:
            self._write()

    def _write(self) -> None:
        if not self._quiet:
            self._stream.write(f"{self._last}\n")
            self._stream.flush()
        self._last = ""

    def _line(self, progress: Progress, now: float) -> str:
        parts = [f"{progress.done}/{progress.total} {UNITS[progress.stage]}"]
        if rate := self._pace.rate(progress, now):
            parts.append(f"{rate:.1f}/s")
        if (left := self._pace.left(progress, now)) is not None:
            parts.append(left.told(_duration(left.seconds)))
        return ", ".join([*parts, *waiting_parts(progress)])


def _duration(seconds: float) -> str:
    if seconds < _MINUTES_FROM:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def waiting_parts(progress: Progress) -> list[str]:
    """What there is to say of connections."""
    if progress.stage is not Stage.PROBE:
        return []
    parts = [f"{progress.running} open, {progress.waiting_for_budget} wait for the budget"]
    return [*parts, f"{progress.put_off} times: not now"] if progress.put_off else parts
