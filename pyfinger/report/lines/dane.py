"""Lines about TLSA records and what they demand."""

from __future__ import annotations

from pyfinger.events import (
    AliasStatusProblem,
    DaneDigestRemark,
    LevelDecided,
    TlsaImported,
    TlsaProblem,
    TlsaTruncated,
    TlsaUnsupported,
)
from pyfinger.model import Level, TlsaStatus
from pyfinger.report.lines.table import LineTable, Severity
from pyfinger.report.visibility import View, importing, verbose
from pyfinger.report.words import lookup_failure

TABLE = LineTable()

PRIVATE_USE = 255  # matching type (RFC 7218 section 2.3)

NO_TLSA = 'no TLSA records found, resorting to "secure"'
NO_USABLE_TLSA = 'no usable TLSA records found, resorting to "secure"'

# What came of the TLSA lookup (None: there was none), and the level that results.
DECISIONS: dict[tuple[TlsaStatus | None, Level], str] = {
    (None, Level.MAY): "MX RRset is insecure: try to encrypt",
    (TlsaStatus.NONE, Level.SECURE): NO_TLSA,
    (TlsaStatus.UNUSABLE, Level.SECURE): NO_USABLE_TLSA,
    (TlsaStatus.USABLE, Level.HALF_DANE): "MX RRset insecure: log verified as trusted",
    (TlsaStatus.USABLE, Level.ENCRYPT): "TLSA RRs found, MX RRset insecure: just encrypt",
}


@TABLE.line(TlsaTruncated, Severity.WARNING)
def _(event: TlsaTruncated) -> str:
    return f"{event.name}: truncated TLSA RR length == {event.length}"


@TABLE.line(TlsaUnsupported, Severity.WARNING)
def _(event: TlsaUnsupported) -> str:
    problem = (
        "reserved private-use matching type"
        if event.record.usage in (2, 3) and event.record.matching == PRIVATE_USE
        else "unsupported TLSA certificate usage"
    )
    return f"{event.name} {problem}: {event.record}"


@TABLE.line(TlsaImported, when=importing)
def _(event: TlsaImported) -> str:
    return f"DNSSEC-signed TLSA record: {event.owner}: {event.record}"


@TABLE.line(TlsaProblem, Severity.WARNING)
def _(event: TlsaProblem) -> str:
    return f"DANE TLSA lookup problem: {lookup_failure(event.failure)}"


@TABLE.line(AliasStatusProblem, Severity.WARNING)
def _(event: AliasStatusProblem) -> str:
    reason = lookup_failure(event.failure) if event.failure else "no longer a CNAME"
    return f"DNSSEC status lookup error for {event.name}: {reason}"


def _decision_matters(view: View, event: LevelDecided) -> bool:
    """Falling back to `secure` is worth a line only at `dane-only`, or with `-v`."""
    if not event.requested.uses_dane:
        return False
    if event.level is Level.SECURE:
        return event.requested is Level.DANE_ONLY or verbose(view, event)
    return True


@TABLE.line(LevelDecided, when=_decision_matters)
def _(event: LevelDecided) -> str | None:
    return DECISIONS.get((event.tlsa, event.level))


@TABLE.line(DaneDigestRemark, Severity.WARNING)
def _(event: DaneDigestRemark) -> str:
    return event.text
