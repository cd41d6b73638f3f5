"""The server's side of SMTP and LMTP, as far as a probe goes: greeting, EHLO, STARTTLS, QUIT.

Pure: a command line in, a reply and what to do next out (RFC 5321, RFC 2033,
RFC 3207).  Mail is not accepted.
"""

from __future__ import annotations

from enum import Enum

from pyfinger.values import State, Value

MAX_LINE = 2048  # bytes; a longer command is not waited for


class Then(Enum):
    """What happens after a reply was sent."""

    LISTEN = "listen"
    SECURE = "start TLS"
    HANG_UP = "hang up"


class DemoReply(Value):
    """A reply, and what happens after it."""

    text: str
    then: Then = Then.LISTEN

    @property
    def wire(self) -> bytes:
        """As sent."""
        return self.text.replace("\n", "\r\n").encode() + b"\r\n"


class MailDialogue(State):
    """One connection's dialogue."""

    host: str
    lmtp: bool
    starttls: bool  # offered, as long as TLS is not on

    def greeting(self) -> DemoReply:
        """The first thing a server says."""
        return DemoReply(f"220 {self.host} {'LMTP' if self.lmtp else 'ESMTP'} pyfinger demo")

    def reply(self, line: bytes) -> DemoReply:
        """The reply to one command line."""
        verb = line.split(None, 1)[0].upper() if line.strip() else b""
        if verb == (b"LHLO" if self.lmtp else b"EHLO"):
            return self._capabilities()
        if verb == b"HELO" and not self.lmtp:
            return DemoReply(f"250 {self.host}")
        if verb == b"STARTTLS":
            return self._start_tls()
        return _PLAIN_REPLIES.get(verb, DemoReply("502 5.5.2 Error: command not recognized"))

    def secured(self) -> None:
        """TLS is on: it is not offered again (RFC 3207 section 4.2)."""
        self.starttls = False

    def _capabilities(self) -> DemoReply:
        words = [self.host, "PIPELINING", "SIZE 10240000"]
        words += ["STARTTLS"] if self.starttls else []
        words += ["ENHANCEDSTATUSCODES", "8BITMIME"]
        lines = [f"250-{word}" for word in words]
        return DemoReply("\n".join([*lines, "250 SMTPUTF8"]))

    def _start_tls(self) -> DemoReply:
        if not self.starttls:
            return DemoReply("502 5.5.1 Error: command not implemented")
        return DemoReply("220 2.0.0 Ready to start TLS", Then.SECURE)


_PLAIN_REPLIES = {
    b"QUIT": DemoReply("221 2.0.0 Bye", Then.HANG_UP),
    b"NOOP": DemoReply("250 2.0.0 Ok"),
    b"RSET": DemoReply("250 2.0.0 Ok"),
    b"MAIL": DemoReply("550 5.7.1 This demo takes no mail"),
}
