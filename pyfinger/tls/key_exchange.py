"""Key agreement: our share, their share, the secret both come to.

The mathematics is tlslite-ng's; this module bounds what the peer may send and
turns every refusal into a `TlsFailure`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyfinger.tls import deps
from pyfinger.tls.names import GROUPS, TLS12, TLS13
from pyfinger.tls.reasons import HANDSHAKE_FAILURE, failure

MAX_DH_BITS = 10_000  # OPENSSL_DH_MAX_MODULUS_BITS
_MIN_DH_BITS = {0: 512, 1: 1024}  # by security level

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


def new_share(group: int, version: int = TLS13) -> Share:
    """A fresh key pair in a named group (RFC 8446 section 4.2.8, RFC 8422)."""
    method = _method(group, version)
    private = method.get_random_private_key()
    public = bytes(method.calc_public_value(private))

    def agree(peer: bytes) -> bytes:
        try:
            return bytes(method.calc_shared_key(private, bytearray(peer)))
        except _TLSLITE_REFUSALS as error:
            raise failure("bad key share" if version == TLS13 else "bad ecpoint") from error

    return Share(group, public, agree)


def finite_field_share(prime: bytes, generator: bytes, security_level: int) -> Share:
    """A key pair in a group the server made up (RFC 5246 section 7.4.3).

    Its public value and the peer's are big-endian numbers without leading zeros
    to spare; OpenSSL's bounds on the modulus apply.
    """
    modulus, base = int.from_bytes(prime, "big"), int.from_bytes(generator, "big")
    bits = modulus.bit_length()
    if bits > MAX_DH_BITS:
        raise failure("modulus too large")
    if bits < _MIN_DH_BITS[min(security_level, 1)]:
        raise failure("dh key too small", HANDSHAKE_FAILURE)
    try:
        method = deps.FFDHKeyExchange(0, _version_pair(TLS12), base, modulus)
        private = method.get_random_private_key()
        public = method.calc_public_value(private)
    except _TLSLITE_REFUSALS as error:
        raise failure("bad dh value") from error

    def agree(peer: bytes) -> bytes:
        try:
            return bytes(method.calc_shared_key(private, int.from_bytes(peer, "big")))
        except _TLSLITE_REFUSALS as error:
            raise failure("bad dh value") from error

    return Share(0, public.to_bytes((bits + 7) // 8, "big"), agree)
