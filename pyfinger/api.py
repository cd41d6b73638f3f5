"""The library: probe a destination from a program, and get a `Report`.

    report = pyfinger.probe("example.com", level="dane-only")
    report = await pyfinger.probe_async("example.com")

It is the command without its output: the same options, by their long names,
with the same meaning and defaults, and the same checks (`cli.keywords`).  Other
than the command it reads no main.cf unless told to, prints nothing, touches no
signals, and goes on under whatever account it is called.

What servers, name servers and networks do never raises: it is in the report.
These do, all of them before the first packet:

* `UsageError` for what makes no sense: a word that is no level, a file that
  cannot be read, a destination that cannot be one.
* `TypeError`, as of any function, for an argument it does not have.

What `on_event` raises ends the probe and goes to the caller, as does being
interrupted or cancelled; the connection is closed in any case.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias, Unpack

from pyfinger.cli.evaluate import Invocation
from pyfinger.cli.keywords import ProbeOptions, understood
from pyfinger.drive.wall_clock import WallClock
from pyfinger.errors import OutOfTime
from pyfinger.events import Emit, Event, ProbeInterrupted
from pyfinger.options import Validation
from pyfinger.prober.context import system_dependencies
from pyfinger.prober.probe import probe as story
from pyfinger.report.log import Tee
from pyfinger.steps import Clock, Steps
from pyfinger.values import Value, replace

if TYPE_CHECKING:
    from pyfinger.dnssec.validator import ValidatorMemory
    from pyfinger.drive.resolv_conf import NameService
    from pyfinger.report.document import Report
    from pyfinger.report.document.builder import ReportRecorder

MOST_MEMORIES = 8  # of different name servers, in one thread
_THREAD = threading.local()

__all__ = ["OnEvent", "ProbeOptions", "probe", "probe_async"]

OnEvent: TypeAlias = Callable[[Event, float], None]


def probe(
    destination: str, *match: str, on_event: OnEvent | None = None, **options: Unpack[ProbeOptions]
) -> Report:
    """Probe one destination, and say what was found.

    `match` is what the server has to prove, in the terms of the level: names,
    or fingerprints.  `on_event` is called with each event of `pyfinger.events`,
    and its time in seconds since the epoch, at the moment it happens.
    """
    from pyfinger.drive.blocking import BlockingDriver

    prepared = _prepare(destination, match, options, on_event)
    driver = BlockingDriver(prepared.invocation.resolver, packets=on_event is not None)
    try:
        driver.run(prepared.steps(driver.clock), prepared.timeout)
    except OutOfTime:
        prepared.leave_unfinished()
    return prepared.recorder.report


async def probe_async(
    destination: str, *match: str, on_event: OnEvent | None = None, **options: Unpack[ProbeOptions]
) -> Report:
    """The same in an asyncio event loop, beside other tasks.

    Waiting holds nobody up, computing does: a handshake takes some tens of milliseconds.
    """
    from pyfinger.drive.aio import AsyncDriver

    prepared = _prepare(destination, match, options, on_event)
    driver = AsyncDriver(prepared.invocation.resolver, packets=on_event is not None)
    try:
        await driver.run(prepared.steps(driver.clock), prepared.timeout)
    except OutOfTime:
        prepared.leave_unfinished()
    return prepared.recorder.report


class _Prepared(Value):
    """A probe that only wants a driver."""

    invocation: Invocation
    recorder: ReportRecorder
    emit: Emit
    timeout: float | None

    def leave_unfinished(self) -> None:
        """Its time is over."""
        self.emit(ProbeInterrupted(f"not done within {self.timeout:g} seconds"))

    def steps(self, clock: Clock) -> Steps[int]:
        invocation = self.invocation
        services = system_dependencies(clock, invocation.trust, invocation.credentials)
        services = replace(services, dnssec_memory=_dnssec_memory(invocation))
        return story(replace(invocation.options, explain_lookups=True), services, self.emit)


def _dnssec_memory(invocation: Invocation) -> ValidatorMemory | None:
    """What earlier probes in this thread have found out of zones, from the root's keys, by this resolver."""
    options = invocation.options
    if options.validation is Validation.RESOLVER or options.dnssec_anchor_files:
        return None
    from pyfinger.dnssec.validator import ValidatorMemory

    memories: dict[NameService | None, ValidatorMemory] = _THREAD.__dict__.setdefault("memories", {})
    if invocation.resolver not in memories:
        if len(memories) == MOST_MEMORIES:
            memories.clear()
        memories[invocation.resolver] = ValidatorMemory()
    return memories[invocation.resolver]


def _prepare(
    destination: str, match: Sequence[str], options: ProbeOptions, on_event: OnEvent | None
) -> _Prepared:
    """Evaluate the options, as the command does its words."""
    from pyfinger.report.document.builder import ReportRecorder

    recorder, clock = ReportRecorder(), WallClock()
    emit = Tee([], [recorder, on_event], clock) if on_event else recorder.timed(clock.steady, clock.offset)
    invocation, timeout = understood((destination, *match), options, emit)
    return _Prepared(invocation, recorder, emit, timeout)
