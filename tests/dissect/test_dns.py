"""DNS messages as trees."""

from __future__ import annotations

import dns.message
import dns.name
import dns.rrset
import pytest
from hypothesis import given
from hypothesis.strategies import binary

from fuzz._trees import check_tree
from pyfinger.dissect.dns import dns_message

RECORDS = {
    "A": ("192.0.2.1", {"address": "192.0.2.1"}),
    "AAAA": ("2001:db8::1", {"address": "2001:db8::1"}),
    "MX": ("10 mx.example.test.", {"preference": "10", "exchange": "mx.example.test"}),
    "SRV": ("1 2 25 mx.example.test.", {"port": "25", "target": "mx.example.test"}),
    "CNAME": ("other.test.", {"target": "other.test"}),
    "TXT": ('"two" "texts"', {"text": "two"}),
    "SOA": ("a.test. b.test. 1 2 3 4 5", {"mname": "a.test", "rname": "b.test", "minimum": "5"}),
    "TLSA": (f"3 1 1 {'ab' * 32}", {"usage": "DANE-EE", "selector": "SPKI", "matching_type": "SHA2-256"}),
    "DS": (f"4242 13 2 {'ab' * 32}", {"key_tag": "4242", "digest": "ab" * 32}),
    "DNSKEY": ("257 3 13 aabb", {"flags": "257", "algorithm": "13"}),
    "RRSIG": (
        "MX 13 2 60 20380101000000 20200101000000 4242 example.test. qrvM",
        {"type_covered": "MX", "signer": "example.test", "signature": "aabbcc"},
    ),
    "NSEC3": ("1 1 5 ab cd4r1f9bd1i2i2qvp0bbnv2m7r0ulj2o A", {"iterations": "5", "salt": "ab"}),
    "CAA": ('0 issue "ca.test"', {}),
    "TYPE65280": (r"\# 2 abcd", {}),
}


def reply(rdtype: str, text: str) -> bytes:
    query = dns.message.make_query("example.test", rdtype, want_dnssec=True)
    message = dns.message.make_response(query)
    message.answer.append(dns.rrset.from_text("example.test.", 60, "IN", rdtype, text))
    wire: bytes = message.to_wire()
    return wire


@pytest.mark.parametrize("rdtype", RECORDS)
def test_records_are_told_field_by_field(rdtype: str) -> None:
    text, expected = RECORDS[rdtype]
    wire = reply(rdtype, text)
    tree = dns_message(wire)
    check_tree(tree, wire)
    assert [field for field in tree.walk() if field.problem] == []
    answer = next(tree.all("answer"))
    assert answer.meaning == f"example.test {rdtype}"
    said: dict[str, str] = {}
    for field in answer.walk():
        value = field.value.hex() if isinstance(field.value, bytes) else str(field.value)
        said.setdefault(field.name, field.meaning or value)
    assert {name: said[name] for name in expected} == expected


def test_head_and_options() -> None:
    query = dns.message.make_query("example.test", "MX", want_dnssec=True)
    tree = dns_message(query.to_wire())
    assert next(tree.all("flags")).meaning == "query rd"
    assert next(tree.all("question")).meaning == "example.test MX"
    assert [field.meaning for field in tree.all("additional")] == ["OPT"]
    assert [field.meaning for field in tree.all("flags")][1] == "do"


@pytest.mark.parametrize("size", range(12, 40))
def test_what_is_cut_off_is_a_problem_and_no_error(size: int) -> None:
    wire = reply("MX", "10 mx.example.test.")[:size]
    tree = dns_message(wire)
    check_tree(tree, wire)
    assert any(field.problem for field in tree.walk())


@given(binary(max_size=200))
def test_any_bytes_give_a_tree_that_covers_them(data: bytes) -> None:
    check_tree(dns_message(data), data)
