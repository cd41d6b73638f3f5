"""Every line is one domain or one reason, whatever is in it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.survey.sources import MOST_OCTETS, bounded_lines, read_lines


@given(st.lists(st.binary(max_size=60)))
def test_each_line_is_a_domain_or_has_a_reason(raw: list[bytes]) -> None:
    found = list(read_lines(raw))
    assert all(bool(line.domain) != bool(line.problem) for line in found)
    wanted = [n for n, line in enumerate(raw, 1) if line.strip() and not line.strip().startswith(b"#")]
    assert [line.number for line in found] == wanted
    for line in found:
        line.text.encode("utf-8")


@pytest.mark.parametrize(
    ("line", "domain"),
    [
        (b"example.com\r\n", "example.com"),
        (b"  example.com. ", "example.com"),
        (b"17,example.com", "example.com"),
        (b'17, "example.com"', "example.com"),
        (b"example.com:587", "example.com:587"),
        (b"[192.0.2.1]:25", "[192.0.2.1]:25"),
        ("bücher.example".encode(), "bücher.example"),
    ],
)
def test_lines_are_taken_as_they_come(line: bytes, domain: str) -> None:
    (found,) = read_lines([line])
    assert (found.domain, found.problem) == (domain, "")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"\xff\xfe.example", "not UTF-8"),
        (b"two words", "a blank or a control character in it"),
        (b"nul\0l.example", "a blank or a control character in it"),
        (b"1,", "no domain"),
        (b".", "no domain"),
        (b"a" * (MOST_OCTETS + 1), f"longer than {MOST_OCTETS} octets"),
    ],
)
def test_nonsense_has_a_reason(line: bytes, problem: str) -> None:
    (found,) = read_lines([line])
    assert (found.domain, found.problem) == ("", problem)


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line)), st.lists(st.integers(0, 400)))
def test_cutting_a_file_changes_nothing(lines: list[bytes], cuts: list[int]) -> None:
    whole = b"".join(line + b"\n" for line in lines)
    ends = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    pieces = [whole[start:end] for start, end in pairwise(ends)]
    assert list(bounded_lines(pieces)) == lines


def test_a_line_without_end_takes_no_memory_and_is_one_line() -> None:
    pieces = [b"x" * 500] * 1000 + [b"\nexample.com\n"]
    first, second = read_lines(bounded_lines(pieces))
    assert first.problem.startswith("longer") and second.domain == "example.com"
