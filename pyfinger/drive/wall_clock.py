"""The time of day for those who keep records: never set back."""

from __future__ import annotations

import time
from collections.abc import Callable

from pyfinger.steps import Clock


class WallClock:
    """Seconds since the epoch, as they were when it was made, and from then on by a steady clock."""

    def __init__(self, steady: Clock = time.monotonic, today: Callable[[], float] = time.time) -> None:
        self._steady = steady
        self._offset = today() - steady()

    def __call__(self) -> float:
        """Now."""
        return self._offset + self._steady()
