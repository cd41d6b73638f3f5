"""The plan of a stub resolver: whom it asks, and what it takes for an answer."""

from __future__ import annotations

from collections.abc import Callable

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.drive.stub import PAYLOAD, Came, ServerQuery, plan, unchecked_plan
from pyfinger.model import RawReply, ServerTrouble, Trouble
from pyfinger.steps import Resolve, ResolveUnchecked

ONE = NameServer("192.0.2.1")
TWO = NameServer("192.0.2.2")
THREE = NameServer("192.0.2.3")
QUESTION = Resolve("mx.test", "A", True)

Fate = Callable[[ServerQuery], bytes | None]


def query_of(exchange: ServerQuery) -> dns.message.Message:
    return dns.message.from_wire(exchange.wire)


def reply(exchange: ServerQuery, rcode: int = 0, flags: int = 0) -> bytes:
    message = dns.message.make_response(query_of(exchange), recursion_available=True)
    message.set_rcode(dns.rcode.Rcode(rcode))
    message.flags |= flags
    return message.to_wire()


def silence(exchange: ServerQuery) -> None:
    return None


def good(exchange: ServerQuery) -> bytes:
    return reply(exchange)


def failing(exchange: ServerQuery) -> bytes:
    return reply(exchange, dns.rcode.SERVFAIL)


def run(
    fates: dict[NameServer, Fate], service: NameService, question: Resolve = QUESTION, turn: int = 0
) -> tuple[list[ServerQuery], RawReply]:
    steps = plan(question, service, turn)
    exchanges: list[ServerQuery] = []
    try:
        exchange = next(steps)
        while True:
            exchanges.append(exchange)
            wire = fates[exchange.server](exchange)
            exchange = steps.send(Came(wire, {} if wire else {Trouble.SILENT: 1}))
    except StopIteration as stop:
        return exchanges, stop.value


def asked(exchanges: list[ServerQuery]) -> list[NameServer]:
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
    def half(exchange: ServerQuery) -> bytes | None:
        return None if exchange.stream else reply(exchange, flags=dns.flags.TC)

    _, raw = run({ONE: half}, NameService((ONE,), attempts=1))
    assert raw == RawReply(None)


def test_formerr_is_the_last_word_and_edns_is_never_left_out() -> None:
    exchanges, raw = run({ONE: lambda e: reply(e, dns.rcode.FORMERR), TWO: good}, NameService((ONE, TWO)))
    assert [query_of(exchange).edns for exchange in exchanges] == [0]
    assert raw.wire is not None
    assert raw.wire[3] & 15 == dns.rcode.FORMERR


def test_a_server_that_does_not_recurse_is_passed_over() -> None:
    def lame(exchange: ServerQuery) -> bytes:
        wire = bytearray(dns.message.make_response(query_of(exchange)).to_wire())
        wire[10:12] = bytes(2)
        return bytes(wire)

    exchanges, raw = run({ONE: lame, TWO: good}, NameService((ONE, TWO)))
    assert asked(exchanges) == [ONE, TWO]
    assert raw.troubles == (ServerTrouble("192.0.2.1", Trouble.LAME),)
    assert run({ONE: lame}, NameService((ONE,)))[1].wire is None


def truncated(exchange: ServerQuery) -> bytes | None:
    return None if exchange.stream else reply(exchange, flags=dns.flags.TC)


def test_after_a_truncated_reply_all_servers_left_are_asked_by_tcp_once() -> None:
    exchanges, raw = run(
        {ONE: failing, TWO: truncated, THREE: good}, NameService((ONE, TWO, THREE), attempts=5)
    )
    assert [(exchange.server, exchange.stream) for exchange in exchanges] == [
        (ONE, False),
        (TWO, False),
        (TWO, True),
        (THREE, True),
    ]
    assert raw.stream
    exchanges, _ = run({ONE: truncated}, NameService((ONE,), attempts=5))
    assert len(exchanges) == 2


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.NOTIMP, dns.rcode.REFUSED])
def test_over_tcp_a_refusal_is_final(rcode: int) -> None:
    exchanges, raw = run({ONE: lambda e: reply(e, rcode), TWO: good}, NameService((ONE, TWO), use_tcp=True))
    assert asked(exchanges) == [ONE]
    assert raw.stream


def test_without_attempts_nobody_is_asked() -> None:
    assert run({}, NameService((ONE,), attempts=0)) == ([], RawReply(None))


def test_one_query_goes_to_everybody() -> None:
    exchanges, _ = run({ONE: silence, TWO: failing}, NameService((ONE, TWO)))
    assert len({exchange.wire for exchange in exchanges}) == 1


def test_trouble_is_told_with_its_server_and_how_often() -> None:
    _, raw = run({ONE: silence, TWO: failing}, NameService((ONE, TWO)))
    assert raw.troubles == (
        ServerTrouble("192.0.2.1", Trouble.SILENT, 2),
        ServerTrouble("192.0.2.2", Trouble.FAILED, 2, dns.rcode.SERVFAIL),
    )


def test_no_aaaa_asks_whether_there_is_such_a_name() -> None:
    """And whoever has an A record has no AAAA then."""
    question = Resolve("mx.test", "AAAA", True)
    (exchange,), raw = run({ONE: good}, NameService((ONE,), no_aaaa=True), question)
    assert query_of(exchange).question[0].to_text() == "mx.test. IN A"
    assert query_of(exchange).edns == -1
    assert raw.wire is not None
    assert raw.wire[4:] == bytes(8)
    assert raw.withheld


def test_a_name_with_an_alias_is_asked_for_by_that() -> None:
    service = NameService((ONE,), aliases=(("mx", "mx.example.test"),))
    for asked, wanted in (("mx", "mx.example.test."), ("MX", "mx.example.test."), ("mx.test", "mx.test.")):
        (exchange,), _ = run({ONE: good}, service, Resolve(asked, "A", True))
        assert query_of(exchange).question[0].to_text() == f"{wanted} IN A"
        unchecked = next(unchecked_plan(ResolveUnchecked(asked, "A", ""), service))
        assert query_of(unchecked).question[0].to_text() == f"{wanted} IN A"


def test_a_question_without_validation_is_asked_once_of_one_server() -> None:
    steps = unchecked_plan(ResolveUnchecked("mx.test", "A", "192.0.2.2"), NameService((ONE, TWO)))
    exchange = next(steps)
    assert exchange.server == TWO
    assert query_of(exchange).flags & dns.flags.CD and query_of(exchange).ednsflags & dns.flags.DO
    with pytest.raises(StopIteration) as stop:
        steps.send(Came(failing(exchange)))
    assert stop.value.value.wire == failing(exchange)


def test_whoever_validates_asks_with_cd_and_lets_ad_be() -> None:
    for checking_disabled, wanted in ((False, dns.flags.AD), (True, dns.flags.CD)):
        question = Resolve("mx.test", "A", True, checking_disabled=checking_disabled)
        [exchange], _ = run({ONE: good}, NameService((ONE,)), question)
        assert query_of(exchange).flags & (dns.flags.AD | dns.flags.CD) == wanted
        assert query_of(exchange).ednsflags & dns.flags.DO


def test_nothing_of_a_reply_that_is_cut_inside_a_record_is_read() -> None:
    """As systemd-resolved cuts them: counts unchanged, TC set."""

    def cut(exchange: ServerQuery) -> bytes:
        if exchange.stream:
            return good(exchange)
        message = dns.message.make_response(query_of(exchange))
        message.answer.append(dns.rrset.from_text("mx.test.", 60, "IN", "A", "192.0.2.7"))
        message.flags |= dns.flags.TC
        return message.to_wire()[:-9]

    exchanges, raw = run({ONE: cut}, NameService((ONE,)), Resolve("mx.test", "A", True, True))
    assert [exchange.stream for exchange in exchanges] == [False, True]
    assert raw.wire == good(exchanges[-1])


def test_use_vc_asks_by_tcp_at_once() -> None:
    exchanges, _ = run({ONE: good}, NameService((ONE,), use_tcp=True))
    assert [exchange.stream for exchange in exchanges] == [True]


def test_rotation_starts_elsewhere_each_time() -> None:
    service = NameService((ONE, TWO, THREE), rotate=True, attempts=1)
    fates: dict[NameServer, Fate] = {ONE: silence, TWO: silence, THREE: silence}
    assert asked(run(fates, service, turn=4)[0]) == [TWO, THREE, ONE]
    assert asked(run(fates, service, turn=3)[0]) == [ONE, TWO, THREE]
    assert [exchange.seconds for exchange in run(fates, service, turn=1)[0]] == [3, 6, 5]  # each its own


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
    assert query.payload == PAYLOAD == 1200
    assert query.question[0].to_text() == "mx.test. IN A"


def test_without_dnssec_there_is_no_edns() -> None:
    (exchange,), _ = run({ONE: good}, NameService((ONE,)), Resolve(".", "NS", False))
    query = dns.message.from_wire(exchange.wire)
    assert not query.flags & dns.flags.AD
    assert query.edns == -1
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


def exchange_for(question: Resolve = QUESTION) -> ServerQuery:
    return next(plan(question, NameService((ONE,))))


def test_what_a_datagram_has_to_have_to_be_the_reply() -> None:
    """As in the C library: the id, and the question if it can be read; neither QR nor the opcode."""
    exchange = exchange_for()
    wire = reply(exchange)
    assert exchange.objection(wire) is None
    assert exchange.objection(exchange.wire) is None
    assert exchange.objection(wire[:2] + bytes([wire[2] | 0x20]) + wire[3:]) is None
    assert exchange.objection(wire[:12] + b"\xc0\xff" + wire[14:]) is None
    assert exchange.objection(wire[:12] + wire[12:].replace(b"test", b"TEST")) is None
    assert exchange.objection(bytes([wire[0] ^ 1]) + wire[1:]) is Trouble.WRONG_ID
    assert exchange.objection(wire[:11]) is Trouble.TOO_SHORT
    assert exchange.objection(wire[:4] + bytes(2) + wire[6:]) is Trouble.WRONG_QUESTION
    question = dns.message.make_query("mx.test.", "AAAA", id=int.from_bytes(wire[:2], "big"))
    other = ServerQuery(ONE, question.to_wire(), False, 1)
    assert exchange.objection(reply(other)) is Trouble.WRONG_QUESTION
    stream = ServerQuery(ONE, exchange.wire, True, 1)
    assert stream.objection(reply(other)) is None


def test_ids_differ() -> None:
    assert len({exchange_for().wire[:2] for _ in range(16)}) > 1
