"""Reply lines and replies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.smtp.reply import PartialReply, SmtpLine, SmtpLineReader, SmtpReply, parse_line

LIMIT = 16


def lines_of(data: bytes, sizes: list[int] | None = None, limit: int = LIMIT) -> tuple[list[str], bool]:
    """The lines in `data` arriving in pieces, and whether input got disabled."""
    reader = SmtpLineReader(limit)
    found = []
    for piece in pieces(data, sizes or [max(1, len(data))]):
        reader.feed(piece)
        while (line := reader.next_line()) is not None:
            found.append(line.shown)
    return found, reader.disabled


def pieces(data: bytes, sizes: list[int]) -> list[bytes]:
    found: list[bytes] = []
    at = 0
    while at < len(data):
        size = sizes[len(found) % len(sizes)]
        found.append(data[at : at + size])
        at += size
    return found


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"220 ok\r\n", ["220 ok"]),
        (b"220 ok\n", ["220 ok"]),
        (b"220 ok\r\r\r\n", ["220 ok"]),
        (b"\r\n", [""]),
        (b"a\rb\r\n", ["a\rb"]),
        (b"220-a\r\n220 b\r\n", ["220-a", "220 b"]),
        (b"220 unfinished", []),
    ],
)
def test_a_line_ends_at_lf_and_loses_the_crs_before_it(data: bytes, expected: list[str]) -> None:
    assert lines_of(data) == (expected, False)


def test_a_line_may_fill_the_limit() -> None:
    full = b"x" * (LIMIT - 1) + b"\n"
    assert lines_of(full + b"y\n") == (["x" * (LIMIT - 1), "y"], False)


def test_cr_at_the_limit_may_belong_to_the_end() -> None:
    data = b"x" * (LIMIT - 1) + b"\r"
    assert lines_of(data) == ([], False)
    assert lines_of(data + b"\ny\r\n") == (["x" * (LIMIT - 1), "y"], False)


def test_cr_at_the_limit_may_be_bare() -> None:
    assert lines_of(b"x" * (LIMIT - 1) + b"\rabc\r\ny\n") == (["x" * (LIMIT - 1) + "\r", "y"], False)


def test_a_long_line_is_cut_and_its_excess_dropped() -> None:
    assert lines_of(b"x" * LIMIT + b"excess\r\n220 next\r\n") == (["x" * LIMIT, "220 next"], False)


def test_a_cut_line_waits_for_its_end() -> None:
    assert lines_of(b"x" * (2 * LIMIT - 1)) == ([], False)
    assert lines_of(b"x" * (2 * LIMIT - 1) + b"\n") == (["x" * LIMIT], False)


def test_twice_the_limit_disables_input() -> None:
    assert lines_of(b"x" * 2 * LIMIT + b"\n220 never\n") == (["x" * LIMIT], True)


def test_disabled_input_stays_disabled() -> None:
    reader = SmtpLineReader(LIMIT)
    reader.feed(b"x" * 2 * LIMIT)
    assert reader.next_line() is not None
    reader.feed(b"220 more\r\n")
    assert reader.next_line() is None
    assert reader.discard() == b""


def test_discard_forgets_all_that_was_not_read() -> None:
    reader = SmtpLineReader(LIMIT)
    reader.feed(b"220 a\r\n220 b\r\n22")
    assert reader.next_line() == parse_line(b"220 a")
    assert reader.discard() == b"220 b\r\n22"
    reader.feed(b"x" * LIMIT + b"more")
    assert reader.next_line() is None
    assert reader.discard() == b""  # the excess is not kept
    reader.feed(b"220 c\r\n")
    assert reader.next_line() == parse_line(b"220 c")


@given(
    data=st.lists(st.sampled_from([b"220-a", b"x" * 15, b"y" * 16, b"\r", b"\n", b"\0", b"z" * 31])).map(
        b"".join
    ),
    sizes=st.lists(st.integers(1, 40), min_size=1),
)
def test_cutting_the_stream_changes_nothing(data: bytes, sizes: list[int]) -> None:
    assert lines_of(data, sizes) == lines_of(data)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"caf\xc3\xa9", "caf??"),
        (b"\x01\x7f\x1b[31m", "???[31m"),
        (b"a\tb\vc\fd\re", "a\tb\vc\fd\re"),
        (b"seen\0unseen", "seen"),
    ],
)
def test_a_line_is_censored_byte_by_byte(raw: bytes, shown: str) -> None:
    assert parse_line(raw).shown == shown


@pytest.mark.parametrize(
    ("raw", "code", "text", "continued"),
    [
        (b"220 ok", 220, "ok", False),
        (b"220", 220, "", False),
        (b"220-more", 220, "more", True),
        (b"220- \t more ", 220, "more ", True),
        (b"220text", 220, "text", False),
        (b"2200 hi", 0, "hi", False),
        (b"22 hi", 0, "hi", False),
        (b"-foo", 0, "foo", True),
        (b"25-foo", 0, "foo", True),
        (b"220 -foo", 220, "-foo", False),
        (b"220--foo", 220, "-foo", True),
        (b"SSH-2.0", 0, "SSH-2.0", False),
        (b" 220 indented", 0, "220 indented", False),
        (b"", 0, "", False),
        ("٢٢٠ x".encode(), 0, "?????? x", False),
        (b"22\x000 hi", 0, "", False),
    ],
)
def test_a_line_is_taken_apart(raw: bytes, code: int, text: str, continued: bool) -> None:
    line = parse_line(raw)
    assert (line.code, line.text, line.continued) == (code, text, continued)


def reply_of(*raw: bytes, limit: int = LIMIT) -> SmtpReply | None:
    partial = PartialReply(limit)
    reply = None
    for line in raw:
        reply = partial.add(parse_line(line))
    return reply


def test_only_the_last_code_counts() -> None:
    assert reply_of(b"220-go", b"454 or not") == SmtpReply(454, "go\nor not")
    assert reply_of(b"250-a", b"251-b", b"252 c") == SmtpReply(252, "a\nb\nc")


def test_a_continued_line_ends_no_reply() -> None:
    assert reply_of(b"220-go") is None


def test_text_grows_while_it_is_below_the_limit() -> None:
    long = b"250-" + b"x" * (LIMIT - 2)
    assert reply_of(long, b"250 last") == SmtpReply(250, "x" * (LIMIT - 2) + "\n" + "last")
    assert reply_of(long + b"x", b"250 last") == SmtpReply(250, "x" * (LIMIT - 1) + "\n")
    assert reply_of(long + b"xx", b"250 last") == SmtpReply(250, "x" * LIMIT)


def test_an_endless_reply_is_not_kept() -> None:
    partial = PartialReply(LIMIT)
    for _ in range(1000):
        assert partial.add(SmtpLine("250-", 250, "", True)) is None
    reply = partial.add(SmtpLine("250 end", 250, "end", False))
    assert reply == SmtpReply(250, "\n" * LIMIT)


@pytest.mark.parametrize(
    ("code", "positive"), [(199, False), (200, True), (299, True), (300, False), (0, False)]
)
def test_success_is_2xx(code: int, positive: bool) -> None:
    assert SmtpReply(code, "").positive is positive
