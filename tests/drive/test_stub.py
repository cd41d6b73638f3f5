"""The plan of a stub resolver: whom it asks, and what it takes for an answer."""

from __future__ import annotations

from collections.abc import Callable

import dns.flags
import dns.message
import dns.rcode
import pytest

from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.drive.stub import PAYLOAD, Exchange, plan
from pyfinger.model import RawReply
from pyfinger.steps import Resolve

ONE = NameServer("192.0.2.1")
TWO = NameServer("192.0.2.2")
THREE = NameServer("192.0.2.3")
QUESTION = Resolve("mx.test", "A", True)

Fate = Callable[[Exchange], bytes | None]


def reply(exchange: Exchange, rcode: int = 0, flags: int = 0) -> bytes:
    message = dns.message.make_response(exchange.query)
    message.set_rcode(dns.rcode.Rcode(rcode))
    message.flags |= flags
    return message.to_wire()


def silence(exchange: Exchange) -> None:
    return None


def good(exchange: Exchange) -> bytes:
    return reply(exchange)


def failing(exchange: Exchange) -> bytes:
    return reply(exchange, dns.rcode.SERVFAIL)


def run(
    fates: dict[NameServer, Fate], service: NameService, question: Resolve = QUESTION, turn: int = 0
) -> tuple[list[Exchange], RawReply]:
    steps = plan(question, service, turn)
    exchanges: list[Exchange] = []
    try:
        exchange = next(steps)
        while True:
            exchanges.append(exchange)
            exchange = steps.send(fates[exchange.server](exchange))
    except StopIteration as stop:
        return exchanges, stop.value


def asked(exchanges: list[Exchange]) -> list[NameServer]:
    return [exchange.server for exchange in exchanges]


def test_the_first_answer_ends_it() -> None:
    exchanges, raw = run({ONE: good, TWO: good}, NameService((ONE, TWO)))
    assert asked(exchanges) == [ONE]
    assert raw.server == "192.0.2.1"
    assert raw.wire is not None


def test_silent_and_failing_servers_are_asked_again() -> None:
    exchanges, raw = run({ONE: silence, TWO: failing}, NameService((ONE, TWO), attempts=2))
    assert asked(exchanges) == [ONE, TWO, ONE, TWO]
    assert raw.server == "192.0.2.2"
    assert raw.wire is not None


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.NOTIMP, dns.rcode.REFUSED])
def test_the_next_server_after_a_refusal(rcode: int) -> None:
    exchanges, raw = run({ONE: lambda e: reply(e, rcode), TWO: good}, NameService((ONE, TWO)))
    assert asked(exchanges) == [ONE, TWO]
    assert raw.server == "192.0.2.2"


def test_nxdomain_is_an_answer() -> None:
    exchanges, _ = run({ONE: lambda e: reply(e, dns.rcode.NXDOMAIN)}, NameService((ONE,)))
    assert len(exchanges) == 1


def test_nobody_answers() -> None:
    exchanges, raw = run({ONE: silence}, NameService((ONE,), attempts=3))
    assert raw == RawReply(None)
    assert len(exchanges) == 3


def test_truncated_replies_are_fetched_by_tcp_from_the_same_server() -> None:
    exchanges, raw = run(
        {ONE: lambda e: reply(e, flags=0 if e.stream else dns.flags.TC), TWO: good}, NameService((ONE, TWO))
    )
    assert [(exchange.server, exchange.stream) for exchange in exchanges] == [(ONE, False), (ONE, True)]
    assert raw.wire is not None
    assert not raw.wire[2] & 2


def test_a_truncated_reply_alone_is_no_answer() -> None:
    def half(exchange: Exchange) -> bytes | None:
        return None if exchange.stream else reply(exchange, flags=dns.flags.TC)

    _, raw = run({ONE: half}, NameService((ONE,), attempts=1))
    assert raw == RawReply(None)


def test_formerr_means_no_edns() -> None:
    def old(exchange: Exchange) -> bytes:
        return reply(exchange, dns.rcode.FORMERR if exchange.query.edns >= 0 else dns.rcode.NOERROR)

    exchanges, raw = run({ONE: old}, NameService((ONE,)))
    assert [exchange.query.edns for exchange in exchanges] == [0, -1]
    assert raw.wire is not None
    assert raw.wire[3] & 15 == 0


def test_a_server_that_understands_nothing_has_the_last_word() -> None:
    exchanges, raw = run({ONE: lambda e: reply(e, dns.rcode.FORMERR), TWO: good}, NameService((ONE, TWO)))
    assert asked(exchanges) == [ONE, ONE]
    assert raw.wire is not None
    assert raw.wire[3] & 15 == dns.rcode.FORMERR


def test_use_vc_asks_by_tcp_at_once() -> None:
    exchanges, _ = run({ONE: good}, NameService((ONE,), use_tcp=True))
    assert [exchange.stream for exchange in exchanges] == [True]


def test_rotation_starts_elsewhere_each_time() -> None:
    service = NameService((ONE, TWO, THREE), rotate=True, attempts=1)
    fates: dict[NameServer, Fate] = {ONE: silence, TWO: silence, THREE: silence}
    assert asked(run(fates, service, turn=4)[0]) == [TWO, THREE, ONE]
    assert asked(run(fates, service, turn=3)[0]) == [ONE, TWO, THREE]


@pytest.mark.parametrize(("count", "patience"), [(1, [5.0]), (2, [5.0, 5.0]), (3, [5.0, 3.0, 6.0])])
def test_patience_is_the_c_librarys(count: int, patience: list[float]) -> None:
    service = NameService((ONE, TWO, THREE)[:count], attempts=1)
    exchanges, _ = run({ONE: silence, TWO: silence, THREE: silence}, service)
    assert [exchange.seconds for exchange in exchanges] == patience


def test_dnssec_is_asked_for_with_do_and_ad() -> None:
    (exchange,), _ = run({ONE: good}, NameService((ONE,)))
    query = dns.message.from_wire(exchange.wire)
    assert query.flags & dns.flags.AD
    assert query.flags & dns.flags.RD
    assert query.ednsflags & dns.flags.DO
    assert query.payload == PAYLOAD
    assert query.question[0].to_text() == "mx.test. IN A"


def test_without_dnssec_neither_is_set() -> None:
    (exchange,), _ = run({ONE: good}, NameService((ONE,)), Resolve(".", "NS", False))
    query = dns.message.from_wire(exchange.wire)
    assert not query.flags & dns.flags.AD
    assert not query.ednsflags & dns.flags.DO
    assert query.question[0].to_text() == ". IN NS"


@pytest.mark.parametrize(
    "question",
    [
        Resolve("a" * 64 + ".test", "A", True),
        Resolve("b\xfccher.test", "A", True),
        Resolve("a.test", "NOSUCH", True),
    ],
)
def test_what_cannot_be_asked_gets_no_reply(question: Resolve) -> None:
    assert run({}, NameService((ONE,)), question) == ([], RawReply(None))


def exchange_for(question: Resolve = QUESTION) -> Exchange:
    return next(plan(question, NameService((ONE,))))


def test_only_replies_to_the_question_are_accepted() -> None:
    exchange = exchange_for()
    wire = reply(exchange)
    assert exchange.accepts(wire)
    assert not exchange.accepts(exchange.wire)  # a query, not a reply
    assert not exchange.accepts(bytes([wire[0] ^ 1]) + wire[1:])  # another id
    assert not exchange.accepts(wire[:2] + bytes([wire[2] | 0x20]) + wire[3:])  # another opcode
    other = Exchange(ONE, dns.message.make_query("mx.test.", "AAAA", id=exchange.query.id), False, 1)
    assert not exchange.accepts(reply(other))
    assert not exchange.accepts(wire[:11])
    assert not exchange.accepts(wire[:20])


def test_ids_differ() -> None:
    assert len({exchange_for().query.id for _ in range(16)}) > 1
