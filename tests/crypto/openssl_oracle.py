"""OpenSSL as an oracle for AEADs, key agreement and ECDSA, through the package cryptography."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.asymmetric.x448 import X448PrivateKey, X448PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305


def aead(name: str, key: bytes) -> AESGCM | AESCCM | ChaCha20Poly1305:
    match name:
        case "AES-GCM":
            return AESGCM(key)
        case "AES-CCM":
            return AESCCM(key)
        case "AES-CCM-8":
            return AESCCM(key, tag_length=8)
        case _:
            return ChaCha20Poly1305(key)


def montgomery_public(name: str, private: bytes) -> bytes:
    if name == "x25519":
        return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    return X448PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def montgomery_secret(name: str, private: bytes, public: bytes) -> bytes:
    if name == "x25519":
        return X25519PrivateKey.from_private_bytes(private).exchange(
            X25519PublicKey.from_public_bytes(public)
        )
    return X448PrivateKey.from_private_bytes(private).exchange(X448PublicKey.from_public_bytes(public))


_CURVES = {"secp256r1": ec.SECP256R1(), "secp384r1": ec.SECP384R1(), "secp521r1": ec.SECP521R1()}
_HASHES = {
    20: hashes.SHA1(),
    28: hashes.SHA224(),
    32: hashes.SHA256(),
    48: hashes.SHA384(),
    64: hashes.SHA512(),
}


def curve_secret(name: str, private: int, public: bytes) -> bytes:
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[name], public)
    return ec.derive_private_key(private, _CURVES[name]).exchange(ec.ECDH(), theirs)


def ecdsa_verdict(name: str, public: bytes, digest: bytes, r: int, s: int) -> bool:
    key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[name], public)
    try:
        key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(Prehashed(_HASHES[len(digest)])))
    except InvalidSignature:
        return False
    return True
