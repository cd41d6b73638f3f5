"""P-256, P-384 and P-521 (FIPS 186-4 appendix D.1.2), and SM2's curve, fast: y^2 = x^3 - 3x + b.

Sums of multiples go over the signed digits of all scalars together, five bits at a time
(six for the base point, whose table is kept), in Jacobian coordinates: one doubling a
bit, one addition of a point from a table for each digit but 0 (Moeller 2001).  Multiples
of the base point alone have a comb, and so has a point that is met again and again, as
the key of a server that is probed often is: a sixth of the doublings.

All points are multiples of the base point, since the order is a prime and there is no
cofactor.  Not constant in time; see the package's contract.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from operator import itemgetter
from typing import TypeAlias

from pyfinger.crypto.curves import BadPoint, CurveParameters, Flaw, Form, curve_called, parameters, read_point
from pyfinger.crypto.integers import Maker, integer_type

Affine: TypeAlias = tuple[int, int]
Jacobian: TypeAlias = tuple[int, int, int]  # x = X/Z^2, y = Y/Z^3; Z is 0 at infinity

Addend: TypeAlias = tuple[int, int, int]  # how often it is doubled, x, y

_WIDTH = 5  # bits of a digit
_BASE_WIDTH = 6
_TEETH = 5
# So often a point was met before it has a comb, and the comb's teeth: it costs as much as two sums,
# and a finer one as much as seven, which thirty more sums give back.
_FAMILIAR, _FINE_TEETH = 3, 6
_WELL_KNOWN, _FINER_TEETH = 30, 8
_MOST_POINTS = 64

_place = itemgetter(0)  # of an addend
_NAMES = ("prime256v1", "secp384r1", "secp521r1", "SM2")


@cache
def nist_curve(name: str) -> NistCurve | None:
    """The curve of that name, TLS's or OpenSSL's, if it is one of these."""
    known = curve_called(name)
    return NistCurve(parameters(known)) if known is not None and known.name in _NAMES else None


class NistCurve:
    """One of them; points are pairs of numbers, and None is the one at infinity."""

    def __init__(self, known: CurveParameters) -> None:
        self.prime = known.field
        self.order = known.order
        self.size = (known.field.bit_length() + 7) // 8  # octets of a coordinate
        self._b = known.b
        self.base = known.x, known.y
        self._met: dict[Affine, int] = {}  # points, and how often

    def read(self, octets: bytes) -> Affine:
        """A point in any form (SEC 1 section 2.3.4); `BadPoint` as OpenSSL has it, also at infinity."""
        found, p = read_point(octets, self.size), self.prime
        x, y = found.x, found.y
        if x >= p or (y or 0) >= p:
            raise BadPoint(Flaw.INVALID_ENCODING)
        if found.form is Form.HYBRID and y is not None and y & 1 != found.bit:
            raise BadPoint(Flaw.INVALID_ENCODING)
        square = (x * x - 3) * x + self._b
        if y is not None:
            if (y * y - square) % p:
                raise BadPoint(Flaw.POINT_IS_NOT_ON_CURVE)
            return x, y
        root = pow(square, (p + 1) // 4, p)  # all the primes are 3 modulo 4
        if (root * root - square) % p:
            raise BadPoint(Flaw.INVALID_COMPRESSED_POINT)
        return x, root if root & 1 == found.bit else p - root

    def octets(self, point: Affine) -> bytes:
        """Uncompressed (SEC 1 section 2.3.3)."""
        return b"\4" + b"".join(coordinate.to_bytes(self.size, "big") for coordinate in point)

    def private_key(self, random: Callable[[int], bytes]) -> int:
        """A number between 0 and the order, made of what `random` gives and nothing else.

        As python-ecdsa draws it, so that what was recorded once can be repeated.
        """
        bits = (self.order - 2).bit_length()
        size = bits // 8 + 1
        while True:
            found = (int.from_bytes(random(size), "big") >> 8 * size - bits) + 1
            if found < self.order:
                return found

    def public_key(self, private: int) -> bytes:
        """Our point, uncompressed; `ValueError` for a private key out of range."""
        point = self.multiply_base(private) if 0 < private < self.order else None
        if point is None:
            raise ValueError("private key out of range")
        return self.octets(point)

    def shared_secret(self, private: int, public: bytes) -> bytes:
        """The x coordinate of the common point (SEC 1 section 3.3.1); `BadPoint` if there is none."""
        point = self.combine(0, self.read(public), private)
        if point is None:
            raise BadPoint(Flaw.POINT_AT_INFINITY)
        return point[0].to_bytes(self.size, "big")

    def combine(self, base_times: int, point: Affine, times: int) -> Affine | None:
        """[base_times]G + [times]P, scalars between 0 and the order."""
        maker = integer_type()
        p = maker(self.prime)
        if base_times and (teeth := self._teeth_for(point)):
            addends = [
                *self._comb_addends(_comb(self, maker, self.base, teeth), base_times),
                *self._comb_addends(_comb(self, maker, point, teeth), times),
            ]
            addends.sort(key=_place, reverse=True)
            return _affine_sum(addends, p)
        addends = _addends(_digits(times, _WIDTH), _odd_multiples(_made(point, maker), _WIDTH, p))
        if base_times:
            addends += _addends(_digits(base_times, _BASE_WIDTH), _base_multiples(self, maker))
            addends.sort(key=_place, reverse=True)
        return _affine_sum(addends, p)

    def multiply_base(self, times: int) -> Affine | None:
        """[times]G, by a comb: bits that lie a fifth of all apart are taken together (Lim and Lee 1994)."""
        maker = integer_type()
        addends = self._comb_addends(_comb(self, maker, self.base, _TEETH), times)
        return _affine_sum(addends, maker(self.prime))

    def comb_spacing(self, teeth: int) -> int:
        """Bits between the teeth of a comb."""
        return -(-self.order.bit_length() // teeth)

    def _comb_addends(self, table: list[Affine], times: int) -> list[Addend]:
        teeth = len(table).bit_length() - 1
        spacing = self.comb_spacing(teeth)
        bits = f"{times:0{teeth * spacing}b}"
        columns = [(spacing - 1 - at, int(bits[at::spacing], 2)) for at in range(spacing)]
        return [(at, *table[column]) for at, column in columns if column]

    def _teeth_for(self, point: Affine) -> int:
        """Of the comb that pays for a point, having been met so often; 0 for none. This time counts, too."""
        if len(self._met) >= _MOST_POINTS and point not in self._met:
            self._met.clear()
        before = self._met[point] = self._met.get(point, -1) + 1
        if before < _FAMILIAR:
            return 0
        return _FINE_TEETH if before < _WELL_KNOWN else _FINER_TEETH


@cache
def _base_multiples(curve: NistCurve, maker: Maker) -> list[Affine]:
    return _odd_multiples(_made(curve.base, maker), _BASE_WIDTH, maker(curve.prime))


@lru_cache(maxsize=_MOST_POINTS)
def _comb(curve: NistCurve, maker: Maker, point: Affine, teeth: int) -> list[Affine]:
    """For each number of as many bits as there are teeth, the sum of the teeth it has; none for 0."""
    p, one = maker(curve.prime), maker(1)
    tooth: Jacobian = (*_made(point, maker), one)
    sums: list[Jacobian] = [tooth]
    for _ in range(teeth - 1):
        for _ in range(curve.comb_spacing(teeth)):
            tooth = _double(tooth, p)
        x, y = _affine([tooth], p)[0]
        sums += [(x, y, one), *(_sum([(0, x, y)], p, start) for start in sums)]
    points = _affine(sums, p)
    return [points[0], *points]


def _made(point: Affine, maker: Maker) -> Affine:
    return maker(point[0]), maker(point[1])


def _digits(scalar: int, width: int) -> list[tuple[int, int]]:
    """Odd digits below 2^(width - 1), positive or negative, with the bits they begin at; highest first."""
    digits, at, span = [], 0, 1 << width
    while scalar:
        zeros = (scalar & -scalar).bit_length() - 1
        scalar >>= zeros
        at += zeros
        digit = scalar & span - 1
        if digit > span >> 1:
            digit -= span
        scalar -= digit
        digits.append((at, digit))
    return digits[::-1]


def _addends(digits: list[tuple[int, int]], odd: list[Affine]) -> list[Addend]:
    """What each digit adds, with the bit at which it does."""
    found = []
    for at, digit in digits:
        x, y = odd[abs(digit) >> 1]
        found.append((at, x, y if digit > 0 else -y))
    return found


def _affine_sum(addends: list[Addend], p: int) -> Affine | None:
    x, y, z = _sum(addends, p)
    if not z:
        return None
    inverse = pow(z, -1, p)
    square = inverse * inverse % p
    return int(x * square % p), int(y * square * inverse % p)


def _sum(addends: list[Addend], p: int, start: Jacobian | None = None) -> Jacobian:
    """All points, each doubled as often as its number says; the highest number comes first.

    In the middle of the two loops stand Bernstein and Lange's dbl-2001-b, for a = -3,
    and an addition to a point whose Z is 1; a call for each would cost a tenth more.
    A product that only goes into one more is not reduced first: that costs more than it saves.
    """
    one = p - p + 1
    x, y, z = start or (one, one, p - p)
    last = addends[0][0] if addends else 0
    for at, x2, y2 in [*addends, (0, one, p - p)]:
        for _ in range(last - at):
            yy, zz = y * y % p, z * z % p
            s = 4 * x * yy
            m = 3 * (x - zz) * (x + zz) % p
            z = 2 * y * z % p
            x = (m * m - 2 * s) % p
            y = (m * (s - x) - 8 * yy * yy) % p
        last = at
        if not y2:  # nothing more; no point has this y, the order being odd
            break
        if not z:
            x, y, z = x2, y2, one
            continue
        zz = z * z % p
        h = (x2 * zz - x) % p
        r = (y2 * z * zz - y) % p
        if not h and not r:
            x, y, z = _double((x, y, z), p)
            continue
        hh = h * h % p
        hhh = h * hh
        v = x * hh
        z = z * h % p  # 0 if they are opposite
        x = (r * r - hhh - 2 * v) % p
        y = (r * (v - x) - y * hhh) % p
    return x, y, z


def _double(point: Jacobian, p: int) -> Jacobian:
    x, y, z = point
    yy, zz = y * y % p, z * z % p
    s, m = 4 * x * yy % p, 3 * (x - zz) * (x + zz) % p
    total = (m * m - 2 * s) % p
    return total, (m * (s - total) - 8 * yy * yy) % p, 2 * y * z % p


def _odd_multiples(point: Affine, width: int, p: int) -> list[Affine]:
    """P, 3P, 5P ... up to the largest digit, of a point whose order is larger than any of them.

    2P and the last sum always have the same Z, which makes adding them cheap (Meloni 2007).
    """
    x, y = point
    xx, yy = x * x % p, y * y % p
    last_x, last_y, z = 4 * x * yy % p, 8 * yy * yy % p, 2 * y % p  # P
    m = 3 * (xx - 1)
    step_x = (m * m - 2 * last_x) % p  # 2P
    step_y = (m * (last_x - step_x) - last_y) % p
    multiples: list[Jacobian] = [(last_x, last_y, z)]
    for _ in range((1 << width - 2) - 1):
        h, r = step_x - last_x, step_y - last_y
        hh = h * h % p
        step_x, v = step_x * hh % p, last_x * hh % p
        step_y = step_y * (step_x - v) % p
        last_x = (r * r - step_x - v) % p
        last_y = (r * (step_x - last_x) - step_y) % p
        z = z * h % p
        multiples.append((last_x, last_y, z))
    return _affine(multiples, p)


def _affine(points: list[Jacobian], p: int) -> list[Affine]:
    """None of them at infinity; with one inversion for all (Montgomery 1987)."""
    products, product = [], p - p + 1
    for _, _, z in points:
        products.append(product)
        product = product * z % p
    inverse, found = pow(product, -1, p), []
    for (x, y, z), before in zip(reversed(points), reversed(products), strict=True):
        own = inverse * before % p
        inverse = inverse * z % p
        square = own * own % p
        found.append((x * square % p, y * square * own % p))
    return found[::-1]
