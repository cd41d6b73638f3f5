"""Name constraints of certification authorities (RFC 5280 section 4.2.1.10, RFC 9549).

Each name of a certificate must lie in one permitted subtree of its kind, if
there are any, and in no excluded one.  What cannot be judged is a failure, as
in OpenSSL, whose codes these are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pyfinger.x509 import der, general_names
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.certificate_extensions import NameConstraints, Subtree
from pyfinger.x509.distinguished_names import COMMON_NAME, EMAIL_ADDRESS, to_utf8
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.general_names import GeneralName

MAX_COMPARISONS = 1 << 20  # of names with constraints; OpenSSL's NAME_CHECK_MAX

_SMTP_UTF8_MAILBOX = "1.3.6.1.5.5.7.8.9"  # RFC 8398 section 3
# A common name that could be a host name: two labels or more, underscores allowed.
_HOST_NAME = re.compile(
    rb"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)+"
)
_URI_HOST = re.compile(rb"[^:]*://([^:/]*)(?:[:/].*)?", re.DOTALL)

_OUTSIDE = X509VErr.PERMITTED_VIOLATION  # this subtree does not hold the name


def violation(certificate: Certificate, constraints: NameConstraints, leaf: bool) -> X509VErr | None:
    """What in a certificate's names breaks the constraints; None if nothing does.

    The leaf's common names count as DNS names unless it has real ones.
    """
    names = len(certificate.subject.attributes) + len(certificate.alternative_names or ())
    if names * (len(constraints.permitted) + len(constraints.excluded)) > MAX_COMPARISONS:
        return X509VErr.UNSPECIFIED
    for name in _names(certificate, leaf):
        failure = name if isinstance(name, X509VErr) else _judge(name, constraints)
        if failure:
            return failure
    return None


def _names(certificate: Certificate, leaf: bool) -> Iterator[GeneralName | X509VErr]:
    """All names to be judged, and what is wrong with those that cannot be."""
    subject = certificate.subject
    if subject.attributes:
        yield GeneralName(general_names.DIRECTORY, name=subject)
    for attribute in subject.values(EMAIL_ADDRESS):
        if attribute.tag != der.IA5_STRING:
            yield X509VErr.UNSUPPORTED_NAME_SYNTAX
        yield GeneralName(general_names.EMAIL, attribute.value)
    alternatives = certificate.alternative_names or ()
    yield from alternatives
    if leaf and all(name.kind != general_names.DNS for name in alternatives):
        for attribute in subject.values(COMMON_NAME):
            text = (to_utf8(attribute.tag, attribute.value) or b"").rstrip(b"\0")
            if b"\0" in text:
                yield X509VErr.UNSUPPORTED_NAME_SYNTAX
            if _HOST_NAME.fullmatch(text):
                yield GeneralName(general_names.DNS, text)


def _judge(name: GeneralName, constraints: NameConstraints) -> X509VErr | None:
    """One name against all subtrees of its kind."""
    permitted = [subtree for subtree in constraints.permitted if _same_kind(name, subtree)]
    inside = not permitted
    for subtree in permitted:
        if subtree.bounded:
            return X509VErr.SUBTREE_MINMAX
        if not inside:
            outcome = _compare(name, subtree.base)
            if outcome not in (None, _OUTSIDE):
                return outcome
            inside = outcome is None
    if not inside:
        return X509VErr.PERMITTED_VIOLATION
    for subtree in constraints.excluded:
        if not _same_kind(name, subtree):
            continue
        outcome = X509VErr.SUBTREE_MINMAX if subtree.bounded else _compare(name, subtree.base)
        if outcome is not _OUTSIDE:
            return outcome or X509VErr.EXCLUDED_VIOLATION
    return None


def _same_kind(name: GeneralName, subtree: Subtree) -> bool:
    """Whether a subtree is about names of this kind; mailboxes in UTF-8 are e-mail addresses."""
    if name.kind == general_names.OTHER_NAME and name.oid == _SMTP_UTF8_MAILBOX:
        return subtree.base.kind == general_names.EMAIL
    return name.kind == subtree.base.kind and (
        name.kind != general_names.OTHER_NAME or name.oid == subtree.base.oid
    )


def _compare(name: GeneralName, base: GeneralName) -> X509VErr | None:
    """None if the base holds the name, `_OUTSIDE` if not, another code if it cannot be told."""
    if name.kind == general_names.OTHER_NAME and base.kind == general_names.EMAIL:
        return _mailbox(name, base)
    comparison = _COMPARISONS.get(name.kind)
    return comparison(name, base) if comparison else X509VErr.UNSUPPORTED_CONSTRAINT_TYPE


def _held(holds: bool) -> X509VErr | None:
    return None if holds else _OUTSIDE


def _directory(name: GeneralName, base: GeneralName) -> X509VErr | None:
    """A base holds the names that begin with it."""
    inner, outer = name.name, base.name
    return _held(inner is not None and outer is not None and inner.canonical.startswith(outer.canonical))


def _dns(name: GeneralName, base: GeneralName) -> X509VErr | None:
    """A base holds itself and what is below; with a leading dot, whatever ends so."""
    host, domain = name.value.lower(), base.value.lower()
    if not host.endswith(domain):
        return _OUTSIDE
    whole = len(host) == len(domain) or not domain or domain.startswith(b".")
    return _held(whole or host[-len(domain) - 1 : -len(domain)] == b".")


def _email(name: GeneralName, base: GeneralName) -> X509VErr | None:
    """A base is a mailbox, a host, or with a leading dot a domain."""
    local, at, host = name.value.rpartition(b"@")
    if not at:
        return X509VErr.UNSUPPORTED_NAME_SYNTAX
    base_local, base_at, base_host = base.value.rpartition(b"@")
    if not base_at and base.value.startswith(b"."):
        return _held(_ends_below(name.value, base.value))
    if base_local:
        if len(local) != len(base_local):
            return _OUTSIDE
        if b"\0" in local or b"\0" in base_local:
            return X509VErr.UNSUPPORTED_NAME_SYNTAX
        if local != base_local:
            return _OUTSIDE
    return _held(host.lower() == base_host.lower())


def _mailbox(name: GeneralName, base: GeneralName) -> X509VErr | None:
    """SmtpUTF8Mailbox, whose host is in U-labels (RFC 8398 section 6)."""
    _, at, host = name.value.rpartition(b"@")
    if name.tag != der.UTF8_STRING or not at:
        return X509VErr.UNSUPPORTED_NAME_SYNTAX
    domain = _u_labels(base.value)
    if domain is None:
        return X509VErr.UNSPECIFIED
    if domain.startswith(b"."):
        return _held(_ends_below(b"@" + host, domain))
    return _held(host.lower() == domain.lower())


def _u_labels(domain: bytes) -> bytes | None:
    """A domain with its A-labels decoded (RFC 3492); None if one cannot be."""
    labels = []
    for label in domain.split(b"."):
        if label[:4].lower() == b"xn--":
            try:
                label = label[4:].decode("punycode").encode()
            except (UnicodeError, ValueError, OverflowError):
                return None
        labels.append(label)
    return b".".join(labels)


def _ends_below(value: bytes, domain: bytes) -> bool:
    """Whether something stands before a domain that has a leading dot."""
    return len(value) > len(domain) and value.lower().endswith(domain.lower())


def _uri(name: GeneralName, base: GeneralName) -> X509VErr | None:
    """Only the host counts."""
    found = _URI_HOST.fullmatch(name.value)
    if found is None or not found[1]:
        return X509VErr.UNSUPPORTED_NAME_SYNTAX
    if base.value.startswith(b"."):
        return _held(_ends_below(found[1], base.value))
    return _held(found[1].lower() == base.value.lower())


def _address(name: GeneralName, base: GeneralName) -> X509VErr | None:
    """A base is an address and a mask."""
    size = len(name.value)
    if size not in (4, 16) or len(base.value) not in (8, 32):
        return X509VErr.UNSUPPORTED_NAME_SYNTAX
    if 2 * size != len(base.value):
        return _OUTSIDE
    mask = int.from_bytes(base.value[size:], "big")
    network = int.from_bytes(base.value[:size], "big")
    return _held(int.from_bytes(name.value, "big") & mask == network & mask)


_COMPARISONS: dict[int, Callable[[GeneralName, GeneralName], X509VErr | None]] = {
    general_names.EMAIL: _email,
    general_names.DNS: _dns,
    general_names.DIRECTORY: _directory,
    general_names.URI: _uri,
    general_names.ADDRESS: _address,
}
