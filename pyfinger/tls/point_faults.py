"""Why an encoded point is none, as OpenSSL says it (ossl_ec_GFp_simple_oct2point(), SEC 1 section 2.3.4)."""

from __future__ import annotations

from pyfinger.errors import LibraryError

_LIBRARY = 0x08000000
_TOO_SMALL = LibraryError(_LIBRARY + 100, "buffer too small")
_INVALID = LibraryError(_LIBRARY + 102, "invalid encoding")
_NOT_ON_CURVE = LibraryError(_LIBRARY + 107, "point is not on curve")
_NOT_COMPRESSED = LibraryError(_LIBRARY + 110, "invalid compressed point")

_INFINITY, _COMPRESSED, _UNCOMPRESSED, _HYBRID = 0, 2, 4, 6  # without the bit for y


def point_fault(encoded: bytes, prime: int) -> LibraryError | None:
    """What is wrong with a point over a prime field that could not be decoded; None for infinity."""
    if not encoded:
        return _TOO_SMALL
    form, odd = encoded[0] & ~1, encoded[0] & 1
    if form > _HYBRID or (odd and form in (_INFINITY, _UNCOMPRESSED)):
        return _INVALID
    if form == _INFINITY:
        return None if len(encoded) == 1 else _INVALID
    size = (prime.bit_length() + 7) // 8
    numbers = [int.from_bytes(encoded[at : at + size], "big") for at in range(1, len(encoded), size)]
    if len(encoded) != 1 + size * (1 if form == _COMPRESSED else 2) or max(numbers) >= prime:
        return _INVALID
    if form == _COMPRESSED:
        return _NOT_COMPRESSED
    return _INVALID if form == _HYBRID and numbers[1] & 1 != odd else _NOT_ON_CURVE
