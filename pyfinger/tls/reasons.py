"""Handshake failures in OpenSSL's words and numbers.

One error ends a TLS session: `TlsFailure`.  Its `reason` is a row of `REASONS`
or, for an alert from the server, of `alert_received`.  The numbers are those of
OpenSSL 3 (library 0x0A), so log scrapers find what they look for.
"""

from __future__ import annotations

from pyfinger.errors import LibraryError, PeerError
from pyfinger.tls.codepoints import AlertDescription

_LIBRARY = 0x0A000000

# reason: (code, alert to send or None)
REASONS: dict[str, tuple[int, int | None]] = {
    "ASN1 lib": (0x8000D, AlertDescription.BAD_CERTIFICATE),
    "bad certificate": (0x15C, AlertDescription.BAD_CERTIFICATE),
    "bad change cipher spec": (0x67, AlertDescription.UNEXPECTED_MESSAGE),
    "bad compression algorithm": (0x146, AlertDescription.BAD_CERTIFICATE),
    "bad decompression": (0x6B, AlertDescription.BAD_CERTIFICATE),
    "bad dh value": (0x66, AlertDescription.ILLEGAL_PARAMETER),
    "bad digest length": (0x6F, AlertDescription.DECODE_ERROR),
    "bad ecc cert": (0x130, AlertDescription.HANDSHAKE_FAILURE),
    "bad ecpoint": (0x132, AlertDescription.ILLEGAL_PARAMETER),
    "bad extension": (0x6E, AlertDescription.DECODE_ERROR),
    "bad hrr version": (0x107, AlertDescription.ILLEGAL_PARAMETER),
    "bad key share": (0x6C, AlertDescription.ILLEGAL_PARAMETER),
    "bad key update": (0x7A, AlertDescription.DECODE_ERROR),
    "bad length": (0x10F, AlertDescription.DECODE_ERROR),
    "bad packet": (0xF0, AlertDescription.DECODE_ERROR),
    "bad protocol version number": (0x74, AlertDescription.ILLEGAL_PARAMETER),
    "bad psk": (0xDB, AlertDescription.ILLEGAL_PARAMETER),
    "bad psk identity": (0x72, AlertDescription.ILLEGAL_PARAMETER),
    "bad record type": (0x1BB, AlertDescription.UNEXPECTED_MESSAGE),
    "bad rsa encrypt": (0x77, AlertDescription.INTERNAL_ERROR),
    "bad signature": (0x7B, AlertDescription.DECRYPT_ERROR),
    "bad value": (0x180, AlertDescription.DECODE_ERROR),
    "ca dn length mismatch": (0x83, AlertDescription.DECODE_ERROR),
    "ca key too small": (0x18D, AlertDescription.INTERNAL_ERROR),
    "ccs received early": (0x85, AlertDescription.UNEXPECTED_MESSAGE),
    "cert length mismatch": (0x87, AlertDescription.DECODE_ERROR),
    "ciphersuite digest has changed": (0xDA, AlertDescription.ILLEGAL_PARAMETER),
    "compression disabled": (0x157, AlertDescription.ILLEGAL_PARAMETER),
    "data between ccs and finished": (0x91, AlertDescription.UNEXPECTED_MESSAGE),
    "data length too long": (0x92, AlertDescription.RECORD_OVERFLOW),
    "decryption failed or bad record mac": (0x119, AlertDescription.BAD_RECORD_MAC),
    "dh key too small": (0x18A, AlertDescription.HANDSHAKE_FAILURE),
    "digest check failed": (0x95, AlertDescription.DECRYPT_ERROR),
    "ecc cert not for signing": (0x13E, None),  # `bad ecc cert` follows
    "ee key too small": (0x18F, AlertDescription.INTERNAL_ERROR),
    "empty raw public key": (0x15D, AlertDescription.DECODE_ERROR),
    "encrypted length too long": (0x96, AlertDescription.RECORD_OVERFLOW),
    "error in received cipher list": (0x97, AlertDescription.DECODE_ERROR),
    "excessive message size": (0x98, AlertDescription.ILLEGAL_PARAMETER),
    "extension not received": (0x117, AlertDescription.MISSING_EXTENSION),
    "extra data in message": (0x99, AlertDescription.DECODE_ERROR),
    "http request": (0x9C, None),
    "https proxy request": (0x9B, None),
    "inappropriate fallback": (0x175, AlertDescription.ILLEGAL_PARAMETER),
    "inconsistent extms": (0x68, AlertDescription.ILLEGAL_PARAMETER),
    "internal error": (0xC0103, AlertDescription.INTERNAL_ERROR),
    "invalid alert": (0xCD, AlertDescription.UNEXPECTED_MESSAGE),
    "invalid ccs message": (0x104, AlertDescription.UNEXPECTED_MESSAGE),
    "invalid command": (0x118, None),
    "invalid compression algorithm": (0x155, AlertDescription.ILLEGAL_PARAMETER),
    "invalid context": (0x11A, AlertDescription.DECODE_ERROR),
    "invalid max early data": (0xAE, AlertDescription.DECODE_ERROR),
    "invalid session id": (0x3E7, AlertDescription.ILLEGAL_PARAMETER),
    "length mismatch": (0x9F, AlertDescription.DECODE_ERROR),
    "length too long": (0x194, AlertDescription.DECODE_ERROR),
    "length too short": (0xA0, AlertDescription.DECODE_ERROR),
    "missing rsa encrypting cert": (0xA9, AlertDescription.HANDSHAKE_FAILURE),
    "missing sigalgs extension": (0x70, AlertDescription.MISSING_EXTENSION),
    "missing supported versions extension": (0x1A4, AlertDescription.MISSING_EXTENSION),
    "mixed handshake and non handshake data": (0x125, AlertDescription.UNEXPECTED_MESSAGE),
    "modulus too large": (0x77, AlertDescription.ILLEGAL_PARAMETER),
    "no change following hrr": (0xD6, AlertDescription.ILLEGAL_PARAMETER),
    "no cipher match": (0xB9, None),
    "no ciphers available": (0xB5, AlertDescription.INTERNAL_ERROR),
    "no protocols available": (0xBF, AlertDescription.PROTOCOL_VERSION),
    "no renegotiation": (0x153, AlertDescription.HANDSHAKE_FAILURE),
    "no suitable groups": (0x127, AlertDescription.INTERNAL_ERROR),
    "no suitable key share": (0x65, AlertDescription.HANDSHAKE_FAILURE),
    "not on record boundary": (0xB6, AlertDescription.UNEXPECTED_MESSAGE),
    "old session cipher not returned": (0xC5, AlertDescription.ILLEGAL_PARAMETER),
    "old session compression algorithm not returned": (0x158, AlertDescription.ILLEGAL_PARAMETER),
    "packet length too long": (0xC6, AlertDescription.RECORD_OVERFLOW),
    "peer does not accept raw public keys": (0x0F1, AlertDescription.UNSUPPORTED_EXTENSION),
    "record too small": (0x12A, AlertDescription.DECODE_ERROR),
    "renegotiation encoding err": (0x150, AlertDescription.DECODE_ERROR),
    "renegotiation mismatch": (0x151, AlertDescription.ILLEGAL_PARAMETER),
    "signature algorithms error": (0x168, AlertDescription.INTERNAL_ERROR),
    "ssl session version mismatch": (0xD2, AlertDescription.PROTOCOL_VERSION),
    "ssl3 session id too long": (0x12C, AlertDescription.ILLEGAL_PARAMETER),
    "too many key updates": (0x84, AlertDescription.UNEXPECTED_MESSAGE),
    "too many warn alerts": (0x199, AlertDescription.UNEXPECTED_MESSAGE),
    "unable to find public key parameters": (0xEF, AlertDescription.INTERNAL_ERROR),
    "unexpected ccs message": (0x106, AlertDescription.UNEXPECTED_MESSAGE),
    "unexpected eof while reading": (0x126, None),
    "unexpected message": (0xF4, AlertDescription.UNEXPECTED_MESSAGE),
    "unexpected record": (0xF5, AlertDescription.UNEXPECTED_MESSAGE),
    "unknown alert type": (0xF6, AlertDescription.ILLEGAL_PARAMETER),
    "unknown certificate type": (0xF7, AlertDescription.DECODE_ERROR),
    "unknown cipher returned": (0xF8, AlertDescription.ILLEGAL_PARAMETER),
    "unknown key exchange type": (0xFA, AlertDescription.HANDSHAKE_FAILURE),
    "unsafe legacy renegotiation disabled": (0x152, AlertDescription.HANDSHAKE_FAILURE),
    "unsolicited extension": (0xD9, AlertDescription.UNSUPPORTED_EXTENSION),
    "unsupported compression algorithm": (0x101, AlertDescription.ILLEGAL_PARAMETER),
    "unsupported protocol": (0x102, AlertDescription.PROTOCOL_VERSION),
    "wrong certificate type": (0x17F, AlertDescription.ILLEGAL_PARAMETER),
    "wrong cipher returned": (0x105, AlertDescription.ILLEGAL_PARAMETER),
    "wrong curve": (0x17A, AlertDescription.ILLEGAL_PARAMETER),
    "wrong signature type": (0x172, AlertDescription.ILLEGAL_PARAMETER),
    "wrong ssl version": (0x10A, AlertDescription.PROTOCOL_VERSION),
    "wrong version number": (0x10B, None),
}

# What OpenSSL adds to some of them.
_DATA = {
    "no ciphers available": "No ciphers enabled for max supported SSL/TLS version",
    "no suitable groups": "No groups enabled for max supported SSL/TLS version",
}

RECORD_LAYER_FAILURE = LibraryError(_LIBRARY + 0x139, "record layer failure")
CIPHER_OPERATION_FAILED = LibraryError(0x1C800066, "cipher operation failed")


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


def failure(reason: str, alert: int | None = -1) -> TlsFailure:
    """The error for a row of `REASONS`; `alert` overrides the usual one."""
    number, usual = REASONS[reason]
    return TlsFailure(reason, _LIBRARY + number, usual if alert == -1 else alert, _DATA.get(reason, ""))


class OfferFailure(TlsFailure):
    """Nothing can be offered: the fault of whoever configured it, not of the server."""


def offer_failure(reason: str, alert: int | None = -1) -> OfferFailure:
    """The same as `failure`, for what is missing in our own offer."""
    found = failure(reason, alert)
    return OfferFailure(found.reason, found.code, found.alert, found.data)


def record_failure(reason: str, alert: int | None = -1) -> TlsFailure:
    """A fault of a record, as it is told by OpenSSL's record layer and again above it."""
    found = failure(reason, alert)
    return found if found.alert is None else found.followed_by(RECORD_LAYER_FAILURE)
