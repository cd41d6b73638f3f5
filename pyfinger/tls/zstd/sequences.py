"""The sequences section of a block: copy so many literals, then a match (RFC 8878 section
3.1.1.3.2).

Each number is a code, whose probabilities a table describes, and extra bits.
Three tables and the three last offsets are remembered from block to block.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from pyfinger.errors import DecodeError
from pyfinger.tls.zstd.bits import BackwardBits, OutputBudget, little
from pyfinger.tls.zstd.fse import FseState, FseTable, SymbolBounds, build, read_table, single
from pyfinger.values import Value
from pyfinger.wire import Reader

MIN_MATCH = 3
_PREDEFINED, _RLE, _COMPRESSED, _REPEAT = range(4)


class Sequence(NamedTuple):
    """Bytes to copy from the literals, then from `offset` bytes back."""

    literals: int
    offset: int
    match: int


class SequenceKind(Value):
    """What the codes of one of the three numbers mean, and their usual table."""

    shift: int  # of its mode in the byte of modes
    bounds: SymbolBounds
    extra: tuple[int, ...]  # bits, by code
    bases: tuple[int, ...]  # what the extra bits are added to, by code
    accuracy: int  # of the predefined table
    distribution: tuple[int, ...]

    def value(self, code: int, bits: BackwardBits) -> int:
        """The number, its extra bits read from the stream."""
        return self.bases[code] + bits.read(self.extra[code])


def _bases(first: int, extra: tuple[int, ...]) -> tuple[int, ...]:
    """Each code begins where the one before it ends."""
    return tuple(accumulate((1 << bits for bits in extra[:-1]), initial=first))


# RFC 8878 sections 3.1.1.3.2.1.1 (codes) and 3.1.1.3.2.2 (predefined tables).
_LITERALS_EXTRA = (*[0] * 16, 1, 1, 1, 1, 2, 2, 3, 3, 4, *range(6, 17))
_MATCH_EXTRA = (*[0] * 32, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, *range(7, 17))
_OFFSET_EXTRA = tuple(range(32))

_LITERALS = SequenceKind(
    6,
    SymbolBounds(9, 35),
    _LITERALS_EXTRA,
    _bases(0, _LITERALS_EXTRA),
    6,
    (4, 3, *[2] * 11, 1, 1, 1, *[2] * 9, 3, 2, *[1] * 5, *[-1] * 4),
)
_OFFSETS = SequenceKind(
    4,
    SymbolBounds(8, 31),
    _OFFSET_EXTRA,
    tuple(1 << bits for bits in _OFFSET_EXTRA),
    5,
    (*[1] * 6, 2, 2, 2, *[1] * 15, *[-1] * 5),
)
_MATCHES = SequenceKind(
    2,
    SymbolBounds(9, 52),
    _MATCH_EXTRA,
    _bases(MIN_MATCH, _MATCH_EXTRA),
    6,
    (1, 4, 3, *[2] * 6, *[1] * 37, *[-1] * 7),
)
_KINDS = (_LITERALS, _OFFSETS, _MATCHES)  # in the order of their descriptions


@cache
def _predefined(kind: SequenceKind) -> FseTable:
    return build(kind.accuracy, list(kind.distribution))


class RecentOffsets:
    """The last three offsets, newest first (RFC 8878 section 3.1.1.5)."""

    def __init__(self) -> None:
        self._recent = [1, 4, 8]

    def resolve(self, value: int, literals: int) -> int:
        """The offset a value stands for: 1 to 3 are recent ones, shifted by one without literals."""
        if value > 3:
            return self._remember(value - 3, 2)
        place = value - 1 if literals else value
        if place < 3:
            return self._remember(self._recent[place], place)
        return self._remember(self._recent[0] - 1, 2)

    def _remember(self, offset: int, place: int) -> int:
        """Put an offset first, instead of what stood at `place`."""
        if not offset:
            raise DecodeError("zstd offset of zero")
        del self._recent[place]
        self._recent.insert(0, offset)
        return offset


class Sequences:
    """Decodes the sequences of a frame's blocks."""

    def __init__(self, budget: OutputBudget) -> None:
        self._budget = budget
        self._tables: dict[SequenceKind, FseTable] = {}
        self._offsets = RecentOffsets()

    def read(self, reader: Reader, room: int) -> Iterator[Sequence]:
        """The sequences of one block, which fill the rest of `reader` and at most `room` bytes."""
        count = _count(reader)
        if count * MIN_MATCH > room:
            raise DecodeError("too many zstd sequences", reader.position)
        if not count:
            reader.finish("zstd sequences")
            return iter(())
        self._read_tables(reader)
        return self._decoded(BackwardBits(reader.rest()), count)

    def _read_tables(self, reader: Reader) -> None:
        modes = reader.u8("zstd sequences")
        if modes & 3:
            raise DecodeError("reserved zstd sequence mode", reader.position)
        for kind in _KINDS:
            self._tables[kind] = self._table(kind, modes >> kind.shift & 3, reader)

    def _table(self, kind: SequenceKind, mode: int, reader: Reader) -> FseTable:
        if mode == _PREDEFINED:
            return _predefined(kind)
        if mode == _COMPRESSED:
            return read_table(reader, kind.bounds, self._budget)
        if mode == _RLE:
            return _only_one(kind, reader)
        if kind not in self._tables:
            raise DecodeError("zstd table to repeat is missing", reader.position)
        return self._tables[kind]

    def _decoded(self, bits: BackwardBits, count: int) -> Iterator[Sequence]:
        """In the stream a sequence is offset, match, literals; the states move in another order."""
        literals, offset, match = (FseState(self._tables[kind], bits) for kind in _KINDS)
        for left in reversed(range(count)):
            value = _OFFSETS.value(offset.symbol, bits)
            length = _MATCHES.value(match.symbol, bits)
            run = _LITERALS.value(literals.symbol, bits)
            yield Sequence(run, self._offsets.resolve(value, run), length)
            if left:
                literals.advance(bits)
                match.advance(bits)
                offset.advance(bits)
        bits.finish()


def _only_one(kind: SequenceKind, reader: Reader) -> FseTable:
    symbol = reader.u8("zstd symbol")
    if symbol > kind.bounds.symbol:
        raise DecodeError("unknown zstd symbol", reader.position)
    return single(symbol)


def _count(reader: Reader) -> int:
    """Number_of_Sequences (RFC 8878 section 3.1.1.3.2.1)."""
    first = reader.u8("number of zstd sequences")
    if first < 128:
        return first
    if first < 255:
        return (first - 128) << 8 | reader.u8("number of zstd sequences")
    return little(reader, 2, "number of zstd sequences") + 0x7F00
