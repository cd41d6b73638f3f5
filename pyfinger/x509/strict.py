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
from pyfinger.x509.extensions import BASIC_CONSTRAINTS, CERT_SIGN, CRL_SIGN, SUBJECT_ALT_NAME, Facts
from pyfinger.x509.failures import Code, VerifyFailure

P256, P384 = "prime256v1", "secp384r1"
_DIGESTS = {P256: "sha256", P384: "sha384"}
_V3 = 2
_OF_THE_ONE_BELOW = (Code.SUITE_B_SIGNATURE, Code.SUITE_B_LEVEL)


def strict_failures(certificate: Certificate, last: bool) -> list[Code]:
    """All that offends in one certificate of a chain; `last`: it is the topmost."""
    return [
        *_constraints_failures(certificate.facts),
        *_name_failures(certificate),
        *_form_failures(certificate, last),
    ]


def _constraints_failures(facts: Facts) -> list[Code]:
    """basicConstraints and keyUsage (sections 4.2.1.9 and 4.2.1.3)."""
    usage = facts.key_usage or 0
    failures = []
    if facts.basic and facts.basic.path_length is not None:
        if not facts.ca:
            failures.append(Code.LENGTH_WITHOUT_CA)
        if not usage & CERT_SIGN:
            failures.append(Code.LENGTH_WITHOUT_CERT_SIGN)
    if facts.ca and BASIC_CONSTRAINTS not in facts.critical:
        failures.append(Code.CONSTRAINTS_NOT_CRITICAL)
    if facts.ca and facts.key_usage is None:
        failures.append(Code.CA_WITHOUT_KEY_USAGE)
    if not facts.ca and usage & CERT_SIGN:
        failures.append(Code.CERT_SIGN_WITHOUT_CA)
    return failures


def _name_failures(certificate: Certificate) -> list[Code]:
    """Names must not be missing (sections 4.1.2.4, 4.1.2.6 and 4.2.1.6)."""
    facts = certificate.facts
    alternatives = facts.alternative_names
    nameless = not certificate.subject.attributes
    failures = []
    if not certificate.issuer.attributes:
        failures.append(Code.ISSUER_EMPTY)
    needs_subject = facts.ca or (facts.key_usage or 0) & CRL_SIGN or alternatives is None
    if nameless and needs_subject:
        failures.append(Code.SUBJECT_EMPTY)
    if nameless and alternatives is not None and SUBJECT_ALT_NAME not in facts.critical:
        failures.append(Code.ALT_NAME_NOT_CRITICAL)
    if alternatives == ():
        failures.append(Code.ALT_NAME_EMPTY)
    return failures


def _form_failures(certificate: Certificate, last: bool) -> list[Code]:
    """Algorithms (section 4.1.1.2), key identifiers (4.2.1.1, 4.2.1.2), version (4.1.2.9)."""
    facts = certificate.facts
    failures = []
    if certificate.algorithm != certificate.inner_algorithm:
        failures.append(Code.ALGORITHM_INCONSISTENT)
    if certificate.version < 2:
        return [*failures, Code.EXTENSIONS_TOO_EARLY] if certificate.extensions else failures
    if not last and (facts.authority_key is None or facts.authority_key.key_id is None):
        failures.append(Code.NO_AUTHORITY_KEY_ID)
    if facts.ca and facts.subject_key_id is None:
        failures.append(Code.NO_SUBJECT_KEY_ID)
    return failures


def leaf_failure(leaf: Certificate, curves: frozenset[str]) -> Code | None:
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
            return VerifyFailure(Code.SUITE_B_VERSION, depth)
        code = _key_failure(certificate, signed, left)
        if code is not None:
            return _failure(code, depth, weakened=left != curves)
        left -= {P256} if _curve(certificate) == P384 else set()
        signed = certificate
    code = _key_failure(chain[-1], chain[-1], left)
    return None if code is None else _failure(code, len(chain), weakened=left != curves)


def _failure(code: Code, depth: int, *, weakened: bool) -> VerifyFailure:
    """The failure where OpenSSL has it: what a key signed is a fault of that."""
    if code is Code.SUITE_B_LEVEL and weakened:
        return VerifyFailure(Code.SUITE_B_P256_SIGNS_P384, max(depth - 1, 0))
    return VerifyFailure(code, max(depth - 1, 0) if code in _OF_THE_ONE_BELOW else depth)


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
