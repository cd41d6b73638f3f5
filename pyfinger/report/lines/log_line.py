"""The shape of a log line: an event, its text, how grave it is, when it is shown."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeAlias, TypeVar

from pyfinger.events import Event
from pyfinger.report.visibility import When, always
from pyfinger.values import Value

E = TypeVar("E", bound=Event)


class Severity(Enum):
    """What stands before the text (msg(3))."""

    INFO = ""
    WARNING = "warning: "
    ERROR = "error: "
    FATAL = "fatal: "


class Unprefixed(str):
    """A line that stands alone, without the program's name before it."""


Text: TypeAlias = str | tuple[str, ...] | None


class LogLine(Value):
    """A line, or several of a kind; `text` makes none by returning None."""

    text: Callable[[Any], Text]
    severity: Severity
    when: When

    def texts(self, event: Event) -> tuple[str, ...]:
        """The event's lines, without what stands before them."""
        text = self.text(event)
        if text is None:
            return ()
        return (text,) if isinstance(text, str) else text


class LineTable:
    """The lines of a family of events, in the order they are printed."""

    def __init__(self) -> None:
        self.lines: dict[type[Event], tuple[LogLine, ...]] = {}

    def line(
        self, kind: type[E], severity: Severity = Severity.INFO, when: When = always
    ) -> Callable[[Callable[[E], Text]], Callable[[E], Text]]:
        """Register the decorated function as the (next) line of `kind`."""

        def register(text: Callable[[E], Text]) -> Callable[[E], Text]:
            self.lines[kind] = (*self.lines.get(kind, ()), LogLine(text, severity, when))
            return text

        return register
