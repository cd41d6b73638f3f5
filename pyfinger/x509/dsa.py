"""DSA, and what ECDSA shares with it: the signature's encoding, the digest cut to size.

DSA certificates live on in old test suites only (FIPS 186-4 section 4).
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

from pyfinger.errors import DecodeError
from pyfinger.model import SignatureAlgorithm
from pyfinger.x509 import der, encoding
from pyfinger.x509.algorithms import AlgorithmIdentifier
from pyfinger.x509.strength import subgroup_strength

_MAX_MODULUS = 10000  # bits; OPENSSL_DSA_MAX_MODULUS_BITS
_ORDER_SIZES = (160, 224, 256)


@dataclass(frozen=True, slots=True)
class DsaKey:
    """A DSA key: modulus, order of the subgroup, its base, and the public value."""

    prime: int
    order: int
    base: int
    value: int
    kind: str = "DSA"
    curve: str = ""
    explicit: bool = False

    @property
    def bits(self) -> int:
        """Size of the modulus."""
        return self.prime.bit_length()

    @property
    def strength(self) -> int:
        """The weaker of modulus and subgroup."""
        return subgroup_strength(self.bits, self.order.bit_length())

    def verify(self, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
        """A Dss-Sig-Value in strict DER."""
        pair = signature_pair(signature)
        digest = message_digest(algorithm.digest, message)
        if algorithm.family != "dsa" or pair is None or digest is None:
            return False
        p, q = self.prime, self.order
        r, s = pair
        if self.bits > _MAX_MODULUS or p % 2 == 0 or q.bit_length() not in _ORDER_SIZES:
            return False
        if not (0 < r < q and 0 < s < q) or math.gcd(s, q) != 1:
            return False
        w = pow(s, -1, q)
        u = leftmost(digest, q.bit_length()) * w % q
        return pow(self.base, u, p) * pow(self.value, r * w % q, p) % p % q == r

    def encrypt(self, secret: bytes, padding: bytes) -> bytes:
        """DSA cannot."""
        raise ValueError("not an RSA key")


def load_dsa(algorithm: AlgorithmIdentifier, octets: bytes) -> DsaKey:
    """DSAPublicKey (RFC 3279 section 2.3.2); parameters cannot be inherited here."""
    if algorithm.parameters is None:
        raise DecodeError("DSA key without parameters")
    inside = der.Cursor(algorithm.parameters).sequence("DSA parameters")
    prime, order, base = (inside.integer(f"DSA {letter}") for letter in "pqg")
    value = der.Cursor(octets).integer("DSA key")
    if min(prime, order, base, value) <= 0:
        raise DecodeError("DSA key not positive")
    return DsaKey(prime, order, base, value)


def signature_pair(signature: bytes) -> tuple[int, int] | None:
    """The two numbers of a DSA or ECDSA signature; None unless it is strict DER."""
    try:
        inside = der.Cursor(signature).sequence("signature")
        r, s = inside.integer("r"), inside.integer("s")
    except DecodeError:
        return None
    if r < 0 or s < 0:
        return None
    strict = encoding.sequence(encoding.integer(r), encoding.integer(s))
    return (r, s) if strict == signature else None


def message_digest(name: str, message: bytes) -> bytes | None:
    """The hash of a message; None if there is no such digest."""
    try:
        return hashlib.new(name, message).digest()
    except ValueError:
        return None


def leftmost(digest: bytes, bits: int) -> int:
    """The leftmost bits of a digest as a number (FIPS 186-4 section 6.4)."""
    return int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - bits)
