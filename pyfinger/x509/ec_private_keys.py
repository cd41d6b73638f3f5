"""EC private keys (RFC 5915), read as OpenSSL's d2i_ECPrivateKey does.

The public key is what stands beside the private one, whether that belongs to it
or not; it is worked out only where there is none.  Nor has the private one to be
below the order.  A curve named inside goes before the one of the PKCS #8 around.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeAlias

from pyfinger.crypto import ecdsa
from pyfinger.crypto.curves import BadPoint, Curve, Flaw, Form, read_point
from pyfinger.errors import DecodeError, LibraryError
from pyfinger.model import SignatureAlgorithm, SignatureFamily
from pyfinger.values import Value, field
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.asn1.content import Asn1Value
from pyfinger.x509.asn1.item import decode
from pyfinger.x509.key_structures import EC_PRIVATE_KEY
from pyfinger.x509.named_curves import read_curve
from pyfinger.x509.public_keys import EcKey

Random: TypeAlias = Callable[[int], bytes]

_INFINITY = b"\0"
_WORD = 64  # bits; numbers of more words than the order has cannot be signed with
_EC_LIB = LibraryError(0x08080010, "EC lib")
_UNKNOWN_GROUP = LibraryError(0x08000081, "unknown group", "name=UNDEF")
_DECODE_ERROR = LibraryError(0x0800008E, "decode error")


class BadEcKey(DecodeError):
    """An EC key in PKCS #8 that is none; OpenSSL's decoder says first that it found nothing."""


class EcPrivateKey(Value):
    """An ECDSA key."""

    public: EcKey
    secret: int = field(repr=False)

    def fits(self, algorithm: SignatureAlgorithm) -> bool:
        """ECDSA with any digest."""
        return algorithm.family == SignatureFamily.ECDSA

    def sign(self, algorithm: SignatureAlgorithm, message: bytes, random: Random) -> bytes:
        """An Ecdsa-Sig-Asn1Value; the nonce comes from key and message (RFC 6979), not from `random`."""
        if not self.fits(algorithm):
            raise ValueError("EC key cannot sign so")
        digest = hashlib.new(algorithm.digest, message).digest()
        r, s = ecdsa.sign(self.public.domain, self.secret, digest, algorithm.digest)
        return encoding.sequence(encoding.integer(r), encoding.integer(s))


def read_pkcs8_ec_key(parameters: bytes | None, octets: bytes) -> EcPrivateKey:
    """The key in a PrivateKeyInfo with these parameters; `BadEcKey`."""
    around = _curve_around(parameters)
    try:
        return read_ec_key(octets, around)
    except DecodeError as error:
        raise BadEcKey(error.what, error.offset, (*error.queue, _DECODE_ERROR)) from error


def _curve_around(parameters: bytes | None) -> tuple[Curve, bool]:
    try:
        return read_curve(parameters)
    except DecodeError as error:
        named = parameters is not None and parameters[:1] == b"\6"
        raise BadEcKey(error.what, queue=(_UNKNOWN_GROUP if named else _DECODE_ERROR,)) from error


def read_ec_key(encoded: bytes, around: tuple[Curve, bool] | None = None) -> EcPrivateKey:
    """An ECPrivateKey; `around` is the curve that came with it, and whether that was spelled out."""
    found, _ = decode(EC_PRIVATE_KEY, encoded)
    curve, explicit = _curve_inside(found.get("parameters"), around)
    secret = int.from_bytes(found["privateKey"].content, "big")
    if -(-secret.bit_length() // _WORD) > -(-curve.order.bit_length() // _WORD):
        raise DecodeError("EC key out of range")
    public = found.get("publicKey")
    point = _point(curve, public.content[1:]) if public else _worked_out(curve, secret)
    return EcPrivateKey(EcKey(curve, point, explicit), secret)


def _curve_inside(parameters: Asn1Value | None, around: tuple[Curve, bool] | None) -> tuple[Curve, bool]:
    if parameters is None:
        if around is None:
            raise DecodeError("EC key without curve", queue=(_EC_LIB,))
        return around
    try:
        return read_curve(parameters.encoding)
    except DecodeError as error:
        causes = (_UNKNOWN_GROUP,) if parameters.tag == der.OID else ()
        raise DecodeError(error.what, queue=(*causes, _EC_LIB)) from error


def _point(curve: Curve, octets: bytes) -> bytes:
    """The public key as it stands there, uncompressed."""
    if octets == _INFINITY:
        return _INFINITY
    try:
        form = read_point(octets, curve.size).form
        return _on_curve(curve, octets, form)
    except BadPoint as error:
        raise DecodeError("point not on its curve", queue=(error.cause, _EC_LIB)) from error


def _on_curve(curve: Curve, octets: bytes, form: Form) -> bytes:
    try:
        return ecdsa.uncompressed(curve, octets)
    except ValueError as error:
        compressed = form is Form.COMPRESSED
        raise BadPoint(Flaw.INVALID_COMPRESSED_POINT if compressed else Flaw.POINT_IS_NOT_ON_CURVE) from error


def _worked_out(curve: Curve, secret: int) -> bytes:
    remainder = secret % curve.order
    return ecdsa.public_point(curve, remainder) if remainder else _INFINITY
