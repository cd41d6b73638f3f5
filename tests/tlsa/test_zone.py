"""TLSA records of zone files: whose, how long, and signed until when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.dane.chain_rules import SignatureDates
from pyfinger.errors import UsageError
from pyfinger.model import TlsaRecord
from pyfinger.tlsa.zone import TlsaSet, read_zone

RECORD = TlsaRecord(3, 1, 1, b"\xab\xcd")
ZONE = """\
$ORIGIN example.test.
$TTL 1h30m
@        IN SOA ns hostmaster ( 1 ; serial
                                3600 600 86400 60 )
         IN TXT "v=spf1 ( ; -all"
mx       IN A 192.0.2.1
_25._tcp.mx     TLSA 3 1 1 ABCD
         300 IN TLSA ( 3 1 1
                       AB CD ) ; the same
         IN RRSIG TLSA 13 5 5400 20270201000000 20270101000000 1 example.test. AAAA
_465._tcp.mx.example.test. TYPE52 \\# 5 030101ABCD
"""
DATES = SignatureDates(1798761600, 1801440000, 5400)


def test_names_times_and_signatures() -> None:
    assert read_zone(ZONE) == (
        TlsaSet("_25._tcp.mx.example.test", (RECORD, RECORD), (5400, 300), (DATES,)),
        TlsaSet("_465._tcp.mx.example.test", (RECORD,), (5400,)),
    )


@pytest.mark.parametrize(
    "text, owner",
    [
        ("3 1 1 ABCD", ""),
        ("IN TLSA 3 1 1 ABCD", ""),
        ("_25._tcp.mx.test. 60 IN TLSA 3 1 1 ABCD", "_25._tcp.mx.test"),
        ("update add _25._tcp.mx.test. 60 IN TLSA 3 1 1 ABCD\nsend", "_25._tcp.mx.test"),
        ("_25._tcp.MX.test. TLSA 3 1 1 AB CD", "_25._tcp.MX.test"),
    ],
)
def test_forms_people_have_them_in(text: str, owner: str) -> None:
    (one,) = read_zone(text)
    assert (one.owner, one.records) == (owner, (RECORD,))


def test_hosts_and_ports_are_in_the_name() -> None:
    one = TlsaSet("_465._tcp.mx.test", ())
    assert (one.host, one.port, one.has_port, one.ttl) == ("mx.test", 465, True, 0)
    other = TlsaSet("mx.test", (), (60, 90))
    assert (other.host, other.port, other.has_port, other.ttl) == ("mx.test", 25, False, 90)


@pytest.mark.parametrize(
    "text, problem",
    [
        ("$INCLUDE x", "line 1: .*not followed"),
        ("\nmx.test. IN TLSB 3 1 1 ABCD", "line 2: unknown type"),
        ("mx.test. IN", "no type"),
        ("mx.test. 99999999999 IN TLSA 3 1 1 ABCD", "line 1: "),
        ("mx.test. 4000000000 IN TLSA 3 1 1 ABCD", "no TTL"),
        ("mx.test. IN TLSA 3 1 1", "four fields"),
        ("mx.test. IN TLSA \\# 2 0301", "four fields"),
        ("mx.test. IN TLSA \\# 3 0301", "line 1: "),
        ("mx.test. IN RRSIG TLSA 13 5", "line 1: "),
        ("3 1 1 AB\n" * 1001, "records"),
        (" " * ((1 << 20) + 1), "characters"),
    ],
)
def test_mistakes_name_their_line(text: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        read_zone(text)


@given(st.text(alphabet='_.$@;()" \n\t315ABTLSAINRRSIG\\#', max_size=120))
def test_any_text_is_records_or_a_usage_error(text: str) -> None:
    try:
        read_zone(text)
    except UsageError as error:
        assert "\n" not in str(error)
