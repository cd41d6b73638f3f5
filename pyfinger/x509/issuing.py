"""Who may have issued whom: all that can be said without checking a signature.

The rules are OpenSSL's (x509_likely_issued, x509_signing_allowed), which decide
where a chain goes on and where it ends.
"""

from __future__ import annotations

from pyfinger.x509.algorithm_identifiers import signer_kinds
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.certificate_extensions import CERT_SIGN, DIGITAL_SIGNATURE, AuthorityKey
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.public_keys import Key


def self_issued(certificate: Certificate) -> bool:
    """Whether subject and issuer are the same (RFC 5280 section 3.2)."""
    return certificate.subject == certificate.issuer


def readable(certificate: Certificate) -> bool:
    """Whether its key and all known extensions could be decoded."""
    return certificate.key is not None and not certificate.facts.invalid


def self_signed(certificate: Certificate) -> bool:
    """Whether it looks signed by its own key; the signature itself is not checked."""
    return (
        self_issued(certificate)
        and _is_meant(certificate, certificate.facts.authority_key)
        and _can_sign(certificate.key, certificate)
    )


def likely_issued(issuer: Certificate, subject: Certificate) -> bool:
    """Whether names, key identifiers and key algorithm fit, and both are valid in form."""
    return (
        issuer.subject == subject.issuer
        and not issuer.facts.invalid
        and not subject.facts.invalid
        and _is_meant(issuer, subject.facts.authority_key)
        and _can_sign(issuer.key, subject)
    )


def _is_meant(issuer: Certificate, authority: AuthorityKey | None) -> bool:
    """Whether an authorityKeyIdentifier fits; what it does not say fits always."""
    if authority is None:
        return True
    own_id = issuer.facts.subject_key_id
    if authority.key_id is not None and own_id is not None and authority.key_id != own_id:
        return False
    if authority.serial is not None and authority.serial != issuer.serial:
        return False
    return authority.issuer is None or authority.issuer == issuer.issuer


def _can_sign(key: Key | None, subject: Certificate) -> bool:
    """Whether a key is of the kind the certificate was signed with."""
    return key is not None and key.kind in signer_kinds(subject.inner_algorithm.oid)


def signing_forbidden(issuer: Certificate, subject: Certificate) -> X509VErr | None:
    """What in the issuer's key usage forbids signing this certificate, if anything."""
    if subject.facts.proxy:
        return (
            X509VErr.KEYUSAGE_NO_DIGITAL_SIGNATURE if issuer.facts.usage_forbids(DIGITAL_SIGNATURE) else None
        )
    return X509VErr.KEYUSAGE_NO_CERTSIGN if issuer.facts.usage_forbids(CERT_SIGN) else None


def for_signing(certificate: Certificate) -> bool:
    """Whether its key may sign (X509_get_key_usage, which has no bits for an invalid certificate)."""
    facts = certificate.facts
    return not facts.invalid and not facts.usage_forbids(DIGITAL_SIGNATURE)


def signature_holds(subject: Certificate, key: Key) -> bool:
    """Whether the certificate was signed with this key."""
    method = subject.signature_method
    if method is None or subject.algorithm != subject.inner_algorithm:
        return False
    return key.verify(method.algorithm, subject.tbs, subject.signature)


def time_failures(certificate: Certificate, now: int | None) -> list[X509VErr]:
    """What is wrong with its dates at `now` (seconds since 1970); None: never anything."""
    if now is None:
        return []
    begin, end = certificate.not_before.epoch, certificate.not_after.epoch
    failures = []
    if begin is None or begin > now:
        failures.append(
            X509VErr.ERROR_IN_CERT_NOT_BEFORE_FIELD if begin is None else X509VErr.CERT_NOT_YET_VALID
        )
    if end is None or end <= now:  # the last second does not count, by tradition
        failures.append(X509VErr.ERROR_IN_CERT_NOT_AFTER_FIELD if end is None else X509VErr.CERT_HAS_EXPIRED)
    return failures
