from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.x509 import der
from pyfinger.x509.certificate import Instant


@given(st.integers(min_value=-(62167219200), max_value=253402300799))
def test_times_are_counted_as_the_calendar_does(moment: int) -> None:
    text = time.strftime("%m%d%H%M%SZ", time.gmtime(moment))
    year = time.gmtime(moment).tm_year
    assert Instant(der.GENERALIZED_TIME, f"{year:04d}{text}".encode()).epoch == moment
    if 1950 <= year < 2050:
        assert Instant(der.UTC_TIME, f"{year % 100:02d}{text}".encode()).epoch == moment


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (der.UTC_TIME, b"260101000000"),
        (der.UTC_TIME, b"2601010000Z"),
        (der.UTC_TIME, b"260101000000+0000"),
        (der.UTC_TIME, b"26010100000xZ"),
        (der.UTC_TIME, b"20260101000000Z"),
        (der.UTC_TIME, b"261301000000Z"),
        (der.UTC_TIME, b"260001000000Z"),
        (der.UTC_TIME, b"260229000000Z"),
        (der.UTC_TIME, b"260100000000Z"),
        (der.UTC_TIME, b"260101240000Z"),
        (der.UTC_TIME, b"260101006000Z"),
        (der.UTC_TIME, b"260101000060Z"),
        (der.GENERALIZED_TIME, b"20260101000000.5Z"),
        (der.GENERALIZED_TIME, b"19000229000000Z"),
    ],
)
def test_times_not_in_the_form_of_rfc_5280(tag: int, text: bytes) -> None:
    assert Instant(tag, text).epoch is None


def test_leap_days() -> None:
    assert Instant(der.UTC_TIME, b"240229000000Z").epoch is not None
    assert Instant(der.GENERALIZED_TIME, b"20000229000000Z").epoch == 951782400


@pytest.mark.parametrize(
    ("tag", "text", "moment"),
    [
        (der.UTC_TIME, b"700101000000Z", 0),
        (der.UTC_TIME, b"700101010203+0100", 123),
        (der.UTC_TIME, b"691231230203-0100", 123),
        (der.UTC_TIME, b"7001010102+0100", 120),
        (der.GENERALIZED_TIME, b"19700101000203.75Z", 123),
        (der.GENERALIZED_TIME, b"19700101123459.9+1234", 59),
        (der.GENERALIZED_TIME, b"1970010100-1200", None),
        (der.GENERALIZED_TIME, b"197001010000-1200", 43200),
        (der.GENERALIZED_TIME, b"197001010000-1300", None),
        (der.GENERALIZED_TIME, b"197001010000-1260", None),
        (der.GENERALIZED_TIME, b"19700101000203.Z", None),
        (der.GENERALIZED_TIME, b"99991231235959-0001", None),
        (der.GENERALIZED_TIME, b"00000101000000+0001", None),
        (der.UTC_TIME, b"700101000000.5Z", None),
        (der.UTC_TIME, b"7001010000Z", None),
        (der.UTC_TIME, b"700101000000Z\0", None),
        (der.UTC_TIME, b"700101000000", None),
        (der.UTC_TIME, b"700101000000z", None),
    ],
)
def test_more_forms_can_be_read_than_verified(tag: int, text: bytes, moment: int | None) -> None:
    assert Instant(tag, text).readable == moment
