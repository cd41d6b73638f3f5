"""Alerts from the server: what they are called, and what they lead to (RFC 8446 section 6).

As in OpenSSL's ssl3_read_bytes(): an alert is one record, never less or more;
warnings are counted and otherwise ignored; before TLS 1.3 the level decides,
from then on the description.
"""

from __future__ import annotations

from pyfinger.tls.codepoints import AlertDescription, AlertLevel
from pyfinger.tls.errors import Reason, TlsFailure, failure

MAX_WARNINGS = 5  # in a row; MAX_WARN_ALERT_COUNT
_LIBRARY = 0x0A000000
_SPELLED = {AlertDescription.USER_CANCELED: "user cancelled"}
# What OpenSSL's reasons begin with, and whose they are; other alerts have but a number.
_PREFIXES = {
    "ssl/tls alert ": (
        AlertDescription.UNEXPECTED_MESSAGE,
        AlertDescription.BAD_RECORD_MAC,
        AlertDescription.DECOMPRESSION_FAILURE,
        AlertDescription.HANDSHAKE_FAILURE,
        AlertDescription.NO_CERTIFICATE,
        AlertDescription.BAD_CERTIFICATE,
        AlertDescription.UNSUPPORTED_CERTIFICATE,
        AlertDescription.CERTIFICATE_REVOKED,
        AlertDescription.CERTIFICATE_EXPIRED,
        AlertDescription.CERTIFICATE_UNKNOWN,
        AlertDescription.ILLEGAL_PARAMETER,
    ),
    "tlsv1 alert ": (
        AlertDescription.DECRYPTION_FAILED,
        AlertDescription.RECORD_OVERFLOW,
        AlertDescription.UNKNOWN_CA,
        AlertDescription.ACCESS_DENIED,
        AlertDescription.DECODE_ERROR,
        AlertDescription.DECRYPT_ERROR,
        AlertDescription.EXPORT_RESTRICTION,
        AlertDescription.PROTOCOL_VERSION,
        AlertDescription.INSUFFICIENT_SECURITY,
        AlertDescription.INTERNAL_ERROR,
        AlertDescription.INAPPROPRIATE_FALLBACK,
        AlertDescription.USER_CANCELED,
        AlertDescription.NO_RENEGOTIATION,
        AlertDescription.UNKNOWN_PSK_IDENTITY,
        AlertDescription.NO_APPLICATION_PROTOCOL,
    ),
    "tlsv1 ": (
        AlertDescription.UNSUPPORTED_EXTENSION,
        AlertDescription.CERTIFICATE_UNOBTAINABLE,
        AlertDescription.UNRECOGNIZED_NAME,
        AlertDescription.BAD_CERTIFICATE_STATUS_RESPONSE,
        AlertDescription.BAD_CERTIFICATE_HASH_VALUE,
    ),
    "tlsv13 alert ": (
        AlertDescription.MISSING_EXTENSION,
        AlertDescription.CERTIFICATE_REQUIRED,
    ),
}


class Closed(TlsFailure):
    """The peer sent close_notify."""

    def __init__(self) -> None:
        super().__init__("close notify", 0, None)


def read_alert(content: bytes) -> tuple[int, int]:
    """Level and description."""
    if len(content) != 2:
        raise failure(Reason.INVALID_ALERT)
    return content[0], content[1]


def is_warning(level: int, description: int, *, tls13: bool) -> bool:
    """Whether it is one of those that are counted."""
    return description == AlertDescription.USER_CANCELED if tls13 else level == AlertLevel.WARNING


def judge_alert(level: int, description: int, warnings: int, *, tls13: bool) -> None:
    """Raise what comes of an alert: nothing, if it may be ignored; `warnings` came in a row."""
    counted = is_warning(level, description, tls13=tls13)
    if counted and warnings == MAX_WARNINGS:
        raise failure(Reason.TOO_MANY_WARN_ALERTS)
    if tls13 and counted:
        return
    if description == AlertDescription.CLOSE_NOTIFY and (tls13 or counted):
        raise Closed
    if level == AlertLevel.FATAL or tls13:
        raise alert_received(description)
    if description == AlertDescription.NO_RENEGOTIATION:
        raise failure(Reason.NO_RENEGOTIATION)
    if not counted:
        raise failure(Reason.UNKNOWN_ALERT_TYPE)


def alert_received(description: int) -> TlsFailure:
    """The error for a fatal alert from the server (openssl-names: 1000 + alert)."""
    for prefix, alerts in _PREFIXES.items():
        if description in alerts:
            alert = AlertDescription(description)
            reason = prefix + _SPELLED.get(alert, alert.words)
            break
    else:
        reason = f"reason({1000 + description})"
    return TlsFailure(reason, _LIBRARY + 1000 + description, None, f"SSL alert number {description}")
