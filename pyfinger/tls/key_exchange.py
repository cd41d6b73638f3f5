"""Key agreement: our share, their share, the secret both come to.

The mathematics is tlslite-ng's; this module bounds what the peer may send and
turns every refusal into a `TlsFailure`.  Private keys are made of what `random`
gives and nothing else, so that a handshake can be repeated to the byte.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from pyfinger.crypto import tlslite_ng
from pyfinger.crypto.binary_curves import BinaryCurve, NotOnCurve
from pyfinger.crypto.deprecated_curves import binary_curve, prime_curve
from pyfinger.errors import LibraryError
from pyfinger.tls.groups import GROUPS, Group, GroupKind
from pyfinger.tls.names import TLS12, TLS13
from pyfinger.tls.point_faults import point_fault
from pyfinger.tls.reasons import HANDSHAKE_FAILURE, TlsFailure, failure
from pyfinger.tls.security import Security

MAX_DH_BITS = 10_000  # OPENSSL_DH_MAX_MODULUS_BITS

Random: TypeAlias = Callable[[int], bytes]

_X25519, _X448 = 0x1D, 0x1E
_OCTETS = {_X25519: 32, _X448: 56}  # private keys that are any octets (RFC 7748 section 5)
_ENCODINGS = ("uncompressed", "compressed", "hybrid")  # of points before TLS 1.3
_FAILED_DERIVATION = LibraryError(0x1C8000A4, "failed during derivation")
_UNCOMPRESSED = 4  # the first octet of the only points that TLS 1.3 has
_ML_KEM_SEED = 64  # octets, d and z (FIPS 203 section 7.1)


@dataclass(frozen=True, slots=True)
class _Kem:
    """A parameter set of ML-KEM (FIPS 203 section 8), by its name in kyber-py."""

    name: str
    ciphertext: int  # octets


_ML_KEM = {
    0x0200: _Kem("ML_KEM_512", 768),
    0x0201: _Kem("ML_KEM_768", 1088),
    0x0202: _Kem("ML_KEM_1024", 1568),
}


@dataclass(frozen=True, slots=True)
class _Hybrid:
    """What a hybrid group is made of; the share of the curve comes first but in X25519MLKEM768."""

    kem: int
    curve: int
    kem_first: bool = False


_HYBRIDS = {
    0x11EB: _Hybrid(0x0201, 0x17),
    0x11EC: _Hybrid(0x0201, _X25519, kem_first=True),
    0x11ED: _Hybrid(0x0202, 0x18),
}

_TLSLITE_REFUSALS = (
    tlslite_ng.TLSIllegalParameterException,
    tlslite_ng.TLSDecodeError,
    tlslite_ng.InvalidSharedSecretError,
    ArithmeticError,
    ValueError,
    AssertionError,
)


@dataclass(frozen=True, slots=True)
class Share:
    """Our half of a key agreement; `agree` may be used once."""

    group: int
    public: bytes
    agree: Callable[[bytes], bytes]


def _version_pair(version: int) -> tuple[int, int]:
    return version >> 8, version & 0xFF


def new_share(group: int, version: int = TLS13, random: Random = os.urandom) -> Share:
    """A fresh key pair in a named group (RFC 8446 section 4.2.8, RFC 8422)."""
    kind = GROUPS[group].kind
    if kind is GroupKind.ML_KEM:
        return _ml_kem_share(group, random)
    if kind is GroupKind.HYBRID:
        return _hybrid_share(group, random)
    if kind is GroupKind.BINARY:
        return _binary_share(GROUPS[group], random)
    return _classic_share(GROUPS[group], version, random)


def _classic_share(group: Group, version: int, random: Random) -> Share:
    method = _method(group, version)
    private = _private(group.code, method, random)
    public = bytes(method.calc_public_value(private))

    def agree(peer: bytes) -> bytes:
        try:
            return bytes(method.calc_shared_key(private, bytearray(peer)))
        except _TLSLITE_REFUSALS as error:
            raise _refusal(group, method, peer, version) from error

    return Share(group.code, public, agree)


def _refusal(group: Group, method: Any, peer: bytes, version: int) -> TlsFailure:
    """Why nothing could be agreed on with a share: it is none, or one that is good for nothing."""
    if len(peer) == _OCTETS.get(group.code):
        return failure("bad key share").after(_FAILED_DERIVATION)
    found = failure("bad ecpoint")
    if group.kind is not GroupKind.CURVE or (
        version == TLS13 and (len(peer) < 2 or peer[0] != _UNCOMPRESSED)
    ):
        return found
    fault = point_fault(peer, method.curve.curve.p())
    return found.after(fault) if fault else failure("bad key share").after(_FAILED_DERIVATION)


def _method(group: Group, version: int) -> Any:
    pair = _version_pair(version)
    if group.kind is GroupKind.FINITE_FIELD:
        return tlslite_ng.FFDHKeyExchange(group.code, pair)
    if group.kind is GroupKind.CURVE:
        return _CurveMethod(group.name, version)
    return tlslite_ng.ECDHKeyExchange(group.code, pair)


class _CurveMethod:
    """ECDH over a prime field (RFC 8422 section 5.10), with the methods of tlslite-ng's classes."""

    def __init__(self, name: str, version: int) -> None:
        known = prime_curve(name)
        self.curve = tlslite_ng.make_curve(known) if known else tlslite_ng.getCurveByName(name)
        self._encodings = ("uncompressed",) if version == TLS13 else _ENCODINGS

    def calc_public_value(self, private: Any) -> bytes:
        """Our point, uncompressed."""
        return bytes(private.verifying_key.to_string("uncompressed"))

    def calc_shared_key(self, private: Any, peer: bytearray) -> bytes:
        """The x coordinate of the common point; `ValueError` or `AssertionError` if there is none."""
        agreement = tlslite_ng.ECDH(self.curve, private)
        agreement.load_received_public_key_bytes(bytes(peer), valid_encodings=self._encodings)
        return bytes(agreement.generate_sharedsecret_bytes())


def _private(code: int, method: Any, random: Random) -> Any:
    """A private key, in the form tlslite-ng wants it; `code` is 0 for a group of the server's own."""
    if code in _OCTETS:
        return bytearray(random(_OCTETS[code]))
    if isinstance(method, tlslite_ng.FFDHKeyExchange):
        # Twice the strength of the group (RFC 3526 section 1).
        return int.from_bytes(random((2 * tlslite_ng.paramStrength(method.prime) + 7) // 8), "big")
    return tlslite_ng.SigningKey.generate(method.curve, entropy=random)


def _binary_share(group: Group, random: Random) -> Share:
    """Of TLS before 1.3."""
    curve = BinaryCurve(binary_curve(group.name))
    private = curve.private_key(random)

    def agree(peer: bytes) -> bytes:
        try:
            return curve.shared_secret(private, peer)
        except NotOnCurve as error:
            raise failure("bad ecpoint") from error

    return Share(group.code, curve.public_key(private), agree)


def _ml_kem_share(group: int, random: Random) -> Share:
    """An encapsulation key; the server's share is a ciphertext (draft-ietf-tls-mlkem)."""
    parameters = _ML_KEM[group]
    scheme = getattr(tlslite_ng.ml_kem(), parameters.name)
    public, private = scheme.key_derive(random(_ML_KEM_SEED))

    def agree(ciphertext: bytes) -> bytes:
        if len(ciphertext) != parameters.ciphertext:
            raise failure("internal error")
        return bytes(scheme.decaps(private, ciphertext))

    return Share(group, bytes(public), agree)


def _hybrid_share(group: int, random: Random) -> Share:
    """Both shares, both secrets, one behind the other (draft-ietf-tls-ecdhe-mlkem)."""
    parts = _HYBRIDS[group]
    kem, curve = _ml_kem_share(parts.kem, random), _classic_share(GROUPS[parts.curve], TLS13, random)
    first, second = (kem, curve) if parts.kem_first else (curve, kem)
    length = _ML_KEM[parts.kem].ciphertext if parts.kem_first else len(curve.public)

    def agree(peer: bytes) -> bytes:
        if len(peer) != _ML_KEM[parts.kem].ciphertext + len(curve.public):
            raise failure("internal error")
        return first.agree(peer[:length]) + second.agree(peer[length:])

    return Share(group, first.public + second.public, agree)


def finite_field_share(
    prime: bytes, generator: bytes, security: Security, random: Random = os.urandom
) -> Share:
    """A key pair in a group the server made up (RFC 5246 section 7.4.3).

    Its public value and the peer's are big-endian numbers without leading zeros
    to spare; OpenSSL's bounds on the modulus apply.
    """
    modulus, base = int.from_bytes(prime, "big"), int.from_bytes(generator, "big")
    bits = modulus.bit_length()
    if bits > MAX_DH_BITS:
        raise failure("modulus too large")
    if not security.allows_dh(bits):
        raise failure("dh key too small", HANDSHAKE_FAILURE)
    try:
        method = tlslite_ng.FFDHKeyExchange(0, _version_pair(TLS12), base, modulus)
        private = _private(0, method, random)
        public = method.calc_public_value(private)
    except _TLSLITE_REFUSALS as error:
        raise failure("bad dh value") from error

    def agree(peer: bytes) -> bytes:
        try:
            return bytes(method.calc_shared_key(private, int.from_bytes(peer, "big")))
        except _TLSLITE_REFUSALS as error:
            raise failure("bad dh value") from error

    return Share(0, public.to_bytes((bits + 7) // 8, "big"), agree)
