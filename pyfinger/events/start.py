"""Facts known before the first packet: options, configuration, and the files our own keys
and certificates come from (`-k`, `-K`, `-H`).
"""

from __future__ import annotations

from enum import Enum
from typing import Literal

from pyfinger.events.base import Event
from pyfinger.model import Family, Level, TlsaRecord
from pyfinger.options import Show


class ProbeBegan(Event):
    """The probe itself begins: what it was asked to do (posttls-finger(1))."""

    destination: str
    level: Level
    insecure_mx_level: Level
    match: tuple[str, ...] = ()
    lmtp: bool = False
    srv: bool = False
    wrapper: bool = False


class ProbeEnded(Event):
    """The probe is over; `status` is what posttls-finger would exit with."""

    status: int


class ProbeRefused(Event):
    """What was asked for cannot be done; nothing more will happen."""

    reason: str


class ProbeInterrupted(Event):
    """The probe was ended from outside: by a signal, or by `--timeout`; `reason` says which."""

    reason: str


class DisplayChosen(Event):
    """What the log is to show; `utf8` lets its lines keep well-formed UTF-8."""

    show: Show
    utf8: bool


class LogWordUnknown(Event):
    """A `-L` word nobody knows; the whole mask is empty then."""

    word: str
    value: str


class ConfigRemark(Event):
    """Something odd in main.cf or in a parameter, already worded as Postfix words it."""

    text: str


class DigestUnknown(Event):
    """The `-d` digest cannot be computed; TLS is off."""

    name: str


class MatchIgnored(Event):
    """Match arguments at a level that matches nothing."""

    level: Level


class OptionMatched(Event):
    """A match argument is spelled as one of our long options, which end at the destination."""

    word: str


class AnchorFileUnreadable(Event):
    """A trust anchor file (`-A`) cannot be opened; `code` is errno."""

    file: str
    code: int


class AnchorAccepted(Event):
    """A certificate or public key of a trust anchor file, as the TLSA record it is compared as."""

    file: str
    record: TlsaRecord


class TlsInitialized(Event):
    """The TLS engine is being made ready."""


class AuthoritiesRefused(Event):
    """The certificates of `-F` cannot be used, `TlsProblem` tells why; TLS is off."""

    ca_file: str
    ca_path: str


class FingerprintMalformed(Event):
    """A `fingerprint` argument that is not hexadecimal pairs; ignored."""

    value: str


class FingerprintAccepted(Event):
    """A fingerprint argument, as the private-use record it is compared as."""

    record: TlsaRecord


class DigestDefaulted(Event):
    """A fingerprint argument is taken for an MD5 one only by an old compatibility level."""


class WordsRead(Event):
    """The words of one option or parameter, as far as they are known."""

    words: tuple[str, ...]


class AddressesFound(Event):
    """This machine's own addresses of the enabled families."""

    families: tuple[tuple[Family, tuple[str, ...]], ...]


class GroupsConfigured(Event):
    """The key exchange groups as main.cf names them."""

    names: tuple[str, ...]


class PrivilegesDropped(Event):
    """Started by root, the probe goes on as somebody else; `gid` is the user's own group."""

    user: str
    uid: int
    gid: int


class AccountRefused(Event):
    """That somebody else lacks a permission which root would have had, just told in the system's words.

    `doing`: `create` a file in the working directory, or `connect` to a unix-domain socket.
    """

    user: str
    doing: Literal["create", "connect"]
    path: str  # the file or socket


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
