"""The log: posttls-finger's lines, one by one, as things happen.

`PREFIX: TEXT`, `PREFIX: warning: TEXT` and so on, each flushed.  Until the
configuration has been read, lines are plain ASCII.

For somebody at a terminal verdicts and errors have colours; the text itself stays as it is.
With NO_COLOR in the environment there are none (https://no-color.org).

`tee` makes one stream of events serve several renderers.  Those that want to know when
something happened get the time with it, the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO, TypeAlias

from pyfinger.events import (
    AddressSkipped,
    AuthorityMatched,
    ConnectFailed,
    DialogueBroken,
    DisplayChosen,
    Emit,
    Event,
    HandshakeFailed,
    PeernameMatched,
    ProbeEnded,
    ProbeInterrupted,
    ProbeRefused,
    ReplyRefused,
    RouteFailed,
    ServerAnonymous,
    SessionBegan,
    TlsEstablished,
    UntrustedReused,
    VerificationFailed,
)
from pyfinger.model import Trust
from pyfinger.options import Log, Show
from pyfinger.report.lines import lines_of, of_tolerance
from pyfinger.report.lines.log_line import Severity, Unprefixed
from pyfinger.report.sanitise import printable
from pyfinger.report.visibility import View
from pyfinger.steps import Clock

RED, GREEN, YELLOW = b"\x1b[31m", b"\x1b[32m", b"\x1b[33m"  # ECMA-48, SELECT GRAPHIC RENDITION
RESET = b"\x1b[0m"

_OF_SEVERITY: Mapping[Severity, bytes] = {
    Severity.WARNING: YELLOW,
    Severity.ERROR: RED,
    Severity.FATAL: RED,
}
_OF_TRUST: Mapping[Trust, bytes] = {
    Trust.VERIFIED: GREEN,
    Trust.TRUSTED: b"",  # by its chain, perhaps under another name
    Trust.UNTRUSTED: RED,
    Trust.ANONYMOUS: YELLOW,
}
_OF_EVENT: Mapping[type[Event], bytes] = {
    AuthorityMatched: GREEN,
    PeernameMatched: GREEN,
    ServerAnonymous: YELLOW,
    VerificationFailed: RED,
    UntrustedReused: RED,
    HandshakeFailed: RED,
    ConnectFailed: RED,
    AddressSkipped: RED,
    RouteFailed: RED,
    ReplyRefused: RED,
    DialogueBroken: RED,
}


Tracer: TypeAlias = Callable[[Event, Log], Sequence[str]]
Paint: TypeAlias = Callable[[Event, Severity], bytes]
EmitAt: TypeAlias = Callable[[Event, float], None]


def colour(event: Event, severity: Severity) -> bytes:
    """What switches to the colour of an event's line; empty for the ordinary one."""
    if severity in _OF_SEVERITY:
        return _OF_SEVERITY[severity]
    if isinstance(event, TlsEstablished):
        return _OF_TRUST[event.trust]
    return _OF_EVENT.get(type(event), b"")


def is_wanted(when: str, environment: Mapping[str, str], *, interactive: bool) -> bool:
    """Whether to use colour; `when` is `auto`, `always` or `never`.

    `interactive`: somebody is there to see it.  A log into a terminal is not
    enough, as programs that read logs often make the writer believe in one.
    """
    if when == "auto":
        return interactive and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    return when == "always"


"""Makes lines of an event and those before it, as far as the mask of `-L` asks for them."""


"""What a terminal is sent before a line, to give it a colour; empty for none."""


class TextLog:
    """Renders events as log lines on `out`; give it every event, in order."""

    def __init__(
        self,
        out: BinaryIO,
        prefix: str,
        show: Show | None = None,
        *,
        utf8: bool = False,
        paint: Paint | None = None,
    ) -> None:
        self._out = out
        self._prefix = prefix
        self._view = View(show or Show())
        self._utf8 = utf8
        self._paint = paint
        self._tracers = _tracers(self._view.show)

    def __call__(self, event: Event) -> None:
        """Print the event's lines, as far as they are to be shown."""
        self._view.note(event)
        if isinstance(event, DisplayChosen):
            self._utf8 = event.utf8
            self._tracers = _tracers(self._view.show)
        for tracer in self._tracers:
            for text in tracer(event, self._view.log):
                self._write(text)
        for line in lines_of(event):
            if line.when(self._view, event):
                colour = self._paint(event, line.severity) if self._paint else b""
                for text in line.texts(event):
                    self._write(text, line.severity, colour)

    def _write(self, text: str, severity: Severity = Severity.INFO, colour: bytes = b"") -> None:
        line = text if isinstance(text, Unprefixed) else f"{self._prefix}: {severity.value}{text}"
        message = printable(line, utf8=self._utf8)
        self._out.write((colour + message + RESET if colour else message) + b"\n")
        self._out.flush()


class BetweenConnections:
    """A log without what happens within a connection, but for why one is not made (`--tolerance`)."""

    def __init__(self, log: Emit) -> None:
        self._log = log
        self._within = False

    def __call__(self, event: Event) -> None:
        """Pass on what is told between the connections."""
        if isinstance(event, SessionBegan):
            self._within = True
        elif isinstance(event, ProbeEnded | ProbeInterrupted | ProbeRefused) or of_tolerance(event):
            self._within = False
        if not self._within or isinstance(event, ConnectFailed):
            self._log(event)


def _tracers(show: Show) -> tuple[Tracer, ...]:
    """Those that the mask of `-L` asks for."""
    found: list[Tracer] = []
    log = show.log
    if log & Log.SSL_DEBUG and show.messages:
        from pyfinger.report.ssl_trace.tracing import MessageTrace

        return (MessageTrace(),)
    if log & (Log.HANDSHAKE_DUMP | Log.SESSION_DUMP):
        from pyfinger.report.dump import PacketDump

        found.append(PacketDump())
    if log & Log.SSL_DEBUG:
        from pyfinger.report.states import StateTrace

        found.append(StateTrace())
    return tuple(found)


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
