"""Alerts from the server: what they are called, and what they lead to (RFC 8446 section 6).

As in OpenSSL's ssl3_read_bytes(): an alert is one record, never less or more;
warnings are counted and otherwise ignored; before TLS 1.3 the level decides,
from then on the description.
"""

from __future__ import annotations

from pyfinger.tls.reasons import TlsFailure, failure

MAX_WARNINGS = 5  # in a row; MAX_WARN_ALERT_COUNT
_LIBRARY = 0x0A000000
_CLOSE_NOTIFY, _USER_CANCELED, _NO_RENEGOTIATION = 0, 90, 100
_WARNING, _FATAL = 1, 2

_SSL3_ALERTS = {
    10: "unexpected message",
    20: "bad record mac",
    30: "decompression failure",
    40: "handshake failure",
    41: "no certificate",
    42: "bad certificate",
    43: "unsupported certificate",
    44: "certificate revoked",
    45: "certificate expired",
    46: "certificate unknown",
    47: "illegal parameter",
}
_TLS1_ALERTS = {
    21: "decryption failed",
    22: "record overflow",
    48: "unknown ca",
    49: "access denied",
    50: "decode error",
    51: "decrypt error",
    60: "export restriction",
    70: "protocol version",
    71: "insufficient security",
    80: "internal error",
    86: "inappropriate fallback",
    90: "user cancelled",
    100: "no renegotiation",
    115: "unknown psk identity",
    120: "no application protocol",
}
_TLS1_EXTENSION_ALERTS = {
    110: "unsupported extension",
    111: "certificate unobtainable",
    112: "unrecognized name",
    113: "bad certificate status response",
    114: "bad certificate hash value",
}
_TLS13_ALERTS = {109: "missing extension", 116: "certificate required"}


class Closed(TlsFailure):
    """The peer sent close_notify."""

    def __init__(self) -> None:
        super().__init__("close notify", 0, None)


def read_alert(content: bytes) -> tuple[int, int]:
    """Level and description."""
    if len(content) != 2:
        raise failure("invalid alert")
    return content[0], content[1]


def is_warning(level: int, description: int, tls13: bool) -> bool:
    """Whether it is one of those that are counted."""
    return description == _USER_CANCELED if tls13 else level == _WARNING


def judge_alert(level: int, description: int, tls13: bool, warnings: int) -> None:
    """Raise what comes of an alert: nothing, if it may be ignored; `warnings` came in a row."""
    counted = is_warning(level, description, tls13)
    if counted and warnings == MAX_WARNINGS:
        raise failure("too many warn alerts")
    if tls13 and counted:
        return
    if description == _CLOSE_NOTIFY and (tls13 or counted):
        raise Closed
    if level == _FATAL or tls13:
        raise alert_received(description)
    if description == _NO_RENEGOTIATION:
        raise failure("no renegotiation")
    if not counted:
        raise failure("unknown alert type")


def alert_received(description: int) -> TlsFailure:
    """The error for a fatal alert from the server (openssl-names: 1000 + alert)."""
    for prefix, texts in (
        ("ssl/tls alert ", _SSL3_ALERTS),
        ("tlsv1 alert ", _TLS1_ALERTS),
        ("tlsv1 ", _TLS1_EXTENSION_ALERTS),
        ("tlsv13 alert ", _TLS13_ALERTS),
    ):
        if description in texts:
            reason = prefix + texts[description]
            break
    else:
        reason = f"reason({1000 + description})"
    return TlsFailure(reason, _LIBRARY + 1000 + description, None, f"SSL alert number {description}")
