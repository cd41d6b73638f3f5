"""Keeps what passes between us and name servers, for captures.

Only the first `MOST` packets of one question are kept, and `MOST_BYTES` of them:
whoever floods us with datagrams, or drips a stream byte by byte, fills no memory.
"""

from __future__ import annotations

import socket

from pyfinger.drive.resolv_conf import NameServer
from pyfinger.model import DnsPacket, Endpoints
from pyfinger.steps import Clock

MOST = 512
MOST_BYTES = 1 << 20


class Sniffer:
    """Listens in on the sockets of one question."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._size = 0
        self._heard: list[tuple[float, bool, bytes, Endpoints, bool]] = []

    def sent(self, sock: socket.socket, server: NameServer, data: bytes) -> None:
        """Data left through a socket; empty over TCP: it is about to be connected."""
        self._hear(sock, server, True, data)

    def received(self, sock: socket.socket, server: NameServer, data: bytes) -> None:
        """Data came; empty over TCP: its end."""
        self._hear(sock, server, False, data)

    def packets(self) -> tuple[DnsPacket, ...]:
        """All of it, the question being answered now."""
        now = self._clock()
        return tuple(
            DnsPacket(sent, data, endpoints, tcp, now - at) for at, sent, data, endpoints, tcp in self._heard
        )

    def _hear(self, sock: socket.socket, server: NameServer, sent: bool, data: bytes) -> None:
        self._size += len(data)
        if len(self._heard) == MOST or self._size > MOST_BYTES:
            return
        local = sock.getsockname()
        endpoints = Endpoints(local[0], local[1], server.address, server.port)
        self._heard.append((self._clock(), sent, data, endpoints, sock.type is socket.SOCK_STREAM))
