"""Key agreement: our share, their share, the secret both come to.

The mathematics is `crypto`'s; this module bounds what the peer may send and turns
every refusal into a `TlsFailure`.  Private keys are made of what `random` gives and
nothing else, so that a handshake can be repeated to the byte.
"""

from __future__ import annotations

import os
from typing import Any, Protocol

from pyfinger.crypto.binary_curves import BinaryCurve
from pyfinger.crypto.deprecated_curves import binary_curve
from pyfinger.crypto.diffie_hellman import FiniteField, PrimeCurve, named_field
from pyfinger.crypto.montgomery import NoAgreement, montgomery_curve
from pyfinger.crypto.nist_curves import nist_curve
from pyfinger.crypto.points import BadPoint, Flaw, Form
from pyfinger.errors import LibraryError
from pyfinger.tls.codepoints import TLS12, TLS13, AlertDescription
from pyfinger.tls.errors import Reason, failure
from pyfinger.tls.groups import GROUPS, Group, GroupKind
from pyfinger.tls.kem_shares import HYBRIDS, hybrid_share, ml_kem_share
from pyfinger.tls.key_share import KeyShare, Random
from pyfinger.tls.security import Security

MAX_DH_BITS = 10_000  # OPENSSL_DH_MAX_MODULUS_BITS

_FAILED_DERIVATION = LibraryError(0x1C8000A4, "failed during derivation")
_INVALID_PUBLIC_KEY = LibraryError(0x02800066, "invalid public key")


class _Curve(Protocol):
    """What all curves can do; a private key is as the curve likes it."""

    def private_key(self, random: Random) -> Any: ...

    def public_key(self, private: Any) -> bytes: ...

    def shared_secret(self, private: Any, public: bytes) -> bytes: ...


def new_share(group: int, version: int = TLS13, random: Random = os.urandom) -> KeyShare:
    """A fresh key pair in a named group (RFC 8446 section 4.2.8, RFC 8422)."""
    match GROUPS[group].kind:
        case GroupKind.ML_KEM:
            return ml_kem_share(group, random)
        case GroupKind.HYBRID:
            parts = HYBRIDS[group]
            # The curve is OpenSSL's of any version: its point may have any form.
            return hybrid_share(group, *(new_share(part, TLS12, random) for part in (parts.kem, parts.curve)))
        case GroupKind.MONTGOMERY:
            return _montgomery_share(group, random)
        case GroupKind.FINITE_FIELD:
            return _named_finite_field_share(group, random)
        case _:
            return _curve_share(GROUPS[group], version, random)


def _montgomery_share(group: int, random: Random) -> KeyShare:
    """X25519 or X448 (RFC 7748); a secret of zeros is none."""
    curve = montgomery_curve(GROUPS[group].name)
    private = curve.private_key(random)

    def agree(peer: bytes) -> bytes:
        if len(peer) != curve.size:
            raise failure(Reason.BAD_ECPOINT)
        try:
            return curve.shared_secret(private, peer)
        except NoAgreement as error:
            raise failure(Reason.BAD_KEY_SHARE).after(_FAILED_DERIVATION) from error

    return KeyShare(group, curve.public_key(private), agree)


def _curve_share(group: Group, version: int, random: Random) -> KeyShare:
    """A fresh key pair on an elliptic curve (RFC 8422 section 5.10).

    Before TLS 1.3 a point may come compressed; from TLS 1.3 on nothing but an
    uncompressed one is even looked at (RFC 8446 section 4.2.8.2).
    """
    curve = _curve(group)
    private = curve.private_key(random)

    def agree(peer: bytes) -> bytes:
        if version == TLS13 and peer[:1] != bytes([Form.UNCOMPRESSED]):
            raise failure(Reason.BAD_ECPOINT)
        try:
            return curve.shared_secret(private, peer)
        except BadPoint as error:
            reason = Reason.INTERNAL_ERROR if error.flaw is Flaw.POINT_AT_INFINITY else Reason.BAD_ECPOINT
            raise failure(reason).after(error.cause) from error

    return KeyShare(group.code, curve.public_key(private), agree)


def _curve(group: Group) -> _Curve:
    if group.kind is GroupKind.BINARY:
        return BinaryCurve(binary_curve(group.name))
    return nist_curve(group.name) or PrimeCurve(group.name)


def _named_finite_field_share(group: int, random: Random) -> KeyShare:
    """Of TLS 1.3 (RFC 7919); numbers are as long as the prime."""
    field = named_field(GROUPS[group].name)
    private = field.private_key(random)

    def agree(peer: bytes) -> bytes:
        if len(peer) != field.size:
            raise failure(Reason.BAD_ECPOINT)
        try:
            secret = field.shared_secret(private, int.from_bytes(peer, "big"))
        except NoAgreement as error:
            raise failure(Reason.BAD_ECPOINT).after(_INVALID_PUBLIC_KEY) from error
        return secret.to_bytes(field.size, "big")

    return KeyShare(group, field.public_key(private).to_bytes(field.size, "big"), agree)


def finite_field_share(
    prime: bytes, generator: bytes, security: Security, random: Random = os.urandom
) -> KeyShare:
    """A key pair in a group the server made up (RFC 5246 section 7.4.3).

    Its public value and the peer's are big-endian numbers without leading zeros
    to spare; OpenSSL's bounds on the modulus apply.
    """
    modulus, base = int.from_bytes(prime, "big"), int.from_bytes(generator, "big")
    bits = modulus.bit_length()
    if bits > MAX_DH_BITS:
        raise failure(Reason.MODULUS_TOO_LARGE)
    if not security.allows_dh(bits):
        raise failure(Reason.DH_KEY_TOO_SMALL, AlertDescription.HANDSHAKE_FAILURE)
    try:
        field = FiniteField(modulus, base)
        private = field.private_key(random)
        public = field.public_key(private)
    except NoAgreement as error:
        raise failure(Reason.BAD_DH_VALUE) from error

    def agree(peer: bytes) -> bytes:
        try:
            secret = field.shared_secret(private, int.from_bytes(peer, "big"))
        except NoAgreement as error:
            raise failure(Reason.BAD_DH_VALUE) from error
        return secret.to_bytes((secret.bit_length() + 7) // 8, "big")  # RFC 5246 section 8.1.2

    return KeyShare(0, public.to_bytes(field.size, "big"), agree)
