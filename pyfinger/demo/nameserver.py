"""The demo's resolver on the wire: DNS messages over UDP and TCP (RFC 1035 section 4.2).

A message that cannot be parsed gets no answer.  What does not fit into the
size a UDP client announced is sent truncated, and the client comes back by TCP.
"""

from __future__ import annotations

import errno
import socket

import dns.exception
import dns.flags
import dns.message

from pyfinger.demo.listeners import LOOPBACK, PORT_ATTEMPTS, Listeners
from pyfinger.demo.zones import Namespace

PLAIN_UDP_SIZE = 512  # RFC 1035 section 4.2.1


class Nameserver:
    """Answers from the names there are, which may be exchanged at any time."""

    def __init__(self, names: Namespace | None = None) -> None:
        self.names = names or Namespace()

    def respond(self, query: dns.message.Message) -> dns.message.Message | None:
        """The reply to a query; None would be silence."""
        return self.names.respond(query)

    def listen(self, listeners: Listeners, port: int, address: str = LOOPBACK) -> int:
        """Serve one port by UDP and TCP, any for 0; the system knows no "free for both".  Raises OSError."""
        for _ in range(PORT_ATTEMPTS):
            chosen = listeners.connections(self.converse, port, address)
            try:
                return listeners.datagrams(self.datagram, chosen, address)
            except OSError as problem:
                if port or problem.errno != errno.EADDRINUSE:
                    raise
        raise OSError(errno.EADDRINUSE, "no port is free for both UDP and TCP")

    def datagram(self, wire: bytes) -> bytes | None:
        """The reply to a UDP message, truncated if need be; None if it is not DNS."""
        query = _parse(wire)
        if query is None:
            return None
        response = self.respond(query)
        if response is None:
            return None
        try:
            return response.to_wire(max_size=max(query.payload, PLAIN_UDP_SIZE))
        except dns.exception.TooBig:
            response.answer.clear()
            response.authority.clear()
            response.flags |= dns.flags.TC
            return response.to_wire()

    def converse(self, connection: socket.socket) -> None:
        """Answer the messages of one TCP connection, each behind two bytes of length."""
        while (wire := _read_message(connection)) is not None:
            query = _parse(wire)
            if query is None:
                return
            response = self.respond(query)
            if response is None:
                return
            reply = response.to_wire()
            connection.sendall(len(reply).to_bytes(2, "big") + reply)


def _parse(wire: bytes) -> dns.message.Message | None:
    try:
        query = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return None
    return None if query.flags & dns.flags.QR else query


def _read_message(connection: socket.socket) -> bytes | None:
    size = _read_exactly(connection, 2)
    return None if size is None else _read_exactly(connection, int.from_bytes(size, "big"))


def _read_exactly(connection: socket.socket, size: int) -> bytes | None:
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        if not piece:
            return None
        data += piece
    return data
