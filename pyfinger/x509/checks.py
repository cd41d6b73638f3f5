"""The checks of a finished chain.

Each looks at the whole chain and reports what it finds; none stops the others,
unless the chain cannot be looked at any further (`Aborted`).
"""

from __future__ import annotations

from enum import Enum

from pyfinger.crypto.strength import required
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.certificate_extensions import CERT_SIGN, NameConstraints
from pyfinger.x509.distinguished_names import COMMON_NAME
from pyfinger.x509.failures import VerifyFailure, X509VErr
from pyfinger.x509.issuing import (
    likely_issued,
    self_issued,
    self_signed,
    signature_holds,
    signing_forbidden,
    time_failures,
)
from pyfinger.x509.strict import chain_failure, strict_failures
from pyfinger.x509.trust_store import CertificateTrust, Trusted
from pyfinger.x509.verify_context import Aborted, Purpose, VerifyContext

_NETSCAPE_SSL_CA = 0x04
_NETSCAPE_ANY_CA = 0x07


class ChainRole(Enum):
    """What a certificate has to be, by what stands below it."""

    LEAF = "leaf"
    END_ENTITY = "end entity"  # below a proxy certificate
    AUTHORITY = "authority"


def key_is_weak(certificate: Certificate, level: int) -> bool:
    """Whether the key is too weak for a security level, or unreadable above level 0 (check_key_level)."""
    if level <= 0:
        return False
    return certificate.key is None or certificate.key.strength < required(level)


def signature_is_weak(certificate: Certificate, level: int) -> bool:
    """Whether its signature's digest is too weak, or unknown (check_sig_level)."""
    if level <= 0:
        return False
    method = certificate.signature_method
    if method is None:
        return True
    if method.strength is not None:
        return method.strength < required(level)
    return key_is_weak(certificate, level)


def check_extensions(context: VerifyContext) -> None:
    """Critical extensions, CA flags, purposes and path lengths, from the leaf up (check_extensions)."""
    role = ChainRole.LEAF
    length = proxies = 0
    for depth, link in enumerate(context.chain):
        certificate = link.certificate
        facts = certificate.facts
        context.fail_all(_extension_failures(context, depth, role), depth, certificate)
        limit = facts.basic.path_length if facts.basic else None
        if depth > 1 and limit is not None and length > limit + proxies:
            context.fail(X509VErr.PATH_LENGTH_EXCEEDED, depth, certificate)
        if depth and not self_issued(certificate):
            length += 1
        role = ChainRole.AUTHORITY
        if facts.proxy:
            if facts.proxy_path_length is not None:
                if proxies > facts.proxy_path_length:
                    context.fail(X509VErr.PROXY_PATH_LENGTH_EXCEEDED, depth, certificate)
                proxies = facts.proxy_path_length
            proxies += 1
            role = ChainRole.END_ENTITY


def _extension_failures(context: VerifyContext, depth: int, role: ChainRole) -> list[X509VErr]:
    """All that is wrong with one certificate's extensions, path lengths aside."""
    link = context.chain[depth]
    certificate, params = link.certificate, context.params
    alone = len(context.chain) == 1
    last = depth == len(context.chain) - 1
    failures = []
    if certificate.facts.unhandled_critical:
        failures.append(X509VErr.UNHANDLED_CRITICAL_EXTENSION)
    if certificate.facts.proxy and not params.allow_proxy:
        failures.append(X509VErr.PROXY_CERTIFICATES_NOT_ALLOWED)
    failures += _authority_failures(certificate, role, tolerant=last and not params.strict)
    if role is ChainRole.LEAF and params.strict and check_ca(certificate) > 1:
        failures.append(X509VErr.INVALID_CA)
    if not alone:
        failures += _curve_failures(certificate)
        if params.strict:
            failures += strict_failures(certificate, last)
    if params.purpose and not _fits_purpose(context, depth, params.purpose, role is ChainRole.AUTHORITY):
        failures.append(X509VErr.INVALID_PURPOSE)
    return failures


def _authority_failures(certificate: Certificate, role: ChainRole, tolerant: bool) -> list[X509VErr]:
    """Whether it is an authority where one has to be, and none where none may be."""
    kind = check_ca(certificate)
    if role is ChainRole.END_ENTITY:
        return [X509VErr.INVALID_NON_CA] if kind else []
    if role is ChainRole.AUTHORITY and (kind == 0 or (kind != 1 and not tolerant)):
        return [X509VErr.INVALID_CA]
    return []


def check_ca(certificate: Certificate) -> int:
    """How much of a certification authority it is (X509_check_ca).

    0: none; 1: it says so; otherwise it has no basicConstraints but 3: is a
    self-signed version 1, 4: may sign certificates by its key usage, or 5: by Netscape's.
    """
    facts = certificate.facts
    if facts.invalid or facts.usage_forbids(CERT_SIGN):
        return 0
    if facts.basic is not None:
        return 1 if facts.basic.ca else 0
    if certificate.version == 0 and self_signed(certificate):
        return 3
    if facts.key_usage is not None:
        return 4
    return 5 if (facts.netscape_type or 0) & _NETSCAPE_ANY_CA else 0


def _curve_failures(certificate: Certificate) -> list[X509VErr]:
    """Curves must have names (RFC 5480 section 2.1.1)."""
    if certificate.key is None:
        return [X509VErr.UNSPECIFIED]
    return [X509VErr.EC_KEY_EXPLICIT_PARAMS] if certificate.key.explicit else []


def _fits_purpose(context: VerifyContext, depth: int, purpose: Purpose, authority: bool) -> bool:
    """Whether a certificate is good for a purpose; a trusted one's own settings go first (check_purpose)."""
    link: Trusted = context.chain[depth]
    if depth >= context.num_untrusted:
        trust = link.trust(purpose.usage)
        if trust is not CertificateTrust.UNSAID:
            return trust is CertificateTrust.TRUSTED
    if link.certificate.facts.invalid:
        return not context.params.strict
    return check_purpose(link.certificate, purpose, authority)


def check_purpose(certificate: Certificate, purpose: Purpose, authority: bool) -> bool:
    """Whether extendedKeyUsage, keyUsage and Netscape's type permit the purpose (X509_check_purpose)."""
    facts = certificate.facts
    if facts.extended_key_usage is not None and not facts.extended_key_usage & purpose.extended:
        return False
    if authority:
        kind = check_ca(certificate)
        return kind != 0 and (kind != 5 or bool((facts.netscape_type or 0) & _NETSCAPE_SSL_CA))
    if facts.netscape_type is not None and not facts.netscape_type & purpose.netscape_bit:
        return False
    return not facts.usage_forbids(purpose.key_usage)


def check_auth_level(context: VerifyContext) -> None:
    """Keys of the authorities, and all signatures below the anchor (check_auth_level)."""
    level = context.params.security_level
    certificates = context.certificates
    for depth, certificate in enumerate(certificates):
        if depth and key_is_weak(certificate, level):
            context.fail(X509VErr.CA_KEY_TOO_SMALL, depth, certificate)
        if depth < len(certificates) - 1 and signature_is_weak(certificate, level):
            context.fail(X509VErr.CA_MD_TOO_WEAK, depth, certificate)


def check_id(context: VerifyContext) -> None:
    """Names and address of the leaf (check_id)."""
    leaf = context.certificates[0]
    matched = context.params.identity.match(leaf)
    context.peername = matched.peername
    context.fail_all(matched.failures, 0, leaf)


def check_suite_b(context: VerifyContext) -> None:
    """The profile's curves and signatures; not for a leaf without a key, with which all ends."""
    certificates = context.certificates
    failure = certificates[0].key and chain_failure(certificates, context.params.suite_b)
    if failure:
        context.fail(failure.code, failure.depth, certificates[failure.depth])


def internal_verify(context: VerifyContext) -> None:
    """Signatures and dates, from the top down; what got through is told (internal_verify)."""
    certificates = context.certificates
    if certificates[0].key is None:
        raise Aborted
    depth = len(certificates) - 1
    issuer: Certificate | None = certificates[depth]
    bare_key = context.authority is not None and context.authority.bare_key
    if bare_key:
        issuer = None
    elif not likely_issued(certificates[depth], certificates[depth]) and not context.params.partial_chain:
        if depth:
            depth -= 1
        else:
            context.fail(X509VErr.UNABLE_TO_VERIFY_LEAF_SIGNATURE, 0, certificates[0])
    while depth >= 0:
        subject = certificates[depth]
        if issuer is not None and _is_worth_checking(context, issuer, subject):
            _check_signature(context, issuer, subject, depth)
        context.fail_all(time_failures(subject, context.params.now), depth, subject)
        context.good(depth, subject)
        issuer = subject
        depth -= 1


def _is_worth_checking(context: VerifyContext, issuer: Certificate, subject: Certificate) -> bool:
    """A root's own signature proves nothing, so it is left alone unless asked for."""
    return issuer is not subject or (context.params.check_root_signature and self_signed(issuer))


def _check_signature(context: VerifyContext, issuer: Certificate, subject: Certificate, depth: int) -> None:
    """One link: may the issuer sign, is its key readable, is the signature good?"""
    above = depth if issuer is subject else depth + 1
    forbidden = signing_forbidden(issuer, subject)
    if forbidden and not (issuer is subject and not issuer.facts.ca):
        context.fail(forbidden, above, issuer)
    if issuer.key is None:
        context.fail(X509VErr.UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, above, issuer)
        return
    context.budget.spend_signature()
    if not signature_holds(subject, issuer.key):
        context.fail(X509VErr.CERT_SIGNATURE_FAILURE, depth, subject)


def check_name_constraints(context: VerifyContext) -> None:
    """Constraints of each authority on all below it but what is self-issued (check_name_constraints)."""
    certificates = context.certificates
    for depth in reversed(range(len(certificates))):
        certificate = certificates[depth]
        if depth and self_issued(certificate):
            continue
        if certificate.facts.proxy and not is_proxy_name(certificate):
            context.fail(X509VErr.PROXY_SUBJECT_NAME_VIOLATION, depth, certificate)
        for authority in reversed(certificates[depth + 1 :]):
            constraints = authority.facts.constraints
            if constraints is not None:
                _check_constraints(context, constraints, depth)


def _check_constraints(context: VerifyContext, constraints: NameConstraints, depth: int) -> None:
    from pyfinger.x509.constraints import violation

    certificate = context.certificates[depth]
    if failure := violation(certificate, constraints, leaf=depth == 0):
        context.fail(failure, depth, certificate)


def is_proxy_name(certificate: Certificate) -> bool:
    """Whether the subject is the issuer and one common name more (RFC 3820 section 3.4)."""
    subject, issuer = certificate.subject, certificate.issuer
    own = subject.attributes
    if len(own) < 2 or len(own) != len(issuer.attributes) + 1 or own[-1].rdn == own[-2].rdn:
        return False
    return own[-1].oid == COMMON_NAME and subject.canonical.startswith(issuer.canonical)


def check_resources(context: VerifyContext) -> None:
    """Autonomous systems and addresses: nobody may have what the issuer has not (RFC 3779)."""
    certificates = context.certificates
    facts = [certificate.facts for certificate in certificates]
    if all(one.systems is None and one.addresses is None for one in facts):
        return
    from pyfinger.x509.address_blocks import Unjudged, address_failures
    from pyfinger.x509.autonomous_systems import system_failures

    for failure in system_failures([one.systems for one in facts]):
        _fail_above(context, failure)
    try:
        for failure in address_failures([one.addresses for one in facts]):
            _fail_above(context, failure)
    except Unjudged:
        raise Aborted from None


def _fail_above(context: VerifyContext, failure: VerifyFailure) -> None:
    """Report a failure that may have a depth beyond the topmost certificate."""
    certificates = context.certificates
    context.fail(failure.code, failure.depth, certificates[min(failure.depth, len(certificates) - 1)])
