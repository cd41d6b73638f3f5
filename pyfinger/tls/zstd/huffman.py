"""Huffman-coded literals: the tree description and the streams (RFC 8878 section 4.2).

A symbol of weight w has 2 to the power of w - 1 cells of the decoding table, in
order of weight, then of symbol; the index is as many bits as the longest code has.
"""

from __future__ import annotations

from pyfinger.errors import DecodeError
from pyfinger.tls.zstd.bits import BackwardBits
from pyfinger.tls.zstd.budget import Budget
from pyfinger.tls.zstd.fse import Bounds, FseState, FseTable, read_table
from pyfinger.values import Value
from pyfinger.wire import Reader

_MAX_BITS = 11
_MAX_WEIGHTS = 255  # the last symbol's weight is not sent
_DIRECT = 127  # header bytes above: that many weights of four bits
_WEIGHT_BOUNDS = Bounds(6, 255)


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


def read_huffman(reader: Reader, budget: Budget) -> HuffmanTable:
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


def _compressed_weights(reader: Reader, budget: Budget) -> list[int]:
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


def _table(weights: list[int], budget: Budget) -> HuffmanTable:
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
