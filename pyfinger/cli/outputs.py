"""All that is made of a probe: the log, and what was chosen besides it.

Files are opened here, before anything happens, and nothing is imported later:
from the first packet on we may be somebody else (`unprivileged`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

from pyfinger.cli.interrupts import FAILED, OUTPUT_CLOSED, PLUGIN_UNKNOWN
from pyfinger.cli.output_options import OutputOptions
from pyfinger.cli.streams import SHOWN_OUTPUT, LogStream, reader_gone
from pyfinger.errors import UsageError
from pyfinger.events import Emit, Event, ProbeInterrupted, ProbeRefused
from pyfinger.report.log import BetweenConnections, EmitAt, TextLog, colour, is_wanted
from pyfinger.steps import Clock
from pyfinger.values import Value

if TYPE_CHECKING:
    from pyfinger.cli.pages import ProbePages

_Renderer: TypeAlias = Callable[[Event, float], None]


class LogLost(Exception):
    """The log cannot be written, for a reason told, and nothing else was asked for.

    `status` is to exit with.
    """

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status


class World(Value):
    """What the program was started with."""

    program: str
    stdout: BinaryIO
    stderr: BinaryIO
    environment: Mapping[str, str]
    keyboard: bool = False  # standard input is a terminal
    clock: Clock | None = None  # of events, in seconds since the epoch; None: the real one
    began: float | None = None  # when the program was started, likewise; None: not known


class Outputs:
    """Every renderer that was asked for; give it all events, then close it."""

    def __init__(self, choices: OutputOptions, world: World) -> None:
        """`UsageError` if a file cannot be opened."""
        self._choices = choices
        self._world = world
        self._clock = world.clock
        self._renderers: list[_Renderer] = []
        self._closers: list[Callable[[], None]] = []
        self._verdict: Callable[[int], int] = lambda status: status
        self._failed = False
        self._told: list[OSError] = []  # what broke a file, which breaks its end, too
        self._reader_gone = False
        self._pages = _pages(choices)
        self._files = _opened(choices, world.stdout)
        self.record_out = self._files.get("record")
        self._log_stream = world.stderr if choices.takes_stdout else world.stdout
        self.log_out = cast(BinaryIO, LogStream(self._log_stream, self._log_broke))
        try:
            for open_some in (self._open_log, self._open_files, self._open_trace, self._open_report):
                open_some()
        except OSError as error:  # of what begins with a header
            problem = self._broken(error)
            if not problem:
                raise LogLost(OUTPUT_CLOSED) from error
            raise UsageError(problem) from error

    def __call__(self, event: Event) -> None:
        """Render an event everywhere; `UsageError` once something cannot be written."""
        now = self._clock() if self._clock is not None else 0.0
        problem = ""
        for renderer in tuple(self._renderers):
            trouble = self._rendered(renderer, event, now)
            problem = problem or trouble
        if problem:
            self._failed = True
            raise UsageError(problem)

    def add(self, renderer: Emit) -> None:
        """One more, from now on."""
        self._renderers.append(lambda event, _: renderer(event))

    def attach(self, renderer: EmitAt, close: Callable[[], None]) -> None:
        """The same for one that wants the time, and something written in the end."""
        self._timed(renderer)
        self._closers.append(close)

    @property
    def explains(self) -> bool:
        """Whether somebody besides the log is to be told why a DNS lookup failed."""
        choices = self._choices
        return bool(choices.json or choices.events or choices.record or choices.explain)

    def close(self) -> None:
        """Write what can only be written in the end; what fails is told, and keeps nothing else from it."""
        while self._closers:
            try:
                self._closers.pop(0)()
            except OSError as error:
                problem = self._broken(error)
                if problem:
                    self.refuse(problem)

    def refuse(self, reason: str) -> None:
        """Tell, wherever it still can be told, that the probe cannot be carried out."""
        try:
            self(ProbeRefused(reason))
        except UsageError as error:  # one output fewer, which is worth telling, too
            self.refuse(str(error))

    def interrupt(self, reason: str) -> None:
        """Tell that the probe was left unfinished."""
        try:
            self(ProbeInterrupted(reason))
        except UsageError as error:
            self.refuse(str(error))

    @property
    def error_out(self) -> BinaryIO:
        """Standard error."""
        return self._world.stderr

    @property
    def before_a_person(self) -> bool:
        """Whether somebody sits at a terminal, to type and to read."""
        return self._world.keyboard and self._world.stderr.isatty()

    @property
    def dates(self) -> Clock | None:
        """The clock for dates beside certificates; None if they are not to be shown."""
        return self._running_clock() if self._choices.dates else None

    def status(self, status: int) -> int:
        """The exit status: the probe's own, or that of its verdict; unless something was not written."""
        if self._failed:
            return PLUGIN_UNKNOWN if self._choices.format == "nagios" else FAILED
        if self._reader_gone:
            return OUTPUT_CLOSED
        return self._verdict(status)

    def _rendered(self, renderer: _Renderer, event: Event, now: float) -> str:
        """Empty, or what went wrong; the renderer is not asked again then."""
        try:
            renderer(event, now)
        except OSError as error:
            if renderer in self._renderers:
                self._renderers.remove(renderer)
            return self._broken(error)
        return ""

    def _broken(self, error: OSError) -> str:
        """What to say of an output that cannot be written; empty if nobody reads it, or it was said."""
        if reader_gone(error):
            self._reader_gone = True
            return ""
        if any(error is told for told in self._told):
            return ""
        self._told.append(error)
        self._failed = True
        return f"{error.filename or SHOWN_OUTPUT}: {error.strerror}"

    def _log_broke(self, error: OSError) -> None:
        """The log is over; what else was asked for goes on, unless there is nothing else."""
        if isinstance(error, BrokenPipeError):
            self._reader_gone = True
            if not self._besides_the_log:
                raise LogLost(OUTPUT_CLOSED)
            return
        self._failed = True
        if self._log_stream is self._world.stdout:
            instead = cast(BinaryIO, LogStream(self._world.stderr, _nowhere_left))
            problem = ProbeRefused(f"standard output: {error.strerror}")
            TextLog(instead, self._world.program)(problem)
        if not self._besides_the_log:
            raise LogLost(FAILED)

    @property
    def _besides_the_log(self) -> bool:
        choices = self._choices
        return bool(self._files) or choices.check or choices.format != "text"

    def _timed(self, renderer: EmitAt) -> None:
        self._running_clock()
        self._renderers.append(renderer)

    def _running_clock(self) -> Clock:
        if self._clock is None:
            from pyfinger.drive.wall_clock import WallClock

            self._clock = WallClock()
        return self._clock

    def _open_log(self) -> None:
        choices, world = self._choices, self._world
        if choices.format != "text":
            return
        interactive = world.keyboard and self.log_out.isatty()
        painted = is_wanted(choices.color, world.environment, interactive=interactive)
        log = TextLog(self.log_out, world.program, paint=colour if painted else None)
        self.add(log if choices.dialogues else BetweenConnections(log))

    def _open_files(self) -> None:
        """What is written as it happens."""
        choices, files = self._choices, self._files
        if "events" in files:
            from pyfinger.report.event_stream import EventStream

            self._timed(EventStream(files["events"], self._world.program))
        if "pcapng" in files:
            from pyfinger.report.capture.pcapng import Pcapng

            renderer = Pcapng(files["pcapng"], secrets=choices.secrets)
            self.attach(renderer, renderer.close)
        if "dnssec-proof" in files:
            from pyfinger.cli.proof_files import ProofFile

            proof = ProofFile(files["dnssec-proof"])
            self.attach(proof, proof.close)
        if "keylog" in files:
            from pyfinger.report.capture.pcapng import KeyLog

            self.add(KeyLog(files["keylog"]))

    def _open_trace(self) -> None:
        choices = self._choices
        if choices.trace is None:
            return
        from pyfinger.report.trace import Trace

        trace = Trace(self._files.get("trace", self.log_out), choices.trace_form)
        self.add(trace)
        self._closers.append(trace.close)

    def _open_report(self) -> None:
        """What is made of the whole in the end."""
        choices = self._choices
        wants_words = choices.explain or choices.timing or choices.check or choices.warn_days is not None
        if not ("json" in self._files or self._pages or wants_words or choices.format != "text"):
            return
        from pyfinger.cli.conclusion import Conclusion
        from pyfinger.report.document.builder import ReportBuilder

        recorder = ReportBuilder(choices.warn_days)
        self._timed(recorder)
        conclusion = Conclusion(choices, recorder, self._world.began)
        self._verdict = conclusion.status
        if "json" in self._files:
            self._closers.append(partial(conclusion.write_json, self._files["json"]))
        if self._pages:
            self._timed(self._pages)
            self._closers.append(partial(self._pages.write, self._files["html"], conclusion.report))
        if choices.format != "text":
            self._closers.append(partial(conclusion.write_summary, self._world.stdout))
        elif choices.warn_days is not None:
            self._closers.append(partial(conclusion.write_expiry, self.log_out, self._world.program))
        if choices.explain and choices.format == "text":
            self._closers.append(partial(conclusion.write_explanation, self.log_out))
        if choices.timing:
            self._closers.append(partial(conclusion.write_timing, self.log_out))


def _opened(choices: OutputOptions, stdout: BinaryIO) -> dict[str, BinaryIO]:
    """All files that are to be written, by option; `UsageError` if one cannot be opened."""
    if not any(choices.files()):
        return {}
    from pyfinger.cli.artifacts import open_together

    return open_together(choices.wanted(), stdout)


def _pages(choices: OutputOptions) -> ProbePages | None:
    """What makes the page, if one is wanted; `UsageError` without the package that it takes."""
    if not choices.html:
        return None
    from pyfinger.cli.pages import ProbePages

    return ProbePages()


def _nowhere_left(_error: OSError) -> None:
    """Neither stream can be written: the exit status alone says so."""
