"""Diffie-Hellman modulo a prime (RFC 2631, RFC 7919), and on curves over prime fields.

As with `binary_curves` and `montgomery` a private key is made of what `random` gives
and nothing else; the arithmetic is tlslite-ng's and python-ecdsa's.  How large a group
may be, and how numbers are written, is the caller's matter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyfinger.crypto import python_ecdsa
from pyfinger.crypto.curves import BadPoint, Flaw, Form, curve_called, read_point
from pyfinger.crypto.deprecated_curves import prime_curve
from pyfinger.crypto.montgomery import NoAgreement

_AS_NUMBERS = (3, 3)  # what tlslite-ng makes of values in TLS 1.2

_FFDHE = ("ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192")


class FiniteField:
    """A multiplicative group; public keys and secrets are numbers."""

    def __init__(self, prime: int, generator: int) -> None:
        from pyfinger.crypto import tlslite_ng

        self._refusals = tlslite_ng.REFUSALS
        self._strength = tlslite_ng.paramStrength
        try:
            self._method = tlslite_ng.FFDHKeyExchange(0, _AS_NUMBERS, generator, prime)
        except self._refusals as error:
            raise NoAgreement("bad group") from error
        self.size = (prime.bit_length() + 7) // 8  # octets of a number

    def private_key(self, random: Callable[[int], bytes]) -> int:
        """An exponent of twice the strength of the group (RFC 3526 section 1)."""
        return int.from_bytes(random((2 * self._strength(self._method.prime) + 7) // 8), "big")

    def public_key(self, private: int) -> int:
        """Our number; `NoAgreement` if it gives the exponent away."""
        try:
            return int(self._method.calc_public_value(private))
        except self._refusals as error:
            raise NoAgreement("bad group") from error

    def shared_secret(self, private: int, public: int) -> int:
        """The number both come to; `NoAgreement` for a public one out of range or in a small subgroup."""
        try:
            return int.from_bytes(self._method.calc_shared_key(private, public), "big")
        except self._refusals as error:
            raise NoAgreement("bad public value") from error


def named_field(name: str) -> FiniteField:
    """`ffdhe2048` and its like (RFC 7919 appendix A)."""
    from pyfinger.crypto import tlslite_ng

    generator, prime = tlslite_ng.RFC7919_GROUPS[_FFDHE.index(name)]
    return FiniteField(prime, generator)


class PrimeCurve:
    """y^2 = x^3 + ax + b over a prime field (SEC 1 section 3.3.1), by the name that TLS has for it.

    What is a point, and why not, is OpenSSL's say.
    """

    def __init__(self, name: str) -> None:
        known, deprecated = curve_called(name), prime_curve(name)
        if deprecated is not None:
            self._curve = python_ecdsa.make_curve(deprecated)
        elif known is not None:
            self._curve = python_ecdsa.curve(known.library_name)
        else:
            raise ValueError(f"no curve is called {name}")
        self._prime = int(self._curve.curve.p())
        self._size = (self._prime.bit_length() + 7) // 8

    def private_key(self, random: Callable[[int], bytes]) -> Any:
        """The library's key."""
        return python_ecdsa.new_signing_key(self._curve, random)

    def public_key(self, private: Any) -> bytes:
        """Our point, uncompressed."""
        return bytes(private.verifying_key.to_string("uncompressed"))

    def shared_secret(self, private: Any, public: bytes) -> bytes:
        """The x coordinate of the common point; `BadPoint` if there is none."""
        self._check(public)
        try:
            return python_ecdsa.shared_secret(self._curve, private, public)
        except AssertionError as error:  # the library's word for a point that is none
            raise BadPoint(Flaw.INVALID_COMPRESSED_POINT) from error

    def _check(self, public: bytes) -> None:
        """`BadPoint` unless it is a point of this curve, as far as that can be seen without a root."""
        point = read_point(public, self._size)
        if point.x >= self._prime or (point.y or 0) >= self._prime:
            raise BadPoint(Flaw.INVALID_ENCODING)
        if point.form is Form.HYBRID and point.y is not None and point.y & 1 != point.bit:
            raise BadPoint(Flaw.INVALID_ENCODING)
        if point.y is not None and not self._curve.curve.contains_point(point.x, point.y):
            raise BadPoint(Flaw.POINT_IS_NOT_ON_CURVE)
