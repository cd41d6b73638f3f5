"""Facts about connections and the SMTP dialogue."""

from __future__ import annotations

from dataclasses import dataclass

from pyfinger.events.base import Event
from pyfinger.model import Endpoints, Peer


@dataclass(frozen=True, slots=True)
class Connecting(Event):
    """An address is about to be tried."""

    peer: Peer


@dataclass(frozen=True, slots=True)
class ConnectFailed(Event):
    """An address did not accept; `code` is errno."""

    destination: str
    peer: Peer
    code: int


@dataclass(frozen=True, slots=True)
class AddressSkipped(Event):
    """An address was not tried since its TLSA lookup failed."""

    destination: str
    peer: Peer


@dataclass(frozen=True, slots=True)
class SocketPathTooLong(Event):
    """A unix-domain socket's path that no system accepts."""

    destination: str
    path: str


@dataclass(frozen=True, slots=True)
class SessionBegan(Event):
    """A session is about to be attempted; the first is pass 1."""

    number: int


@dataclass(frozen=True, slots=True)
class Connected(Event):
    """The connection is open."""

    peer: Peer
    endpoints: Endpoints


@dataclass(frozen=True, slots=True)
class StepBegan(Event):
    """A phase with a time limit of its own begins."""

    step: str
    seconds: int


@dataclass(frozen=True, slots=True)
class BytesSent(Event):
    """Bytes that left through the connection."""

    data: bytes


@dataclass(frozen=True, slots=True)
class BytesReceived(Event):
    """Bytes that came through the connection; empty at its end."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Disconnected(Event):
    """The connection was closed by us."""


@dataclass(frozen=True, slots=True)
class CommandSent(Event):
    """An SMTP command; `step` is the dialogue step it belongs to."""

    step: str
    text: str


@dataclass(frozen=True, slots=True)
class ReplyLine(Event):
    """One line of a reply, censored as Postfix does, without its end."""

    step: str
    text: str


@dataclass(frozen=True, slots=True)
class ReplyRefused(Event):
    """A reply that ends the session, or (EHLO inside TLS) that is shrugged off."""

    step: str  # greeting, EHLO, LHLO, STARTTLS
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class DialogueBroken(Event):
    """The connection failed in a dialogue step; `reason` is `timeout` or `lost connection`."""

    step: str  # greeting, EHLO, LHLO, STARTTLS, QUIT
    reason: str
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class InputDisabled(Event):
    """A reply line of more than twice the limit; nothing more is read."""


@dataclass(frozen=True, slots=True)
class PlaintextDiscarded(Event):
    """Bytes that came with the STARTTLS reply, before TLS: possibly injected."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Reconnecting(Event):
    """The next pass begins after a pause."""

    seconds: int


@dataclass(frozen=True, slots=True)
class ReconnectingDone(Event):
    """No further pass: `declined`, `found` or `limit`."""

    why: str
