"""RFC 5280 to the letter: what X509_V_FLAG_X509_STRICT adds.

Postfix does not ask for it; the conformance suites do.
"""

from __future__ import annotations

from pyfinger.x509.certificate import Certificate
from pyfinger.x509.extensions import BASIC_CONSTRAINTS, CERT_SIGN, CRL_SIGN, SUBJECT_ALT_NAME, Facts
from pyfinger.x509.failures import Code


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
