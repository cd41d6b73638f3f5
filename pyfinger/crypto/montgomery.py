"""X25519 and X448 (RFC 7748).

As with other curves a private key is made of what `random` gives and nothing else.

Not constant in time; see the package's contract.
"""

from __future__ import annotations

from collections.abc import Callable

from pyfinger.crypto.base_point_comb import public_coordinate
from pyfinger.crypto.integers import integer_type
from pyfinger.values import Value

_P25519 = 2**255 - 19
_P448 = 2**448 - 2**224 - 1


class NoAgreement(ValueError):
    """A public value that no secret comes of, or a group that is none."""


class MontgomeryCurve(Value):
    """Keys are any octets, `size` many (RFC 7748 section 5)."""

    size: int
    scalar: Callable[[bytes], int]
    multiply: Callable[[int, int], int]  # a scalar with a u coordinate
    multiply_base: Callable[[int], int]

    def private_key(self, random: Callable[[int], bytes]) -> bytes:
        """Random octets as they are."""
        return random(self.size)

    def public_key(self, private: bytes) -> bytes:
        """Our u coordinate."""
        return self.multiply_base(self.scalar(private)).to_bytes(self.size, "little")

    def shared_secret(self, private: bytes, public: bytes) -> bytes:
        """The common u coordinate; `NoAgreement` if it is 0 (section 6)."""
        secret = self.multiply(self.scalar(private), int.from_bytes(public, "little"))
        if not secret:
            raise NoAgreement("a secret of zeros")
        return secret.to_bytes(self.size, "little")


def _scalar_25519(octets: bytes) -> int:
    """decodeScalar25519 (RFC 7748 section 5)."""
    return int.from_bytes(octets, "little") & (1 << 254) - 8 | 1 << 254


def _scalar_448(octets: bytes) -> int:
    """decodeScalar448."""
    return int.from_bytes(octets, "little") & (1 << 447) - 4 | 1 << 447


def _x25519(scalar: int, u: int) -> int:
    """X25519 (RFC 7748 section 5); as `_ladder`, but with folds where Python's own numbers compute.

    2^255 is 19 here, so that a product becomes short by masking, shifting and adding, at
    half the price of a remainder; twice where it would be a factor once more.
    """
    number = integer_type()
    u &= (1 << 255) - 1
    if number is not int:
        return _ladder(scalar, u, number(_P25519), 121665)
    low = (1 << 255) - 1
    x1 = x3 = u
    x2, z2, z3 = 1, 0, 1
    for bit in f"{scalar:b}":
        a = x2 + z2
        b = x2 - z2
        c = x3 + z3
        d = x3 - z3
        cross = d * a
        other = c * b
        total = cross + other
        total = (total & low) + 19 * (total >> 255)
        total *= total
        total = (total & low) + 19 * (total >> 255)
        total = (total & low) + 19 * (total >> 255)
        difference = cross - other
        difference = (difference & low) + 19 * (difference >> 255)
        difference *= difference
        difference = x1 * ((difference & low) + 19 * (difference >> 255))
        difference = (difference & low) + 19 * (difference >> 255)
        difference = (difference & low) + 19 * (difference >> 255)
        if bit == "1":
            a = c
            b = d
        aa = a * a
        aa = (aa & low) + 19 * (aa >> 255)
        bb = b * b
        bb = (bb & low) + 19 * (bb >> 255)
        e = aa - bb
        product = aa * bb
        product = (product & low) + 19 * (product >> 255)
        product = (product & low) + 19 * (product >> 255)
        e *= aa + 121665 * e
        e = (e & low) + 19 * (e >> 255)
        e = (e & low) + 19 * (e >> 255)
        if bit == "1":
            x2, z2, x3, z3 = total, difference, product, e
        else:
            x2, z2, x3, z3 = product, e, total, difference
    return _quotient(x2, z2, _P25519)


def _x448(scalar: int, u: int) -> int:
    """X448."""
    return _ladder(scalar, u, integer_type()(_P448), 39081)


def _ladder(scalar: int, u: int, p: int, a24: int) -> int:
    """The ladder of RFC 7748 section 5, a branch for each bit instead of a swap."""
    one = p - p + 1
    x1 = x3 = u % p
    x2, z2, z3 = one, p - p, one
    for bit in f"{scalar:b}":
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        cross, other = d * a, c * b
        total, difference = (cross + other) % p, (cross - other) % p
        if bit == "1":
            x2, z2 = total * total % p, difference * difference * x1 % p
            aa, bb = c * c % p, d * d % p
            e = aa - bb
            x3, z3 = aa * bb % p, e * (aa + a24 * e) % p
        else:
            x3, z3 = total * total % p, difference * difference * x1 % p
            aa, bb = a * a % p, b * b % p
            e = aa - bb
            x2, z2 = aa * bb % p, e * (aa + a24 * e) % p
    return _quotient(x2, z2, p)


def _quotient(x: int, z: int, p: int) -> int:
    """x/z, and 0 at infinity."""
    z %= p
    return int(x * pow(z, -1, p) % p) if z else 0


_CURVES = {
    "x25519": MontgomeryCurve(32, _scalar_25519, _x25519, public_coordinate),
    "x448": MontgomeryCurve(56, _scalar_448, _x448, lambda scalar: _x448(scalar, 5)),
}


def montgomery_curve(name: str) -> MontgomeryCurve:
    """`x25519` or `x448`."""
    return _CURVES[name]
