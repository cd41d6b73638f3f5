"""Facts known before the first packet."""

from __future__ import annotations

from dataclasses import dataclass

from pyfinger.events.base import Event
from pyfinger.model import Family, Level, TlsaRecord
from pyfinger.options import Show


@dataclass(frozen=True, slots=True)
class DisplayChosen(Event):
    """What the log is to show; `utf8` lets its lines keep well-formed UTF-8."""

    show: Show
    utf8: bool


@dataclass(frozen=True, slots=True)
class LogWordUnknown(Event):
    """A `-L` word nobody knows; the whole mask is empty then."""

    word: str
    value: str


@dataclass(frozen=True, slots=True)
class ConfigRemark(Event):
    """Something odd in main.cf or in a parameter, already worded as Postfix words it."""

    text: str


@dataclass(frozen=True, slots=True)
class DigestUnknown(Event):
    """The `-d` digest cannot be computed; TLS is off."""

    name: str


@dataclass(frozen=True, slots=True)
class MatchIgnored(Event):
    """Match arguments at a level that matches nothing."""

    level: Level


@dataclass(frozen=True, slots=True)
class AnchorFileUnreadable(Event):
    """A trust anchor file (`-A`) cannot be opened; `code` is errno."""

    file: str
    code: int


@dataclass(frozen=True, slots=True)
class AnchorAccepted(Event):
    """A certificate or public key of a trust anchor file, as the TLSA record it is compared as."""

    file: str
    record: TlsaRecord


@dataclass(frozen=True, slots=True)
class TlsInitialized(Event):
    """The TLS engine is being made ready."""


@dataclass(frozen=True, slots=True)
class AuthoritiesRefused(Event):
    """The certificates of `-F` cannot be used, `TlsProblem` tells why; TLS is off."""

    ca_file: str
    ca_path: str


@dataclass(frozen=True, slots=True)
class FingerprintMalformed(Event):
    """A `fingerprint` argument that is not hexadecimal pairs; ignored."""

    value: str


@dataclass(frozen=True, slots=True)
class FingerprintAccepted(Event):
    """A fingerprint argument, as the private-use record it is compared as."""

    record: TlsaRecord


@dataclass(frozen=True, slots=True)
class DigestDefaulted(Event):
    """A fingerprint argument is taken for an MD5 one only by an old compatibility level."""


@dataclass(frozen=True, slots=True)
class WordsRead(Event):
    """The words of one option or parameter, as far as they are known."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddressesFound(Event):
    """This machine's own addresses of the enabled families."""

    families: tuple[tuple[Family, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class GroupsConfigured(Event):
    """The key exchange groups as main.cf names them."""

    names: tuple[str, ...]
