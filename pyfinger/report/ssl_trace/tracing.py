"""Records and messages, decoded: among the lines about states (`-L ssl-debug` of Postfix 3.11),
or alone (`-L trace` of Postfix 3.12).

OpenSSL calls back with a record's header as soon as it has those five octets, with what is
in a TLS 1.3 record once it is decrypted, and with a message when all of it is there or has been
written.  Posttls-finger 3.11 prints that on standard output as it is, without a prefix.  A state is told when
the next message begins, so a received record's header comes before it, and the message after.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.dissect.extension_trees import extension_data
from pyfinger.dissect.message_trees import in_the_clear
from pyfinger.events import (
    AlertSeen,
    BytesSent,
    Event,
    HandshakeMessageSeen,
    RecordBytesRead,
    RecordSeen,
    TlsStarting,
)
from pyfinger.options import Log
from pyfinger.report.dump import PacketDump
from pyfinger.report.lines.log_line import Unprefixed
from pyfinger.report.ssl_trace import code_names as names
from pyfinger.report.ssl_trace.message_state import Negotiated
from pyfinger.report.ssl_trace.traced_messages import handshake_text
from pyfinger.report.states import StateTrace, alert_description
from pyfinger.tls.codepoints import SSL2, TLS13, AlertLevel, ContentType, ExtensionType, HandshakeType
from pyfinger.values import replace

_HEADER = 5  # octets of a record's
_ALERT_LEVELS: Mapping[int, str] = {AlertLevel.WARNING: "warning", AlertLevel.FATAL: "fatal"}


class MessageTrace:
    """Follows the TLS sessions of a probe; give it every event, in order."""

    def __init__(self) -> None:
        self._dump = PacketDump()
        self._states = StateTrace()
        self._messages = DecodedMessages()

    def __call__(self, event: Event, log: Log) -> tuple[str, ...]:
        """The event's lines, those about states and dumps among them, if `log` asks for them."""
        dumps, states = self._dump(event, log), self._states(event, log)
        lines = tuple(map(Unprefixed, self._messages(event)))
        if isinstance(event, BytesSent | AlertSeen):
            return (*dumps, *lines, *states)
        if isinstance(event, RecordSeen) and not event.sent:
            return (*lines, *dumps)  # what is in it, and then the application's reading
        return (*dumps, *states, *lines)


class DecodedMessages:
    """The messages alone; give it every event, in order."""

    def __init__(self) -> None:
        self._begin()

    def __call__(self, event: Event) -> tuple[str, ...]:
        """The event's lines."""
        return tuple(line for text in self._follow(event) for line in text.split("\n")[:-1])

    def _begin(self) -> None:
        self._so_far = Negotiated()
        self._header = b""  # of the record that is being read
        self._body = 0  # octets of it that are still to come
        self._message = b""  # ours, on its way
        self._left = 0  # octets of it that are in no record yet
        self._alert = ""  # ours, which is told when it has left

    def _follow(self, event: Event) -> tuple[str, ...]:
        match event:
            case TlsStarting():
                self._begin()
            case RecordBytesRead(data=data):
                return self._read(data)
            case RecordSeen(sent=True):
                return self._written(event)
            case RecordSeen():
                return self._received(event)
            case HandshakeMessageSeen(sent=True, message=message):
                self._message, self._left = message, len(message)
            case HandshakeMessageSeen(message=message):
                return (self._told(message, sent=False),)
            case AlertSeen(sent=sent, level=level, description=description):
                if not sent:
                    return (_alert(level, description),)
                self._alert = _alert(level, description)
            case BytesSent() if self._alert:
                alert, self._alert = self._alert, ""
                return (alert,)
        return ()

    def _read(self, data: bytes) -> tuple[str, ...]:
        """Octets of a record of the server's: its header is told once it is whole."""
        if self._body:
            self._body -= len(data)
            return ()
        self._header += data
        if len(self._header) < _HEADER:
            return ()
        header, self._header = self._header, b""
        self._body = int.from_bytes(header[3:], "big")
        return () if int.from_bytes(header[1:3], "big") == SSL2 else (_record("Received", header),)

    def _received(self, record: RecordSeen) -> tuple[str, ...]:
        self._body = 0
        inner = self._inner(record)
        if record.content_type == ContentType.CHANGE_CIPHER_SPEC and self._so_far.version == TLS13:
            return (*inner, _CIPHER_CHANGE)
        return inner

    def _written(self, record: RecordSeen) -> tuple[str, ...]:
        found = (_record("Sent", record.wire[:_HEADER]), *self._inner(record))
        if record.content_type == ContentType.CHANGE_CIPHER_SPEC:
            return (*found, _CIPHER_CHANGE)
        if record.content_type == ContentType.HANDSHAKE and self._left:
            self._left -= len(record.content)
            if not self._left:
                return (*found, self._told(self._message, sent=True))
        return found

    def _inner(self, record: RecordSeen) -> tuple[str, ...]:
        """The type within, of a record that TLS 1.3 protects."""
        if record.wire[0] != ContentType.APPLICATION_DATA or self._so_far.version != TLS13:
            return ()
        kind = record.content_type
        return (f"  Inner Content Type = {names.named(names.CONTENT_TYPES, kind)} ({kind})\n",)

    def _told(self, message: bytes, *, sent: bool) -> str:
        text = handshake_text(message, self._so_far, sent=sent)
        self._learn(message)
        return text

    def _learn(self, message: bytes) -> None:
        """What a message of the server's settles for those after it."""
        if message[0] not in (HandshakeType.SERVER_HELLO, HandshakeType.ENCRYPTED_EXTENSIONS):
            return
        tree = in_the_clear(message)
        if message[0] == HandshakeType.SERVER_HELLO:
            chosen = extension_data(tree, ExtensionType.SUPPORTED_VERSIONS)
            version = chosen.number("selected_version") if chosen is not None else None
            self._so_far = replace(
                self._so_far,
                version=version or tree.number("legacy_version") or 0,
                suite=tree.number("cipher_suite") or 0,
            )
        client = extension_data(tree, ExtensionType.CLIENT_CERTIFICATE_TYPE)
        server = extension_data(tree, ExtensionType.SERVER_CERTIFICATE_TYPE)
        self._so_far = replace(
            self._so_far,
            client_certificates=(client.number("certificate_type") or 0) if client is not None else 0,
            server_certificates=(server.number("certificate_type") or 0) if server is not None else 0,
        )


_CIPHER_CHANGE = "    change_cipher_spec (1)\n\n"


def _record(verb: str, header: bytes) -> str:
    version, kind = int.from_bytes(header[1:3], "big"), header[0]
    return (
        f"{verb} TLS Record\nHeader:\n"
        f"  Version = {names.named(names.VERSIONS, version)} ({version:#x})\n"
        f"  Content Type = {names.named(names.CONTENT_TYPES, kind)} ({kind})\n"
        f"  Length = {int.from_bytes(header[3:], 'big')}\n"
    )


def _alert(level: int, description: int) -> str:
    return (
        f"    Level={_ALERT_LEVELS.get(level, 'unknown')}({level}),"
        f" description={alert_description(description)}({description})\n\n"
    )
