"""What is done to a record on its way from the server to the client.

A record is its header and body, as on the wire (RFC 8446 section 5.1).  An
operation turns one record into the bytes that are sent instead; `Swap` holds it
back until the next one has gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

HEADER = 5

Operation: TypeAlias = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Mangle:
    """One operation on the record at one position, counted from 0."""

    name: str
    position: int
    operation: Operation
    swap: bool = False


class Mangler:
    """Applies a `Mangle` to a stream of bytes, however cut."""

    def __init__(self, mangle: Mangle | None) -> None:
        self._mangle = mangle
        self._held = bytearray()
        self._late = b""
        self._count = 0

    def feed(self, data: bytes) -> bytes:
        """Bytes from the server; the bytes for the client."""
        self._held += data
        sent = b""
        while (record := self._take()) is not None:
            sent += self._pass(record)
            self._count += 1
        return sent

    def _take(self) -> bytes | None:
        if len(self._held) < HEADER:
            return None
        size = HEADER + int.from_bytes(self._held[3:HEADER], "big")
        if len(self._held) < size:
            return None
        record = bytes(self._held[:size])
        del self._held[:size]
        return record

    def _pass(self, record: bytes) -> bytes:
        late, self._late = self._late, b""
        if self._mangle is None or self._count != self._mangle.position:
            return record + late
        if self._mangle.swap:
            self._late = record
            return b""
        return self._mangle.operation(record)


def record(kind: int, body: bytes, version: int = 0x0303) -> bytes:
    """A record on the wire."""
    return bytes([kind]) + version.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body


def _with_body(whole: bytes, body: bytes) -> bytes:
    return whole[:3] + len(body).to_bytes(2, "big") + body


def flip(offset: int, mask: int = 1) -> Operation:
    """Bits of one byte turned over; the offset may be negative, and is kept inside the record."""

    def changed(whole: bytes) -> bytes:
        at = offset if offset >= 0 else len(whole) + offset
        at = min(max(at, 0), len(whole) - 1)
        return whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :]

    return changed


def retype(kind: int) -> Operation:
    """Another content type."""
    return lambda whole: bytes([kind]) + whole[1:]


def reversion(version: int) -> Operation:
    """Another version in the header."""
    return lambda whole: whole[:1] + version.to_bytes(2, "big") + whole[3:]


def cut(size: int) -> Operation:
    """The last bytes of the body gone, the length right."""
    return lambda whole: _with_body(whole, whole[HEADER : max(HEADER, len(whole) - size)])


def keep(size: int) -> Operation:
    """Only the first bytes of the body, the length right."""
    return lambda whole: _with_body(whole, whole[HEADER : HEADER + size])


def grow(size: int) -> Operation:
    """Zero bytes behind the body, the length right."""
    return lambda whole: _with_body(whole, whole[HEADER:] + bytes(size))


def resize(change: int) -> Operation:
    """Another length in the header, and the body as it was."""

    def changed(whole: bytes) -> bytes:
        size = min(max(len(whole) - HEADER + change, 0), 0xFFFF)
        return whole[:3] + size.to_bytes(2, "big") + whole[HEADER:]

    return changed


def double(whole: bytes) -> bytes:
    """The record twice."""
    return whole * 2


def drop(whole: bytes) -> bytes:
    """No record."""
    return b""


def before(inserted: bytes) -> Operation:
    """Something ahead of the record."""
    return lambda whole: inserted + whole


def after(inserted: bytes) -> Operation:
    """Something behind the record."""
    return lambda whole: whole + inserted


def split(at: int) -> Operation:
    """Two records of one; a negative place counts from the end."""

    def changed(whole: bytes) -> bytes:
        body = whole[HEADER:]
        return _with_body(whole, body[:at]) + _with_body(whole, body[at:])

    return changed
