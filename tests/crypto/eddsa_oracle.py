"""OpenSSL as an oracle for EdDSA signatures, through the package cryptography."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.crypto.eddsa_cases import Case

VERSION = backend.openssl_version_text()


def ed25519(case: Case) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(case.public).verify(case.signature, case.message)
    except InvalidSignature:
        return False
    return True


def ed448(case: Case) -> bool:
    try:
        Ed448PublicKey.from_public_bytes(case.public).verify(case.signature, case.message)
    except InvalidSignature:
        return False
    return True


ORACLES = {"Ed25519": ed25519, "Ed448": ed448}
