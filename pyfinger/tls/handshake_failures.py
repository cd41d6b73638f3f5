"""Handshake failures in OpenSSL's words and numbers.

One error ends a TLS session: `TlsFailure`.  It comes of a `Reason`
or, for an alert from the server, of `alert_received`.  The numbers are those of
OpenSSL 3 (library 0x0A), so log scrapers find what they look for.

Alerts from the server (RFC 8446 section 6) lead to what they do in OpenSSL's
ssl3_read_bytes(): an alert is one record, never less or more; warnings are counted and
otherwise ignored; before TLS 1.3 the level decides, from then on the description.
"""

from __future__ import annotations

from enum import Enum, unique

from pyfinger.errors import LibraryError, PeerError
from pyfinger.tls.codepoints import AlertDescription, AlertLevel

_LIBRARY = 0x0A000000


RECORD_LAYER_FAILURE = LibraryError(_LIBRARY + 0x139, "record layer failure")
CIPHER_OPERATION_FAILED = LibraryError(0x1C800066, "cipher operation failed")
MAX_WARNINGS = 5  # in a row; MAX_WARN_ALERT_COUNT
_ALERT_WORDS = {AlertDescription.USER_CANCELED: "user cancelled"}
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


@unique
class Reason(Enum):
    """Why a session ended: OpenSSL's number, and the alert that is sent, None for none."""

    ASN1_LIB = (0x8000D, AlertDescription.BAD_CERTIFICATE)
    BAD_CERTIFICATE = (0x15C, AlertDescription.BAD_CERTIFICATE)
    BAD_CHANGE_CIPHER_SPEC = (0x67, AlertDescription.UNEXPECTED_MESSAGE)
    BAD_COMPRESSION_ALGORITHM = (0x146, AlertDescription.BAD_CERTIFICATE)
    BAD_DECOMPRESSION = (0x6B, AlertDescription.BAD_CERTIFICATE)
    BAD_DH_VALUE = (0x66, AlertDescription.ILLEGAL_PARAMETER)
    BAD_DIGEST_LENGTH = (0x6F, AlertDescription.DECODE_ERROR)
    BAD_ECC_CERT = (0x130, AlertDescription.HANDSHAKE_FAILURE)
    BAD_ECPOINT = (0x132, AlertDescription.ILLEGAL_PARAMETER)
    BAD_EXTENSION = (0x6E, AlertDescription.DECODE_ERROR)
    BAD_KEY_SHARE = (0x6C, AlertDescription.ILLEGAL_PARAMETER)
    BAD_KEY_UPDATE = (0x7A, AlertDescription.DECODE_ERROR)
    BAD_LENGTH = (0x10F, AlertDescription.DECODE_ERROR)
    BAD_PACKET = (0xF0, AlertDescription.DECODE_ERROR)
    BAD_PROTOCOL_VERSION_NUMBER = (0x74, AlertDescription.ILLEGAL_PARAMETER)
    BAD_PSK_IDENTITY = (0x72, AlertDescription.ILLEGAL_PARAMETER)
    BAD_RECORD_TYPE = (0x1BB, AlertDescription.UNEXPECTED_MESSAGE)
    BAD_RSA_ENCRYPT = (0x77, AlertDescription.INTERNAL_ERROR)
    BAD_SIGNATURE = (0x7B, AlertDescription.DECRYPT_ERROR)
    BAD_VALUE = (0x180, AlertDescription.DECODE_ERROR)
    CA_DN_LENGTH_MISMATCH = (0x83, AlertDescription.DECODE_ERROR)
    CA_KEY_TOO_SMALL = (0x18D, AlertDescription.INTERNAL_ERROR)
    CCS_RECEIVED_EARLY = (0x85, AlertDescription.UNEXPECTED_MESSAGE)
    CERT_LENGTH_MISMATCH = (0x87, AlertDescription.DECODE_ERROR)
    CIPHERSUITE_DIGEST_HAS_CHANGED = (0xDA, AlertDescription.ILLEGAL_PARAMETER)
    COMPRESSION_DISABLED = (0x157, AlertDescription.ILLEGAL_PARAMETER)
    DATA_BETWEEN_CCS_AND_FINISHED = (0x91, AlertDescription.UNEXPECTED_MESSAGE)
    DATA_LENGTH_TOO_LONG = (0x92, AlertDescription.RECORD_OVERFLOW)
    DECRYPTION_FAILED_OR_BAD_RECORD_MAC = (0x119, AlertDescription.BAD_RECORD_MAC)
    DH_KEY_TOO_SMALL = (0x18A, AlertDescription.HANDSHAKE_FAILURE)
    DIGEST_CHECK_FAILED = (0x95, AlertDescription.DECRYPT_ERROR)
    ECC_CERT_NOT_FOR_SIGNING = (0x13E, None)  # `bad ecc cert` follows
    EE_KEY_TOO_SMALL = (0x18F, AlertDescription.INTERNAL_ERROR)
    EMPTY_RAW_PUBLIC_KEY = (0x15D, AlertDescription.DECODE_ERROR)
    ENCRYPTED_LENGTH_TOO_LONG = (0x96, AlertDescription.RECORD_OVERFLOW)
    EXCESSIVE_MESSAGE_SIZE = (0x98, AlertDescription.ILLEGAL_PARAMETER)
    EXTRA_DATA_IN_MESSAGE = (0x99, AlertDescription.DECODE_ERROR)
    HTTP_REQUEST = (0x9C, None)
    HTTPS_PROXY_REQUEST = (0x9B, None)
    INAPPROPRIATE_FALLBACK = (0x175, AlertDescription.ILLEGAL_PARAMETER)
    INCONSISTENT_EXTMS = (0x68, AlertDescription.ILLEGAL_PARAMETER)
    INTERNAL_ERROR = (0xC0103, AlertDescription.INTERNAL_ERROR)
    INVALID_ALERT = (0xCD, AlertDescription.UNEXPECTED_MESSAGE)
    INVALID_CCS_MESSAGE = (0x104, AlertDescription.UNEXPECTED_MESSAGE)
    INVALID_COMMAND = (0x118, None)
    INVALID_COMPRESSION_ALGORITHM = (0x155, AlertDescription.ILLEGAL_PARAMETER)
    INVALID_CONTEXT = (0x11A, AlertDescription.DECODE_ERROR)
    INVALID_MAX_EARLY_DATA = (0xAE, AlertDescription.DECODE_ERROR)
    INVALID_SESSION_ID = (0x3E7, AlertDescription.ILLEGAL_PARAMETER)
    LENGTH_MISMATCH = (0x9F, AlertDescription.DECODE_ERROR)
    LENGTH_TOO_SHORT = (0xA0, AlertDescription.DECODE_ERROR)
    MISSING_RSA_ENCRYPTING_CERT = (0xA9, AlertDescription.HANDSHAKE_FAILURE)
    MISSING_SIGALGS_EXTENSION = (0x70, AlertDescription.MISSING_EXTENSION)
    MISSING_SUPPORTED_VERSIONS_EXTENSION = (0x1A4, AlertDescription.MISSING_EXTENSION)
    MIXED_HANDSHAKE_AND_NON_HANDSHAKE_DATA = (0x125, AlertDescription.UNEXPECTED_MESSAGE)
    MODULUS_TOO_LARGE = (0x77, AlertDescription.ILLEGAL_PARAMETER)
    NO_CHANGE_FOLLOWING_HRR = (0xD6, AlertDescription.ILLEGAL_PARAMETER)
    NO_CIPHER_MATCH = (0xB9, None)
    NO_CIPHERS_AVAILABLE = (0xB5, AlertDescription.INTERNAL_ERROR)
    NO_PROTOCOLS_AVAILABLE = (0xBF, AlertDescription.PROTOCOL_VERSION)
    NO_RENEGOTIATION = (0x153, AlertDescription.HANDSHAKE_FAILURE)
    NO_SUITABLE_GROUPS = (0x127, AlertDescription.INTERNAL_ERROR)
    NO_SUITABLE_KEY_SHARE = (0x65, AlertDescription.HANDSHAKE_FAILURE)
    NOT_ON_RECORD_BOUNDARY = (0xB6, AlertDescription.UNEXPECTED_MESSAGE)
    OLD_SESSION_CIPHER_NOT_RETURNED = (0xC5, AlertDescription.ILLEGAL_PARAMETER)
    OLD_SESSION_COMPRESSION_ALGORITHM_NOT_RETURNED = (0x158, AlertDescription.ILLEGAL_PARAMETER)
    RECORD_TOO_SMALL = (0x12A, AlertDescription.DECODE_ERROR)
    RENEGOTIATION_ENCODING_ERR = (0x150, AlertDescription.DECODE_ERROR)
    RENEGOTIATION_MISMATCH = (0x151, AlertDescription.ILLEGAL_PARAMETER)
    SIGNATURE_ALGORITHMS_ERROR = (0x168, AlertDescription.INTERNAL_ERROR)
    SSL_SESSION_VERSION_MISMATCH = (0xD2, AlertDescription.PROTOCOL_VERSION)
    SSL3_SESSION_ID_TOO_LONG = (0x12C, AlertDescription.ILLEGAL_PARAMETER)
    TOO_MANY_KEY_UPDATES = (0x84, AlertDescription.UNEXPECTED_MESSAGE)
    TOO_MANY_WARN_ALERTS = (0x199, AlertDescription.UNEXPECTED_MESSAGE)
    UNABLE_TO_FIND_PUBLIC_KEY_PARAMETERS = (0xEF, AlertDescription.INTERNAL_ERROR)
    UNEXPECTED_CCS_MESSAGE = (0x106, AlertDescription.UNEXPECTED_MESSAGE)
    UNEXPECTED_MESSAGE = (0xF4, AlertDescription.UNEXPECTED_MESSAGE)
    UNEXPECTED_RECORD = (0xF5, AlertDescription.UNEXPECTED_MESSAGE)
    UNKNOWN_ALERT_TYPE = (0xF6, AlertDescription.ILLEGAL_PARAMETER)
    UNKNOWN_CERTIFICATE_TYPE = (0xF7, AlertDescription.DECODE_ERROR)
    UNKNOWN_CIPHER_RETURNED = (0xF8, AlertDescription.ILLEGAL_PARAMETER)
    UNSAFE_LEGACY_RENEGOTIATION_DISABLED = (0x152, AlertDescription.HANDSHAKE_FAILURE)
    UNSOLICITED_EXTENSION = (0xD9, AlertDescription.UNSUPPORTED_EXTENSION)
    UNSUPPORTED_PROTOCOL = (0x102, AlertDescription.PROTOCOL_VERSION)
    WRONG_CERTIFICATE_TYPE = (0x17F, AlertDescription.ILLEGAL_PARAMETER)
    WRONG_CIPHER_RETURNED = (0x105, AlertDescription.ILLEGAL_PARAMETER)
    WRONG_CURVE = (0x17A, AlertDescription.ILLEGAL_PARAMETER)
    WRONG_SIGNATURE_TYPE = (0x172, AlertDescription.ILLEGAL_PARAMETER)
    WRONG_SSL_VERSION = (0x10A, AlertDescription.PROTOCOL_VERSION)
    WRONG_VERSION_NUMBER = (0x10B, None)

    @property
    def words(self) -> str:
        """As OpenSSL's error strings have it."""
        return _SPELLED.get(self) or self.name.lower().replace("_", " ")

    @property
    def code(self) -> int:
        """The packed error code (ERR_PACK())."""
        return _LIBRARY + int(self.value[0])

    @property
    def alert(self) -> AlertDescription | None:
        """What is sent, usually."""
        alert: AlertDescription | None = self.value[1]
        return alert


_SPELLED = {Reason.ASN1_LIB: "ASN1 lib"}

# What OpenSSL adds to some of them.
_DATA = {
    Reason.NO_CIPHERS_AVAILABLE: "No ciphers enabled for max supported SSL/TLS version",
    Reason.NO_SUITABLE_GROUPS: "No groups enabled for max supported SSL/TLS version",
}


class TlsFailure(PeerError):
    """TLS came to an end; `alert` is to be sent first, None for none.

    `code` is OpenSSL's error number, `reason` its text, `data` what follows
    them in its error line.  `queue` is all of OpenSSL's error queue, oldest
    first: what led to this one, this one, what came of it.
    """

    def __init__(self, reason: str, code: int, alert: int | None, data: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.alert = alert
        self.data = data
        self.queue: tuple[LibraryError, ...] = (LibraryError(code, reason, data),)

    def after(self, *causes: LibraryError) -> TlsFailure:
        """This failure with what was in the queue before it."""
        self.queue = (*causes, *self.queue)
        return self

    def followed_by(self, *consequences: LibraryError) -> TlsFailure:
        """This failure with what its callers put into the queue."""
        self.queue = (*self.queue, *consequences)
        return self


def failure(reason: Reason, alert: int | None = -1) -> TlsFailure:
    """The error; `alert` overrides the usual one."""
    return TlsFailure(
        reason.words, reason.code, reason.alert if alert == -1 else alert, _DATA.get(reason, "")
    )


class ConfigFailure(TlsFailure):
    """Nothing can be offered: the fault of whoever configured it, not of the server."""


def config_failure(reason: Reason, alert: int | None = -1) -> ConfigFailure:
    """The same as `failure`, for what is missing in our own offer."""
    found = failure(reason, alert)
    return ConfigFailure(found.reason, found.code, found.alert, found.data)


def record_failure(reason: Reason, alert: int | None = -1) -> TlsFailure:
    """A fault of a record, as it is told by OpenSSL's record layer and again above it."""
    found = failure(reason, alert)
    return found if found.alert is None else found.followed_by(RECORD_LAYER_FAILURE)


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


def check_alert(level: int, description: int, warnings: int, *, tls13: bool) -> None:
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
            reason = prefix + _ALERT_WORDS.get(alert, alert.words)
            break
    else:
        reason = f"reason({1000 + description})"
    return TlsFailure(reason, _LIBRARY + 1000 + description, None, f"SSL alert number {description}")
