"""Finite State Entropy: tables and the states that walk them (RFC 8878 section 4.1).

A cell says which symbol its state stands for, and how to get to the next state:
so many bits of the stream, added to a baseline.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pyfinger.errors import DecodeError
from pyfinger.tls.zstd.bits import BackwardBits, ForwardBits, OutputBudget
from pyfinger.values import Value
from pyfinger.wire import Reader

_MIN_ACCURACY = 5
_MAX_SYMBOL = 255
_LESS_THAN_ONE = -1  # a probability


class Cell(NamedTuple):
    """One state of a table."""

    symbol: int
    bits: int
    baseline: int


class FseTable(Value):
    """A decoding table of 2 to the power of `accuracy` cells."""

    accuracy: int
    cells: tuple[Cell, ...]


class FseState:
    """A place in a table, moved on by bits."""

    __slots__ = ("_cell", "_cells")

    def __init__(self, table: FseTable, bits: BackwardBits) -> None:
        self._cells = table.cells
        self._cell = table.cells[bits.read(table.accuracy)]

    @property
    def symbol(self) -> int:
        """What the state stands for."""
        return self._cell.symbol

    @property
    def bits(self) -> int:
        """How many bits `advance` will read."""
        return self._cell.bits

    def advance(self, bits: BackwardBits) -> None:
        """Go to the next state."""
        self._cell = self._cells[self._cell.baseline + bits.read(self._cell.bits)]


class SymbolBounds(Value):
    """What the kind of a table allows: its largest accuracy and symbol."""

    accuracy: int
    symbol: int


def single(symbol: int) -> FseTable:
    """The table that gives one symbol and reads no bits."""
    return FseTable(0, (Cell(symbol, 0, 0),))


def read_table(reader: Reader, bounds: SymbolBounds, budget: OutputBudget) -> FseTable:
    """The table a description gives (RFC 8878 section 4.1.1)."""
    accuracy, distribution = _distribution(reader, bounds)
    budget.spend_cells(1 << accuracy)
    return build(accuracy, distribution)


def _distribution(reader: Reader, bounds: SymbolBounds) -> tuple[int, list[int]]:
    """Accuracy and probabilities.

    Probabilities count cells and sum up to 2 to the power of the accuracy;
    "less than 1" is -1 and has one cell.
    """
    bits = ForwardBits(reader)
    accuracy = bits.read(4) + _MIN_ACCURACY
    if accuracy > bounds.accuracy:
        raise DecodeError("zstd table too large", reader.position)
    found: list[int] = []
    free = 1 << accuracy
    while free > 0:
        probability = _probability(bits, free)
        free -= abs(probability)
        found.append(probability)
        if not probability:
            found += [0] * _zeros(bits)
        if len(found) > bounds.symbol + 1:
            raise DecodeError("zstd table with too many symbols", reader.position)
    return accuracy, found


def _probability(bits: ForwardBits, free: int) -> int:
    """One probability of at most `free` cells.

    There are `free` + 2 values.  The lowest need one bit less than the others.
    """
    size = (free + 1).bit_length()
    spared = (1 << size) - (free + 2)
    value = bits.read(size - 1)
    if value >= spared and bits.read(1):
        value += (1 << size - 1) - spared
    return value - 1


def _zeros(bits: ForwardBits) -> int:
    """How many more zeros follow a probability of zero; more than are allowed are not counted."""
    count = 0
    while (more := bits.read(2)) == 3 and count <= _MAX_SYMBOL:
        count += 3
    return count + more


def build(accuracy: int, distribution: list[int]) -> FseTable:
    """The decoding table for a distribution (RFC 8878 section 4.1.1)."""
    counts = [abs(probability) for probability in distribution]
    return FseTable(accuracy, tuple(_cells(_spread(accuracy, distribution), counts, accuracy)))


def _spread(accuracy: int, distribution: list[int]) -> list[int]:
    """The symbol of each cell: rare ones at the end, the others in strides."""
    size = 1 << accuracy
    rare = [symbol for symbol, probability in enumerate(distribution) if probability == _LESS_THAN_ONE]
    end = size - len(rare)
    symbols = [0] * end + rare[::-1]
    stride = (size >> 1) + (size >> 3) + 3
    place = 0
    for symbol, probability in enumerate(distribution):
        for _ in range(probability):
            symbols[place] = symbol
            place = (place + stride) % size
            while place >= end:
                place = (place + stride) % size
    return symbols


def _cells(symbols: list[int], counts: list[int], accuracy: int) -> Iterator[Cell]:
    """Each symbol's cells share the states among them: the first ones get more bits."""
    numbers = list(counts)
    for symbol in symbols:
        number = numbers[symbol]
        numbers[symbol] += 1
        bits = accuracy + 1 - number.bit_length()
        yield Cell(symbol, bits, (number << bits) - (1 << accuracy))
