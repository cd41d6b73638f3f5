"""Lines of a dialogue as trees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import binary, booleans

from fuzz._trees import check_tree
from pyfinger.dissect.smtp_line import smtp_line


@pytest.mark.parametrize(
    ("line", "sent", "parts"),
    [
        (
            b"250-SIZE 1000\r\n",
            False,
            {
                "code": "250 positive completion",
                "separator": "more lines follow",
                "text": "SIZE 1000",
                "end": "CR LF",
            },
        ),
        (
            b"421 no\n",
            False,
            {
                "code": "421 transient negative",
                "separator": "the last line",
                "text": "no",
                "end": "LF alone",
            },
        ),
        (b"220\r\n", False, {"code": "220 positive completion", "end": "CR LF"}),
        (b"999 x", False, {"code": "999 of no class", "separator": "the last line", "text": "x"}),
        (b"nonsense", False, {"text": ""}),
        (b"EHLO a b\r\n", True, {"verb": "EHLO", "space": " ", "parameters": "a b", "end": "CR LF"}),
        (b"QUIT\r\n", True, {"verb": "QUIT", "end": "CR LF"}),
    ],
)
def test_a_line_has_its_parts(line: bytes, sent: bool, parts: dict[str, str]) -> None:
    tree = smtp_line(line, sent=sent)
    check_tree(tree, line)
    assert {field.name: field.meaning for field in tree.children} == parts


@given(binary(max_size=100), booleans())
def test_any_bytes_give_a_tree_that_covers_them(line: bytes, sent: bool) -> None:
    check_tree(smtp_line(line, sent=sent), line)
