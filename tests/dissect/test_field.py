"""The cursor: fields tile what they are read from, and a break is marked where it happens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.dissect.field import Field, FieldCursor, text
from tests.dissect.building import decoded, leaves, problems


def words(at: FieldCursor) -> str:
    at.number("kind", 1, {1: "one"})
    at.vector("list", 2, numbers)
    at.opaque("name", 1, text)
    at.raw("fixed", 2)
    return "words"


def numbers(at: FieldCursor) -> None:
    while at:
        at.number("number", 2, lambda value: f"n{value}")


GOOD = bytes.fromhex("01 0004 0001 0002 02 6869 aabb")


def test_a_good_structure() -> None:
    found = decoded(GOOD, words)
    assert found == Field(
        "test",
        0,
        12,
        None,
        "words",
        (
            Field("kind", 0, 1, 1, "one"),
            Field(
                "list",
                3,
                4,
                None,
                "",
                (Field("number", 3, 2, 1, "n1"), Field("number", 5, 2, 2, "n2")),
                prefix=2,
            ),
            Field("name", 8, 2, b"hi", "hi", prefix=1),
            Field("fixed", 10, 2, b"\xaa\xbb"),
        ),
    )
    assert (found.number("number"), found.numbers("number"), found.number("none")) == (1, [1, 2], None)
    assert [one.name for one in found.walk()][:3] == ["test", "kind", "list"]


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ("", [("kind", "missing")]),
        ("01", [("list", "missing")]),
        ("01 00", [("list", "1 of 2 bytes of its length")]),
        ("01 0004 0001", [("list", "4 bytes announced, 2 left")]),
        ("01 0003 0001 00 00 aabb", [("number", "1 of 2 bytes")]),
        ("01 0000", [("name", "missing")]),
        ("01 0000 05 61", [("name", "5 bytes announced, 1 left")]),
        ("01 0000 00 aa", [("fixed", "1 of 2 bytes")]),
        ("01 0000 00 aabb cc", [("excess", "1 byte too many")]),
        ("01 0000 00 aabb ccdd", [("excess", "2 bytes too many")]),
    ],
)
def test_a_break_is_marked_and_reading_goes_on_behind_its_part(
    data: str, wrong: list[tuple[str, str]]
) -> None:
    assert problems(decoded(bytes.fromhex(data), words)) == wrong


def test_what_is_left_of_a_broken_part_is_kept() -> None:
    found = decoded(bytes.fromhex("01 0003 0001 00 02 6869 aabb"), words)
    assert leaves(found) == [
        ("kind", 1),
        ("number", 1),
        ("number", "00"),
        ("name", "6869"),
        ("fixed", "aabb"),
    ]


def test_nothing_is_read_once_something_broke() -> None:
    at = FieldCursor(b"\1")
    assert at.number("number", 2) == 0
    assert (at.number("next", 1), at.raw("next", 1), at.opaque("next", 1)) == (0, b"", b"")
    at.vector("next", 1, numbers)
    at.group("next", lambda inner: None)
    at.rest("next")
    at.stop("next", "again")
    at.finish()
    assert [field.name for field in at.fields] == ["number"]
    assert not at


def test_a_break_in_a_group_ends_what_it_is_in() -> None:
    def pair(at: FieldCursor) -> None:
        at.number("left", 1)
        at.number("right", 2)

    def pairs(at: FieldCursor) -> None:
        at.group("pair", pair)
        at.number("behind", 1)

    assert problems(decoded(b"\1\2", pairs)) == [("right", "1 of 2 bytes")]


def test_too_much_of_something() -> None:
    def limited(at: FieldCursor) -> None:
        at.opaque("id", 1, most=2)

    assert problems(decoded(b"\2ab", limited)) == []
    assert problems(decoded(b"\3abc", limited)) == [("id", "longer than 2 bytes")]
    assert problems(decoded(b"\4abc", limited)) == [("id", "4 bytes announced, 3 left")]


def test_a_structure_may_have_a_problem_of_its_own() -> None:
    def odd(at: FieldCursor) -> None:
        at.problem = "odd"
        at.rest("all")

    assert problems(decoded(b"abc", odd)) == [("test", "odd")]


def test_a_part_knows_its_bytes() -> None:
    def outer(at: FieldCursor) -> None:
        at.vector("part", 1, inner)

    def inner(at: FieldCursor) -> None:
        assert (at.content, at.encoded) == (b"ab", b"\2ab")
        assert (at.ahead(1), at.ahead(9)) == (b"a", b"ab")
        at.rest("all")

    decoded(b"\2ab", outer)


def test_text_that_is_none_shows_as_escapes() -> None:
    assert text("mx.grüße".encode()) == "mx.grüße"
    assert text(b"mx\xff\x1b") == "mx\\xff\x1b"


@given(data=st.binary(max_size=40))
def test_any_bytes_make_a_tree(data: bytes) -> None:
    decoded(data, words)


@pytest.mark.parametrize("cut", range(len(GOOD)))
def test_cut_anywhere_what_is_marked_is_at_the_end(cut: int) -> None:
    marked = [one for one in decoded(GOOD[:cut], words).walk() if one.problem]
    assert marked
    assert all(one.offset + one.length == cut for one in marked)
