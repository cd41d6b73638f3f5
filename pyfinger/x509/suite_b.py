"""Suite B: whether a chain is made of its curves and signatures only (RFC 6460).

Asked for by the cipher strings SUITEB128 and the like, and as OpenSSL answers it
(X509_chain_check_suiteb, crypto/x509/x509_cmp.c): no cheaper curve may sign for
a better one, and each curve has one digest.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.model import KeyKind, SignatureFamily
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.failures import Code, Failure

P256, P384 = "prime256v1", "secp384r1"
_DIGESTS = {P256: "sha256", P384: "sha384"}
_V3 = 2
_OF_THE_ONE_BELOW = (Code.SUITE_B_SIGNATURE, Code.SUITE_B_LEVEL)


def leaf_failure(leaf: Certificate, curves: frozenset[str]) -> Code | None:
    """What is wrong with a leaf that has no chain; `curves` are those allowed, none: no Suite B."""
    return _key_failure(leaf, None, curves) if curves else None


def chain_failure(chain: Sequence[Certificate], curves: frozenset[str]) -> Failure | None:
    """The first thing wrong with a chain, leaf first."""
    if not curves:
        return None
    left = curves
    signed: Certificate | None = None  # by the key that is looked at
    for depth, certificate in enumerate(chain):
        if certificate.version != _V3:
            return Failure(Code.SUITE_B_VERSION, depth)
        code = _key_failure(certificate, signed, left)
        if code is not None:
            return _failure(code, depth, weakened=left != curves)
        left -= {P256} if _curve(certificate) == P384 else set()
        signed = certificate
    code = _key_failure(chain[-1], chain[-1], left)
    return None if code is None else _failure(code, len(chain), weakened=left != curves)


def _failure(code: Code, depth: int, *, weakened: bool) -> Failure:
    """The failure where OpenSSL has it: what a key signed is a fault of that."""
    if code is Code.SUITE_B_LEVEL and weakened:
        return Failure(Code.SUITE_B_P256_SIGNS_P384, max(depth - 1, 0))
    return Failure(code, max(depth - 1, 0) if code in _OF_THE_ONE_BELOW else depth)


def _curve(certificate: Certificate) -> str:
    return certificate.key.curve if certificate.key is not None else ""


def _key_failure(certificate: Certificate, signed: Certificate | None, curves: frozenset[str]) -> Code | None:
    """One key, and what it signed if that matters (check_suite_b)."""
    if certificate.key is None or certificate.key.kind != KeyKind.EC:
        return Code.SUITE_B_ALGORITHM
    curve = _curve(certificate)
    if curve not in _DIGESTS:
        return Code.SUITE_B_CURVE
    if signed is not None:
        method = signed.signature_method
        algorithm = method.algorithm if method is not None else None
        if algorithm is None or (algorithm.family, algorithm.digest) != (
            SignatureFamily.ECDSA,
            _DIGESTS[curve],
        ):
            return Code.SUITE_B_SIGNATURE
    return None if curve in curves else Code.SUITE_B_LEVEL
