"""Security bits of keys and digests, as OpenSSL counts them.

Security level 1 asks for 80 bits of the leaf's key (error 66), the other keys
(67) and every signature below the anchor (68); level 0 asks for nothing.
"""

from __future__ import annotations

import math

LEVEL_BITS = (0, 80, 112, 128, 192, 256)  # by security level

_STANDARD = {2048: 112, 3072: 128, 4096: 152, 6144: 176, 7680: 192, 8192: 200, 15360: 256}
_LOG2 = math.log(2)

_BROKEN = {"md2": 0, "md4": 0, "md5": 39, "sha1": 63}  # further than half their size
_DIGEST_BITS = {"ripemd160": 160, "sha512_224": 224, "sha512_256": 256}


def required(level: int) -> int:
    """Security bits a level asks for."""
    return LEVEL_BITS[min(level, 5)]


def modulus_strength(bits: int) -> int:
    """Bits of an RSA modulus: FIPS 140-2 implementation guidance 7.5, rounded to eights."""
    if bits in _STANDARD:
        return _STANDARD[bits]
    if bits < 8:
        return 0
    nats = bits * _LOG2
    root = int(64 * (nats * math.log(nats) ** 2) ** (1 / 3)) / 64  # OpenSSL's fixed point
    work = (1.923 * root - 4.69) / _LOG2
    cap = 192 if bits <= 7680 else 256 if bits <= 15360 else 1200
    return min(int(work + 4) & ~7, cap)


def subgroup_strength(modulus_bits: int, order_bits: int) -> int:
    """Bits of a DSA key (BN_security_bits)."""
    steps = ((15360, 256), (7680, 192), (3072, 128), (2048, 112), (1024, 80))
    modulus = next((bits for size, bits in steps if modulus_bits >= size), 0)
    return min(modulus, order_bits // 2) if order_bits >= 160 else 0


def curve_strength(order_bits: int) -> int:
    """Bits of a curve, by the size of its group's order."""
    steps = ((512, 256), (384, 192), (256, 128), (224, 112), (160, 80))
    return next((bits for size, bits in steps if order_bits >= size), order_bits // 2)


def digest_strength(digest: str) -> int:
    """Bits of a signature with this digest: half its size, less for broken ones."""
    if digest in _BROKEN:
        return _BROKEN[digest]
    return (_DIGEST_BITS.get(digest) or int(digest[-3:])) // 2
