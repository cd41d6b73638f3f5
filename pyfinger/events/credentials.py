"""Facts about the files our own keys and certificates come from (`-k`, `-K`, `-H`)."""

from __future__ import annotations

from enum import Enum

from pyfinger.events.base import Event


class ChainFault(Enum):
    """What can be wrong with keys followed by their certificates."""

    NO_PEM = "nothing in PEM"
    NO_KEY = "certificates only"
    NO_CERTIFICATE = "the last key has no certificate"
    CERTIFICATE_FIRST = "a certificate before any key"
    KEY_AFTER_KEY = "a key follows at once"
    KEY_MALFORMED = "not a private key"
    KEY_TOO_LONG = "bytes behind the key"
    CERTIFICATE_MALFORMED = "not a certificate"
    CERTIFICATE_TOO_LONG = "bytes behind the certificate"
    MISMATCH = "a key of another certificate"
    LAST_MISMATCH = "the same, and nothing follows"


class ChainFileUnreadable(Event):
    """A file of keys and certificates cannot be opened; `code` is errno."""

    file: str
    code: int


class ChainFileFaulty(Event):
    """A file of keys and certificates is no good; `index` counts its PEM blocks from 1."""

    fault: ChainFault
    file: str
    index: int = 0


class PemTypeIgnored(Event):
    """A PEM block in a chain file that is neither a key nor a certificate."""

    file: str
    label: str


class SecondKeyIgnored(Event):
    """Another key in a file that is to have one; the PEM blocks' indices count from 1."""

    file: str
    index: int
    first: int


class ChainFilesRefused(Event):
    """Chain files are of no use, for reasons told before; TLS is off."""

    files: str  # as given


class CertificateFileRefused(Event):
    """The file of `-k` has no usable certificate, `TlsProblem` tells why; TLS is off."""

    file: str


class KeyFileRefused(Event):
    """The file of `-K` has no usable key, `TlsProblem` tells why; TLS is off."""

    file: str


class KeyFileMismatched(Event):
    """The key of `-K` is of another kind than the certificate of `-k`; TLS is off."""

    key_file: str
    certificate_file: str
