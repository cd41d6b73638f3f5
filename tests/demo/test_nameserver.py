from __future__ import annotations

import socket
from collections.abc import Iterator

import dns.flags
import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.demo.listeners import LOOPBACK, Listeners
from pyfinger.demo.nameserver import Nameserver
from pyfinger.demo.zones import Namespace, Zone

MANY = tuple(f"TXT {'x' * 60}{number:03d}" for number in range(100))
NAMES = Namespace(
    [Zone("big.test.", True, {"big.test": MANY, "small.test": (), "small.big.test": ("A 127.0.0.1",)})]
)


@pytest.fixture
def server() -> Nameserver:
    return Nameserver(NAMES)


@pytest.fixture
def port(server: Nameserver) -> Iterator[int]:
    listeners = Listeners()
    port = listeners.connections(server.converse)
    listeners.start()
    yield port
    listeners.close()


def query(name: str, rdtype: str = "TXT") -> bytes:
    return dns.message.make_query(name, rdtype).to_wire()


def test_what_fits_goes_by_udp(server: Nameserver) -> None:
    wire = server.datagram(query("small.big.test", "A"))
    assert wire is not None
    response = dns.message.from_wire(wire)
    assert response.answer[0].to_text() == "small.big.test. 60 IN A 127.0.0.1"
    assert not response.flags & dns.flags.TC


def test_what_does_not_fit_is_truncated_and_had_by_tcp(server: Nameserver, port: int) -> None:
    wire = server.datagram(query("big.test"))
    assert wire is not None
    response = dns.message.from_wire(wire)
    assert response.flags & dns.flags.TC
    assert response.answer == response.authority == []
    with socket.create_connection((LOOPBACK, port)) as client:
        for _ in range(2):  # a connection serves several questions
            assert len(by_tcp(client, query("big.test")).answer[0]) == len(MANY)


def by_tcp(client: socket.socket, wire: bytes) -> dns.message.Message:
    client.sendall(len(wire).to_bytes(2, "big") + wire)
    with client.makefile("rb") as stream:
        size = int.from_bytes(stream.read(2), "big")
        return dns.message.from_wire(stream.read(size))


@pytest.mark.parametrize("sent", [b"", b"\0", b"\0\5abc", b"\0\3abc"])
def test_tcp_ends_at_the_first_thing_that_is_no_question(port: int, sent: bytes) -> None:
    with socket.create_connection((LOOPBACK, port)) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""


def test_replies_are_not_answered(server: Nameserver) -> None:
    reply = dns.message.make_response(dns.message.make_query("big.test", "A"))
    assert server.datagram(reply.to_wire()) is None


@given(st.binary(max_size=80))
def test_any_bytes_give_a_reply_or_none(wire: bytes) -> None:
    reply = Nameserver(NAMES).datagram(wire)
    assert reply is None or dns.message.from_wire(reply)
