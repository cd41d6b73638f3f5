"""Server processes on free ports: one for each command line, as long as it is used now and then."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable

PATIENCE = 10.0  # seconds
MOST = 8  # servers at a time; no test needs more than three


class Server:
    """A process that listens on `port` of the loopback address.

    What it prints is collected; `expect` waits for a part of it.
    """

    def __init__(self, command: tuple[str, ...]) -> None:
        environment = {**os.environ, "OPENSSL_CONF": os.devnull}
        self.port = 0
        self._printed = ""
        self._more = threading.Condition()
        self._ended = False
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
        )
        self._reader = threading.Thread(target=self._collect, daemon=True)
        self._reader.start()

    def _collect(self) -> None:
        assert self._process.stdout is not None
        while data := self._process.stdout.read1(1 << 16):  # type: ignore[attr-defined]
            with self._more:
                self._printed += data.decode(errors="replace")
                self._more.notify_all()
        with self._more:
            self._ended = True
            self._more.notify_all()

    def expect(self, pattern: str) -> re.Match[str]:
        """Wait until something printed matches."""

        def found() -> re.Match[str] | None:
            return re.search(pattern, self._printed)

        with self._more:
            self._more.wait_for(lambda: found() or self._ended, PATIENCE)
            match = found()
        assert match, f"no {pattern!r} from the server, but:\n{self._printed}"
        return match

    def type(self, line: str) -> None:
        """A line for its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()


class Servers:
    """The servers of a test session; the one used longest ago makes room for a new one.

    With `fresh` there is a new process, for nobody else; otherwise one for all who ask alike.
    """

    def __init__(self) -> None:
        self._running: list[tuple[tuple[str, ...], Server]] = []

    def openssl(self, command: tuple[str, ...], options: tuple[str, ...], *, fresh: bool = False) -> Server:
        """`openssl s_server` with options."""
        whole = (*command, "s_server", "-accept", "127.0.0.1:0", *options)
        return self._found(whole, _start_openssl, fresh)

    def gnutls(self, command: str, options: tuple[str, ...], *, fresh: bool = False) -> Server:
        """`gnutls-serv` with options."""
        return self._found((command, *options), _start_gnutls, fresh)

    def _found(
        self, command: tuple[str, ...], start: Callable[[tuple[str, ...]], Server], fresh: bool
    ) -> Server:
        name = () if fresh else command
        for entry in self._running:
            if name and entry[0] == name:
                self._running.remove(entry)
                self._running.append(entry)
                return entry[1]
        if len(self._running) == MOST:
            self._running.pop(0)[1].end()
        self._running.append((name, start(command)))
        return self._running[-1][1]

    def end(self) -> None:
        for _, server in self._running:
            server.end()


def _start_openssl(command: tuple[str, ...]) -> Server:
    server = Server(command)
    try:
        server.port = int(server.expect(r"ACCEPT \S*:(\d+)")[1])
    except AssertionError:
        server.end()
        raise
    return server


def _start_gnutls(command: tuple[str, ...]) -> Server:
    """It buffers what it prints, so all one can do is knock."""
    port = _free_port()
    server = Server((*command, "-p", str(port)))
    server.port = port
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > give_up:
                server.end()
                raise
            time.sleep(0.005)
        else:
            return server


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
