"""Signature algorithms of certificates: identifiers, parameters, strength.

(RFC 3279, 4055, 5758, 8410; FIPS 202 identifiers.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfinger.crypto.strength import digest_strength
from pyfinger.errors import DecodeError, LibraryError
from pyfinger.model import KeyKind, SignatureAlgorithm, SignatureFamily
from pyfinger.values import Value
from pyfinger.x509 import der
from pyfinger.x509.asn1.item import Structure, decode
from pyfinger.x509.oid import dotted
from pyfinger.x509.structures import X509_ALGOR

if TYPE_CHECKING:
    from pyfinger.crypto.rsa import PssParameters

RSA = "1.2.840.113549.1.1.1"
RSA_PSS = "1.2.840.113549.1.1.10"
ED25519 = "1.3.101.112"
ED448 = "1.3.101.113"
_MGF1 = "1.2.840.113549.1.1.8"

DIGESTS = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "1.3.36.3.2.1": "ripemd160",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.5": "sha512_224",
    "2.16.840.1.101.3.4.2.6": "sha512_256",
    "2.16.840.1.101.3.4.2.7": "sha3_224",
    "2.16.840.1.101.3.4.2.8": "sha3_256",
    "2.16.840.1.101.3.4.2.9": "sha3_384",
    "2.16.840.1.101.3.4.2.10": "sha3_512",
}

# (key's kind, signature algorithm); RSA-PSS and the parameters of its own apart
_SIGNATURES = {
    "1.2.840.113549.1.1.2": (SignatureFamily.RSA, "md2"),
    "1.2.840.113549.1.1.3": (SignatureFamily.RSA, "md4"),
    "1.2.840.113549.1.1.4": (SignatureFamily.RSA, "md5"),
    "1.2.840.113549.1.1.5": (SignatureFamily.RSA, "sha1"),
    "1.3.14.3.2.29": (SignatureFamily.RSA, "sha1"),
    "1.3.36.3.3.1.2": (SignatureFamily.RSA, "ripemd160"),
    "1.2.840.113549.1.1.14": (SignatureFamily.RSA, "sha224"),
    "1.2.840.113549.1.1.11": (SignatureFamily.RSA, "sha256"),
    "1.2.840.113549.1.1.12": (SignatureFamily.RSA, "sha384"),
    "1.2.840.113549.1.1.13": (SignatureFamily.RSA, "sha512"),
    "1.2.840.113549.1.1.15": (SignatureFamily.RSA, "sha512_224"),
    "1.2.840.113549.1.1.16": (SignatureFamily.RSA, "sha512_256"),
    "2.16.840.1.101.3.4.3.13": (SignatureFamily.RSA, "sha3_224"),
    "2.16.840.1.101.3.4.3.14": (SignatureFamily.RSA, "sha3_256"),
    "2.16.840.1.101.3.4.3.15": (SignatureFamily.RSA, "sha3_384"),
    "2.16.840.1.101.3.4.3.16": (SignatureFamily.RSA, "sha3_512"),
    "1.2.840.10045.4.1": (SignatureFamily.ECDSA, "sha1"),
    "1.2.840.10045.4.3.1": (SignatureFamily.ECDSA, "sha224"),
    "1.2.840.10045.4.3.2": (SignatureFamily.ECDSA, "sha256"),
    "1.2.840.10045.4.3.3": (SignatureFamily.ECDSA, "sha384"),
    "1.2.840.10045.4.3.4": (SignatureFamily.ECDSA, "sha512"),
    "2.16.840.1.101.3.4.3.9": (SignatureFamily.ECDSA, "sha3_224"),
    "2.16.840.1.101.3.4.3.10": (SignatureFamily.ECDSA, "sha3_256"),
    "2.16.840.1.101.3.4.3.11": (SignatureFamily.ECDSA, "sha3_384"),
    "2.16.840.1.101.3.4.3.12": (SignatureFamily.ECDSA, "sha3_512"),
    "1.2.840.10040.4.3": (SignatureFamily.DSA, "sha1"),
    "1.3.14.3.2.27": (SignatureFamily.DSA, "sha1"),
    "2.16.840.1.101.3.4.3.1": (SignatureFamily.DSA, "sha224"),
    "2.16.840.1.101.3.4.3.2": (SignatureFamily.DSA, "sha256"),
    "2.16.840.1.101.3.4.3.3": (SignatureFamily.DSA, "sha384"),
    "2.16.840.1.101.3.4.3.4": (SignatureFamily.DSA, "sha512"),
    ED25519: (SignatureFamily.EDDSA, ""),
    ED448: (SignatureFamily.EDDSA, ""),
}

# Keys and signatures share identifiers, and a key makes no others (RFC 9881, RFC 9909).
_NIST = "2.16.840.1.101.3.4.3."
ML_DSA = {f"{_NIST}{number}": KeyKind(f"ML-DSA-{size}") for number, size in ((17, 44), (18, 65), (19, 87))}
_SLH_NAMES = [
    f"{digest}-{size}{kind}" for digest in ("SHA2", "SHAKE") for size in (128, 192, 256) for kind in "sf"
]
SLH_DSA = {f"{_NIST}{number}": KeyKind(f"SLH-DSA-{name}") for number, name in enumerate(_SLH_NAMES, 20)}
POST_QUANTUM = ML_DSA | SLH_DSA
# Keys that sign nothing: ML-KEM (RFC 9935), Diffie-Hellman as in PKCS #3 and X9.42.
ML_KEM = {f"2.16.840.1.101.3.4.4.{number}": KeyKind(f"ML-KEM-{256 * (number + 1)}") for number in (1, 2, 3)}
DIFFIE_HELLMAN = {"1.2.840.113549.1.3.1": KeyKind.DH, "1.2.840.10046.2.1": KeyKind.DHX}

_FAMILY_KINDS = {
    SignatureFamily.RSA: (KeyKind.RSA,),
    SignatureFamily.ECDSA: (KeyKind.EC,),
    SignatureFamily.DSA: (KeyKind.DSA,),
}
_SIGNER_KINDS = {
    RSA_PSS: (KeyKind.RSA, KeyKind.RSA_PSS),
    ED25519: (KeyKind.ED25519,),
    ED448: (KeyKind.ED448,),
}
_EDDSA_BITS = {ED25519: 128, ED448: 224}


class AlgorithmIdentifier(Value):
    """An algorithm and its parameters, encoded; None if there are none."""

    oid: str
    parameters: bytes | None


class SignatureMethod(Value):
    """How a certificate is signed, and how strong that is (security bits).

    `strength` is None where OpenSSL has no number for the algorithm and takes the
    security bits of the certificate's own key (x509_sig_info_init).
    """

    algorithm: SignatureAlgorithm
    strength: int | None


def algorithm_identifier(found: Structure) -> AlgorithmIdentifier:
    """An X509_ALGOR that was read; parameters as OpenSSL writes them."""
    parameter = found.get("parameter")
    return AlgorithmIdentifier(
        dotted(found["algorithm"].content), None if parameter is None else parameter.encoding
    )


def read_algorithm(cursor: der.DerCursor, what: str) -> AlgorithmIdentifier:
    """The AlgorithmIdentifier that comes next (RFC 5280 section 4.1.1.2)."""
    try:
        found, cursor.position = decode(X509_ALGOR, cursor.data, cursor.position, cursor.stop)
    except DecodeError as error:
        raise DecodeError(f"{what}: {error.what}", error.offset, error.queue) from None
    return algorithm_identifier(found)


def signature_method(identifier: AlgorithmIdentifier) -> SignatureMethod | None:
    """What an algorithm identifier of a certificate's signature means; None if unknown."""
    if identifier.oid == RSA_PSS:
        return _pss_method(identifier.parameters)
    if identifier.oid in POST_QUANTUM:
        return SignatureMethod(SignatureAlgorithm(SignatureFamily(POST_QUANTUM[identifier.oid])), None)
    known = _SIGNATURES.get(identifier.oid)
    if known is None:
        return None
    family, digest = known
    strength = _EDDSA_BITS.get(identifier.oid) or digest_strength(digest)
    return SignatureMethod(SignatureAlgorithm(family, digest), strength)


def signer_kinds(oid: str) -> tuple[KeyKind, ...]:
    """The kinds of key that make such signatures; none if the algorithm is unknown."""
    if oid in _SIGNER_KINDS:
        return _SIGNER_KINDS[oid]
    if oid in POST_QUANTUM:
        return (POST_QUANTUM[oid],)
    known = _SIGNATURES.get(oid)
    return () if known is None else _FAMILY_KINDS.get(known[0], ())


def pss_parameters(algorithm: SignatureAlgorithm) -> PssParameters:
    """What an algorithm of the PSS family says."""
    from pyfinger.crypto.rsa import PssParameters

    return PssParameters(algorithm.digest, algorithm.mgf_digest or algorithm.digest, algorithm.salt)


def _pss_method(parameters: bytes | None) -> SignatureMethod | None:
    try:
        pss = read_pss_parameters(parameters)
    except DecodeError:
        return None
    algorithm = SignatureAlgorithm(SignatureFamily.RSA_PSS, pss.digest, pss.salt, pss.mgf_digest)
    return SignatureMethod(algorithm, digest_strength(pss.digest))


def read_pss_parameters(encoded: bytes | None) -> PssParameters:
    """RSASSA-PSS-params (RFC 4055 section 3.1); `DecodeError` if malformed or of unknown algorithms."""
    from pyfinger.crypto.rsa import PssParameters

    if encoded is None:
        raise DecodeError("no PSS parameters")
    cursor = der.DerCursor(encoded)
    inside = cursor.sequence("PSS parameters")
    cursor.finish("PSS parameters")
    digest = mgf_digest = "sha1"
    salt, trailer = 20, 1
    if found := inside.optional(der.CONTEXT | 0, "PSS hash"):
        digest = _digest(found.inside())
    if found := inside.optional(der.CONTEXT | 1, "PSS mask"):
        mgf_digest = _mask(found.inside())
    if found := inside.optional(der.CONTEXT | 2, "PSS salt"):
        salt = found.inside().integer("PSS salt")
    if found := inside.optional(der.CONTEXT | 3, "PSS trailer"):
        trailer = found.inside().integer("PSS trailer")
    inside.finish("PSS parameters")
    if salt < 0 or trailer != 1:
        raise DecodeError("PSS parameters out of range")
    return PssParameters(digest, mgf_digest, salt)


def _digest(cursor: der.DerCursor) -> str:
    oid = read_algorithm(cursor, "digest").oid
    if oid not in DIGESTS:
        raise DecodeError("unknown digest", cursor.position)
    return DIGESTS[oid]


def _mask(cursor: der.DerCursor) -> str:
    """MaskGenAlgorithm; only MGF1 exists (RFC 8017 appendix B.2.1)."""
    mask = read_algorithm(cursor, "mask generation")
    if mask.oid != _MGF1 or mask.parameters is None:
        raise DecodeError("unknown mask generation", cursor.position)
    return _digest(der.DerCursor(mask.parameters))


def no_method(kind: str) -> tuple[LibraryError, ...]:
    """What OpenSSL's code of old says of a private key of an algorithm that it does not know."""
    return (
        LibraryError(0x0300009C, "unsupported algorithm"),
        LibraryError(0x03000076, "unsupported private key algorithm", f"TYPE={kind}"),
    )
