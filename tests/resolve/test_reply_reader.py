"""Reply bytes to values."""

from __future__ import annotations

from collections.abc import Sequence

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.errors import DecodeError
from pyfinger.model import AddressData, DnsStatus, Family, MxData, OtherData, SrvData, TlsaRecord
from pyfinger.resolve.parsed_reply import Alias, AnswerRecord, BrokenRdata, Content, Named, ParsedReply
from pyfinger.resolve.reply_reader import MAX_SCANNED, is_type, read_reply

HEADER = bytes.fromhex("1234 8180 0001 0001 0000 0000")
QUESTION = b"\1a\4test\0" + bytes.fromhex("0001 0001")


def wire(*records: tuple[str, str, Sequence[str]], rcode: int = 0, flags: int = 0) -> bytes:
    query = dns.message.make_query("a.test.", "A")
    reply = dns.message.make_response(query)
    reply.set_rcode(dns.rcode.Rcode(rcode))
    reply.flags |= flags
    for owner, rdtype, texts in records:
        reply.answer.append(dns.rrset.from_text_list(owner, 60, "IN", rdtype, texts))
    return reply.to_wire()


def raw(rdtype: int, data: bytes, rdclass: int = 1) -> bytes:
    """A reply with one record of `a.test` with these very bytes as data."""
    head = b"\xc0\x0c" + rdtype.to_bytes(2, "big") + rdclass.to_bytes(2, "big") + bytes(4)
    return HEADER + QUESTION + head + len(data).to_bytes(2, "big") + data


def only(data: bytes, rdtype: str) -> Content:
    (found,) = read_reply(data, rdtype).found
    return found.content


@pytest.mark.parametrize(
    ("rdtype", "text", "content"),
    [
        ("A", "192.0.2.1", AddressData("192.0.2.1", Family.IPV4)),
        ("AAAA", "2001:db8::1", AddressData("2001:db8::1", Family.IPV6)),
        ("MX", "10 MX.a.test.", MxData(10, "MX.a.test")),
        ("MX", "0 .", MxData(0, "")),
        ("SRV", "1 2 3 c.test.", SrvData(1, 2, 3, "c.test")),
        ("NS", "ns.test.", Named("ns.test", b"\2ns\4test\0")),
        ("CNAME", "c.test.", Named("c.test", b"\1c\4test\0")),
        ("TXT", "ab", OtherData(b"\2ab")),
    ],
)
def test_what_was_asked_for_is_decoded(rdtype: str, text: str, content: Content) -> None:
    reply = read_reply(wire(("B.test.", rdtype, [text])), rdtype)
    assert reply == ParsedReply(DnsStatus.OK, False, (AnswerRecord("B.test", rdtype, 60, content),), rcode=0)


def test_other_types_are_named_only_and_aliases_followed() -> None:
    reply = read_reply(wire(("a.test.", "CNAME", ["b.test."]), ("b.test.", "TXT", ["x"])), "A")
    assert [found.content for found in reply.found] == [Alias("b.test"), None]
    assert [found.rdtype for found in reply.found] == ["CNAME", "TXT"]


def test_unknown_types_have_numbers() -> None:
    assert read_reply(raw(65280, b"x"), "A").found[0].rdtype == "TYPE65280"


def test_the_root_owns_with_an_empty_name() -> None:
    assert read_reply(wire((".", "NS", ["."])), "NS").found[0] == AnswerRecord("", "NS", 60, Named("", b"\0"))


def test_odd_characters_are_escaped_as_in_zone_files() -> None:
    assert only(raw(15, b"\0\5\5a.b c\0"), "MX") == MxData(5, "a\\.b\\032c")


@pytest.mark.parametrize(
    ("rcode", "status"),
    [
        (dns.rcode.NOERROR, DnsStatus.NO_DATA),
        (dns.rcode.FORMERR, DnsStatus.FAIL),
        (dns.rcode.SERVFAIL, DnsStatus.RETRY),
        (dns.rcode.NXDOMAIN, DnsStatus.NOT_FOUND),
        (dns.rcode.NOTIMP, DnsStatus.RETRY),
        (dns.rcode.REFUSED, DnsStatus.RETRY),
        (dns.rcode.NOTAUTH, DnsStatus.FAIL),
    ],
)
def test_response_codes(rcode: int, status: DnsStatus) -> None:
    assert read_reply(wire(rcode=rcode), "A") == ParsedReply(status, rcode=rcode)


def test_a_failure_is_one_even_with_records() -> None:
    reply = read_reply(wire(("a.test.", "CNAME", ["b.test."]), rcode=dns.rcode.NXDOMAIN), "A")
    assert reply == ParsedReply(DnsStatus.NOT_FOUND, rcode=3)


def test_the_ad_bit() -> None:
    assert read_reply(wire(flags=dns.flags.AD), "A").authentic
    assert not read_reply(wire(flags=dns.flags.AA | dns.flags.CD), "A").authentic


@pytest.mark.parametrize(
    ("rdtype", "number", "data", "content"),
    [
        ("A", 1, b"123", BrokenRdata(3)),
        ("AAAA", 28, b"1234", BrokenRdata(4)),
        ("MX", 15, b"\0", BrokenRdata()),
        ("MX", 15, b"\0\0\xc0\xff", BrokenRdata()),
        ("SRV", 33, b"\0\0\0\0\0", BrokenRdata()),
        ("NS", 2, b"\x80", BrokenRdata()),
        ("TLSA", 52, b"\3\1\1\xab", TlsaRecord(3, 1, 1, b"\xab")),
        ("TLSA", 52, b"\3\1\1", OtherData(b"\3\1\1")),
        ("TLSA", 52, b"", OtherData(b"")),
    ],
)
def test_odd_data_is_one_records_misfortune(rdtype: str, number: int, data: bytes, content: Content) -> None:
    assert only(raw(number, data), rdtype) == content


def test_a_name_may_leave_its_record_but_not_the_message() -> None:
    assert only(raw(2, b"\2ns") + b"\4test\0", "NS") == Named("ns.test", b"\2ns\4test\0")
    assert only(raw(2, b"\2ns"), "NS") == BrokenRdata()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HEADER[:11],
        HEADER,
        HEADER + QUESTION,
        HEADER + b"\x40",
    ],
)
def test_a_broken_message_is_refused_or_spoilt(data: bytes) -> None:
    try:
        assert read_reply(data, "A").spoilt
    except DecodeError:
        assert len(data) < len(HEADER + QUESTION)


@pytest.mark.parametrize(
    "data", [raw(1, b"1234")[:-1], raw(5, b"\xc0\x0c")[:-1] + b"\xff", HEADER + QUESTION + b"\xc0\x20"]
)
def test_a_record_without_a_sound_form_spoils_the_reply(data: bytes) -> None:
    assert read_reply(data, "A").spoilt


def test_a_record_of_another_class_spoils_the_reply_and_is_told() -> None:
    reply = read_reply(raw(1, b"1234", rdclass=3), "A")
    assert (reply.found, reply.spoilt, reply.bad_class) == ((), True, 3)


def test_a_stream_may_repeat_more_than_one_question() -> None:
    twice = HEADER[:5] + b"\2" + HEADER[6:] + QUESTION * 2 + raw(1, b"1234")[len(HEADER + QUESTION) :]
    assert len(read_reply(twice, "A").found) == 1


@pytest.mark.parametrize("rcode", [dns.rcode.NOTIMP, dns.rcode.REFUSED])
def test_a_refusal_is_final_in_a_stream_only(rcode: int) -> None:
    assert read_reply(failing(rcode=rcode), "A").status is DnsStatus.RETRY
    assert read_reply(failing(rcode=rcode), "A", stream=True).status is DnsStatus.FAIL


@pytest.mark.parametrize("rcode", range(16))
def test_the_ad_bit_counts_with_an_answer_or_without_such_a_name(rcode: int) -> None:
    reply = bytearray(failing(rcode=rcode))
    reply[3] |= dns.flags.AD
    assert read_reply(bytes(reply), "A").authentic is (rcode in (0, 3))


def test_no_more_records_than_needed_are_read() -> None:
    many = wire(("a.test.", "A", [f"192.0.{n >> 8}.{n & 255}" for n in range(MAX_SCANNED + 50)]))
    assert len(read_reply(many, "A").found) == MAX_SCANNED


def test_type_words() -> None:
    assert is_type("ns")
    assert is_type("TYPE99")
    assert not is_type("")
    assert not is_type("nosuch")
    assert not is_type("TYPE99999")


@given(st.binary(max_size=120), st.sampled_from(["A", "MX", "SRV", "TLSA", "NS", "TXT"]))
def test_any_answer_section_is_read_or_refused(data: bytes, rdtype: str) -> None:
    try:
        reply = read_reply(HEADER + QUESTION + data, rdtype)
    except DecodeError:
        return
    assert len(reply.found) == 1 or reply.spoilt


def failing(*options: dns.edns.Option, rcode: int = dns.rcode.SERVFAIL) -> bytes:
    reply = dns.message.make_response(dns.message.make_query("a.test.", "A", use_edns=0))
    reply.set_rcode(dns.rcode.Rcode(rcode))
    reply.use_edns(0, options=list(options))
    return reply.to_wire()


def test_a_failure_comes_with_the_servers_opinion() -> None:
    unknown = dns.edns.GenericOption(dns.edns.OptionType(65001), b"x")
    codes = (
        dns.edns.EDEOption(dns.edns.EDECode.DNSSEC_BOGUS, "why"),
        unknown,
        dns.edns.EDEOption(dns.edns.EDECode(9)),
    )
    expected = ParsedReply(DnsStatus.RETRY, extended=(6, 9), explanations=("why",), rcode=2)
    assert read_reply(failing(*codes), "A") == expected
    assert read_reply(failing(), "A").extended == ()
    assert read_reply(failing(*codes, rcode=dns.rcode.NXDOMAIN), "A").extended == (6, 9)


def test_an_opinion_that_cannot_be_read_is_none() -> None:
    whole = failing(dns.edns.EDEOption(dns.edns.EDECode(6)))
    for end in range(12, len(whole)):
        assert read_reply(whole[:end], "A") == ParsedReply(DnsStatus.RETRY, rcode=2)
