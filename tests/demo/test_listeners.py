from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from pyfinger.demo.listeners import LOOPBACK, Listeners

MINUTE = 60.0  # far more than anything here takes


def echo(connection: socket.socket) -> None:
    while data := connection.recv(100):
        connection.sendall(data)


def test_datagrams_are_answered_or_ignored() -> None:
    listeners = Listeners()
    port = listeners.datagrams(lambda data: None if data == b"hush" else data.upper())
    listeners.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(MINUTE)
        for data in (b"hush", b"hello"):
            client.sendto(data, (LOOPBACK, port))
        assert client.recv(100) == b"HELLO"
    listeners.close()


def test_connections_are_served_side_by_side(tmp_path: Path) -> None:
    listeners = Listeners()
    port = listeners.connections(echo)
    listeners.unix_connections(echo, str(tmp_path / "s"))
    listeners.start()
    with (
        socket.create_connection((LOOPBACK, port), MINUTE) as first,
        socket.create_connection((LOOPBACK, port), MINUTE) as second,
        socket.socket(socket.AF_UNIX) as third,
    ):
        third.connect(str(tmp_path / "s"))
        for client in (third, second, first):
            client.sendall(b"hello")
            assert client.recv(100) == b"hello"
    listeners.close()


def test_closing_ends_open_connections_at_once() -> None:
    listeners = Listeners()
    ended = threading.Event()

    def wait(connection: socket.socket) -> None:
        connection.sendall(b"!")
        echo(connection)
        ended.set()

    port = listeners.connections(wait)
    listeners.start()
    with socket.create_connection((LOOPBACK, port), MINUTE) as client:
        assert client.recv(1) == b"!"
        listeners.close()
        assert client.recv(1) == b""
        assert ended.wait(MINUTE)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, port))


def test_a_broken_connection_hurts_nobody_else() -> None:
    listeners = Listeners()

    def fail(connection: socket.socket) -> None:
        raise ConnectionResetError

    port = listeners.connections(fail)
    listeners.start()
    for _ in range(2):
        with socket.create_connection((LOOPBACK, port), MINUTE) as client:
            assert client.recv(1) == b""
    listeners.close()


def test_a_port_can_be_chosen_but_not_twice() -> None:
    listeners = Listeners()
    port = listeners.connections(echo)
    with pytest.raises(OSError, match="in use"):
        listeners.connections(echo, port)
    listeners.close()


def test_closing_without_a_start_is_fine() -> None:
    listeners = Listeners()
    listeners.connections(echo)
    listeners.close()


def test_small_pieces_do_not_wait_for_one_another() -> None:
    set_at_once: list[int] = []
    listeners = Listeners()
    port = listeners.connections(
        lambda sock: set_at_once.append(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
    )
    listeners.start()
    with socket.create_connection((LOOPBACK, port), MINUTE) as client:
        assert client.recv(1) == b""  # it has been and gone
    listeners.close()
    assert set_at_once == [1]
