"""Waiting for sockets by an epoll of their own."""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Iterator

import pytest

from pyfinger.drive.aio import AsyncDriver
from pyfinger.drive.connection import Ready, Wait
from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.drive.socket_watch import SocketWatch
from pyfinger.steps import Resolve, ask
from tests.drive.sockets import HOST, udp_server

pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="no epoll here")


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def readable(sock: socket.socket, seconds: float | None = None) -> Wait:
    return Wait(sock, Ready.READABLE, seconds)


def test_whoever_waits_shortest_ends_first(pair: tuple[socket.socket, socket.socket]) -> None:
    ended: list[str] = []

    async def wait(watch: SocketWatch, name: str, sock: socket.socket, seconds: float) -> None:
        assert await watch.wait(readable(sock, seconds)) is False
        ended.append(name)

    async def main() -> None:
        watch = SocketWatch()
        await asyncio.gather(wait(watch, "long", pair[0], 0.05), wait(watch, "short", pair[1], 0.001))

    asyncio.run(main())
    assert ended == ["short", "long"]


def test_a_socket_can_be_waited_for_again_whatever_came_of_it(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair

    async def main() -> list[bool]:
        watch, found = SocketWatch(), []
        found.append(await watch.wait(readable(ours, 0)))
        waiting = asyncio.create_task(watch.wait(readable(ours)))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        theirs.send(b"220")
        found.append(await watch.wait(readable(ours, 10)))
        found.append(await watch.wait(readable(ours)))  # it was not read
        ours.recv(3)
        found.append(await watch.wait(Wait(ours, Ready.WRITABLE, 10)))
        found.append(await watch.wait(readable(ours, 0.001)))
        return found

    assert asyncio.run(main()) == [False, True, True, True, False]


def test_what_is_ready_already_counts_though_there_is_no_time(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    pair[1].send(b"220")

    async def main() -> bool:
        return await SocketWatch().wait(readable(pair[0], 0))

    assert asyncio.run(main()) is True


def test_timers_of_what_is_over_do_not_pile_up(pair: tuple[socket.socket, socket.socket]) -> None:
    pair[1].send(b"220")

    async def main() -> int:
        watch, most = SocketWatch(), 0
        for _ in range(500):
            assert await watch.wait(readable(pair[0], 3600))
            most = max(most, len(watch._timers))
        return most

    assert asyncio.run(main()) < 100


def test_packets_are_kept_for_captures_alone() -> None:
    async def main(port: int) -> tuple[bool, bool]:
        service = NameService((NameServer(HOST, port),), attempts=1)
        question = ask(Resolve("mx.test", "A", True))
        bare = await AsyncDriver(service, watch=SocketWatch(), packets=False).run(question)
        full = await AsyncDriver(service, watch=SocketWatch()).run(ask(Resolve("mx.test", "A", True)))
        assert bare.wire
        return bool(bare.packets), bool(full.packets)

    with udp_server(lambda query: [query[:2] + b"\x81\x80" + query[4:]]) as port:
        assert asyncio.run(main(port)) == (False, True)
