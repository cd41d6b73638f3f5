"""Facts about connections and the SMTP dialogue."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

from pyfinger.events.base import Event
from pyfinger.model import Endpoints, Peer

Mutation: TypeAlias = Literal["flipped", "cut", "dropped", "repeated", "swapped", "split"]
"""How what was received is changed on purpose, in a replay."""

TIMED_OUT = "timeout"  # why a dialogue broke off
CONNECTION_LOST = "lost connection"


class DialogueStep(StrEnum):
    """A command of the SMTP dialogue, or the greeting (RFC 5321 section 4.3.2)."""

    GREETING = "greeting"
    EHLO = "EHLO"
    LHLO = "LHLO"
    STARTTLS = "STARTTLS"
    QUIT = "QUIT"


class Connecting(Event):
    """An address is about to be tried."""

    peer: Peer


class ConnectFailed(Event):
    """An address did not accept; `code` is errno."""

    destination: str
    peer: Peer
    code: int


class AddressSkipped(Event):
    """An address was not tried since its TLSA lookup failed."""

    destination: str
    peer: Peer


class SocketPathTooLong(Event):
    """A unix-domain socket's path that no system accepts."""

    destination: str
    path: str


class SessionBegan(Event):
    """A session is about to be attempted; the first is pass 1."""

    number: int


class Connected(Event):
    """The connection is open."""

    peer: Peer
    endpoints: Endpoints


class StepBegan(Event):
    """A phase with a time limit of its own begins."""

    step: str
    seconds: int


class BytesSent(Event):
    """Bytes that left through the connection."""

    data: bytes


class BytesReceived(Event):
    """Bytes that came through the connection; empty at its end."""

    data: bytes


class ConnectionBroken(Event):
    """The connection failed while bytes were to be sent or received; `code` is errno."""

    code: int


class Disconnected(Event):
    """The connection was closed by us."""


class CommandSent(Event):
    """An SMTP command; `step` is the dialogue step it belongs to."""

    step: str
    text: str


class ReplyLine(Event):
    """One line of a reply, censored as Postfix does, without its end."""

    step: str
    text: str


class ReplyRefused(Event):
    """A reply that ends the session, or (EHLO inside TLS) that is shrugged off."""

    step: str  # greeting, EHLO, LHLO, STARTTLS
    code: int
    text: str


class DialogueBroken(Event):
    """The connection failed in a dialogue step; `reason` is `timeout` or `lost connection`."""

    step: str  # greeting, EHLO, LHLO, STARTTLS, QUIT
    reason: str
    fatal: bool = False


class InputDisabled(Event):
    """A reply line of more than twice the limit; nothing more is read."""


class PlaintextDiscarded(Event):
    """Bytes that came with the STARTTLS reply, before TLS: possibly injected."""

    data: bytes


class Reconnecting(Event):
    """The next pass begins after a pause."""

    seconds: int


class ReconnectingDone(Event):
    """No further pass: the server `declined` resumption, a session was `found` again, or enough."""

    why: Literal["declined", "found", "limit"]


class ReplyMutated(Event):
    """In a replay, something received was changed on purpose before anybody saw it."""

    how: Mutation
    dns: bool  # a reply of a name server, else data of the connection
    size: int  # bytes, before
    line: int  # of the recording
