"""Keys out of secrets: TLS's pseudo-random functions and HKDF (RFC 2246, 5246, 5869 and 8446).

Made of the standard library's HMAC; values in and out, nothing is kept.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from itertools import count

_SIZES = {"sha256": 32, "sha384": 48}  # octets of a block, where one is mostly enough


def p_hash(digest: str, secret: bytes, seed: bytes, size: int) -> bytes:
    """P_hash: as many octets as asked for (RFC 5246 section 5)."""
    made, a = b"", seed
    while len(made) < size:
        a = hmac.digest(secret, a, digest)
        made += hmac.digest(secret, a + seed, digest)
    return made[:size]


def prf_md5_sha1(secret: bytes, seed: bytes, size: int) -> bytes:
    """The PRF of TLS 1.0 and 1.1; an octet in the middle belongs to both halves (RFC 2246 section 5)."""
    half = (len(secret) + 1) // 2
    md5 = p_hash("md5", secret[:half], seed, size)
    sha1 = p_hash("sha1", secret[len(secret) - half :], seed, size)
    return bytes(one ^ other for one, other in zip(md5, sha1, strict=True))


def hkdf_extract(digest: str, salt: bytes, key: bytes) -> bytes:
    """HKDF-Extract (RFC 5869 section 2.2)."""
    return hmac.digest(salt, key, digest)


def hkdf_expand(digest: str, secret: bytes, info: bytes, size: int) -> bytes:
    """HKDF-Expand (RFC 5869 section 2.3); at most 255 times the digest's size."""
    made, block = b"", b""
    for number in count(1):
        if len(made) >= size:
            break
        block = hmac.digest(secret, block + info + bytes([number]), digest)
        made += block
    return made[:size]


def hkdf_expand_label(digest: str, secret: bytes, label: bytes, context: bytes, size: int) -> bytes:
    """HKDF-Expand-Label (RFC 8446 section 7.1)."""
    info = _label_info(size, label) + bytes([len(context)]) + context
    if size <= _SIZES.get(digest, 0):
        return hmac.digest(secret, info + b"\1", digest)[:size]
    return hkdf_expand(digest, secret, info, size)


@lru_cache(maxsize=64)
def _label_info(size: int, label: bytes) -> bytes:
    name = b"tls13 " + label
    return size.to_bytes(2, "big") + bytes([len(name)]) + name
