"""The polynomials of ML-KEM (FIPS 203 section 4): drawn, written down, transformed, multiplied.

Python's price is per operation, not per digit.  So a number theoretic transform is no
network of butterflies here but a product with its matrix: each row of that is one large
number, 64 values side by side in lanes of 32 bits, and the rows, multiplied by the
coefficients, are simply added up.  It takes half as long, and the coefficients that are
drawn at random, between -3 and 3, need no multiplication at all.

A polynomial is a pair of lists of 128 numbers: the coefficients with even and with odd
places, or, transformed, the constants and the factors of X modulo each X^2 - gamma
(section 4.3): even coefficients alone make the constants.

Not constant in time; see the package's contract.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from hashlib import shake_128, shake_256
from itertools import chain, compress
from operator import add, mul, sub
from typing import TypeAlias

from pyfinger.values import Value

Half: TypeAlias = list[int]
Polynomial: TypeAlias = tuple[Half, Half]
Small: TypeAlias = tuple[bytes, bytes]  # coefficients with eta added, even and odd ones

PRIME = 3329
_COUNT = 256  # coefficients
_HALF = 128
_LANES = 64

# --- Numbers in few bits (section 4.2.1) ---------------------------------------


@cache
def _spreading(bits: int) -> list[tuple[int, int, int]]:
    """How 256 fields of so many bits come into lanes of 16: what stays, what is moved, how far.

    Halves first, then quarters.
    """
    steps, fields = [], _COUNT // 2
    while fields:
        stays = (1 << bits * fields) - 1
        lanes = int.from_bytes(stays.to_bytes(4 * fields, "little") * (_HALF // fields), "little")
        steps.append((lanes, lanes << bits * fields, (16 - bits) * fields))
        fields //= 2
    return steps


def unpacked(octets: bytes, bits: int) -> Polynomial:
    """ByteDecode (algorithm 6); of 12 bits no remainders are taken."""
    number = int.from_bytes(octets, "little")
    for stays, moves, distance in _spreading(bits):
        number = number & stays | (number & moves) << distance
    fields = struct.unpack("<256H", number.to_bytes(2 * _COUNT, "little"))
    return list(fields[::2]), list(fields[1::2])


def packed(even: Half, odd: Half, bits: int) -> bytes:
    """ByteEncode (algorithm 5)."""
    fields = chain.from_iterable(zip(even, odd, strict=True))
    number = int.from_bytes(struct.pack("<256H", *fields), "little")
    for stays, moves, distance in reversed(_spreading(bits)):
        number = number & stays | number >> distance & moves
    return number.to_bytes(_COUNT // 8 * bits, "little")


# --- Random polynomials (section 4.2.2) ------------------------------------------

_LOW = bytes(octet & 15 for octet in range(256))
_HIGH = bytes(octet >> 4 for octet in range(256))
_LOW_RAISED = bytes((octet & 15) << 4 for octet in range(256))
# The number of ones among the first eta bits, less that among the others, with eta added.
_BINOMIAL = {
    eta: bytes(
        (field & (1 << eta) - 1).bit_count() + eta - (field >> eta).bit_count()
        if field >> 2 * eta == 0
        else 0
        for field in range(256)
    )
    for eta in (2, 3)
}
_ONLY = [bytes(octet == value for octet in range(256)) for value in range(7)]


@lru_cache(maxsize=4)
def matrix(rho: bytes, k: int) -> list[list[Polynomial]]:
    """A, from its seed; who decapsulates, once, needs it for the second time."""
    return [[sampled(rho + bytes([column, row])) for column in range(k)] for row in range(k)]


def sampled(seed: bytes) -> Polynomial:
    """SampleNTT (algorithm 7): fields of 12 bits, as far as they are remainders."""
    found: Half = []
    size = 504  # enough for more than 99 of 100
    while len(found) < _COUNT:
        octets = shake_128(seed).digest(size)
        second, third = octets[1::3], octets[2::3]
        middle = int.from_bytes(second.translate(_HIGH), "big")
        middle |= int.from_bytes(third.translate(_LOW_RAISED), "big")
        fields = bytearray(size // 3 * 4)
        fields[::4] = octets[::3]
        fields[1::4] = second.translate(_LOW)
        fields[2::4] = middle.to_bytes(size // 3, "big")
        fields[3::4] = third.translate(_HIGH)
        found = [field for field in struct.unpack(f"<{size // 3 * 2}H", fields) if field < PRIME]
        size += 168
    return found[:_COUNT:2], found[1:_COUNT:2]


def drawn(eta: int, seed: bytes, number: int) -> Small:
    """SamplePolyCBD (algorithm 8) of PRF (section 4.1)."""
    octets = shake_256(seed + bytes([number])).digest(64 * eta)
    if eta == 2:
        return octets.translate(_LOW).translate(_BINOMIAL[2]), octets.translate(_HIGH).translate(_BINOMIAL[2])
    even, odd = unpacked(octets, 6)
    return bytes(even).translate(_BINOMIAL[3]), bytes(odd).translate(_BINOMIAL[3])


# --- Transforms (section 4.3) ---------------------------------------------------

_POWERS = [pow(17, exponent, PRIME) for exponent in range(256)]
_PLACES = [2 * int(f"{place:07b}"[::-1], 2) + 1 for place in range(_HALF)]  # gamma is 17 to that power
_GAMMAS = [_POWERS[place] for place in _PLACES]
_LANE = struct.Struct(f"<{_LANES}I")


def _row(values: Iterable[int]) -> int:
    return int.from_bytes(_LANE.pack(*values), "little")


# Multiples of the prime in all lanes, so that none is negative.
_MUCH = _row([PRIME * 220_000] * _LANES)
_LITTLE = _row([PRIME * 512] * _LANES)


@cache
def _forward() -> tuple[list[int], list[int]]:
    """Rows for coefficients at even and odd places: those powers of every second gamma.

    Every other gamma is the one before, negative, so that it has the sum of both or the difference.
    """
    places = _PLACES[::2]
    even, odd = (
        [_row([_POWERS[place * exponent & 255] for place in places]) for exponent in range(first, _HALF, 2)]
        for first in (0, 1)
    )
    return even, odd


@cache
def _backward() -> tuple[list[int], list[int]]:
    """Rows for sums and differences of neighbours: powers of 1/gamma, by 128, even and odd ones."""
    shrunk = [power * 3303 % PRIME for power in _POWERS]
    even, odd = (
        [
            _row([shrunk[-place * exponent & 255] for exponent in range(first, _HALF, 2)])
            for place in _PLACES[::2]
        ]
        for first in (0, 1)
    )
    return even, odd


def _remainders(lanes: int) -> list[int]:
    return [number % PRIME for number in _LANE.unpack(lanes.to_bytes(4 * _LANES, "little"))]


def _alternating(even: Half, odd: Half) -> Half:
    whole = [0] * _HALF
    whole[::2], whole[1::2] = even, odd
    return whole


def transformed(half: Half) -> Half:
    """NTT (algorithm 9) of one half of a polynomial."""
    even_rows, odd_rows = _forward()
    even, odd = sum(map(mul, half[::2], even_rows)), sum(map(mul, half[1::2], odd_rows))
    return _alternating(_remainders(even + odd), _remainders(even - odd + _MUCH))


def transformed_small(small: Small, eta: int) -> Polynomial:
    """NTT of small coefficients."""
    even_rows, odd_rows = _forward()

    def halved(half: bytes) -> Half:
        even, odd = (
            sum(
                (value - eta) * sum(compress(rows, part.translate(_ONLY[value])))
                for value in range(2 * eta + 1)
                if value != eta
            )
            for part, rows in ((half[::2], even_rows), (half[1::2], odd_rows))
        )
        return _alternating(_remainders(even + odd + _LITTLE), _remainders(even - odd + _LITTLE))

    return halved(small[0]), halved(small[1])


def restored(polynomial: Polynomial) -> Polynomial:
    """The inverse (algorithm 10)."""
    even_rows, odd_rows = _backward()

    def halved(half: Half) -> Half:
        first, second = half[::2], half[1::2]
        even = sum(map(mul, map(add, first, second), even_rows))
        odd = sum(map(mul, map(sub, first, second), odd_rows))
        return _alternating(_remainders(even), _remainders(odd + _MUCH))

    return halved(polynomial[0]), halved(polynomial[1])


class Factors(Value):
    """A vector, ready to be multiplied with others: what gives the constant, and what the factor of X."""

    constant: list[Half]
    linear: list[Half]


def factors(vector: Sequence[Polynomial]) -> Factors:
    """BaseCaseMultiply (algorithm 12) takes gamma with one of the products."""
    constant, linear = [], []
    for first, second in vector:
        constant += [first, [b * gamma % PRIME for b, gamma in zip(second, _GAMMAS, strict=True)]]
        linear += [second, first]
    return Factors(constant, linear)


def total(one: Polynomial, other: Polynomial) -> Polynomial:
    """The sum."""
    even, odd = (
        [(a + b) % PRIME for a, b in zip(*halves, strict=True)] for halves in zip(one, other, strict=True)
    )
    return even, odd


def products(rows: Iterable[Sequence[Polynomial]], factors: Factors) -> list[Polynomial]:
    """Inner products of transformed vectors with one."""
    made = []
    for row in rows:
        halves = list(chain.from_iterable(row))
        made.append((_inner(halves, factors.constant), _inner(halves, factors.linear)))
    return made


def _inner(ours: Sequence[Half], theirs: Sequence[Half]) -> Half:
    """Four, six or eight products, place by place, added up."""
    pairs = list(chain.from_iterable(zip(ours, theirs, strict=True)))
    if len(ours) == 6:
        return [
            (a * b + c * d + e * f + g * h + i * j + k * m) % PRIME
            for a, b, c, d, e, f, g, h, i, j, k, m in zip(*pairs, strict=True)
        ]
    totals = [0] * _HALF
    for at in range(0, len(pairs), 8):
        totals = [
            (total + a * b + c * d + e * f + g * h) % PRIME
            for total, a, b, c, d, e, f, g, h in zip(totals, *pairs[at : at + 8], strict=True)
        ]
    return totals
