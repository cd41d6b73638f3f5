"""Whatever ends a probe from outside, as one kind of exception: signals, and `--timeout`.

A monitoring system's own kill must not be the only end: with a limit of its own
the program still writes what it knows.  All of them are `KeyboardInterrupt`s, so
that what cleans up after the keyboard cleans up after the others.

The command's exit statuses stand here, too, but for those that follow a verdict
(`report.document.formats`).
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_SIGNALS = {signal.SIGTERM: "terminated", signal.SIGHUP: "hung up"}


OK = 0  # whatever the network said
FAILED = 1  # the command cannot be carried out: a usage error, a `fatal:` line
PLUGIN_UNKNOWN = 3  # the same with --format nagios, where 1 would be a warning
TIMED_OUT = 124  # --timeout, as timeout(1) has it
SIGNALLED = 128  # and the signal's number, as a shell has it
INTERRUPTED = 130  # SIGINT
OUTPUT_CLOSED = 141  # SIGPIPE: nobody reads the output any more


class Interrupted(KeyboardInterrupt):
    """The probe is to end; `reason` says why, `status` is what to exit with."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


def why(interrupt: KeyboardInterrupt) -> str:
    """The reason in a few words."""
    return interrupt.reason if isinstance(interrupt, Interrupted) else "interrupted"


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP raise `Interrupted` meanwhile, unless the program was started to ignore them."""
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    listened = [number for number, handler in before.items() if handler is signal.SIG_DFL]
    for number in listened:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number in listened:
            signal.signal(number, before[number])


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """`Interrupted` is raised after that time, wherever the program is; None is no limit."""
    if seconds is None:
        yield
        return

    def expire(_number: int, _frame: FrameType | None) -> NoReturn:
        raise Interrupted(f"not done within {seconds:g} seconds (--timeout)", TIMED_OUT)

    before = signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _interrupt(number: int, _frame: FrameType | None) -> NoReturn:
    raise Interrupted(_SIGNALS[signal.Signals(number)], SIGNALLED + number)
