"""Lines about options and configuration."""

from __future__ import annotations

from pyfinger.events import (
    ConfigRemark,
    DigestDefaulted,
    DigestUnknown,
    FingerprintAccepted,
    FingerprintMalformed,
    LogWordUnknown,
    MatchIgnored,
    TlsInitialized,
)
from pyfinger.report.lines.table import LineTable, Severity
from pyfinger.report.sanitise import cut, octets
from pyfinger.report.visibility import VERBOSE, importing

TABLE = LineTable()

FINGERPRINT_LIMIT = 192  # characters of a SHA-512 digest with colons, and then some


@TABLE.line(LogWordUnknown, Severity.WARNING)
def _(event: LogWordUnknown) -> str:
    return f'unknown -L option value "{event.word}" in "{event.value}"'


@TABLE.line(ConfigRemark, Severity.WARNING)
def _(event: ConfigRemark) -> str:
    return event.text


@TABLE.line(DigestUnknown, Severity.WARNING)
def _(event: DigestUnknown) -> tuple[str, str]:
    return f'Digest algorithm "{event.name}" not found', "disabling TLS support"


@TABLE.line(DigestDefaulted)
def _(_event: DigestDefaulted) -> str:
    return (
        "using backwards-compatible default setting smtp_tls_fingerprint_digest=md5"
        " to compute certificate fingerprints"
    )


@TABLE.line(MatchIgnored, Severity.WARNING)
def _(event: MatchIgnored) -> str:
    return f"TLS level '{event.level.word}' does not implement certificate matching"


@TABLE.line(TlsInitialized, when=VERBOSE)
def _(_event: TlsInitialized) -> str:
    return "initializing the client-side TLS engine"


@TABLE.line(FingerprintMalformed, Severity.WARNING)
def _(event: FingerprintMalformed) -> str:
    if len(octets(event.value)) > FINGERPRINT_LIMIT:
        return f"malformed fingerprint value: {cut(event.value, 100)}..."
    return f"malformed fingerprint value: {event.value}"


@TABLE.line(FingerprintAccepted, when=importing)
def _(event: FingerprintAccepted) -> str:
    return f"fingerprint: digest as private-use TLSA record: {event.record}"
