"""Progress in plain lines: one now and then, and one when a stage begins or the run is done."""

from __future__ import annotations

from typing import TextIO

from pyfinger.steps import Clock
from pyfinger.survey.coordinator import Progress
from pyfinger.survey.model import Stage

_EVERY = 5.0  # seconds
_UNITS = {Stage.PLAN: "domains planned", Stage.PROBE: "servers probed", Stage.JUDGE: "domains judged"}


class ProgressLines:
    """Tells somebody; is told often."""

    def __init__(self, stream: TextIO, clock: Clock, *, quiet: bool) -> None:
        self._stream = stream
        self._clock = clock
        self._quiet = quiet
        self._stage: Stage | None = None
        self._began = 0.0
        self._before = 0  # done when the stage began, by a run that was broken off
        self._next = 0.0
        self._last = ""

    def __call__(self, progress: Progress) -> None:
        """This far."""
        now = self._clock()
        if progress.stage is not self._stage:
            self.end()
            self._stage, self._began, self._before = progress.stage, now, progress.done
            self._next = now
        self._last = self._line(progress, now)
        if now >= self._next:
            self._next = now + _EVERY
            self._write()

    def end(self) -> None:
        """Nothing more comes of this stage."""
        if self._last:
            self._write()

    def _write(self) -> None:
        if not self._quiet:
            self._stream.write(f"{self._last}\n")
            self._stream.flush()
        self._last = ""

    def _line(self, progress: Progress, now: float) -> str:
        parts = [f"{progress.done}/{progress.total} {_UNITS[progress.stage]}"]
        elapsed, made = now - self._began, progress.done - self._before
        if elapsed > 0 and made > 0:
            rate = made / elapsed
            parts.append(f"{rate:.1f}/s")
            if progress.done < progress.total:
                parts.append(f"{(progress.total - progress.done) / rate:.0f} s left")
        if progress.stage is Stage.PROBE:
            parts.append(f"{progress.running} connections, {progress.waiting_for_budget} wait for the budget")
            if progress.put_off:
                parts.append(f"{progress.put_off} times: not now")
        return ", ".join(parts)
