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
    Asked,
    ConnectionClosed,
    ConnectionOpened,
    DataReceived,
    DataSent,
    Ended,
    Question,
    Slept,
    question,
)

E = TypeVar("E", bound=Asked)

Numbered: TypeAlias = tuple[int, Asked]
"""An entry, and the line it stands in."""

_UNASKED = (ConnectionClosed, DataSent, Ended, Slept)  # whatever is done there, nothing depends on it


class Leftovers:
    """Entries nobody has asked for yet; `stream` is what the open connection will deliver."""

    def __init__(self, entries: Iterable[Numbered]) -> None:
        self.stream: deque[tuple[int, DataReceived]] = deque()
        self._answers: defaultdict[tuple[type[Any], Question], deque[Numbered]] = defaultdict(deque)
        self._streams: dict[int, deque[tuple[int, DataReceived]]] = {}
        self._sort(entries)

    def _sort(self, entries: Iterable[Numbered]) -> None:
        stream = self.stream
        for line, entry in entries:
            if isinstance(entry, ConnectionOpened):
                stream = self._streams[line] = deque()
            if isinstance(entry, DataReceived):
                stream.append((line, entry))
            elif not isinstance(entry, _UNASKED):
                self._answers[type(entry), question(entry)].append((line, entry))

    def next(self, kind: type[E], asked: Question) -> tuple[int, E] | None:
        """The next answer to a question, and its line; None if there is none."""
        if kind is ConnectionOpened:
            self.stream = deque()
        answers = self.stream if kind is DataReceived else self._answers.get((kind, asked))
        if not answers:
            return None
        line, entry = answers.popleft()
        if isinstance(entry, ConnectionOpened):
            self.stream = self._streams.pop(line)
        return line, cast(E, entry)
