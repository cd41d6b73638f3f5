"""The servers: SMTP up to STARTTLS, then TLS by OpenSSL or tlslite-ng, spoilt on its way out.

`python -m tests.interop.mangler.serving`, inside the lab's network, serves every
case: which one it is follows from the address and port a client came to.  Each
connection gets an `openssl s_server` of the reference's tree for itself.
"""

from __future__ import annotations

import contextlib
import os
import re
import resource
import select
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from tests.interop.mangler.cases import Case, all_cases
from tests.interop.mangler.operations import Mangler
from tests.lab.places import CHROOT, PKI

HOST = "127.0.97."
FIRST_PORT = 9700
PER_PORT = 250
_BACK = "127.0.97.251"  # where s_server listens
_PATIENCE = 60.0  # seconds; the client gives up long before
_REPLIES = {b"EHLO": b"250 mx.test\r\n", b"QUIT": b"221 bye\r\n"}
_COMMAND = re.compile(rb"(EHLO|QUIT)[^\n]*\r?\n")


def destination(number: int) -> str:
    """Where a client has to go for a case."""
    port, host = divmod(number, PER_PORT)
    return f"[{HOST}{host + 1}]:{FIRST_PORT + port}"


def answer(command: bytes) -> bytes:
    """The server's side of the dialogue inside TLS."""
    return b"".join(_REPLIES.get(line[:4].upper(), b"500 what\r\n") for line in command.splitlines())


@dataclass(frozen=True)
class Flavour:
    """How s_server is started."""

    options: str
    identity: str = "rsa"


FLAVOURS = {
    "1.3": Flavour("-groups X25519"),
    "1.2-gcm": Flavour("-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256"),
    "1.2-chacha": Flavour("-tls1_2 -cipher ECDHE-RSA-CHACHA20-POLY1305"),
    "1.2-ccm": Flavour("-tls1_2 -cipher ECDHE-ECDSA-AES128-CCM", "p256"),
    "1.2-etm": Flavour("-tls1_2 -cipher ECDHE-RSA-AES128-SHA256"),
    "1.2-cbc": Flavour("-tls1_2 -no_etm -cipher ECDHE-RSA-AES128-SHA256"),
    "1.2-cbc384": Flavour("-tls1_2 -no_etm -cipher ECDHE-RSA-AES256-SHA384"),
    "1.2-sha1": Flavour("-tls1_2 -no_etm -cipher ECDHE-RSA-AES256-SHA"),
    "1.2-rsa": Flavour("-tls1_2 -cipher AES128-GCM-SHA256"),
}


@dataclass
class OpenSslServer:
    """An s_server for one connection, whose user types the replies."""

    process: subprocess.Popen[bytes]
    port: int
    typing: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.typing = threading.Thread(target=self._type, daemon=True)
        self.typing.start()

    def _type(self) -> None:
        """Answer each command, once."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None and stdout is not None
        seen = b""
        with contextlib.suppress(OSError):
            while data := os.read(stdout.fileno(), 1 << 16):
                seen += data
                while found := _COMMAND.search(seen):
                    seen = seen[found.end() :]
                    stdin.write(answer(found[1]))
                    stdin.flush()


@contextlib.contextmanager
def _openssl(flavour: Flavour) -> Iterator[OpenSslServer]:
    key = f"{PKI}/{flavour.identity}"
    command = ["openssl", "s_server", "-accept", f"{_BACK}:0", "-naccept", "1", "-cert", f"{key}.pem"]
    process = subprocess.Popen(
        ["chroot", str(CHROOT), *command, "-key", f"{key}.key", *flavour.options.split()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        yield OpenSslServer(process, _port(process.stdout))
    finally:
        process.kill()
        process.wait()


def _port(printed: IO[bytes]) -> int:
    for line in printed:
        found = re.match(rb"ACCEPT \S*:(\d+)", line)
        if found:
            return int(found[1])
    raise EOFError("s_server did not start")


def _until_starttls(client: socket.socket) -> None:
    client.sendall(b"220 mx.test\r\n")
    client.recv(1000)
    client.sendall(b"250-mx.test\r\n250 STARTTLS\r\n")
    client.recv(1000)
    client.sendall(b"220 go\r\n")


def _through_openssl(client: socket.socket, flavour: Flavour, mangler: Mangler) -> None:
    """Pass bytes on, those for the client mangled, until it goes."""
    with _openssl(flavour) as server, socket.create_connection((_BACK, server.port), _PATIENCE) as inner:
        alive = [client, inner]
        while client in alive:
            ready, _, _ = select.select(alive, [], [], _PATIENCE)
            if not ready:
                return
            for source in ready:
                data = source.recv(1 << 16)
                if not data:
                    alive.remove(source)
                elif source is client:
                    inner.sendall(data)
                else:
                    client.sendall(mangler.feed(data))


def _serve(client: socket.socket, case: Case) -> None:
    with client, contextlib.suppress(OSError, EOFError):
        client.settimeout(_PATIENCE)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _until_starttls(client)
        if case.forgery is None:
            _through_openssl(client, FLAVOURS[case.flavour], Mangler(case.mangle))
            return
        server = case.forgery.server(answer)
        while data := client.recv(1 << 16):
            client.sendall(server.feed(data))


def _accept(listener: socket.socket, cases: tuple[Case, ...]) -> None:
    while True:
        client, _ = listener.accept()
        host, port = client.getsockname()
        number = (port - FIRST_PORT) * PER_PORT + int(re.sub(r".*\.", "", host)) - 1
        threading.Thread(target=_serve, args=(client, cases[number]), daemon=True).start()


def main() -> None:
    """Serve all cases, until killed."""
    cases = all_cases()
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    for port in range(FIRST_PORT, FIRST_PORT + len(cases) // PER_PORT + 1):
        listener = socket.create_server(("0.0.0.0", port), backlog=64)
        threading.Thread(target=_accept, args=(listener, cases), daemon=True).start()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
