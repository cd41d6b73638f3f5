"""What OpenSSL puts into its error queue about a signature that is not good.

`signature_faults` is asked only when `verify` has said no, and explains it as
EVP_DigestVerify and what is below it do: a reason of RSA's own, or else that the
provider has none ("provider signature failure"), or nothing where the encoding
of an ECDSA or DSA signature is not strict DER.
"""

from __future__ import annotations

import hashlib

from pyfinger.crypto import rsa
from pyfinger.errors import LibraryError
from pyfinger.model import SignatureAlgorithm, SignatureFamily
from pyfinger.x509.dsa_keys import signature_pair
from pyfinger.x509.public_keys import EcKey, Key, RsaKey

_BIGNUM, _RSA, _EC, _PROVIDER, _EVP = 3 << 23, 4 << 23, 16 << 23, 57 << 23, 6 << 23  # libraries of ERR_PACK

# Reasons of rsaerr.h
_REASONS = {
    "bad e value": 101,
    "bad fixed header decrypt": 102,
    "bad pad byte count": 103,
    "bad signature": 104,
    "modulus too large": 105,
    "block type is not 01": 106,
    "data greater than mod len": 108,
    "data too large": 109,
    "null before block missing": 113,
    "padding check failed": 114,
    "wrong signature length": 119,
    "data too large for modulus": 132,
    "first octet invalid": 133,
    "last octet invalid": 134,
    "salt length recovery failed": 135,
    "salt length check failed": 136,
    "invalid padding": 138,
}
_RSA_LIBRARY = LibraryError(_PROVIDER | 0x80004, "RSA lib")


def signature_faults(
    key: Key, algorithm: SignatureAlgorithm, message: bytes, signature: bytes
) -> tuple[LibraryError, ...]:
    """Oldest first; the caller's own "bad signature" is not among them."""
    if isinstance(key, RsaKey):
        return (*_rsa_faults(key, algorithm, message, signature), _RSA_LIBRARY)
    if algorithm.family not in (SignatureFamily.ECDSA, SignatureFamily.DSA):
        return (_no_reason(f"{key.kind} digest_verify"),)
    pair = signature_pair(signature)
    if pair is None:
        return ()
    if isinstance(key, EcKey) and not all(0 < number < key.domain.order for number in pair):
        return (LibraryError(_EC | 156, "bad signature"),)
    return (_no_reason(f"{algorithm.family.upper()} digest_verify_final"),)


def _no_reason(what: str) -> LibraryError:
    return LibraryError(_EVP | 0xEA, "provider signature failure", f"{what}:")


def _fault(reason: str, data: str = "") -> LibraryError:
    return LibraryError(_RSA | _REASONS[reason], reason, data)


def _rsa_faults(
    key: RsaKey, algorithm: SignatureAlgorithm, message: bytes, signature: bytes
) -> list[LibraryError]:
    size = (key.bits + 7) // 8
    legacy = algorithm.family == SignatureFamily.RSA
    if legacy and len(signature) != size:
        return [_fault("wrong signature length")]
    if not rsa.usable(key.modulus, key.exponent):
        return [_fault("modulus too large" if key.bits > rsa.MAX_MODULUS else "bad e value")]
    if len(signature) > size:
        return [_fault("data greater than mod len")]
    number = int.from_bytes(signature, "big")
    if number >= key.modulus:
        return [_fault("data too large for modulus")]
    if not rsa.invertible(key.modulus):
        return [LibraryError(_BIGNUM | 108, "no inverse")]
    opened = pow(number, key.exponent, key.modulus).to_bytes(size, "big")
    if not legacy:
        return [_pss_fault(key, algorithm, opened)]
    if padding := _padding_fault(opened):
        return [_fault(padding), _fault("padding check failed")]
    return [_fault("bad signature")]


def _padding_fault(opened: bytes) -> str:
    """What is wrong with the frame of PKCS #1 v1.5 (RSA_padding_check_PKCS1_type_1); empty if nothing."""
    if opened[0]:
        return "invalid padding"
    if opened[1:2] != b"\1":
        return "block type is not 01"
    filler = len(opened) - 2 - len(opened[2:].lstrip(b"\xff"))
    rest = opened[2 + filler :]
    if rest[:1] not in (b"", b"\0"):
        return "bad fixed header decrypt"
    if not rest:
        return "null before block missing"
    return "bad pad byte count" if filler < 8 else ""


def _pss_fault(key: RsaKey, algorithm: SignatureAlgorithm, opened: bytes) -> LibraryError:
    """What is wrong with the encoded message of PSS (ossl_rsa_verify_PKCS1_PSS_mgf1)."""
    width = hashlib.new(algorithm.digest).digest_size
    salt = width if algorithm.salt < 0 else algorithm.salt
    spare = (key.bits - 1) % 8
    if opened[0] & 0xFF << spare & 0xFF:
        return _fault("first octet invalid")
    encoded = opened if spare else opened[1:]
    if len(encoded) < width + salt + 2:
        return _fault("data too large")
    if encoded[-1] != 0xBC:
        return _fault("last octet invalid")
    masked, seal = encoded[: -width - 1], encoded[-width - 1 : -1]
    mask = rsa.mgf1(seal, len(masked), algorithm.mgf_digest or algorithm.digest)
    plain = bytearray(one ^ other for one, other in zip(masked, mask, strict=True))
    if spare:
        plain[0] &= 0xFF >> (8 - spare)
    start = min(len(plain) - len(plain.lstrip(b"\0")), len(plain) - 1)
    if plain[start] != 1:
        return _fault("salt length recovery failed")
    found = len(plain) - start - 1
    if found != salt:
        return _fault("salt length check failed", f"expected: {salt} retrieved: {found}")
    return _fault("bad signature")
