"""Private keys of our own: PKCS #8, PKCS #1 and SEC 1 in, signatures out.

`load_private_key` gives a key or `DecodeError`, `UnsupportedKey` for one of an
algorithm we cannot sign with; keys under a pass phrase are not opened.

Nothing here takes constant time, and RSA is not blinded (python-ecdsa says the
same of itself: CVE-2024-23342).  That is fair for a probe, which signs once a
handshake and only for its own user; a server must not use this.

TLS has no use for X25519 and X448 (RFC 8410), SLH-DSA (RFC 9909), ML-KEM, SM2 and
Diffie-Hellman.  OpenSSL reads them and compares them with certificates before it says
that it does not know their kind; so they have to be known, and do nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pyfinger.crypto import eddsa
from pyfinger.crypto.montgomery import montgomery_curve
from pyfinger.crypto.slh_dsa import SIZES
from pyfinger.errors import DecodeError, LibraryError
from pyfinger.model import KeyKind, PrivateKey, PublicKey, SignatureAlgorithm, SignatureFamily
from pyfinger.values import Value, field
from pyfinger.x509 import algorithm_identifiers as algorithms
from pyfinger.x509 import der, post_quantum
from pyfinger.x509 import dsa_keys as dsa
from pyfinger.x509.algorithm_identifiers import AlgorithmIdentifier
from pyfinger.x509.asn1.item import decode
from pyfinger.x509.ec_private_keys import read_ec_key, read_pkcs8_ec_key
from pyfinger.x509.key_structures import EC_PRIVATE_KEY
from pyfinger.x509.named_curves import CURVES, SM2, is_in_openssl
from pyfinger.x509.post_quantum import SlhDsaKey
from pyfinger.x509.public_keys import DSA, EC, X448, X25519, AgreementKey, EcKey, EdwardsKey, RsaKey
from pyfinger.x509.rsa_private_keys import read_pkcs8_rsa_key, read_rsa_key
from pyfinger.x509.structures import ASN1_OCTET_STRING

Random: TypeAlias = Callable[[int], bytes]

# PEM labels, and the one kind of key each allows (RFC 7468 section 10; PKCS #1, SEC 1, DSA of old).
LABELS: dict[str, KeyKind | None] = {
    "PRIVATE KEY": None,
    "RSA PRIVATE KEY": KeyKind.RSA,
    "EC PRIVATE KEY": KeyKind.EC,
    "DSA PRIVATE KEY": KeyKind.DSA,
}


_AGREEMENTS = {X25519: KeyKind.X25519, X448: KeyKind.X448}
_INVALID_ENCODING = LibraryError(0x08000066, "invalid encoding")


class UnsupportedKey(DecodeError):
    """A private key of an algorithm, or on a curve, that we cannot sign with."""


class EdwardsPrivateKey(Value):
    """Ed25519 or Ed448."""

    public: EdwardsKey
    secret: bytes = field(repr=False)

    def fits(self, algorithm: SignatureAlgorithm) -> bool:
        """EdDSA, which has no choice of digest."""
        return algorithm.family == SignatureFamily.EDDSA

    def sign(self, algorithm: SignatureAlgorithm, message: bytes, random: Random) -> bytes:
        """RFC 8032; nothing in it is random."""
        if not self.fits(algorithm):
            raise ValueError(f"{self.public.kind} key cannot sign so")
        return eddsa.sign(self.public.kind.lower(), self.secret, message)


def same_key(one: PublicKey, other: PublicKey | None) -> bool:
    """Whether two public keys are the same numbers on the same curve, however they came."""
    match one, other:
        case RsaKey(), RsaKey():
            return (one.kind, one.modulus, one.exponent) == (other.kind, other.modulus, other.exponent)
        case EcKey(), EcKey():
            return (one.domain, one.point) == (other.domain, other.point)
        case _:
            return one == other


def load_private_key(encoded: bytes, label: str = "PRIVATE KEY") -> PrivateKey:
    """Read one key and nothing more, in DER; `label` is the PEM block's, one of `LABELS`.

    As in OpenSSL the old labels also stand over PKCS #8, of their kind.
    """
    wanted = LABELS[label]
    outer = der.DerCursor(encoded)
    inside = outer.sequence("private key")
    outer.finish("private key")
    inside.integer("version")
    second = der.DerCursor(encoded, inside.position, inside.stop).element("private key")
    if second.tag == der.SEQUENCE:
        key = _pkcs8(inside)
    elif wanted == KeyKind.RSA:
        key = read_rsa_key(encoded)
    elif wanted == KeyKind.EC:
        key = read_ec_key(encoded)
    elif wanted == KeyKind.DSA:
        key = dsa.load_traditional(inside)
    else:
        raise DecodeError("not PKCS #8")
    if wanted and key.public.kind != wanted:
        raise UnsupportedKey(f"{key.public.kind} key called {label}")
    return key


def _pkcs8(inside: der.DerCursor) -> PrivateKey:
    """PrivateKeyInfo or OneAsymmetricKey after the version (RFC 5958 section 2)."""
    algorithm = algorithms.read_algorithm(inside, "key algorithm")
    octets = inside.take(der.OCTET_STRING, "key").string()
    inside.optional(der.CONTEXT | 0, "attributes")
    inside.optional(der.CONTEXT | 1, "public key")
    inside.finish("private key")
    if algorithm.oid in (algorithms.ED25519, algorithms.ED448):
        return _edwards(algorithm, octets)
    if algorithm.oid in algorithms.ML_DSA:
        return post_quantum.load_ml_dsa_private(algorithm, octets)
    if algorithm.oid == EC:
        return _other_curve(algorithm, octets) or read_pkcs8_ec_key(algorithm.parameters, octets)
    if algorithm.oid in algorithms.ML_KEM:
        return SilentPrivateKey(AgreementKey(*post_quantum.ml_kem_public_half(algorithm, octets)))
    if algorithm.oid in algorithms.DIFFIE_HELLMAN:
        return SilentPrivateKey(AgreementKey(algorithms.DIFFIE_HELLMAN[algorithm.oid], b""))
    if algorithm.oid in algorithms.SLH_DSA:
        return load_slh_dsa(algorithm, octets)
    if algorithm.oid in (X25519, X448):
        return load_agreement(algorithm, octets)
    if algorithm.oid == DSA:
        return dsa.load_private(algorithm, octets)
    if algorithm.oid not in (algorithms.RSA, algorithms.RSA_PSS):
        what = f"private key of algorithm {algorithm.oid}"
        raise UnsupportedKey(what, queue=algorithms.no_method(algorithm.oid))
    return read_pkcs8_rsa_key(algorithm, octets)


def _edwards(algorithm: AlgorithmIdentifier, octets: bytes) -> PrivateKey:
    """CurvePrivateKey (RFC 8410 section 7)."""
    kind, size = {algorithms.ED25519: (KeyKind.ED25519, 32), algorithms.ED448: (KeyKind.ED448, 57)}[
        algorithm.oid
    ]
    secret = private_octets(algorithm, octets, size)
    return EdwardsPrivateKey(EdwardsKey(kind, eddsa.public_key(kind.lower(), secret)), secret)


class SilentPrivateKey(Value):
    """A private key of which only the public half matters."""

    public: AgreementKey | SlhDsaKey

    def fits(self, algorithm: SignatureAlgorithm) -> bool:
        """Nothing in TLS is signed so."""
        return False

    def sign(self, algorithm: SignatureAlgorithm, message: bytes, random: Random) -> bytes:
        """Never."""
        raise ValueError(f"{self.public.kind} keys sign nothing in TLS")


def private_octets(algorithm: AlgorithmIdentifier, octets: bytes, size: int) -> bytes:
    """CurvePrivateKey (RFC 8410 section 7), whatever follows it (ossl_ecx_key_from_pkcs8())."""
    try:
        found, _ = decode(ASN1_OCTET_STRING, octets)
    except DecodeError as error:
        raise DecodeError("malformed private key", queue=(*error.queue, _INVALID_ENCODING)) from error
    secret = bytes(found.content)
    if algorithm.parameters is not None or len(secret) != size:
        raise DecodeError("private key of a wrong size", queue=(_INVALID_ENCODING,))
    return secret


def load_agreement(algorithm: AlgorithmIdentifier, octets: bytes) -> SilentPrivateKey:
    """A key of X25519 or X448, out of PKCS #8."""
    kind = _AGREEMENTS[algorithm.oid]
    curve = montgomery_curve(kind.lower())
    secret = private_octets(algorithm, octets, curve.size)
    return SilentPrivateKey(AgreementKey(kind, curve.public_key(secret)))


def _other_curve(algorithm: AlgorithmIdentifier, octets: bytes) -> SilentPrivateKey | None:
    """An EC key on a curve that OpenSSL has and we do not; its public half matches nothing."""
    parameters = algorithm.parameters
    if parameters is None or parameters[0] != der.OID:
        return None
    curve = der.DerCursor(parameters).oid("curve")
    if curve in CURVES or not is_in_openssl(curve):
        return None
    decode(EC_PRIVATE_KEY, octets)
    return SilentPrivateKey(AgreementKey(KeyKind.SM2 if curve == SM2 else KeyKind.EC, b""))


def load_slh_dsa(algorithm: AlgorithmIdentifier, octets: bytes) -> SilentPrivateKey:
    """A key of SLH-DSA, the second half of which is public (RFC 9909 section 6)."""
    kind = algorithms.SLH_DSA[algorithm.oid]
    size = 2 * SIZES[kind].hash
    if algorithm.parameters is not None or len(octets) != 2 * size:
        raise DecodeError(f"malformed {kind} key", queue=algorithms.no_method(kind))
    return SilentPrivateKey(SlhDsaKey(kind, octets[size:]))
