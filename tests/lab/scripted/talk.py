"""One connection, as a scripted server sees it; and the usual dialogue, in pieces."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable
from typing import TypeAlias


class Talk:
    """A connection.  What reads raises EOFError when the client is gone."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.pending = b""

    def send(self, *lines: str | bytes, end: bytes = b"\r\n") -> None:
        """Lines, in one write."""
        self.raw(*((line if isinstance(line, bytes) else line.encode()) + end for line in lines))

    def raw(self, *data: bytes) -> None:
        """Octets as they are, in one write."""
        self.sock.sendall(b"".join(data))

    def line(self) -> str:
        """The next line, without its end."""
        while b"\n" not in self.pending:
            self.pending += self._received(4096)
        line, self.pending = self.pending.split(b"\n", 1)
        return line.rstrip(b"\r").decode("latin-1")

    def octets(self) -> bytes:
        """Whatever is there, or comes first."""
        data, self.pending = self.pending or self._received(65536), b""
        return data

    def _received(self, limit: int) -> bytes:
        data = self.sock.recv(limit)
        if not data:
            raise EOFError
        return data

    def drain(self, quiet: float = 0.3) -> None:
        """Read on until the client has been quiet for some seconds."""
        self.sock.settimeout(quiet)
        with contextlib.suppress(OSError):
            while self.sock.recv(65536):
                pass
        self.sock.settimeout(None)

    def hang(self) -> None:
        """Say nothing until the client goes away."""
        while self.sock.recv(4096):
            pass

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def greet(self, *capabilities: str, banner: str = "220 bad.example.test ESMTP") -> None:
        """Greeting, EHLO and its reply."""
        self.send(banner)
        self.line()
        *first, last = "bad.example.test", *capabilities
        self.send(*(f"250-{line}" for line in first), f"250 {last}")

    def offer(self) -> str:
        """The same with STARTTLS; the client's next command."""
        self.greet("PIPELINING", "STARTTLS", "8BITMIME")
        return self.line()

    def to_tls(self) -> bytes:
        """Up to the first octets of the client's TLS."""
        self.offer()
        self.send("220 2.0.0 Ready to start TLS")
        return self.octets()

    def goodbye(self, reply: str = "221 2.0.0 Bye") -> None:
        """Refuse everything up to QUIT, and answer that."""
        while not self.line().upper().startswith("QUIT"):
            self.send("502 5.5.2 Error: command not recognized")
        self.send(reply)


Script: TypeAlias = Callable[[Talk], None]
