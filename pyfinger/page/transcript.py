"""All that was said in a probe, by whom, when, and in what octets: from events to messages.

    conversation = Conversation()
    for event, at in timed: conversation(event, at)
    conversation.parts        the first has the lookups, each of the others one connection

A message is what one side said at once: a question, a line of the dialogue, a TLS message or
a record.  Its octets are those of the wire, or if that was sealed what was inside.  Of what goes on
for ever the first `MOST_MESSAGES` are kept, and `left_out` says how many there were besides.
"""

from __future__ import annotations

from enum import Enum

from pyfinger.dissect import Dissected, Dissector, Field, MessageLayer
from pyfinger.dissect.dns import dns_message
from pyfinger.dissect.smtp_line import smtp_line
from pyfinger.events import (
    BytesReceived,
    CommandSent,
    Connected,
    ConnectFailed,
    Connecting,
    ConnectionBroken,
    CredentialUnreadable,
    DialogueBroken,
    Disconnected,
    DnsExchanged,
    DnsQuery,
    DnsReply,
    Event,
    HandshakeFailed,
    HandshakeMessageSeen,
    PlaintextDiscarded,
    ProbeBegan,
    RecordBytesRead,
    RecordSeen,
    ReplyLine,
    ReplyRefused,
    SessionBegan,
    TlsEstablished,
    TlsProblem,
    TlsStarting,
)
from pyfinger.model import DnsPacket
from pyfinger.report.words import system_error, unreadable
from pyfinger.tls.codepoints import AlertLevel, ContentType
from pyfinger.values import State

MOST_MESSAGES = 2000


class Layer(Enum):
    """Who speaks with whom, in which language."""

    DNS = "DNS"
    TCP = "TCP"
    SMTP = "SMTP"
    TLS = "TLS"
    RECORD = "record"


class Way(Enum):
    """The direction of a message."""

    SENT = "→"
    RECEIVED = "←"
    NEITHER = "·"


class SaidMessage(State):
    """One thing said, or that happened; `size` counts octets, None where there were none."""

    at: float  # seconds since the probe began
    layer: Layer
    way: Way
    what: str
    size: int | None = None
    detail: str = ""
    sealed: bool = False
    bad: bool = False
    offset: int | None = None  # of a record or handshake message, in all octets of its direction
    data: bytes = b""
    tree: Field | None = None


class Part(State):
    """What belongs together in time: the lookups before the first pass, then each connection."""

    title: str
    messages: list[SaidMessage]


class Conversation:
    """A timed renderer that keeps what was said."""

    def __init__(self) -> None:
        self.parts: list[Part] = [Part("Names and addresses", [])]
        self.left_out = 0
        self._count = 0
        self._began: float | None = None
        self._at = 0.0
        self._dissector = Dissector()
        self._tls_began = self._inside_tls = False
        self._sealed_in = False  # the server's last record that had a handshake message in it
        self._unsent: list[SaidMessage] = []  # messages of ours whose record is not there yet
        self._clear = bytearray()  # what the server said of the dialogue, as octets
        self._asked: list[SaidMessage] = []  # a question and its reply
        self._packets: tuple[DnsPacket, ...] = ()  # that passed for it

    def __call__(self, event: Event, at: float) -> None:
        """Follow every event."""
        if self._began is None or isinstance(event, ProbeBegan):
            self._began = at
        self._at = at - self._began
        match event:
            case DnsQuery() | DnsExchanged() | DnsReply():
                self._lookup(event)
            case SessionBegan(number=number):
                self.parts.append(Part(f"Pass {number}", []))
            case Connecting() | Connected() | ConnectFailed() | ConnectionBroken() | Disconnected():
                self._connection(event)
            case CommandSent() | ReplyLine() | ReplyRefused() | DialogueBroken() | PlaintextDiscarded():
                self._dialogue(event)
            case BytesReceived(data=data):
                self._received(data)
            case _:
                self._tls(event)

    def _say(self, layer: Layer, way: Way, what: str, size: int | None = None) -> SaidMessage:
        said = SaidMessage(self._at, layer, way, what, size)
        self._count += 1
        if self._count > MOST_MESSAGES:
            self.left_out += 1
        else:
            self.parts[-1].messages.append(said)
        return said

    # --- names -----------------------------------------------------------------------

    def _lookup(self, event: DnsQuery | DnsExchanged | DnsReply) -> None:
        match event:
            case DnsQuery(name=name, rdtype=rdtype):
                self._asked = [self._say(Layer.DNS, Way.SENT, f"{name or '.'} {rdtype}?")]
            case DnsReply(name=name, rdtype=rdtype, failure=failure):
                said = self._say(
                    Layer.DNS,
                    Way.RECEIVED,
                    f"{name or '.'} {rdtype}: {'ok' if failure is None else failure.status.value}",
                )
                said.bad = event.rcode is None
                said.detail = f"from {event.server}" if event.server else "no server replied"
                self._asked.append(said)
                self._put_octets()
            case DnsExchanged(packets=packets):
                self._packets = packets

    def _put_octets(self) -> None:
        """The last question and reply of what passed; over TCP, without their lengths."""
        for said, sent in zip(self._asked, (True, False), strict=False):
            wires = [one.wire[2:] if one.tcp else one.wire for one in self._packets if one.sent is sent]
            if whole := [wire for wire in wires if wire]:
                said.data, said.size = whole[-1], len(whole[-1])
                said.tree = dns_message(whole[-1])
        self._packets = ()

    # --- connections -----------------------------------------------------------------

    def _connection(self, event: Event) -> None:
        match event:
            case Connecting(peer=peer):
                self._say(Layer.TCP, Way.SENT, f"connecting to {peer}")
            case Connected(peer=peer):
                self._tls_began = self._inside_tls = False
                self._clear.clear()
                self._say(Layer.TCP, Way.RECEIVED, f"connected to {peer}")
            case ConnectFailed(peer=peer, code=code):
                self._say(Layer.TCP, Way.RECEIVED, f"{peer}: {system_error(code)}").bad = True
            case ConnectionBroken(code=code):
                self._say(Layer.TCP, Way.RECEIVED, system_error(code)).bad = True
            case Disconnected():
                self._tell(self._dissector.rest())
                self._say(Layer.TCP, Way.SENT, "connection closed")

    def _received(self, data: bytes) -> None:
        if not data:
            self._say(Layer.TCP, Way.RECEIVED, "connection closed by the server").bad = True
        elif not self._tls_began:
            self._clear += data

    # --- the dialogue ----------------------------------------------------------------

    def _dialogue(self, event: Event) -> None:
        match event:
            case CommandSent(text=text):
                said = self._say(Layer.SMTP, Way.SENT, text)
                self._with_line(said, text.encode("utf-8", "surrogateescape") + b"\r\n")
            case ReplyLine(text=text):
                self._with_line(self._say(Layer.SMTP, Way.RECEIVED, text), self._line())
            case ReplyRefused(step=step, code=code):
                self._say(
                    Layer.SMTP, Way.NEITHER, f"{code} in answer to {step}: the dialogue ends"
                ).bad = True
            case DialogueBroken(step=step, reason=reason):
                self._say(Layer.SMTP, Way.NEITHER, f"{reason} in step {step}").bad = True
            case PlaintextDiscarded(data=data):
                said = self._say(Layer.SMTP, Way.RECEIVED, "more than the reply to STARTTLS, not read")
                said.bad = True
                self._with_line(said, data)

    def _line(self) -> bytes:
        """The octets of the next line that the server sent."""
        end = self._clear.find(b"\n") + 1
        line = bytes(self._clear[:end])
        del self._clear[:end]
        return line

    def _with_line(self, said: SaidMessage, line: bytes) -> None:
        said.data, said.size, said.sealed = line, len(line), self._inside_tls
        said.tree = smtp_line(line, sent=said.way is Way.SENT)

    # --- TLS -------------------------------------------------------------------------

    def _tls(self, event: Event) -> None:
        match event:
            case TlsStarting():
                self._dissector, self._sealed_in, self._tls_began = Dissector(), False, True
                self._unsent.clear()
                self._clear.clear()
            case RecordBytesRead(data=data):
                self._dissector.bytes_read(data)
            case RecordSeen():
                self._record(event)
            case HandshakeMessageSeen(sent=sent, message=message):
                self._tell(self._dissector.message(message, sent=sent))
            case HandshakeFailed():
                self._tell(self._dissector.rest())
            case TlsProblem(reason=reason):
                self._tell(self._dissector.rest())
                self._say(Layer.TLS, Way.NEITHER, reason).bad = True
            case CredentialUnreadable(place=place, reason=reason):
                self._say(Layer.TLS, Way.NEITHER, unreadable(place, reason)).bad = True
            case TlsEstablished(trust=trust, secured=secured):
                self._inside_tls = True
                text = f"{trust.value} TLS connection, {secured.protocol} with {secured.cipher}"
                self._say(Layer.TLS, Way.NEITHER, text)

    def _record(self, event: RecordSeen) -> None:
        found = self._dissector.record(event.wire, event.content_type, event.content, sent=event.sent)
        sealed = found[0].inside is not None
        if event.content_type == ContentType.HANDSHAKE:
            if event.sent:
                for said in self._unsent:
                    said.sealed = sealed
                self._unsent.clear()
            else:
                self._sealed_in = sealed
        elif event.content_type == ContentType.APPLICATION_DATA and not event.sent:
            self._clear += event.content
        for one in found:
            self._tell([one], sealed=sealed)

    def _tell(self, found: list[Dissected], *, sealed: bool | None = None) -> None:
        for one in found:
            layer = Layer.RECORD if one.layer is MessageLayer.RECORD else Layer.TLS
            way = Way.SENT if one.sent else Way.RECEIVED
            said = self._say(layer, way, one.name or one.layer, len(one.data))
            said.data, said.tree = one.data, one.tree
            said.sealed = self._sealed_in if sealed is None else sealed
            said.offset = one.offset if one.layer in (MessageLayer.RECORD, MessageLayer.HANDSHAKE) else None
            said.bad = any(field.problem for field in one.tree.walk())
            if one.layer is MessageLayer.ALERT:
                said.bad = said.bad or one.data[:1] == bytes([AlertLevel.FATAL])
                said.what = f"alert {one.name}"
            if said.bad and one.layer is not MessageLayer.ALERT:
                said.detail = "in which something is wrong"
            elif one.layer is MessageLayer.DECOMPRESSED:
                said.detail = "what is in the compressed one"
            if one.layer is MessageLayer.HANDSHAKE and one.sent:
                said.sealed = False
                self._unsent.append(said)
