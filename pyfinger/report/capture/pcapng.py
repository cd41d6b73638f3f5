"""A capture of the probe that any wireshark opens, already decrypted.

Nothing was captured: packets are made up of what was sent and received, so it
needs no privileges and holds this probe alone.  Addresses, ports, times and
contents are true; `frames` says what is not.  Where the truth is not known,
or is no packet at all, there is a stand-in, and a comment with the packet:

* A unix-domain socket is port 24 (LMTP) of 127.0.0.1, with a client port of its own.
* An attempt to connect that failed comes from the unspecified address.

Secrets come before the packets that need them, which readers insist on.  Keys
are derived from what has been received: so while a handshake goes on, what came
last is held back until the next input or output.

The secrets also make an NSS key log, which wireshark and others decrypt with:

    LABEL CLIENT_RANDOM SECRET

in hexadecimal, one line for each secret, written and flushed when it is known
(draft-ietf-tls-keylogfile).  Whoever has them can read the session, and nothing
else: they are no keys of the server's or ours.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count, groupby
from typing import Any, BinaryIO

from pyfinger import __version__
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
    TlsEstablished,
    TlsStarting,
)
from pyfinger.model import DnsPacket, Endpoints, Peer
from pyfinger.report.capture.frames import Frame, TcpConversation, udp_packet, way_to
from pyfinger.report.capture.pcapng_blocks import CaptureFile

LMTP_PORT = 24
PRIVATE_PORTS = range(49152, 65536)  # nobody owns them (RFC 6335 section 6)

_LOOPBACK = "127.0.0.1"


class Pcapng:
    """Writes the capture to `out`; give it every event with its time, in order, then `close`.

    Without `secrets` it cannot be decrypted.  What `out` raises is not caught.
    """

    def __init__(self, out: BinaryIO, *, secrets: bool) -> None:
        self._file = CaptureFile(out, secrets=secrets)
        self._numbers = count(1)
        self._attempt: tuple[Peer, float] | None = None  # to connect, and since when
        self._link: TcpConversation | None = None
        self._shaking = False  # hands: a handshake goes on
        self._actions: Mapping[type[Event], Callable[[Any, float], None]] = {
            DnsExchanged: self._dns,
            Connecting: self._connecting,
            ConnectFailed: self._connect_failed,
            Connected: self._connected,
            BytesSent: lambda event, at: self._bytes(event.data, at, sent=True),
            BytesReceived: lambda event, at: self._bytes(event.data, at, sent=False),
            ConnectionBroken: self._broken,
            Disconnected: self._disconnected,
            TlsStarting: lambda event, at: self._handshake(going_on=True),
            TlsEstablished: lambda event, at: self._handshake(going_on=False),
            HandshakeFailed: lambda event, at: self._handshake(going_on=False),
            SecretDerived: lambda event, at: self._file.add_secret(key_log_line(event)),
            ProbeEnded: lambda event, at: self._file.begin(),
        }

    def __call__(self, event: Event, at: float) -> None:
        """Write the packets of the event that happened `at` seconds since the epoch."""
        action = self._actions.get(type(event))
        if action is not None:
            action(event, at)

    def close(self) -> None:
        """Write what was held back."""
        if self._attempt is not None:  # interrupted
            peer, since = self._attempt
            self._attempt = None
            self._failed_attempt(peer, "interrupted", since)
        self._file.finish()

    # --- connections ---------------------------------------------------------

    def _connecting(self, event: Connecting, at: float) -> None:
        self._attempt = event.peer, at

    def _connect_failed(self, event: ConnectFailed, at: float) -> None:
        _, since = self._attempt or (None, at)
        self._attempt = None
        link = self._failed_attempt(event.peer, os.strerror(event.code), since)
        if event.code == errno.ECONNREFUSED:
            self._file.add(link.reset(), at)

    def _failed_attempt(self, peer: Peer, reason: str, since: float) -> TcpConversation:
        """What is left of an attempt; where it came from is not known."""
        number = next(self._numbers)
        if peer.port is None:
            ends = _unix_stand_in(number)
        else:
            unspecified = "::" if ":" in peer.address else "0.0.0.0"
            ends = Endpoints(unspecified, _private_port(number), peer.address, peer.port)
        link = TcpConversation(way_to(ends), number)
        self._file.add([link.ask(f"{peer}: {reason}")], since)
        return link

    def _connected(self, event: Connected, at: float) -> None:
        _, since = self._attempt or (None, at)
        self._attempt = None
        number = next(self._numbers)
        ends = event.endpoints if event.endpoints.remote_port is not None else _unix_stand_in(number)
        self._link = TcpConversation(way_to(ends), number)
        self._shaking = False
        self._file.add([self._link.ask(str(event.peer))], since)
        self._file.add(self._link.accept(), at)

    def _bytes(self, data: bytes, at: float, *, sent: bool) -> None:
        """Sent or received; nothing more to receive is the server's goodbye."""
        if self._link is None:
            return
        frames = self._link.data(data, sent=sent) if data or sent else self._link.end(sent=False)
        keep = self._file.hold if self._shaking and not sent else self._file.add
        keep(frames, at)

    def _handshake(self, *, going_on: bool) -> None:
        self._shaking = going_on
        self._file.release()

    def _broken(self, event: ConnectionBroken, at: float) -> None:
        """The server's doing, unless it is the network's, which sends no packet."""
        if self._link is not None and event.code == errno.ECONNRESET:
            self._file.add(self._link.reset(), at)
        elif self._link is not None and event.code == errno.EPIPE:
            self._file.add(self._link.end(sent=False), at)

    def _disconnected(self, event: Disconnected, at: float) -> None:
        if self._link is not None:
            self._file.add(self._link.end(sent=True), at)
        self._link, self._shaking = None, False

    def _dns(self, event: DnsExchanged, at: float) -> None:
        for frame, age in dns_frames(event.packets, self._numbers):
            self._file.add([frame], at - age)


def _unix_stand_in(number: int) -> Endpoints:
    return Endpoints(_LOOPBACK, _private_port(number), _LOOPBACK, LMTP_PORT)


def _private_port(number: int) -> int:
    return PRIVATE_PORTS[number % len(PRIVATE_PORTS)]


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


class KeyLog:
    """Writes the secrets of all sessions to `out`; give it every event, in order.

    What `out` raises is not caught.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._begun = False

    def __call__(self, event: Event) -> None:
        """Write the event's line, if it has one; a probe without secrets leaves an empty log."""
        if isinstance(event, SecretDerived):
            self._write(key_log_line(event))
        elif isinstance(event, ProbeEnded):
            self._write(b"")

    def _write(self, line: bytes) -> None:
        if not self._begun:
            self._begun = True
            line = f"# TLS secrets, by pyfinger {__version__}\n".encode() + line
        if line:
            self._out.write(line)
            self._out.flush()


def key_log_line(event: SecretDerived) -> bytes:
    """One secret as a line."""
    return f"{event.label} {event.client_random.hex()} {event.secret.hex()}\n".encode()
