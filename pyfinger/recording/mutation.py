"""What was received, changed on purpose: which replies, and how, follows from one number.

    flipped    1 to 8 bits, anywhere
    cut        the end is missing
    dropped    it never came
    repeated   it came twice; a DNS reply: the reply before it came once more
    swapped    it came after what should have followed it
    split      it came in two pieces

Of all pieces of data and DNS replies a recording has, one to three are changed.
The numbers come from SplitMix64 (Steele, Lea and Flood, "Fast splittable
pseudorandom number generators", 2014), so that a seed means the same to every
version of Python; `below` takes the remainder.  The first number gives how many
are changed, the next ones which; then, whenever one is due, how, and where.

`Mutator` carries the changes out while a recording is played.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pyfinger.events import Emit, Mutation, ReplyMutated
from pyfinger.model import RawReply
from pyfinger.recording.entries import DataReceived, Resolved
from pyfinger.recording.log_reader import LogReader
from pyfinger.values import replace

MOST = 3  # replies that are changed
MOST_BITS = 8
SEEDS = 1 << 64

_MASK = SEEDS - 1


_NO_LINE = 0  # of what is not in the recording


class SplitMix64:
    """The generator."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def next(self) -> int:
        """64 bits."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = (self._state ^ (self._state >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & _MASK
        return mixed ^ (mixed >> 31)

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1."""
        return self.next() % limit

    def bytes(self, size: int) -> bytes:
        """So many bytes."""
        words = (self.next().to_bytes(8, "big") for _ in range((size + 7) // 8))
        return b"".join(words)[:size]


def chosen(numbers: SplitMix64, candidates: Sequence[int]) -> frozenset[int]:
    """Which of the candidates are to be changed: one to three, if there are so many."""
    left = list(candidates)
    count = min(1 + numbers.below(MOST), len(left))
    return frozenset(left.pop(numbers.below(len(left))) for _ in range(count))


def pieces(how: Mutation, numbers: SplitMix64, data: bytes) -> tuple[bytes, ...]:
    """What comes instead of `data`, which is not empty; to be swapped it takes two."""
    return _CHANGES[how](numbers, data)


def _flipped(numbers: SplitMix64, data: bytes) -> tuple[bytes, ...]:
    found = bytearray(data)
    count = 1 + numbers.below(MOST_BITS)
    for place in {numbers.below(8 * len(data)) for _ in range(count)}:
        found[place // 8] ^= 0x80 >> place % 8
    return (bytes(found),)


def _cut(numbers: SplitMix64, data: bytes) -> tuple[bytes, ...]:
    """Something is left, if there is enough: no bytes at all would be the end of the stream."""
    return (data[: max(1, numbers.below(len(data)))],)


def _split(numbers: SplitMix64, data: bytes) -> tuple[bytes, ...]:
    place = 1 + numbers.below(len(data) - 1)
    return data[:place], data[place:]


_CHANGES: Mapping[Mutation, Callable[[SplitMix64, bytes], tuple[bytes, ...]]] = {
    "flipped": _flipped,
    "cut": _cut,
    "dropped": lambda *_: (),
    "repeated": lambda _, data: (data, data),
    "split": _split,
}


class Mutator:
    """Changes what is due, once; `numbers` are those of the seed."""

    def __init__(self, log: LogReader, seed: int | None) -> None:
        """Without a seed nothing is ever due."""
        self._log = log
        self._last_reply = RawReply(None)
        self.numbers = SplitMix64(seed or 0)
        self._due = set() if seed is None else set(chosen(self.numbers, _changeable(log)))

    def reply(self, line: int, reply: RawReply, emit: Emit) -> RawReply:
        """What a name server says, changed if it is due; without its packets then."""
        changed = self._changed(line, reply, emit) if line in self._due else reply
        if changed.wire is not None:
            self._last_reply = replace(changed, packets=())
        return changed

    def _changed(self, line: int, reply: RawReply, emit: Emit) -> RawReply:
        data = reply.wire or b""
        possible: list[Mutation] = ["flipped", "cut", "dropped"]
        if self._last_reply.wire is not None:
            possible.append("repeated")
        how = self._how(line, possible)
        emit(ReplyMutated(how, True, len(data), line))
        if how == "repeated":
            return self._last_reply
        wires = pieces(how, self.numbers, data)
        return RawReply(wires[0] if wires else None, reply.server)

    def data(self, line: int, entry: DataReceived, emit: Emit) -> bool:
        """Whether this piece is due; what comes instead is put at the front of the stream."""
        if line not in self._due:
            return False
        stream = self._log.fall_back().stream
        following = stream[0][1] if stream else DataReceived()
        possible: list[Mutation] = ["flipped", "cut", "dropped", "repeated"]
        if following.data:
            possible.append("swapped")
        if len(entry.data) > 1:
            possible.append("split")
        how = self._how(line, possible)
        emit(ReplyMutated(how, False, len(entry.data), line))
        if how == "swapped":
            stream.insert(1, (_NO_LINE, entry))
        else:
            parts = pieces(how, self.numbers, entry.data)
            stream.extendleft((_NO_LINE, DataReceived(part)) for part in reversed(parts))
        return True

    def _how(self, line: int, possible: list[Mutation]) -> Mutation:
        self._due.discard(line)
        self._log.fall_back()
        return possible[self.numbers.below(len(possible))]


def _changeable(log: LogReader) -> list[int]:
    """The lines of all that was received."""
    return [
        line
        for line, entry in log.coming
        if (isinstance(entry, DataReceived) and entry.data)
        or (isinstance(entry, Resolved) and entry.reply.wire)
    ]
