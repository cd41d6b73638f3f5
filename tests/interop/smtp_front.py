"""SMTP servers whose TLS is that of `openssl s_server`.

Up to STARTTLS this process speaks; from then on it passes bytes to s_server,
whose user, also here, reads what arrives and types the replies.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.interop.servers import Server

PATIENCE = 10.0  # seconds
REPLIES = {"EHLO": "250 mx.test", "LHLO": "250 mx.test", "QUIT": "221 bye"}
FIRST, LATER = ("EHLO", "QUIT"), ("QUIT",)  # commands inside TLS; EHLO comes with the first session only


@dataclass(frozen=True)
class Manner:
    """How to serve: TLS from the first byte or not, LMTP or not, how often, and where.

    Unless there is `mail`, nothing is said inside TLS.
    """

    wrapper: bool = False
    lmtp: bool = False
    mail: bool = True
    sessions: int = 1
    path: str = ""  # of a unix-domain socket
    ipv6: bool = False


@contextlib.contextmanager
def smtp_front(server: Server, manner: Manner) -> Iterator[int]:
    """A port, 0 for a unix-domain socket, behind which `server` is; all is over in the end."""
    with _listener(manner) as listener:
        thread = threading.Thread(target=_serve, args=(listener, server, manner), daemon=True)
        thread.start()
        yield 0 if manner.path else listener.getsockname()[1]
        thread.join(PATIENCE)
        assert not thread.is_alive()


def _listener(manner: Manner) -> socket.socket:
    if not manner.path:
        host, family = ("::1", socket.AF_INET6) if manner.ipv6 else ("127.0.0.1", socket.AF_INET)
        return socket.create_server((host, 0), family=family)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(manner.path)
    listener.listen()
    return listener


def _serve(listener: socket.socket, server: Server, manner: Manner) -> None:
    listener.settimeout(PATIENCE)
    for number in range(manner.sessions):
        client, _ = listener.accept()
        with client:
            client.settimeout(PATIENCE)
            if not manner.wrapper:
                _until_starttls(client)
            _inside(client, server, manner, number)


def _until_starttls(client: socket.socket) -> None:
    client.sendall(b"220 mx.test\r\n")
    client.recv(1000)
    client.sendall(b"250-mx.test\r\n250 STARTTLS\r\n")
    client.recv(1000)
    client.sendall(b"220 go\r\n")


def _inside(client: socket.socket, server: Server, manner: Manner, number: int) -> None:
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as inner:
        copies = [
            threading.Thread(target=_copy, args=pair, daemon=True)
            for pair in ((client, inner), (inner, client))
        ]
        for copy in copies:
            copy.start()
        if manner.wrapper:
            _expect(server, "CIPHER is", number + 1)
            server.type("220 mx.test")
        if manner.mail:
            _answer(server, FIRST if number == 0 else LATER, manner, number)
        for copy in copies:
            copy.join(PATIENCE)


def _answer(server: Server, commands: Sequence[str], manner: Manner, number: int) -> None:
    for command in commands:
        verb = "LHLO" if manner.lmtp and command == "EHLO" else command
        _expect(server, verb, number + 1 if verb == "QUIT" else 1)
        server.type(REPLIES[verb])


def _expect(server: Server, text: str, times: int) -> None:
    server.expect(f"(?s)(?:{re.escape(text)}.*){{{times}}}")


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
