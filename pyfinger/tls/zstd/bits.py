"""Numbers in zstd's three shapes: little-endian bytes, and bits read both ways.

Table descriptions are read forwards from the lowest bit of the first byte
(RFC 8878 section 4.1.1); entropy-coded streams backwards from the highest bit
set in the last byte, which only marks the end (section 4.1).
"""

from __future__ import annotations

from pyfinger.errors import DecodeError
from pyfinger.wire import Reader


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
