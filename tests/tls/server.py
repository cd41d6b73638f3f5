"""A TLS server made of bytes: tlslite-ng's server half without a socket.

It shares no handshake code with `pyfinger.tls`, so each checks the other.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyfinger.crypto.tlslite_ng  # noqa: F401  (before tlslite: it keeps that from loading OpenSSL)

# isort: split
from tlslite.errors import BaseTLSException
from tlslite.handshakesettings import ALL_CIPHER_NAMES, HandshakeSettings
from tlslite.messages import Message
from tlslite.sessioncache import SessionCache as ServerCache
from tlslite.tlsconnection import TLSConnection
from tlslite.utils.python_key import Python_Key
from tlslite.x509 import X509
from tlslite.x509certchain import X509CertChain

from pyfinger.wire import opaque

__all__ = ["Identity", "Rewrite", "ServerCache", "TlsPeer", "showing_raw_key", "with_extension"]

Rewrite: TypeAlias = Callable[[bytes], bytes]
"""Another handshake message, with its header, in place of one that was about to be sent."""

_HANDSHAKE = 22
_SERVER_HELLO, _ENCRYPTED_EXTENSIONS, _CERTIFICATE = 2, 8, 11


class _MemorySocket:
    """What tlslite-ng takes for a non-blocking socket."""

    def __init__(self) -> None:
        self.incoming = bytearray()
        self.outgoing = bytearray()

    def recv(self, size: int) -> bytes:
        if not self.incoming:
            raise BlockingIOError(errno.EAGAIN, "nothing yet")
        data = bytes(self.incoming[:size])
        del self.incoming[:size]
        return data

    def send(self, data: bytes) -> int:
        self.outgoing += data
        return len(data)

    def sendall(self, data: bytes) -> None:
        self.outgoing += data

    def close(self) -> None:
        pass


class _Rewriting(TLSConnection):  # type: ignore[misc]  # tlslite-ng has no types
    """The server half, saying something else than it means to.

    The transcript has what was sent, so that the rest of the handshake follows from it.
    """

    def __init__(self, socket: _MemorySocket, rewrite: Rewrite) -> None:
        super().__init__(socket)
        self._rewrite = rewrite

    def _rewritten(self, message: Any) -> Any:
        if message.contentType != _HANDSHAKE:
            return message
        return Message(_HANDSHAKE, bytearray(self._rewrite(bytes(message.write()))))

    def _sendMsg(
        self, msg: Any, randomizeFirstBlock: bool = True, update_hashes: bool = True
    ) -> Iterator[Any]:
        queued = not update_hashes  # rewritten when it was put into the queue
        yield from super()._sendMsg(
            msg if queued else self._rewritten(msg), randomizeFirstBlock, update_hashes
        )

    def _queue_message(self, msg: Any) -> None:
        super()._queue_message(self._rewritten(msg))


def showing_raw_key(spki: bytes, version: int) -> Rewrite:
    """Makes a server show a raw public key (RFC 7250), which tlslite-ng's cannot."""
    where = _ENCRYPTED_EXTENSIONS if version == 0x0304 else _SERVER_HELLO
    raw_key = opaque(spki, 3)
    if version == 0x0304:
        raw_key = b"\0" + opaque(raw_key + b"\0\0", 3)

    def rewrite(message: bytes) -> bytes:
        if message[0] == where:
            return with_extension(message, 20, b"\2")
        if message[0] == _CERTIFICATE:
            return bytes([_CERTIFICATE]) + opaque(raw_key, 3)
        return message

    return rewrite


def with_extension(message: bytes, kind: int, data: bytes) -> bytes:
    """A ServerHello or EncryptedExtensions with one more extension."""
    start = 4
    if message[0] == _SERVER_HELLO:
        start = 4 + 2 + 32 + 1 + message[38] + 3
    block = message[start + 2 :] + kind.to_bytes(2, "big") + opaque(data, 2)
    return message[:1] + opaque(message[4:start] + opaque(block, 2), 3)


@dataclass(frozen=True)
class Identity:
    """A private key (PEM) and its certificates (DER), the server's own first."""

    key_pem: str
    chain: tuple[bytes, ...]


class TlsPeer:
    """A server as `tests.scripted.Peer`: handshake, `greeting`, then `answer` maps input to output."""

    def __init__(
        self,
        identity: Identity | None,
        answer: Callable[[bytes], bytes] = bytes,
        greeting: bytes = b"",
        rewrite: Rewrite = bytes,
        **settings: Any,
    ) -> None:
        self.closed = False
        self.refused: BaseTLSException | None = None
        self._socket = _MemorySocket()
        self._answer = answer
        self._greeting = greeting
        self._tls = _Rewriting(self._socket, rewrite)
        self._tls.closeSocket = False
        self._settings = HandshakeSettings()
        self._settings.cipherImplementations = ["python"]
        self._settings.cipherNames = list(ALL_CIPHER_NAMES)
        self._settings.use_heartbeat_extension = False
        options: dict[str, Any] = {"anon": identity is None}
        for name, value in settings.items():
            if name in ("reqCert",):
                options[name] = value
            else:
                setattr(self._settings, name, value)
        if identity is not None:
            certificates = [X509() for _ in identity.chain]
            certificates[0].parseBinary(bytearray(identity.chain[0]))
            for certificate, der in zip(certificates, identity.chain, strict=True):
                certificate.bytes = bytearray(der)  # only the first one has to make sense
            options["certChain"] = X509CertChain(certificates)
            options["privateKey"] = Python_Key.parsePEM(identity.key_pem)
        self._options = options
        self._script = self._run()

    @property
    def client_chain(self) -> tuple[bytes, ...]:
        """The certificates the client has shown, DER, and signed for."""
        chain = self._tls.session.clientCertChain
        return tuple(bytes(one.bytes) for one in chain.x509List) if chain else ()

    def feed(self, data: bytes) -> bytes:
        """Bytes from the client; the bytes for it."""
        self._socket.incoming += data
        if data and not self.closed:
            try:
                next(self._script)
            except StopIteration:
                self.closed = True
            except BaseTLSException as error:
                self.refused = error
                self.closed = True
        sent = bytes(self._socket.outgoing)
        self._socket.outgoing.clear()
        return sent

    def _run(self) -> Iterator[None]:
        for state in self._tls.handshakeServerAsync(settings=self._settings, **self._options):
            if state == 0:
                yield
        self._write(self._greeting)
        while True:
            data = b""
            for result in self._tls.readAsync(max=1 << 14):
                if isinstance(result, int):
                    yield
                else:
                    data = bytes(result)
            if not data:
                return
            self._write(self._answer(data))

    def _write(self, data: bytes) -> None:
        for _ in self._tls.writeAsync(bytearray(data)) if data else ():
            pass
