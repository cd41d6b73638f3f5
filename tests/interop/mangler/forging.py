"""tlslite-ng's server, saying what it is told to instead of what it means to.

What is changed are whole messages before they are protected, so the records
around them are sound.  The transcript has what was sent: the rest of the
handshake follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pyfinger.crypto.tlslite_ng  # noqa: F401  (before tlslite: it keeps that from loading OpenSSL)

# isort: split
from tlslite.errors import BaseTLSException
from tlslite.handshakesettings import ALL_CIPHER_NAMES, HandshakeSettings
from tlslite.messages import Message
from tlslite.tlsconnection import TLSConnection
from tlslite.utils.python_key import Python_Key
from tlslite.x509 import X509
from tlslite.x509certchain import X509CertChain

from pyfinger.x509.pem import blocks
from tests.lab.places import PKI
from tests.tls.server import _MemorySocket

HANDSHAKE, ALERT, CHANGE_CIPHER_SPEC, APPLICATION_DATA = 22, 21, 20, 23
PLAIN = -1  # bytes for the wire, not protected
KEY_UPDATE = -2  # a true one; the data is its request_update
_LARGEST = 1 << 14

Item: TypeAlias = tuple[int, bytes]
"""A content type, or one of the above, and the content."""

Edit: TypeAlias = Callable[[bytes], Sequence[Item]]
"""What is sent instead of a handshake message."""


@dataclass(frozen=True)
class Forgery:
    """A server of tlslite-ng: its settings, the messages it changes, what it says once it is done."""

    settings: dict[str, Any] = field(default_factory=dict)
    edits: dict[int, Edit] = field(default_factory=dict)  # by type of message
    post: Sequence[Item] = ()  # right behind the handshake
    ahead: Sequence[Item] = ()  # ahead of the first reply inside TLS
    identity: str = "rsa"

    def server(self, answer: Callable[[bytes], bytes]) -> ForgingServer:
        """A server for one connection."""
        return ForgingServer(self, answer)


class _Forging(TLSConnection):  # type: ignore[misc]  # tlslite-ng has no types
    """The server half with every handshake message on its way through `edits`."""

    def __init__(self, socket: _MemorySocket, edits: dict[int, Edit]) -> None:
        super().__init__(socket)
        self._edits = edits
        self._waiting: list[Item] = []

    def _edited(self, message: Any) -> Sequence[Item]:
        data = bytes(message.write())
        if message.contentType != HANDSHAKE:
            return [(message.contentType, data)]
        edit = self._edits.get(data[0], _as_it_is)
        items = edit(data)
        for kind, content in items:
            if kind == HANDSHAKE:
                self._handshake_hash.update(content)
        return items

    def _sendMsg(
        self, msg: Any, randomizeFirstBlock: bool = True, update_hashes: bool = True
    ) -> Iterator[Any]:
        yield from self.send_items(self._edited(msg))

    def _queue_message(self, msg: Any) -> None:
        self._waiting += self._edited(msg)

    def _queue_flush(self) -> Iterator[Any]:
        waiting, self._waiting = self._waiting, []
        yield from self.send_items(waiting)

    def send_items(self, items: Sequence[Item]) -> Iterator[Any]:
        """Send each as a record, or several if it is a large message."""
        for kind, content in items:
            if kind == PLAIN:
                self.sock.send(bytearray(content))
            elif kind == KEY_UPDATE:
                yield from self.send_keyupdate_request(content[0])
            else:
                size = _LARGEST if kind == HANDSHAKE else len(content) or 1
                for start in range(0, len(content) or 1, size):
                    piece = Message(kind, bytearray(content[start : start + size]))
                    yield from self._recordLayer.sendRecord(piece)


def _as_it_is(message: bytes) -> Sequence[Item]:
    return [(HANDSHAKE, message)]


@cache
def _identity(name: str) -> tuple[Any, Any]:
    chain = X509CertChain([])
    for block in blocks((Path(PKI) / f"{name}.pem").read_bytes()):
        one = X509()
        one.parseBinary(bytearray(block.data))
        chain.x509List.append(one)
    return chain, Python_Key.parsePEM((Path(PKI) / f"{name}.key").read_text())


class ForgingServer:
    """One connection: handshake, `post`, then `answer` maps input to output."""

    def __init__(self, forgery: Forgery, answer: Callable[[bytes], bytes]) -> None:
        self._socket = _MemorySocket()
        self._tls = _Forging(self._socket, forgery.edits)
        self._tls.closeSocket = False
        self._forgery = forgery
        self._answer = answer
        self._settings = HandshakeSettings()
        self._settings.cipherImplementations = ["python"]
        self._settings.cipherNames = list(ALL_CIPHER_NAMES)
        self._settings.use_heartbeat_extension = False
        self._options: dict[str, Any] = {}
        for name, value in forgery.settings.items():
            if name in ("reqCert", "anon"):
                self._options[name] = value
            else:
                setattr(self._settings, name, value)
        if not forgery.settings.get("anon"):
            self._options["certChain"], self._options["privateKey"] = _identity(forgery.identity)
        self._script = self._run()
        self._over = False

    def feed(self, data: bytes) -> bytes:
        """Bytes from the client; the bytes for it."""
        self._socket.incoming += data
        if data and not self._over:
            try:
                next(self._script)
            except (StopIteration, BaseTLSException):
                self._over = True
        sent = bytes(self._socket.outgoing)
        self._socket.outgoing.clear()
        return sent

    def _run(self) -> Iterator[None]:
        for state in self._tls.handshakeServerAsync(settings=self._settings, **self._options):
            if state == 0:
                yield
        self._send(self._forgery.post)
        ahead = self._forgery.ahead
        while True:
            data = b""
            for result in self._tls.readAsync(max=1 << 14):
                if isinstance(result, int):
                    yield
                else:
                    data = bytes(result)
            if not data:
                return
            self._send(ahead)
            ahead = ()
            self._send([(APPLICATION_DATA, self._answer(data))])

    def _send(self, items: Sequence[Item]) -> None:
        for _ in self._tls.send_items(items):
            pass
        self._tls.sock.flush()
