"""Spoilt sessions: what is done to a record, and that pyfinger says of it what posttls-finger says."""

from __future__ import annotations

import pytest

from tests.interop.mangler import operations as op
from tests.interop.mangler.cases import all_cases
from tests.interop.mangler.comparing import chosen, compare, missing
from tests.interop.mangler.operations import Mangle, Mangler, record

FIRST, SECOND, THIRD = record(22, b"first"), record(22, b"second"), record(23, b"third")


def mangled(mangle: Mangle | None, pieces: int = 1000) -> bytes:
    data = FIRST + SECOND + THIRD
    mangler = Mangler(mangle)
    return b"".join(mangler.feed(data[at : at + pieces]) for at in range(0, len(data), pieces))


@pytest.mark.parametrize("pieces", [1, 3, 1000])
def test_only_the_record_at_its_position_is_changed_however_the_stream_is_cut(pieces: int) -> None:
    assert mangled(None, pieces) == FIRST + SECOND + THIRD
    assert mangled(Mangle("", 1, op.double), pieces) == FIRST + SECOND * 2 + THIRD
    assert mangled(Mangle("", 0, op.drop), pieces) == SECOND + THIRD
    assert mangled(Mangle("", 1, op.drop, swap=True), pieces) == FIRST + THIRD + SECOND


def test_operations() -> None:
    whole = record(22, b"abcd")
    assert op.flip(5)(whole) == record(22, b"`bcd")
    assert op.flip(-1, 0x80)(whole)[-1] == ord("d") ^ 0x80
    assert op.retype(23)(whole) == record(23, b"abcd")
    assert op.reversion(0x0301)(whole) == record(22, b"abcd", 0x0301)
    assert op.cut(1)(whole) == record(22, b"abc")
    assert op.keep(1)(whole) == record(22, b"a")
    assert op.grow(2)(whole) == record(22, b"abcd\0\0")
    assert op.resize(1)(whole) == bytes.fromhex("1603030005") + b"abcd"
    assert op.split(1)(whole) == record(22, b"a") + record(22, b"bcd")
    assert op.before(b"x")(whole) == b"x" + whole and op.after(b"x")(whole) == whole + b"x"


def test_each_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in all_cases()]
    assert len(set(names)) == len(names) > 4000


def test_sessions_left_alone_are_established() -> None:
    if missing():
        pytest.skip(missing())
    outcomes = list(compare(chosen(["* as it is*"])))
    assert [one.case.name for one in outcomes if not one.equal] == []
    for one in outcomes:
        assert any("TLS connection established" in line for line in one.reference), one.case.name
    assert len(outcomes) > 10


def test_a_sample_of_cases_is_told_as_by_the_reference() -> None:
    """One in 197, evenly spread; `python -m tests.interop.mangler` does all."""
    if missing():
        pytest.skip(missing())
    outcomes = list(compare(chosen([], every=197)))
    assert [one.case.name for one in outcomes if not one.equal] == []
    assert len(outcomes) > 20
