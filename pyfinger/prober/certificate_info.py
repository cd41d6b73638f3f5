"""What the server showed, in the words of the log: names, fingerprints, the chain."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address

from pyfinger.dane.digests import Digest
from pyfinger.events import (
    CertificateNameUnusable,
    CertificatePresented,
    CertificateShown,
    ChainPresented,
    Event,
    RawKeyPresented,
)
from pyfinger.model import CertificateFacts, Credential, KeyFacts, Peer
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.general_names import ADDRESS, DNS, EMAIL, URI, GeneralName
from pyfinger.x509.keys import Key
from pyfinger.x509.names import Name, Unshown, attribute_text, oneline
from pyfinger.x509.peer_chain import read_chain, read_raw_key

_COMMON_NAME, _ORGANIZATION = "2.5.4.3", "2.5.4.10"
_ALTERNATIVE_WORDS = {DNS: "DNS", EMAIL: "email", URI: "URI"}  # as OpenSSL prints them


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A server's credential, parsed."""

    certificates: tuple[Certificate, ...]
    raw_key: bytes  # as OpenSSL writes it
    digest: Digest

    def events(self, peer: Peer, findings: Iterable[Event], peername: str) -> Iterator[Event]:
        """What is told once the handshake is done, with the `findings` of the verdict in their place.

        A raw public key's fingerprint and names that cannot be shown come before those, names and
        fingerprints of the server's certificate after.  A subject without a usable CN goes by the
        name that matched.
        """
        if self.raw_key:
            yield RawKeyPresented(peer, self.digest(self.raw_key))
        if not self.certificates:
            yield from findings
            return
        leaf = self.certificates[0]
        issuer = yield from _text(peer, leaf.issuer, _COMMON_NAME, "issuer CN")
        if issuer is None:
            issuer = yield from _text(peer, leaf.issuer, _ORGANIZATION, "issuer Organization")
        subject = yield from _text(peer, leaf.subject, _COMMON_NAME, "subject CN")
        yield from findings
        yield CertificatePresented(
            peer,
            subject_cn=peername if subject is None else subject,
            issuer=issuer or "",
            cert_digest=self.digest(leaf.der),
            key_digest=self.digest(leaf.key_encoding),
        )

    @property
    def chain(self) -> ChainPresented | None:
        """The certificates as sent, for `-C`; None without any."""
        if not self.certificates:
            return None
        return ChainPresented(tuple(self._shown(certificate) for certificate in self.certificates))

    def _shown(self, certificate: Certificate) -> CertificateShown:
        return CertificateShown(
            certificate.der,
            oneline(certificate.subject),
            oneline(certificate.issuer),
            self.digest(certificate.der),
            self.digest(certificate.key_encoding),
        )


def exhibit(credential: Credential, digest: Digest, parsed: tuple[Certificate, ...] = ()) -> Exhibit:
    """A credential the judge has already been able to read; `parsed`: what it made of it, if it was asked."""
    raw_key = read_raw_key(credential.raw_key)[1] if credential.raw_key else b""
    return Exhibit(parsed or read_chain(credential.certificates), raw_key, digest)


def certificate_facts(certificate: Certificate) -> CertificateFacts:
    """What people ask of a certificate."""
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
    return KeyFacts(spki, digest) if key is None else KeyFacts(spki, digest, key.kind, key.bits, key.curve)


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


def _text(peer: Peer, name: Name, oid: str, what: str) -> Generator[Event, None, str | None]:
    """An attribute's text, None if there is none or it cannot be shown (which is told)."""
    found = attribute_text(name, oid)
    if isinstance(found, Unshown):
        yield CertificateNameUnusable(peer, what, found.problem, found.number)
        return None
    return found
