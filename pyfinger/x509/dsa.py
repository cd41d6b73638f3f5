"""DSA keys of certificates, and what ECDSA shares with them: the signature's encoding."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pyfinger.crypto import dsa
from pyfinger.crypto.strength import subgroup_strength
from pyfinger.errors import DecodeError
from pyfinger.model import KeyKind, SignatureAlgorithm, SignatureFamily
from pyfinger.x509 import der, encoding
from pyfinger.x509.algorithms import AlgorithmIdentifier


@dataclass(frozen=True, slots=True)
class DsaKey:
    """A DSA key: the group and the public value."""

    domain: dsa.Domain
    value: int
    kind: KeyKind = KeyKind.DSA
    curve: str = ""
    explicit: bool = False

    @property
    def bits(self) -> int:
        """Size of the modulus."""
        return self.domain.prime.bit_length()

    @property
    def strength(self) -> int:
        """The weaker of modulus and subgroup."""
        return subgroup_strength(self.bits, self.domain.order.bit_length())

    def verify(self, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
        """A Dss-Sig-Value in strict DER."""
        pair = signature_pair(signature)
        digest = message_digest(algorithm.digest, message)
        if algorithm.family != SignatureFamily.DSA or pair is None or digest is None:
            return False
        return dsa.verify(self.domain, self.value, digest, *pair)

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
    return DsaKey(dsa.Domain(prime, order, base), value)


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
