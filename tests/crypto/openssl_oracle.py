"""OpenSSL as an oracle for AEADs, key agreement and ECDSA, through the package cryptography."""

from __future__ import annotations

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
