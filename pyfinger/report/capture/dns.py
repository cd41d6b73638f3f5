"""What passed between us and name servers, as packets of a capture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from pyfinger.model import DnsPacket
from pyfinger.report.capture.frames import udp_packet, way_to
from pyfinger.report.capture.tcp import Frame, TcpConversation


def dns_frames(packets: Iterable[DnsPacket], numbers: Iterator[int]) -> Iterator[tuple[Frame, float]]:
    """Frames with their ages, in order; every TCP connection takes a number."""
    for tcp, several in groupby(packets, lambda packet: packet.tcp):
        if not tcp:
            for packet in several:
                yield _datagram(packet), packet.age
            continue
        for _, stream in groupby(several, lambda packet: packet.endpoints):
            yield from _connection(tuple(stream), next(numbers))


def _datagram(packet: DnsPacket) -> Frame:
    way = way_to(packet.endpoints)
    return Frame(packet.sent, udp_packet(way if packet.sent else way.back, packet.wire))


def _connection(packets: Sequence[DnsPacket], number: int) -> Iterator[tuple[Frame, float]]:
    """A stream from its beginning; that the server took it shows when something went through it."""
    link = TcpConversation(way_to(packets[0].endpoints), number)
    yield link.ask(), packets[0].age
    through = [packet for packet in packets if packet.wire or not packet.sent]
    for frame in link.accept() if through else ():
        yield frame, through[0].age
    for packet in through:
        pieces = link.data(packet.wire, sent=packet.sent) if packet.wire else link.end(sent=False)
        for frame in pieces:
            yield frame, packet.age
    for frame in link.end(sent=True) if through else ():
        yield frame, through[-1].age
