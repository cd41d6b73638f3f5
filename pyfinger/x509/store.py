"""Certificates that are trusted beforehand: bundles and hash directories.

A bundle with one certificate that does not decode is none: OpenSSL loads all of
a file or nothing.  What a `TRUSTED CERTIFICATE` block says about purposes is
kept (X509_CERT_AUX).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from pyfinger.errors import DecodeError
from pyfinger.x509 import der, pem
from pyfinger.x509.certificate import Certificate, read_certificate
from pyfinger.x509.names import Name, subject_hash, subject_hash_old

CERTIFICATE_LABELS = frozenset(("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"))
ANY_USAGE = "2.5.29.37.0"
_MAX_FILES = 100  # of one hash

ReadFile = Callable[[str], "bytes | None"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a certificate is trusted for, and what it is not: object identifiers.

    `trust` is None if nothing is said, which is not the same as nothing at all.
    """

    trust: frozenset[str] | None = None
    reject: frozenset[str] = frozenset()


UNSAID = Settings()


class Trust(Enum):
    """What settings say of a certificate."""

    TRUSTED = "trusted"
    REJECTED = "rejected"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Trusted:
    """A certificate of a store."""

    certificate: Certificate
    settings: Settings = UNSAID

    def trust(self, usage: str) -> Trust:
        """What the settings say about a purpose, given by its key purpose identifier.

        To be trusted for something else only is to be rejected.
        """
        wanted = {usage, ANY_USAGE}
        if wanted & self.settings.reject:
            return Trust.REJECTED
        if self.settings.trust is None:
            return Trust.UNSAID
        return Trust.TRUSTED if wanted & self.settings.trust else Trust.REJECTED


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
        for encoded in dict.fromkeys(certificates):
            trusted = read_trusted(encoded)
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
    Names are hashed as OpenSSL does it now, and as it did before version 1.0.
    """

    def __init__(self, read: ReadFile) -> None:
        self._read_file = read
        self._known: dict[Name, tuple[Trusted, ...]] = {}

    def by_subject(self, name: Name) -> Sequence[Trusted]:
        """All that bear this name, read when first asked for."""
        if name not in self._known:
            blocks = dict.fromkeys(self._blocks(name))
            self._known[name] = tuple(
                trusted for trusted in _readable(blocks) if trusted.certificate.subject == name
            )
        return self._known[name]

    def _blocks(self, name: Name) -> Iterator[bytes]:
        for digest in (subject_hash(name), subject_hash_old(name)):
            for number in range(_MAX_FILES):
                content = self._read_file(f"{digest}.{number}")
                if content is None:
                    break
                try:
                    yield from certificates_in(content)
                except DecodeError:
                    break


class Stores:
    """Several stores, asked in order; the first that knows a name has the last word.

    So does OpenSSL: a file's certificate is not made up for by a directory's of the same name.
    """

    def __init__(self, *stores: Store) -> None:
        self._stores = stores

    def by_subject(self, name: Name) -> Sequence[Trusted]:
        """All that bear this name, in the first store that has any."""
        return next(filter(None, (store.by_subject(name) for store in self._stores)), ())


def certificates_in(content: bytes) -> list[bytes]:
    """The certificates of a PEM file, DER; `DecodeError` if one of its blocks is malformed."""
    return [block.data for block in pem.blocks(content) if block.label in CERTIFICATE_LABELS]


def read_trusted(encoded: bytes) -> Trusted:
    """A certificate and its settings, if it has any; `DecodeError` if malformed."""
    certificate, end = read_certificate(encoded)
    if end == len(encoded):
        return Trusted(certificate)
    return Trusted(certificate, _settings(der.Cursor(encoded, end)))


def _readable(encoded: Iterable[bytes]) -> Iterator[Trusted]:
    for each in encoded:
        try:
            yield read_trusted(each)
        except DecodeError:
            continue


def _settings(cursor: der.Cursor) -> Settings:
    """X509_CERT_AUX: trusted purposes, rejected ones, and what is of no interest."""
    inside = cursor.sequence("trust settings")
    trust = inside.optional(der.SEQUENCE, "trusted purposes")
    reject = inside.optional(der.CONTEXT | 0, "rejected purposes")
    return Settings(_purposes(trust) if trust else None, _purposes(reject) if reject else frozenset())


def _purposes(found: der.Element) -> frozenset[str]:
    each = found.members()
    purposes = set()
    while each:
        purposes.add(each.oid("purpose"))
    return frozenset(purposes)
