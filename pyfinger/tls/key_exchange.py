"""Key agreement: our share, their share, the secret both come to.

The mathematics is tlslite-ng's and python-ecdsa's; this module bounds what the
peer may send and turns every refusal into a `TlsFailure`.  Private keys are made
of what `random` gives and nothing else, so that a handshake can be repeated to
the byte.
"""

from __future__ import annotations

import os
from typing import Any

from pyfinger.crypto import tlslite_ng
from pyfinger.errors import LibraryError
from pyfinger.tls.curve_shares import curve_share
from pyfinger.tls.groups import GROUPS, GroupKind
from pyfinger.tls.kem_shares import HYBRIDS, hybrid_share, ml_kem_share
from pyfinger.tls.names import TLS12, TLS13
from pyfinger.tls.reasons import HANDSHAKE_FAILURE, failure
from pyfinger.tls.security import Security
from pyfinger.tls.shares import Random, Share

MAX_DH_BITS = 10_000  # OPENSSL_DH_MAX_MODULUS_BITS

_OCTETS = {0x1D: 32, 0x1E: 56}  # X25519, X448: keys are any octets (RFC 7748 section 5)

_FAILED_DERIVATION = LibraryError(0x1C8000A4, "failed during derivation")
_INVALID_PUBLIC_KEY = LibraryError(0x02800066, "invalid public key")

_TLSLITE_REFUSALS = (
    tlslite_ng.TLSIllegalParameterException,
    tlslite_ng.TLSDecodeError,
    ArithmeticError,
    ValueError,
    AssertionError,
)


def _version_pair(version: int) -> tuple[int, int]:
    return version >> 8, version & 0xFF


def new_share(group: int, version: int = TLS13, random: Random = os.urandom) -> Share:
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
            return curve_share(GROUPS[group], version, random)


def _montgomery_share(group: int, random: Random) -> Share:
    """X25519 or X448 (RFC 7748); a secret of zeros is none."""
    size = _OCTETS[group]
    method = tlslite_ng.ECDHKeyExchange(group, _version_pair(TLS13))
    private = bytearray(random(size))

    def agree(peer: bytes) -> bytes:
        if len(peer) != size:
            raise failure("bad ecpoint")
        try:
            return bytes(method.calc_shared_key(private, bytearray(peer)))
        except tlslite_ng.TLSIllegalParameterException as error:
            raise failure("bad key share").after(_FAILED_DERIVATION) from error

    return Share(group, bytes(method.calc_public_value(private)), agree)


def _named_finite_field_share(group: int, random: Random) -> Share:
    """Of TLS 1.3 (RFC 7919)."""
    method = tlslite_ng.FFDHKeyExchange(group, _version_pair(TLS13))
    private = _exponent(method, random)
    public = bytes(method.calc_public_value(private))

    def agree(peer: bytes) -> bytes:
        if len(peer) != len(public):
            raise failure("bad ecpoint")
        try:
            return bytes(method.calc_shared_key(private, bytearray(peer)))
        except _TLSLITE_REFUSALS as error:
            raise failure("bad ecpoint").after(_INVALID_PUBLIC_KEY) from error

    return Share(group, public, agree)


def _exponent(method: Any, random: Random) -> int:
    """Twice the strength of the group (RFC 3526 section 1)."""
    return int.from_bytes(random((2 * tlslite_ng.paramStrength(method.prime) + 7) // 8), "big")


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
        private = _exponent(method, random)
        public = method.calc_public_value(private)
    except _TLSLITE_REFUSALS as error:
        raise failure("bad dh value") from error

    def agree(peer: bytes) -> bytes:
        try:
            return bytes(method.calc_shared_key(private, int.from_bytes(peer, "big")))
        except _TLSLITE_REFUSALS as error:
            raise failure("bad dh value") from error

    return Share(0, public.to_bytes((bits + 7) // 8, "big"), agree)
