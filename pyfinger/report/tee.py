"""One stream of events, several renderers.

Those that want to know when something happened get the time with it, the same
for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from pyfinger.events import Emit, Event
from pyfinger.steps import Clock

EmitAt: TypeAlias = Callable[[Event, float], None]


class Tee:
    """Passes each event on: first to `plain`, then, with the clock's time, to `timed`."""

    def __init__(
        self, plain: Sequence[Emit], timed: Sequence[EmitAt] = (), clock: Clock | None = None
    ) -> None:
        if timed and clock is None:
            raise ValueError("timed renderers need a clock")
        self._plain = tuple(plain)
        self._timed = tuple(timed)
        self._clock = clock

    def __call__(self, event: Event) -> None:
        """Render the event everywhere."""
        for emit in self._plain:
            emit(event)
        if self._clock is not None and self._timed:
            now = self._clock()
            for emit_at in self._timed:
                emit_at(event, now)
