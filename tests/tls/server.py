"""A TLS server made of bytes: tlslite-ng's server half without a socket.

It shares no handshake code with `pyfinger.tls`, so each checks the other.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pyfinger.tls.deps  # noqa: F401  (before tlslite: it keeps that from loading OpenSSL)

# isort: split
from tlslite.errors import BaseTLSException
from tlslite.handshakesettings import ALL_CIPHER_NAMES, HandshakeSettings
from tlslite.sessioncache import SessionCache as ServerCache
from tlslite.tlsconnection import TLSConnection
from tlslite.utils.python_key import Python_Key
from tlslite.x509 import X509
from tlslite.x509certchain import X509CertChain

__all__ = ["Identity", "ServerCache", "TlsPeer"]


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
        **settings: Any,
    ) -> None:
        self.closed = False
        self.refused: BaseTLSException | None = None
        self._socket = _MemorySocket()
        self._answer = answer
        self._greeting = greeting
        self._tls = TLSConnection(self._socket)
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
            for certificate, der in zip(certificates, identity.chain, strict=True):
                certificate.parseBinary(bytearray(der))
            options["certChain"] = X509CertChain(certificates)
            options["privateKey"] = Python_Key.parsePEM(identity.key_pem)
        self._options = options
        self._script = self._run()

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
