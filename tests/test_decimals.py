"""Decimal numbers from people and files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.decimals import decimal

MOST = 2**64 - 1


@given(number=st.integers(0, MOST), zeros=st.integers(0, 30), most=st.integers(0, MOST))
def test_digits_within_the_bounds_are_a_number(number: int, zeros: int, most: int) -> None:
    assert decimal("0" * zeros + str(number), most) == (number if number <= most else None)
    assert decimal(str(number), MOST, least=most) == (number if number >= most else None)


@given(st.text())
def test_what_int_reads_and_nobody_means_is_none(text: str) -> None:
    found = decimal(text, MOST)
    assert found is None or text.lstrip("0") == (str(found) if found else "")


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1_0", "1.0", "\u0661", "\u00b2", "9" * 5000])
def test_nor_are_these(text: str) -> None:
    assert decimal(text, MOST) is None


def test_thousands_of_zeros_are_no_matter() -> None:
    assert decimal("0" * 5000 + "25", 0xFFFF) == 25
