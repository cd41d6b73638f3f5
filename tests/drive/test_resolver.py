"""The stub resolver over real sockets on this host."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import struct
from collections.abc import Callable, Coroutine, Iterator
from itertools import count
from threading import Thread

import dns.flags
import dns.message
import dns.rrset
import pytest

from pyfinger.drive.aio import AsyncDriver
from pyfinger.drive.blocking import BlockingDriver
from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.errors import OutOfTime
from pyfinger.model import RawReply, Trouble
from pyfinger.steps import Resolve, ResolveTogether, ResolveUnchecked, Steps, ask
from tests.drive.running import Run
from tests.drive.sockets import HOST, closed_port, tcp_server, udp_server

QUESTION = Resolve("mx.test", "A", True)


def answer(query: bytes, address: str = "192.0.2.1", flags: int = 0) -> bytes:
    message = dns.message.make_response(dns.message.from_wire(query))
    message.answer.append(dns.rrset.from_text("mx.test.", 60, "IN", "A", address))
    message.flags |= flags
    return message.to_wire()


def at(port: int, *, attempts: int = 1, timeout: int = 5, use_tcp: bool = False) -> NameService:
    return NameService((NameServer(HOST, port),), timeout=timeout, attempts=attempts, use_tcp=use_tcp)


def hasty() -> Callable[[], float]:
    """A clock on which all patience is gone at the third look."""
    ticks: Iterator[int] = count()
    return lambda: next(ticks) * 3.0


def test_a_datagram_answers(run: Run) -> None:
    with udp_server(lambda query: [answer(query)]) as port:
        raw = run(ask(QUESTION), at(port))
    assert raw.wire is not None
    assert raw.server == f"{HOST}:{port}"
    assert dns.message.from_wire(raw.wire).answer[0].to_text() == "mx.test. 60 IN A 192.0.2.1"


def test_what_does_not_answer_the_question_is_ignored(run: Run) -> None:
    def forged(query: bytes) -> list[bytes]:
        return [b"junk" * 3, bytes(2) + answer(query, "192.0.2.66")[2:], answer(query)]

    with udp_server(forged) as port:
        raw = run(ask(QUESTION), at(port))
    assert raw.wire is not None
    assert b"\xc0\x00\x02\x01" in raw.wire


def test_silence_ends_with_the_time(run: Run) -> None:
    with udp_server(lambda query: [b"junk" * 3] * 3) as port:
        assert run(ask(QUESTION), at(port), hasty()) == RawReply(None)


def test_nobody_there(run: Run) -> None:
    assert run(ask(QUESTION), at(closed_port(), attempts=2)) == RawReply(None)
    assert run(ask(QUESTION), at(closed_port(), use_tcp=True)) == RawReply(None)


def test_no_such_family_or_address_is_silence_too(run: Run) -> None:
    service = NameService((NameServer("fe80::1%nosuch0"),), attempts=1)
    assert run(ask(QUESTION), service) == RawReply(None)


def exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += connection.recv(size - len(data))
    return data


def framed(message: bytes) -> bytes:
    return len(message).to_bytes(2, "big") + message


def query_from(connection: socket.socket) -> bytes:
    return exactly(connection, int.from_bytes(exactly(connection, 2), "big"))


def test_tcp_after_truncation(run: Run) -> None:
    def serve(connection: socket.socket) -> None:
        reply = framed(answer(query_from(connection)))
        for octet in reply:
            connection.sendall(bytes([octet]))

    with tcp_server(serve) as port, udp_server(lambda query: [answer(query, flags=dns.flags.TC)], port):
        raw = run(ask(QUESTION), at(port))
    assert raw.wire is not None
    assert not dns.message.from_wire(raw.wire).flags & dns.flags.TC


def test_tcp_alone(run: Run) -> None:
    with tcp_server(lambda connection: connection.sendall(framed(answer(query_from(connection))))) as port:
        assert run(ask(QUESTION), at(port, use_tcp=True)).wire is not None


def test_a_tcp_reply_cut_short_is_silence(run: Run) -> None:
    def serve(connection: socket.socket) -> None:
        connection.sendall(framed(answer(query_from(connection)))[:-1])

    with tcp_server(serve) as port:
        assert run(ask(QUESTION), at(port, use_tcp=True)) == RawReply(None)


def test_a_message_with_another_id_is_passed_over_in_a_stream_too(run: Run) -> None:
    def serve(connection: socket.socket) -> None:
        reply = answer(query_from(connection))
        connection.sendall(framed(bytes(2) + reply[2:]) + framed(reply))

    with tcp_server(serve) as port:
        raw = run(ask(QUESTION), at(port, use_tcp=True))
    assert raw.wire is not None and raw.stream
    assert [each.trouble for each in raw.troubles] == [Trouble.WRONG_ID]


def test_a_stream_of_other_ids_ends_as_silence(run: Run) -> None:
    def serve(connection: socket.socket) -> None:
        connection.sendall(framed(bytes(2) + answer(query_from(connection))[2:]))

    with tcp_server(serve) as port:
        raw = run(ask(QUESTION), at(port, use_tcp=True))
    assert (raw.wire, raw.troubles[-1].trouble) == (None, Trouble.LOST)


def test_a_connection_that_is_reset_is_opened_once_more(run: Run) -> None:
    with socket.create_server((HOST, 0)) as server:

        def serve() -> None:
            first, _ = server.accept()
            query_from(first)
            first.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            first.close()  # with no time to linger: a reset
            second, _ = server.accept()
            second.sendall(framed(answer(query_from(second))))
            second.close()

        thread = Thread(target=serve, daemon=True)
        thread.start()
        raw = run(ask(QUESTION), at(server.getsockname()[1], use_tcp=True))
        thread.join()
    assert raw.wire is not None


def test_what_was_dropped_and_who_was_silent_is_told(run: Run) -> None:
    def forged(query: bytes) -> list[bytes]:
        other = dns.message.make_query("other.test.", "A", id=int.from_bytes(query[:2], "big"))
        return [bytes(2) + answer(query)[2:]] * 2 + [dns.message.make_response(other).to_wire()]

    with udp_server(forged) as port:
        raw = run(ask(QUESTION), at(port), hasty())
        assert raw.wire is None
    told = {(each.server, each.trouble) for each in raw.troubles}
    assert told <= {
        (f"{HOST}:{port}", kind) for kind in (Trouble.WRONG_ID, Trouble.WRONG_QUESTION, Trouble.SILENT)
    }
    assert (f"{HOST}:{port}", Trouble.SILENT) in told


def test_a_reply_from_another_address_is_dropped_and_told(run: Run) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere,
    ):
        server.bind((HOST, 0))

        def serve() -> None:
            query, peer = server.recvfrom(4096)
            elsewhere.sendto(answer(query, "192.0.2.66"), peer)
            server.sendto(answer(query), peer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        raw = run(ask(QUESTION), at(server.getsockname()[1]))
        thread.join()
    assert raw.wire is not None
    assert b"\xc0\x00\x02\x01" in raw.wire
    assert [each.trouble for each in raw.troubles] == [Trouble.WRONG_SOURCE]


def test_a_late_reply_to_the_first_datagram_is_one_to_the_second(run: Run) -> None:
    """The C library keeps its socket and its id."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((HOST, 0))

        def serve() -> None:
            first, peer = server.recvfrom(4096)
            server.sendto(bytes(12), peer)  # for another look at the clock
            second, again = server.recvfrom(4096)
            assert (first, peer) == (second, again)
            server.sendto(answer(first), peer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        raw = run(ask(QUESTION), at(server.getsockname()[1], attempts=2), hasty())
        thread.join()
    assert raw.wire is not None


def test_a_question_without_validation_goes_to_the_server_that_failed(run: Run) -> None:
    seen: list[dns.message.Message] = []

    def serve(query: bytes) -> list[bytes]:
        seen.append(dns.message.from_wire(query))
        return [answer(query)]

    with udp_server(serve) as port, udp_server(lambda query: []) as other:
        service = NameService((NameServer(HOST, other), NameServer(HOST, port)))
        raw = run(ask(ResolveUnchecked("mx.test", "A", f"{HOST}:{port}")), service)
    assert raw is not None and raw.wire is not None
    (query,) = seen
    assert query.flags & dns.flags.CD and query.ednsflags & dns.flags.DO


def test_rotation_goes_on_from_question_to_question(run: Run) -> None:
    def told(address: str) -> Callable[[bytes], list[bytes]]:
        return lambda query: [answer(query, address)]

    with udp_server(told("192.0.2.1")) as one, udp_server(told("192.0.2.2")) as two:
        servers = (NameServer(HOST, one), NameServer(HOST, two))

        def thrice() -> Steps[list[str]]:
            asked = []
            for _ in range(3):
                asked.append((yield from ask(QUESTION)).server)
            return asked

        assert run(thrice(), NameService(servers, rotate=True)) == [str(servers[n]) for n in (0, 1, 0)]


def test_ids_and_ports_cannot_be_guessed_from_those_before(run: Run) -> None:
    seen: list[tuple[int, bytes]] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((HOST, 0))
        server.settimeout(5)

        def serve() -> None:
            for _ in range(8):
                query, peer = server.recvfrom(4096)
                seen.append((peer[1], query[:2]))
                server.sendto(answer(query), peer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        for _ in range(8):
            assert run(ask(QUESTION), at(server.getsockname()[1])).wire is not None
        thread.join()
    ports, ids = [port for port, _ in seen], [identity for _, identity in seen]
    assert len(set(ids)) > 6
    assert len(set(ports)) > 1 and ports != sorted(ports) and ports != sorted(ports, reverse=True)


def test_questions_asked_together_are_all_asked_before_one_is_answered(run: Run) -> None:
    """The last one is answered first; the replies are in the questions' order."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((HOST, 0))
    questions = tuple(Resolve(f"{letter}.test", "A", True) for letter in "abc")

    def serve() -> None:
        heard = [server.recvfrom(4096) for _ in questions]
        for query, peer in reversed(heard):
            server.sendto(dns.message.make_response(dns.message.from_wire(query)).to_wire(), peer)

    thread = Thread(target=serve)
    thread.start()
    with server:
        replies = run(ask(ResolveTogether(questions)), at(server.getsockname()[1]))
        thread.join()
    asked = [dns.message.from_wire(raw.wire or b"").question[0].name.to_text() for raw in replies]
    assert asked == ["a.test.", "b.test.", "c.test."]
    assert all(len(raw.packets) == 2 for raw in replies)


@pytest.mark.slow
def test_silence_and_what_cannot_be_asked_end_beside_others(run: Run) -> None:
    questions = (Resolve("mute.test", "A", True), Resolve("x" * 64, "A", True))
    with udp_server(lambda query: []) as port:
        replies = run(ask(ResolveTogether(questions)), at(port, timeout=1), hasty())
    assert [raw.wire for raw in replies] == [None, None]
    assert [trouble.trouble for raw in replies for trouble in raw.troubles] == [Trouble.SILENT]


def test_nothing_asked_together_is_nothing(run: Run) -> None:
    assert run(ask(ResolveTogether(())), at(closed_port())) == ()


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="no list of open files")
@pytest.mark.parametrize("driver", [BlockingDriver, AsyncDriver], ids=["blocking", "asyncio"])
def test_what_ends_the_waiting_closes_every_socket(driver: type[BlockingDriver | AsyncDriver]) -> None:
    questions = tuple(Resolve(f"{letter}.test", "A", True) for letter in "abc")
    with udp_server(lambda query: []) as port:
        gc.collect()  # what earlier tests left
        before = len(os.listdir("/proc/self/fd"))
        with pytest.raises(OutOfTime):
            steps = ask(ResolveTogether(questions))
            running = driver(at(port)).run(steps, 0.05)
            if isinstance(running, Coroutine):
                asyncio.run(running)
        assert len(os.listdir("/proc/self/fd")) == before
