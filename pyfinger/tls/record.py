"""Records and, on them, whole handshake messages: bytes in, bytes out.

`RecordChannel` holds both directions of one connection.  Reading procedures are
generators that yield when they need more bytes, so the caller may feed them
anyhow cut.  What is taken when, and what is said of the rest, follows OpenSSL's
ssl3_read_bytes(), tls_get_message_header() and tls_get_message_body(): a
message's type is judged once its header is here, then its size, then the rest
is awaited.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
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
from pyfinger.tls.codepoints import TLS10, TLS12, TLS13, ContentType, HandshakeType
from pyfinger.tls.handshake_failures import Reason, check_alert, failure, is_warning, read_alert
from pyfinger.tls.hello_variant import cut
from pyfinger.tls.key_schedule import Transcript
from pyfinger.tls.protection import RecordProtection
from pyfinger.tls.record_layer import HEADER, MAX_PLAIN, RecordLayer

T = TypeVar("T")
WaitFor: TypeAlias = Generator[None, None, T]

CIPHER_CHANGE = 0x0101  # change_cipher_spec among messages (SSL3_MT_CHANGE_CIPHER_SPEC)
MESSAGE_HEADER = 4  # octets: type, length

MAX_CERTIFICATES = 100 * 1024  # SSL_MAX_CERT_LIST_DEFAULT
MAX_MESSAGE = 131_338  # the largest there is: NewSessionTicket of TLS 1.3
_MAX_OLD_TICKET = 65_541  # and before
# By type of message: the largest body, without the header (ossl_statem_client_max_message_size).
_MAX_MESSAGE: Mapping[int, int] = {
    HandshakeType.SERVER_HELLO: 65_607,
    HandshakeType.ENCRYPTED_EXTENSIONS: 20_000,
    HandshakeType.CERTIFICATE: MAX_CERTIFICATES,
    HandshakeType.SERVER_KEY_EXCHANGE: 102_400,
    HandshakeType.CERTIFICATE_REQUEST: MAX_CERTIFICATES,
    HandshakeType.CERTIFICATE_VERIFY: 65_539,
    HandshakeType.FINISHED: 64,
    HandshakeType.KEY_UPDATE: 1,
    HandshakeType.COMPRESSED_CERTIFICATE: MAX_CERTIFICATES,
}


class RecordChannel:
    """Records and handshake messages of one connection, client side."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._inbox = bytearray()
        self.outbox = bytearray()
        self._layer = RecordLayer()
        self._partial = bytearray()  # handshake bytes not yet a whole message
        self._unjudged = False  # nobody has asked for more since the last message
        self._changing = False  # change_cipher_spec was read, Finished was not
        self._warnings = 0
        self.version = 0  # negotiated; 0 before ServerHello
        self.established = False  # the handshake is over
        self.writer: RecordProtection | None = None
        self._write_version = TLS10  # of our records
        self.highest = TLS12  # what it is once the server has begun to answer the hello
        self.transcript = Transcript()

    @property
    def reader(self) -> RecordProtection | None:
        """What the peer's records are protected with."""
        return self._layer.protection

    @reader.setter
    def reader(self, protection: RecordProtection | None) -> None:
        self._layer = RecordLayer(self._layer.version, protection, not self.established)

    def negotiated(self, version: int) -> None:
        """The version was chosen."""
        self.version = version
        self.expect(version)

    def expect(self, version: int) -> None:
        """Records will be of this version, though it is not params yet if a hello is to come."""
        self._layer.version = version
        self._write_version = min(version, TLS12)

    # --- receiving ---------------------------------------------------------

    def feed(self, data: bytes) -> None:
        """Bytes from the peer."""
        self._inbox += data

    def _take(self, size: int) -> WaitFor[bytes]:
        data = b""
        if 0 < size <= len(self._inbox):  # as it is mostly
            data = bytes(self._inbox[:size])
            del self._inbox[:size]
            self._emit(RecordBytesRead(size, data))
            return data
        while len(data) < size:
            while not self._inbox:
                yield
            wanted = size - len(data)
            piece = bytes(self._inbox[:wanted])
            del self._inbox[:wanted]
            self._emit(RecordBytesRead(wanted, piece))
            data += piece
        return data

    def record(self) -> WaitFor[tuple[int, bytes]]:
        """The next record's content type and content, decrypted."""
        while True:
            header = yield from self._take(HEADER)
            size = self._layer.check_header(header)
            body = yield from self._take(size)
            if not self._layer.ignores(header[0], body):
                kind, content = self._layer.content(header[0], body)
                self._emit(RecordSeen(sent=False, wire=header + body, content_type=kind, content=content))
                self._layer.check_content(kind, content)
                return kind, content
            self._emit(RecordSeen(sent=False, wire=header + body, content_type=header[0], content=body))
            self._layer.count_ignored()

    def _next_record(self, *, for_data: bool = False) -> WaitFor[tuple[int, bytes]]:
        """The next record that is no alert; what follows from alerts is done."""
        tls13 = self.version == TLS13
        while True:
            kind, content = yield from self.record()
            if for_data and tls13 and self._partial and kind != ContentType.HANDSHAKE:
                raise failure(Reason.MIXED_HANDSHAKE_AND_NON_HANDSHAKE_DATA)
            if self._changing and kind != ContentType.HANDSHAKE:
                raise failure(Reason.DATA_BETWEEN_CCS_AND_FINISHED)
            if kind != ContentType.ALERT:
                self._warnings = 0 if content else self._warnings
                return kind, content
            level, description = read_alert(content)
            self._emit(AlertSeen(sent=False, level=level, description=description))
            self._warnings += is_warning(level, description, tls13=tls13)
            check_alert(level, description, self._warnings, tls13=tls13)

    def _more_handshake(self) -> WaitFor[bool]:
        """Read on, for a handshake message; True if there is a change_cipher_spec instead."""
        within = len(self._partial) >= MESSAGE_HEADER
        kind, content = yield from self._next_record()
        if kind == ContentType.HANDSHAKE:
            self._partial += content
            return False
        if kind == ContentType.CHANGE_CIPHER_SPEC and not within and self.version != TLS13:
            if not content:
                return False
            if self._partial or content != b"\1":
                raise failure(Reason.BAD_CHANGE_CIPHER_SPEC)
            return True
        if not self.version:
            raise failure(Reason.UNEXPECTED_MESSAGE)
        raise failure(
            Reason.CCS_RECEIVED_EARLY if kind == ContentType.CHANGE_CIPHER_SPEC else Reason.UNEXPECTED_RECORD
        )

    def _header(self) -> WaitFor[int]:
        """The next message's type, its header being here, or `CIPHER_CHANGE`."""
        while True:
            while len(self._partial) < MESSAGE_HEADER:
                if (yield from self._more_handshake()):
                    self._emit(CipherChangeSeen())
                    return CIPHER_CHANGE
            if self.established or any(self._partial[:MESSAGE_HEADER]):
                self._emit(HandshakeMessageBegan(self._partial[0]))
                return self._partial[0]
            # HelloRequest during a handshake means nothing
            self._emit(HandshakeMessageSeen(sent=False, message=bytes(self._partial[:MESSAGE_HEADER])))
            del self._partial[:MESSAGE_HEADER]

    def peek(self, *expected: int) -> WaitFor[bytes]:
        """The next handshake message, the transcript left alone; for `CIPHER_CHANGE` there are no bytes.

        `TlsFailure` unless its type is one of `expected`.  Whoever asks for the
        next message has accepted the last one.
        """
        self._accept()
        kind = yield from self._header()
        if kind not in expected:
            raise failure(Reason.UNEXPECTED_MESSAGE)
        if not self.version:
            self._write_version = self.highest  # ssl3_dispatch_alert() knows no better
        if kind == CIPHER_CHANGE:
            self._changing = True
            return b""
        size = int.from_bytes(self._partial[1:MESSAGE_HEADER], "big")
        if size > self._largest(kind):
            raise failure(Reason.EXCESSIVE_MESSAGE_SIZE)
        while len(self._partial) < MESSAGE_HEADER + size:
            yield from self._more_handshake()
        message = bytes(self._partial[: MESSAGE_HEADER + size])
        del self._partial[: MESSAGE_HEADER + size]
        self._changing = False
        self._unjudged = True
        self._emit(HandshakeMessageSeen(sent=False, message=message))
        return message

    def _accept(self) -> None:
        if self._unjudged:
            self._unjudged = False
            self._emit(HandshakeMessageAccepted())

    def _largest(self, kind: int) -> int:
        if kind == HandshakeType.NEW_SESSION_TICKET:
            return MAX_MESSAGE if self.version == TLS13 else _MAX_OLD_TICKET
        return _MAX_MESSAGE.get(kind, 0)

    def handshake(self, *expected: int) -> WaitFor[tuple[int, bytes]]:
        """The next handshake message: its type and the whole of it, already in the transcript."""
        message = yield from self.peek(*expected)
        self.transcript.add(message)
        return message[0], message

    def data(self) -> WaitFor[bytes]:
        """Application data; empty if a handshake message has begun instead."""
        self._accept()
        while True:
            if len(self._partial) >= MESSAGE_HEADER:
                return b""
            kind, content = yield from self._next_record(for_data=True)
            if kind == ContentType.HANDSHAKE:
                self._partial += content
            elif kind == ContentType.CHANGE_CIPHER_SPEC:
                raise failure(Reason.CCS_RECEIVED_EARLY)
            elif kind != ContentType.APPLICATION_DATA:
                raise failure(Reason.UNEXPECTED_RECORD)
            elif content:
                return content

    def at_boundary(self) -> None:
        """Keys are about to change: no handshake bytes may be left over (RFC 8446 section 5.1)."""
        if self._partial:
            raise failure(Reason.NOT_ON_RECORD_BOUNDARY)

    # --- sending -----------------------------------------------------------

    def send_record(self, content_type: int, content: bytes, *, protect: bool = True) -> None:
        """Write one record; `protect=False` for TLS 1.3's change_cipher_spec."""
        outer, body = content_type, content
        if self.writer is not None and protect:
            if self.writer.hides_type:
                outer = ContentType.APPLICATION_DATA
                body = self.writer.seal(outer, content + bytes([content_type]))
            else:
                body = self.writer.seal(content_type, content)
        version = self._write_version
        wire = bytes([outer]) + version.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body
        self.outbox += wire
        self._emit(RecordSeen(sent=True, wire=wire, content_type=content_type, content=content))

    def send_handshake(self, message: bytes, cuts: tuple[int, ...] = ()) -> None:
        """Write one handshake message, and add it to the transcript; a record more for each cut."""
        self.transcript.add(message)
        self._emit(HandshakeMessageSeen(sent=True, message=message))
        for piece in cut(message, (*cuts, *range(MAX_PLAIN, len(message), MAX_PLAIN))):
            self.send_record(ContentType.HANDSHAKE, piece)

    def send_data(self, data: bytes) -> None:
        """Write application data."""
        for start in range(0, len(data), MAX_PLAIN):
            self.send_record(ContentType.APPLICATION_DATA, data[start : start + MAX_PLAIN])

    def send_alert(self, level: int, description: int) -> None:
        """Write an alert."""
        self._emit(AlertSeen(sent=True, level=level, description=description))
        self.send_record(ContentType.ALERT, bytes([level, description]))
