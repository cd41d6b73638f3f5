"""The time of day for those who keep records: never set back."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from pyfinger.steps import Clock

_START_TIME = 19  # the field `starttime`, counted from behind the name


def process_began() -> float | None:
    """When this process was started, in seconds since the epoch.

    None where the system does not say (proc(5)).
    """
    try:
        with open("/proc/self/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()  # the program's name may have blanks in it
        ticks = int(fields[_START_TIME])
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return None
    return time.time() - age


class WallClock:
    """Seconds since the epoch, as they were when it was made, and from then on by a steady clock."""

    def __init__(self, steady: Clock = time.monotonic, today: Callable[[], float] = time.time) -> None:
        self.steady = steady
        self.offset = today() - steady()  # seconds

    def __call__(self) -> float:
        """Now."""
        return self.offset + self.steady()
