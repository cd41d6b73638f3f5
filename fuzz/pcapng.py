"""Whatever happens in whatever order, the capture reads back as the bytes that went through each connection.

Times never go back, and without secrets there are none in it.
"""

from __future__ import annotations

import errno
import io
from collections.abc import Callable
from dataclasses import dataclass, field

from fuzz._bytes import Choices
from pyfinger.events import (
    BytesReceived,
    BytesSent,
    Connected,
    ConnectFailed,
    Connecting,
    ConnectionBroken,
    Disconnected,
    DnsExchanged,
    Event,
    HandshakeFailed,
    ProbeEnded,
    SecretDerived,
    TlsStarting,
)
from pyfinger.model import DnsPacket, Endpoints, Peer
from pyfinger.report.capture.pcapng import Pcapng
from tests.report.capture.reading import Capture, read

FOUR, SIX = Peer("mx.test", "192.0.2.2", 25), Peer("mx.test", "2001:db8::2", 25)
SOCKET = Peer("probe.test", "/run/lmtp", None)
TARGETS = (
    (FOUR, Endpoints("192.0.2.1", 40000, "192.0.2.2", 25)),
    (SIX, Endpoints("2001:db8::1", 40000, "2001:db8::2", 25)),
    (SOCKET, Endpoints("", None, "/run/lmtp", None)),
)
ERRORS = (0, errno.ECONNRESET, errno.EPIPE, errno.ECONNREFUSED, errno.ETIMEDOUT)
SECRET = b"\xde\xad\xbe\xef" * 8
DNS = 53

SEEDS: list[bytes] = [
    bytes((1, 1, 0, 0, 1, 0, 2, 0, 0, 5)) + b"hello" + bytes((2, 3, 0, 0, 3)) + b"bye" + bytes((0, 7)),
    bytes((0, 2, 0, 0, 1, 0, 6, 0, 8, 0, 3, 0, 5, 220)) + bytes(1500) + bytes((0, 9, 0, 4, 1, 0, 7)),
    bytes((0, 1, 1, 0, 5, 3, 0, 1, 2, 0, 1, 1, 0, 2, 0, 0, 200)) + bytes(200) + bytes((0, 7, 0, 1, 0, 0, 1)),
    bytes((1, 10, 3, 0, 0, 20)) + bytes(20) + bytes((1, 0, 2)) + b"ab" + bytes((0, 11)),
]


@dataclass
class Story:
    """Events as they might come, and what a reader of the capture has to see of them."""

    choices: Choices
    linked: bool = False
    through: list[tuple[bytearray, bytearray]] = field(default_factory=list)
    target: int = 0
    asked: int = 0

    def event(self) -> Event:
        """Any next one."""
        makers: tuple[Callable[[], Event], ...] = (
            self._connected,
            self._connecting,
            self._sent,
            self._received,
            lambda: ConnectionBroken(self.choices.one_of(ERRORS)),
            lambda: ConnectFailed("x", TARGETS[self.target][0], self.choices.one_of(ERRORS)),
            lambda: TlsStarting(FOUR),
            self._disconnected,
            lambda: SecretDerived("CLIENT_RANDOM", b"\1" * 32, SECRET),
            lambda: HandshakeFailed(FOUR, 0),
            self._asked,
            lambda: ProbeEnded(0),
        )
        return self.choices.one_of(makers)()

    def _connecting(self) -> Event:
        self.target = self.choices.number(len(TARGETS))
        return Connecting(TARGETS[self.target][0])

    def _connected(self) -> Event:
        peer, ends = TARGETS[self.target]
        self.linked = True
        self.through.append((bytearray(), bytearray()))
        if ends.local_port is not None:
            ends = Endpoints(ends.local, 40000 + len(self.through), ends.remote, ends.remote_port)
        return Connected(peer, ends)

    def _sent(self) -> Event:
        return BytesSent(self._passed(0))

    def _received(self) -> Event:
        return BytesReceived(self._passed(1))

    def _passed(self, direction: int) -> bytes:
        data = self.choices.octets(5000)
        if self.linked:
            self.through[-1][direction].extend(data)
        return data

    def _disconnected(self) -> Event:
        self.linked = False
        return Disconnected()

    def _asked(self) -> Event:
        """Each time from another port, or over another connection."""
        self.asked += 1
        ends = Endpoints("192.0.2.1", 50000 + self.asked, "192.0.2.53", DNS)
        tcp = self.choices.flag()
        packets = [
            DnsPacket(self.choices.flag(), self.choices.octets(600), ends, tcp, 0.5)
            for _ in range(self.choices.number(4))
        ]
        return DnsExchanged(tuple(packets))


def check(data: bytes) -> None:
    choices = Choices(data)
    secrets = choices.flag()
    out, story, at = io.BytesIO(), Story(choices), 1000.0
    capture = Pcapng(out, secrets=secrets)
    for _ in choices.rounds(200):
        at += choices.one_of((0.0, 0.25, 1.0))
        capture(story.event(), at)
    capture.close()
    written = out.getvalue()
    assert secrets or (SECRET not in written and SECRET.hex().encode() not in written)
    _check(read(written), story)


def _check(found: Capture, story: Story) -> None:
    times = [packet.at for packet in found.packets]
    assert times == sorted(times)
    streams = [
        stream
        for ends, stream in found.streams().items()
        if ends[1][1] != DNS and (stream.sent or stream.received)
    ]
    assert [(stream.sent, stream.received) for stream in streams] == [
        (bytes(sent), bytes(received)) for sent, received in story.through if sent or received
    ]
