"""Records as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.dnssec.zone_records import MAX_RECORDS, MAX_TEXT, read_zone
from pyfinger.errors import DecodeError
from pyfinger.model.given import GivenRRset

MX = b"\0\x0a\2mx\7example\4test\0"
ADDRESS = b"\xc0\0\2\1"


def test_a_piece_of_a_zone_file() -> None:
    text = (
        """
        $ORIGIN example.test. ; the zone
        $TTL 1h
        """.replace("        ", "")
        + (
            "@ IN SOA ns hostmaster 1 2 3 4 5\n"
            "@ 1d2h IN MX 10 mx\n"
            "mx IN 300 A 192.0.2.1\n"
            "\tAAAA 2001:db8::1\n"
            '   TXT "a ; b ( c"\n'
            "_25._tcp.MX TLSA ( 3 1 1\n"
            "   abcd ; the first\n"
            "   EF )\n"
        )
    )
    assert read_zone(text) == (
        GivenRRset("example.test", "MX", 93600, (MX,)),
        GivenRRset("mx.example.test", "A", 300, (ADDRESS,)),
        GivenRRset("mx.example.test", "AAAA", 3600, (b"\x20\x01\x0d\xb8" + bytes(11) + b"\1",)),
        GivenRRset("_25._tcp.mx.example.test", "TLSA", 3600, (b"\3\1\1\xab\xcd\xef",)),
    )


def test_output_of_dig() -> None:
    text = """
;; ANSWER SECTION:
example.test.\t\t3600\tIN\tMX\t10 mx.example.test.
example.test.\t\t3600\tIN\tRRSIG\tMX 13 2 3600 20380101000000 20260101000000 1 test. AAAA
mx.example.test.\t60\tIN\tA\t192.0.2.1
"""
    assert [each.rdtype for each in read_zone(text)] == ["MX", "A"]


@pytest.mark.parametrize("text", ["3 1 1 ABCD", "3 1 1 AB CD", "TLSA 3 1 1 abcd", "3 1 1 ( ab\ncd )"])
def test_tlsa_data_alone_is_of_the_one_host_there_is(text: str) -> None:
    assert read_zone(text) == (GivenRRset("", "TLSA", 3600, (b"\3\1\1\xab\xcd",)),)


def test_names_without_origin_are_absolute() -> None:
    assert read_zone("a.test MX 10 mx.example.test")[0].rdatas == (MX,)


def test_what_is_said_twice_counts_once() -> None:
    [found] = read_zone("a.test 60 A 192.0.2.1\nA.test. 90 A 192.0.2.1")
    assert (found.ttl, found.rdatas) == (60, (ADDRESS,))


def test_each_text_begins_anew() -> None:
    found = read_zone("$ORIGIN one.test.\n$TTL 5\na A 192.0.2.1", "a A 192.0.2.1")
    assert [(each.owner, each.ttl) for each in found] == [("a.one.test", 5), ("a", 3600)]


def test_tlsa_records_may_be_of_any_length() -> None:
    [found] = read_zone(r"a.test TLSA \# 2 0301")
    assert found.rdatas == (b"\3\1",)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a.test A 192.0.2.1\n\na.test A 192.0.2", "line 3: no A record"),
        ("a.test TLSA (\n3 1 1\nzz )", "line 1: the data of a TLSA record is hexadecimal"),
        ("a.test TLSA 3 1 1", "line 1: a TLSA record has four fields"),
        ("a.test TLSA 3 1 256 00", "line 1: no numbers from 0 to 255: 3 1 256"),
        ("a.test CNAME b.test\na.test A 192.0.2.1", "line 2: a.test is an alias"),
        ("a.test CNAME b.test\na.test CNAME c.test", "line 2: a.test is an alias (CNAME) twice"),
        ("a.test DNAME b.test", "line 1: DNAME is not followed"),
        ("a.test FOO 1", "line 1: unknown type FOO"),
        ("a.test 60 IN", "line 1: not a record"),
        ("a.test A ( 192.0.2.1", "line 1: a parenthesis is not closed"),
        ("a.test A 192.0.2.1 )", "line 1: a parenthesis that was not opened"),
        ("  A 192.0.2.1", "line 1: no owner, and none before it"),
        ("@ A 192.0.2.1", "line 1: @ without $ORIGIN"),
        ("_25._tcp TLSA 3 1 1 ab", "line 1: _25._tcp has no host in it"),
        ("a..test A 192.0.2.1", "line 1: not a domain name: a..test"),
        ("$INCLUDE x", "line 1: $INCLUDE is not understood"),
        ("$TTL soon", "line 1: no TTL: soon"),
        ("$TTL 9999999999", "line 1: no TTL"),
        ('a.test TXT "open', "line 1: cannot be read from"),
        (" " * (MAX_TEXT + 1), "more than"),
        ("a.test MX 1 b\n" * 2 + "".join(f"a{n}.test A 192.0.2.1\n" for n in range(MAX_RECORDS)), "records"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read_zone(text)
    assert complaint in caught.value.what


@given(
    st.lists(
        st.sampled_from(
            [
                "a.test",
                "@",
                "$ORIGIN",
                "$TTL",
                "IN",
                "MX",
                "A",
                "TLSA",
                "CNAME",
                "3",
                "1",
                "ab",
                "(",
                ")",
                '"',
                "\\",
            ]
        )
    ),
    st.sampled_from([" ", "\n", "\t", "\n "]),
)
def test_any_words_are_read_or_refused(words: list[str], blank: str) -> None:
    try:
        assert isinstance(read_zone(blank.join(words)), tuple)
    except DecodeError as error:
        assert error.what.startswith("line ")
