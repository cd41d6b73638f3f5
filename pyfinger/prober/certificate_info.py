"""What the server showed, in the words of the log: names, fingerprints, the chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from hashlib import sha256
from ipaddress import ip_address

from pyfinger.dane.digests import Digest
from pyfinger.events import (
    CertificateNameUnusable,
    CertificatePresented,
    Event,
    RawKeyPresented,
)
from pyfinger.model import CertificateFacts, CertificateInfo, CertificateShown, KeyFacts, Peer, UnusableName
from pyfinger.x509.certificate import Certificate, read_certificate
from pyfinger.x509.distinguished_names import Name, Unshown, attribute_text, oneline
from pyfinger.x509.general_names import ADDRESS, DNS, EMAIL, URI, GeneralName
from pyfinger.x509.public_keys import Key

_COMMON_NAME, _ORGANIZATION = "2.5.4.3", "2.5.4.10"
_ALTERNATIVE_WORDS = {DNS: "DNS", EMAIL: "email", URI: "URI"}  # as OpenSSL prints them


def certificate_info(certificates: Sequence[Certificate], digest: Digest) -> CertificateInfo:
    """What the log says of certificates, in the order sent."""
    leaf = certificates[0]
    unusable: list[UnusableName] = []
    issuer = _text(leaf.issuer, _COMMON_NAME, "issuer CN", unusable)
    if issuer is None:
        issuer = _text(leaf.issuer, _ORGANIZATION, "issuer Organization", unusable)
    subject = _text(leaf.subject, _COMMON_NAME, "subject CN", unusable)
    chain = tuple(_shown(certificate, digest) for certificate in certificates)
    return CertificateInfo(issuer or "", subject, tuple(unusable), chain)


def raw_key_info(encoding: bytes, digest: Digest) -> CertificateInfo:
    """The same of a raw public key, as OpenSSL writes it."""
    return CertificateInfo(raw_key_digest=digest(encoding))


def _shown(certificate: Certificate, digest: Digest) -> CertificateShown:
    return _shown_once(certificate.der, digest)


@lru_cache(maxsize=64)  # as many as are kept read: most servers of a domain show the same ones
def _shown_once(encoded: bytes, digest: Digest) -> CertificateShown:
    certificate = read_certificate(encoded)[0]
    return CertificateShown(
        certificate.der,
        oneline(certificate.subject),
        oneline(certificate.issuer),
        digest(certificate.der),
        digest(certificate.key_encoding),
    )


def events_of(peer: Peer, info: CertificateInfo, matches: Iterable[Event], peername: str) -> Iterator[Event]:
    """What is reported once the handshake is done, with what matched in its place.

    A raw public key's fingerprint and names that cannot be shown come before that, names and
    fingerprints of the server's certificate after.  A subject without a usable CN goes by the
    name that matched.
    """
    if info.raw_key_digest:
        yield RawKeyPresented(peer, info.raw_key_digest)
    for name in info.unusable:
        yield CertificateNameUnusable(peer, name.what, name.problem, name.number)
    yield from matches
    if info.chain:
        leaf = info.chain[0]
        yield CertificatePresented(
            peer,
            subject_cn=peername if info.subject_cn is None else info.subject_cn,
            issuer=info.issuer,
            cert_digest=leaf.cert_digest,
            key_digest=leaf.key_digest,
        )


def certificate_facts(certificate: Certificate) -> CertificateFacts:
    """What people ask of a certificate, worked out if somebody does."""
    return _facts_later(certificate.der)


@lru_cache(maxsize=64)
def _facts_later(encoded: bytes) -> CertificateFacts:
    return CertificateFacts.later(partial(_facts, read_certificate(encoded)[0]))


def _facts(certificate: Certificate) -> CertificateFacts:
    method = certificate.signature_method
    return CertificateFacts(
        der=certificate.der,
        sha256=sha256(certificate.der).digest(),
        subject=printable_oneline(certificate.subject),
        issuer=printable_oneline(certificate.issuer),
        serial=f"{certificate.serial:X}",
        not_before=certificate.not_before.readable,
        not_after=certificate.not_after.readable,
        names=tuple(filter(None, map(_alternative_name, certificate.alternative_names or ()))),
        key=key_facts(certificate.spki, certificate.key),
        signed_with=""
        if method is None
        else "-".join(filter(None, (method.algorithm.family, method.algorithm.digest))),
    )


def key_facts(spki: bytes, key: Key | None) -> KeyFacts:
    """The same of a key; None if it cannot be used."""
    digest = sha256(spki).digest()
    return (
        KeyFacts(spki, digest) if key is None else KeyFacts(spki, digest, key.kind.value, key.bits, key.curve)
    )


def printable_oneline(name: Name) -> str:
    """A name in one line, as text."""
    return oneline(name).decode("utf-8", "backslashreplace")


def _alternative_name(name: GeneralName) -> str:
    """A name of subjectAltName worth showing; empty for rare kinds."""
    if name.kind == ADDRESS:
        return f"IP:{_address(name.value)}"
    word = _ALTERNATIVE_WORDS.get(name.kind)
    return f"{word}:{name.value.decode('utf-8', 'backslashreplace')}" if word else ""


def _address(octets: bytes) -> str:
    try:
        return str(ip_address(octets))
    except ValueError:
        return octets.hex()


def _text(name: Name, oid: str, what: str, unusable: list[UnusableName]) -> str | None:
    """An attribute's text, None if there is none or it cannot be shown, which is noted."""
    found = attribute_text(name, oid)
    if isinstance(found, Unshown):
        unusable.append(UnusableName(what, found.problem, found.number))
        return None
    return found
