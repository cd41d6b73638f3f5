"""The record layer and, on it, whole handshake messages: bytes in, bytes out.

`Channel` holds both directions of one connection.  Reading procedures are
generators that yield when they need more bytes, so the caller may feed them
anyhow cut.  All bounds are OpenSSL's, at OpenSSL's places: record sizes, empty
records, warning alerts in a row, handshake message sizes.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeAlias, TypeVar

from pyfinger.events import (
    AlertSeen,
    CipherChangeSeen,
    Emit,
    HandshakeMessageAccepted,
    HandshakeMessageBegan,
    HandshakeMessageSeen,
    RecordBytesRead,
    RecordSeen,
)
from pyfinger.tls.names import TLS12, TLS13
from pyfinger.tls.protection import Protection
from pyfinger.tls.reasons import DECODE_ERROR, TlsFailure, alert_received, failure
from pyfinger.tls.schedule import Transcript

T = TypeVar("T")
Wait: TypeAlias = Generator[None, None, T]

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23

HELLO_REQUEST = 0
CERTIFICATE_MESSAGES = (11, 25)

MAX_PLAIN = 1 << 14
MAX_CERTIFICATES = 100 * 1024  # SSL_MAX_CERT_LIST_DEFAULT
MAX_MESSAGE = 20_000  # per message type in OpenSSL's statem_clnt.c, about that
MAX_EMPTY_RECORDS = 32
MAX_WARNINGS = 5
_HTTP_METHODS = (b"GET ", b"POST", b"HEAD", b"PUT ", b"CONN")


class Closed(TlsFailure):
    """The peer sent close_notify."""

    def __init__(self) -> None:
        super().__init__("close notify", 0, None)


class Channel:
    """Records and handshake messages of one connection, client side."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._inbox = bytearray()
        self.outbox = bytearray()
        self._partial = bytearray()  # handshake bytes not yet a whole message
        self._begun = False  # the header of `_partial` has been told
        self._unjudged = False  # nobody has asked for more since the last message
        self._empty = self._warnings = 0
        self._first = True
        self.version = 0  # negotiated; 0 before ServerHello
        self.reader: Protection | None = None
        self.writer: Protection | None = None
        self.transcript = Transcript()

    # --- receiving ---------------------------------------------------------

    def feed(self, data: bytes) -> None:
        """Bytes from the peer."""
        self._inbox += data

    def _take(self, size: int) -> Wait[bytes]:
        data = b""
        while len(data) < size:
            while not self._inbox:
                yield
            wanted = size - len(data)
            piece = bytes(self._inbox[:wanted])
            del self._inbox[:wanted]
            self._emit(RecordBytesRead(wanted, piece))
            data += piece
        return data

    def record(self) -> Wait[tuple[int, bytes]]:
        """The next record's content type and content, decrypted."""
        header = yield from self._take(5)
        size = self._check_header(header)
        body = yield from self._take(size)
        content_type = header[0]
        content = body
        if self.reader is not None and not (content_type == CHANGE_CIPHER_SPEC and self.version == TLS13):
            content = self.reader.open(content_type, body)
            if self.reader.hides_type:
                content_type, content = self._inner(content_type, content)
        if len(content) > MAX_PLAIN:
            raise failure("data length too long")
        self._emit(RecordSeen(False, header + body, content_type, content))
        self._count_empty(content)
        return content_type, content

    def _check_header(self, header: bytes) -> int:
        size = int.from_bytes(header[3:5], "big")
        if header[1] != 3 or not CHANGE_CIPHER_SPEC <= header[0] <= APPLICATION_DATA:
            if self._first and header[:4] in _HTTP_METHODS:
                raise failure("http request")
            raise failure("wrong version number" if header[1] != 3 else "bad record type")
        if self.version and min(self.version, TLS12) != int.from_bytes(header[1:3], "big"):
            raise failure("wrong version number")
        self._first = False
        overhead = 0 if self.reader is None else 256 if self.version == TLS13 else 2048
        if size > MAX_PLAIN + overhead:
            raise failure("encrypted length too long" if self.reader else "packet length too long")
        return size

    def _inner(self, outer: int, content: bytes) -> tuple[int, bytes]:
        """Unwrap a TLS 1.3 inner plaintext (RFC 8446 section 5.4)."""
        if outer != APPLICATION_DATA:
            raise failure("bad record type")
        stripped = content.rstrip(b"\0")
        if not stripped:
            raise failure("bad record type")
        if stripped[-1] not in (ALERT, HANDSHAKE, APPLICATION_DATA):
            raise failure("bad record type")
        return stripped[-1], stripped[:-1]

    def _count_empty(self, content: bytes) -> None:
        self._empty = 0 if content else self._empty + 1
        if self._empty > MAX_EMPTY_RECORDS:
            raise failure("record too small")

    def next(self) -> Wait[tuple[int, bytes]]:
        """The next whole handshake message, or the content of another record.

        Alerts are dealt with here: warnings are counted and dropped before
        TLS 1.3, everything else raises.  Whoever asks for the next message has
        accepted the last one.
        """
        if self._unjudged:
            self._unjudged = False
            self._emit(HandshakeMessageAccepted())
        while True:
            message = self._whole_message()
            if message is not None:
                self._unjudged = True
                self._emit(HandshakeMessageSeen(False, message))
                return HANDSHAKE, message
            content_type, content = yield from self.record()
            if content_type == ALERT:
                self._alert(content)
                continue
            self._warnings = 0
            if content_type == HANDSHAKE:
                if not content and self.version == TLS13:
                    raise failure("unexpected message")
                self._partial += content
                continue
            if self._partial:
                raise failure("mixed handshake and non handshake data")
            if content_type == CHANGE_CIPHER_SPEC and self._skip_change(content):
                continue
            return content_type, content

    def _skip_change(self, content: bytes) -> bool:
        """Whether this is TLS 1.3's meaningless change_cipher_spec (RFC 8446 section 5)."""
        if self.version != TLS13:
            self._emit(CipherChangeSeen())
            return False
        if content != b"\1":
            raise failure("unexpected message")
        return True

    def _whole_message(self) -> bytes | None:
        if len(self._partial) < 4:
            return None
        if not self._begun:
            self._begun = True
            self._emit(HandshakeMessageBegan(self._partial[0]))
        size = int.from_bytes(self._partial[1:4], "big")
        if size > (MAX_CERTIFICATES if self._partial[0] in CERTIFICATE_MESSAGES else MAX_MESSAGE):
            raise failure("excessive message size")
        if len(self._partial) < 4 + size:
            return None
        message = bytes(self._partial[: 4 + size])
        del self._partial[: 4 + size]
        self._begun = False
        return message

    def _alert(self, content: bytes) -> None:
        if len(content) != 2:
            raise failure("bad record type", DECODE_ERROR)
        level, description = content
        self._emit(AlertSeen(False, level, description))
        if description == 0:
            raise Closed
        if level == 2 or (self.version == TLS13 and description != 90):
            raise alert_received(description)
        self._warnings += 1
        if self._warnings == MAX_WARNINGS:
            raise failure("too many warn alerts")

    def handshake(self, *expected: int) -> Wait[tuple[int, bytes]]:
        """The next handshake message: its type and the whole of it, already in the transcript.

        `TlsFailure` unless its type is one of `expected`.
        """
        message = yield from self.peek(*expected)
        self.transcript.add(message)
        return message[0], message

    def peek(self, *expected: int) -> Wait[bytes]:
        """Like `handshake`, but leaves the transcript alone."""
        content_type, message = yield from self.next()
        while content_type == HANDSHAKE and message == b"\0\0\0\0" and self.version < TLS13:
            content_type, message = yield from self.next()  # HelloRequest during a handshake
        if content_type != HANDSHAKE or message[0] not in expected:
            raise failure("unexpected message")
        return message

    def at_boundary(self) -> None:
        """Keys are about to change: no handshake bytes may be left over (RFC 8446 section 5.1)."""
        if self._partial:
            raise failure("not on record boundary")

    # --- sending -----------------------------------------------------------

    def send_record(self, content_type: int, content: bytes, *, protect: bool = True) -> None:
        """Write one record; `protect=False` for TLS 1.3's change_cipher_spec."""
        outer, body = content_type, content
        if self.writer is not None and protect:
            if self.writer.hides_type:
                outer = APPLICATION_DATA
                body = self.writer.seal(outer, content + bytes([content_type]))
            else:
                body = self.writer.seal(content_type, content)
        version = min(self.version, TLS12) or 0x0301
        wire = bytes([outer]) + version.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body
        self.outbox += wire
        self._emit(RecordSeen(True, wire, content_type, content))

    def send_handshake(self, message: bytes) -> None:
        """Write one handshake message, and add it to the transcript."""
        self.transcript.add(message)
        self._emit(HandshakeMessageSeen(True, message))
        for start in range(0, len(message), MAX_PLAIN):
            self.send_record(HANDSHAKE, message[start : start + MAX_PLAIN])

    def send_data(self, data: bytes) -> None:
        """Write application data."""
        for start in range(0, len(data), MAX_PLAIN):
            self.send_record(APPLICATION_DATA, data[start : start + MAX_PLAIN])

    def send_alert(self, level: int, description: int) -> None:
        """Write an alert."""
        self._emit(AlertSeen(True, level, description))
        self.send_record(ALERT, bytes([level, description]))
