"""A recording as it is played: one answer after the other, and what the clocks said between them.

Answers are strict: the next one is for this question, or a `ReplayDiffers`.  The
times between two of them are loose: whoever looks at a clock more often than
before gets the last time again, and what nobody looked at is passed over.
Asides are answered wherever they stand, the same question always alike.

Once something has been changed, what is left of it is a small world that always answers
(`Fallbacks`).  From then on a probe may ask for anything.  Questions get the next answer that
was recorded for the very same question, in any order of questions; connections
are those to the same address, and deliver what was received over them, in order,
whatever is sent.  Where nothing is left there is no answer, and it stays so:
every probe comes to an end.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any, TypeAlias, TypeVar, cast

from pyfinger.errors import UsageError
from pyfinger.recording.entries import (
    Aged,
    Aside,
    ClockReading,
    ConnectionClosed,
    ConnectionOpened,
    DataReceived,
    DataSent,
    Dated,
    Ended,
    Entry,
    NameConverted,
    Question,
    ResolvedUnchecked,
    Slept,
    StrictEntry,
    Told,
    named,
    question,
)

E = TypeVar("E", bound=StrictEntry)
A = TypeVar("A", bound=Aside)

_Times: TypeAlias = deque[tuple[int, float]]  # of one kind: before which question, and when

_FIRST_LINE = 2  # of entries


Numbered: TypeAlias = tuple[int, StrictEntry]
_UNASKED = (ConnectionClosed, DataSent, Ended, Slept)  # whatever is done there, nothing depends on it


class ReplayDiffers(UsageError):
    """What is asked for is not what was recorded."""


class LogReader:
    """The entries in order; from `fall_back` on in any order."""

    def __init__(self, entries: tuple[Entry, ...], name: str) -> None:
        """`name` is the recording's, for messages."""
        self._name = name
        self._asked: list[Numbered] = []
        self._times: defaultdict[type[ClockReading], _Times] = defaultdict(deque)
        self._at = 0
        self._now: dict[type[ClockReading], float] = {}
        self._fallbacks: Fallbacks | None = None
        self._asides: dict[tuple[type[Any], Question], Aside] = {}
        for line, entry in enumerate(entries, _FIRST_LINE):
            if isinstance(entry, Dated | Aged | Told):
                self._times[type(entry)].append((len(self._asked), entry.at))
            elif isinstance(entry, ResolvedUnchecked | NameConverted):
                self._asides.setdefault((type(entry), question(entry)), entry)
            else:
                self._asked.append((line, entry))

    @property
    def coming(self) -> list[Numbered]:
        """What is still to be asked for, in order."""
        return self._asked[self._at :]

    def is_next(self, kind: type[StrictEntry]) -> bool:
        """Whether an answer to this kind of question comes next."""
        return self._at < len(self._asked) and isinstance(self._asked[self._at][1], kind)

    def next(self, kind: type[E], asked: Question) -> tuple[int, E] | None:
        """The answer to a question, and its line.

        None if nothing is left that answers it; `ReplayDiffers` if there has to be something.
        """
        if self._fallbacks is not None:
            return self._fallbacks.next(kind, asked)
        if self._at == len(self._asked):
            raise ReplayDiffers(f"{self._name}: the recording ends where is asked {named(kind, asked)}")
        line, entry = self._asked[self._at]
        if not isinstance(entry, kind) or question(entry) != asked:
            raise ReplayDiffers(f"{self._name}: line {line}: {_difference(entry, kind, asked)}")
        self._at += 1
        return line, entry

    def aside(self, kind: type[A], asked: Question) -> A | None:
        """The answer to a question that need not be asked; None if it was not when this was recorded."""
        return cast(A | None, self._asides.get((kind, asked)))

    def time(self, kind: type[ClockReading]) -> float:
        """What a clock says."""
        times = self._times[kind]
        while times and self._fallbacks is None and times[0][0] < self._at:
            times.popleft()
        if times and (self._fallbacks is not None or times[0][0] == self._at):
            self._now[kind] = times.popleft()[1]
        return self._now.get(kind, 0.0)

    def finish(self) -> None:
        """The probe is over; `ReplayDiffers` if there is more to be asked for."""
        if self._fallbacks is None:
            self.next(Ended, ())

    def fall_back(self) -> Fallbacks:
        """From now on nothing has to be as it was."""
        if self._fallbacks is None:
            for times in self._times.values():
                while times and times[0][0] < self._at:
                    times.popleft()
            self._fallbacks = Fallbacks(self.coming)
        return self._fallbacks


def _difference(entry: StrictEntry, kind: type[Any], asked: Question) -> str:
    is_now, was = named(kind, asked), named(type(entry), question(entry))
    if isinstance(entry, DataSent) and kind is DataSent:
        return f"asked is {is_now}, recorded {was}, different from byte {_common(entry.data, asked[0])} on"
    return f"asked is {is_now}, recorded {was}"


def _common(one: bytes, other: bytes) -> int:
    """How many bytes are the same in front."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


"""An entry, and the line it stands in."""


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
