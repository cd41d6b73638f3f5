"""The demo's servers, spoken to by tlslite-ng's client half."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import pyfinger.crypto.tlslite_ng  # noqa: F401  (before tlslite: it keeps that from loading OpenSSL)
from pyfinger.demo.listeners import LOOPBACK
from pyfinger.demo.smtp_server import MAX_LINE
from pyfinger.demo.world import DemoWorld

# isort: split
from tlslite.errors import TLSRemoteAlert
from tlslite.handshakesettings import HandshakeSettings
from tlslite.tlsconnection import TLSConnection

SECONDS = 60.0  # far more than anything here takes


@contextmanager
def connected(world: DemoWorld, name: str) -> Iterator[socket.socket]:
    with socket.create_connection((LOOPBACK, world.server(name).port), SECONDS) as client:
        yield client


def say(client: socket.socket | TLSConnection, line: bytes, until: bytes = b"\r\n") -> bytes:
    if line:
        client.sendall(line + b"\r\n")
    reply = b""
    while not reply.endswith(until):
        data = bytes(client.recv(1000))
        if not data:
            break
        reply += data
    return reply


def handshake(client: socket.socket, newest: tuple[int, int] = (3, 4)) -> TLSConnection:
    tls = TLSConnection(client)
    settings = HandshakeSettings()
    settings.maxVersion = newest
    settings.keyShares = ["x25519"]
    tls.handshakeClientCert(settings=settings)
    return tls


@pytest.mark.parametrize(
    ("name", "version", "kind"),
    [
        ("good", "TLS 1.3", "ecdsa"),
        ("tls12", "TLS 1.2", "rsa"),
        ("ed25519", "TLS 1.3", "Ed25519"),
    ],
)
def test_starttls_leads_into_tls(world: DemoWorld, name: str, version: str, kind: str) -> None:
    host = world.server(name).plan.host.encode()
    with connected(world, name) as client:
        assert say(client, b"").startswith(b"220 " + host)
        assert b"250-STARTTLS" in say(client, b"EHLO client.test", b"250 SMTPUTF8\r\n")
        assert say(client, b"STARTTLS").startswith(b"220 ")
        tls = handshake(client)
        assert tls.getVersionName() == version
        assert tls.session.serverCertChain.getEndEntityPublicKey().key_type == kind
        assert b"STARTTLS" not in say(tls, b"EHLO client.test", b"250 SMTPUTF8\r\n")
        assert say(tls, b"QUIT").startswith(b"221 ")
        assert tls.recv(1) == b""


def test_an_older_client_gets_an_older_version(world: DemoWorld) -> None:
    with connected(world, "good") as client:
        say(client, b"")
        say(client, b"STARTTLS")
        assert handshake(client, newest=(3, 3)).getVersionName() == "TLS 1.2"


def test_a_wrapped_server_speaks_tls_first(world: DemoWorld) -> None:
    with connected(world, "smtps") as client:
        tls = handshake(client)
        assert say(tls, b"").startswith(b"220 ")
        assert b"STARTTLS" not in say(tls, b"EHLO client.test", b"250 SMTPUTF8\r\n")


def test_commands_sent_together_are_answered_one_by_one(world: DemoWorld) -> None:
    with connected(world, "plain") as client:
        say(client, b"")
        assert say(client, b"NOOP\r\nRSET\r\nQUIT", b"Bye\r\n").count(b"\r\n") == 3
        assert client.recv(1) == b""


def test_what_is_sent_ahead_of_tls_is_dropped(world: DemoWorld) -> None:
    with connected(world, "good") as client:
        say(client, b"")
        assert say(client, b"STARTTLS\r\nQUIT").startswith(b"220 ")
        tls = handshake(client)
        assert say(tls, b"NOOP").startswith(b"250 ")


def test_an_endless_line_ends_the_connection(world: DemoWorld) -> None:
    with connected(world, "good") as client:
        say(client, b"")
        client.sendall(b"x" * (MAX_LINE + 1))
        assert client.recv(1) == b""


def test_a_failed_handshake_ends_the_connection(world: DemoWorld) -> None:
    with connected(world, "smtps") as client:
        client.sendall(b"EHLO client.test\r\n")
        client.shutdown(socket.SHUT_WR)
        while client.recv(100):
            pass


def test_a_client_that_breaks_tls_is_let_go(world: DemoWorld) -> None:
    with connected(world, "smtps") as client:
        tls = handshake(client)
        say(tls, b"")
        client.sendall(b"\x17\x03\x03\x00\x13" + b"no such ciphertext!")
        with pytest.raises(TLSRemoteAlert):
            tls.recv(1)
