"""Signature schemes: what each code point stands for, and which version may use it."""

from __future__ import annotations

from pyfinger.model import KeyKind, SignatureAlgorithm, SignatureFamily
from pyfinger.tls.codepoints import SignatureScheme
from pyfinger.values import Value


class Scheme(Value):
    """A signature scheme (RFC 8446 section 4.2.3, RFC 5246 section 7.4.1.4.1).

    `kind` is the key it needs (`model.PublicKey.kind`); `curve` the one curve
    TLS 1.3 ties it to; `tls13` whether a TLS 1.3 CertificateVerify may use it,
    `tls12` whether anything before that may.
    """

    code: int
    kind: KeyKind
    algorithm: SignatureAlgorithm
    tls13: bool = True
    curve: str = ""
    tls12: bool = True

    @property
    def digest_name(self) -> str:
        """The digest as the summary line prints it; empty for EdDSA and ML-DSA."""
        return self.algorithm.digest.upper()


_FAMILIES = {
    KeyKind.RSA: SignatureFamily.RSA,
    KeyKind.DSA: SignatureFamily.DSA,
    KeyKind.EC: SignatureFamily.ECDSA,
}


def _old(code: int, kind: KeyKind, digest: str) -> Scheme:
    """One that ended with TLS 1.2."""
    return Scheme(code, kind, SignatureAlgorithm(_FAMILIES[kind], digest), tls13=False)


def _pss(code: int, kind: KeyKind, digest: str) -> Scheme:
    return Scheme(code, kind, SignatureAlgorithm(SignatureFamily.RSA_PSS, digest))


def _ecdsa(code: int, digest: str, curve: str, *, tls12: bool = True) -> Scheme:
    return Scheme(
        code, KeyKind.EC, SignatureAlgorithm(SignatureFamily.ECDSA, digest), curve=curve, tls12=tls12
    )


def _ml_dsa(code: int, kind: KeyKind) -> Scheme:
    return Scheme(code, kind, SignatureAlgorithm(SignatureFamily(kind)), tls12=False)


SCHEMES: dict[int, Scheme] = {
    scheme.code: scheme
    for scheme in (
        _old(SignatureScheme.RSA_PKCS1_SHA1, KeyKind.RSA, "sha1"),
        _old(SignatureScheme.DSA_SHA1, KeyKind.DSA, "sha1"),
        _old(SignatureScheme.ECDSA_SHA1, KeyKind.EC, "sha1"),
        _old(SignatureScheme.RSA_SHA224, KeyKind.RSA, "sha224"),
        _old(SignatureScheme.DSA_SHA224, KeyKind.DSA, "sha224"),
        _old(SignatureScheme.ECDSA_SHA224, KeyKind.EC, "sha224"),
        _old(SignatureScheme.RSA_PKCS1_SHA256, KeyKind.RSA, "sha256"),
        _old(SignatureScheme.DSA_SHA256, KeyKind.DSA, "sha256"),
        _ecdsa(SignatureScheme.ECDSA_SECP256R1_SHA256, "sha256", "prime256v1"),
        _old(SignatureScheme.RSA_PKCS1_SHA384, KeyKind.RSA, "sha384"),
        _old(SignatureScheme.DSA_SHA384, KeyKind.DSA, "sha384"),
        _ecdsa(SignatureScheme.ECDSA_SECP384R1_SHA384, "sha384", "secp384r1"),
        _old(SignatureScheme.RSA_PKCS1_SHA512, KeyKind.RSA, "sha512"),
        _old(SignatureScheme.DSA_SHA512, KeyKind.DSA, "sha512"),
        _ecdsa(SignatureScheme.ECDSA_SECP521R1_SHA512, "sha512", "secp521r1"),
        _pss(SignatureScheme.RSA_PSS_RSAE_SHA256, KeyKind.RSA, "sha256"),
        _pss(SignatureScheme.RSA_PSS_RSAE_SHA384, KeyKind.RSA, "sha384"),
        _pss(SignatureScheme.RSA_PSS_RSAE_SHA512, KeyKind.RSA, "sha512"),
        Scheme(SignatureScheme.ED25519, KeyKind.ED25519, SignatureAlgorithm(SignatureFamily.EDDSA)),
        Scheme(SignatureScheme.ED448, KeyKind.ED448, SignatureAlgorithm(SignatureFamily.EDDSA)),
        _pss(SignatureScheme.RSA_PSS_PSS_SHA256, KeyKind.RSA_PSS, "sha256"),
        _pss(SignatureScheme.RSA_PSS_PSS_SHA384, KeyKind.RSA_PSS, "sha384"),
        _pss(SignatureScheme.RSA_PSS_PSS_SHA512, KeyKind.RSA_PSS, "sha512"),
        _ecdsa(SignatureScheme.ECDSA_BRAINPOOLP256R1TLS13_SHA256, "sha256", "brainpoolP256r1", tls12=False),
        _ecdsa(SignatureScheme.ECDSA_BRAINPOOLP384R1TLS13_SHA384, "sha384", "brainpoolP384r1", tls12=False),
        _ecdsa(SignatureScheme.ECDSA_BRAINPOOLP512R1TLS13_SHA512, "sha512", "brainpoolP512r1", tls12=False),
        _ml_dsa(SignatureScheme.MLDSA44, KeyKind.ML_DSA_44),
        _ml_dsa(SignatureScheme.MLDSA65, KeyKind.ML_DSA_65),
        _ml_dsa(SignatureScheme.MLDSA87, KeyKind.ML_DSA_87),
    )
}
KEY_KINDS = frozenset(scheme.kind for scheme in SCHEMES.values())  # that a server may show

# Before TLS 1.2: RSA signs MD5 and SHA-1 side by side (RFC 2246 section 7.4.3).
LEGACY_RSA = Scheme(0, KeyKind.RSA, SignatureAlgorithm(SignatureFamily.RSA, "md5+sha1"), tls13=False)
LEGACY_DSA = Scheme(0, KeyKind.DSA, SignatureAlgorithm(SignatureFamily.DSA, "sha1"), tls13=False)
LEGACY_ECDSA = Scheme(0, KeyKind.EC, SignatureAlgorithm(SignatureFamily.ECDSA, "sha1"), tls13=False)
LEGACY = {scheme.kind: scheme for scheme in (LEGACY_RSA, LEGACY_DSA, LEGACY_ECDSA)}
