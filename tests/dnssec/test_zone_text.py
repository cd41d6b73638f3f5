"""Proofs as zone-file text: what is written is read again, and anything else is refused."""

from __future__ import annotations

import dns.rdata
import dns.rdatatype
import dns.zonefile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.dnssec import zone_text
from pyfinger.dnssec.domain_names import to_text
from pyfinger.dnssec.message import read_message
from pyfinger.dnssec.zone_text import (
    ProofQuestion,
    ProofText,
    load_types,
    proof_lines,
    rdata_of,
    rdata_text,
    read_proof,
    reply_wire,
)
from pyfinger.dnswire import RdataType
from pyfinger.errors import DecodeError
from pyfinger.model.dnssec import ProofReply, ProofRRset

SIGNATURE = bytes.fromhex("000f0d020000003c7fe8178000000000029804746573740001020304")


def wire(rdtype: str, text: str) -> bytes:
    return dns.rdata.from_text("IN", rdtype, text).to_wire() or b""


MX = ProofRRset("a.test", RdataType.MX, 60, (wire("MX", "10 mx.a.test."),), (SIGNATURE,))
NSEC = ProofRRset("test", RdataType.NSEC, 60, (wire("NSEC", "a.test. NS SOA RRSIG NSEC DNSKEY"),))
TEXT = ProofText(
    (ProofQuestion("a.test", "MX", "secure"), ProofQuestion("b.test", "A", "bogus")),
    (
        ProofReply("a.test", "MX", 0, (MX,)),
        ProofReply("b.test", "A", 3, (), (NSEC,)),
        ProofReply("c.test", "TYPE999", 5),
    ),
)


def test_what_is_written_is_read_again() -> None:
    assert read_proof("\n".join(proof_lines(TEXT))) == TEXT


def test_whoever_reads_zone_files_can_read_it() -> None:
    text = "\n".join(proof_lines(TEXT))
    rrsets = dns.zonefile.read_rrsets(text, rdclass=None)
    assert sorted(dns.rdatatype.to_text(rrset.rdtype) for rrset in rrsets) == ["MX", "NSEC", "RRSIG"]


def test_comments_and_blank_lines_mean_nothing() -> None:
    text = "\r\n\n".join(f"{line}\n; remark" for line in proof_lines(TEXT))
    assert read_proof(text) == TEXT


@given(
    rdtype=st.one_of(st.sampled_from(list(RdataType)), st.integers(1, 65535)).map(int),
    rdata=st.binary(max_size=80),
)
def test_any_rdata_comes_back_to_the_byte(rdtype: int, rdata: bytes) -> None:
    assert rdata_of(rdtype, rdata_text(rdtype, rdata)) == rdata


@pytest.mark.parametrize(
    ("rdtype", "text"),
    [
        ("MX", "10 mx.a.test."),
        ("TLSA", "3 1 1 " + "ab" * 32),
        ("NSEC3", "1 0 0 - 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG"),
        ("DS", "20326 8 2 " + "ab" * 32),
    ],
)
def test_known_types_are_spelled_as_zone_files_do(rdtype: str, text: str) -> None:
    number = int(dns.rdatatype.from_text(rdtype))
    assert rdata_text(number, wire(rdtype, text)) == text
    assert rdata_text(number, b"\x01") == r"\# 1 01"


def test_the_library_is_asked_for_types_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    load_types()
    monkeypatch.setattr("dns.rdata.import_module", None)
    for rrset in (MX, NSEC):
        assert not rdata_text(rrset.rdtype, rrset.rdatas[0]).startswith("\\#")


def test_a_reply_has_its_form_of_the_wire_again() -> None:
    for reply in TEXT.replies:
        message = read_message(reply_wire(reply))
        assert message.rcode == reply.rcode and message.question is not None
        assert to_text(message.question[0]) == reply.name
        assert [
            tuple(
                ProofRRset(to_text(one.owner), one.rdtype, one.ttl, one.rdatas, one.signatures)
                for one in section.values()
            )
            for section in (message.answer, message.authority)
        ] == [reply.answer, reply.authority]


def test_what_no_message_has_room_for_is_refused() -> None:
    flood = ProofRRset("a.test", 1, 60, (b"\x01\x02\x03\x04",) * 65536)
    with pytest.raises(DecodeError):
        reply_wire(ProofReply("a.test", "A", 0, (flood,)))


REPLY = ";; reply a.test A NOERROR\n;; answer\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (";; question a.test MX\n", "line 1: not 3 words"),
        (";; question a..test MX secure\n", "line 1: not a domain name"),
        (";; question a.test NOSUCH secure\n", "line 1: unknown type"),
        (f";; question a.test TYPE{'9' * 5000} secure\n", "line 1: no type"),
        (";; reply a.test A WHAT\n", "line 1: no response code"),
        (";; reply a.test A 16\n", "line 1: no response code"),
        (";; answer\n", "line 1: a section of no reply"),
        ("a.test. 60 IN A 192.0.2.1\n", "line 1: a record of no section"),
        (";; reply a.test A NOERROR\na.test. 60 IN A 192.0.2.1\n", "line 2: a record of no section"),
        (REPLY + "a.test. 60 CH A 192.0.2.1\n", "line 3: not a record"),
        (REPLY + "a.test. x IN A 192.0.2.1\n", "line 3: no TTL"),
        (REPLY + "a.test. 60 IN\n", "line 3: not a record"),
        (REPLY + f"a.test. {'9' * 5000} IN A 192.0.2.1\n", "line 3: no TTL"),
        (REPLY + "a.test. 4294967296 IN A 192.0.2.1\n", "line 3: no TTL"),
        (REPLY + "a.test. 60 IN A 192.0.2\n", "line 3: no A record"),
        (REPLY + "a.test. 60 IN A\n", "line 3: no A record"),
        (REPLY + "a.test. 60 IN A \\# 3 0102\n", "line 3: RDATA is not of the length"),
        (REPLY + "a.test. 60 IN A \\# 2 01xx\n", "line 3: RDATA is not of the length"),
        (REPLY + "a.test. 60 IN A \\#\n", "line 3: RDATA is not of the length"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read_proof(text)
    assert caught.value.what.startswith(problem)


def test_a_file_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zone_text, "MAX_LINES", 3)
    monkeypatch.setattr(zone_text, "MAX_LINE", 30)
    assert read_proof("\n\n") == ProofText()
    with pytest.raises(DecodeError, match="line 4: too many lines"):
        read_proof("\n" * 4)
    with pytest.raises(DecodeError, match="line 2: too long"):
        read_proof("\n;" + "x" * 30)


@given(st.text(max_size=200))
def test_any_text_is_a_proof_or_an_error(text: str) -> None:
    try:
        read_proof(text)
    except DecodeError as error:
        assert error.what.startswith("line ")
