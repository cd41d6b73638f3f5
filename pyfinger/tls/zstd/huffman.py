"""Huffman-coded literals: the tree description and the streams (RFC 8878 section 4.2).

A symbol of weight w has 2 to the power of w - 1 cells of the decoding table, in
order of weight, then of symbol; the index is as many bits as the longest code has.

So come the bytes that no match copies, the literals section of a block (section 3.1.1.3.1).
"""

from __future__ import annotations

from enum import IntEnum

from pyfinger.errors import DecodeError
from pyfinger.tls.zstd.bits import BackwardBits, OutputBudget, little
from pyfinger.tls.zstd.fse import FseState, FseTable, SymbolBounds, read_table
from pyfinger.values import Value
from pyfinger.wire import Reader

_MAX_BITS = 11
_MAX_WEIGHTS = 255  # the last symbol's weight is not sent
_DIRECT = 127  # header bytes above: that many weights of four bits
_WEIGHT_BOUNDS = SymbolBounds(6, 255)


_MIN_FOUR_STREAMS = 6  # with less, the fourth stream's size would be negative
# Size format: bytes of the header, and where in them the size begins.
_PLAIN_FORMATS = ((1, 3), (2, 4), (1, 3), (3, 4))
# Size format: bytes of the header, bits of each of its two sizes, streams.
_CODED_FORMATS = ((3, 10, 1), (3, 10, 4), (4, 14, 4), (5, 18, 4))


class HuffmanTable(Value):
    """For each cell of the table: the symbol, and the length of its code in bits."""

    bits: int  # the length of the longest code
    symbols: bytes
    lengths: bytes

    def decode(self, data: bytes, size: int) -> bytes:
        """A whole stream that holds `size` symbols."""
        bits = BackwardBits(data)
        found = bytearray()
        for _ in range(size):
            cell = bits.peek(self.bits)
            bits.skip(self.lengths[cell])
            found.append(self.symbols[cell])
        bits.finish()
        return bytes(found)


def read_huffman(reader: Reader, budget: OutputBudget) -> HuffmanTable:
    """The table a tree description gives (RFC 8878 section 4.2.1)."""
    header = reader.u8("Huffman tree")
    if header > _DIRECT:
        weights = _direct_weights(reader, header - _DIRECT)
    else:
        weights = _compressed_weights(Reader(reader.take(header, "Huffman tree")), budget)
    return _table(weights, budget)


def _direct_weights(reader: Reader, count: int) -> list[int]:
    """Two weights per byte, the first one in the higher half."""
    data = reader.take((count + 1) // 2, "Huffman weights")
    return [weight for byte in data for weight in (byte >> 4, byte & 15)][:count]


def _compressed_weights(reader: Reader, budget: OutputBudget) -> list[int]:
    table = read_table(reader, _WEIGHT_BOUNDS, budget)
    return _alternating(table, BackwardBits(reader.rest()))


def _alternating(table: FseTable, bits: BackwardBits) -> list[int]:
    """Symbols of two states by turns; when the bits run out the other one has the last word."""
    state, other = FseState(table, bits), FseState(table, bits)
    found = [state.symbol]
    while state.bits <= bits.left:
        state.advance(bits)
        state, other = other, state
        found.append(state.symbol)
        if len(found) == _MAX_WEIGHTS:
            raise DecodeError("too many Huffman weights")
    return [*found, other.symbol]


def _table(weights: list[int], budget: OutputBudget) -> HuffmanTable:
    """The decoding table; the last weight makes the cells a power of two."""
    cells = sum(1 << weight >> 1 for weight in weights)
    bits = cells.bit_length()
    missing = (1 << bits) - cells
    if not 0 < bits <= _MAX_BITS or missing & (missing - 1):
        raise DecodeError("Huffman weights do not fit")
    weights = [*weights, missing.bit_length()]
    if weights.count(1) < 2:
        raise DecodeError("Huffman tree without longest codes")
    budget.spend_cells((1 << bits) + len(weights))
    return _filled(bits, weights)


def _filled(bits: int, weights: list[int]) -> HuffmanTable:
    symbols, lengths = bytearray(), bytearray()
    for weight in range(1, bits + 1):
        for symbol, its_weight in enumerate(weights):
            if its_weight == weight:
                symbols += bytes([symbol]) * (1 << weight - 1)
                lengths += bytes([bits + 1 - weight]) * (1 << weight - 1)
    return HuffmanTable(bits, bytes(symbols), bytes(lengths))


class LiteralsKind(IntEnum):
    """How the literals are stored."""

    RAW, RLE, COMPRESSED, TREELESS = range(4)


class LiteralsHeader(Value):
    """Sizes in bytes; `stored` counts tree, jump table and streams."""

    kind: LiteralsKind
    size: int
    stored: int
    streams: int


def read_header(reader: Reader) -> LiteralsHeader:
    """Literals_Section_Header (RFC 8878 section 3.1.1.3.1.1)."""
    first = reader.u8("literals section")
    kind, size_format = LiteralsKind(first & 3), first >> 2 & 3
    if kind in (LiteralsKind.RAW, LiteralsKind.RLE):
        length, shift = _PLAIN_FORMATS[size_format]
        size = (little(reader, length - 1, "literals section") << 8 | first) >> shift
        return LiteralsHeader(kind, size, size if kind is LiteralsKind.RAW else 1, 0)
    length, bits, streams = _CODED_FORMATS[size_format]
    value = (little(reader, length - 1, "literals section") << 8 | first) >> 4
    return LiteralsHeader(kind, value & ((1 << bits) - 1), value >> bits, streams)


class Literals:
    """Decodes the literals of a frame's blocks; the last Huffman tree may be used again."""

    def __init__(self, budget: OutputBudget) -> None:
        self._budget = budget
        self._table: HuffmanTable | None = None

    def read(self, reader: Reader, room: int) -> bytes:
        """The literals of one block, at most `room` bytes."""
        header = read_header(reader)
        if header.size > room:
            raise DecodeError("zstd literals too long", reader.position)
        stored = reader.take(header.stored, "zstd literals")
        if header.kind is LiteralsKind.RAW:
            return stored
        if header.kind is LiteralsKind.RLE:
            return stored * header.size
        return self._decoded(header, Reader(stored))

    def _decoded(self, header: LiteralsHeader, reader: Reader) -> bytes:
        if header.kind is LiteralsKind.COMPRESSED:
            self._table = read_huffman(reader, self._budget)
        if self._table is None:
            raise DecodeError("zstd literals without a tree")
        if header.streams == 1:
            return self._table.decode(reader.rest(), header.size)
        return _four_streams(self._table, reader, header.size)


def _four_streams(table: HuffmanTable, reader: Reader, size: int) -> bytes:
    """Four streams behind a jump table (RFC 8878 section 3.1.1.3.1.6)."""
    if size < _MIN_FOUR_STREAMS:
        raise DecodeError("zstd literals too short for four streams")
    stored = [little(reader, 2, "jump table") for _ in range(3)]
    streams = [reader.take(length, "Huffman stream") for length in stored]
    quarter = (size + 3) // 4
    parts = [table.decode(stream, quarter) for stream in streams]
    return b"".join([*parts, table.decode(reader.rest(), size - 3 * quarter)])
