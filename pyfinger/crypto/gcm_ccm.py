"""GCM and CCM of any block cipher, with nonces of 12 octets.

GHASH (NIST SP 800-38D section 6.4) takes many blocks at once:

    H^n X1 + H^(n-1) X2 + ... + H Xn        in GF(2^128)

Blocks lie side by side in one large number, in lanes of 256 bits, which leave room for a
product.  The front half of the lanes, multiplied by a power of H, is added to the back
half until one lane is left: that takes log n multiplications of many lanes, not n.  A
multiplication goes over the 32 hexadecimal digits of the power, shifting and adding one
of 16 multiples of all the lanes; afterwards all lanes are reduced together.

A block is a number as it stands, its highest bit the coefficient of x^0.

Both make a key stream of a counter (NIST SP 800-38A section 6.5).  In CCM (NIST SP 800-38C,
RFC 3610) lengths have three octets; additional data is shorter than 65280.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Callable

BLOCK = 16  # octets
NONCE = 12  # octets, of all AEADs here (RFC 5116)


_LANE = 256  # bits
_BLOCK_BITS = (1 << 128) - 1
_VALUES = bytes.maketrans(b"0123456789abcdef", bytes(range(16)))
_SPREAD = bytes(int(f"{digit:b}", 4) for digit in range(16)) + bytes(240)  # squaring: a zero before each bit
TAG = 16  # octets


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


class Ghash:
    """The hash under one subkey H."""

    def __init__(self, subkey: int) -> None:
        self._digits = [_digits(subkey)]  # of H^1, H^2, H^4 ...

    def digest(self, extra: bytes, sealed: bytes) -> int:
        """Of additional data and ciphertext, with padding and lengths, as a number of 128 bits."""
        lengths = (len(extra) * 8).to_bytes(8, "big") + (len(sealed) * 8).to_bytes(8, "big")
        data = padded(extra) + padded(sealed) + lengths
        lanes = len(data) // BLOCK // 2 + 1  # with a block of zeros at the end, for the last factor H
        blocks = int.from_bytes(data, "big") << 128
        low = int.from_bytes((b"\xff" * BLOCK + bytes(BLOCK)) * lanes, "little")
        total = _times(blocks >> 128 & low, self._digits[0], low) ^ blocks & low
        while lanes > 1:
            level = (lanes - 1).bit_length()
            lanes = 1 << level - 1
            back = (1 << _LANE * lanes) - 1
            low &= back
            total = _times(total >> _LANE * lanes, self._power(level), low) ^ total & back
        return total

    def _power(self, level: int) -> bytes:
        """The digits of H^(2^level)."""
        while len(self._digits) <= level:
            squared = int.from_bytes(self._digits[-1].translate(_SPREAD), "big")
            self._digits.append(_digits(_reduced(squared << 1, _BLOCK_BITS)))
        return self._digits[level]


def _digits(number: int) -> bytes:
    """The hexadecimal digits of a block, as octets."""
    return f"{number:032x}".encode().translate(_VALUES)


def _times(lanes: int, digits: bytes, low: int) -> int:
    """All lanes multiplied by one number, given by its digits; `low` masks their lower halves."""
    b1, b2, b3 = lanes << 1, lanes << 2, lanes << 3
    one, two = b1 ^ lanes, b2 ^ lanes
    three, six = b2 ^ b1, b3 ^ b1
    multiples = (
        *(0, lanes, b1, one, b2, two, three, three ^ lanes),
        *(b3, b3 ^ lanes, six, six ^ lanes, b3 ^ b2, b3 ^ two, b3 ^ three, b3 ^ three ^ lanes),
    )
    product = 0
    for digit in digits:
        product = product << 4 ^ multiples[digit]
    return _reduced(product << 1, low)


def _reduced(product: int, low: int) -> int:
    """Modulo x^128 + x^7 + x^2 + x + 1; the lower half of each lane has the high coefficients."""
    high = product & low
    high ^= (high << 127 ^ high << 126 ^ high << 121) & low
    return (product >> 128 ^ high ^ high >> 1 ^ high >> 2 ^ high >> 7) & low


class Gcm:
    """One key; `encrypt` is its block cipher, on as many blocks as it is given."""

    def __init__(self, encrypt: Callable[[bytes], bytes]) -> None:
        self._encrypt = encrypt
        self._hash: Ghash | None = None

    def seal(self, nonce: bytes, plaintext: bytes, data: bytes) -> bytes:
        """The ciphertext with its tag; `data` is authenticated only."""
        ghash, mask, stream = self._streams(nonce, len(plaintext))
        sealed = exclusive_or(plaintext, stream)
        return sealed + _tag(ghash.digest(data, sealed), mask)

    def open(self, nonce: bytes, ciphertext: bytes, data: bytes) -> bytes | None:
        """The plaintext, or None if the tag is not right."""
        sealed, tag = ciphertext[:-TAG], ciphertext[-TAG:]
        ghash, mask, stream = self._streams(nonce, len(sealed))
        if not hmac.compare_digest(_tag(ghash.digest(data, sealed), mask), tag):
            return None
        return exclusive_or(sealed, stream)

    def _streams(self, nonce: bytes, size: int) -> tuple[Ghash, bytes, bytes]:
        """The hash, what masks its value, and the key stream.

        The first record's blocks take along the block of zeros that becomes the subkey.
        """
        blocks = counter_blocks(checked_nonce(nonce) + b"\0\0\0\x01", 1 - -size // BLOCK)
        if self._hash is not None:
            stream = self._encrypt(blocks)
            return self._hash, stream[:BLOCK], stream[BLOCK:]
        stream = self._encrypt(bytes(BLOCK) + blocks)
        self._hash = Ghash(int.from_bytes(stream[:BLOCK], "big"))
        return self._hash, stream[BLOCK : 2 * BLOCK], stream[2 * BLOCK :]


def _tag(digest: int, mask: bytes) -> bytes:
    return (digest ^ int.from_bytes(mask, "big")).to_bytes(TAG, "big")


class Ccm:
    """One key of a block cipher, which encrypts many blocks or makes a CBC-MAC of them."""

    def __init__(self, encrypt: Callable[[bytes], bytes], mac: Callable[[bytes], bytes], tag: int) -> None:
        self._encrypt = encrypt
        self._mac = mac
        self._tag = tag  # octets

    def seal(self, nonce: bytes, plaintext: bytes, data: bytes) -> bytes:
        """The ciphertext with its tag; `data` is authenticated only."""
        mask, stream = self._streams(nonce, len(plaintext))
        return exclusive_or(plaintext, stream) + self._tag_of(nonce, plaintext, data, mask)

    def open(self, nonce: bytes, ciphertext: bytes, data: bytes) -> bytes | None:
        """The plaintext, or None if the tag is not right."""
        sealed, tag = ciphertext[: -self._tag], ciphertext[-self._tag :]
        mask, stream = self._streams(nonce, len(sealed))
        plaintext = exclusive_or(sealed, stream)
        return plaintext if hmac.compare_digest(self._tag_of(nonce, plaintext, data, mask), tag) else None

    def _streams(self, nonce: bytes, size: int) -> tuple[bytes, bytes]:
        """What masks the tag, and the key stream (RFC 3610 section 2.3)."""
        first = b"\x02" + checked_nonce(nonce) + bytes(3)
        stream = self._encrypt(counter_blocks(first, 1 - -size // BLOCK))
        return stream[:BLOCK], stream[BLOCK:]

    def _tag_of(self, nonce: bytes, plaintext: bytes, data: bytes, mask: bytes) -> bytes:
        """RFC 3610 section 2.2."""
        flags = 0x40 * bool(data) | (self._tag - 2) // 2 << 3 | 2
        head = bytes([flags]) + nonce + len(plaintext).to_bytes(3, "big")
        extra = len(data).to_bytes(2, "big") + data if data else b""
        return exclusive_or(self._mac(head + padded(extra) + padded(plaintext))[: self._tag], mask)
