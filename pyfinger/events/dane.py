"""Facts about TLSA records and what they demand."""

from __future__ import annotations

from pyfinger.events.base import Event
from pyfinger.model import Level, LookupFailure, TlsaRecord, TlsaStatus


class TlsaTruncated(Event):
    """TLSA RDATA of three bytes or less."""

    name: str
    length: int


class TlsaUnsupported(Event):
    """A TLSA record that is never used: its usage, or matching type 255."""

    name: str
    record: TlsaRecord


class TlsaImported(Event):
    """A DNSSEC-signed TLSA record of a supported kind."""

    owner: str
    record: TlsaRecord


class TlsaProblem(Event):
    """A TLSA lookup failed."""

    failure: LookupFailure


class AliasStatusProblem(Event):
    """Whether an alias is signed could not be found out."""

    name: str
    failure: LookupFailure | None  # None: no longer a CNAME


class LevelDecided(Event):
    """What one address has to prove, and why (`dane.policy`)."""

    requested: Level
    level: Level
    tlsa: TlsaStatus | None  # None: no TLSA lookup
    exchange_secure: bool
    records: tuple[TlsaRecord, ...] = ()


class DaneDigestRemark(Event):
    """An entry of tls_dane_digests that is ignored, worded as Postfix words it."""

    text: str
