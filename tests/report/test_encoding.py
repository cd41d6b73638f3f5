from __future__ import annotations

import json
from enum import Enum, IntFlag
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.errors import DecodeError
from pyfinger.model import DnsStatus, Level, MxData, SrvData
from pyfinger.report.encoding import LARGEST, codec, required, word
from pyfinger.values import Value, field


class Colour(Enum):
    DEEP_RED = "as blood"
    BLUE = "as the sea"


class Side(IntFlag):
    NONE = 0
    LEFT = 1
    FAR_RIGHT = 2
    BOTH = 3


class Point(Value):
    x: int
    y: int = 0
    names: tuple[str, ...] = field(default_factory=tuple)


class Line(Value):
    start: Point
    end: Point | None


# A type, a value of it, and the same in JSON.
FORMS: list[tuple[Any, object, object]] = [
    (str, "a\udc80\0é", "a\udc80\0é"),
    (bytes, b"\x00\xab", "00ab"),
    (bytes, b"", ""),
    (bool, True, True),
    (int, -(2**63) + 1, -(2**63) + 1),
    (float, 0.5, 0.5),
    (Level, Level.DANE_ONLY, "dane-only"),
    (Level, Level.HALF_DANE, "halfdane"),
    (DnsStatus, DnsStatus.NOT_FOUND, "not-found"),
    (Colour, Colour.DEEP_RED, "deep-red"),
    (Literal["a", "b c"], "b c", "b c"),
    (Side, Side.NONE, []),
    (Side, Side.BOTH, ["left", "far-right"]),
    (tuple[int, ...], (), []),
    (tuple[int, ...], (1, 2), [1, 2]),
    (tuple[str, bytes], ("a", b"b"), ["a", "62"]),
    (int | None, None, None),
    (int | None, 1, 1),
    (Point, Point(1), {"x": 1, "y": 0, "names": []}),
    (Line, Line(Point(1), None), {"start": {"x": 1, "y": 0, "names": []}, "end": None}),
    (MxData | SrvData, MxData(1, "a"), {"type": "MxData", "preference": 1, "exchange": "a"}),
    (MxData | SrvData | None, None, None),
]

MALFORMED: list[tuple[Any, object, str]] = [
    (str, 1, "not a string"),
    (bytes, "0", "not lower-case hexadecimal"),
    (bytes, "AB", "not lower-case hexadecimal"),
    (bytes, "a b0", "not lower-case hexadecimal"),
    (bytes, "zz", "not lower-case hexadecimal"),
    (bytes, 1, "not a string"),
    (bool, 1, "not true or false"),
    (int, True, "not a whole number of 64 bits"),
    (int, 1.0, "not a whole number of 64 bits"),
    (int, LARGEST + 1, "not a whole number of 64 bits"),
    (float, True, "not a number"),
    (float, "1", "not a number"),
    (float, float("inf"), "not a number"),
    (float, LARGEST + 1, "not a number"),
    (Colour, "red", "none of deep-red, blue"),
    (Colour, ["blue"], "none of deep-red, blue"),
    (Literal["a", "b c"], "c", "none of a, b c"),
    (Literal["a", "b c"], None, "none of a, b c"),
    (Side, "left", "not an array"),
    (Side, ["both"], "none of left, far-right"),
    (tuple[int, ...], None, "not an array"),
    (tuple[int, ...], ["1"], "not a whole number of 64 bits"),
    (tuple[str, str], ["a"], "not 2 items"),
    (tuple[str, str], "ab", "not an array"),
    (int | None, "", "not a whole number of 64 bits"),
    (type(None), 0, "not null"),
    (Point, [], "not an object"),
    (Point, {}, "x: missing"),
    (Point, {"x": 1, "z": 1}, "z: unknown"),
    (Line, {"start": {"x": "1"}, "end": None}, "start: x: not a whole number of 64 bits"),
    (MxData | SrvData, {"type": "Point"}, "type: none of MxData, SrvData"),
    (MxData | SrvData, {"type": 1}, "type: none of MxData, SrvData"),
    (MxData | SrvData, {"preference": 1, "exchange": "a"}, "type: none of MxData, SrvData"),
    (MxData | SrvData, "MxData", "not an object"),
]


@pytest.mark.parametrize(("annotation", "value", "form"), FORMS)
def test_forms(annotation: Any, value: object, form: object) -> None:
    assert codec(annotation).write(value) == form
    assert codec(annotation).read(form) == value
    assert json.loads(json.dumps(form)) == form


@pytest.mark.parametrize(("annotation", "form", "problem"), MALFORMED)
def test_what_has_another_form_is_refused(annotation: Any, form: object, problem: str) -> None:
    with pytest.raises(DecodeError) as caught:
        codec(annotation).read(form)
    assert caught.value.what == problem


def test_fields_with_a_default_may_be_missing() -> None:
    assert codec(Point).read({"x": 1}) == Point(1)
    assert required(Point) == {"x"}


def test_whole_numbers_may_stand_for_others() -> None:
    read = codec(float).read(1)
    assert read == 1.0
    assert isinstance(read, float)


@pytest.mark.parametrize("annotation", [dict, dict[str, int], list[int], object, Any])
def test_a_type_without_a_form_is_a_bug(annotation: Any) -> None:
    with pytest.raises(TypeError, match="no form in JSON"):
        codec(annotation)


def test_words() -> None:
    assert [word(member) for member in (Level.DANE, Colour.DEEP_RED)] == ["dane", "deep-red"]
    for kind in (Level, DnsStatus):
        assert len({word(member) for member in kind}) == len(kind)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from([form[0] for form in FORMS]), JSON)
def test_reading_is_total(annotation: Any, form: object) -> None:
    try:
        value = codec(annotation).read(form)
    except DecodeError:
        return
    assert codec(annotation).read(codec(annotation).write(value)) == value
