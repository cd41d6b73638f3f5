"""All that is made of a probe: the log, and what was chosen besides it.

Files are opened here, before anything happens, and nothing is imported later:
from the first packet on we may be somebody else (`unprivileged`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from pyfinger.cli.artifacts import Artifacts
from pyfinger.cli.choices import Choices
from pyfinger.errors import UsageError
from pyfinger.events import Emit, Event
from pyfinger.report.colour import colour, is_wanted
from pyfinger.report.tee import EmitAt, Tee
from pyfinger.report.text import TextLog
from pyfinger.steps import Clock

FAILED = 1


@dataclass(frozen=True, slots=True)
class World:
    """What the program was started with."""

    program: str
    stdout: BinaryIO
    stderr: BinaryIO
    environment: Mapping[str, str]
    keyboard: bool = False  # standard input is a terminal
    clock: Clock | None = None  # of events, in seconds since the epoch; None: the real one


class Outputs:
    """Every renderer that was asked for; give it all events, then close it."""

    def __init__(self, choices: Choices, world: World) -> None:
        """`UsageError` if a file cannot be opened."""
        self._choices = choices
        self._world = world
        self._artifacts = Artifacts(world.stdout)
        self.log_out = world.stderr if choices.takes_stdout else world.stdout
        self.record_out: BinaryIO | None = None
        self._clock = world.clock
        self._plain: list[Emit] = []
        self._timed: list[EmitAt] = []
        self._closers: list[Callable[[], None]] = []
        self._status: Callable[[int], int] = lambda status: status
        self._tee = Tee(())
        with self._writing():
            for open_some in (self._open_log, self._open_files, self._open_trace, self._open_report):
                open_some()
        self._tee = self._joined()

    def __call__(self, event: Event) -> None:
        """Render an event everywhere; `UsageError` if something cannot be written."""
        with self._writing():
            self._tee(event)

    def add(self, renderer: Emit) -> None:
        """One more, from now on."""
        self._plain.append(renderer)
        self._tee = self._joined()

    def attach(self, renderer: EmitAt, close: Callable[[], None]) -> None:
        """The same for one that wants the time, and something written in the end."""
        self._timed.append(renderer)
        self._closers.append(close)
        self._tee = self._joined()

    @property
    def explains(self) -> bool:
        """Whether somebody besides the log is to be told why a DNS lookup failed."""
        return bool(self._choices.json or self._choices.events or self._choices.record)

    def close(self) -> None:
        """Write what can only be written in the end; `UsageError` as above."""
        with self._writing():
            while self._closers:
                self._closers.pop(0)()

    def status(self, status: int) -> int:
        """The exit status: the probe's own, unless it is to follow the verdict."""
        return self._status(status)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if isinstance(error, BrokenPipeError) and error.filename is None:
                raise  # nobody reads the log any more
            self._give_up(error)
            where = error.filename or "standard output"
            raise UsageError(f"{where}: {error.strerror}") from error

    def _give_up(self, error: OSError) -> None:
        """Nothing more is written; only the log says why, where it still can."""
        out = self._world.stderr if error.filename is None else self.log_out
        self._tee = Tee([TextLog(out, self._world.program)])
        self._closers.clear()
        self._status = lambda _: FAILED

    def _joined(self) -> Tee:
        if self._timed and self._clock is None:
            from pyfinger.drive.wall_clock import WallClock

            self._clock = WallClock()
        return Tee(self._plain, self._timed, self._clock)

    def _open_log(self) -> None:
        choices, world = self._choices, self._world
        if choices.format != "text":
            return
        interactive = world.keyboard and self.log_out.isatty()
        painted = is_wanted(choices.color, world.environment, interactive=interactive)
        self._plain.append(TextLog(self.log_out, world.program, paint=colour if painted else None))

    def _open_files(self) -> None:
        """What is written as it happens."""
        choices = self._choices
        if choices.events:
            from pyfinger.report.stream import EventStream

            self._timed.append(EventStream(self._artifacts.open(choices.events), self._world.program))
        if choices.pcapng:
            from pyfinger.report.capture.pcapng import Pcapng

            capture = self._artifacts.open(choices.pcapng, secret=choices.secrets)
            renderer = Pcapng(capture, choices.secrets)
            self._timed.append(renderer)
            self._closers.append(renderer.close)
        if choices.record:
            self.record_out = self._artifacts.open(choices.record, secret=True)
        if choices.keylog:
            from pyfinger.report.capture.keylog import KeyLog

            self._plain.append(KeyLog(self._artifacts.open(choices.keylog, secret=True)))

    def _open_trace(self) -> None:
        choices = self._choices
        if choices.trace is None:
            return
        from pyfinger.report.trace import Trace

        out = self._artifacts.open(choices.trace_file) if choices.trace_file else self.log_out
        trace = Trace(out, choices.trace_form)
        self._plain.append(trace)
        self._closers.append(trace.close)

    def _open_report(self) -> None:
        """What is made of the whole in the end."""
        choices = self._choices
        if not (choices.json or choices.timing or choices.check or choices.format != "text"):
            return
        from pyfinger.cli.conclusion import Conclusion
        from pyfinger.report.document import Recorder

        recorder = Recorder(choices.warn_days)
        self._timed.append(recorder)
        conclusion = Conclusion(choices, recorder)
        self._status = conclusion.status
        if choices.json:
            self._closers.append(partial(conclusion.write_json, self._artifacts.open(choices.json)))
        if choices.timing:
            self._closers.append(partial(conclusion.write_timing, self.log_out))
        if choices.format != "text":
            self._closers.append(partial(conclusion.write_summary, self._world.stdout))
