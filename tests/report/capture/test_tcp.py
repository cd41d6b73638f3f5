"""Connections made up from bytes."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.model import Endpoints
from pyfinger.report.capture.frames import Flags, Frame, TcpConversation, way_to
from pyfinger.report.capture.pcapng_blocks import CaptureFile
from tests.report.capture.reading import ACK, FIN, PSH, RST, SYN, Stream, read

V4 = Endpoints("192.0.2.1", 40000, "198.51.100.2", 25)
V6 = Endpoints("fe80::1%eth0", 40000, "fe80::2%eth0", 25)


def followed(frames: list[Frame]) -> Stream:
    out = io.BytesIO()
    CaptureFile(out, secrets=False).add(frames, 0)
    (stream,) = read(out.getvalue()).streams().values()
    return stream


def opened(link: TcpConversation) -> list[Frame]:
    return [link.ask(), *link.accept()]


PIECES = st.lists(
    st.tuples(st.booleans(), st.one_of(st.binary(max_size=9), st.integers(1400, 9000).map(bytes)))
)


@pytest.mark.slow
@given(st.sampled_from([V4, V6]), st.integers(1, 10_000), PIECES)
def test_both_directions_can_be_put_together_again(
    ends: Endpoints, number: int, pieces: list[tuple[bool, bytes]]
) -> None:
    link = TcpConversation(way_to(ends), number)
    frames = opened(link)
    for sent, data in pieces:
        frames += link.data(data, sent=sent)
    frames += [*link.end(sent=False), *link.end(sent=True)]
    stream = followed(frames)
    assert stream.sent == b"".join(data for sent, data in pieces if sent)
    assert stream.received == b"".join(data for sent, data in pieces if not sent)
    assert max(len(frame.packet) for frame in frames) <= 1500
    assert stream.flags[:3] == [SYN, SYN | ACK, ACK]
    assert stream.flags[-2:] == [FIN | ACK, FIN | ACK]
    pushed = [flags for flags in stream.flags if flags & PSH]
    assert len(pushed) == len([data for _, data in pieces if data])


@pytest.mark.parametrize(("ends", "largest"), [(V4, 1460), (V6, 1440)])
def test_segments_fill_an_ethernet_frame(ends: Endpoints, largest: int) -> None:
    link = TcpConversation(way_to(ends), 1)
    frames = opened(link)
    assert b"\x02\x04" + largest.to_bytes(2, "big") in frames[0].packet
    assert len(list(link.data(bytes(largest), sent=True))) == 1
    assert len(next(link.data(bytes(largest + 1), sent=True)).packet) == 1500


def test_nothing_is_said_after_the_end() -> None:
    link = TcpConversation(way_to(V4), 1)
    frames = [*opened(link), *link.end(sent=False)]
    assert list(link.end(sent=False)) == list(link.reset()) == []
    frames += [*link.data(b"QUIT\r\n", sent=True), *link.end(sent=True)]
    assert followed(frames).flags[3:] == [FIN | ACK, PSH | ACK, FIN | ACK]


def test_a_reset_ends_both_sides() -> None:
    link = TcpConversation(way_to(V4), 1)
    frames = [*opened(link), *link.reset()]
    assert [*link.reset(), *link.end(sent=True), *link.end(sent=False)] == []
    assert followed(frames).flags[-1] == RST | ACK


def test_refused() -> None:
    link = TcpConversation(way_to(V4), 1)
    assert followed([link.ask(), *link.reset()]).flags == [SYN, RST | ACK]


def test_connections_can_be_told_apart() -> None:
    """Two with the same ends do not look like one that repeats itself."""
    first, second = (TcpConversation(way_to(V4), number).ask() for number in (1, 2))
    assert first.packet != second.packet


def test_flags_are_the_protocols() -> None:
    assert [flag.value for flag in Flags] == [FIN, SYN, RST, PSH, ACK]
