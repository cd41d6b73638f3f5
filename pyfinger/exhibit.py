"""What the server showed, in the words of the log: names, fingerprints, the chain."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from pyfinger.dane.digests import Digest
from pyfinger.events import (
    CertificateNameUnusable,
    CertificatePresented,
    CertificateShown,
    ChainPresented,
    Event,
    RawKeyPresented,
)
from pyfinger.model import Credential, Peer
from pyfinger.x509.certificate import Certificate, parse_certificate
from pyfinger.x509.names import Name, Unshown, attribute_text, oneline

_COMMON_NAME, _ORGANIZATION = "2.5.4.3", "2.5.4.10"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A server's credential, parsed."""

    certificates: tuple[Certificate, ...]
    raw_key: bytes
    digest: Digest

    def key_events(self, peer: Peer) -> Iterator[Event]:
        """What is told before the verdict: a raw public key's fingerprint."""
        if self.raw_key:
            yield RawKeyPresented(peer, self.digest(self.raw_key))

    def certificate_events(self, peer: Peer, peername: str) -> Iterator[Event]:
        """What is told after the verdict: names and fingerprints of the server's certificate.

        A subject without a usable CN goes by the name that matched.
        """
        if not self.certificates:
            return
        leaf = self.certificates[0]
        issuer = yield from _text(peer, leaf.issuer, _COMMON_NAME, "issuer CN")
        if issuer is None:
            issuer = yield from _text(peer, leaf.issuer, _ORGANIZATION, "issuer Organization")
        subject = yield from _text(peer, leaf.subject, _COMMON_NAME, "subject CN")
        yield CertificatePresented(
            peer,
            subject_cn=peername if subject is None else subject,
            issuer=issuer or "",
            cert_digest=self.digest(leaf.der),
            key_digest=self.digest(leaf.spki),
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
            self.digest(certificate.spki),
        )


def exhibit(credential: Credential, digest: Digest) -> Exhibit:
    """Parse a credential that the judge has already been able to read."""
    certificates = tuple(parse_certificate(der) for der in credential.certificates)
    return Exhibit(certificates, credential.raw_key, digest)


def _text(peer: Peer, name: Name, oid: str, what: str) -> Generator[Event, None, str | None]:
    """An attribute's text, None if there is none or it cannot be shown (which is told)."""
    found = attribute_text(name, oid)
    if isinstance(found, Unshown):
        yield CertificateNameUnusable(peer, what, found.problem, found.number)
        return None
    return found
