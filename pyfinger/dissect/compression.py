"""What is in a CompressedCertificate (RFC 8879): zlib and zstd, never more than announced."""

from __future__ import annotations

import zlib

from pyfinger.dissect.field import Field
from pyfinger.errors import DecodeError
from pyfinger.tls import zstd
from pyfinger.tls.codepoints import CertificateCompression

_MOST = 100 * 1024  # bytes; what OpenSSL takes of certificates at most


def decompressed(message: Field) -> bytes | None:
    """The Certificate's bytes, none if it does not decompress; None if nobody here could tell."""
    size = message.number("uncompressed_length") or 0
    data = next(message.all("compressed_certificate_message"), None)
    if data is None or not isinstance(data.value, bytes) or not 0 < size <= _MOST:
        return None
    try:
        if message.number("algorithm") == CertificateCompression.ZLIB:
            return zlib.decompressobj().decompress(data.value, size + 1)
        if message.number("algorithm") == CertificateCompression.ZSTD:
            return zstd.decompress(data.value, size)
    except (zlib.error, DecodeError):
        return b""
    return None
