"""IP, UDP and TCP around a payload."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.model import Endpoints
from pyfinger.report.capture.frames import Flags, PacketWay, TcpSegment, tcp_packet, udp_packet, way_to
from tests.report.capture.reading import ip

V4 = Endpoints("192.0.2.1", 40000, "198.51.100.2", 25)
V6 = Endpoints("2001:db8::1", 40000, "2001:db8::2", 25)
WAYS = st.sampled_from([way_to(V4), way_to(V6), way_to(V4).back])


@given(WAYS, st.binary(max_size=3000))
def test_datagrams(way: PacketWay, payload: bytes) -> None:
    source, target, protocol, body = ip(udp_packet(way, payload))
    assert {source, target} in ({V4.local, V4.remote}, {V6.local, V6.remote})
    assert protocol == 17
    head = struct.unpack_from("!HHHH", body)
    assert head[:3] == (way.source_port, way.target_port, 8 + len(payload))
    assert head[3] != 0  # it would say: not computed
    assert body[8:] == payload


def test_a_checksum_of_zero_is_sent_as_all_ones() -> None:
    """RFC 768."""
    way = way_to(V4)
    short = struct.unpack_from("!H", ip(udp_packet(way, bytes(2)))[3], 6)[0]
    packet = udp_packet(way, struct.pack("!H", short))  # what is missing to all ones
    assert packet[26:28] == b"\xff\xff"
    ip(packet)


@given(WAYS, st.integers(0, 2**33), st.integers(0, 2**33), st.binary(max_size=3000))
def test_segments(way: PacketWay, sequence: int, acknowledged: int, payload: bytes) -> None:
    segment = TcpSegment(Flags.ACK | Flags.PSH, sequence, acknowledged, payload, b"\1\1\1\1")
    _, _, protocol, body = ip(tcp_packet(way, segment))
    assert protocol == 6
    assert struct.unpack_from("!HHIIBB", body) == (
        way.source_port,
        way.target_port,
        sequence % 2**32,
        acknowledged % 2**32,
        6 << 4,
        24,
    )
    assert body[18:20] == bytes(2)  # nothing is urgent
    assert body[20:] == b"\1\1\1\1" + payload


@pytest.mark.parametrize("zone", ["%eth0", "%3"])
def test_zones_are_left_out(zone: str) -> None:
    way = way_to(Endpoints(f"fe80::1{zone}", 1, f"fe80::2{zone}", 2))
    assert ip(udp_packet(way, b""))[:2] == ("fe80::1", "fe80::2")


def test_the_way_back() -> None:
    assert way_to(V6).back.back == way_to(V6)
    assert way_to(V6).back.source_port == 25


def test_no_ports() -> None:
    way = way_to(Endpoints("192.0.2.1", None, "192.0.2.2", None))
    assert (way.source_port, way.target_port) == (0, 0)
