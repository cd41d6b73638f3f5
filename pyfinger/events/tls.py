"""Facts about TLS sessions."""

from __future__ import annotations

from typing import Literal

from pyfinger.events.base import Event
from pyfinger.model import ConnectionInfo, Peer, Trust


class TlsStarting(Event):
    """A handshake is being prepared."""

    peer: Peer


class CipherListChosen(Event):
    """The cipher string in OpenSSL's notation (ciphers(1))."""

    peer: Peer
    text: str


class ProtocolListInvalid(Event):
    """`-p` does not parse; the session ends."""

    peer: Peer
    value: str


class ProtocolBoundRefused(Event):
    """A floor (`minimum`) or ceiling (`maximum`) no TLS version fits."""

    peer: Peer
    bound: str
    version: int


class GradeInvalid(Event):
    """`-g` names no cipher grade; the session ends."""

    peer: Peer
    grade: str


class CipherListRefused(Event):
    """The grade's cipher list selects nothing; the session ends."""

    peer: Peer
    grade: str


class GroupsRefused(Event):
    """No key exchange group of a setting is known.

    `source` is `configured` or `Postfix default`; `blank` if it names none at all.
    """

    source: Literal["configured", "Postfix default"]
    blank: bool = False


class GroupListRefused(Event):
    """The key exchange groups are known, but not as one list; why, in OpenSSL's number and words."""

    source: Literal["configured", "Postfix default"]
    code: int
    reason: str
    data: str = ""


class NothingToOffer(Event):
    """Options and parameters leave nothing that could be offered to a server, in OpenSSL's words."""

    peer: Peer
    reason: str


class ServernameTooLong(Event):
    """An SNI name of more than 255 bytes; the session ends."""

    peer: Peer
    name: str


class ServernameChosen(Event):
    """The SNI name to be sent (RFC 6066 section 3)."""

    peer: Peer
    name: str


class HandshakeReady(Event):
    """All is prepared, the hello comes next; told where a trace may be kept from here on (`-L trace`)."""

    peer: Peer


class TraceSaved(Event):
    """Decoded messages go to this file from now on, those of later sessions, too."""

    file: str


class TraceLost(Event):
    """There is no such file, or no more of it; `doing` is `open` or `write`, `code` errno."""

    file: str
    doing: Literal["open", "write"]
    code: int


class AlertSeen(Event):
    """A TLS alert (RFC 8446 section 6); one of ours is `sent` before its bytes leave."""

    sent: bool
    level: int
    description: int


class RecordBytesRead(Event):
    """What the record layer took of the bytes received: a record's header, its body, or a part.

    `wanted` is how many it asked for; `data` is shorter, never empty, if no more were there.
    """

    wanted: int
    data: bytes


class RecordSeen(Event):
    """One TLS record: as on the wire, and its content in clear."""

    sent: bool
    wire: bytes
    content_type: int
    content: bytes


class HandshakeMessageBegan(Event):
    """The header of the server's next handshake message is here, the rest maybe not."""

    kind: int  # HandshakeType, RFC 8446 appendix B.3


class HandshakeMessageSeen(Event):
    """One whole handshake message with its four-byte header."""

    sent: bool
    message: bytes


class HandshakeMessageAccepted(Event):
    """The server's last handshake message was found good and has had its effect."""


class CipherChangeSeen(Event):
    """The server's change_cipher_spec, where it means something: before TLS 1.3."""


class SecretDerived(Event):
    """A secret in the terms of NSS key logs; shown and kept only on request."""

    label: str
    client_random: bytes
    secret: bytes

    def __repr__(self) -> str:
        """Without the secret: a traceback is no request."""
        return f"SecretDerived(label={self.label!r}, client_random={self.client_random!r}, secret=...)"


class HandshakeFailed(Event):
    """No TLS session; `code` is errno, 0 for end of file, -1 for a TLS error."""

    peer: Peer
    code: int


class TlsProblem(Event):
    """An error inside TLS, with OpenSSL's number and words for it."""

    code: int
    reason: str
    data: str = ""


class SessionSought(Event):
    """The session cache is asked."""

    key: str


class SessionReloaded(Event):
    """The session cache has a session, which is offered to the server."""

    key: str


class SessionSaved(Event):
    """The server handed out a session, which is kept."""

    key: str


class SessionRemoved(Event):
    """A handshake failed, its session is forgotten."""

    key: str


class SessionReused(Event):
    """The server accepted a cached session."""

    peer: Peer


class TlsEstablished(Event):
    """The handshake is done and judged."""

    peer: Peer
    trust: Trust
    secured: ConnectionInfo
