"""Bounded reading and writing of binary structures.

A `Reader` never reads past its end: every shortfall is a `DecodeError` that
names the field and the byte.  `vector` opens a length-prefixed part and, on
leaving it, insists that all of it was consumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pyfinger.errors import DecodeError


class Reader:
    """A cursor over bytes that are not to be trusted."""

    __slots__ = ("_data", "_end", "_pos")

    def __init__(self, data: bytes, start: int = 0, end: int | None = None) -> None:
        self._data = data
        self._pos = start
        self._end = len(data) if end is None else end

    def __bool__(self) -> bool:
        return self._pos < self._end

    @property
    def position(self) -> int:
        """Offset of the next byte, from the start of the whole message."""
        return self._pos

    @property
    def remaining(self) -> int:
        """How many bytes are left in the innermost open vector."""
        return self._end - self._pos

    def take(self, size: int, what: str) -> bytes:
        """The next `size` bytes; `DecodeError` if there are fewer."""
        if size > self._end - self._pos:
            raise DecodeError(f"{what} cut short", self._pos)
        start = self._pos
        self._pos += size
        return self._data[start : self._pos]

    def skip(self, size: int, what: str) -> None:
        """Pass over `size` bytes; `DecodeError` if there are fewer."""
        if size > self._end - self._pos:
            raise DecodeError(f"{what} cut short", self._pos)
        self._pos += size

    def uint(self, size: int, what: str) -> int:
        """An unsigned big-endian number of `size` bytes."""
        return int.from_bytes(self.take(size, what), "big")

    def u8(self, what: str) -> int:
        """One byte."""
        start = self._pos
        if start >= self._end:
            raise DecodeError(f"{what} cut short", start)
        self._pos = start + 1
        return self._data[start]

    def u16(self, what: str) -> int:
        """Two bytes."""
        start = self._pos
        if self._end - start < 2:
            raise DecodeError(f"{what} cut short", start)
        self._pos = start + 2
        return self._data[start] << 8 | self._data[start + 1]

    def u24(self, what: str) -> int:
        """Three bytes."""
        return self.uint(3, what)

    def u32(self, what: str) -> int:
        """Four bytes."""
        return self.uint(4, what)

    def opaque(self, size: int, what: str) -> bytes:
        """Bytes behind a length of `size` bytes (RFC 8446 section 3.4)."""
        return self.take(self.uint(size, f"length of {what}"), what)

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(self.remaining, "rest")

    def rewind(self, start: int) -> None:
        """Back to an earlier position."""
        self._pos = start

    def since(self, start: int) -> bytes:
        """What was read from an earlier position on."""
        return self._data[start : self._pos]

    def finish(self, what: str) -> None:
        """`DecodeError` unless everything was read."""
        if self._pos != self._end:
            raise DecodeError(f"{self._end - self._pos} excess bytes in {what}", self._pos)

    @contextmanager
    def vector(self, size: int, what: str) -> Iterator[None]:
        """Confine reading to a part behind a length of `size` bytes."""
        length = self.uint(size, f"length of {what}")
        if length > self._end - self._pos:
            raise DecodeError(f"{what} cut short", self._pos)
        outer = self._end
        self._end = self._pos + length
        yield
        self.finish(what)
        self._end = outer


def uint(value: int, size: int) -> bytes:
    """`value` as an unsigned big-endian number of `size` bytes."""
    return value.to_bytes(size, "big")


def opaque(data: bytes, size: int) -> bytes:
    """`data` behind its length in `size` bytes."""
    return len(data).to_bytes(size, "big") + data
