"""AES (FIPS 197), encrypting many blocks at once; CBC-MAC, which cannot have them at once.

Python's price is per operation, not per octet, so `encrypt` takes all blocks through a
round together: SubBytes is one `bytes.translate`, and MixColumns a few operations on one
large number.  For that the state lies in sixteen planes, the first octets of all blocks,
and so on, row by row: ShiftRows only cuts and joins.  Of a few blocks numbers are short, and
it is fewer of them that count: there a second `translate` doubles.

In `mac` a block waits for the one before.  There it is four lookups a column in tables
made at first use (Daemen and Rijmen, The Design of Rijndael, section 4.2).

Not constant in time; see the package's contract.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import repeat
from operator import itemgetter, mul
from typing import TypeAlias

from pyfinger.crypto.gcm_ccm import BLOCK, Ccm, Gcm

Table: TypeAlias = list[int]

_S_BOX = bytes.fromhex(
    "637c777bf26b6fc53001672bfed7ab76ca82c97dfa5947f0add4a2af9ca472c0"
    "b7fd9326363ff7cc34a5e5f171d8311504c723c31896059a071280e2eb27b275"
    "09832c1a1b6e5aa0523bd6b329e32f8453d100ed20fcb15b6acbbe394a4c58cf"
    "d0efaafb434d338545f9027f503c9fa851a3408f929d38f5bcb6da2110fff3d2"
    "cd0c13ec5f974417c4a77e3d645d197360814fdc222a908846eeb814de5e0bdb"
    "e0323a0a4906245cc2d3ac629195e479e7c8376d8dd54ea96c56f4ea657aae08"
    "ba78252e1ca6b4c6e8dd741f4bbd8b8a703eb5664803f60e613557b986c11d9e"
    "e1f8981169d98e949b1e87e9ce5528df8ca1890dbfe6426841992d0fb054bb16"
)
_CONSTANTS = tuple(value << 24 for value in (1, 2, 4, 8, 16, 32, 64, 128, 0x1B, 0x36))  # Rcon
_DOUBLED = bytes(value << 1 & 0xFF ^ 0x1B * (value >> 7) for value in _S_BOX)  # MixColumns' 2 in GF(2^8)
_ROW_BY_ROW = (0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)  # octets of a block, as planes lie
_planes = itemgetter(*[slice(place, None, BLOCK) for place in _ROW_BY_ROW])
_FEW = 8  # blocks; up to there numbers are so short that it pays to have all rows twice
_MANY = 40  # blocks; from here on the round keys are spread octet by octet


class Aes:
    """One key of 16, 24 or 32 octets."""

    def __init__(self, key: bytes) -> None:
        self._schedule = _schedule(key)
        rows = bytearray(len(self._schedule))
        for place, source in enumerate(_ROW_BY_ROW):
            rows[place::BLOCK] = self._schedule[source::BLOCK]
        self._rows = bytes(rows)
        self._spread: tuple[int, list[int]] = (0, [])
        self._words: tuple[int, ...] = ()

    def encrypt(self, blocks: bytes) -> bytes:
        """Each block by itself; `blocks` has a multiple of 16 octets, and at least 16."""
        count = len(blocks) // BLOCK
        rounds = self._short_rounds if count < _FEW else self._rounds
        planes = rounds(b"".join(_planes(blocks)), count)
        result = bytearray(len(blocks))
        for place, start in zip(_ROW_BY_ROW, range(0, len(planes), count), strict=True):
            result[place::BLOCK] = planes[start : start + count]
        return bytes(result)

    def _rounds(self, planes: bytes, n: int) -> bytes:
        """All rounds, on `n` blocks laid out in planes (FIPS 197 section 5.1)."""
        size, number, box, cut = BLOCK * n, int.from_bytes, _S_BOX, _shift_rows(n)
        first, *middle, last = self._round_keys(n)
        # A row has four planes of n octets; `one` and `two` are rows in bits.
        one, two, three = 32 * n, 64 * n, 96 * n
        low_one, low_two = (1 << one) - 1, (1 << two) - 1
        ones = number(b"\x01" * size, "little")
        tops, residue = ones * 0x80, ones * 0x1B
        state = number(planes, "little") ^ first
        for key in middle:
            octets = state.to_bytes(size, "little").translate(box)
            a = number(b"".join(cut(octets)), "little")
            b = a >> one | (a & low_one) << three  # the row below each
            both = a ^ b
            top = both & tops
            doubled = (both ^ top) << 1 ^ ((top - (top >> 7)) & residue)
            state = doubled ^ b ^ (both >> two | (both & low_two) << two) ^ key
        octets = state.to_bytes(size, "little").translate(box)
        shifted = number(b"".join(cut(octets)), "little")
        return (shifted ^ last).to_bytes(size, "little")

    def _short_rounds(self, planes: bytes, n: int) -> bytes:
        """The same with the rows twice in each number, one behind the other, so that a shift turns them."""
        size, number, join, cut = BLOCK * n, int.from_bytes, b"".join, _shift_rows(n)
        first, *middle, last = self._round_keys(n)
        one, two, three = 32 * n, 64 * n, 96 * n
        octets = (number(planes, "little") ^ first).to_bytes(size, "little")
        for key in middle:
            shifted = join(cut(octets))
            a = number(shifted.translate(_S_BOX) * 2, "little")
            doubled = number(shifted.translate(_DOUBLED) * 2, "little")
            # Nobody looks at what is above the first four rows.
            state = doubled ^ (doubled ^ a) >> one ^ a >> two ^ a >> three ^ key
            octets = state.to_bytes(2 * size, "little")
        shifted = join(cut(octets)).translate(_S_BOX)
        return (number(shifted, "little") ^ last).to_bytes(size, "little")

    def _round_keys(self, n: int) -> list[int]:
        """The round keys, each octet `n` times; kept until another `n` is asked for."""
        if self._spread[0] != n:
            if n < _MANY:
                wide = bytearray(len(self._rows) * n)
                for place in range(n):
                    wide[place::n] = self._rows
            else:
                octets = struct.unpack(f"{len(self._rows)}c", self._rows)
                wide = bytearray().join(map(mul, octets, repeat(n)))
            step = BLOCK * n
            keys = [
                int.from_bytes(wide[start : start + step], "little") for start in range(0, len(wide), step)
            ]
            self._spread = n, keys
        return self._spread[1]

    def mac(self, data: bytes) -> bytes:
        """The last block of `data` in CBC mode, the initial vector being zero (FIPS 113)."""
        if not self._words:
            self._words = struct.unpack(f">{len(self._schedule) // 4}I", self._schedule)
        first, *middle, last = zip(*[iter(self._words)] * 4, strict=True)
        t0, t1, t2, t3 = _tables()
        box = _S_BOX
        k0, k1, k2, k3 = first
        e0, e1, e2, e3 = last
        a = b = c = d = 0
        for x0, x1, x2, x3 in struct.iter_unpack(">4I", data):
            a, b, c, d = a ^ x0 ^ k0, b ^ x1 ^ k1, c ^ x2 ^ k2, d ^ x3 ^ k3
            for r0, r1, r2, r3 in middle:
                a, b, c, d = (
                    t0[a >> 24] ^ t1[b >> 16 & 255] ^ t2[c >> 8 & 255] ^ t3[d & 255] ^ r0,
                    t0[b >> 24] ^ t1[c >> 16 & 255] ^ t2[d >> 8 & 255] ^ t3[a & 255] ^ r1,
                    t0[c >> 24] ^ t1[d >> 16 & 255] ^ t2[a >> 8 & 255] ^ t3[b & 255] ^ r2,
                    t0[d >> 24] ^ t1[a >> 16 & 255] ^ t2[b >> 8 & 255] ^ t3[c & 255] ^ r3,
                )
            a, b, c, d = (
                (box[w >> 24] << 24 | box[x >> 16 & 255] << 16 | box[y >> 8 & 255] << 8 | box[z & 255]) ^ e
                for w, x, y, z, e in ((a, b, c, d, e0), (b, c, d, a, e1), (c, d, a, b, e2), (d, a, b, c, e3))
            )
        return struct.pack(">4I", a, b, c, d)


@lru_cache(maxsize=64)
def _shift_rows(n: int) -> Callable[[bytes], tuple[bytes, ...]]:
    """What cuts the state of `n` blocks into pieces, to be joined in this order (FIPS 197 section 5.1.2)."""
    ends = ((0, 4), (5, 8), (4, 5), (10, 12), (8, 10), (15, 16), (12, 15))
    return itemgetter(*[slice(begin * n, end * n) for begin, end in ends])


def aes_gcm(key: bytes) -> Gcm:
    """AEAD_AES_128_GCM or AEAD_AES_256_GCM (RFC 5116)."""
    return Gcm(Aes(key).encrypt)


def aes_ccm(key: bytes, tag: int = 16) -> Ccm:
    """AEAD_AES_128_CCM, AEAD_AES_256_CCM, or with a tag of 8 octets their like (RFC 6655)."""
    cipher = Aes(key)
    return Ccm(cipher.encrypt, cipher.mac, tag)


def _schedule(key: bytes) -> bytes:
    """KeyExpansion (FIPS 197 section 5.2): the round keys, one behind the other.

    Words are made four at a time, six of a key of 192 bits: each is the exclusive or of the one
    before with the one as far back as the key is long, so of the first new one with all between.
    """
    if len(key) not in (16, 24, 32):
        raise ValueError("an AES key has 16, 24 or 32 octets")
    width, box, number = 24 if len(key) == 24 else 16, _S_BOX, int.from_bytes
    ones = number(b"\0\0\0\1" * (width // 4), "big")
    group, second = number(key[:width], "big"), number(key[width:], "big")
    needed, last, made = BLOCK * (len(key) // 4 + 7), key[-4:], [key]
    for constant in _CONSTANTS[: -(-(needed - len(key)) // len(key))]:
        word = last.translate(box)
        group ^= group >> 32
        group ^= group >> 64
        if width == 24:
            group ^= group >> 128
        group ^= (number(word[1:] + word[:1], "big") ^ constant) * ones
        found = group.to_bytes(width, "big")
        made.append(found)
        if len(key) == 32:  # the other half has no constant
            second ^= second >> 32
            second ^= second >> 64
            second ^= number(found[12:].translate(box), "big") * ones
            found = second.to_bytes(width, "big")
            made.append(found)
        last = found[-4:]
    return b"".join(made)[:needed]


@cache
def _tables() -> tuple[Table, Table, Table, Table]:
    """SubBytes and MixColumns of an octet in each row, as columns."""
    first = []
    for value in _S_BOX:
        double = value << 1 ^ 0x11B * (value >> 7)
        first.append(double << 24 | value << 16 | value << 8 | double ^ value)
    second, third, fourth = (
        [one >> turn | (one << 32 - turn & 0xFFFFFFFF) for one in first] for turn in (8, 16, 24)
    )
    return first, second, third, fourth
