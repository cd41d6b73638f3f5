"""Elliptic curves over prime fields: OpenSSL's names, and domain parameters (SEC 2, RFC 5639)."""

from __future__ import annotations

from functools import cache

from pyfinger.crypto import python_ecdsa
from pyfinger.values import Value


class CurveParameters(Value):
    """Domain parameters; `field` is a prime, or of a binary curve its polynomial, a bit for each power."""

    name: str
    field: int
    a: int
    b: int
    x: int  # of the base point
    y: int
    order: int


class Curve(Value):
    """A curve by OpenSSL's name and python-ecdsa's; `bits` is the size of its field."""

    name: str
    library_name: str
    bits: int

    @property
    def size(self) -> int:
        """Octets of a coordinate."""
        return (self.bits + 7) // 8

    @property
    def order(self) -> int:
        """How many multiples the base point has."""
        return parameters(self).order


# Those that keys and signatures are met on.
CURVES = {
    curve.name: curve
    for curve in (
        Curve("prime192v1", "NIST192p", 192),
        Curve("secp224r1", "NIST224p", 224),
        Curve("prime256v1", "NIST256p", 256),
        Curve("secp384r1", "NIST384p", 384),
        Curve("secp521r1", "NIST521p", 521),
        Curve("secp256k1", "SECP256k1", 256),
        Curve("secp112r1", "SECP112r1", 112),
        Curve("secp112r2", "SECP112r2", 112),
        Curve("secp128r1", "SECP128r1", 128),
        Curve("secp160r1", "SECP160r1", 160),
        Curve("brainpoolP160r1", "BRAINPOOLP160r1", 160),
        Curve("brainpoolP192r1", "BRAINPOOLP192r1", 192),
        Curve("brainpoolP224r1", "BRAINPOOLP224r1", 224),
        Curve("brainpoolP256r1", "BRAINPOOLP256r1", 256),
        Curve("brainpoolP320r1", "BRAINPOOLP320r1", 320),
        Curve("brainpoolP384r1", "BRAINPOOLP384r1", 384),
        Curve("brainpoolP512r1", "BRAINPOOLP512r1", 512),
    )
}


@cache
def parameters(curve: Curve) -> CurveParameters:
    """The domain parameters, a and b between 0 and the prime."""
    known = python_ecdsa.curve(curve.library_name)
    prime, base = int(known.curve.p()), known.generator
    a, b = int(known.curve.a()) % prime, int(known.curve.b()) % prime
    return CurveParameters(curve.name, prime, a, b, int(base.x()), int(base.y()), int(known.order))
