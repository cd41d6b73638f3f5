"""RSA by the book: PKCS #1 v1.5 and PSS signatures, v1.5 encryption (RFC 8017).

Public operations, and what a private key raises to its power; no secret comes
here, so nothing has to be constant time.
"""

from __future__ import annotations

import hashlib

from pyfinger.errors import KeyUnusable, LibraryError
from pyfinger.model import SignatureAlgorithm
from pyfinger.x509 import der, encoding
from pyfinger.x509.algorithms import DIGESTS

MAX_MODULUS = 16384  # bits; OPENSSL_RSA_MAX_MODULUS_BITS
_SMALL_MODULUS = 3072  # beyond this the exponent is limited, as in OpenSSL
_MAX_EXPONENT = 64  # bits

_LEAST_FILLER = 8  # octets of PKCS #1 v1.5

_OIDS = {name: oid for oid, name in DIGESTS.items()}


def usable(modulus: int, exponent: int) -> bool:
    """Whether OpenSSL would compute with this key at all."""
    bits = modulus.bit_length()
    if not 0 < exponent < modulus or bits > MAX_MODULUS:
        return False
    return bits <= _SMALL_MODULUS or exponent.bit_length() <= _MAX_EXPONENT


def invertible(modulus: int) -> bool:
    """Whether Montgomery's multiplication, which OpenSSL uses, works with this modulus."""
    return modulus % 2 == 1


def verify(
    modulus: int, exponent: int, algorithm: SignatureAlgorithm, message: bytes, signature: bytes
) -> bool:
    """Whether a signature of family `rsa` or `rsa-pss` is good.

    OpenSSL takes the latter without its leading zeros, too (RSA_public_decrypt).
    """
    size = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    fits = len(signature) == size or (len(signature) < size and algorithm.family == "rsa-pss")
    if not (usable(modulus, exponent) and invertible(modulus)) or not fits or number >= modulus:
        return False
    opened = pow(number, exponent, modulus).to_bytes(size, "big")
    try:
        if algorithm.family == "rsa":
            return opened == encoded_v15(algorithm.digest, message, size)
        return _pss_fits(algorithm, message, opened, modulus.bit_length() - 1)
    except (KeyError, ValueError):  # no such digest here, or none in hashlib
        return False


def encrypt(modulus: int, exponent: int, secret: bytes, padding: bytes) -> bytes:
    """RSAES-PKCS1-v1_5 (RFC 8017 section 7.2.1); `padding` is random, its zeros are skipped.

    `KeyUnusable`; `ValueError` for too little padding.
    """
    size = (modulus.bit_length() + 7) // 8
    if modulus.bit_length() > MAX_MODULUS:
        raise _unusable(0x02000069, "modulus too large")
    if not usable(modulus, exponent):
        raise _unusable(0x02000065, "bad e value")
    needed = size - 3 - len(secret)
    if needed < _LEAST_FILLER:
        raise _unusable(0x0200006E, "data too large for key size")
    if not invertible(modulus):
        raise _unusable(0x0180006C, "no inverse")
    filler = padding.replace(b"\0", b"")[:needed]
    if len(filler) < needed:
        raise ValueError("too little padding")
    block = b"\0\2" + filler + b"\0" + secret
    return pow(int.from_bytes(block, "big"), exponent, modulus).to_bytes(size, "big")


def _unusable(code: int, reason: str) -> KeyUnusable:
    return KeyUnusable(LibraryError(code, reason))


def encoded_v15(digest: str, message: bytes, size: int) -> bytes | None:
    """EMSA-PKCS1-v1_5 (section 9.2); None if the key is too small."""
    payload = digest_info(digest, message)
    filler = size - 3 - len(payload)
    if filler < _LEAST_FILLER:
        return None
    return b"\0\1" + b"\xff" * filler + b"\0" + payload


def digest_info(digest: str, message: bytes) -> bytes:
    """DigestInfo; for `md5+sha1` (TLS 1.1 and before) just both digests."""
    if digest == "md5+sha1":
        return hashlib.md5(message).digest() + hashlib.sha1(message).digest()
    value = hashlib.new(digest, message).digest()
    kind = encoding.sequence(encoding.oid(_OIDS[digest]), encoding.element(der.NULL, b""))
    return encoding.sequence(kind, encoding.element(der.OCTET_STRING, value))


def encoded_pss(algorithm: SignatureAlgorithm, message: bytes, salt: bytes, em_bits: int) -> bytes:
    """EMSA-PSS-ENCODE (section 9.1.1); the key must have room for digest, salt and two octets."""
    digest = algorithm.digest
    hashed = hashlib.new(digest, message).digest()
    seal = hashlib.new(digest, bytes(8) + hashed + salt).digest()
    width = (em_bits + 7) // 8 - len(seal) - 1
    plain = int.from_bytes(b"\1" + salt, "big")
    mask = int.from_bytes(mgf1(seal, width, algorithm.mgf_digest or digest), "big")
    masked = (plain ^ mask) & ((1 << (em_bits - 8 * (len(seal) + 1))) - 1)
    return masked.to_bytes(width, "big") + seal + b"\xbc"


def _pss_fits(algorithm: SignatureAlgorithm, message: bytes, opened: bytes, em_bits: int) -> bool:
    """EMSA-PSS-VERIFY (section 9.1.2)."""
    hashed = hashlib.new(algorithm.digest, message).digest()
    salt_size = len(hashed) if algorithm.salt < 0 else algorithm.salt
    em_size = (em_bits + 7) // 8
    if any(opened[: len(opened) - em_size]):
        return False
    encoded = opened[len(opened) - em_size :]
    if em_size < len(hashed) + salt_size + 2 or encoded[-1] != 0xBC:
        return False
    masked, seal = encoded[: -len(hashed) - 1], encoded[-len(hashed) - 1 : -1]
    spare = 8 * em_size - em_bits
    if masked[0] >> (8 - spare):
        return False
    mask = mgf1(seal, len(masked), algorithm.mgf_digest or algorithm.digest)
    block = int.from_bytes(masked, "big") ^ int.from_bytes(mask, "big")
    block &= (1 << (8 * len(masked) - spare)) - 1
    plain = block.to_bytes(len(masked), "big")
    filler = len(masked) - salt_size - 1
    if plain[: filler + 1] != b"\0" * filler + b"\1":
        return False
    salt = plain[filler + 1 :]
    return hashlib.new(algorithm.digest, bytes(8) + hashed + salt).digest() == seal


def mgf1(seed: bytes, size: int, digest: str) -> bytes:
    """MGF1 (appendix B.2.1)."""
    mask = b""
    counter = 0
    while len(mask) < size:
        mask += hashlib.new(digest, seed + counter.to_bytes(4, "big")).digest()
        counter += 1
    return mask[:size]
