"""ARIA, keys of 128 and 256 bits (RFC 5794), in Galois/Counter Mode (RFC 6209).

Only what GCM needs: blocks are encrypted, never decrypted.  A round is one
lookup per byte in tables made at first use.
"""

from __future__ import annotations

from functools import cache

from pyfinger.crypto.gcm_ccm import BLOCK, Gcm

Boxes = tuple[bytes, bytes, bytes, bytes]
Table = tuple[int, ...]

_WHOLE = (1 << 128) - 1

# RFC 5794 section 2.4.2: S1 is B * x^254 + 0x63, S2 is C * x^247 + 0xe2, in the
# field of AES; here are the columns of B and C, lowest bit first.
_FIELD = 0x11B
_COLUMNS_1 = bytes.fromhex("1f3e7cf8f1e3c78f")
_COLUMNS_2 = bytes.fromhex("acc512cf5b5f85ee")
# Section 2.4.3, A: the output bytes each input byte goes to.  The matrix is its own transpose.
_DIFFUSION = (
    (3, 4, 6, 8, 9, 13, 14),
    (2, 5, 7, 8, 9, 12, 15),
    (1, 4, 6, 10, 11, 12, 15),
    (0, 5, 7, 10, 11, 13, 14),
    (0, 2, 5, 8, 11, 14, 15),
    (1, 3, 4, 9, 10, 14, 15),
    (0, 2, 7, 9, 10, 12, 13),
    (1, 3, 6, 8, 11, 12, 13),
    (0, 1, 4, 7, 10, 13, 15),
    (0, 1, 5, 6, 11, 12, 14),
    (2, 3, 5, 6, 8, 13, 15),
    (2, 3, 4, 7, 9, 12, 14),
    (1, 2, 6, 7, 9, 11, 12),
    (0, 3, 6, 7, 8, 10, 13),
    (0, 3, 4, 5, 9, 11, 14),
    (1, 2, 4, 5, 8, 10, 15),
)
# Section 2.2: by the length of the key, the constants of the key schedule and the rounds.
_C1, _C2, _C3 = (
    0x517CC1B727220A94FE13ABE8FA9A6EE0,
    0x6DB14ACC9E21C820FF28B1D5EF5DE2B0,
    0xDB92371D2126E9700324977504E8C90E,
)
_CONSTANTS = {16: (_C1, _C2, _C3), 32: (_C3, _C1, _C2)}
_ROUNDS = {16: 12, 32: 16}
_ROTATIONS = (19, 31, 128 - 61, 128 - 31, 128 - 19)  # to the right, for four round keys each


def _times(left: int, right: int) -> int:
    """A product in the field of the s-boxes."""
    product = 0
    for bit in range(8):
        product ^= left * (right >> bit & 1)
        left <<= 1
        left ^= _FIELD * (left >> 8)
    return product


def _power(base: int, exponent: int) -> int:
    result = 1
    for bit in f"{exponent:b}":
        result = _times(result, result)
        result = _times(result, base) if bit == "1" else result
    return result


def _affine(columns: bytes, value: int) -> int:
    result = 0
    for bit, column in enumerate(columns):
        result ^= column * (value >> bit & 1)
    return result


@cache
def _boxes() -> Boxes:
    """S1, S2 and their inverses, as SL1 applies them to bytes 0, 1, 2, 3, 4 ..."""
    first = bytes(_affine(_COLUMNS_1, _power(value, 254)) ^ 0x63 for value in range(256))
    second = bytes(_affine(_COLUMNS_2, _power(value, 247)) ^ 0xE2 for value in range(256))
    return first, second, _inverse(first), _inverse(second)


def _inverse(box: bytes) -> bytes:
    return bytes(box.index(value) for value in range(256))


@cache
def _layers() -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """SL1 and SL2, each with A behind it: what each value of each byte contributes."""
    boxes = _boxes()
    layers = []
    for shift in (0, 2):  # SL2 begins with the inverses (RFC 5794 section 2.4.2)
        tables = []
        for place, targets in enumerate(_DIFFUSION):
            spread = sum(1 << 8 * (15 - target) for target in targets)
            tables.append(tuple(value * spread for value in boxes[(place + shift) % 4]))
        layers.append(tuple(tables))
    return layers[0], layers[1]


def _round(layer: tuple[Table, ...], value: int) -> int:
    """FO or FE (RFC 5794 section 2.4.1), the round key already added."""
    result = 0
    for table, byte in zip(layer, value.to_bytes(BLOCK, "big"), strict=True):
        result ^= table[byte]
    return result


def _last_substitution(value: int) -> int:
    """SL2 alone, as the last round has it."""
    boxes, data = _boxes(), bytearray(value.to_bytes(BLOCK, "big"))
    for place in range(4):
        data[place::4] = data[place::4].translate(boxes[(place + 2) % 4])
    return int.from_bytes(data, "big")


def _rotated(value: int, count: int) -> int:
    """`value` of 128 bits, rotated right."""
    return (value >> count | value << (128 - count)) & _WHOLE


def _round_keys(key: bytes) -> list[int]:
    """Round keys for encryption (RFC 5794 section 2.2)."""
    odd, even = _layers()
    c1, c2, c3 = _CONSTANTS[len(key)]
    w0 = int.from_bytes(key[:16], "big")
    w1 = _round(odd, w0 ^ c1) ^ int.from_bytes(key[16:], "big")
    w2 = _round(even, w1 ^ c2) ^ w0
    w3 = _round(odd, w2 ^ c3) ^ w1
    found = []
    for count in _ROTATIONS:
        for kept, turned in ((w0, w1), (w1, w2), (w2, w3), (w3, w0)):
            found.append(kept ^ _rotated(turned, count))
    return found[: _ROUNDS[len(key)] + 1]


class Aria:
    """The block cipher; `key` has 16 or 32 bytes."""

    def __init__(self, key: bytes) -> None:
        *self._keys, self._before_last, self._last = _round_keys(key)

    def encrypt(self, block: int) -> int:
        """One block, as a number of 128 bits (RFC 5794 section 2.3.1)."""
        layer, other = _layers()
        for key in self._keys:
            block = _round(layer, block ^ key)
            layer, other = other, layer
        return _last_substitution(block ^ self._before_last) ^ self._last

    def encrypt_blocks(self, blocks: bytes) -> bytes:
        """One after the other."""
        numbers = (int.from_bytes(blocks[at : at + BLOCK], "big") for at in range(0, len(blocks), BLOCK))
        return b"".join([self.encrypt(number).to_bytes(BLOCK, "big") for number in numbers])


def aria_gcm(key: bytes) -> Gcm:
    """AEAD_ARIA_128_GCM or AEAD_ARIA_256_GCM (RFC 5116 with RFC 6209)."""
    return Gcm(Aria(key).encrypt_blocks)
