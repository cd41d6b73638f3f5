"""Reading a capture back: blocks, packets, what went through each TCP connection."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


@dataclass(frozen=True)
class Block:
    """One block of a file."""

    kind: int
    body: bytes
    size: int

    def options(self, start: int) -> dict[int, bytes]:
        """The options that begin there."""
        found = {}
        while start < len(self.body):
            code, size = struct.unpack_from("<HH", self.body, start)
            if not code:
                break
            found[code] = self.body[start + 4 : start + 4 + size]
            start += 4 + size + -size % 4
        return found


def blocks(data: bytes) -> Iterator[Block]:
    while data:
        kind, size = struct.unpack_from("<II", data)
        assert size % 4 == 0 and len(data) >= size and data[size - 4 : size] == data[4:8]
        yield Block(kind, data[8 : size - 4], size)
        data = data[size:]


@dataclass(frozen=True)
class Datagram:
    """An IP packet with UDP or TCP in it; times in microseconds."""

    at: int
    outbound: bool
    comment: str
    source: tuple[str, int]
    target: tuple[str, int]
    protocol: int
    segment: bytes

    @property
    def payload(self) -> bytes:
        return self.segment[8 if self.protocol == 17 else (self.segment[12] >> 4) * 4 :]

    @property
    def flags(self) -> int:
        return self.segment[13]

    @property
    def numbers(self) -> tuple[int, int]:
        """Sequence and acknowledgement number."""
        found: tuple[int, int] = struct.unpack_from("!II", self.segment, 4)
        return found


@dataclass
class Stream:
    """What went through one TCP connection."""

    sent: bytes = b""
    received: bytes = b""
    flags: list[int] = field(default_factory=list)
    next: dict[bool, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Capture:
    """A whole file."""

    blocks: list[Block]

    @property
    def packets(self) -> list[Datagram]:
        return [datagram(block) for block in self.blocks if block.kind == 6]

    @property
    def kinds(self) -> list[int]:
        return [block.kind for block in self.blocks]

    @property
    def secrets(self) -> list[bytes]:
        found = []
        for block in self.blocks:
            if block.kind == 10:
                kind, size = struct.unpack_from("<II", block.body)
                assert kind == 0x544C534B and len(block.body) == 8 + size + -size % 4
                found.append(block.body[8 : 8 + size])
        return found

    def streams(self) -> dict[tuple[tuple[str, int], tuple[str, int]], Stream]:
        """By client and server; sequence numbers must be in order, without holes."""
        found: dict[tuple[tuple[str, int], tuple[str, int]], Stream] = {}
        for packet in self.packets:
            if packet.protocol == 6:
                ends = (packet.source, packet.target)
                stream = found.setdefault(ends if packet.outbound else (ends[1], ends[0]), Stream())
                _follow(stream, packet)
        return found


def read(data: bytes) -> Capture:
    return Capture(list(blocks(data)))


def _follow(stream: Stream, packet: Datagram) -> None:
    sequence, acknowledged = packet.numbers
    ours = packet.outbound
    if packet.flags & SYN:
        assert ours not in stream.next
        stream.next[ours] = sequence
    assert sequence == stream.next.get(ours, sequence)
    if packet.flags & ACK:
        assert acknowledged == stream.next.get(not ours, acknowledged)
    else:
        assert packet.flags == SYN and ours
    stream.next[ours] = (sequence + len(packet.payload) + bool(packet.flags & (SYN | FIN))) % 2**32
    stream.flags.append(packet.flags)
    if ours:
        stream.sent += packet.payload
    else:
        stream.received += packet.payload


def datagram(block: Block) -> Datagram:
    interface, high, low, size, whole = struct.unpack_from("<IIIII", block.body)
    assert interface == 0 and size == whole
    options = block.options(20 + size + -size % 4)
    at = (high << 32) + low
    outbound = options[2] == struct.pack("<I", 2)
    comment = options.get(1, b"").decode()
    source, target, protocol, segment = ip(block.body[20 : 20 + size])
    source_port, target_port = struct.unpack_from("!HH", segment)
    ends = (source, source_port), (target, target_port)
    return Datagram(at, outbound, comment, *ends, protocol, segment)


def ip(packet: bytes) -> tuple[str, str, int, bytes]:
    """Source, target, protocol and what is inside, all lengths and checksums being right."""
    if packet[0] >> 4 == 4:
        assert packet[0] == 0x45 and len(packet) == int.from_bytes(packet[2:4], "big")
        assert total(packet[:20]) == 0xFFFF
        protocol, ends, body = packet[9], packet[12:20], packet[20:]
    else:
        assert packet[0] == 0x60 and len(packet) == 40 + int.from_bytes(packet[4:6], "big")
        protocol, ends, body = packet[6], packet[8:40], packet[40:]
    assert total(ends + bytes([0, protocol]) + struct.pack("!I", len(body)) + body) == 0xFFFF
    half = len(ends) // 2
    return str(ip_address(ends[:half])), str(ip_address(ends[half:])), protocol, body


def total(data: bytes) -> int:
    """The sum in ones' complement (RFC 1071); what is right adds up to all ones."""
    number = int.from_bytes(data + bytes(len(data) % 2), "big")
    return number % 0xFFFF or 0xFFFF
