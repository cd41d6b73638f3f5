"""Checks that are made on request only.

RFC 5280 to the letter is what X509_V_FLAG_X509_STRICT adds: Postfix does not ask for
it; the conformance suites do.

Whether a chain is made of Suite B's curves and signatures only (RFC 6460) is asked for
by the cipher strings SUITEB128 and the like, and as OpenSSL answers it
(X509_chain_check_suiteb, crypto/x509/x509_cmp.c): no cheaper curve may sign for a
better one, and each curve has one digest.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.model import KeyKind, SignatureFamily
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.certificate_extensions import (
    BASIC_CONSTRAINTS,
    CERT_SIGN,
    CRL_SIGN,
    SUBJECT_ALT_NAME,
    ExtensionFacts,
)
from pyfinger.x509.failures import VerifyFailure, X509VErr

P256, P384 = "prime256v1", "secp384r1"
_DIGESTS = {P256: "sha256", P384: "sha384"}
_V3 = 2
_OF_THE_ONE_BELOW = (X509VErr.SUITE_B_INVALID_SIGNATURE_ALGORITHM, X509VErr.SUITE_B_LOS_NOT_ALLOWED)


def strict_failures(certificate: Certificate, last: bool) -> list[X509VErr]:
    """All that offends in one certificate of a chain; `last`: it is the topmost."""
    return [
        *_constraints_failures(certificate.facts),
        *_name_failures(certificate),
        *_form_failures(certificate, last),
    ]


def _constraints_failures(facts: ExtensionFacts) -> list[X509VErr]:
    """basicConstraints and keyUsage (sections 4.2.1.9 and 4.2.1.3)."""
    usage = facts.key_usage or 0
    failures = []
    if facts.basic and facts.basic.path_length is not None:
        if not facts.ca:
            failures.append(X509VErr.PATHLEN_INVALID_FOR_NON_CA)
        if not usage & CERT_SIGN:
            failures.append(X509VErr.PATHLEN_WITHOUT_KU_KEY_CERT_SIGN)
    if facts.ca and BASIC_CONSTRAINTS not in facts.critical:
        failures.append(X509VErr.CA_BCONS_NOT_CRITICAL)
    if facts.ca and facts.key_usage is None:
        failures.append(X509VErr.CA_CERT_MISSING_KEY_USAGE)
    if not facts.ca and usage & CERT_SIGN:
        failures.append(X509VErr.KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA)
    return failures


def _name_failures(certificate: Certificate) -> list[X509VErr]:
    """Names must not be missing (sections 4.1.2.4, 4.1.2.6 and 4.2.1.6)."""
    facts = certificate.facts
    alternatives = facts.alternative_names
    nameless = not certificate.subject.attributes
    failures = []
    if not certificate.issuer.attributes:
        failures.append(X509VErr.ISSUER_NAME_EMPTY)
    needs_subject = facts.ca or (facts.key_usage or 0) & CRL_SIGN or alternatives is None
    if nameless and needs_subject:
        failures.append(X509VErr.SUBJECT_NAME_EMPTY)
    if nameless and alternatives is not None and SUBJECT_ALT_NAME not in facts.critical:
        failures.append(X509VErr.EMPTY_SUBJECT_SAN_NOT_CRITICAL)
    if alternatives == ():
        failures.append(X509VErr.EMPTY_SUBJECT_ALT_NAME)
    return failures


def _form_failures(certificate: Certificate, last: bool) -> list[X509VErr]:
    """Algorithms (section 4.1.1.2), key identifiers (4.2.1.1, 4.2.1.2), version (4.1.2.9)."""
    facts = certificate.facts
    failures = []
    if certificate.algorithm != certificate.inner_algorithm:
        failures.append(X509VErr.SIGNATURE_ALGORITHM_INCONSISTENCY)
    if certificate.version < 2:
        return [*failures, X509VErr.EXTENSIONS_REQUIRE_VERSION_3] if certificate.extensions else failures
    if not last and (facts.authority_key is None or facts.authority_key.key_id is None):
        failures.append(X509VErr.MISSING_AUTHORITY_KEY_IDENTIFIER)
    if facts.ca and facts.subject_key_id is None:
        failures.append(X509VErr.MISSING_SUBJECT_KEY_IDENTIFIER)
    return failures


def leaf_failure(leaf: Certificate, curves: frozenset[str]) -> X509VErr | None:
    """What is wrong with a leaf that has no chain; `curves` are those allowed, none: no Suite B."""
    return _key_failure(leaf, None, curves) if curves else None


def chain_failure(chain: Sequence[Certificate], curves: frozenset[str]) -> VerifyFailure | None:
    """The first thing wrong with a chain, leaf first."""
    if not curves:
        return None
    left = curves
    signed: Certificate | None = None  # by the key that is looked at
    for depth, certificate in enumerate(chain):
        if certificate.version != _V3:
            return VerifyFailure(X509VErr.SUITE_B_INVALID_VERSION, depth)
        code = _key_failure(certificate, signed, left)
        if code is not None:
            return _failure(code, depth, weakened=left != curves)
        left -= {P256} if _curve(certificate) == P384 else set()
        signed = certificate
    code = _key_failure(chain[-1], chain[-1], left)
    return None if code is None else _failure(code, len(chain), weakened=left != curves)


def _failure(code: X509VErr, depth: int, *, weakened: bool) -> VerifyFailure:
    """The failure where OpenSSL has it: what a key signed is a fault of that."""
    if code is X509VErr.SUITE_B_LOS_NOT_ALLOWED and weakened:
        return VerifyFailure(X509VErr.SUITE_B_CANNOT_SIGN_P_384_WITH_P_256, max(depth - 1, 0))
    return VerifyFailure(code, max(depth - 1, 0) if code in _OF_THE_ONE_BELOW else depth)


def _curve(certificate: Certificate) -> str:
    return certificate.key.curve if certificate.key is not None else ""


def _key_failure(
    certificate: Certificate, signed: Certificate | None, curves: frozenset[str]
) -> X509VErr | None:
    """One key, and what it signed if that matters (check_suite_b)."""
    if certificate.key is None or certificate.key.kind != KeyKind.EC:
        return X509VErr.SUITE_B_INVALID_ALGORITHM
    curve = _curve(certificate)
    if curve not in _DIGESTS:
        return X509VErr.SUITE_B_INVALID_CURVE
    if signed is not None:
        method = signed.signature_method
        algorithm = method.algorithm if method is not None else None
        if algorithm is None or (algorithm.family, algorithm.digest) != (
            SignatureFamily.ECDSA,
            _DIGESTS[curve],
        ):
            return X509VErr.SUITE_B_INVALID_SIGNATURE_ALGORITHM
    return None if curve in curves else X509VErr.SUITE_B_LOS_NOT_ALLOWED
