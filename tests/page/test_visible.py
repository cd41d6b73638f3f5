"""Text nobody can trust is shown as what it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import characters, text

from pyfinger.page.visible import MOST_SHOWN, visible


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("mx.example.com", "mx.example.com"),
        ("a\u202eb", "a⟦U+202E⟧b"),
        ("\x1b[31m", "⟦U+001B⟧[31m"),
        ("two\r\nlines", "two⟦U+000D⟧⟦U+000A⟧lines"),
        ("\udc9b", "⟦0x9B⟧"),
        ("\ud800", "⟦U+D800⟧"),
        ("⟦U+202E⟧", "⟦U+27E6⟧U+202E⟦U+27E7⟧"),
        ("ok\u3164", "ok⟦U+3164⟧"),
        ("Grüße, 日本", "Grüße, 日本"),
        ("e" + "\u0301" * 5, "e" + "\u0301" * 3 + "⟦U+0301⟧" * 2),
        ("<b>", "<b>"),
    ],
)
def test_what_cannot_be_seen_is_named(given_text: str, shown: str) -> None:
    assert visible(given_text) == shown


def test_long_text_is_cut_and_says_so() -> None:
    assert visible("a" * (MOST_SHOWN + 2)) == "a" * MOST_SHOWN + "⟦2 more⟧"


@given(text(characters(exclude_categories=())))
def test_nothing_invisible_is_left(given_text: str) -> None:
    shown = visible(given_text)
    assert shown.isprintable()
    assert shown.encode("utf-8").decode("utf-8") == shown


@given(text(), text())
def test_different_texts_are_shown_differently(one: str, other: str) -> None:
    assert (visible(one) == visible(other)) == (one == other)
