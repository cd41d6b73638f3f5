"""XXH64 with seed 0, the checksum of a frame's content (RFC 8878 section 3.1.1, [XXHASH])."""

from __future__ import annotations

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
