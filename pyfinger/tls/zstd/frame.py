"""Frames: header, blocks, checksum; and those to skip (RFC 8878 section 3.1).

Blocks are raw, repeated or compressed (section 3.1.1.2); the checksum is XXH64 with seed 0
(section 3.1.1).
"""

from __future__ import annotations

from pyfinger.errors import DecodeError
from pyfinger.tls.zstd.bits import OutputBudget, little
from pyfinger.tls.zstd.huffman import Literals
from pyfinger.tls.zstd.sequences import Sequence, Sequences
from pyfinger.values import Value
from pyfinger.wire import Reader

_MASK = (1 << 64) - 1
_PRIME1, _PRIME2, _PRIME3, _PRIME4, _PRIME5 = (
    0x9E3779B185EBCA87,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0x85EBCA77C2B2AE63,
    0x27D4EB2F165667C5,
)
_STRIPE = 32  # bytes: four lanes of eight
_LANES = ((_PRIME1 + _PRIME2) & _MASK, _PRIME2, 0, -_PRIME1 & _MASK)


_MAX_BLOCK = 128 * 1024
_RAW, _RLE, _COMPRESSED = range(3)
_MAGIC = 0xFD2FB528
_SKIPPABLE = 0x184D2A50  # to 0x184D2A5F
_MAX_WINDOW = 1 << 27  # what the reference decoder allows; no memory depends on it here
_DICTIONARY_SIZES = (0, 1, 2, 4)
_CONTENT_SIZES = (0, 2, 4, 8)


def _rotated(value: int, count: int) -> int:
    """The low 64 bits, rotated left."""
    value &= _MASK
    return (value << count | value >> (64 - count)) & _MASK


def _round(lane: int, word: int) -> int:
    return _rotated(lane + word * _PRIME2, 31) * _PRIME1 & _MASK


def _words(data: bytes, size: int) -> list[int]:
    """Little-endian numbers of `size` bytes."""
    return [int.from_bytes(data[start : start + size], "little") for start in range(0, len(data), size)]


def xxh64(data: bytes) -> int:
    """The hash, 64 bits."""
    stripes = len(data) // _STRIPE * _STRIPE
    value = _converged(data[:stripes]) if stripes else _PRIME5
    value = _with_tail(value + len(data), data[stripes:]) & _MASK
    value = (value ^ value >> 33) * _PRIME2 & _MASK
    value = (value ^ value >> 29) * _PRIME3 & _MASK
    return value ^ value >> 32


def _converged(data: bytes) -> int:
    """Four lanes over all whole stripes, mixed into one."""
    words = _words(data, 8)
    lanes = []
    for place, lane in enumerate(_LANES):
        for word in words[place::4]:
            lane = _round(lane, word)
        lanes.append(lane)
    value = sum(_rotated(lane, count) for lane, count in zip(lanes, (1, 7, 12, 18), strict=True))
    for lane in lanes:
        value = (value ^ _round(0, lane)) * _PRIME1 + _PRIME4 & _MASK
    return value


def _with_tail(value: int, tail: bytes) -> int:
    """The last bytes: by eight, by four, one by one."""
    eights = len(tail) & ~7
    fours = len(tail) & ~3
    for word in _words(tail[:eights], 8):
        value = _rotated(value ^ _round(0, word), 27) * _PRIME1 + _PRIME4
    for word in _words(tail[eights:fours], 4):
        value = _rotated(value ^ word * _PRIME1, 23) * _PRIME2 + _PRIME3
    for byte in tail[fours:]:
        value = _rotated(value ^ byte * _PRIME5, 11) * _PRIME1
    return value


class Blocks:
    """Decodes the blocks of one frame, whose window is given in bytes."""

    def __init__(self, window: int, budget: OutputBudget) -> None:
        self._window = window
        self._max_block = min(window, _MAX_BLOCK)
        self._budget = budget
        self._literals = Literals(budget)
        self._sequences = Sequences(budget)
        self._out = bytearray()

    def read(self, reader: Reader) -> bytes:
        """The content of all blocks."""
        last = False
        while not last:
            last = self._read_block(reader)
        return bytes(self._out)

    def _read_block(self, reader: Reader) -> bool:
        """Append one block; whether it was the last."""
        header = little(reader, 3, "zstd block")
        kind, size = header >> 1 & 3, header >> 3
        if size > self._max_block:
            raise DecodeError("zstd block too large", reader.position)
        if kind == _RAW:
            self._budget.spend_room(size, reader.position)
            self._out += reader.take(size, "zstd block")
        elif kind == _RLE:
            self._budget.spend_room(size, reader.position)
            self._out += reader.take(1, "zstd block") * size
        elif kind == _COMPRESSED:
            self._decompress(Reader(reader.take(size, "zstd block")), reader.position)
        else:
            raise DecodeError("reserved zstd block type", reader.position)
        return bool(header & 1)

    def _decompress(self, reader: Reader, offset: int) -> None:
        """Append a compressed block; `offset` is for errors."""
        start = len(self._out)
        room = min(self._max_block, self._budget.room)
        literals = Reader(self._literals.read(reader, room))
        for sequence in self._sequences.read(reader, room):
            self._copy(sequence, literals, start + room)
        if literals.remaining > start + room - len(self._out):
            raise DecodeError("zstd block too long", offset)
        self._out += literals.rest()
        self._budget.spend_room(len(self._out) - start, offset)

    def _copy(self, sequence: Sequence, literals: Reader, end: int) -> None:
        """Literals, then a match, which may reach into itself (RFC 8878 section 3.1.1.4)."""
        self._out += literals.take(sequence.literals, "zstd literals")
        length, offset = sequence.match, sequence.offset
        if length > end - len(self._out):
            raise DecodeError("zstd block too long", literals.position)
        if offset > min(len(self._out), self._window):
            raise DecodeError("zstd offset too far back", literals.position)
        start = len(self._out) - offset
        pattern = self._out[start : start + length]
        self._out += (pattern * -(-length // len(pattern)))[:length]


class FrameHeader(Value):
    """What is told before the blocks; sizes in bytes, `content` None if it is not told."""

    window: int
    content: int | None
    checksum: bool


def decompress(data: bytes, limit: int) -> bytes:
    """The content of all frames, at most `limit` bytes; `DecodeError` for anything else."""
    reader = Reader(data)
    budget = OutputBudget(limit)
    parts = [_read_frame(reader, budget)]
    while reader:
        parts.append(_read_frame(reader, budget))
    return b"".join(parts)


def _read_frame(reader: Reader, budget: OutputBudget) -> bytes:
    magic = little(reader, 4, "zstd frame")
    if magic & ~15 == _SKIPPABLE:
        reader.take(little(reader, 4, "length of skippable frame"), "skippable frame")
        return b""
    if magic != _MAGIC:
        raise DecodeError("not a zstd frame", reader.position)
    header = _read_header(reader)
    if header.content is not None and header.content > budget.room:
        raise DecodeError("zstd content longer than allowed", reader.position)
    content = Blocks(header.window, budget).read(reader)
    _check(header, content, reader)
    return content


def _read_header(reader: Reader) -> FrameHeader:
    """Frame_Header (RFC 8878 section 3.1.1.1)."""
    flags = reader.u8("zstd frame header")
    single_segment = bool(flags & 0x20)
    if flags & 0x08:
        raise DecodeError("reserved bit in zstd frame header", reader.position)
    window = None if single_segment else _window(reader.u8("zstd window"))
    if little(reader, _DICTIONARY_SIZES[flags & 3], "zstd dictionary"):
        raise DecodeError("zstd dictionaries are not supported", reader.position)
    content = _content_size(reader, flags >> 6, single_segment=single_segment)
    if window is None:
        window = content or 0
    elif window > _MAX_WINDOW:
        raise DecodeError("zstd window too large", reader.position)
    return FrameHeader(window, content, bool(flags & 0x04))


def _window(descriptor: int) -> int:
    """Window_Descriptor (RFC 8878 section 3.1.1.1.2)."""
    base = 1 << 10 + (descriptor >> 3)
    return base + base // 8 * (descriptor & 7)


def _content_size(reader: Reader, size_format: int, *, single_segment: bool) -> int | None:
    """Frame_Content_Size (RFC 8878 section 3.1.1.1.4)."""
    size = _CONTENT_SIZES[size_format] or int(single_segment)
    if not size:
        return None
    value = little(reader, size, "zstd content size")
    return value + 256 if size == 2 else value


def _check(header: FrameHeader, content: bytes, reader: Reader) -> None:
    """Compare with the size told before, and the checksum that follows."""
    if header.content is not None and header.content != len(content):
        raise DecodeError("zstd content size differs", reader.position)
    if header.checksum and little(reader, 4, "zstd checksum") != xxh64(content) & 0xFFFFFFFF:
        raise DecodeError("zstd checksum differs", reader.position)
