"""Compressed certificates (RFC 8879): what is in them, and never more than was announced.

zlib is Python's.  Zstandard is the standard library's from Python 3.14 on, or that of
`backports.zstd` where it is installed; where there is neither, our own (`zstd`) does it.
All say `DecodeError` to whatever is malformed, too long, cut short or has something behind it.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import TypeAlias

from pyfinger.errors import DecodeError
from pyfinger.tls.codepoints import CertificateCompression

Decompress: TypeAlias = Callable[[bytes, int], bytes]


def decompressor(algorithm: int) -> Decompress | None:
    """What gives the content of some bytes, at most so many; None for an algorithm we do not have."""
    return _DECOMPRESSORS.get(algorithm)


def _inflate(data: bytes, limit: int) -> bytes:
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(data, limit + 1)
    except zlib.error as error:
        raise DecodeError("malformed zlib stream") from error
    if len(content) > limit or not inflater.eof:
        raise DecodeError("zlib stream too long or cut short")
    return content


def unzstd(data: bytes, limit: int) -> bytes:
    """The content of all frames, by whoever is there."""
    library = library_zstd()
    if library is not None:
        return library(data, limit)
    from pyfinger.tls import zstd as own_zstd

    return own_zstd.decompress(data, limit)


@cache
def library_zstd() -> Decompress | None:
    """Python's own Zstandard, or its backport; None if there is neither."""
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError:
        return None

    def decompress(data: bytes, limit: int) -> bytes:
        content, rest = b"", data
        while True:
            frame = zstd.ZstdDecompressor()
            try:
                content += frame.decompress(rest, limit + 1 - len(content))
            except zstd.ZstdError as error:
                raise DecodeError("malformed zstd frame") from error
            if len(content) > limit or not frame.eof:
                raise DecodeError("zstd frame too long or cut short")
            rest = frame.unused_data
            if not rest:
                return content

    return decompress


_DECOMPRESSORS: Mapping[int, Decompress] = {
    CertificateCompression.ZLIB: _inflate,
    CertificateCompression.ZSTD: unzstd,
}
