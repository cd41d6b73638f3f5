"""A mail server whose TLS is sound, and then says what no sound TLS says.

`Forger` is tlslite-ng's server half made of bytes (`tests.tls.server`), with a
way to seal any record under the keys of the moment.  A `Speech` makes what is
sent, piece by piece, as long as the client listens.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, TypeAlias

from pyfinger.demo.listeners import Conversation
from tests.hostile.stage import wait_for_end
from tests.mailserver import identity
from tests.tls.server import Identity, Rewrite, TlsPeer

# isort: split
from tlslite.messages import Message

HANDSHAKE, ALERT, CHANGE_CIPHER_SPEC, APPLICATION_DATA = 22, 21, 20, 23
CAPABILITIES = b"250-mx.example.test\r\n250 HELP\r\n"
TLS_1_2: dict[str, Any] = {"maxVersion": (3, 3)}


class Forger(TlsPeer):
    """One connection; `speech` is set once a command came that is answered with one."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan.identity, self._reply, rewrite=plan.rewrite, **plan.settings)
        self._speeches = plan.speeches
        self.speech: Iterator[bytes] | None = None

    def _reply(self, line: bytes) -> bytes:
        verb = line.split(None, 1)[0].decode().upper()
        if verb in self._speeches:
            self.speech = self._speeches[verb](self)
            return b""
        return CAPABILITIES if verb == "EHLO" else b"221 bye\r\n"

    def sealed(self, kind: int, content: bytes) -> bytes:
        """One record (or more, if it is long) under the present keys."""
        for _ in self._tls._sendMsg(Message(kind, bytearray(content)), update_hashes=False):
            pass
        return self._taken()

    def key_update(self, *, requested: bool = False) -> bytes:
        """A KeyUpdate, and from then on the next keys."""
        for _ in self._tls.send_keyupdate_request(int(requested)):
            pass
        return self._taken()

    def _taken(self) -> bytes:
        sent = bytes(self._socket.outgoing)
        self._socket.outgoing.clear()
        return sent


Speech: TypeAlias = Callable[[Forger], Iterator[bytes]]


@dataclass(frozen=True)
class Plan:
    """A server: its certificates, what it says instead of what it means to, and how it answers commands."""

    speeches: Mapping[str, Speech] = field(default_factory=dict)
    identity: Identity | None = field(default_factory=identity)
    rewrite: Rewrite = bytes
    settings: Mapping[str, Any] = field(default_factory=dict)


def server(plan: Plan) -> Conversation:
    """SMTP up to STARTTLS, then the plan."""

    def converse(sock: socket.socket) -> None:
        start_tls(sock)
        forger = Forger(plan)
        while forger.speech is None and not forger.closed:
            heard = sock.recv(1 << 16)
            if not heard:
                return
            sock.sendall(forger.feed(heard))
        for piece in forger.speech or ():
            sock.sendall(piece)
        if not forger.closed:
            wait_for_end(sock)

    return converse


def start_tls(sock: socket.socket) -> None:
    """What comes before TLS."""
    for reply in (b"220 mx ESMTP\r\n", b"250-mx\r\n250 STARTTLS\r\n", b"220 go\r\n"):
        sock.sendall(reply)
        if not reply.endswith(b"go\r\n"):
            sock.recv(4096)


def raw(*pieces: bytes, endless: bytes = b"") -> Conversation:
    """A server that says this after STARTTLS, whatever the client says; `endless` for ever after it."""

    def converse(sock: socket.socket) -> None:
        start_tls(sock)
        sock.recv(1 << 16)
        for piece in pieces:
            sock.sendall(piece)
        piece = endless * max(1, (1 << 16) // max(1, len(endless)))
        while endless:
            sock.sendall(piece)
        wait_for_end(sock)

    return converse


def over_and_over(kind: int, content: bytes) -> Speech:
    """The same record for ever."""
    return lambda forger: (forger.sealed(kind, content) for _ in repeat(None))
