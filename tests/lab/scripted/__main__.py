"""Serve all scripted servers, until killed."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TypeAlias

from tests.lab.scripted.engines import BALANCED, PLANS, Engine, balancer, front, wrapper
from tests.lab.scripted.misbehaving import BAD
from tests.lab.scripted.talk import Script, Talk

Table: TypeAlias = dict[tuple[str, int], Script]
_INJECTED = b"250 injected\r\n250 more\r\n"  # plain text after the reply to STARTTLS


def _misbehaving() -> Table:
    return {(f"127.0.4.{number}", 25): script for number, script in BAD.items()} | {
        ("127.0.4.2", 465): BAD[2]
    }


def _fronts() -> Table:
    """The SMTP fronts of s_server, 127.0.3.N, and the load balancers among them."""
    engines = {number: Engine(number, plan) for number, plan in PLANS.items()}
    table: Table = {(f"127.0.3.{number}", 25): front(engine) for number, engine in engines.items()}
    table["127.0.3.16", 25] = front(engines[16], _INJECTED)
    table["127.0.3.14", 465] = wrapper(engines[14])
    pair = [Engine(number, BALANCED) for number in (40, 41)]
    names = [f"backend{number}.example.test" for number in range(1, 10)]
    for number in (27, 30):
        table[f"127.0.3.{number}", 25] = balancer(pair, names[:2])
    for number in (28, 29):
        table[f"127.0.3.{number}", 25] = balancer(pair, names)
    return table


def _accept(listener: socket.socket, script: Script) -> None:
    while True:
        sock, _ = listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_converse, args=(sock, script), daemon=True).start()


def _converse(sock: socket.socket, script: Script) -> None:
    with sock, contextlib.suppress(OSError, EOFError):
        script(Talk(sock))


def main() -> None:
    """Listen everywhere."""
    for address, script in (_misbehaving() | _fronts()).items():
        listener = socket.create_server(address, backlog=16)
        threading.Thread(target=_accept, args=(listener, script), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
