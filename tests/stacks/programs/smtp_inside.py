"""What every server program in Python has in common: its wishes, a port, and SMTP inside TLS."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Protocol

PATIENCE = 15.0  # seconds


class Stream(Protocol):
    """Octets inside TLS."""

    def recv(self, size: int, /) -> bytes: ...

    def send(self, data: bytes, /) -> object: ...


def wishes() -> Mapping[str, str]:
    """NAME=VALUE words of the command line."""
    return dict(word.split("=", 1) for word in sys.argv[1:])


def serve(wish: Mapping[str, str], handle: Callable[[socket.socket], None]) -> None:
    """Each connection in a thread of its own; what ends one early is told, and nothing else ends."""
    listener = socket.create_server((wish["host"], int(wish["port"])), backlog=16)

    def converse(connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        with connection:
            try:
                handle(connection)
            except Exception as ended:  # each library has families of its own
                print(repr(ended)[:300], file=sys.stderr, flush=True)

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=converse, args=(connection,), daemon=True).start()


def answer(stream: Stream) -> None:
    """EHLO and QUIT; before them a greeting, where TLS comes first."""
    if "greet" in wishes():
        stream.send(b"220 stacks.test\r\n")
    while line := stream.recv(4096):
        if bytes(line[:4]).upper() == b"QUIT":
            stream.send(b"221 bye\r\n")
            return
        stream.send(b"250 stacks.test\r\n")
