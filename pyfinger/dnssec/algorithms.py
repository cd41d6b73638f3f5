"""What keys sign with and what DS digest with (IANA: dns-sec-alg-numbers, ds-rr-types).

`verify` gives an answer for any bytes.  What is not known makes nothing wrong: a zone
whose DS records are all of unknown kinds is as good as unsigned (RFC 4035 section 5.2).
Of RSA keys the exponent may have any size that OpenSSL computes with.

ML-DSA-44 has the number and the form of draft-westerbaan-dnssec-mldsa, as dnspython 2.9
has them; no resolver knows it yet, and the other two parameter sets have no number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache, partial

from pyfinger.crypto import ecdsa, eddsa, ml_dsa, rsa
from pyfinger.crypto.curves import CURVES
from pyfinger.dnssec.domain_names import DomainName
from pyfinger.dnssec.rdata import Dnskey, Ds
from pyfinger.dnswire import name_wire

MAX_RSA_BITS = 4096  # RFC 3110 section 4.1, RFC 5702 section 2


class DnssecAlgorithm(IntEnum):
    """DNSSEC algorithm numbers that can be verified."""

    RSASHA1 = 5
    RSASHA1_NSEC3_SHA1 = 7
    RSASHA256 = 8
    RSASHA512 = 10
    ECDSAP256SHA256 = 13
    ECDSAP384SHA384 = 14
    ED25519 = 15
    ED448 = 16
    MLDSA44 = 18


class DigestType(IntEnum):
    """DS digest types that can be computed."""

    SHA1 = 1
    SHA256 = 2
    SHA384 = 4


_DIGESTS = {DigestType.SHA1: "sha1", DigestType.SHA256: "sha256", DigestType.SHA384: "sha384"}


def digest_fits(owner: DomainName, key: Dnskey, ds: Ds) -> bool:
    """Whether a DS is that of a key (RFC 4034 section 5.1.4); False for an unknown digest type."""
    name = _DIGESTS.get(DigestType(ds.digest_type)) if ds.digest_type in _DIGESTS else None
    return name is not None and hashlib.new(name, name_wire(owner) + key.rdata).digest() == ds.digest


def _rsa(digest: str, public: bytes, message: bytes, signature: bytes) -> bool:
    numbers = _rsa_numbers(public)
    return numbers is not None and rsa.verify(*numbers, digest, message, signature)


@lru_cache(maxsize=256)
def _rsa_numbers(public: bytes) -> tuple[int, int] | None:
    """Modulus and exponent (RFC 3110 section 2)."""
    start, size = 1, public[0]
    if not size:
        start, size = 3, int.from_bytes(public[1:3], "big")
    exponent, modulus = public[start : start + size], int.from_bytes(public[start + size :], "big")
    if not size or len(exponent) != size or not 0 < modulus.bit_length() <= MAX_RSA_BITS:
        return None
    return modulus, int.from_bytes(exponent, "big")


def _ecdsa(curve: str, digest: str, public: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 6605 section 4: the point without its first octet, r and s of one length."""
    known = CURVES[curve]
    if len(public) != 2 * known.size or len(signature) != 2 * known.size:
        return False
    r, s = (int.from_bytes(half, "big") for half in (signature[: known.size], signature[known.size :]))
    return ecdsa.verify(known, b"\4" + public, hashlib.new(digest, message).digest(), r, s)


def _ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8080 section 3."""
    return len(public) == 32 and eddsa.verify_ed25519(public, message, signature)


def _ed448(public: bytes, message: bytes, signature: bytes) -> bool:
    return len(public) == 57 and eddsa.verify_ed448(public, message, signature)


def _ml_dsa(name: str, public: bytes, message: bytes, signature: bytes) -> bool:
    return len(public) == ml_dsa.SIZES[name].public and ml_dsa.verify(name, public, message, signature)


VERIFIERS: dict[int, Callable[[bytes, bytes, bytes], bool]] = {
    DnssecAlgorithm.RSASHA1: partial(_rsa, "sha1"),
    DnssecAlgorithm.RSASHA1_NSEC3_SHA1: partial(_rsa, "sha1"),
    DnssecAlgorithm.RSASHA256: partial(_rsa, "sha256"),
    DnssecAlgorithm.RSASHA512: partial(_rsa, "sha512"),
    DnssecAlgorithm.ECDSAP256SHA256: partial(_ecdsa, "prime256v1", "sha256"),
    DnssecAlgorithm.ECDSAP384SHA384: partial(_ecdsa, "secp384r1", "sha384"),
    DnssecAlgorithm.ED25519: _ed25519,
    DnssecAlgorithm.ED448: _ed448,
    DnssecAlgorithm.MLDSA44: partial(_ml_dsa, "ML-DSA-44"),
}

ALGORITHMS = VERIFIERS.keys()
DIGEST_TYPES = frozenset(_DIGESTS)


def verify(algorithm: int, public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is good; False for an algorithm that is not known."""
    verifier = VERIFIERS.get(algorithm)
    return verifier is not None and verifier(public, message, signature)
