"""Frames: header, blocks, checksum; and those to skip (RFC 8878 section 3.1)."""

from __future__ import annotations

from pyfinger.errors import DecodeError
from pyfinger.tls.zstd.bits import little
from pyfinger.tls.zstd.blocks import Blocks
from pyfinger.tls.zstd.budget import Budget
from pyfinger.tls.zstd.xxhash import xxh64
from pyfinger.values import Value
from pyfinger.wire import Reader

_MAGIC = 0xFD2FB528
_SKIPPABLE = 0x184D2A50  # to 0x184D2A5F
_MAX_WINDOW = 1 << 27  # what the reference decoder allows; no memory depends on it here
_DICTIONARY_SIZES = (0, 1, 2, 4)
_CONTENT_SIZES = (0, 2, 4, 8)


class FrameHeader(Value):
    """What is told before the blocks; sizes in bytes, `content` None if it is not told."""

    window: int
    content: int | None
    checksum: bool


def decompress(data: bytes, limit: int) -> bytes:
    """The content of all frames, at most `limit` bytes; `DecodeError` for anything else."""
    reader = Reader(data)
    budget = Budget(limit)
    parts = [_read_frame(reader, budget)]
    while reader:
        parts.append(_read_frame(reader, budget))
    return b"".join(parts)


def _read_frame(reader: Reader, budget: Budget) -> bytes:
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
