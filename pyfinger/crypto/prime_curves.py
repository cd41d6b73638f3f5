"""Diffie-Hellman on elliptic curves y^2 = x^3 + ax + b over prime fields (SEC 1 section 3.3.1).

The arithmetic is python-ecdsa's; what is a point, and why not, is OpenSSL's say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyfinger.crypto import python_ecdsa
from pyfinger.crypto.deprecated_curves import prime_curve
from pyfinger.crypto.points import BadPoint, Flaw, Form, read_point
from pyfinger.crypto.tlslite_ng import getCurveByName


class PrimeCurve:
    """One curve, by the name that TLS has for it."""

    def __init__(self, name: str) -> None:
        known = prime_curve(name)
        self._curve = python_ecdsa.make_curve(known) if known else getCurveByName(name)
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
