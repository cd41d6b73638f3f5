"""ML-DSA (FIPS 204), all three parameter sets; the arithmetic is dilithium-py's, imported at first use.

Signing is hedged; its 32 random octets come from the caller, so that a probe can be
played again.  All with an empty context.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from pyfinger.values import Value

SEED = 32  # octets


class MlDsaSize(Value):
    """One parameter set: octets of keys and signatures, security bits, the range of the secret."""

    public: int
    private: int
    signature: int
    strength: int  # OpenSSL goes by the collision strength of the challenge
    eta: int  # coefficients of the secret vectors are within -eta to eta
    secret_polynomials: int


SIZES = {
    "ML-DSA-44": MlDsaSize(1312, 2560, 2420, 128, 2, 8),
    "ML-DSA-65": MlDsaSize(1952, 4032, 3309, 192, 4, 11),
    "ML-DSA-87": MlDsaSize(2592, 4896, 4627, 256, 2, 15),
}


class Unpackable(ValueError):
    """A secret with coefficients out of range."""


class Mismatch(ValueError):
    """An expanded private key whose parts do not agree."""


def _parameters(name: str) -> Any:
    """The library's object for a parameter set."""
    from dilithium_py import ml_dsa

    return getattr(ml_dsa, name.replace("-", "_"))


def verify(name: str, public: bytes, message: bytes, signature: bytes) -> bool:
    """Algorithm 3; `name` is one of `SIZES`, `public` has its size."""
    if len(signature) != SIZES[name].signature:
        return False
    return bool(_parameters(name).verify(public, message, signature))


def sign(name: str, private: bytes, message: bytes, random: Callable[[int], bytes]) -> bytes:
    """Algorithm 2 with an expanded private key (algorithm 24)."""
    signer = copy(_parameters(name))
    signer.random_bytes = random
    return bytes(signer.sign(private, message))


def key_pair(name: str, seed: bytes) -> tuple[bytes, bytes]:
    """Public key and expanded private key (algorithm 6)."""
    public, private = _parameters(name).key_derive(seed)
    return bytes(public), bytes(private)


def public_half(name: str, private: bytes) -> bytes:
    """The public key of an expanded private one (ossl_ml_dsa_sk_decode); `Unpackable`, `Mismatch`."""
    parameters, size = _parameters(name), SIZES[name]
    width = 3 if size.eta == 2 else 4  # bits of a coefficient
    packed = private[128 : 128 + 32 * width * size.secret_polynomials]
    number = int.from_bytes(packed, "little")
    mask = (1 << width) - 1
    if any(number >> at & mask > 2 * size.eta for at in range(0, 8 * len(packed), width)):
        raise Unpackable
    try:
        public = bytes(parameters.pk_from_sk(private))
    except ValueError:
        raise Mismatch from None
    rho, _, _, s1, s2, t0 = parameters._unpack_sk(private)
    product = parameters._expand_matrix_from_seed(rho) @ s1.to_ntt()
    _, low = (product.from_ntt() + s2).power_2_round(parameters.d)
    if low.bit_pack_t0() != t0.bit_pack_t0():
        raise Mismatch
    return public
