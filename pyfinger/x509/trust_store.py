"""Certificates that are trusted beforehand: bundles and hash directories.

A bundle with one certificate that does not decode is none: OpenSSL loads all of
a file or nothing.  What a `TRUSTED CERTIFICATE` block says about purposes is
kept (X509_CERT_AUX).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from typing import Protocol

from pyfinger.errors import DecodeError
from pyfinger.values import Value
from pyfinger.x509 import der
from pyfinger.x509.asn1.content import Asn1Value
from pyfinger.x509.asn1.item import Primitive, SequenceItem, TemplateField, decode
from pyfinger.x509.certificate import Certificate, read_certificate
from pyfinger.x509.distinguished_names import Name, subject_hash
from pyfinger.x509.oid import dotted
from pyfinger.x509.structures import ASN1_OBJECT, ASN1_OCTET_STRING, X509_ALGOR

TRUSTED_LABEL = "TRUSTED CERTIFICATE"
CERTIFICATE_LABELS = frozenset(("CERTIFICATE", "X509 CERTIFICATE", TRUSTED_LABEL))
ANY_USAGE = "2.5.29.37.0"
_MAX_FILES = 100  # of one hash

X509_CERT_AUX = SequenceItem(
    "X509_CERT_AUX",
    (
        TemplateField("trust", ASN1_OBJECT, optional=True, many=der.SEQUENCE),
        TemplateField("reject", ASN1_OBJECT, optional=True, number=0, many=der.SEQUENCE),
        TemplateField("alias", Primitive(der.UTF8_STRING), optional=True),
        TemplateField("keyid", ASN1_OCTET_STRING, optional=True),
        TemplateField("other", X509_ALGOR, optional=True, number=1, many=der.SEQUENCE),
    ),
)

ReadFile = Callable[[str], "bytes | None"]


class Settings(Value):
    """What a certificate is trusted for, and what it is not: object identifiers.

    `trust` is None if nothing is said, which is not the same as nothing at all.
    """

    trust: frozenset[str] | None = None
    reject: frozenset[str] = frozenset()


UNSAID = Settings()


class CertificateTrust(Enum):
    """What settings say of a certificate."""

    TRUSTED = "trusted"
    REJECTED = "rejected"
    UNSAID = "unsaid"


class Trusted(Value):
    """A certificate of a store."""

    certificate: Certificate
    settings: Settings = UNSAID

    def trust(self, usage: str) -> CertificateTrust:
        """What the settings say about a purpose, given by its key purpose identifier.

        To be trusted for something else only is to be rejected.
        """
        wanted = {usage, ANY_USAGE}
        if wanted & self.settings.reject:
            return CertificateTrust.REJECTED
        if self.settings.trust is None:
            return CertificateTrust.UNSAID
        return CertificateTrust.TRUSTED if wanted & self.settings.trust else CertificateTrust.REJECTED


class Store(Protocol):
    """Where trusted certificates are looked up."""

    def by_subject(self, name: Name) -> Sequence[Trusted]:
        """All that bear this name, in the order they were loaded; never raises."""
        ...


class Bundle:
    """A store in memory."""

    def __init__(self, certificates: Iterable[bytes] = ()) -> None:
        """`certificates` are DER, each perhaps with settings behind it; `DecodeError` if unreadable."""
        self._by_subject: dict[Name, list[Trusted]] = {}
        self._size = 0
        self._add(read_trusted(encoded) for encoded in dict.fromkeys(certificates))

    @classmethod
    def of(cls, certificates: Iterable[Trusted]) -> Bundle:
        """Of certificates that are read already."""
        bundle = cls()
        bundle._add(dict.fromkeys(certificates))
        return bundle

    def _add(self, certificates: Iterable[Trusted]) -> None:
        for trusted in certificates:
            self._by_subject.setdefault(trusted.certificate.subject, []).append(trusted)
            self._size += 1

    def __len__(self) -> int:
        return self._size

    def by_subject(self, name: Name) -> Sequence[Trusted]:
        """All that bear this name."""
        return self._by_subject.get(name, ())


EMPTY = Bundle()


class HashDirectory:
    """A directory of PEM files named by the hash of their subject: `HASH.0`, `HASH.1`, ...

    `read` is asked for file names and answers None for files that do not exist.
    A file counts as far as it can be read, and whatever it holds under other
    names is known from then on (by_dir.c, X509_load_cert_file).
    """

    def __init__(self, read: ReadFile) -> None:
        self._read_file = read
        self._asked: set[Name] = set()
        self._known: dict[Name, tuple[Trusted, ...]] = {}

    def by_subject(self, name: Name) -> Sequence[Trusted]:
        """All that bear this name, read when first asked for."""
        if name not in self._known and name not in self._asked:
            self._asked.add(name)
            for trusted in self._load(subject_hash(name)):
                known = self._known.get(trusted.certificate.subject, ())
                if trusted not in known:
                    self._known[trusted.certificate.subject] = (*known, trusted)
        return self._known.get(name, ())

    def _load(self, digest: str) -> Iterator[Trusted]:
        for number in range(_MAX_FILES):
            content = self._read_file(f"{digest}.{number}")
            if content is None:
                break
            yield from _loadable(content)


class Stores:
    """Several stores, asked in order; the first that knows a name has the last word.

    So does OpenSSL: a file's certificate is not made up for by a directory's of the same name.
    """

    def __init__(self, *stores: Store) -> None:
        self._stores = stores

    def by_subject(self, name: Name) -> Sequence[Trusted]:
        """All that bear this name, in the first store that has any."""
        return next(filter(None, (store.by_subject(name) for store in self._stores)), ())


def _loadable(content: bytes) -> Iterator[Trusted]:
    """The certificates of a PEM file up to the first that cannot be read, or is encrypted."""
    from pyfinger.x509 import pem
    from pyfinger.x509.pem_header import read_encryption

    try:
        for block in pem.blocks(content):
            if block.label in CERTIFICATE_LABELS:
                if read_encryption(block.header.decode("latin-1")) is not None:
                    break
                yield read_trusted(block.data)
    except DecodeError:
        return


def certificates_in(content: bytes) -> list[bytes]:
    """The certificates of a PEM file, DER; `DecodeError` if one of its blocks is malformed."""
    from pyfinger.x509 import pem

    return [block.data for block in pem.blocks(content) if block.label in CERTIFICATE_LABELS]


def read_trusted(encoded: bytes) -> Trusted:
    """A certificate and its settings, if it has any; `DecodeError` if malformed."""
    certificate, end = read_certificate(encoded)
    if end == len(encoded):
        return Trusted(certificate)
    return Trusted(certificate, _settings(encoded, end))


def _settings(encoded: bytes, begin: int) -> Settings:
    """What stands behind a certificate; name and key identifier are of no interest."""
    found, _ = decode(X509_CERT_AUX, encoded, begin)
    trust, reject = found.get("trust"), found.get("reject")
    return Settings(None if trust is None else _purposes(trust), _purposes(reject or ()))


def _purposes(found: Iterable[Asn1Value]) -> frozenset[str]:
    return frozenset(dotted(value.content) for value in found)
