"""Points of elliptic curves as octets (SEC 1 section 2.3.4), and why OpenSSL refuses them.

What is said here is EC_POINT_oct2point(3)'s; the curves themselves check what
depends on their arithmetic.
"""

from __future__ import annotations

from enum import IntEnum

from pyfinger.errors import LibraryError
from pyfinger.values import Value


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


_EC_LIBRARY = 0x08000000


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
