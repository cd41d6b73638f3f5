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
    """The ladder of RFC 7748 section 5; for each bit its branch instead of a swap.

    What is multiplied once more before it is kept is only folded, 2^255 being 19: that
    leaves some bits too many, but is cheaper than a division.
    """
    number = integer_type()
    p, low = number(_P25519), number((1 << 255) - 1)
    x1 = number(u & (1 << 255) - 1) % p
    x2, z2, x3, z3 = number(1), number(0), x1, number(1)
    for bit in f"{scalar:b}":
        a = x2 + z2
        b = x2 - z2
        c = x3 + z3
        d = x3 - z3
        cross = d * a
        other = c * b
        total = cross + other
        difference = cross - other
        total = (total & low) + 19 * (total >> 255)
        difference = (difference & low) + 19 * (difference >> 255)
        difference *= difference
        difference = (difference & low) + 19 * (difference >> 255)
        if bit == "0":
            x3 = total * total % p
            z3 = x1 * difference % p
            aa, bb = a * a, b * b
            aa = (aa & low) + 19 * (aa >> 255)
            e = aa - (bb := (bb & low) + 19 * (bb >> 255))
            x2 = aa * bb % p
            z2 = e * (aa + 121665 * e) % p
        else:
            x2 = total * total % p
            z2 = x1 * difference % p
            aa, bb = c * c, d * d
            aa = (aa & low) + 19 * (aa >> 255)
            e = aa - (bb := (bb & low) + 19 * (bb >> 255))
            x3 = aa * bb % p
            z3 = e * (aa + 121665 * e) % p
    return int(x2 * pow(z2, -1, p) % p) if z2 else 0


def _x448(scalar: int, u: int) -> int:
    """The same, with plain remainders."""
    number = integer_type()
    p = number(_P448)
    x1 = number(u) % p
    x2, z2, x3, z3 = number(1), number(0), x1, number(1)
    for bit in f"{scalar:b}":
        swap = bit == "1"
        if swap:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b = x2 + z2, x2 - z2
        cross, other = (x3 - z3) * a % p, (x3 + z3) * b % p
        aa, bb = a * a % p, b * b % p
        e, total, difference = aa - bb, cross + other, cross - other
        x3, z3 = total * total % p, difference * difference % p * x1 % p
        x2, z2 = aa * bb % p, e * (aa + 39081 * e) % p
        if swap:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return int(x2 * pow(z2, -1, p) % p) if z2 else 0


_CURVES = {
    "x25519": MontgomeryCurve(32, _scalar_25519, _x25519, public_coordinate),
    "x448": MontgomeryCurve(56, _scalar_448, _x448, lambda scalar: _x448(scalar, 5)),
}


def montgomery_curve(name: str) -> MontgomeryCurve:
    """`x25519` or `x448`."""
    return _CURVES[name]
