"""A friendly server that, at one point of the session, is friendly no more."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from pyfinger.demo.listeners import Conversation
from tests.hostile.stage import drip, reset, wait_for_end
from tests.mailserver import MailServer

Fault: TypeAlias = Callable[[socket.socket, bytes], None]
"""What is done in place of sending these bytes."""

NEVER = 1 << 30  # a turn that does not come
DRIPPING = 4.0  # seconds for all that is said in one go


def server(friendly: MailServer, turn: int, fault: Fault) -> Conversation:
    """Talks like `friendly`, but for what it says at its n-th turn, from 0."""

    def converse(sock: socket.socket) -> None:
        connection = friendly()
        said, turns = connection.feed(b""), 0
        while True:
            if said and turns == turn:
                return fault(sock, said)
            if said:
                sock.sendall(said)
                turns += 1
            heard = b"" if connection.closed else sock.recv(1 << 16)
            if not heard:
                return None
            said = connection.feed(heard)

    return converse


def stall(sock: socket.socket, data: bytes) -> None:
    """Say nothing."""
    wait_for_end(sock)


def dribble(sock: socket.socket, data: bytes) -> None:
    """Say it byte by byte."""
    drip(sock, data, DRIPPING / len(data))


def stall_midway(sock: socket.socket, data: bytes) -> None:
    """Say half of it, and no more."""
    sock.sendall(data[: len(data) // 2])
    wait_for_end(sock)


def finish(sock: socket.socket, data: bytes) -> None:
    """Hang up."""


def finish_midway(sock: socket.socket, data: bytes) -> None:
    """Say half of it and hang up."""
    sock.sendall(data[: len(data) // 2])


def abort(sock: socket.socket, data: bytes) -> None:
    """Hang up with a reset."""
    reset(sock)


def say(data: bytes) -> Fault:
    """Say this instead, and no more."""

    def fault(sock: socket.socket, _: bytes) -> None:
        sock.sendall(data)
        wait_for_end(sock)

    return fault


def never_end(data: bytes, before: bytes = b"") -> Fault:
    """Say this instead, over and over."""
    return partial(_never_end, data, before)


def _never_end(data: bytes, before: bytes, sock: socket.socket, _: bytes) -> None:
    sock.sendall(before)
    piece = data * max(1, (1 << 16) // len(data))
    while True:
        sock.sendall(piece)
