"""Elliptic curves over prime fields: OpenSSL's names, and domain parameters (SEC 2, RFC 5639).

Points come as octets (SEC 1 section 2.3.4).  Why OpenSSL refuses them is
EC_POINT_oct2point(3)'s; the curves themselves check what depends on their arithmetic.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache

from pyfinger.crypto import python_ecdsa
from pyfinger.errors import LibraryError
from pyfinger.values import Value

_EC_LIBRARY = 0x08000000
_TLS_NAMES = {"secp192r1": "prime192v1", "secp256r1": "prime256v1"}  # where they are not OpenSSL's
# The curves that are met every day, for whose sake no library is loaded (FIPS 186-4 appendix
# D.1.2), and SM2's, which the library has not (GB/T 32918.5): the prime; b, both coordinates of
# the base point, the order; a is -3.
_EVERYDAY = {
    "prime256v1": (
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b "
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296 "
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5 "
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    ),
    "secp384r1": (
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef "
        "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7 "
        "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f "
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    ),
    "secp521r1": (
        2**521 - 1,
        "51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e"
        "156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00 "
        "c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3db"
        "aa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66 "
        "11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662"
        "c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650 "
        "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa"
        "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    ),
    "SM2": (
        2**256 - 2**224 - 2**96 + 2**64 - 1,
        "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93 "
        "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7 "
        "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0 "
        "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
    ),
}


class Form(IntEnum):
    """The first octet, less its lowest bit."""

    INFINITY = 0
    COMPRESSED = 2
    UNCOMPRESSED = 4
    HYBRID = 6  # both coordinates, and the bit of the compressed form


class Flaw(IntEnum):
    """EC_R_ reasons (openssl/ecerr.h)."""

    BUFFER_TOO_SMALL = 100
    INVALID_ENCODING = 102
    POINT_AT_INFINITY = 106
    POINT_IS_NOT_ON_CURVE = 107
    INVALID_COMPRESSED_POINT = 110


class BadPoint(ValueError):
    """Octets that are no point, or one that agrees on nothing."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.name)
        self.flaw = flaw
        self.cause = LibraryError(_EC_LIBRARY + flaw, flaw.name.lower().replace("_", " "))


class EncodedPoint(Value):
    """A point as it came; `bit` is its first octet's lowest, a compressed one has no `y`."""

    form: Form
    bit: int
    x: int
    y: int | None


def read_point(octets: bytes, size: int) -> EncodedPoint:
    """The parts of a point whose coordinates have `size` octets; `BadPoint` if it is none."""
    if not octets:
        raise BadPoint(Flaw.BUFFER_TOO_SMALL)
    form, bit = octets[0] & ~1, octets[0] & 1
    if form not in Form.__members__.values() or (form in (Form.INFINITY, Form.UNCOMPRESSED) and bit):
        raise BadPoint(Flaw.INVALID_ENCODING)
    coordinates = {Form.INFINITY: 0, Form.COMPRESSED: 1}.get(Form(form), 2)
    if len(octets) != 1 + coordinates * size:
        raise BadPoint(Flaw.INVALID_ENCODING)
    if not coordinates:
        raise BadPoint(Flaw.POINT_AT_INFINITY)
    x = int.from_bytes(octets[1 : 1 + size], "big")
    y = int.from_bytes(octets[1 + size :], "big") if coordinates == 2 else None
    return EncodedPoint(Form(form), bit, x, y)


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


_SM2 = Curve("SM2", "", 256)  # for agreements; its signatures are others than ECDSA's


def curve_called(name: str) -> Curve | None:
    """A curve by its name in OpenSSL or in TLS (RFC 8422, RFC 8734, RFC 8998)."""
    if name == "curveSM2":
        return _SM2
    return CURVES.get(_TLS_NAMES.get(name, name.removesuffix("tls13")))


@cache
def parameters(curve: Curve) -> CurveParameters:
    """The domain parameters, a and b between 0 and the prime."""
    if curve.name in _EVERYDAY:
        prime, numbers = _EVERYDAY[curve.name]
        b, x, y, order = (int(number, 16) for number in numbers.split())
        return CurveParameters(curve.name, prime, prime - 3, b, x, y, order)
    known = python_ecdsa.curve(curve.library_name)
    prime, base = int(known.curve.p()), known.generator
    a, b = int(known.curve.a()) % prime, int(known.curve.b()) % prime
    return CurveParameters(curve.name, prime, a, b, int(base.x()), int(base.y()), int(known.order))
