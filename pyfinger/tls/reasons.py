"""Handshake failures in OpenSSL's words and numbers.

One error ends a TLS session: `TlsFailure`.  Its `reason` is a row of `REASONS`
or, for an alert from the server, of `alert_received`.  The numbers are those of
OpenSSL 3 (library 0x0A), so log scrapers find what they look for.
"""

from __future__ import annotations

from pyfinger.errors import LibraryError, PeerError

_LIBRARY = 0x0A000000

# Alerts we send (RFC 8446 section 6).
UNEXPECTED_MESSAGE, BAD_RECORD_MAC, RECORD_OVERFLOW = 10, 20, 22
HANDSHAKE_FAILURE, BAD_CERTIFICATE, ILLEGAL_PARAMETER, DECODE_ERROR, DECRYPT_ERROR = 40, 42, 47, 50, 51
PROTOCOL_VERSION, INSUFFICIENT_SECURITY, INTERNAL_ERROR = 70, 71, 80
MISSING_EXTENSION, UNSUPPORTED_EXTENSION = 109, 110

# reason: (code, alert to send or None)
REASONS: dict[str, tuple[int, int | None]] = {
    "ASN1 lib": (0x8000D, BAD_CERTIFICATE),
    "bad certificate": (0x15C, BAD_CERTIFICATE),
    "bad change cipher spec": (0x67, UNEXPECTED_MESSAGE),
    "bad compression algorithm": (0x146, BAD_CERTIFICATE),
    "bad decompression": (0x6B, BAD_CERTIFICATE),
    "bad dh value": (0x66, ILLEGAL_PARAMETER),
    "bad digest length": (0x6F, DECODE_ERROR),
    "bad ecc cert": (0x130, HANDSHAKE_FAILURE),
    "bad ecpoint": (0x132, ILLEGAL_PARAMETER),
    "bad extension": (0x6E, DECODE_ERROR),
    "bad hrr version": (0x107, ILLEGAL_PARAMETER),
    "bad key share": (0x6C, ILLEGAL_PARAMETER),
    "bad key update": (0x7A, DECODE_ERROR),
    "bad length": (0x10F, DECODE_ERROR),
    "bad packet": (0xF0, DECODE_ERROR),
    "bad protocol version number": (0x74, ILLEGAL_PARAMETER),
    "bad psk": (0xDB, ILLEGAL_PARAMETER),
    "bad psk identity": (0x72, ILLEGAL_PARAMETER),
    "bad record type": (0x1BB, UNEXPECTED_MESSAGE),
    "bad rsa encrypt": (0x77, INTERNAL_ERROR),
    "bad signature": (0x7B, DECRYPT_ERROR),
    "bad value": (0x180, DECODE_ERROR),
    "ca dn length mismatch": (0x83, DECODE_ERROR),
    "ca key too small": (0x18D, INTERNAL_ERROR),
    "ccs received early": (0x85, UNEXPECTED_MESSAGE),
    "cert length mismatch": (0x87, DECODE_ERROR),
    "ciphersuite digest has changed": (0xDA, ILLEGAL_PARAMETER),
    "compression disabled": (0x157, ILLEGAL_PARAMETER),
    "data between ccs and finished": (0x91, UNEXPECTED_MESSAGE),
    "data length too long": (0x92, RECORD_OVERFLOW),
    "decryption failed or bad record mac": (0x119, BAD_RECORD_MAC),
    "dh key too small": (0x18A, HANDSHAKE_FAILURE),
    "digest check failed": (0x95, DECRYPT_ERROR),
    "ecc cert not for signing": (0x13E, None),  # `bad ecc cert` follows
    "ee key too small": (0x18F, INTERNAL_ERROR),
    "empty raw public key": (0x15D, DECODE_ERROR),
    "encrypted length too long": (0x96, RECORD_OVERFLOW),
    "error in received cipher list": (0x97, DECODE_ERROR),
    "excessive message size": (0x98, ILLEGAL_PARAMETER),
    "extension not received": (0x117, MISSING_EXTENSION),
    "extra data in message": (0x99, DECODE_ERROR),
    "http request": (0x9C, None),
    "https proxy request": (0x9B, None),
    "inappropriate fallback": (0x175, ILLEGAL_PARAMETER),
    "inconsistent extms": (0x68, ILLEGAL_PARAMETER),
    "internal error": (0xC0103, INTERNAL_ERROR),
    "invalid alert": (0xCD, UNEXPECTED_MESSAGE),
    "invalid ccs message": (0x104, UNEXPECTED_MESSAGE),
    "invalid command": (0x118, None),
    "invalid compression algorithm": (0x155, ILLEGAL_PARAMETER),
    "invalid context": (0x11A, DECODE_ERROR),
    "invalid max early data": (0xAE, DECODE_ERROR),
    "invalid session id": (0x3E7, ILLEGAL_PARAMETER),
    "length mismatch": (0x9F, DECODE_ERROR),
    "length too long": (0x194, DECODE_ERROR),
    "length too short": (0xA0, DECODE_ERROR),
    "missing rsa encrypting cert": (0xA9, HANDSHAKE_FAILURE),
    "missing sigalgs extension": (0x70, MISSING_EXTENSION),
    "missing supported versions extension": (0x1A4, MISSING_EXTENSION),
    "mixed handshake and non handshake data": (0x125, UNEXPECTED_MESSAGE),
    "modulus too large": (0x77, ILLEGAL_PARAMETER),
    "no change following hrr": (0xD6, ILLEGAL_PARAMETER),
    "no cipher match": (0xB9, None),
    "no ciphers available": (0xB5, INTERNAL_ERROR),
    "no protocols available": (0xBF, PROTOCOL_VERSION),
    "no renegotiation": (0x153, HANDSHAKE_FAILURE),
    "no suitable groups": (0x127, INTERNAL_ERROR),
    "no suitable key share": (0x65, HANDSHAKE_FAILURE),
    "not on record boundary": (0xB6, UNEXPECTED_MESSAGE),
    "old session cipher not returned": (0xC5, ILLEGAL_PARAMETER),
    "old session compression algorithm not returned": (0x158, ILLEGAL_PARAMETER),
    "packet length too long": (0xC6, RECORD_OVERFLOW),
    "peer does not accept raw public keys": (0x0F1, UNSUPPORTED_EXTENSION),
    "record too small": (0x12A, DECODE_ERROR),
    "renegotiation encoding err": (0x150, DECODE_ERROR),
    "renegotiation mismatch": (0x151, ILLEGAL_PARAMETER),
    "signature algorithms error": (0x168, INTERNAL_ERROR),
    "ssl session version mismatch": (0xD2, PROTOCOL_VERSION),
    "ssl3 session id too long": (0x12C, ILLEGAL_PARAMETER),
    "too many key updates": (0x84, UNEXPECTED_MESSAGE),
    "too many warn alerts": (0x199, UNEXPECTED_MESSAGE),
    "unable to find public key parameters": (0xEF, INTERNAL_ERROR),
    "unexpected ccs message": (0x106, UNEXPECTED_MESSAGE),
    "unexpected eof while reading": (0x126, None),
    "unexpected message": (0xF4, UNEXPECTED_MESSAGE),
    "unexpected record": (0xF5, UNEXPECTED_MESSAGE),
    "unknown alert type": (0xF6, ILLEGAL_PARAMETER),
    "unknown certificate type": (0xF7, DECODE_ERROR),
    "unknown cipher returned": (0xF8, ILLEGAL_PARAMETER),
    "unknown key exchange type": (0xFA, HANDSHAKE_FAILURE),
    "unsafe legacy renegotiation disabled": (0x152, HANDSHAKE_FAILURE),
    "unsolicited extension": (0xD9, UNSUPPORTED_EXTENSION),
    "unsupported compression algorithm": (0x101, ILLEGAL_PARAMETER),
    "unsupported protocol": (0x102, PROTOCOL_VERSION),
    "wrong certificate type": (0x17F, ILLEGAL_PARAMETER),
    "wrong cipher returned": (0x105, ILLEGAL_PARAMETER),
    "wrong curve": (0x17A, ILLEGAL_PARAMETER),
    "wrong signature type": (0x172, ILLEGAL_PARAMETER),
    "wrong ssl version": (0x10A, PROTOCOL_VERSION),
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
