"""Public keys: from SubjectPublicKeyInfo to a verified signature.

`load_spki` gives a key or `DecodeError`; `verify` gives an answer, never an
error.  Sizes and strengths follow OpenSSL, since they are logged and judged.
The arithmetic is `crypto`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from pyfinger.crypto import ecdsa
from pyfinger.crypto.curves import Curve
from pyfinger.crypto.strength import curve_strength, modulus_strength
from pyfinger.errors import DecodeError
from pyfinger.model import KeyKind, PublicKey, SignatureAlgorithm, SignatureFamily
from pyfinger.model.keys import PlainKey
from pyfinger.values import Value
from pyfinger.x509 import algorithm_identifiers as algorithms
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.algorithm_identifiers import AlgorithmIdentifier, pss_parameters
from pyfinger.x509.dsa_keys import load_dsa, message_digest, signature_pair
from pyfinger.x509.named_curves import SM2, read_curve

if TYPE_CHECKING:
    from pyfinger.crypto.rsa import PssParameters

EC = "1.2.840.10045.2.1"
_SM2 = encoding.oid(SM2)
_EDWARDS = (KeyKind.ED25519, KeyKind.ED448)
_RSA_X500 = "2.5.8.1.1"
DSA = "1.2.840.10040.4.1"
X25519, X448 = "1.3.101.110", "1.3.101.111"


class Key(PublicKey, Protocol):
    """A key of a certificate: also judged by its strength."""

    @property
    def strength(self) -> int:
        """Security bits, as EVP_PKEY_get_security_bits counts them."""
        ...

    @property
    def explicit(self) -> bool:
        """Whether the curve is spelled out instead of named (RFC 5480 forbids it)."""
        ...


class RsaKey(PlainKey, Value):
    """RSA, or RSA for PSS only; `restriction` is what the key's parameters demand."""

    modulus: int
    exponent: int
    kind: KeyKind = KeyKind.RSA
    restriction: PssParameters | None = None

    @property
    def bits(self) -> int:
        """Size of the modulus."""
        return self.modulus.bit_length()

    @property
    def strength(self) -> int:
        """Security bits of the modulus."""
        return modulus_strength(self.bits)

    def verify(self, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
        """PKCS #1 v1.5 or PSS."""
        if algorithm.family not in (SignatureFamily.RSA, SignatureFamily.RSA_PSS) or not self._permits(
            algorithm
        ):
            return False
        from pyfinger.crypto import rsa

        if algorithm.family == SignatureFamily.RSA:
            return rsa.verify(self.modulus, self.exponent, algorithm.digest, message, signature)
        return rsa.verify_pss(self.modulus, self.exponent, pss_parameters(algorithm), message, signature)

    def _permits(self, algorithm: SignatureAlgorithm) -> bool:
        """The rule of RFC 4055 section 3.3 for keys of the PSS kind."""
        if self.kind == KeyKind.RSA:
            return True
        limit = self.restriction
        if algorithm.family == SignatureFamily.RSA or limit is None:
            return algorithm.family != SignatureFamily.RSA
        mgf_digest = algorithm.mgf_digest or algorithm.digest
        enough = algorithm.salt < 0 or algorithm.salt >= limit.salt
        return (algorithm.digest, mgf_digest) == (limit.digest, limit.mgf_digest) and enough

    def encrypt(self, secret: bytes, padding: bytes) -> bytes:
        """RSAES-PKCS1-v1_5."""
        from pyfinger.crypto import rsa

        return rsa.encrypt(self.modulus, self.exponent, secret, padding)


class EcKey(PlainKey, Value):
    """A key on a curve over a prime field; `point` is uncompressed."""

    domain: Curve
    point: bytes
    spelled_out: bool = False
    kind: KeyKind = KeyKind.EC

    @property
    def bits(self) -> int:
        """Size of the field."""
        return self.domain.bits

    @property
    def curve(self) -> str:
        """OpenSSL's name of the curve."""
        return self.domain.name

    @property
    def explicit(self) -> bool:
        """Whether the curve came spelled out."""
        return self.spelled_out

    @property
    def strength(self) -> int:
        """Security bits of the group."""
        return curve_strength(self.domain.order.bit_length())

    def verify(self, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
        """ECDSA with an Ecdsa-Sig-Value in strict DER (SEC 1 section 4.1.4)."""
        pair = signature_pair(signature)
        digest = message_digest(algorithm.digest, message)
        if algorithm.family != SignatureFamily.ECDSA or pair is None or digest is None:
            return False
        return ecdsa.verify(self.domain, self.point, digest, *pair)


class EdwardsKey(PlainKey, Value):
    """Ed25519 or Ed448 (RFC 8032, RFC 8410)."""

    kind: KeyKind
    octets: bytes

    @property
    def bits(self) -> int:
        """256 or 456, as OpenSSL says."""
        return 256 if self.kind == KeyKind.ED25519 else 456

    @property
    def strength(self) -> int:
        """Security bits."""
        return 128 if self.kind == KeyKind.ED25519 else 224

    def verify(self, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
        """EdDSA; any 32 or 57 octets may be a key, that they are no point shows here."""
        if algorithm.family != SignatureFamily.EDDSA:
            return False
        from pyfinger.crypto import eddsa

        verify = eddsa.verify_ed25519 if self.kind == KeyKind.ED25519 else eddsa.verify_ed448
        return verify(self.octets, message, signature)


_AGREEMENT_SIZES = {
    KeyKind.X25519: (253, 128),
    KeyKind.X448: (448, 224),
    KeyKind.ML_KEM_512: (512, 128),
    KeyKind.ML_KEM_768: (768, 192),
    KeyKind.ML_KEM_1024: (1024, 256),
    KeyKind.SM2: (256, 128),
    KeyKind.DH: (0, 112),  # of the usual size; nobody asks further
    KeyKind.DHX: (0, 112),
}


class AgreementKey(PlainKey, Value):
    """A key for agreement or encapsulation, or of a kind that TLS does not sign with: it signs nothing."""

    kind: KeyKind
    octets: bytes

    @property
    def bits(self) -> int:
        """253 for X25519, as OpenSSL says."""
        return _AGREEMENT_SIZES.get(self.kind, (0, 0))[0]

    @property
    def strength(self) -> int:
        """Security bits."""
        return _AGREEMENT_SIZES.get(self.kind, (0, 0))[1]

    def verify(self, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
        """Never."""
        return False


def load_spki(spki: bytes) -> Key:
    """Read one SubjectPublicKeyInfo and nothing more; `DecodeError` if the key is unusable."""
    outer = der.DerCursor(spki)
    inside = outer.sequence("public key")
    outer.finish("public key")
    algorithm = algorithms.read_algorithm(inside, "key algorithm")
    octets = inside.take(der.BIT_STRING, "key").bits()
    inside.finish("public key")
    if algorithm.oid in algorithms.ML_DSA or algorithm.oid in algorithms.SLH_DSA:
        from pyfinger.x509.post_quantum import load_ml_dsa, load_slh_dsa

        load = load_ml_dsa if algorithm.oid in algorithms.ML_DSA else load_slh_dsa
        return load(algorithm, octets, spki)
    loader = _LOADERS.get(algorithm.oid)
    if loader is None:
        raise DecodeError(f"unknown key algorithm {algorithm.oid}")
    return loader(algorithm, octets)


def _load_rsa(algorithm: AlgorithmIdentifier, octets: bytes) -> Key:
    """RSAPublicKey (RFC 8017 appendix A.1.1); its numbers count as unsigned."""
    inside = der.DerCursor(octets).sequence("RSA key")
    modulus, exponent = (
        int.from_bytes(inside.take(der.INTEGER, what).primitive(), "big") for what in ("modulus", "exponent")
    )
    inside.finish("RSA key")
    if algorithm.oid != algorithms.RSA_PSS:
        return RsaKey(modulus, exponent)
    limit = algorithms.read_pss_parameters(algorithm.parameters) if algorithm.parameters else None
    return RsaKey(modulus, exponent, KeyKind.RSA_PSS, limit)


def _load_ec(algorithm: AlgorithmIdentifier, octets: bytes) -> Key:
    """ECPoint on a named curve, or on one spelled out (RFC 5480 section 2)."""
    if algorithm.parameters == _SM2:
        return AgreementKey(KeyKind.SM2, octets)
    curve, explicit = read_curve(algorithm.parameters)
    try:
        return EcKey(curve, ecdsa.uncompressed(curve, octets), explicit)
    except ValueError:
        raise DecodeError("point not on its curve") from None


def _load_diffie_hellman(algorithm: AlgorithmIdentifier, octets: bytes) -> Key:
    """DHPublicKey (RFC 3279 section 2.3.3), of which nothing is made."""
    if algorithm.parameters is None:
        raise DecodeError("Diffie-Hellman key without parameters")
    der.DerCursor(algorithm.parameters).sequence("Diffie-Hellman parameters")
    der.DerCursor(octets).integer("Diffie-Hellman key")
    return AgreementKey(algorithms.DIFFIE_HELLMAN[algorithm.oid], octets)


def _load_octets(kind: KeyKind, size: int) -> Callable[[AlgorithmIdentifier, bytes], Key]:
    """A loader for keys that are a string of octets without parameters (RFC 8410)."""

    def load(algorithm: AlgorithmIdentifier, octets: bytes) -> Key:
        if algorithm.parameters is not None or len(octets) != size:
            raise DecodeError(f"malformed {kind} key")
        return EdwardsKey(kind, octets) if kind in _EDWARDS else AgreementKey(kind, octets)

    return load


_ML_KEM_OCTETS = {KeyKind.ML_KEM_512: 800, KeyKind.ML_KEM_768: 1184, KeyKind.ML_KEM_1024: 1568}
_LOADERS: dict[str, Callable[[AlgorithmIdentifier, bytes], Key]] = {
    algorithms.RSA: _load_rsa,
    algorithms.RSA_PSS: _load_rsa,
    _RSA_X500: _load_rsa,
    EC: _load_ec,
    DSA: load_dsa,
    algorithms.ED25519: _load_octets(KeyKind.ED25519, 32),
    algorithms.ED448: _load_octets(KeyKind.ED448, 57),
    X25519: _load_octets(KeyKind.X25519, 32),
    X448: _load_octets(KeyKind.X448, 56),
    **dict.fromkeys(algorithms.DIFFIE_HELLMAN, _load_diffie_hellman),
    **{oid: _load_octets(kind, _ML_KEM_OCTETS[kind]) for oid, kind in algorithms.ML_KEM.items()},
}
