"""The literals section of a block: the bytes that no match copies (RFC 8878 section 3.1.1.3.1)."""

from __future__ import annotations

from enum import IntEnum

from pyfinger.errors import DecodeError
from pyfinger.tls.zstd.bits import little
from pyfinger.tls.zstd.budget import Budget
from pyfinger.tls.zstd.huffman import HuffmanTable, read_huffman
from pyfinger.values import Value
from pyfinger.wire import Reader

_MIN_FOUR_STREAMS = 6  # with less, the fourth stream's size would be negative


class Kind(IntEnum):
    """How the literals are stored."""

    RAW, RLE, COMPRESSED, TREELESS = range(4)


class Header(Value):
    """Sizes in bytes; `stored` counts tree, jump table and streams."""

    kind: Kind
    size: int
    stored: int
    streams: int


# Size format: bytes of the header, and where in them the size begins.
_PLAIN_FORMATS = ((1, 3), (2, 4), (1, 3), (3, 4))
# Size format: bytes of the header, bits of each of its two sizes, streams.
_CODED_FORMATS = ((3, 10, 1), (3, 10, 4), (4, 14, 4), (5, 18, 4))


def read_header(reader: Reader) -> Header:
    """Literals_Section_Header (RFC 8878 section 3.1.1.3.1.1)."""
    first = reader.u8("literals section")
    kind, size_format = Kind(first & 3), first >> 2 & 3
    if kind in (Kind.RAW, Kind.RLE):
        length, shift = _PLAIN_FORMATS[size_format]
        size = (little(reader, length - 1, "literals section") << 8 | first) >> shift
        return Header(kind, size, size if kind is Kind.RAW else 1, 0)
    length, bits, streams = _CODED_FORMATS[size_format]
    value = (little(reader, length - 1, "literals section") << 8 | first) >> 4
    return Header(kind, value & ((1 << bits) - 1), value >> bits, streams)


class Literals:
    """Decodes the literals of a frame's blocks; the last Huffman tree may be used again."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._table: HuffmanTable | None = None

    def read(self, reader: Reader, room: int) -> bytes:
        """The literals of one block, at most `room` bytes."""
        header = read_header(reader)
        if header.size > room:
            raise DecodeError("zstd literals too long", reader.position)
        stored = reader.take(header.stored, "zstd literals")
        if header.kind is Kind.RAW:
            return stored
        if header.kind is Kind.RLE:
            return stored * header.size
        return self._decoded(header, Reader(stored))

    def _decoded(self, header: Header, reader: Reader) -> bytes:
        if header.kind is Kind.COMPRESSED:
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
