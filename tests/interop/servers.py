"""Server processes on free ports: one for each command line, as long as it is used now and then."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import threading
import time

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
    """The servers of a test session; the one used longest ago makes room for a new one."""

    def __init__(self) -> None:
        self._running: list[tuple[tuple[str, ...], Server]] = []

    def openssl(self, command: tuple[str, ...], options: tuple[str, ...], *, fresh: bool = False) -> Server:
        """`openssl s_server` with options; one process for all who ask alike, unless `fresh`."""
        whole = (*command, "s_server", "-accept", "127.0.0.1:0", *options)
        return self._found(whole, fresh) or self._start_openssl(whole)

    def gnutls(self, command: str, options: tuple[str, ...], *, fresh: bool = False) -> Server:
        """`gnutls-serv` with options."""
        whole = (command, *options)
        return self._found(whole, fresh) or self._start_gnutls(whole)

    def _found(self, command: tuple[str, ...], fresh: bool) -> Server | None:
        for entry in self._running:
            if entry[0] == command and not fresh:
                self._running.remove(entry)
                self._running.append(entry)
                return entry[1]
        return None

    def _begin(self, name: tuple[str, ...], *arguments: str) -> Server:
        if len(self._running) == MOST:
            self._running.pop(0)[1].end()
        server = Server((*name, *arguments))
        self._running.append((name, server))
        return server

    def _start_openssl(self, command: tuple[str, ...]) -> Server:
        server = self._begin(command)
        server.port = int(server.expect(r"ACCEPT \S*:(\d+)")[1])
        return server

    def _start_gnutls(self, command: tuple[str, ...]) -> Server:
        """It buffers what it prints, so all one can do is knock."""
        port = _free_port()
        server = self._begin(command, "-p", str(port))
        server.port = port
        give_up = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
            except ConnectionRefusedError:
                assert time.monotonic() < give_up, "gnutls-serv does not listen"
                time.sleep(0.005)
            else:
                return server

    def end(self) -> None:
        for _, server in self._running:
            server.end()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
