"""A mail server made of bytes, for probes run by `tests.scripted`: SMTP, STARTTLS, TLS.

server = MailServer(identity)
driver = Scripted(world, {"192.0.2.1": server})
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from tests.tls.server import Identity, TlsPeer


@cache
def identity(host: str = "mx.example.test", kind: str = "p256") -> Identity:
    """A server's key and chain under a root nobody trusts."""
    leaf = make_leaf(host, make_ca("O=Test/CN=Test Root"), key=make_key(kind))
    return Identity(leaf.key.pem, leaf.chain)


@dataclass
class MailServer:
    """Says what a friendly server says; calling it opens a connection."""

    identity: Identity | None = None  # None: no STARTTLS
    wrapper: bool = False
    banner: str = "220 mx.example.test ESMTP"
    name: str = "mx.example.test"
    injected: bytes = b""  # sent with the reply to STARTTLS
    go: bytes = b"220 go\r\n"  # that reply
    settings: dict[str, Any] = field(default_factory=dict)

    def __call__(self) -> _Connection:
        return _Connection(self)

    def goodbye(self) -> bytes:
        """The reply to QUIT."""
        return b"221 bye\r\n"


class _Connection:
    def __init__(self, server: MailServer) -> None:
        self.closed = False
        self._server = server
        self._line = b""
        self._tls: TlsPeer | None = None
        self._greeted = False
        if server.wrapper:
            self._start_tls()

    def feed(self, data: bytes) -> bytes:
        if self._tls is not None:
            sent = self._tls.feed(data)
            self.closed = self._tls.closed
            return sent
        if not self._greeted:
            self._greeted = True
            return self._server.banner.encode() + b"\r\n" + (self._answer(data) if data else b"")
        return self._answer(data)

    def _start_tls(self) -> None:
        greeting = self._server.banner.encode() + b"\r\n" if self._server.wrapper else b""
        self._tls = TlsPeer(self._server.identity, self._answer, greeting, **self._server.settings)

    def _answer(self, data: bytes) -> bytes:
        self._line += data
        output = b""
        while b"\r\n" in self._line:
            command, self._line = self._line.split(b"\r\n", 1)
            output += self._reply(command.upper().split(b" ")[0])
        return output

    def _reply(self, verb: bytes) -> bytes:
        if verb in (b"EHLO", b"LHLO"):
            inside = self._tls is not None or self._server.identity is None
            return (
                b"250-"
                + self._server.name.encode()
                + (b"\r\n" if inside else b"\r\n250-STARTTLS\r\n")
                + b"250 HELP\r\n"
            )
        if verb == b"STARTTLS":
            self._start_tls()
            return self._server.go + self._server.injected
        return self._server.goodbye() if verb == b"QUIT" else b"502 no\r\n"
