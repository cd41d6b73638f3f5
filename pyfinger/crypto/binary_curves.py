"""Diffie-Hellman on elliptic curves over binary fields (RFC 4492, SEC 1).

A field element is a polynomial over one bit.  Here each of its bits has 16 bits
of a Python integer to itself, so that the product of two integers is that of
the polynomials: what would carry stays within the 16 bits, whose lowest counts.
The scalar multiplication is the Montgomery ladder of Lopez and Dahab (CHES 1999).
"""

from __future__ import annotations

from collections.abc import Callable

from pyfinger.crypto.curves import CurveParameters
from pyfinger.crypto.points import BadPoint, Flaw, Form, read_point
from pyfinger.values import Value

_WIDTH = 16  # bits for each bit; a sum of at most 571 ones fits
_HEXADECIMAL = str.maketrans({"0": "0000", "1": "0001"})  # 16 bits are four digits


class Point(Value):
    """A point in affine coordinates, as wide elements."""

    x: int
    y: int


class BinaryCurve:
    """One curve; elements are wide unless said otherwise."""

    def __init__(self, parameters: CurveParameters) -> None:
        self._degree = parameters.field.bit_length() - 1
        self._size = (self._degree + 7) // 8
        self._low = (1 << _WIDTH * self._degree) - 1
        self._ones = _wide((1 << 2 * self._degree) - 1)
        powers = [i for i in range(self._degree) if parameters.field >> i & 1]
        self._shifts = [_WIDTH * power for power in powers]
        self._a, self._b = _wide(parameters.a), _wide(parameters.b)
        self._base = Point(_wide(parameters.x), _wide(parameters.y))
        self._order = parameters.order

    def private_key(self, random: Callable[[int], bytes]) -> int:
        """A scalar from 1 to the order, exclusively."""
        size = (self._order.bit_length() + 7) // 8 + 8  # so many more that the remainder is even
        return int.from_bytes(random(size), "big") % (self._order - 1) + 1

    def public_key(self, private: int) -> bytes:
        """Our point, uncompressed (SEC 1 section 2.3.3)."""
        point = self._multiply(private)
        return bytes([Form.UNCOMPRESSED]) + self._octets(point.x) + self._octets(point.y)

    def shared_secret(self, private: int, public: bytes) -> bytes:
        """The x coordinate of the common point; `BadPoint` if there is none."""
        x1, z1, _, _ = self._ladder(private, self.point(public).x)
        if not z1:
            raise BadPoint(Flaw.POINT_AT_INFINITY)
        return self._octets(self._divide(x1, z1))

    def point(self, octets: bytes) -> Point:
        """A point in any form; `BadPoint` if it is none of this curve."""
        found = read_point(octets, self._size)
        if max(found.x, found.y or 0).bit_length() > self._degree:
            raise BadPoint(Flaw.INVALID_ENCODING)
        x = _wide(found.x)
        if found.y is None:
            return self._decompressed(x, found.bit)
        point = Point(x, _wide(found.y))
        if found.form is Form.HYBRID and found.bit != (self._divide(point.y, x) & 1 if x else 0):
            raise BadPoint(Flaw.INVALID_ENCODING)
        if not self._contains(point):
            raise BadPoint(Flaw.POINT_IS_NOT_ON_CURVE)
        return point

    def _decompressed(self, x: int, bit: int) -> Point:
        """The point with that x and that lowest bit of y/x, which solves z^2 + z = x + a + b/x^2."""
        if not x:
            return Point(0, self._power(self._b, self._degree - 1))  # the square root of b
        wanted = x ^ self._a ^ self._divide(self._b, self._times(x, x))
        z = power = wanted  # the half-trace, the degree being odd
        for _ in range(self._degree // 2):
            power = self._power(power, 2)
            z ^= power
        if self._times(z, z) ^ z != wanted:
            raise BadPoint(Flaw.INVALID_COMPRESSED_POINT)
        return Point(x, self._times(x, z ^ (z & 1) ^ bit))

    def _power(self, element: int, squarings: int) -> int:
        for _ in range(squarings):
            element = self._times(element, element)
        return element

    def _contains(self, point: Point) -> bool:
        x, y = point.x, point.y
        square = self._times(x, x)
        return self._times(y, y) ^ self._times(x, y) == self._times(square, x ^ self._a) ^ self._b

    def _octets(self, element: int) -> bytes:
        return _narrow(element).to_bytes(self._size, "big")

    def _times(self, one: int, other: int) -> int:
        product = one * other & self._ones
        while high := product >> _WIDTH * self._degree:
            product &= self._low
            for shift in self._shifts:
                product ^= high << shift
        return product

    def _divide(self, one: int, other: int) -> int:
        """one / other: other has the inverse other^(2^m - 2)."""
        inverse = 1
        power = other
        for _ in range(self._degree - 1):
            power = self._times(power, power)
            inverse = self._times(inverse, power)
        return self._times(one, inverse)

    def _ladder(self, scalar: int, x: int) -> tuple[int, int, int, int]:
        """x of `scalar` times a point and of once more, as X/Z each."""
        times = self._times
        x1, z1, z2 = x, 1, times(x, x)
        x2 = times(z2, z2) ^ self._b
        for bit in bin(scalar)[3:]:
            if bit == "1":
                x1, z1, x2, z2 = x2, z2, x1, z1
            left, right = times(x1, z2), times(x2, z1)
            z2 = times(left ^ right, left ^ right)
            x2 = times(x, z2) ^ times(left, right)
            x1, z1 = times(x1, x1), times(z1, z1)
            x1, z1 = times(x1, x1) ^ times(self._b, times(z1, z1)), times(x1, z1)
            if bit == "1":
                x1, z1, x2, z2 = x2, z2, x1, z1
        return x1, z1, x2, z2

    def _multiply(self, scalar: int) -> Point:
        """A multiple of the base point, neither infinity nor next to it."""
        base = self._base
        x1, z1, x2, z2 = self._ladder(scalar, base.x)
        x = self._divide(x1, z1)
        if not z2:
            return Point(x, base.x ^ base.y)  # the last multiple is the base point's negative
        ahead = self._divide(x2, z2) ^ base.x
        square = self._times(base.x, base.x)
        slope = self._times(x ^ base.x, ahead) ^ square ^ base.y
        return Point(x, self._divide(self._times(x ^ base.x, slope), base.x) ^ base.y)


def _wide(bits: int) -> int:
    """A polynomial with 16 bits for each of its bits."""
    return int(f"{bits:b}".translate(_HEXADECIMAL), 16)


def _narrow(element: int) -> int:
    digits = f"{element:x}"
    return int(digits[::-1][::4][::-1], 2)
