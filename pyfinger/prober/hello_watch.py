"""What became of the hello of one connection, as its events tell."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from pyfinger.events import (
    AlertSeen,
    Connected,
    ConnectFailed,
    DialogueBroken,
    Event,
    HandshakeFailed,
    HandshakeMessageAccepted,
    HandshakeMessageSeen,
    ReplyRefused,
    TlsEstablished,
    TlsProblem,
)
from pyfinger.model.tolerance import HelloKind, HelloTrial, Reception
from pyfinger.smtp import SmtpStopped
from pyfinger.tls.codepoints import AlertDescription, AlertLevel
from pyfinger.tls.handshake_failures import Reason
from pyfinger.values import State

# What is wrong with a hello that is one: a version that was not offered, or what only we do not want.
_OTHER_VERSION = Reason.UNSUPPORTED_PROTOCOL.words
_UNWANTED = (Reason.UNSAFE_LEGACY_RENEGOTIATION_DISABLED.words, Reason.INAPPROPRIATE_FALLBACK.words)


class HelloWatch(State):
    """What one connection showed."""

    began: float
    ended: float = 0.0
    connected: bool = False
    octets: int = 0  # of the hello; 0: none was sent
    answered: bool = False  # with a message, good or not
    accepted: bool = False  # that was a hello, and good
    alert: str = ""
    code: int | None = None  # of a handshake that failed: errno, or -1
    problem: str = ""
    protocol: str = ""
    group: str = ""

    def __call__(self, event: Event) -> None:
        """Follow every event."""
        match event:
            case Connected():
                self.connected = True
            case ConnectFailed(code=code):
                self.problem = self.problem or f"connection: {errno.errorcode.get(code, str(code))}"
            case HandshakeMessageSeen(sent=True, message=message) if not self.octets:
                self.octets = len(message)
            case HandshakeMessageSeen(sent=False):
                self.answered = True
            case HandshakeMessageAccepted():  # the first can be nothing else
                self.accepted = True
            case AlertSeen(sent=False, level=AlertLevel.FATAL, description=description):
                self.alert = _alert(description)
            case TlsEstablished(secured=secured):
                self.protocol, self.group = secured.protocol, secured.group
            case HandshakeFailed(code=code):
                self.code = code
            case TlsProblem(reason=reason) | DialogueBroken(reason=reason) if not self.problem:
                self.problem = reason
            case ReplyRefused(code=code, text=text) if not self.octets:
                self.problem = self.problem or f"{code} {text}"

    def stopped(self, ended: SmtpStopped | None) -> None:
        """The dialogue is over; without a hello there is a reason, known or not."""
        if not self.octets and not self.problem:
            self.problem = "no STARTTLS" if ended is None else "the dialogue broke off"

    @property
    def taken(self) -> bool:
        """Whether there is a hello to go on from, if we would."""
        return self.accepted or (self.answered and self.problem in _UNWANTED)

    @property
    def reception(self) -> Reception:
        """What the server did with the hello."""
        if self.taken:
            return Reception.TAKEN
        if not self.octets:
            return Reception.UNKNOWN
        if self.code == errno.ETIMEDOUT:
            return Reception.SILENT
        if (not self.answered and self.alert) or (self.answered and self.problem == _OTHER_VERSION):
            return Reception.REFUSED
        return Reception.MALFORMED if self.answered or self.code == -1 else Reception.CLOSED

    def trial(self, kind: HelloKind, cut: int, seconds: int) -> HelloTrial:
        """All of it; `seconds` are those an answer was waited for."""
        return HelloTrial(
            kind,
            self.reception,
            self.octets,
            cut,
            next(self._details(seconds), ""),
            self.protocol,
            self.group,
            self.ended - self.began,
        )

    def _details(self, seconds: int) -> Iterator[str]:
        reception = self.reception
        if reception is Reception.SILENT:
            yield f"within {seconds} seconds"
        if self.alert:
            yield f"{'then ' if self.taken else ''}alert {self.alert}"
        if reception in (Reception.REFUSED, Reception.MALFORMED, Reception.UNKNOWN):
            yield self.problem
        if self.taken and not self.protocol:
            yield f"then {self.problem or 'the handshake broke off'}"


def _alert(description: int) -> str:
    try:
        return AlertDescription(description).name.lower()
    except ValueError:
        return str(description)
