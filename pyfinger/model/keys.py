"""Keys: their kinds, what they do, and how signatures are made."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from pyfinger.values import Value


class KeyKind(StrEnum):
    """What a key is, by OpenSSL's name (EVP_PKEY_get0_type_name), as reports have it."""

    RSA = "RSA"
    RSA_PSS = "RSA-PSS"
    EC = "EC"
    DSA = "DSA"
    ED25519 = "ED25519"
    ED448 = "ED448"
    X25519 = "X25519"
    X448 = "X448"
    DH = "DH"  # PKCS #3
    DHX = "DHX"  # X9.42
    SM2 = "SM2"
    ML_KEM_512 = "ML-KEM-512"
    ML_KEM_768 = "ML-KEM-768"
    ML_KEM_1024 = "ML-KEM-1024"
    ML_DSA_44 = "ML-DSA-44"
    ML_DSA_65 = "ML-DSA-65"
    ML_DSA_87 = "ML-DSA-87"
    SLH_DSA_SHA2_128S = "SLH-DSA-SHA2-128s"
    SLH_DSA_SHA2_128F = "SLH-DSA-SHA2-128f"
    SLH_DSA_SHA2_192S = "SLH-DSA-SHA2-192s"
    SLH_DSA_SHA2_192F = "SLH-DSA-SHA2-192f"
    SLH_DSA_SHA2_256S = "SLH-DSA-SHA2-256s"
    SLH_DSA_SHA2_256F = "SLH-DSA-SHA2-256f"
    SLH_DSA_SHAKE_128S = "SLH-DSA-SHAKE-128s"
    SLH_DSA_SHAKE_128F = "SLH-DSA-SHAKE-128f"
    SLH_DSA_SHAKE_192S = "SLH-DSA-SHAKE-192s"
    SLH_DSA_SHAKE_192F = "SLH-DSA-SHAKE-192f"
    SLH_DSA_SHAKE_256S = "SLH-DSA-SHAKE-256s"
    SLH_DSA_SHAKE_256F = "SLH-DSA-SHAKE-256f"


class SignatureFamily(StrEnum):
    """How a signature is made; of ML-DSA and SLH-DSA each parameter set is one, called like its keys."""

    RSA = "rsa"
    RSA_PSS = "rsa-pss"
    ECDSA = "ecdsa"
    EDDSA = "eddsa"
    DSA = "dsa"
    ML_DSA_44 = "ML-DSA-44"
    ML_DSA_65 = "ML-DSA-65"
    ML_DSA_87 = "ML-DSA-87"
    SLH_DSA_SHA2_128S = "SLH-DSA-SHA2-128s"
    SLH_DSA_SHA2_128F = "SLH-DSA-SHA2-128f"
    SLH_DSA_SHA2_192S = "SLH-DSA-SHA2-192s"
    SLH_DSA_SHA2_192F = "SLH-DSA-SHA2-192f"
    SLH_DSA_SHA2_256S = "SLH-DSA-SHA2-256s"
    SLH_DSA_SHA2_256F = "SLH-DSA-SHA2-256f"
    SLH_DSA_SHAKE_128S = "SLH-DSA-SHAKE-128s"
    SLH_DSA_SHAKE_128F = "SLH-DSA-SHAKE-128f"
    SLH_DSA_SHAKE_192S = "SLH-DSA-SHAKE-192s"
    SLH_DSA_SHAKE_192F = "SLH-DSA-SHAKE-192f"
    SLH_DSA_SHAKE_256S = "SLH-DSA-SHAKE-256s"
    SLH_DSA_SHAKE_256F = "SLH-DSA-SHAKE-256f"


class SignatureAlgorithm(Value):
    """A way to sign.

    `digest` is a hashlib name.  For RSA-PSS `salt` is the salt length in bytes, -1 for the digest's size,
    and `mgf_digest` the MGF1 hash (empty: `digest`).
    """

    family: SignatureFamily
    digest: str = ""
    salt: int = -1
    mgf_digest: str = ""


class PublicKey(Protocol):
    """A peer's public key, as far as TLS needs it."""

    @property
    def kind(self) -> KeyKind:
        """What can be done with it."""
        ...

    @property
    def bits(self) -> int:
        """Key size: bits of the modulus or of the field."""
        ...

    @property
    def curve(self) -> str:
        """Curve name of an EC key as OpenSSL spells it (`prime256v1`), else empty."""
        ...

    def verify(self, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
        """Whether the signature is good; False, never an error, for anything unfit."""
        ...

    def encrypt(self, secret: bytes, padding: bytes) -> bytes:
        """RSAES-PKCS1-v1_5 (RFC 8017 section 7.2); `padding` is random and long enough.

        `ValueError` if the key is not RSA.
        """
        ...


class PlainKey:
    """The part of a `Key` that only those of RSA and of curves have something to say of."""

    __slots__ = ()

    @property
    def curve(self) -> str:
        """None."""
        return ""

    @property
    def explicit(self) -> bool:
        """Never."""
        return False

    def encrypt(self, secret: bytes, padding: bytes) -> bytes:
        """Only RSA can."""
        raise ValueError("not an RSA key")


class PrivateKey(Protocol):
    """A key of our own."""

    @property
    def public(self) -> PublicKey:
        """The other half."""
        ...

    def fits(self, algorithm: SignatureAlgorithm) -> bool:
        """Whether the key can sign so: its kind, its size, and what it is restricted to."""
        ...

    def sign(self, algorithm: SignatureAlgorithm, message: bytes, random: Callable[[int], bytes]) -> bytes:
        """A signature; `random` gives that many random bytes.  `ValueError` unless it fits."""
        ...
