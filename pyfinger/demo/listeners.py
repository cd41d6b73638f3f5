"""Sockets that wait for clients: one thread accepts, each connection has its own.

All threads are daemons and none polls.  `close` returns at once: a byte through
a socket pair ends the accepting thread, and shutting a connection down wakes
whoever reads from it.  A world of them has a folder beside, which goes with it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

LOOPBACK, LOOPBACK_6 = "127.0.0.1", "::1"
PORT_ATTEMPTS = 20  # where one has to be free for several at once
NO_IPV6 = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT)
CONNECTION_SECONDS = 30.0  # no conversation of the demo lasts longer

Datagram: TypeAlias = Callable[[bytes], "bytes | None"]
Conversation: TypeAlias = Callable[[socket.socket], None]


class Listeners:
    """Everything that listens; add sockets first, then `start`."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wake, self._awoken = socket.socketpair()
        self._sockets: list[socket.socket] = [self._wake, self._awoken]
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="demo listeners", daemon=True)
        self._selector.register(self._awoken, selectors.EVENT_READ)

    def datagrams(self, answer: Datagram, port: int = 0, address: str = LOOPBACK) -> int:
        """Answer UDP datagrams; returns the port (any free one for 0). Raises OSError."""
        sock = self._keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        sock.bind((address, port))

        def ready() -> None:
            with contextlib.suppress(OSError):  # the client is already gone
                data, client = sock.recvfrom(65535)
                reply = answer(data)
                if reply is not None:
                    sock.sendto(reply, client)

        self._selector.register(sock, selectors.EVENT_READ, ready)
        return int(sock.getsockname()[1])

    def connections(self, converse: Conversation, port: int = 0, address: str = LOOPBACK) -> int:
        """Serve TCP connections; returns the port (any free one for 0). Raises OSError."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = self._keep(socket.socket(family, socket.SOCK_STREAM))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, port))
        self._listen(sock, converse)
        return int(sock.getsockname()[1])

    def unix_connections(self, converse: Conversation, path: str) -> None:
        """Serve connections to a unix-domain socket, for every user. Raises OSError."""
        sock = self._keep(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        sock.bind(path)
        os.chmod(path, 0o666)
        self._listen(sock, converse)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def close(self) -> None:
        """Stop serving and drop every connection."""
        self._wake.send(b"\0")
        if self._thread.is_alive():
            self._thread.join()
        self._selector.close()
        with self._lock:
            for connection in self._connections:
                _shut(connection)
        for sock in self._sockets:
            sock.close()

    def _keep(self, sock: socket.socket) -> socket.socket:
        self._sockets.append(sock)
        return sock

    def _listen(self, sock: socket.socket, converse: Conversation) -> None:
        sock.listen(64)

        def ready() -> None:
            with contextlib.suppress(OSError):  # the client is already gone
                connection, _ = sock.accept()
                connection.settimeout(CONNECTION_SECONDS)
                if connection.family != socket.AF_UNIX:
                    # Or what follows a small record waits for the client's delayed acknowledgement, 40 ms.
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._connections.add(connection)
                threading.Thread(target=self._converse, args=(connection, converse), daemon=True).start()

        self._selector.register(sock, selectors.EVENT_READ, ready)

    def _converse(self, connection: socket.socket, converse: Conversation) -> None:
        try:
            converse(connection)
        except OSError:
            pass  # the client went away, or the demo is closing: nobody is left to tell
        finally:
            with self._lock:
                self._connections.discard(connection)
            _shut(connection)
            connection.close()

    def _run(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._awoken:
                    return
                key.data()


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class LoopbackWorld:
    """What every world of servers has: listeners, and a folder with what its clients have to trust.

    The folder is made at once, with its absolute path; OSError if there is something already.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = _new_folder(folder)
        self._listeners = Listeners()

    @property
    def authority_file(self) -> Path:
        """The certification authority that clients have to trust, for `-F`."""
        return self.folder / "authority.pem"

    @property
    def anchor_file(self) -> Path:
        """The DS record of the root zone, for `--dnssec-anchor`."""
        return self.folder / "root.anchor"

    def close(self) -> None:
        """Stop everything at once and leave nothing behind."""
        self._listeners.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _new_folder(chosen: Path | None) -> Path:
    """A folder of the world's own, with its absolute path."""
    if chosen is None:
        folder = Path(tempfile.mkdtemp(prefix="pyfinger-demo-"))
    else:
        folder = chosen.absolute()
        folder.mkdir()
    folder.chmod(0o711)  # a probe started by root comes to the socket as somebody else
    return folder
