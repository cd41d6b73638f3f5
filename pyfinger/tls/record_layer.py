"""The reading half of OpenSSL's record layer: which records are taken, and what is said of others.

OpenSSL has a method for each kind of protection, with rules of its own about
types, versions and sizes (ssl/record/methods): `tlsany` before there is any,
`tls1` for TLS 1.0 to 1.2, `tls13`.  Each change of keys begins a new layer, so
the count of empty records and the idea of a first record begin anew, too.

What is wrong with a record is told twice: as such, and as `record layer failure`
by who asked for it, unless it gets no alert.
"""

from __future__ import annotations

from pyfinger.tls.codepoints import SSL2, TLS12, TLS13, AlertDescription, ContentType
from pyfinger.tls.handshake_failures import Reason, TlsFailure, record_failure
from pyfinger.tls.protection import RecordProtection
from pyfinger.values import State, field

HEADER = 5  # octets: type, version, length
MAX_PLAIN = 1 << 14
_MAX_TLS1 = MAX_PLAIN + 256 + 64  # SSL3_RT_MAX_ENCRYPTED_LENGTH without compression
_MAX_TLS13 = MAX_PLAIN + 256  # RFC 8446 section 5.2
MAX_EMPTY_RECORDS = 32  # in a row
_HTTP_REQUESTS = (b"GET ", b"POST ", b"HEAD ", b"PATCH", b"OPTIO", b"DELET", b"TRACE", b"PUT ")


class RecordLayer(State):
    """The rules for records under one protection, or none."""

    version: int = 0  # of the records; 0 before it is known
    protection: RecordProtection | None = field(default=None, repr=False)
    first_handshake: bool = True  # it began before the handshake was over
    _first: bool = True
    _empty: int = 0

    @property
    def _tls13(self) -> bool:
        return self.protection is not None and self.protection.hides_type

    def check_header(self, header: bytes) -> int:
        """The size of the body, or `TlsFailure`."""
        kind, version = header[0], int.from_bytes(header[1:3], "big")
        size = int.from_bytes(header[3:HEADER], "big")
        if version == SSL2:
            raise record_failure(Reason.WRONG_VERSION_NUMBER, AlertDescription.PROTOCOL_VERSION)
        if self.protection is None:
            self._check_plain(header, version, size)
        elif self._tls13:
            _check_tls13(kind, version, size, first_handshake=self.first_handshake)
        else:
            _check_tls1(version, size, self.version)
        self._first = False
        return size

    def _check_plain(self, header: bytes, version: int, size: int) -> None:
        if not self.version:
            if header[1] != TLS12 >> 8:
                raise self._no_tls(header)
        elif self.version != TLS13 and version != self.version:  # after HelloRetryRequest any will do
            alert = header[0] == ContentType.ALERT and header[1] == self.version >> 8
            raise record_failure(
                Reason.WRONG_VERSION_NUMBER, None if alert else AlertDescription.PROTOCOL_VERSION
            )
        if size > MAX_PLAIN:
            raise record_failure(Reason.DATA_LENGTH_TOO_LONG)

    def _no_tls(self, header: bytes) -> TlsFailure:
        if not self._first:
            return record_failure(Reason.WRONG_VERSION_NUMBER, AlertDescription.PROTOCOL_VERSION)
        if header.startswith(_HTTP_REQUESTS):
            return record_failure(Reason.HTTP_REQUEST, None)
        if header == b"CONNE":
            return record_failure(Reason.HTTPS_PROXY_REQUEST, None)
        return record_failure(Reason.WRONG_VERSION_NUMBER, None)

    def ignores(self, kind: int, body: bytes) -> bool:
        """Whether this is TLS 1.3's meaningless change_cipher_spec (RFC 8446 section 5).

        OpenSSL's client takes it as long as the server's keys are those of the handshake
        or the first ones after it: their layer begins before the client's Finished.
        """
        if kind != ContentType.CHANGE_CIPHER_SPEC or self.version != TLS13 or not self.first_handshake:
            return False
        if body != b"\1":
            raise record_failure(Reason.INVALID_CCS_MESSAGE)
        return True

    def count_ignored(self) -> None:
        """One more of them, as long as there are not too many."""
        self._empty += 1
        if self._empty > MAX_EMPTY_RECORDS:
            raise record_failure(Reason.UNEXPECTED_CCS_MESSAGE)

    def content(self, kind: int, body: bytes) -> tuple[int, bytes]:
        """Content type and content of a record, decrypted."""
        content = body
        if self.protection is not None:
            content = self.protection.open(kind, body)
        if self._tls13:
            kind, content = _inner(content)
        elif len(content) > MAX_PLAIN:
            raise record_failure(Reason.DATA_LENGTH_TOO_LONG)
        return kind, content

    def check_content(self, kind: int, content: bytes) -> None:
        """Whether it may be as empty as it is."""
        if self._tls13 and not content and kind != ContentType.APPLICATION_DATA:
            raise record_failure(Reason.BAD_LENGTH, AlertDescription.UNEXPECTED_MESSAGE)
        self._empty = 0 if content else self._empty + 1
        if self._empty > MAX_EMPTY_RECORDS:
            raise record_failure(Reason.RECORD_TOO_SMALL, AlertDescription.UNEXPECTED_MESSAGE)


def _check_tls1(version: int, size: int, expected: int) -> None:
    if version != expected:
        raise record_failure(Reason.WRONG_VERSION_NUMBER, AlertDescription.PROTOCOL_VERSION)
    if size > _MAX_TLS1:
        raise record_failure(Reason.ENCRYPTED_LENGTH_TOO_LONG)


def _check_tls13(kind: int, version: int, size: int, *, first_handshake: bool) -> None:
    if kind != ContentType.APPLICATION_DATA and not (
        kind == ContentType.CHANGE_CIPHER_SPEC and first_handshake
    ):
        raise record_failure(Reason.BAD_RECORD_TYPE)
    if version != TLS12:
        raise record_failure(Reason.WRONG_VERSION_NUMBER, AlertDescription.DECODE_ERROR)
    if size > _MAX_TLS13:
        raise record_failure(Reason.ENCRYPTED_LENGTH_TOO_LONG)


def _inner(content: bytes) -> tuple[int, bytes]:
    """Unwrap a TLS 1.3 inner plaintext (RFC 8446 section 5.4)."""
    stripped = content.rstrip(b"\0") or content[:1]
    kind, content = stripped[-1], stripped[:-1]
    if len(content) > MAX_PLAIN:
        raise record_failure(Reason.DATA_LENGTH_TOO_LONG)
    if kind not in (ContentType.ALERT, ContentType.HANDSHAKE, ContentType.APPLICATION_DATA):
        raise record_failure(Reason.BAD_RECORD_TYPE)
    return kind, content
