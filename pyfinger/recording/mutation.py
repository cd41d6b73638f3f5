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
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pyfinger.events import Mutation

MOST = 3  # replies that are changed
MOST_BITS = 8
SEEDS = 1 << 64

_MASK = SEEDS - 1


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
