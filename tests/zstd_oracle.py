"""Another implementation of Zstandard, to hold ours against: Python 3.14's own, or its backport."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["compress", "compressor", "decompress", "in_blocks"]


def compressor(level: int, *, checksum: bool = False, told: bool = True) -> zstd.ZstdCompressor:
    """For one frame; `told`: its header has the content's size."""
    parameter = zstd.CompressionParameter
    return zstd.ZstdCompressor(
        options={
            parameter.compression_level: level,
            parameter.checksum_flag: int(checksum),
            parameter.content_size_flag: int(told),
        }
    )


def compress(content: bytes, level: int = 3, *, checksum: bool = False, told: bool = True) -> bytes:
    """One frame."""
    encoder = compressor(level, checksum=checksum, told=told)
    if told:
        encoder.set_pledged_input_size(len(content))
    return encoder.compress(content) + encoder.flush()


def in_blocks(parts: list[bytes], level: int) -> bytes:
    """One frame in which each part ends a block."""
    encoder = compressor(level)
    pieces = [encoder.compress(part, zstd.ZstdCompressor.FLUSH_BLOCK) for part in parts]
    return b"".join(pieces) + encoder.flush()


def decompress(data: bytes, limit: int) -> bytes:
    """At most so many octets of one frame."""
    return zstd.ZstdDecompressor().decompress(data, max_length=limit)
