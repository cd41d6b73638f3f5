"""A name server and a mail server on loopback that show any world, without anybody's private key.

The mail server speaks TLS 1.3 with a key of its own and shows whatever chain it is told to, so
its CertificateVerify is not the shown key's: `unsigned()` has the client take it all the same.
Everything else is a probe as ever, over sockets.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import dns.flags
import dns.message
import dns.rdatatype

from pyfinger.demo.listeners import Listeners
from pyfinger.drive.resolv_conf import NameService, parse_name_server
from pyfinger.steps import Resolve
from pyfinger.tls.codepoints import SignatureScheme
from pyfinger.tls.signature_schemes import SCHEMES
from pyfinger.wire import opaque
from tests.mailserver import MailServer, identity
from tests.tls.server import showing_raw_key
from tests.world import World

ADDRESS = "127.0.0.1"
_CERTIFICATE, _COMPRESSED_CERTIFICATE = 11, 25


class LoopbackServers:
    """What is shown may be exchanged between probes."""

    def __init__(self) -> None:
        self.world = World()
        self.chain: tuple[bytes, ...] = ()
        self.raw_key = b""
        self._listeners = Listeners()
        self.port = self._listeners.connections(self._talk)
        name_server = self._listeners.datagrams(self._answer)
        self.name_service: NameService = parse_name_server(f"{ADDRESS}:{name_server}")
        self._listeners.start()

    def close(self) -> None:
        """The end of both."""
        self._listeners.close()

    def _answer(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True)
        asked = Resolve(name, dns.rdatatype.to_text(question.rdtype), bool(query.ednsflags & dns.flags.DO))
        reply = self.world.resolve(asked).wire
        assert reply is not None
        return wire[:2] + reply[2:]

    def _talk(self, connection: socket.socket) -> None:
        rewrite = self._raw_key if self.raw_key else self._certificate
        peer = MailServer(identity(), settings={"rewrite": rewrite})()
        connection.sendall(peer.feed(b""))
        while not peer.closed and (data := connection.recv(1 << 16)):
            connection.sendall(peer.feed(data))

    def _raw_key(self, message: bytes) -> bytes:
        if message[0] == _COMPRESSED_CERTIFICATE:
            message = bytes([_CERTIFICATE]) + message[1:]
        return showing_raw_key(self.raw_key, 0x0304)(message)

    def _certificate(self, message: bytes) -> bytes:
        """The chain of this world in the place of the server's own (RFC 8446 section 4.4.2)."""
        if message[0] not in (_CERTIFICATE, _COMPRESSED_CERTIFICATE):
            return message
        entries = b"".join(opaque(der, 3) + b"\0\0" for der in self.chain)
        return bytes([_CERTIFICATE]) + opaque(b"\0" + opaque(entries, 3), 3)


@contextmanager
def loopback_servers() -> Iterator[LoopbackServers]:
    """Both servers, for a while."""
    servers = LoopbackServers()
    try:
        yield servers
    finally:
        servers.close()


@contextmanager
def unsigned() -> Iterator[None]:
    """Nobody has the keys of the certificates shown: signatures under handshakes are not looked at."""
    scheme = SCHEMES[SignatureScheme.ECDSA_SECP256R1_SHA256]
    with patch("pyfinger.tls.server_certificate.check_signature", lambda *_: scheme):
        yield
