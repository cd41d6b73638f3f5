"""Servers on this host for tests of drivers: one thread, one connection or datagram at a time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"


@contextmanager
def tcp_server(
    serve: Callable[[socket.socket], object], family: int = socket.AF_INET, segment: int | None = None
) -> Iterator[int]:
    """A port whose one connection is given to `serve`, then closed; `segment` octets are the most in one."""
    with socket.create_server(("::1" if family == socket.AF_INET6 else HOST, 0), family=family) as listener:
        if segment is not None:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment)
        with _thread(lambda: _accept(listener, serve)):
            yield listener.getsockname()[1]


@contextmanager
def unix_server(path: str, serve: Callable[[socket.socket], object]) -> Iterator[None]:
    """A socket in the file system, likewise."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        with _thread(lambda: _accept(listener, serve)):
            yield


@contextmanager
def udp_server(answer: Callable[[bytes], list[bytes]], port: int = 0) -> Iterator[int]:
    """A port that sends back what `answer` makes of each datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((HOST, port))
        stop = b"stop"

        def loop() -> None:
            while (received := sock.recvfrom(65535))[0] != stop:
                for datagram in answer(received[0]):
                    sock.sendto(datagram, received[1])

        with _thread(loop):
            try:
                yield sock.getsockname()[1]
            finally:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                    other.sendto(stop, sock.getsockname())


def closed_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        port: int = sock.getsockname()[1]
        return port


def _accept(listener: socket.socket, serve: Callable[[socket.socket], object]) -> None:
    listener.settimeout(10)
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(10)
        serve(connection)


@contextmanager
def _thread(target: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join(10)
