"""What is left of a recording once something has been changed: a small world that always answers.

From then on a probe may ask for anything.  Questions get the next answer that
was recorded for the very same question, in any order of questions; connections
are those to the same address, and deliver what was received over them, in order,
whatever is sent.  Where nothing is left there is no answer, and it stays so:
every probe comes to an end.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any, TypeAlias, TypeVar, cast

from pyfinger.recording.entries import (
    ConnectionClosed,
    ConnectionOpened,
    DataReceived,
    DataSent,
    Ended,
    Question,
    Slept,
    StrictEntry,
    question,
)

E = TypeVar("E", bound=StrictEntry)

Numbered: TypeAlias = tuple[int, StrictEntry]
"""An entry, and the line it stands in."""

_UNASKED = (ConnectionClosed, DataSent, Ended, Slept)  # whatever is done there, nothing depends on it


class Fallbacks:
    """Entries nobody has asked for yet; `stream` is what the open connection will deliver."""

    def __init__(self, entries: Iterable[Numbered]) -> None:
        self.stream: deque[tuple[int, DataReceived]] = deque()
        self._answers: defaultdict[tuple[type[Any], Question], list[Numbered]] = defaultdict(list)
        self._streams: dict[int, list[tuple[int, DataReceived]]] = {}
        self._sort(entries)
        for answers in self._answers.values():
            answers.reverse()

    def _sort(self, entries: Iterable[Numbered]) -> None:
        open_now: list[tuple[int, DataReceived]] = []
        stream = open_now
        for line, entry in entries:
            if isinstance(entry, ConnectionOpened):
                stream = self._streams[line] = []
            if isinstance(entry, DataReceived):
                stream.append((line, entry))
            elif not isinstance(entry, _UNASKED):
                self._answers[type(entry), question(entry)].append((line, entry))
        self.stream.extend(open_now)

    def next(self, kind: type[E], asked: Question) -> tuple[int, E] | None:
        """The next answer to a question, and its line; None if there is none."""
        if kind is ConnectionOpened:
            self.stream = deque()
        if kind is DataReceived:
            return cast("tuple[int, E]", self.stream.popleft()) if self.stream else None
        answers = self._answers.get((kind, asked))
        if not answers:
            return None
        line, entry = answers.pop()
        if isinstance(entry, ConnectionOpened):
            self.stream = deque(self._streams.pop(line))
        return line, cast(E, entry)
