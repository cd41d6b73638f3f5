"""What is the asyncio driver's own: cancellation, and many at a time."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from pyfinger.drive.aio import AsyncDriver
from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.errors import LostConnection
from pyfinger.model import Family, NativeAnswer
from pyfinger.steps import Close, Connect, Deadline, LookupHost, Receive, Resolve, Send, Sleep, Steps, ask
from tests.drive.running import connected, everything, soon
from tests.drive.sockets import HOST, tcp_server, udp_server

pytestmark = pytest.mark.slow


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A server that accepts connections, by way of the system, and says nothing."""
    with socket.create_server((HOST, 0)) as listener:
        yield listener


def open_sockets() -> int:
    gc.collect()
    return sum(isinstance(thing, socket.socket) and thing.fileno() != -1 for thing in gc.get_objects())


async def cancelled(steps: Steps[Any], name_service: NameService | None = None) -> None:
    """Run until there is something to wait for, cancel, and insist that nothing stays."""
    before = open_sockets()
    task = asyncio.create_task(AsyncDriver(name_service).run(steps))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert open_sockets() == before
    assert asyncio.all_tasks() == {asyncio.current_task()}


def test_cancelled_while_receiving() -> None:
    closed: list[str] = []

    def talk(port: int) -> Steps[None]:
        yield from connected(port)
        try:
            yield from everything(Deadline(None))
        finally:
            yield from ask(Close())
            closed.append("closed")

    with listening() as server:
        asyncio.run(cancelled(talk(server.getsockname()[1])))
    assert closed == ["closed"]


def test_cancelled_while_sending() -> None:
    def talk(port: int) -> Steps[None]:
        yield from connected(port)
        while True:
            yield from ask(Send(b"x" * (1 << 20), soon()))

    with listening() as server:
        asyncio.run(cancelled(talk(server.getsockname()[1])))


def test_cancelled_while_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The socket is one that is never connected, so never writable either."""
    one, other = socket.socketpair()
    with one, other:
        one.setblocking(False)
        while True:
            try:
                one.send(b"x" * 65536)
            except BlockingIOError:
                break
        monkeypatch.setattr("pyfinger.drive.connection._socket", lambda request: one.dup())
        monkeypatch.setattr(socket.socket, "connect_ex", lambda self, where: 115)
        asyncio.run(cancelled(ask(Connect("never", None, soon()))))


@pytest.mark.slow
@pytest.mark.parametrize("use_tcp", [False, True])
def test_cancelled_while_resolving(use_tcp: bool) -> None:
    with (
        listening() as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent,
    ):
        silent.bind((HOST, server.getsockname()[1]))
        service = NameService((NameServer(HOST, server.getsockname()[1]),), use_tcp=use_tcp)
        asyncio.run(cancelled(ask(Resolve("mx.test", "A", True)), service))


def test_cancelled_while_sleeping() -> None:
    asyncio.run(cancelled(ask(Sleep(60))))


def test_cancelled_while_the_system_looks_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args: answer.wait(10) and [])

    async def main() -> None:
        try:
            await cancelled(ask(LookupHost("a.test", (Family.IPV4,))))
        finally:
            answer.set()

    asyncio.run(main())


def test_a_procedure_may_survive_cancellation_to_clean_up() -> None:
    """What it asks for in its `finally` clause takes its time, too."""

    def talk(port: int) -> Steps[None]:
        yield from connected(port)
        try:
            yield from everything(soon())
        finally:
            yield from ask(Send(b"bye", soon()))
            said.append((yield from ask(Receive(soon()))))

    def serve(connection: socket.socket) -> None:
        assert connection.recv(3) == b"bye"
        connection.sendall(b"221")

    said: list[bytes] = []
    with tcp_server(serve) as port:
        asyncio.run(cancelled(talk(port)))
    assert said == [b"221"]


def test_a_time_limit_from_outside() -> None:
    async def main(port: int) -> None:
        async with asyncio.timeout(0.01):
            await AsyncDriver().run(_greeting(port))

    before = open_sockets()
    with listening() as server, pytest.raises(TimeoutError):
        asyncio.run(main(server.getsockname()[1]))
    assert open_sockets() == before


def _greeting(port: int) -> Steps[bytes]:
    yield from connected(port)
    return (yield from everything(Deadline(None)))


def test_a_loop_that_ends_early_leaves_no_socket() -> None:
    """Nobody awaits the task any more: its coroutine is closed."""
    before = open_sockets()
    with listening() as server:
        running = AsyncDriver().run(_greeting(server.getsockname()[1]))

        async def begin() -> None:
            running.send(None)  # up to its first wait

        asyncio.run(begin())
        with suppress(RuntimeError):  # the loop is closed
            running.close()
    assert open_sockets() == before


def test_many_at_a_time_with_one_driver() -> None:
    def serve(connection: socket.socket) -> None:
        while data := connection.recv(100):
            connection.sendall(data)

    def talk(port: int, number: int) -> Steps[bytes]:
        yield from connected(port)
        echoed = b""
        for _ in range(5):
            yield from ask(Send(b"%d" % number, soon()))
            echoed += yield from ask(Receive(soon()))
        return echoed

    async def main(ports: list[int]) -> list[bytes]:
        driver = AsyncDriver()
        runs = (driver.run(talk(port, number)) for number, port in enumerate(ports))
        return await asyncio.gather(*runs)

    with tcp_server(serve) as one, tcp_server(serve) as two, tcp_server(serve) as three:
        assert asyncio.run(main([one, two, three])) == [b"00000", b"11111", b"22222"]


def test_one_that_fails_leaves_the_others_alone() -> None:
    async def main(port: int) -> tuple[object, object]:
        driver = AsyncDriver()
        lost, fine = await asyncio.gather(
            driver.run(ask(Receive(soon()))), driver.run(_greeting(port)), return_exceptions=True
        )
        return lost, fine

    with tcp_server(lambda connection: connection.sendall(b"220")) as port:
        lost, fine = asyncio.run(main(port))
    assert isinstance(lost, LostConnection)
    assert fine == b"220"


def test_waiting_for_the_system_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args: answer.wait(10) and [])

    def answering() -> Steps[None]:
        yield from ask(Sleep(0))
        answer.set()

    async def main() -> object:
        driver = AsyncDriver()
        lookup = driver.run(ask(LookupHost("a.test", (Family.IPV4,))))
        return (await asyncio.gather(lookup, driver.run(answering())))[0]

    assert asyncio.run(main()) == NativeAnswer()


def test_no_thread_stays() -> None:
    before = threading.active_count()
    asyncio.run(AsyncDriver().run(ask(LookupHost("127.0.0.1", (Family.IPV4,)))))
    assert threading.active_count() == before


def test_questions_side_by_side_get_their_own_answers() -> None:
    def refuse(query: bytes) -> list[bytes]:
        return [query[:2] + b"\x81\x85" + query[4:]]

    async def main(port: int) -> list[bytes | None]:
        driver = AsyncDriver(NameService((NameServer(HOST, port),), attempts=1))
        names = [f"mx{number}.test" for number in range(20)]
        replies = await asyncio.gather(*(driver.run(ask(Resolve(name, "A", True))) for name in names))
        return [reply.wire[13:].partition(b"\4test")[0] if reply.wire else None for reply in replies]

    with udp_server(refuse) as port:
        assert asyncio.run(main(port)) == [b"mx%d" % number for number in range(20)]


def test_the_clock_can_be_borrowed() -> None:
    assert AsyncDriver(clock=lambda: 7.0).clock() == 7.0
