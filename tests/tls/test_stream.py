"""A TLS session over a scripted connection: order, deadlines, the ways it ends."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.errors import LostConnection, TimedOut
from pyfinger.events import BytesSent, RecordSeen, TlsProblem
from pyfinger.steps import Connect, Deadline, PlainStream, Receive, Send, Steps, ask
from pyfinger.tls.codepoints import ContentType
from pyfinger.tls.engine import Engine
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.stream import RecordCutter, TlsStream
from pyfinger.wire import opaque
from tests.scripted import Peer, Scripted
from tests.tls.offers import offer
from tests.tls.server import TlsPeer
from tests.tls.test_engine import identity, judge, steady

RECORDS = [b"\x16\3\3" + opaque(body, 2) for body in (b"", b"x", b"hello" * 100)]
LIMIT = Deadline(30)
TLS12 = (3, 3)


class Line:
    """A client stream and the server it is connected to."""

    def __init__(self, peer: Peer, **driving: Any) -> None:
        self.driver = Scripted(servers={"192.0.2.1": lambda: peer}, **driving)
        self.driver.run(ask(Connect("192.0.2.1", 25, LIMIT)))
        engine = Engine(offer(1), judge, self.driver.emit, steady().randbytes)
        self.stream = TlsStream(PlainStream(self.driver.emit), engine, self.driver.emit)

    def shake(self) -> Line:
        self.driver.run(self.stream.handshake(LIMIT))
        return self

    def converse(self, data: bytes) -> bytes:
        def steps() -> Steps[bytes]:
            yield from self.stream.send(data, LIMIT)
            return (yield from self.stream.receive(LIMIT))

        return self.driver.run(steps())

    def receive(self) -> bytes:
        return self.driver.run(self.stream.receive(LIMIT))

    def data_records(self) -> int:
        return sum(
            record.content_type == ContentType.APPLICATION_DATA for record in self.driver.of(RecordSeen)
        )


class Meddler:
    """A TLS server that answers some flights, and the next with given words; without any it goes."""

    def __init__(self, peer: TlsPeer, flights: int, words: bytes) -> None:
        self._peer = peer
        self._flights = flights
        self._words = words
        self.closed = False

    def feed(self, data: bytes) -> bytes:
        self._flights -= bool(data)
        if self._flights >= 0:
            return self._peer.feed(data)
        self.closed = not self._words
        return self._words


def server(newest: tuple[int, int] = (3, 4), **settings: Any) -> TlsPeer:
    return TlsPeer(identity(), maxVersion=newest, **settings)


@given(st.lists(st.integers(0, len(b"".join(RECORDS)))))
def test_what_is_cut_never_spans_records(cuts: Sequence[int]) -> None:
    data = b"".join(RECORDS)
    borders = sorted({0, *cuts, len(data)})
    cutter = RecordCutter()
    pieces = []
    for start, end in pairwise(borders):
        cutter.feed(data[start:end])
        while piece := cutter.take():
            pieces.append(piece)
    assert b"".join(pieces) == data
    ends = {sum(map(len, pieces[:count])) for count in range(len(pieces) + 1)}
    assert {sum(map(len, RECORDS[:count])) for count in range(len(RECORDS) + 1)} <= ends


def test_a_header_is_passed_on_before_its_body_is_there() -> None:
    cutter = RecordCutter()
    cutter.feed(b"HTTP")
    assert cutter.take() == b""
    cutter.feed(b"/")
    assert cutter.take() == b"HTTP/"


@pytest.mark.parametrize("pieces", [(1 << 20,), (1,), (7, 100)])
@pytest.mark.parametrize("newest", [TLS12, (3, 4)])
def test_a_session(newest: tuple[int, int], pieces: Sequence[int]) -> None:
    assert Line(server(newest), pieces=pieces).shake().converse(b"ping") == b"ping"


def test_what_came_with_the_handshake_is_read_when_it_is_wanted() -> None:
    line = Line(server(TLS12, greeting=b"220 hello")).shake()
    assert line.data_records() == 0
    assert line.receive() == b"220 hello"


def test_records_are_read_one_by_one() -> None:
    line = Line(server(answer=lambda data: bytes(1 << 14) + b"more")).shake()
    assert line.converse(b"x") == bytes(1 << 14)
    assert line.data_records() == 2  # one of them ours
    assert line.receive() == b"more"


def test_a_failed_handshake_sends_its_alert_first() -> None:
    line = Line(Meddler(server(), 0, b"HTTP/1.0 400 Bad\r\n"))
    with pytest.raises(TlsFailure, match="wrong version number"):
        line.shake()
    bad = b"\x16\3\3\0\4\2\xff\xff\xff"
    line = Line(Meddler(server(), 0, bad))
    with pytest.raises(TlsFailure, match="excessive message size"):
        line.shake()
    assert line.driver.sent.endswith(b"\2\x2f")


@pytest.mark.parametrize("words", [b"", b"\x15\3\3\0\2\1\0"], ids=["end of file", "close_notify"])
def test_an_end_during_the_handshake(words: bytes) -> None:
    with pytest.raises(LostConnection) as caught:
        Line(Meddler(server(), 0, words)).shake()
    assert caught.value.code == 0


def test_a_silent_server() -> None:
    line = Line(server()).shake()
    with pytest.raises(TimedOut):
        line.receive()


def test_the_end_of_file_is_empty_and_final() -> None:
    line = Line(Meddler(server(TLS12), 2, b"")).shake()
    assert line.converse(b"x") == b""
    reads = len(line.driver.of(Receive))
    assert line.receive() == b""
    assert len(line.driver.of(Receive)) == reads


def test_trouble_later_is_told_after_its_alert_and_looks_like_a_lost_connection() -> None:
    line = Line(Meddler(server(TLS12), 2, b"\x17\3\3\0\x20" + bytes(32))).shake()
    with pytest.raises(LostConnection):
        line.converse(b"x")
    alert, *problems = line.driver.events[-3:]
    assert isinstance(alert, BytesSent)
    assert [problem.reason for problem in problems if isinstance(problem, TlsProblem)] == [
        "decryption failed or bad record mac",
        "record layer failure",
    ]
    with pytest.raises(LostConnection):
        line.driver.run(line.stream.send(b"more", LIMIT))
    line.driver.run(line.stream.shutdown(LIMIT))
    assert line.driver.events[-1] is problems[-1]


def test_a_last_word_to_nobody_is_no_trouble() -> None:
    gone = {(Send, 3): LostConnection(errno.EPIPE)}
    line = Line(server(TLS12), trouble=gone).shake()
    line.driver.run(line.stream.shutdown(LIMIT))


def test_the_goodbye() -> None:
    peer = server()
    line = Line(peer).shake()
    line.driver.run(line.stream.shutdown(LIMIT))
    assert peer.closed and peer.refused is None
    assert line.receive() == b""


def test_a_reset_is_passed_on() -> None:
    reset = {(Receive, 1): LostConnection(errno.ECONNRESET)}
    with pytest.raises(LostConnection) as caught:
        Line(server(), trouble=reset).shake()
    assert caught.value.code == errno.ECONNRESET
