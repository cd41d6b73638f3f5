"""The front: SMTP in the clear until STARTTLS, then the octets of whoever is behind, unchanged."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.stacks.front import Front

HOST = "127.0.0.1"


@contextmanager
def behind() -> Iterator[int]:
    """A server that gives back what it gets, in capitals."""
    with socket.create_server((HOST, 0)) as listener:

        def echo() -> None:
            connection, _ = listener.accept()
            with connection:
                while data := connection.recv(1000):
                    connection.sendall(data.upper())

        thread = threading.Thread(target=echo, daemon=True)
        thread.start()
        yield listener.getsockname()[1]


def said(client: socket.socket, words: bytes) -> bytes:
    client.sendall(words)
    return client.recv(1000)


def test_after_starttls_everything_passes_in_both_directions_until_both_are_done() -> None:
    with behind() as port, Front(HOST, port) as front:
        with socket.create_connection((HOST, front.port), 10) as client:
            assert client.recv(1000).startswith(b"220 ")
            assert said(client, b"EHLO x\r\n").endswith(b"250 STARTTLS\r\n")
            assert said(client, b"STARTTLS\r\n").startswith(b"220 ")
            assert said(client, b"\x16hello\n") == b"\x16HELLO\n"
            assert said(client, b"more") == b"MORE"
            client.shutdown(socket.SHUT_WR)
            assert client.recv(1000) == b""


def test_what_comes_with_starttls_in_one_packet_is_for_the_server_behind() -> None:
    with behind() as port, Front(HOST, port) as front:
        with socket.create_connection((HOST, front.port), 10) as client:
            client.recv(1000)
            client.sendall(b"STARTTLS\r\n\x16early")
            text = b""
            while not text.endswith(b"EARLY"):
                more = client.recv(1000)
                assert more, text
                text += more
            assert text == b"220 go ahead\r\n\x16EARLY"


def test_quit_before_tls_is_answered_and_ends_it() -> None:
    with behind() as port, Front(HOST, port) as front:
        with socket.create_connection((HOST, front.port), 10) as client:
            client.recv(1000)
            assert said(client, b"NOOP\r\n") == b"502 what?\r\n"
            assert said(client, b"quit\r\n") == b"221 bye\r\n"
            assert client.recv(1000) == b""


def test_where_tls_comes_first_the_front_says_nothing_of_its_own() -> None:
    with behind() as port, Front(HOST, port, wrapped=True) as front:
        with socket.create_connection((HOST, front.port), 10) as client:
            assert said(client, b"ehlo x\r\n") == b"EHLO X\r\n"
