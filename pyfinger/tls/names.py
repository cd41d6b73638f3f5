"""Code points and the names OpenSSL gives them: versions, signature schemes."""

from __future__ import annotations

from dataclasses import dataclass

from pyfinger.model import KeyKind, SignatureAlgorithm, SignatureFamily

TLS10, TLS11, TLS12, TLS13 = 0x0301, 0x0302, 0x0303, 0x0304

PROTOCOLS = {TLS10: "TLSv1", TLS11: "TLSv1.1", TLS12: "TLSv1.2", TLS13: "TLSv1.3"}


@dataclass(frozen=True, slots=True)
class Scheme:
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


def _schemes() -> dict[int, Scheme]:
    digests = {2: "sha1", 3: "sha224", 4: "sha256", 5: "sha384", 6: "sha512"}
    found = {}
    for high, digest in digests.items():
        code = high << 8
        curve = {4: "prime256v1", 5: "secp384r1", 6: "secp521r1"}.get(high, "")
        found[code | 1] = Scheme(
            code | 1, KeyKind.RSA, SignatureAlgorithm(SignatureFamily.RSA, digest), tls13=False
        )
        found[code | 2] = Scheme(
            code | 2, KeyKind.DSA, SignatureAlgorithm(SignatureFamily.DSA, digest), tls13=False
        )
        ecdsa = SignatureAlgorithm(SignatureFamily.ECDSA, digest)
        found[code | 3] = Scheme(code | 3, KeyKind.EC, ecdsa, tls13=bool(curve), curve=curve)
    for offset, (digest, size) in enumerate((("sha256", 256), ("sha384", 384), ("sha512", 512))):
        pss = SignatureAlgorithm(SignatureFamily.RSA_PSS, digest)
        found[0x0804 + offset] = Scheme(0x0804 + offset, KeyKind.RSA, pss)
        found[0x0809 + offset] = Scheme(0x0809 + offset, KeyKind.RSA_PSS, pss)
        brainpool = SignatureAlgorithm(SignatureFamily.ECDSA, digest)
        curve = f"brainpoolP{size}r1"
        found[0x081A + offset] = Scheme(0x081A + offset, KeyKind.EC, brainpool, curve=curve, tls12=False)
    found[0x0807] = Scheme(0x0807, KeyKind.ED25519, SignatureAlgorithm(SignatureFamily.EDDSA))
    found[0x0808] = Scheme(0x0808, KeyKind.ED448, SignatureAlgorithm(SignatureFamily.EDDSA))
    for code, kind in ((0x0904, KeyKind.ML_DSA_44), (0x0905, KeyKind.ML_DSA_65), (0x0906, KeyKind.ML_DSA_87)):
        found[code] = Scheme(code, kind, SignatureAlgorithm(SignatureFamily(kind)), tls12=False)
    return found


SCHEMES = _schemes()
KEY_KINDS = frozenset(scheme.kind for scheme in SCHEMES.values())  # that a server may show

# Before TLS 1.2: RSA signs MD5 and SHA-1 side by side (RFC 2246 section 7.4.3).
LEGACY_RSA = Scheme(0, KeyKind.RSA, SignatureAlgorithm(SignatureFamily.RSA, "md5+sha1"), tls13=False)
LEGACY_DSA = Scheme(0, KeyKind.DSA, SignatureAlgorithm(SignatureFamily.DSA, "sha1"), tls13=False)
LEGACY_ECDSA = Scheme(0, KeyKind.EC, SignatureAlgorithm(SignatureFamily.ECDSA, "sha1"), tls13=False)
LEGACY = {scheme.kind: scheme for scheme in (LEGACY_RSA, LEGACY_DSA, LEGACY_ECDSA)}
