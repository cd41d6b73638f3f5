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

from pyfinger.tls import deps
from pyfinger.tls.names import GROUPS, TLS12, TLS13
from pyfinger.tls.reasons import HANDSHAKE_FAILURE, failure
from pyfinger.tls.security import Security

MAX_DH_BITS = 10_000  # OPENSSL_DH_MAX_MODULUS_BITS

Random: TypeAlias = Callable[[int], bytes]

_X25519, _X448 = 0x1D, 0x1E
_OCTETS = {_X25519: 32, _X448: 56}  # private keys that are any octets (RFC 7748 section 5)
# What hybrid groups are made of: ML-KEM, and a group of old.
_HYBRIDS = {0x11EB: ("ML_KEM_768", 0x17), 0x11EC: ("ML_KEM_768", _X25519), 0x11ED: ("ML_KEM_1024", 0x18)}
_ML_KEM_SEED = 64  # octets, d and z (FIPS 203 section 7.1)

_TLSLITE_REFUSALS = (
    deps.TLSIllegalParameterException,
    deps.TLSDecodeError,
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


def available(group: int) -> bool:
    """Whether this installation can compute with a group (ML-KEM needs kyber-py)."""
    if group not in GROUPS:
        return False
    if GROUPS[group].post_quantum:
        try:
            deps.KEMKeyExchange(group, (3, 4))
        except Exception as error:  # tlslite's internal error: no kyber-py
            if type(error).__name__ != "TLSInternalError":
                raise
            return False
    return True


def _method(group: int, version: int) -> Any:
    pair = _version_pair(version)
    if GROUPS[group].post_quantum:
        return deps.KEMKeyExchange(group, pair)
    if 0x0100 <= group < 0x0200:
        return deps.FFDHKeyExchange(group, pair)
    return deps.ECDHKeyExchange(group, pair)


def _private(group: int, method: Any, random: Random) -> Any:
    """A private key, in the form tlslite-ng wants it."""
    if group in _HYBRIDS:
        kem, classic = _HYBRIDS[group]
        pair = getattr(deps.ml_kem(), kem).key_derive(random(_ML_KEM_SEED))
        return pair, _private(classic, deps.ECDHKeyExchange(classic, _version_pair(TLS13)), random)
    if group in _OCTETS:
        return bytearray(random(_OCTETS[group]))
    if isinstance(method, deps.FFDHKeyExchange):
        # Twice the strength of the group (RFC 3526 section 1).
        return int.from_bytes(random((2 * deps.paramStrength(method.prime) + 7) // 8), "big")
    curve = deps.getCurveByName(deps.GroupName.toStr(group))
    return deps.SigningKey.generate(curve, entropy=random)


def new_share(group: int, version: int = TLS13, random: Random = os.urandom) -> Share:
    """A fresh key pair in a named group (RFC 8446 section 4.2.8, RFC 8422)."""
    method = _method(group, version)
    private = _private(group, method, random)
    public = bytes(method.calc_public_value(private))

    def agree(peer: bytes) -> bytes:
        try:
            return bytes(method.calc_shared_key(private, bytearray(peer)))
        except _TLSLITE_REFUSALS as error:
            raise failure("bad key share" if version == TLS13 else "bad ecpoint") from error

    return Share(group, public, agree)


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
        method = deps.FFDHKeyExchange(0, _version_pair(TLS12), base, modulus)
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
