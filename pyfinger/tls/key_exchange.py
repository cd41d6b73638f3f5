"""Key agreement: our share, their share, the secret both come to.

The mathematics is `crypto`'s; this module bounds what the peer may send and turns
every refusal into a `TlsFailure`.  Private keys are made of what `random` gives and
nothing else, so that a handshake can be repeated to the byte.

With ML-KEM (FIPS 203), by itself or together with a curve, our share is an
encapsulation key, the server's a ciphertext (draft-ietf-tls-mlkem); in a hybrid both
halves stand one behind the other, and so do the secrets (draft-ietf-tls-ecdhe-mlkem,
draft-yang-tls-hybrid-sm2-mlkem).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

from pyfinger.crypto.curves import BadPoint, Flaw, Form
from pyfinger.crypto.montgomery import NoAgreement, montgomery_curve
from pyfinger.crypto.nist_curves import nist_curve
from pyfinger.errors import LibraryError
from pyfinger.tls.codepoints import TLS12, TLS13, AlertDescription, NamedGroup
from pyfinger.tls.groups import GROUPS, Group, GroupKind
from pyfinger.tls.handshake_failures import Reason, TlsFailure, failure
from pyfinger.tls.security import SecurityLevel
from pyfinger.values import Value

Random: TypeAlias = Callable[[int], bytes]


MAX_DH_BITS = 10_000  # OPENSSL_DH_MAX_MODULUS_BITS
_LEAST_DH_BITS = 512  # DH_MIN_MODULUS_BITS
_KNOWN_DH_BITS = 1024  # below, BN_security_bits() has no strength to tell
_NOT_PRIME = LibraryError(0x02800075, "check p not prime")
_BAD_GENERATOR = LibraryError(0x02800078, "not suitable generator")
_MODULUS_TOO_SMALL = LibraryError(0x0280007E, "modulus too small")
_UNKNOWN_SECURITY_BITS = LibraryError(0x030000A8, "unknown security bits")
_FAILED_DERIVATION = LibraryError(0x1C8000A4, "failed during derivation")
_INVALID_PUBLIC_KEY = LibraryError(0x02800066, "invalid public key")
_WRONG_CIPHERTEXT_SIZE = 0x1C8000FB
_NAMES: Mapping[int, str] = {
    NamedGroup.MLKEM512: "ML-KEM-512",
    NamedGroup.MLKEM768: "ML-KEM-768",
    NamedGroup.MLKEM1024: "ML-KEM-1024",
}


class KeyShare(Value):
    """Our half; `agree` makes the secret of the peer's, once, or raises `TlsFailure`."""

    group: int  # 0: of the server's own making
    public: bytes
    agree: Callable[[bytes], bytes]


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
        from pyfinger.crypto.deprecated_curves import BinaryCurve, binary_curve

        return BinaryCurve(binary_curve(group.name))
    if (curve := nist_curve(group.name)) is not None:
        return curve
    from pyfinger.crypto.diffie_hellman import PrimeCurve

    return PrimeCurve(group.name)


def _named_finite_field_share(group: int, random: Random) -> KeyShare:
    """Of TLS 1.3 (RFC 7919); numbers are as long as the prime."""
    from pyfinger.crypto.diffie_hellman import named_field

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


def _parameter_faults(modulus: int, base: int) -> tuple[LibraryError, ...]:
    """What OpenSSL has against a group (DH_check_params_ex), but for a modulus that is too large."""
    faults = []
    if modulus % 2 == 0:
        faults.append(_NOT_PRIME)
    if base <= 1 or base >= modulus - 1:
        faults.append(_BAD_GENERATOR)
    if modulus.bit_length() < _LEAST_DH_BITS:
        faults.append(_MODULUS_TOO_SMALL)
    return tuple(faults)


def finite_field_share(
    prime: bytes, generator: bytes, security: SecurityLevel, random: Random = os.urandom
) -> KeyShare:
    """A key pair in a group the server made up (RFC 5246 section 7.4.3).

    Its public value and the peer's are big-endian numbers without leading zeros
    to spare; OpenSSL's bounds on the modulus apply.
    """
    from pyfinger.crypto.diffie_hellman import FiniteField

    modulus, base = int.from_bytes(prime, "big"), int.from_bytes(generator, "big")
    bits = modulus.bit_length()
    if bits > MAX_DH_BITS:
        raise failure(Reason.MODULUS_TOO_LARGE)
    if faults := _parameter_faults(modulus, base):
        raise failure(Reason.BAD_DH_VALUE).after(*faults)
    if not security.allows_dh(bits):
        unknown = (_UNKNOWN_SECURITY_BITS,) if bits < _KNOWN_DH_BITS else ()
        raise failure(Reason.DH_KEY_TOO_SMALL, AlertDescription.HANDSHAKE_FAILURE).after(*unknown)
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


class Hybrid(Value):
    """What a hybrid group is made of; the share of the curve comes first but in X25519MLKEM768."""

    kem: int
    curve: int
    kem_first: bool = False


HYBRIDS: Mapping[int, Hybrid] = {
    NamedGroup.SECP256R1MLKEM768: Hybrid(NamedGroup.MLKEM768, NamedGroup.SECP256R1),
    NamedGroup.X25519MLKEM768: Hybrid(NamedGroup.MLKEM768, NamedGroup.X25519, kem_first=True),
    NamedGroup.SECP384R1MLKEM1024: Hybrid(NamedGroup.MLKEM1024, NamedGroup.SECP384R1),
    NamedGroup.CURVESM2MLKEM768: Hybrid(NamedGroup.MLKEM768, NamedGroup.CURVESM2),
}


def ml_kem_share(group: int, random: Random) -> KeyShare:
    """A fresh encapsulation key; a ciphertext of the right length always gives a secret."""
    from pyfinger.crypto import ml_kem

    name = _NAMES[group]
    public, private = ml_kem.key_pair(name, random(ml_kem.SEED))

    def agree(ciphertext: bytes) -> bytes:
        if len(ciphertext) != ml_kem.CIPHERTEXTS[name]:
            raise failure(Reason.INTERNAL_ERROR)
        return ml_kem.decapsulate(name, private, ciphertext)

    return KeyShare(group, public, agree)


def hybrid_share(group: int, kem: KeyShare, curve: KeyShare) -> KeyShare:
    """Both shares as one."""
    from pyfinger.crypto import ml_kem

    kem_first = HYBRIDS[group].kem_first
    first, second = (kem, curve) if kem_first else (curve, kem)
    ciphertext = ml_kem.CIPHERTEXTS[_NAMES[kem.group]]
    cut = ciphertext if kem_first else len(curve.public)

    def agree(peer: bytes) -> bytes:
        if len(peer) != ciphertext + len(curve.public):
            data = f"wrong decapsulation input ciphertext size: {len(peer)}"
            raise failure(Reason.INTERNAL_ERROR).after(
                LibraryError(_WRONG_CIPHERTEXT_SIZE, "wrong ciphertext size", data)
            )
        try:
            return first.agree(peer[:cut]) + second.agree(peer[cut:])
        except TlsFailure as error:
            raise failure(Reason.INTERNAL_ERROR).after(*error.queue[:-1]) from error

    return KeyShare(group, first.public + second.public, agree)
