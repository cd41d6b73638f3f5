"""GHASH (NIST SP 800-38D section 6.4), many blocks at once.

    H^n X1 + H^(n-1) X2 + ... + H Xn        in GF(2^128)

Blocks lie side by side in one large number, in lanes of 256 bits, which leave room for a
product.  The front half of the lanes, multiplied by a power of H, is added to the back
half until one lane is left: that takes log n multiplications of many lanes, not n.  A
multiplication goes over the 32 hexadecimal digits of the power, shifting and adding one
of 16 multiples of all the lanes; afterwards all lanes are reduced together.

A block is a number as it stands, its highest bit the coefficient of x^0.
"""

from __future__ import annotations

from pyfinger.crypto.counter_mode import BLOCK, padded

_LANE = 256  # bits
_BLOCK_BITS = (1 << 128) - 1


class Ghash:
    """The hash under one subkey H."""

    def __init__(self, subkey: int) -> None:
        self._powers = [subkey]  # H^1, H^2, H^4 ...
        self._digits = [_digits(subkey)]

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

    def _power(self, level: int) -> list[int]:
        """The digits of H^(2^level)."""
        while len(self._powers) <= level:
            spread = int(f"{self._powers[-1]:b}", 4)  # squaring puts a zero before each bit
            self._powers.append(_reduced(spread << 1, _BLOCK_BITS))
            self._digits.append(_digits(self._powers[-1]))
        return self._digits[level]


def _digits(number: int) -> list[int]:
    return [int(digit, 16) for digit in f"{number:032x}"]


def _times(lanes: int, digits: list[int], low: int) -> int:
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
