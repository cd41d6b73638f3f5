"""Camellia, keys of 128 and 256 bits (RFC 3713), in CBC mode.

Blocks are numbers of 128 bits, their halves numbers of 64.  A round's
substitution and diffusion are one lookup per byte in tables made at first use.
Not constant in time, as little as the pure Python ciphers of tlslite-ng are.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

Pair = tuple[int, int]
Tables = tuple[tuple[int, ...], ...]

BLOCK = 16  # bytes
_HALF = (1 << 64) - 1

# RFC 3713 section 2.4.1.
_SBOX1 = bytes.fromhex(
    "70822cecb327c0e5e4855735ea0cae4123ef6b934519a521ed0e4f4e1d6592bd"
    "86b8af8f7ceb1fce3e30dc5f5ec50b1aa6e139cad5475d3dd9015ad651566c4d"
    "8b0d9a66fbccb02d74122b20f0b18499df4ccbc2347e76056db7a931d11704d7"
    "14583a61de1b111c320f9c165318f222fe44cfb2c3b57a912408e8a860fc6950"
    "aad0a07da1896297545b1e95e0ff64d210c40048a3f775db8a03e6da093fdd94"
    "875c8302cd4a90337367f6f39d7fbfe2529bd826c837c63b81966f4b13be632e"
    "e979a78c9f6ebc8e29f5f9b62ffdb4597898066ae74671bad425ab4288a28dfa"
    "7207b955f8eeac0a36492a683c38f1a44028d37bbbc943c115e3adf477c7809e"
)
# For each input byte: its s-box, and the output bytes it goes to (section 2.4.1, S and P).
_SPREAD = (
    (1, "12358"),
    (2, "23456"),
    (3, "13467"),
    (4, "12478"),
    (2, "234678"),
    (3, "134578"),
    (4, "124568"),
    (1, "123567"),
)
# Section 2.2, in pairs.
_SIGMA: tuple[Pair, ...] = (
    (0xA09E667F3BCC908B, 0xB67AE8584CAA73B2),
    (0xC6EF372FE94F82BE, 0x54FF53A5F1D36F1C),
    (0x10E527FADE682D1D, 0xB05688C2B3E6C1FD),
)
# Subkeys in order of use, two at a time: the halves of KL, KR, KA or KB rotated left.
# After the whitening pair every fourth one is for FL (section 2.2).
_PLAN_128 = "L0 A0 L15 A15 A30 L45 A45/L60 A60 L77 L94 A94 L111 A111"
_PLAN_256 = "L0 B0 R15 A15 R30 B30 L45 A45 L60 R60 B60 L77 A77 R94 A94 L111 B111"


def _rotated(value: int, count: int, size: int) -> int:
    """`value` of `size` bits, rotated left."""
    return (value << count | value >> (size - count)) & ((1 << size) - 1)


def _sboxes() -> dict[int, bytes]:
    """SBOX1 to SBOX4 (RFC 3713 section 2.4.1)."""
    return {
        1: _SBOX1,
        2: bytes(_rotated(value, 1, 8) for value in _SBOX1),
        3: bytes(_rotated(value, 7, 8) for value in _SBOX1),
        4: bytes(_SBOX1[_rotated(index, 1, 8)] for index in range(256)),
    }


@cache
def _tables() -> Tables:
    """For each byte of a half, what each of its values contributes to F."""
    boxes = _sboxes()
    found = []
    for box, places in _SPREAD:
        spread = sum(1 << 8 * (8 - int(place)) for place in places)
        found.append(tuple(value * spread for value in boxes[box]))
    return tuple(found)


def _f(tables: Tables, value: int) -> int:
    """F (RFC 3713 section 2.4.1), its subkey already added."""
    t1, t2, t3, t4, t5, t6, t7, t8 = tables
    a, b, c, d, e, f, g, h = value.to_bytes(8, "big")
    return t1[a] ^ t2[b] ^ t3[c] ^ t4[d] ^ t5[e] ^ t6[f] ^ t7[g] ^ t8[h]


def _fl(value: int, key: int) -> int:
    """FL (RFC 3713 section 2.4.2)."""
    left, right = value >> 32, value & 0xFFFFFFFF
    right ^= _rotated(left & key >> 32, 1, 32)
    return (left ^ (right | key & 0xFFFFFFFF)) << 32 | right


def _fl_inverse(value: int, key: int) -> int:
    """FLINV (RFC 3713 section 2.4.3)."""
    left, right = value >> 32, value & 0xFFFFFFFF
    left ^= right | key & 0xFFFFFFFF
    return left << 32 | right ^ _rotated(left & key >> 32, 1, 32)


def _two_rounds(value: int, keys: Pair) -> int:
    """Two Feistel rounds of the key schedule."""
    tables, left, right = _tables(), value >> 64, value & _HALF
    right ^= _f(tables, left ^ keys[0])
    left ^= _f(tables, right ^ keys[1])
    return left << 64 | right


def _subkeys(key: bytes) -> list[Pair]:
    """All subkeys for encryption (RFC 3713 section 2.2)."""
    left = int.from_bytes(key[:16], "big")
    right = int.from_bytes(key[16:], "big")
    mixed = _two_rounds(left ^ right, _SIGMA[0])
    mixed = _two_rounds(mixed ^ left, _SIGMA[1])
    parts = {"L": left, "R": right, "A": mixed, "B": _two_rounds(mixed ^ right, _SIGMA[2])}
    plan = _PLAN_128 if len(key) == 16 else _PLAN_256
    return [_pair(parts, entry) for entry in plan.split()]


def _pair(parts: dict[str, int], entry: str) -> Pair:
    """The subkeys for `X15`, or for `X15/Y30` the first half of X15, the second of Y30."""
    first, _, second = entry.partition("/")
    upper, lower = (_rotated(parts[word[0]], int(word[1:]), 128) for word in (first, second or first))
    return upper >> 64, lower & _HALF


def _backwards(subkeys: list[Pair]) -> list[Pair]:
    """Subkeys for decryption from those for encryption (RFC 3713 section 2.3.3)."""
    inner = [(second, first) for first, second in reversed(subkeys[1:-1])]
    return [subkeys[-1], *inner, subkeys[0]]


def _crypt(block: int, subkeys: list[Pair]) -> int:
    """One block, in the direction the subkeys say (RFC 3713 section 2.3)."""
    tables = _tables()
    left, right = block >> 64 ^ subkeys[0][0], block & _HALF ^ subkeys[0][1]
    for step, (first, second) in enumerate(subkeys[1:-1], 1):
        if step % 4:
            right ^= _f(tables, left ^ first)
            left ^= _f(tables, right ^ second)
        else:
            left, right = _fl(left, first), _fl_inverse(right, second)
    return (right ^ subkeys[-1][0]) << 64 | left ^ subkeys[-1][1]


class CamelliaCbc:
    """Camellia in CBC mode; each call goes on where the last one ended.

    `key` has 16 or 32 bytes, `iv` and every block 16; padding is the caller's.
    """

    def __init__(self, key: bytes, iv: bytes) -> None:
        self._forwards = _subkeys(key)
        self._backwards = _backwards(self._forwards)
        self._chain = int.from_bytes(iv, "big")

    def encrypt(self, plain: bytes | bytearray) -> bytearray:
        """Encrypt whole blocks."""
        sealed = bytearray()
        for block in _blocks(plain):
            self._chain = _crypt(block ^ self._chain, self._forwards)
            sealed += self._chain.to_bytes(BLOCK, "big")
        return sealed

    def decrypt(self, sealed: bytes | bytearray) -> bytearray:
        """Decrypt whole blocks."""
        plain = bytearray()
        for block in _blocks(sealed):
            plain += (_crypt(block, self._backwards) ^ self._chain).to_bytes(BLOCK, "big")
            self._chain = block
        return plain


def _blocks(data: bytes | bytearray) -> Iterator[int]:
    for start in range(0, len(data), BLOCK):
        yield int.from_bytes(data[start : start + BLOCK], "big")
