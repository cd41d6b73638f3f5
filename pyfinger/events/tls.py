"""Facts about TLS sessions."""

from __future__ import annotations

from dataclasses import dataclass

from pyfinger.events.base import Event
from pyfinger.model import Peer, Secured, Trust


@dataclass(frozen=True, slots=True)
class TlsStarting(Event):
    """A handshake is being prepared."""

    peer: Peer


@dataclass(frozen=True, slots=True)
class CipherListChosen(Event):
    """The cipher string in OpenSSL's notation (ciphers(1))."""

    peer: Peer
    text: str


@dataclass(frozen=True, slots=True)
class ProtocolListInvalid(Event):
    """`-p` does not parse; the session ends."""

    peer: Peer
    value: str


@dataclass(frozen=True, slots=True)
class ProtocolBoundRefused(Event):
    """A floor (`minimum`) or ceiling (`maximum`) no TLS version fits."""

    peer: Peer
    bound: str
    version: int


@dataclass(frozen=True, slots=True)
class GradeInvalid(Event):
    """`-g` names no cipher grade; the session ends."""

    peer: Peer
    grade: str


@dataclass(frozen=True, slots=True)
class CipherListRefused(Event):
    """The grade's cipher list selects nothing; the session ends."""

    peer: Peer
    grade: str


@dataclass(frozen=True, slots=True)
class GroupsRefused(Event):
    """No key exchange group of a setting is known.

    `source` is `configured` or `Postfix default`; `blank` if it names none at all.
    """

    source: str
    blank: bool = False


@dataclass(frozen=True, slots=True)
class ServernameTooLong(Event):
    """An SNI name of more than 255 bytes; the session ends."""

    peer: Peer
    name: str


@dataclass(frozen=True, slots=True)
class ServernameChosen(Event):
    """The SNI name to be sent (RFC 6066 section 3)."""

    peer: Peer
    name: str


@dataclass(frozen=True, slots=True)
class AlertSeen(Event):
    """A TLS alert (RFC 8446 section 6); one of ours is `sent` before its bytes leave."""

    sent: bool
    level: int
    description: int


@dataclass(frozen=True, slots=True)
class RecordBytesRead(Event):
    """What the record layer took of the bytes received: a record's header, its body, or a part.

    `wanted` is how many it asked for; `data` is shorter, never empty, if no more were there.
    """

    wanted: int
    data: bytes


@dataclass(frozen=True, slots=True)
class RecordSeen(Event):
    """One TLS record: as on the wire, and its content in clear."""

    sent: bool
    wire: bytes
    content_type: int
    content: bytes


@dataclass(frozen=True, slots=True)
class HandshakeMessageBegan(Event):
    """The header of the server's next handshake message is here, the rest maybe not."""

    kind: int  # HandshakeType, RFC 8446 appendix B.3


@dataclass(frozen=True, slots=True)
class HandshakeMessageSeen(Event):
    """One whole handshake message with its four-byte header."""

    sent: bool
    message: bytes


@dataclass(frozen=True, slots=True)
class HandshakeMessageAccepted(Event):
    """The server's last handshake message was found good and has had its effect."""


@dataclass(frozen=True, slots=True)
class CipherChangeSeen(Event):
    """The server's change_cipher_spec, where it means something: before TLS 1.3."""


@dataclass(frozen=True, slots=True)
class SecretDerived(Event):
    """A secret in the terms of NSS key logs; shown and kept only on request."""

    label: str
    client_random: bytes
    secret: bytes


@dataclass(frozen=True, slots=True)
class HandshakeFailed(Event):
    """No TLS session; `code` is errno, 0 for end of file, -1 for a TLS error."""

    peer: Peer
    code: int


@dataclass(frozen=True, slots=True)
class TlsProblem(Event):
    """An error inside TLS, with OpenSSL's number and words for it."""

    code: int
    reason: str
    data: str = ""


@dataclass(frozen=True, slots=True)
class SessionSought(Event):
    """The session cache is asked."""

    key: str


@dataclass(frozen=True, slots=True)
class SessionReloaded(Event):
    """The session cache has a session, which is offered to the server."""

    key: str


@dataclass(frozen=True, slots=True)
class SessionSaved(Event):
    """The server handed out a session, which is kept."""

    key: str


@dataclass(frozen=True, slots=True)
class SessionRemoved(Event):
    """A handshake failed, its session is forgotten."""

    key: str


@dataclass(frozen=True, slots=True)
class SessionReused(Event):
    """The server accepted a cached session."""

    peer: Peer


@dataclass(frozen=True, slots=True)
class TlsEstablished(Event):
    """The handshake is done and judged."""

    peer: Peer
    trust: Trust
    secured: Secured
