"""Numbers in zstd's three shapes: little-endian bytes, and bits read both ways; and a budget.

Table descriptions are read forwards from the lowest bit of the first byte
(RFC 8878 section 4.1.1); entropy-coded streams backwards from the highest bit
set in the last byte, which only marks the end (section 4.1).

The size of the output justifies so many bytes and so many table cells.  Blocks may come
without output yet with tables of thousands of cells described in a few bytes.  Encoders
start a block, and with it new tables, once in 128 KiB; those that split blocks do so
down to about 1 KiB.  The cells allowed are enough for full tables with every KiB of
output.
"""

from __future__ import annotations

from pyfinger.errors import DecodeError
from pyfinger.wire import Reader

_CELLS_AT_START = 1 << 16
_CELLS_PER_BYTE = 4  # a block: 512 + 256 + 512, and with its literals 2048 + 256 + 64


class OutputBudget:
    """Counts down; overdrawing is a `DecodeError`."""

    __slots__ = ("_cells", "room")

    def __init__(self, limit: int) -> None:
        self.room = limit
        """Bytes of output still allowed."""
        self._cells = _CELLS_AT_START + _CELLS_PER_BYTE * limit

    def spend_room(self, size: int, offset: int) -> None:
        """Before `size` bytes of output are made; `offset` is for the error."""
        if size > self.room:
            raise DecodeError("zstd content longer than allowed", offset)
        self.room -= size

    def spend_cells(self, count: int) -> None:
        """Before a table of `count` cells is built."""
        self._cells -= count
        if self._cells < 0:
            raise DecodeError("zstd tables out of proportion")


def little(reader: Reader, size: int, what: str) -> int:
    """An unsigned little-endian number of `size` bytes."""
    return int.from_bytes(reader.take(size, what), "little")


class ForwardBits:
    """Takes bytes from a reader as bits are needed; what is left of the last one is dropped."""

    __slots__ = ("_count", "_reader", "_value")

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._value = 0
        self._count = 0

    def read(self, count: int) -> int:
        """The next `count` bits, the first of them lowest."""
        while self._count < count:
            self._value |= self._reader.u8("zstd table") << self._count
            self._count += 8
        found = self._value & ((1 << count) - 1)
        self._value >>= count
        self._count -= count
        return found


class BackwardBits:
    """A stream read from its end; `left` bits remain."""

    __slots__ = ("_data", "left")

    def __init__(self, data: bytes) -> None:
        if not data or not data[-1]:
            raise DecodeError("zstd bit stream without end mark", len(data))
        self._data = data
        self.left = 8 * len(data) - 9 + data[-1].bit_length()

    def peek(self, count: int) -> int:
        """The next `count` bits, the first of them highest; zeros follow the last bit."""
        start = self.left - count
        if start < 0:
            return self.peek(self.left) << -start
        chunk = self._data[start >> 3 : self.left + 7 >> 3]
        return int.from_bytes(chunk, "little") >> (start & 7) & ((1 << count) - 1)

    def skip(self, count: int) -> None:
        """Go past bits that must be there."""
        if count > self.left:
            raise DecodeError("zstd bit stream cut short")
        self.left -= count

    def read(self, count: int) -> int:
        """The next `count` bits, the first of them highest."""
        if count > self.left:
            raise DecodeError("zstd bit stream cut short")
        value = self.peek(count)
        self.left -= count
        return value

    def finish(self) -> None:
        """`DecodeError` unless everything was read."""
        if self.left:
            raise DecodeError(f"{self.left} excess bits in a zstd bit stream")
