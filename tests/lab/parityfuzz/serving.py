"""A case's own mail servers: they say what dialogues.py drew, and show any certificate at all.

TLS is tlslite-ng's server half, which signs rightly whatever octets its
certificate consists of.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pyfinger.crypto.tlslite_ng  # noqa: F401  (before tlslite: it keeps that from loading OpenSSL)

# isort: split
from tlslite.errors import BaseTLSException
from tlslite.handshakesettings import HandshakeSettings
from tlslite.tlsconnection import TLSConnection
from tlslite.utils.python_key import Python_Key
from tlslite.x509 import X509
from tlslite.x509certchain import X509CertChain

from tests.lab.parityfuzz import credentials
from tests.lab.parityfuzz.case import Json, World
from tests.lab.parityfuzz.dialogues import USUAL

PATIENCE = 15.0  # seconds; no handshake is waited for longer
# A client that waits for more, as the server does, is let go soon.
IDLE = {"": 1.0, "tls ": 4.0}
PORTS = (25, 465)  # of each address; TLS comes first on the second
_LONGEST_LINE = 8192


@contextmanager
def serving(servers: Mapping[str, Json]) -> Iterator[None]:
    """Serve all of them, until the end of the block."""
    listeners = []
    try:
        for address, server in servers.items():
            check(server)
            for port in PORTS:
                listener = socket.create_server((address, port), backlog=16)
                listeners.append(listener)
                arguments = (listener, Server({**USUAL, **server}, wrapper=port == 465))
                threading.Thread(target=_accept, args=arguments, daemon=True).start()
        yield
    finally:
        for listener in listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def check(server: World) -> None:
    """Raises whatever keeps a server from being one; in a thread it would be too late."""
    credential(server)
    _settings(server).validate()
    for step, reply in server.items():
        if step not in ("chain", "newest", "ask", "settings"):
            reply["say"].encode("latin-1")


def _accept(listener: socket.socket, server: Server) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:  # the case is over
            return
        connection.settimeout(PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=server.converse, args=(connection,), daemon=True).start()


class Server:
    """One server, for any number of connections."""

    def __init__(self, spoken: World, wrapper: bool) -> None:
        self._spoken = spoken
        self._wrapper = wrapper

    def converse(self, connection: socket.socket) -> None:
        """Serve one connection."""
        with connection, contextlib.suppress(OSError, BaseTLSException):
            channel = self._secured(connection) if self._wrapper else connection
            inside = "tls " if self._wrapper else ""
            then = self._say(channel, "connect")
            buffered = b""
            while then in ("listen", "tls"):
                if then == "tls" and "hello" in self._spoken:
                    connection.recv(65536)
                    then = self._say(channel, "hello")
                    break
                if then == "tls":
                    channel, inside, buffered = self._secured(connection), "tls ", b""
                connection.settimeout(IDLE[inside])
                line, buffered = _line(channel, buffered)
                connection.settimeout(PATIENCE)
                if line is None:
                    break
                then = self._say(channel, inside + line.split(b" ")[0].decode("latin-1").upper())
            self._end(connection, channel, then)

    def _say(self, channel: Any, step: str) -> str:
        reply = self._spoken.get(step) or self._spoken.get(step.removeprefix("tls "), self._spoken["other"])
        data = reply["say"].encode("latin-1")
        for piece in _pieces(data, reply.get("pieces", 1)):
            channel.sendall(piece)
        return str(reply.get("then", "listen"))

    def _end(self, connection: socket.socket, channel: Any, then: str) -> None:
        if then == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        if then != "silent":
            if channel is not connection:
                channel.close()
            connection.shutdown(socket.SHUT_WR)
        # Closing with something unread would be a reset.
        while connection.recv(65536):
            pass

    def _secured(self, connection: socket.socket) -> Any:
        tls = TLSConnection(connection)
        tls.closeSocket = False
        tls.ignoreAbruptClose = True
        chain, private = credential(self._spoken)
        settings = _settings(self._spoken)
        tls.handshakeServer(
            certChain=chain, privateKey=private, settings=settings, reqCert=self._spoken.get("ask", False)
        )
        return tls


def _pieces(data: bytes, count: int) -> Iterator[bytes]:
    step = max(1, -(-len(data) // count))
    return (data[at : at + step] for at in range(0, len(data), step))


def _line(channel: Any, buffered: bytes) -> tuple[bytes | None, bytes]:
    while b"\n" not in buffered:
        try:
            data = channel.recv(4096)
        except TimeoutError:
            return None, b""
        if not data or len(buffered) > _LONGEST_LINE:
            return None, b""
        buffered += data
    line, _, rest = buffered.partition(b"\n")
    return line.rstrip(b"\r"), rest


_cache: dict[str, tuple[Any, Any]] = {}


def credential(server: World) -> tuple[Any, Any]:
    """Chain and key; a chain of any octets, as its leaf is parsed from an ordinary certificate."""
    known_as = json.dumps(server.get("chain", ()))
    if known_as not in _cache:
        wanted: Sequence[Json] = server.get("chain") or [{}]
        name = next((credentials.key_name(one) for one in wanted if "raw" not in one), "p256/leaf")
        leaf = X509()
        leaf.parseBinary(bytearray(credentials.build({"key": name})))
        leaf.bytes = bytearray(credentials.build(wanted[0]))
        rest = [X509() for _ in wanted[1:]]
        for certificate, one in zip(rest, wanted[1:], strict=True):
            certificate.bytes = bytearray(credentials.build(one))
        _cache[known_as] = X509CertChain([leaf, *rest]), Python_Key.parsePEM(credentials.key(name).pem)
    return _cache[known_as]


def _settings(server: World) -> HandshakeSettings:
    settings = HandshakeSettings()
    settings.cipherImplementations = ["python"]
    settings.minVersion = (3, 1)
    settings.maxVersion = (3, server.get("newest", 4))
    settings.minKeySize = 512
    settings.use_heartbeat_extension = False
    settings.ticketKeys = [bytearray(b"parity fuzz key of tickets, 32 b")]
    for name, value in server.get("settings", {}).items():
        setattr(settings, name, value)
    settings.keyShares = [one for one in settings.keyShares if one in settings.eccCurves]
    return settings
