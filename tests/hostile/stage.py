"""Where a row takes place: sockets on loopback, and a folder for files."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from pyfinger.demo.listeners import LOOPBACK, Conversation, Listeners

ATTEMPTS = 20

Answer: TypeAlias = Callable[[bytes], "bytes | None"]
Datagrams: TypeAlias = Callable[[socket.socket, bytes, tuple[str, int]], None]
"""Answers one datagram, as it likes, through the socket it came to."""


class Stage:
    """Opens sockets; knows when somebody came first.

    `contact` is when that was (CLOCK_MONOTONIC), `waited` how long the process
    `client` had by then stood in line for a processor.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = 0
        self.contact: float | None = None
        self.waited = 0.0
        self._listeners = Listeners()
        self._held: list[socket.socket] = []
        self._over = threading.Event()

    def start(self) -> None:
        """Begin to serve."""
        self._listeners.start()

    def close(self) -> None:
        """Stop everything."""
        self._over.set()
        self._listeners.close()
        for sock in self._held:
            sock.close()

    @property
    def over(self) -> bool:
        """Whether whoever is still talking may stop."""
        return self._over.is_set()

    def mail(self, converse: Conversation) -> str:
        """A mail server, as a destination."""
        return f"[{LOOPBACK}]:{self.port(converse)}"

    def port(self, converse: Conversation) -> int:
        """A server for TCP."""
        return self._listeners.connections(self._noted(converse))

    def full(self) -> int:
        """A port for TCP whose queue is full: who wants to connect gets no answer."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.bind((LOOPBACK, 0))
        sock.listen(0)
        self._held.append(sock)
        for _ in range(3):
            waiting = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            waiting.setblocking(False)
            waiting.connect_ex(sock.getsockname())
            self._held.append(waiting)
        port: int = sock.getsockname()[1]
        return port

    def names(self, datagrams: Datagrams, stream: Conversation | None = None) -> str:
        """A name server, for `--resolver`; without `stream` TCP is refused."""
        for _ in range(ATTEMPTS):
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind((LOOPBACK, 0))
            port: int = sock.getsockname()[1]
            with contextlib.suppress(OSError):
                if stream is not None:
                    self._listeners.connections(self._noted(stream), port)
                threading.Thread(target=self._serve, args=(sock, datagrams), daemon=True).start()
                return f"{LOOPBACK}:{port}"
            sock.close()
        raise OSError("no port is free for both UDP and TCP")

    def file(self, name: str, content: bytes) -> str:
        """A file, by its path."""
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def _noted(self, converse: Conversation) -> Conversation:
        def noted(connection: socket.socket) -> None:
            self._note()
            with contextlib.suppress(OSError):
                converse(connection)

        return noted

    def _note(self) -> None:
        if self.contact is None:
            self.contact = time.monotonic()
            with contextlib.suppress(OSError):
                self.waited = seconds_in_line(self.client)

    def _serve(self, sock: socket.socket, datagrams: Datagrams) -> None:
        while not self.over:
            data, client = sock.recvfrom(65535)
            self._note()
            with contextlib.suppress(OSError):
                datagrams(sock, data, client)


def seconds_in_line(process: int) -> float:
    """How long a process was ready to run while others did (proc(5), schedstat)."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9


def closed_port() -> int:
    """A port nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.bind((LOOPBACK, 0))
        port: int = sock.getsockname()[1]
        return port


def wait_for_end(connection: socket.socket) -> None:
    """Say nothing until the client has gone."""
    while connection.recv(1 << 16):
        pass


def reset(connection: socket.socket) -> None:
    """Leave with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def drip(connection: socket.socket, data: bytes, pause: float) -> None:
    """A byte now and then."""
    for octet in data:
        connection.sendall(bytes([octet]))
        time.sleep(pause)
    wait_for_end(connection)


def flood(connection: socket.socket, data: bytes) -> None:
    """The same for ever."""
    piece = data * max(1, (1 << 16) // len(data))
    while True:
        connection.sendall(piece)
