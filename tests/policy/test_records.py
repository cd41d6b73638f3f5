"""TXT records of MTA-STS and TLSRPT (RFC 8461 section 3.1, RFC 8460 section 3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.errors import DecodeError
from pyfinger.policy.sts_record import StsRecord, read_sts_record
from pyfinger.policy.tlsrpt import TlsrptRecord, is_uri, is_usable, read_tlsrpt_record
from pyfinger.policy.txt import RecordStatus, TxtFault, TxtProblem, shown, txt_strings

TEXTS = st.lists(st.lists(st.binary(max_size=40), min_size=1, max_size=3), max_size=4)
FIELDS = st.text("v=STSv1;TLRP,rua id:/@.\t%", max_size=60)


def sts(*records: str) -> StsRecord | TxtProblem:
    """What is read of records of one string each."""
    reading = read_sts_record([[text.encode()] for text in records])
    assert (reading.record is None) is (reading.problem is not None)
    return reading.record or reading.problem or pytest.fail("neither record nor problem")


def rpt(*records: str) -> TlsrptRecord | TxtProblem:
    """The same of TLSRPT."""
    reading = read_tlsrpt_record([[text.encode()] for text in records])
    assert (reading.record is None) is (reading.problem is not None)
    return reading.record or reading.problem or pytest.fail("neither record nor problem")


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("v=STSv1; id=a1", StsRecord("a1")),
        ("v=STSv1;id=a1;", StsRecord("a1")),
        ("v=STSv1\t;\tid=a1 ; ", StsRecord("a1")),
        ("v=STSv1; id=" + "a" * 32, StsRecord("a" * 32)),
        ("v=STSv1; note=x.y:/; id=a1", StsRecord("a1", (("note", "x.y:/"),))),
        ("v=STSv1; id=a1; id=b_2; v=STSv1", StsRecord("a1", (), ("id", "v"))),
    ],
)
def test_a_record_is_fields_between_semicolons(text: str, record: StsRecord) -> None:
    assert sts(text) == record


@pytest.mark.parametrize(
    ("text", "fault", "place"),
    [
        ("v=STSv1", TxtFault.NO_FIELDS, 0),
        ("v=STSv1;", TxtFault.NO_FIELDS, 0),
        ("v=STSv1 ", TxtFault.VERSION, 0),
        ("v=stsv1; id=a1", TxtFault.VERSION, 0),
        (" v=STSv1; id=a1", TxtFault.VERSION, 0),
        ("", TxtFault.VERSION, 0),
        ("v=STSv1;; id=a1", TxtFault.EMPTY_FIELD, 1),
        ("v=STSv1; id=a1; ;", TxtFault.EMPTY_FIELD, 2),
        ("v=STSv1; id=a1; flag", TxtFault.NOT_A_PAIR, 2),
        ("v=STSv1; id; id=a1", TxtFault.NOT_A_PAIR, 1),
        ("v=STSv1; -n=x; id=a1", TxtFault.EXTENSION_NAME, 1),
        ("v=STSv1; " + "n" * 33 + "=x; id=a1", TxtFault.EXTENSION_NAME, 1),
        ("v=STSv1; id=a1; n=x y", TxtFault.EXTENSION_VALUE, 2),
        ("v=STSv1; id=a1; n=", TxtFault.EXTENSION_VALUE, 2),
        ("v=STSv1; id=a1; n=a=b", TxtFault.EXTENSION_VALUE, 2),
        ("v=STSv1; id=a1; n=\u00fc", TxtFault.EXTENSION_VALUE, 2),
        ("v=STSv1; id=a1 ", TxtFault.ID, 1),
        ("v=STSv1; id=2026-01-02", TxtFault.ID, 1),
        ("v=STSv1; id=" + "a" * 33, TxtFault.ID, 1),
        ("v=STSv1; id=", TxtFault.ID, 1),
        ("v=STSv1; n=x", TxtFault.ID_MISSING, 0),
    ],
)
def test_what_does_not_fit_the_grammar_is_named(text: str, fault: TxtFault, place: int) -> None:
    problem = sts(text)
    assert isinstance(problem, TxtProblem)
    assert (problem.fault, problem.place) == (fault, place)
    assert read_sts_record([[text.encode()]]).status is RecordStatus.INVALID


def test_strings_are_joined_without_a_space() -> None:
    reading = read_sts_record([[b"", b"v=ST", b"Sv1;id=a", b"1"]])
    assert reading.record == StsRecord("a1")
    assert reading.status is RecordStatus.VALID


def test_records_that_begin_otherwise_are_discarded() -> None:
    reading = read_sts_record([[b"v=spf1 -all"], [b"v=STSv1; id=a1"], [b"v=STSv10; id=b2"]])
    assert (reading.record, reading.others) == (StsRecord("a1"), 2)
    broken = read_sts_record([[b"text"], [b"v=STSv1;"]])
    assert (broken.record, broken.others, broken.status) == (None, 1, RecordStatus.INVALID)


@pytest.mark.parametrize(
    ("records", "fault", "status"),
    [
        ((), TxtFault.NO_RECORD, RecordStatus.NONE),
        (("a", "b"), TxtFault.NONE_LEFT, RecordStatus.DISCARDED),
        (("v=STSv1; id=a1", "v=STSv1; id=a1"), TxtFault.SEVERAL, RecordStatus.INVALID),
    ],
)
def test_one_record_has_to_be_left(records: tuple[str, ...], fault: TxtFault, status: RecordStatus) -> None:
    reading = read_sts_record([[text.encode()] for text in records])
    assert reading.problem == TxtProblem(fault)
    assert reading.status is status


def test_what_is_quoted_is_short_and_drives_no_terminal() -> None:
    problem = sts("v=STSv1; id=\x1b[2J" + "x" * 100)
    assert isinstance(problem, TxtProblem)
    assert problem.text == "id=?[2J" + "x" * 53 + "..."
    assert shown("\u00fc\x7f".encode()) == "???"


@pytest.mark.parametrize(
    ("text", "rua"),
    [
        ("rua=mailto:a@b.test", ("mailto:a@b.test",)),
        (
            "rua=mailto:a@b.test\t, https://h.test/x?y=1&z=2#f",
            ("mailto:a@b.test", "https://h.test/x?y=1&z=2#f"),
        ),
        ("rua=https://u:p@[2001:db8::1]:8443; rua=x:", ("https://u:p@[2001:db8::1]:8443", "x:")),
        ("rua=https://[v1.a:b]/%2c", ("https://[v1.a:b]/%2c",)),
    ],
)
def test_rua_are_uris_and_may_come_several_times(text: str, rua: tuple[str, ...]) -> None:
    assert rpt(f"v=TLSRPTv1; {text}") == TlsrptRecord(rua)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("n=x", TxtFault.RUA_MISSING),
        ("rua", TxtFault.NOT_A_PAIR),
        ("RUA=mailto:a@b.test", TxtFault.RUA_MISSING),
        ("rua=", TxtFault.URI),
        ("rua=mailto:a@b.test,", TxtFault.URI),
        ("rua= mailto:a@b.test", TxtFault.URI),
        ("rua=mailto:a!b@c.test", TxtFault.URI),
        ("rua=https://h.test/%3", TxtFault.URI),
        ("rua=https://[::1::2]/", TxtFault.URI),
        ("rua=https://h.test/[", TxtFault.URI),
        ("rua=a@b.test", TxtFault.URI),
    ],
)
def test_what_is_no_rua_is_named(text: str, fault: TxtFault) -> None:
    problem = rpt(f"v=TLSRPTv1; {text}")
    assert isinstance(problem, TxtProblem)
    assert problem.fault is fault


def test_several_tlsrpt_records_are_none() -> None:
    reading = read_tlsrpt_record([[b"v=TLSRPTv1; rua=x:y"], [b"v=TLSRPTv1; rua=x:y"]])
    assert (reading.record, reading.status) == (None, RecordStatus.INVALID)
    assert read_tlsrpt_record([[b"v=TLSRPTv1; rua=x:y"], [b"-"]]).status is RecordStatus.VALID


@pytest.mark.parametrize(
    ("uri", "usable"),
    [
        ("mailto:a@b.test", True),
        ("MAILTO:a%2Cb@c.test?subject=r", True),
        ("mailto:", False),
        ("mailto:a", False),
        ("mailto://a@b.test", False),
        ("https://h.test", True),
        ("https://[2001:db8::1]/in", True),
        ("https:///in", False),
        ("https:h.test", False),
        ("http://h.test", False),
        ("not a uri", False),
    ],
)
def test_reports_go_to_addresses_and_hosts_only(uri: str, usable: bool) -> None:
    assert is_usable(uri) is usable
    assert TlsrptRecord((uri,)).usable == ((uri,) if usable else ())


@given(TEXTS)
def test_any_records_give_a_reading(records: list[list[bytes]]) -> None:
    for reading in (read_sts_record(records), read_tlsrpt_record(records)):
        assert (reading.record is None) is (reading.problem is not None)
        assert (reading.status is RecordStatus.VALID) is (reading.record is not None)


@given(FIELDS)
def test_what_is_read_reads_the_same_when_written_again(text: str) -> None:
    for version in ("v=STSv1;", "v=TLSRPTv1;"):
        found = sts(version + text) if version == "v=STSv1;" else rpt(version + text)
        if isinstance(found, StsRecord):
            again = "; ".join(f"{name}={value}" for name, value in (("id", found.id), *found.extensions))
            assert sts(f"v=STSv1; {again}") == StsRecord(found.id, found.extensions)
        elif isinstance(found, TlsrptRecord):
            assert all(map(is_uri, found.rua))
            listed = ("rua", ", ".join(found.rua)), *found.extensions
            assert rpt("v=TLSRPTv1; " + "; ".join(map("=".join, listed))) == found


@given(st.lists(st.binary(max_size=255), min_size=1, max_size=5))
def test_character_strings_are_read_as_written(strings: list[bytes]) -> None:
    assert txt_strings(b"".join(bytes((len(text),)) + text for text in strings)) == tuple(strings)


@pytest.mark.parametrize("wire", [b"", b"\x02a"])
def test_a_txt_record_has_a_string_and_ends_with_one(wire: bytes) -> None:
    with pytest.raises(DecodeError):
        txt_strings(wire)
