"""What passed between us and name servers, as kept for captures."""

from __future__ import annotations

import socket

import dns.flags
import dns.message
import dns.rcode
import pytest

from pyfinger.drive import resolver
from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.model import DnsPacket, RawReply
from pyfinger.steps import Resolve, ask
from tests.drive.running import Run
from tests.drive.sockets import HOST, closed_port, tcp_server, udp_server

QUESTION = Resolve("mx.test", "A", True)
JUNK = b"\x00\x00junk" * 2  # long enough for a header, of another id


def reply(query: bytes, flags: int = 0, rcode: int = 0) -> bytes:
    message = dns.message.make_response(dns.message.from_wire(query))
    message.flags |= flags
    message.set_rcode(dns.rcode.Rcode(rcode))
    return message.to_wire()


def framed(message: bytes) -> bytes:
    return len(message).to_bytes(2, "big") + message


def at(*ports: int, use_tcp: bool = False) -> NameService:
    servers = tuple(NameServer(HOST, port) for port in ports)
    return NameService(servers, attempts=1, use_tcp=use_tcp)


def check(packets: tuple[DnsPacket, ...], port: int) -> None:
    """Who, and when: every packet at its time, the last one about now."""
    for packet in packets:
        ends = packet.endpoints
        assert (ends.local, ends.remote, ends.remote_port) == (HOST, HOST, port)
        assert ends.local_port
    ages = [packet.age for packet in packets]
    assert ages == sorted(ages, reverse=True)
    assert 0 <= ages[-1] <= ages[0] < 10


def ways(raw: RawReply) -> list[tuple[bool, bool]]:
    """Sent, and by TCP."""
    return [(packet.sent, packet.tcp) for packet in raw.packets]


def test_question_and_answer(run: Run) -> None:
    with udp_server(lambda query: [JUNK, reply(query)]) as port:
        raw = run(ask(QUESTION), at(port))
    check(raw.packets, port)
    assert ways(raw) == [(True, False), (False, False), (False, False)]
    question, junk, answer = raw.packets
    assert dns.message.from_wire(question.wire).question[0].to_text() == "mx.test. IN A"
    assert (junk.wire, answer.wire) == (JUNK, raw.wire)
    assert len({packet.endpoints for packet in raw.packets}) == 1


def test_the_rest_of_a_truncated_answer(run: Run) -> None:
    def serve(connection: socket.socket) -> None:
        connection.sendall(framed(reply(connection.recv(1000)[2:])))

    with tcp_server(serve) as port, udp_server(lambda query: [reply(query, dns.flags.TC)], port):
        raw = run(ask(QUESTION), at(port))
    check(raw.packets, port)
    assert ways(raw)[:4] == [(True, False), (False, False), (True, True), (True, True)]
    attempt, query = raw.packets[2:4]
    assert attempt.wire == b""
    assert query.wire[:2] == (len(query.wire) - 2).to_bytes(2, "big")
    assert raw.wire is not None
    assert b"".join(packet.wire for packet in raw.packets[4:]) == framed(raw.wire)


def test_a_stream_that_ends_early(run: Run) -> None:
    def serve(connection: socket.socket) -> None:
        connection.sendall(framed(reply(connection.recv(1000)[2:]))[:-1])

    with tcp_server(serve) as port:
        raw = run(ask(QUESTION), at(port, use_tcp=True))
    assert raw.wire is None
    assert ways(raw)[:2] == [(True, True)] * 2
    assert raw.packets[-1].wire == b"" and not raw.packets[-1].sent


def test_every_server_that_was_asked(run: Run) -> None:
    """One is not there, one refuses, one answers."""
    refused = dns.rcode.REFUSED
    with udp_server(lambda query: [reply(query, 0, refused)]) as one, udp_server(lambda q: [reply(q)]) as two:
        raw = run(ask(QUESTION), at(closed_port(), one, two))
    assert [packet.sent for packet in raw.packets] == [True, True, False, True, False]
    assert [packet.endpoints.remote_port for packet in raw.packets[1:]] == [one, one, two, two]


def test_nobody_takes_the_connection(run: Run) -> None:
    raw = run(ask(QUESTION), at(closed_port(), use_tcp=True))
    assert [(packet.sent, packet.wire) for packet in raw.packets] == [(True, b"")]


def test_large_packets_fill_no_memory(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "MOST_PACKET_BYTES", 100)
    with udp_server(lambda query: [JUNK * 20, reply(query)]) as port:
        raw = run(ask(QUESTION), at(port))
    assert raw.wire is not None
    assert [packet.sent for packet in raw.packets] == [True]


def test_floods_fill_no_memory(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "MOST_PACKETS", 3)
    with udp_server(lambda query: [JUNK] * 5 + [reply(query)]) as port:
        raw = run(ask(QUESTION), at(port))
    assert raw.wire is not None
    assert [packet.wire for packet in raw.packets[1:]] == [JUNK] * 2
