"""IP packets around what a socket has seen: only the payload and the ends are known.

IPv4 (RFC 791), IPv6 (RFC 8200), UDP (RFC 768) and TCP (RFC 9293), with correct
lengths and checksums.  A frame has no memory;
`TcpConversation` counts bytes: it is made up after the fact, of what went through it.

Who sent which bytes is true, and so are the ends.  Sequence numbers, windows
and where one segment ends and the next begins are nobody's but ours.  Every
segment acknowledges all that came before it, and the window is so large that
pure acknowledgements are not missed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntFlag
from ipaddress import ip_address

from pyfinger.model import Endpoints
from pyfinger.values import Value

_TCP, _UDP = 6, 17  # protocol numbers of IANA
_HOPS = 64
_DONT_FRAGMENT = 0x4000
_WORD = 4  # bytes TCP's header length is counted in


_MTU = 1500  # Ethernet's: what people are used to see
_HEADERS = {False: 40, True: 60}  # of IPv4 or IPv6, and TCP
_WINDOW_SCALE = b"\x01\x03\x03\x0e"  # the largest, RFC 7323 section 2.3; one byte of padding before it
_FIRST_NUMBERS = 1 << 24  # apart, from connection to connection: ports may come back


class Flags(IntFlag):
    """What a TCP segment is for."""

    FIN = 1
    SYN = 2
    RST = 4
    PSH = 8
    ACK = 16


class PacketWay(Value):
    """From where to where; addresses are 4 or 16 bytes, both of the same length."""

    source: bytes
    source_port: int
    target: bytes
    target_port: int

    @property
    def back(self) -> PacketWay:
        """The other direction."""
        return PacketWay(self.target, self.target_port, self.source, self.source_port)

    @property
    def ipv6(self) -> bool:
        """The family."""
        return len(self.target) == 16

    @property
    def _ports(self) -> bytes:
        return struct.pack("!HH", self.source_port, self.target_port)


class TcpSegment(Value):
    """A TCP segment, numbers modulo 2**32; `options` are whole words."""

    flags: Flags
    sequence: int
    acknowledged: int
    payload: bytes = b""
    options: bytes = b""


def way_to(ends: Endpoints) -> PacketWay:
    """From us to them.  An IPv6 zone (`%eth0`) is left out: packets do not have it."""
    return PacketWay(_packed(ends.local), ends.local_port or 0, _packed(ends.remote), ends.remote_port or 0)


def udp_packet(way: PacketWay, payload: bytes) -> bytes:
    """A datagram."""
    size = 8 + len(payload)
    head = way._ports + struct.pack("!H", size)
    check = _checksum(_pseudo_header(way, _UDP, size) + head + bytes(2) + payload)
    return _ip_packet(way, _UDP, head + struct.pack("!H", check or 0xFFFF) + payload)


def tcp_packet(way: PacketWay, segment: TcpSegment) -> bytes:
    """A segment, with the largest window there is."""
    words = 5 + len(segment.options) // _WORD
    numbers = (segment.sequence % 2**32, segment.acknowledged % 2**32, words << 4, segment.flags, 0xFFFF)
    head = way._ports + struct.pack("!IIBBH", *numbers)
    rest = bytes(2) + segment.options + segment.payload  # after the checksum; no urgent data
    size = len(head) + 2 + len(rest)
    check = _checksum(_pseudo_header(way, _TCP, size) + head + bytes(2) + rest)
    return _ip_packet(way, _TCP, head + struct.pack("!H", check) + rest)


def _packed(address: str) -> bytes:
    return ip_address(address.partition("%")[0]).packed


def _ip_packet(way: PacketWay, protocol: int, body: bytes) -> bytes:
    if way.ipv6:
        head = struct.pack("!IHBB", 6 << 28, len(body), protocol, _HOPS)
        return head + way.source + way.target + body
    size = 20 + len(body)
    head = struct.pack("!BBHHHBB", 0x45, 0, size, 0, _DONT_FRAGMENT, _HOPS, protocol)
    check = _checksum(head + bytes(2) + way.source + way.target)
    return head + struct.pack("!H", check) + way.source + way.target + body


def _pseudo_header(way: PacketWay, protocol: int, size: int) -> bytes:
    """What the checksums of UDP and TCP cover besides (RFC 9293 section 3.1, RFC 8200 section 8.1)."""
    form = "!IxxxB" if way.ipv6 else "!xBH"
    return way.source + way.target + struct.pack(form, *((size, protocol) if way.ipv6 else (protocol, size)))


def _checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    padded = data + bytes(len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


class Frame(Value):
    """An IP packet, and whether it is from us; `comment` is for whoever reads the capture."""

    sent: bool
    packet: bytes
    comment: str = ""


class TcpConversation:
    """One connection; `way` is from us to the server, `number` tells connections apart."""

    def __init__(self, way: PacketWay, number: int) -> None:
        first = number * _FIRST_NUMBERS
        self._ways = {True: way, False: way.back}  # by whether we send
        self._next = {True: first, False: first}
        self._ended: set[bool] = set()
        self._largest = _MTU - _HEADERS[way.ipv6]
        self._open_options = b"\x02\x04" + self._largest.to_bytes(2, "big") + _WINDOW_SCALE

    def ask(self, comment: str = "") -> Frame:
        """Our SYN."""
        return self._frame(Flags.SYN, comment=comment, sent=True)

    def accept(self) -> Iterator[Frame]:
        """The server's SYN and our acknowledgement."""
        yield self._frame(Flags.SYN | Flags.ACK, sent=False)
        yield self._frame(Flags.ACK, sent=True)

    def reset(self) -> Iterator[Frame]:
        """The server does not want the connection, or no longer: RST, unless it said goodbye before."""
        if False not in self._ended:
            self._ended = {True, False}
            yield self._frame(Flags.RST | Flags.ACK, sent=False)

    def data(self, data: bytes, *, sent: bool) -> Iterator[Frame]:
        """Bytes that were sent or received, in segments."""
        for start in range(0, len(data), self._largest):
            payload = data[start : start + self._largest]
            last = start + self._largest >= len(data)
            yield self._frame(Flags.ACK | (Flags.PSH if last else Flags(0)), payload, sent=sent)

    def end(self, *, sent: bool) -> Iterator[Frame]:
        """One side's FIN, unless it was there before."""
        if sent not in self._ended:
            self._ended.add(sent)
            yield self._frame(Flags.FIN | Flags.ACK, sent=sent)

    def _frame(self, flags: Flags, payload: bytes = b"", comment: str = "", *, sent: bool) -> Frame:
        options = self._open_options if flags & Flags.SYN else b""
        acknowledged = self._next[not sent] if flags & Flags.ACK else 0
        segment = TcpSegment(flags, self._next[sent], acknowledged, payload, options)
        self._next[sent] += len(payload) + bool(flags & (Flags.SYN | Flags.FIN))
        return Frame(sent, tcp_packet(self._ways[sent], segment), comment)
