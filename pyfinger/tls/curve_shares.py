"""Diffie-Hellman on elliptic curves y^2 = x^3 + ax + b, and on those over binary fields.

RFC 8422 section 5.10.  Before TLS 1.3 a point may come compressed; from TLS 1.3
on nothing but an uncompressed one is even looked at (RFC 8446 section 4.2.8.2).
"""

from __future__ import annotations

from typing import Any, Protocol

from pyfinger.crypto import tlslite_ng
from pyfinger.crypto.binary_curves import BinaryCurve
from pyfinger.crypto.deprecated_curves import binary_curve, prime_curve
from pyfinger.crypto.points import BadPoint, Flaw, Form, read_point
from pyfinger.tls.groups import Group, GroupKind
from pyfinger.tls.names import TLS13
from pyfinger.tls.reasons import failure
from pyfinger.tls.shares import Random, Share


class _Curve(Protocol):
    """What both kinds of curves can do; a private key is as the curve likes it."""

    def private_key(self, random: Random) -> Any: ...

    def public_key(self, private: Any) -> bytes: ...

    def shared_secret(self, private: Any, public: bytes) -> bytes: ...


def curve_share(group: Group, version: int, random: Random) -> Share:
    """A fresh key pair on a curve."""
    curve = _curve(group)
    private = curve.private_key(random)

    def agree(peer: bytes) -> bytes:
        if version == TLS13 and peer[:1] != bytes([Form.UNCOMPRESSED]):
            raise failure("bad ecpoint")
        try:
            return curve.shared_secret(private, peer)
        except BadPoint as error:
            reason = "internal error" if error.flaw is Flaw.POINT_AT_INFINITY else "bad ecpoint"
            raise failure(reason).after(error.cause) from error

    return Share(group.code, curve.public_key(private), agree)


def _curve(group: Group) -> _Curve:
    if group.kind is GroupKind.BINARY:
        return BinaryCurve(binary_curve(group.name))
    return _PrimeCurve(group.name)


class _PrimeCurve:
    """One of python-ecdsa's curves."""

    def __init__(self, name: str) -> None:
        known = prime_curve(name)
        self._curve = tlslite_ng.make_curve(known) if known else tlslite_ng.getCurveByName(name)
        self._prime = int(self._curve.curve.p())
        self._size = (self._prime.bit_length() + 7) // 8

    def private_key(self, random: Random) -> Any:
        return tlslite_ng.SigningKey.generate(self._curve, entropy=random)

    def public_key(self, private: Any) -> bytes:
        return bytes(private.verifying_key.to_string("uncompressed"))

    def shared_secret(self, private: Any, public: bytes) -> bytes:
        self._check(public)
        agreement = tlslite_ng.ECDH(self._curve, private)
        try:
            agreement.load_received_public_key_bytes(public)
        except AssertionError as error:  # the library's word for a point that is none
            raise BadPoint(Flaw.INVALID_COMPRESSED_POINT) from error
        return bytes(agreement.generate_sharedsecret_bytes())

    def _check(self, public: bytes) -> None:
        """`BadPoint` unless it is a point of this curve, as far as that can be seen without a root."""
        point = read_point(public, self._size)
        if point.x >= self._prime or (point.y or 0) >= self._prime:
            raise BadPoint(Flaw.INVALID_ENCODING)
        if point.form is Form.HYBRID and point.y is not None and point.y & 1 != point.bit:
            raise BadPoint(Flaw.INVALID_ENCODING)
        if point.y is not None and not self._curve.curve.contains_point(point.x, point.y):
            raise BadPoint(Flaw.POINT_IS_NOT_ON_CURVE)
