"""Mail exchangers that accept whatever comes and throw it away, and tell the journal.

`MailboxDialogue` is the only one that looks into what it gets: bounces of the world's own
messages come to it.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable

from pyfinger.demo.mailserver import talk
from pyfinger.demo.senders.journal import Journal, SmtpStep
from pyfinger.demo.senders.sender_tls import spoil
from pyfinger.demo.senders.situations import SinkTls
from pyfinger.demo.server_tls import HandshakeRefused, ServerTls
from pyfinger.demo.smtp_server import DemoReply, MailDialogue, Then
from pyfinger.values import Value

_ENVELOPE = {b"MAIL": SmtpStep.MAIL, b"RCPT": SmtpStep.RCPT, b"DATA": SmtpStep.DATA}
_PLAIN_STEPS = {b"EHLO": SmtpStep.EHLO, b"HELO": SmtpStep.EHLO, b"QUIT": SmtpStep.QUIT}
_WITHOUT_STARTTLS = (SinkTls.NOT_OFFERED, SinkTls.NO_EHLO)
_SHOWN = 200  # octets of a command
_SITUATION_HEADER = re.compile(rb"^X-Pyfinger-Situation: *([a-z0-9-]+)", re.MULTILINE | re.IGNORECASE)
_MAX_BODY = 262144  # octets of a message that are looked at

# All senders' handshakes are arithmetic in one interpreter: more at a time, and DNS answers come too late.
_HANDSHAKES = threading.BoundedSemaphore(4)

Note = Callable[[SmtpStep, str], None]


class SinkDialogue(MailDialogue):
    """A dialogue in which mail is accepted."""

    tls: SinkTls
    note: Note
    in_data: bool = False

    def answer(self, line: bytes) -> DemoReply | None:
        """The reply to a line; None to one of a message."""
        if self.in_data:
            return self._message_line(line)
        verb = line.split(None, 1)[0].upper() if line.strip() else b""
        shown = line[:_SHOWN].strip().decode("ascii", "backslashreplace")
        if verb in _ENVELOPE:
            self.note(_ENVELOPE[verb], shown)
            self.in_data = verb == b"DATA"
            return DemoReply("354 End data with <CR><LF>.<CR><LF>" if self.in_data else "250 2.1.0 Ok")
        if verb == b"STARTTLS":
            self.note(SmtpStep.STARTTLS, "")
            if self.starttls and self.tls is SinkTls.REFUSED:
                return DemoReply("454 4.7.0 TLS not available due to local problem")
        elif verb in _PLAIN_STEPS:
            self.note(_PLAIN_STEPS[verb], shown)
            if verb == b"EHLO" and self.tls is SinkTls.NO_EHLO:
                return DemoReply("502 5.5.2 Error: command not recognized")
        return self.reply(line)

    def _message_line(self, line: bytes) -> DemoReply | None:
        if line.rstrip(b"\r") != b".":
            self.keep(line)
            return None
        self.in_data = False
        self.finish()
        return DemoReply("250 2.0.0 Ok: thrown away")

    def keep(self, line: bytes) -> None:
        """A line of a message."""

    def finish(self) -> None:
        """The end of a message."""
        self.note(SmtpStep.DELIVERED, "")


def _ignore(situation: str) -> None:
    """Nobody wants to know."""


class MailboxDialogue(SinkDialogue):
    """The dialogue of the world's own mailbox."""

    returned: Callable[[str], None] = _ignore
    body: bytes = b""

    def keep(self, line: bytes) -> None:
        """Kept, as far as bounces are long."""
        if len(self.body) < _MAX_BODY:
            self.body += line + b"\n"

    def finish(self) -> None:
        """Which messages are coming back is in the headers of the originals."""
        body, self.body = self.body, b""
        for found in dict.fromkeys(_SITUATION_HEADER.findall(body)):
            self.returned(found.decode("ascii").lower())


class Sink(Value):
    """One mail exchanger, for any number of connections at a time."""

    situation: str
    host: str
    kind: SinkTls
    tls: ServerTls
    journal: Journal

    def converse(self, connection: socket.socket) -> None:
        """Serve one connection; raises OSError when it breaks."""
        number = self.journal.next_connection()
        secured = False

        def note(step: SmtpStep, detail: str = "") -> None:
            self.journal.note(
                self.situation, step, host=self.host, detail=detail, secured=secured, connection=number
            )

        dialogue = self._dialogue(note)
        note(SmtpStep.CONNECT, str(connection.getpeername()[0]))
        try:
            if talk(connection, dialogue.answer, dialogue.greeting()) is not Then.SECURE:
                return
            try:
                spoil(self.kind, connection)
                with _HANDSHAKES:
                    channel = self.tls.accept(connection)
            except HandshakeRefused as refused:
                asked = f"name {refused.server_name}" if refused.server_name else "no name"
                note(SmtpStep.NO_TLS, f"{refused} ({asked})")
                return
            except OSError as broken:
                note(SmtpStep.NO_TLS, str(broken))
                raise
            secured = True
            note(SmtpStep.TLS, f"{channel.version}, {channel.server_name or 'no name'}")
            dialogue.secured()
            talk(channel, dialogue.answer, None)
            with contextlib.suppress(OSError):  # a sender need not wait for the goodbye
                channel.close()
        finally:
            note(SmtpStep.LOST)

    def _dialogue(self, note: Note) -> SinkDialogue:
        offered = self.kind not in _WITHOUT_STARTTLS
        return SinkDialogue(self.host, False, offered, self.kind, note)


class Mailbox(Sink):
    """The world's own, to which bounces come."""

    def _dialogue(self, note: Note) -> SinkDialogue:
        def returned(situation: str) -> None:
            self.journal.note(situation, SmtpStep.RETURNED, host=self.host)

        return MailboxDialogue(
            self.host, False, True, self.kind, lambda step, detail: None, returned=returned
        )
