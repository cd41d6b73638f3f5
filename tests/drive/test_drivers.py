"""What both drivers do, over real sockets on this host."""

from __future__ import annotations

import errno
import socket
import threading
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.errors import LostConnection, TimedOut
from pyfinger.model import Endpoints, Family, NativeAnswer, RawReply
from pyfinger.steps import (
    Clock,
    Close,
    Connect,
    Deadline,
    FindService,
    LookupHost,
    Receive,
    Request,
    Resolve,
    Send,
    Sleep,
    Steps,
    ask,
)
from tests.drive.running import Run, connected, everything, soon
from tests.drive.sockets import HOST, closed_port, tcp_server, udp_server, unix_server


def running(step: float) -> Clock:
    """A clock that moves on by itself, whenever it is looked at."""
    ticks = count()
    return lambda: next(ticks) * step


def test_a_dialogue(run: Run) -> None:
    def serve(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        assert connection.recv(100) == b"QUIT\r\n"
        connection.sendall(b"221 bye\r\n")

    def talk(port: int) -> Steps[tuple[Endpoints, bytes, bytes]]:
        endpoints = yield from connected(port)
        greeting = yield from ask(Receive(soon()))
        yield from ask(Send(b"QUIT\r\n", soon()))
        rest = yield from everything(soon())
        yield from ask(Close())
        yield from ask(Close())
        return endpoints, greeting, rest

    with tcp_server(serve) as port:
        endpoints, greeting, rest = run(talk(port))
    assert (endpoints.local, endpoints.remote, endpoints.remote_port) == (HOST, HOST, port)
    assert endpoints.local_port
    assert greeting + rest == b"220 hello\r\n221 bye\r\n"


def test_ipv6(run: Run) -> None:
    with tcp_server(lambda connection: None, socket.AF_INET6) as port:
        endpoints = run(connected(port, "::1"))
    assert (endpoints.remote, endpoints.remote_port) == ("::1", port)


def test_much_data_both_ways(run: Run) -> None:
    much = bytes(range(256)) * 8192
    got = bytearray()

    def serve(connection: socket.socket) -> None:
        while len(got) < len(much):
            got.extend(connection.recv(1 << 16))
        connection.sendall(got)

    def talk(port: int) -> Steps[bytes]:
        yield from connected(port)
        yield from ask(Send(much, soon()))
        return (yield from everything(soon()))

    with tcp_server(serve) as port:
        assert run(talk(port)) == much


def test_unix_sockets(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "lmtp")

    def talk() -> Steps[tuple[Endpoints, bytes]]:
        endpoints = yield from ask(Connect(path, None, soon()))
        return endpoints, (yield from everything(soon()))

    with unix_server(path, lambda connection: connection.sendall(b"220 lmtp")):
        endpoints, data = run(talk())
    assert endpoints == Endpoints("", None, path, None)
    assert data == b"220 lmtp"


@pytest.mark.parametrize(("segment", "least", "most"), [(None, 20000, 20000), (1448, 4097, 4 * 1448)])
def test_as_much_is_read_at_once_as_four_segments_hold(
    run: Run, segment: int | None, least: int, most: int
) -> None:
    """What has come ahead of TLS, and was not read, is taken for TLS: so the size shows."""
    there = threading.Event()

    def serve(connection: socket.socket) -> None:
        connection.sendall(bytes(20000))
        there.set()

    def talk(port: int) -> Steps[bytes]:
        yield from connected(port)
        assert there.wait(60)
        return (yield from ask(Receive(soon())))

    with tcp_server(serve, segment=segment) as port:
        assert least <= len(run(talk(port))) <= most


def test_of_a_unix_socket_4096_octets_are_read_at_once(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "lmtp")

    def talk() -> Steps[bytes]:
        yield from ask(Connect(path, None, soon()))
        return (yield from ask(Receive(soon())))

    with unix_server(path, lambda connection: connection.sendall(bytes(20000))):
        assert len(run(talk())) == 4096


@pytest.mark.parametrize(
    ("address", "port", "code"),
    [
        ("/nonexistent/socket", None, errno.ENOENT),
        ("", None, errno.ECONNREFUSED),
        ("/" + "x" * 200, None, errno.ENAMETOOLONG),
        ("255.255.255.255", 25, None),
    ],
)
def test_failing_to_connect_gives_the_errno(
    run: Run, address: str, port: int | None, code: int | None
) -> None:
    with pytest.raises(LostConnection) as caught:
        run(ask(Connect(address, port, soon())))
    assert caught.value.code == code or (code is None and caught.value.code > 0)


def test_refused(run: Run) -> None:
    with pytest.raises(LostConnection) as caught:
        run(connected(closed_port()))
    assert caught.value.code == errno.ECONNREFUSED


def test_connecting_in_vain_is_etimedout(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect_ex", lambda self, where: errno.EINPROGRESS)
    deadline = Deadline(10)
    deadline.left(100.0)
    with pytest.raises(LostConnection) as caught:
        run(ask(Connect(HOST, 25, deadline)), clock=lambda: 110.0)
    assert caught.value.code == errno.ETIMEDOUT


def test_an_error_found_out_later_counts(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    port = closed_port()
    real = socket.socket.connect_ex

    def slowly(self: socket.socket, where: tuple[str, int]) -> int:
        real(self, where)
        return errno.EINPROGRESS

    monkeypatch.setattr(socket.socket, "connect_ex", slowly)
    monkeypatch.setattr(socket.socket, "getsockopt", lambda self, level, name: errno.EHOSTUNREACH)
    with pytest.raises(LostConnection) as caught:
        run(connected(port))
    assert caught.value.code == errno.EHOSTUNREACH


def test_a_silent_server_times_out_at_the_steps_deadline(run: Run) -> None:
    done: list[str] = []

    def talk(port: int) -> Steps[None]:
        yield from connected(port)
        deadline = Deadline(0.02)
        try:
            yield from everything(deadline)
        except TimedOut:
            done.append("timed out")
        yield from ask(Close())

    with tcp_server(lambda connection: connection.recv(1)) as port:
        run(talk(port))
    assert done == ["timed out"]


def test_a_server_that_never_ends_does_not_extend_the_deadline(run: Run) -> None:
    def serve(connection: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection.sendall(b"x" * 1000)

    def talk(port: int) -> Steps[None]:
        yield from connected(port)
        deadline = Deadline(3)
        while True:
            yield from ask(Receive(deadline))

    with tcp_server(serve) as port, pytest.raises(TimedOut):
        run(talk(port), clock=running(1.0))


def test_no_limit_is_no_limit(run: Run) -> None:
    with tcp_server(lambda connection: connection.sendall(b"x")) as port:

        def talk() -> Steps[bytes]:
            yield from ask(Connect(HOST, port, Deadline(None)))
            return (yield from ask(Receive(Deadline(None))))

        assert run(talk()) == b"x"


def test_a_reset_connection(run: Run) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    def talk(port: int) -> Steps[None]:
        yield from connected(port)
        yield from ask(Send(b"x", soon()))
        yield from everything(soon())

    with tcp_server(serve) as port, pytest.raises(LostConnection) as caught:
        run(talk(port))
    assert caught.value.code == errno.ECONNRESET


def test_false_alarms_are_waited_out(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def talk(port: int) -> Steps[bytes]:
        yield from connected(port)
        return (yield from ask(Receive(soon())))

    outcomes: list[bytes | None] = [None, b"data"]

    def recv(self: socket.socket, size: int) -> bytes:
        if (outcome := outcomes.pop(0)) is None:
            raise BlockingIOError
        return outcome

    monkeypatch.setattr("pyfinger.drive.connection._receive_some", lambda size, sock: recv(sock, size))
    with tcp_server(lambda connection: connection.sendall(b"x")) as port:
        assert run(talk(port)) == b"data"


def test_input_without_a_connection_is_lost(run: Run) -> None:
    with pytest.raises(LostConnection) as caught:
        run(ask(Receive(soon())))
    assert caught.value.code == errno.ENOTCONN


def test_sleeping_is_not_for_ever(run: Run) -> None:
    assert run(ask(Sleep(0))) is None


def test_an_unknown_request_is_told_to_the_procedure(run: Run) -> None:
    with pytest.raises(KeyError):
        run(ask(Request()))


def test_sockets_that_cannot_be_used_are_an_error_of_the_connection(run: Run) -> None:
    """Writing after the peer is gone."""

    def talk(port: int) -> Steps[None]:
        yield from connected(port)
        yield from everything(soon())
        while True:
            yield from ask(Send(b"x" * 1000, soon()))

    with tcp_server(lambda connection: None) as port, pytest.raises(LostConnection) as caught:
        run(talk(port))
    assert caught.value.code in (errno.EPIPE, errno.ECONNRESET)


def test_a_second_connection_replaces_the_first(run: Run) -> None:
    def talk(one: int, two: int) -> Steps[bytes]:
        yield from connected(one)
        yield from connected(two)
        return (yield from everything(soon()))

    with (
        tcp_server(lambda connection: connection.recv(1)) as one,
        tcp_server(lambda connection: connection.sendall(b"2")) as two,
    ):
        assert run(talk(one, two)) == b"2"


def test_the_socket_is_closed_when_a_procedure_fails(run: Run) -> None:
    ended: list[bytes] = []

    def talk(port: int) -> Steps[None]:
        yield from connected(port)
        raise ZeroDivisionError

    with (
        tcp_server(lambda connection: ended.append(connection.recv(1))) as port,
        pytest.raises(ZeroDivisionError),
    ):
        run(talk(port))
    assert ended == [b""]


def test_resolving_asks_the_given_server(run: Run) -> None:
    def refuse(query: bytes) -> list[bytes]:
        return [query[:2] + b"\x81\x85" + query[4:]]

    with udp_server(refuse) as port:
        service = NameService((NameServer(HOST, port),), attempts=1)

        def talk() -> Steps[list[RawReply]]:
            question = Resolve("mx.test", "A", True)
            return [(yield from ask(question)), (yield from ask(question))]

        for raw in run(talk(), service):
            assert raw.server == f"{HOST}:{port}"
            assert raw.wire is not None


def test_the_systems_name_service_is_read_when_needed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    service = NameService((NameServer(HOST, closed_port()),), attempts=1)
    monkeypatch.setattr("pyfinger.drive.executor.system_name_service", lambda: service)
    assert run(ask(Resolve("mx.test", "A", True))) == RawReply(None)


Found = list[tuple[int, int, int, str, tuple[str, int]]]

V4 = (socket.AF_INET, 1, 6, "", ("192.0.2.1", 0))
V6 = (socket.AF_INET6, 1, 6, "", ("2001:db8::1", 0))


@pytest.mark.parametrize(
    ("families", "hint"),
    [
        ((Family.IPV4, Family.IPV6), socket.AF_UNSPEC),
        ((Family.IPV4,), socket.AF_INET),
        ((Family.IPV6,), socket.AF_INET6),
    ],
)
def test_host_lookup(
    run: Run, monkeypatch: pytest.MonkeyPatch, families: tuple[Family, ...], hint: int
) -> None:
    asked: list[object] = []

    def getaddrinfo(host: bytes, port: None, family: int, kind: int) -> Found:
        asked.extend((host, family, kind))
        return [V6, V4, V4]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    answer = run(ask(LookupHost("a.test", families)))
    assert asked == [b"a.test", hint, socket.SOCK_STREAM]
    found = [(Family.IPV6, "2001:db8::1"), (Family.IPV4, "192.0.2.1"), (Family.IPV4, "192.0.2.1")]
    assert answer == NativeAnswer(tuple(pair for pair in found if pair[0] in families))


def test_host_lookup_failure_has_the_systems_words(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*args: object) -> Found:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    answer = run(ask(LookupHost("a.test", (Family.IPV4,))))
    assert answer == NativeAnswer(error="Name or service not known")


def test_services(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def getservbyname(name: str, protocol: str) -> int:
        assert protocol == "tcp"
        if name != "smtp":
            raise OSError("service/proto not found")
        return 25

    monkeypatch.setattr(socket, "getservbyname", getservbyname)
    assert run(ask(FindService("smtp"))) == 25
    assert run(ask(FindService("nosuch"))) is None
