"""ML-KEM (FIPS 203), all three parameter sets; the arithmetic is kyber-py's, imported at first use."""

from __future__ import annotations

from typing import Any

SEED = 64  # octets, d and z (section 7.1)
CIPHERTEXTS = {"ML-KEM-512": 768, "ML-KEM-768": 1088, "ML-KEM-1024": 1568}  # octets (section 8)


def _parameters(name: str) -> Any:
    """The library's object for a parameter set."""
    from kyber_py import ml_kem

    return getattr(ml_kem, name.replace("-", "_"))


def key_pair(name: str, seed: bytes) -> tuple[bytes, bytes]:
    """Encapsulation and decapsulation key (algorithm 16); `name` is one of `CIPHERTEXTS`."""
    public, private = _parameters(name).key_derive(seed)
    return bytes(public), bytes(private)


def encapsulate(name: str, public: bytes) -> tuple[bytes, bytes]:
    """A secret and its ciphertext, random (algorithm 20)."""
    secret, ciphertext = _parameters(name).encaps(public)
    return bytes(secret), bytes(ciphertext)


def decapsulate(name: str, private: bytes, ciphertext: bytes) -> bytes:
    """The secret; a ciphertext of the right length always gives one (algorithm 21)."""
    return bytes(_parameters(name).decaps(private, ciphertext))
