"""Facts about TLSA records and what they demand."""

from __future__ import annotations

from dataclasses import dataclass

from pyfinger.events.base import Event
from pyfinger.model import Level, LookupFailure, TlsaRecord, TlsaStatus


@dataclass(frozen=True, slots=True)
class TlsaTruncated(Event):
    """TLSA RDATA of three bytes or less."""

    name: str
    length: int


@dataclass(frozen=True, slots=True)
class TlsaUnsupported(Event):
    """A TLSA record that is never used: its usage, or matching type 255."""

    name: str
    record: TlsaRecord


@dataclass(frozen=True, slots=True)
class TlsaImported(Event):
    """A DNSSEC-signed TLSA record of a supported kind."""

    owner: str
    record: TlsaRecord


@dataclass(frozen=True, slots=True)
class TlsaProblem(Event):
    """A TLSA lookup failed."""

    failure: LookupFailure


@dataclass(frozen=True, slots=True)
class AliasStatusProblem(Event):
    """Whether an alias is signed could not be found out."""

    name: str
    failure: LookupFailure | None  # None: no longer a CNAME


@dataclass(frozen=True, slots=True)
class LevelDecided(Event):
    """What one address has to prove, and why (`dane.policy`)."""

    requested: Level
    level: Level
    tlsa: TlsaStatus | None  # None: no TLSA lookup
    exchange_secure: bool
    records: tuple[TlsaRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class DaneDigestRemark(Event):
    """An entry of tls_dane_digests that is ignored, worded as Postfix words it."""

    text: str
