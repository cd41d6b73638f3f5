"""DSA keys, and what ECDSA shares with them: the signature's encoding."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from pyfinger.crypto import dsa
from pyfinger.crypto.strength import subgroup_strength
from pyfinger.errors import DecodeError, LibraryError
from pyfinger.model import KeyKind, SignatureAlgorithm, SignatureFamily
from pyfinger.model.keys import PlainKey
from pyfinger.values import Value, field
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.algorithm_identifiers import AlgorithmIdentifier
from pyfinger.x509.asn1.item import decode
from pyfinger.x509.structures import ASN1_INTEGER

_UNREADABLE = (LibraryError(0x05000068, "decode error"), LibraryError(0x03000091, "private key decode error"))


class DsaKey(PlainKey, Value):
    """A DSA key: the group and the public value."""

    domain: dsa.Domain
    value: int
    kind: KeyKind = KeyKind.DSA

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


def load_dsa(algorithm: AlgorithmIdentifier, octets: bytes) -> DsaKey:
    """DSAPublicKey (RFC 3279 section 2.3.2); parameters cannot be inherited here."""
    domain = _parameters(algorithm)
    value = der.DerCursor(octets).integer("DSA key")
    if min(domain.prime, domain.order, domain.base, value) <= 0:
        raise DecodeError("DSA key not positive")
    return DsaKey(domain, value)


class DsaPrivateKey(Value):
    """A DSA key of our own."""

    public: DsaKey
    secret: int = field(repr=False)

    def fits(self, algorithm: SignatureAlgorithm) -> bool:
        """DSA with any digest, as far as the numbers are those of a DSA key."""
        return algorithm.family is SignatureFamily.DSA and dsa.usable(self.public.domain)

    def sign(self, algorithm: SignatureAlgorithm, message: bytes, random: Callable[[int], bytes]) -> bytes:
        """A Dss-Sig-Value."""
        if not self.fits(algorithm):
            raise ValueError("DSA key cannot sign so")
        digest = hashlib.new(algorithm.digest, message).digest()
        r, s = dsa.sign(self.public.domain, self.secret, digest, random)
        return encoding.sequence(encoding.integer(r), encoding.integer(s))


def load_private(algorithm: AlgorithmIdentifier, octets: bytes) -> DsaPrivateKey:
    """The privateKey of PKCS #8 (ossl_dsa_key_from_pkcs8()): a number, whatever follows it."""
    try:
        found, _ = decode(ASN1_INTEGER, octets)
        secret = int.from_bytes(found.content, "big", signed=True)
        domain = _parameters(algorithm)
    except DecodeError as error:
        raise DecodeError("malformed DSA key", queue=(*error.queue, *_UNREADABLE)) from error
    if secret < 0 or domain.prime <= 0:
        raise DecodeError("DSA key not positive", queue=_UNREADABLE)
    return DsaPrivateKey(DsaKey(domain, pow(domain.base, secret, domain.prime)), secret)


def load_traditional(inside: der.DerCursor) -> DsaPrivateKey:
    """DSAPrivateKey of OpenSSL, after the version; nothing is checked."""
    prime, order, base, value, secret = (inside.integer(f"DSA {name}") for name in ("p", "q", "g", "y", "x"))
    inside.finish("private key")
    return DsaPrivateKey(DsaKey(dsa.Domain(prime, order, base), value), secret)


def _parameters(algorithm: AlgorithmIdentifier) -> dsa.Domain:
    if algorithm.parameters is None:
        raise DecodeError("DSA key without parameters")
    inside = der.DerCursor(algorithm.parameters).sequence("DSA parameters")
    prime, order, base = (inside.integer(f"DSA {letter}") for letter in "pqg")
    return dsa.Domain(prime, order, base)


def signature_pair(signature: bytes) -> tuple[int, int] | None:
    """The two numbers of a DSA or ECDSA signature; None unless it is strict DER."""
    try:
        inside = der.DerCursor(signature).sequence("signature")
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
