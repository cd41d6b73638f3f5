"""Replies of name servers, octet by octet, and how they are sent."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from pyfinger.demo.listeners import Conversation
from pyfinger.wire import opaque, uint
from tests.hostile.stage import Datagrams

A, CNAME, MX, TLSA = 1, 5, 15, 52
REPLY, TRUNCATED, AUTHENTIC = 0x8180, 0x0200, 0x0020

Reply: TypeAlias = Callable[["Query"], bytes]


@dataclass(frozen=True, slots=True)
class Query:
    """A question."""

    identity: bytes
    question: bytes
    name: str
    rdtype: int


def read(wire: bytes) -> Query:
    """A query of one question, which is all that is ever sent."""
    position, labels = 12, []
    while size := wire[position]:
        labels.append(wire[position + 1 : position + 1 + size].decode())
        position += 1 + size
    rdtype = int.from_bytes(wire[position + 1 : position + 3], "big")
    return Query(wire[:2], wire[12 : position + 5], ".".join(labels), rdtype)


def wire_name(name: str) -> bytes:
    """A name, uncompressed."""
    return b"".join(opaque(label.encode("latin-1"), 1) for label in name.split(".") if label) + b"\0"


def reply(query: Query, *records: bytes, flags: int = REPLY | AUTHENTIC, count: int | None = None) -> bytes:
    """A reply to a query."""
    answers = len(records) if count is None else count
    counts = b"\0\1" + uint(answers, 2) + bytes(4)
    return query.identity + uint(flags, 2) + counts + query.question + b"".join(records)


def record(data: bytes, rdtype: int, owner: bytes = b"\xc0\x0c") -> bytes:
    """A record; the owner is the name that was asked for."""
    return owner + uint(rdtype, 2) + b"\0\1" + uint(60, 4) + opaque(data, 2)


def datagrams_of(make: Reply) -> Datagrams:
    """Answers each query; what does not fit is left to TCP."""

    def answer(sock: socket.socket, wire: bytes, client: tuple[str, int]) -> None:
        query = read(wire)
        said = make(query)
        if len(said) > 1232:
            said = reply(query, flags=REPLY | TRUNCATED)
        sock.sendto(said, client)

    return answer


def stream_of(make: Reply) -> Conversation:
    def converse(sock: socket.socket) -> None:
        while heard := sock.recv(4096):
            sock.sendall(opaque(make(read(heard[2:])), 2))

    return converse


def truncated(sock: socket.socket, wire: bytes, client: tuple[str, int]) -> None:
    sock.sendto(reply(read(wire), flags=REPLY | TRUNCATED), client)
