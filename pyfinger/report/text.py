"""The log: posttls-finger's lines, one by one, as things happen.

`PREFIX: TEXT`, `PREFIX: warning: TEXT` and so on, each flushed.  Until the
configuration has been read, lines are plain ASCII.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO, TypeAlias

from pyfinger.events import DisplayChosen, Event
from pyfinger.options import Log, Show
from pyfinger.report.colour import RESET
from pyfinger.report.dump import PacketDump
from pyfinger.report.lines import LINES
from pyfinger.report.lines.table import Severity
from pyfinger.report.sanitise import printable
from pyfinger.report.states import StateTrace
from pyfinger.report.visibility import View

Tracer: TypeAlias = Callable[[Event, Log], Sequence[str]]
"""Makes lines of an event and those before it, as far as the mask of `-L` asks for them."""


Paint: TypeAlias = Callable[[Event, Severity], bytes]
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
        self._tracers: tuple[Tracer, ...] = (PacketDump(), StateTrace())

    def __call__(self, event: Event) -> None:
        """Print the event's lines, as far as they are to be shown."""
        self._view.note(event)
        if isinstance(event, DisplayChosen):
            self._utf8 = event.utf8
        for tracer in self._tracers:
            for text in tracer(event, self._view.log):
                self._write(text)
        for line in LINES.get(type(event), ()):
            if line.when(self._view, event):
                colour = self._paint(event, line.severity) if self._paint else b""
                for text in line.texts(event):
                    self._write(text, line.severity, colour)

    def _write(self, text: str, severity: Severity = Severity.INFO, colour: bytes = b"") -> None:
        message = printable(f"{self._prefix}: {severity.value}{text}", utf8=self._utf8)
        self._out.write((colour + message + RESET if colour else message) + b"\n")
        self._out.flush()
