"""What ciphers that make a key stream have in common (NIST SP 800-38A section 6.5)."""

from __future__ import annotations

import struct

BLOCK = 16  # octets
NONCE = 12  # octets, of all AEADs here (RFC 5116)


def checked_nonce(nonce: bytes) -> bytes:
    """The nonce, or `ValueError` if its size is not the one that TLS has."""
    if len(nonce) != NONCE:
        raise ValueError("the nonce has 12 octets")
    return nonce


def counter_blocks(first: bytes, count: int) -> bytes:
    """`count` blocks, counted up from `first` in its last four octets, which must not overflow."""
    start = int.from_bytes(first[12:], "big")
    numbers = struct.pack(f">{count}I", *range(start, start + count))
    blocks = bytearray(first * count)
    for place in range(4):
        blocks[12 + place :: BLOCK] = numbers[place::4]
    return bytes(blocks)


def padded(data: bytes) -> bytes:
    """Filled up with zeros to whole blocks."""
    return data + bytes(-len(data) % BLOCK)


def exclusive_or(data: bytes, mask: bytes) -> bytes:
    """`data` with the beginning of a mask that is at least as long."""
    size = len(data)
    mixed = int.from_bytes(data, "little") ^ int.from_bytes(mask[:size], "little")
    return mixed.to_bytes(size, "little")
