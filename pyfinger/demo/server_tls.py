"""TLS for the demo's servers: tlslite-ng's server half, with pure Python primitives only.

The client in `pyfinger.tls` shares no handshake code with it, so each checks the other.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import pyfinger.crypto.tlslite_ng  # noqa: F401  (before tlslite: it keeps that from loading OpenSSL)
from pyfinger.demo.certificate_making import Issued
from pyfinger.values import Value

# isort: split
from tlslite.errors import BaseTLSException
from tlslite.handshakesettings import HandshakeSettings, Keypair, VirtualHost
from tlslite.messages import ClientHello
from tlslite.tlsconnection import TLSConnection
from tlslite.utils.python_key import Python_Key
from tlslite.x509 import X509
from tlslite.x509certchain import X509CertChain


class HandshakeRefused(Exception):
    """No TLS came about: the client did not like what it saw, or left.

    `server_name` is the name it asked for, if it came that far; empty: it named none.
    """

    def __init__(self, reason: str, server_name: str = "") -> None:
        super().__init__(reason)
        self.server_name = server_name


class AttentiveConnection(TLSConnection):  # type: ignore[misc]
    """tlslite-ng's, which keeps the ClientHello it got."""

    client_hello: ClientHello | None = None

    def _getMsg(self, *arguments: Any, **named: Any) -> Iterator[Any]:
        for result in super()._getMsg(*arguments, **named):
            if isinstance(result, ClientHello):
                self.client_hello = result
            yield result

    @property
    def server_name(self) -> str:
        """What the client called the server (RFC 6066 section 3); empty: nothing."""
        hello = self.client_hello
        return "" if hello is None else bytes(hello.server_name).decode("ascii", "backslashreplace")


class TlsChannel:
    """A connection inside TLS; where TLS breaks, it raises OSError as a socket does."""

    def __init__(self, tls: AttentiveConnection) -> None:
        self._tls = tls

    @property
    def version(self) -> str:
        """What was agreed on, as "TLS 1.3"."""
        return f"TLS 1.{self._tls.version[1] - 1}"

    @property
    def server_name(self) -> str:
        """What the client called the server; empty: nothing."""
        return self._tls.server_name

    def recv(self, size: int) -> bytes:
        """Some bytes, empty at end of file."""
        with _breaking_as_sockets_do():
            return bytes(self._tls.recv(size))

    def sendall(self, data: bytes) -> None:
        """Write all of `data`."""
        with _breaking_as_sockets_do():
            self._tls.sendall(data)

    def close(self) -> None:
        """Say goodbye (close_notify); the connection below stays open."""
        with _breaking_as_sockets_do():
            self._tls.close()


@contextmanager
def _breaking_as_sockets_do() -> Iterator[None]:
    try:
        yield
    except BaseTLSException as error:
        raise ConnectionAbortedError(str(error)) from error


class ServerTls(Value):
    """One server's TLS: its credential and the newest version it speaks."""

    __slots__ = ("__dict__",)  # what is made once

    credential: Issued
    newest: tuple[int, int]  # (3, 3) is TLS 1.2, (3, 4) is TLS 1.3
    other: Issued | None = None  # for clients that cannot do with the first
    oldest: tuple[int, int] = (3, 3)
    connection_class: type[AttentiveConnection] = AttentiveConnection

    def accept(self, connection: socket.socket) -> TlsChannel:
        """The server's part of a handshake; raises HandshakeRefused or OSError."""
        tls = self.connection_class(connection)
        tls.closeSocket = False
        tls.ignoreAbruptClose = True
        try:
            tls.handshakeServer(certChain=self._chain, privateKey=self._key, settings=self._settings)
        except BaseTLSException as error:
            raise HandshakeRefused(str(error), tls.server_name) from error
        return TlsChannel(tls)

    @cached_property
    def _chain(self) -> X509CertChain:
        return X509CertChain(_certificates(self.credential))

    @cached_property
    def _key(self) -> object:
        return Python_Key.parsePEM(self.credential.key.pem)

    @cached_property
    def _settings(self) -> HandshakeSettings:
        settings = HandshakeSettings()
        settings.cipherImplementations = ["python"]
        settings.minVersion = self.oldest
        settings.maxVersion = self.newest
        settings.versions = [each for each in settings.versions if self.oldest <= each <= self.newest]
        if self.oldest >= (3, 4):  # what is no group of TLS 1.3 is refused then
            settings.eccCurves = [each for each in settings.eccCurves if not each.startswith("brainpool")]
        settings.use_heartbeat_extension = False
        settings.ticketKeys = [bytearray(secrets.token_bytes(32))]
        if self.other is not None:
            host = VirtualHost()
            host.keys = [Keypair(Python_Key.parsePEM(self.other.key.pem), _certificates(self.other))]
            settings.virtual_hosts = [host]
        return settings


def _certificates(issued: Issued) -> list[X509]:
    certificates = [X509() for _ in issued.chain]
    for certificate, der in zip(certificates, issued.chain, strict=True):
        certificate.parseBinary(bytearray(der))
    return certificates
