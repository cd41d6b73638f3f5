"""SMTP until STARTTLS, or nothing at all; then whatever the server behind says.

One front for all stacks: they need not know SMTP before TLS, and both programs meet them
at an address that stays the same while servers come and go.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

PATIENCE = 15.0  # seconds; nobody is silent for longer
NAME = "stacks.test"
REPLIES = {
    b"EHLO": f"250-{NAME}\r\n250 STARTTLS\r\n",
    b"LHLO": f"250-{NAME}\r\n250 STARTTLS\r\n",
    b"STARTTLS": "220 go ahead\r\n",
    b"QUIT": "221 bye\r\n",
}
_LONGEST_LINE = 512


class Front:
    """An SMTP server on a port of its own; `behind` is the port of whoever speaks TLS.

    `wrapped`: TLS comes first, and whoever is behind greets.
    """

    def __init__(self, host: str, behind: int, wrapped: bool = False) -> None:
        self._host = host
        self._behind = behind
        self._wrapped = wrapped
        self._listener = socket.create_server((host, 0), backlog=16)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Front:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed: the end
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            client.settimeout(PATIENCE)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._wrapped or _until_starttls(client):
                with self._inner() as inner:
                    _splice(client, inner)

    def _inner(self) -> socket.socket:
        """A connection to the server; if there is none, one that is closed already.

        Closing the client's at once would be a reset, or not, by chance.
        """
        try:
            inner = socket.create_connection((self._host, self._behind), PATIENCE)
        except ConnectionRefusedError:
            inner, other = socket.socketpair()
            other.close()
        else:
            inner.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return inner


def _until_starttls(client: socket.socket) -> bool:
    """The dialogue in the clear; whether TLS follows."""
    client.sendall(f"220 {NAME} ESMTP\r\n".encode())
    while line := _line(client):
        verb = line.split()[0].upper() if line.split() else b""
        client.sendall(REPLIES.get(verb, "502 what?\r\n").encode())
        if verb in (b"STARTTLS", b"QUIT"):
            return verb == b"STARTTLS"
    return False


def _line(client: socket.socket) -> bytes:
    """One line, octet by octet: what follows STARTTLS is not ours."""
    line = b""
    while not line.endswith(b"\n") and len(line) < _LONGEST_LINE:
        octet = client.recv(1)
        if not octet:
            return b""
        line += octet
    return line


def _splice(client: socket.socket, inner: socket.socket) -> None:
    """Both ways, until both sides have said all."""
    back = threading.Thread(target=_copy, args=(inner, client), daemon=True)
    back.start()
    _copy(client, inner)
    back.join(PATIENCE)


def _copy(source: socket.socket, sink: socket.socket) -> None:
    """All of it; what the sink no longer wants is read all the same, or closing would be a reset."""
    wanted = True
    with contextlib.suppress(OSError):  # the source is gone, or silent
        while data := source.recv(1 << 16):
            try:
                if wanted:
                    sink.sendall(data)
            except OSError:
                wanted = False
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
