"""Questions to name servers in a capture."""

from __future__ import annotations

import io
from itertools import count

from pyfinger.model import DnsPacket, Endpoints
from pyfinger.report.capture.pcapng import dns_frames
from pyfinger.report.capture.pcapng_blocks import CaptureFile
from tests.report.capture.reading import ACK, FIN, PSH, SYN, Capture, read

SERVER = Endpoints("192.0.2.1", 40000, "192.0.2.53", 53)
BY_TCP = Endpoints("192.0.2.1", 40001, "192.0.2.53", 53)
AGAIN = Endpoints("192.0.2.1", 40002, "192.0.2.53", 53)


def udp(*, sent: bool, wire: bytes, age: float) -> DnsPacket:
    return DnsPacket(sent, wire, SERVER, tcp=False, age=age)


def tcp(*, sent: bool, wire: bytes, age: float, ends: Endpoints = BY_TCP) -> DnsPacket:
    return DnsPacket(sent, wire, ends, tcp=True, age=age)


def captured(*packets: DnsPacket) -> Capture:
    out = io.BytesIO()
    file = CaptureFile(out, secrets=False)
    for frame, age in dns_frames(packets, count(1)):
        file.add([frame], 100 - age)
    return read(out.getvalue())


def times(capture: Capture) -> list[float]:
    return [packet.at / 1_000_000 for packet in capture.packets]


def test_datagrams() -> None:
    capture = captured(udp(sent=True, wire=b"question", age=5), udp(sent=False, wire=b"answer", age=1))
    question, answer = capture.packets
    assert (question.payload, question.source, question.target) == (
        b"question",
        ("192.0.2.1", 40000),
        ("192.0.2.53", 53),
    )
    assert (answer.payload, answer.source, answer.target) == (b"answer", question.target, question.source)
    assert (question.outbound, answer.outbound) == (True, False)
    assert times(capture) == [95, 99]


def test_a_truncated_answer_and_its_rest_by_tcp() -> None:
    capture = captured(
        udp(sent=True, wire=b"question", age=5),
        udp(sent=False, wire=b"half", age=4),
        tcp(sent=True, wire=b"", age=3),
        tcp(sent=True, wire=b"\0\1q", age=2),
        tcp(sent=False, wire=b"\0\6an", age=1),
        tcp(sent=False, wire=b"swer", age=0.5),
    )
    (stream,) = capture.streams().values()
    assert (stream.sent, stream.received) == (b"\0\1q", b"\0\6answer")
    pushed = PSH | ACK
    assert stream.flags == [SYN, SYN | ACK, ACK, pushed, pushed, pushed, FIN | ACK]
    assert times(capture) == [95, 96, 97, 98, 98, 98, 99, 99.5, 99.5]


def test_servers_that_do_not_take_a_connection() -> None:
    capture = captured(tcp(sent=True, wire=b"", age=2), tcp(sent=True, wire=b"", age=1, ends=AGAIN))
    assert [stream.flags for stream in capture.streams().values()] == [[SYN], [SYN]]


def test_servers_that_hang_up() -> None:
    capture = captured(tcp(sent=True, wire=b"", age=2), tcp(sent=False, wire=b"", age=1))
    (stream,) = capture.streams().values()
    assert stream.flags == [SYN, SYN | ACK, ACK, FIN | ACK, FIN | ACK]
