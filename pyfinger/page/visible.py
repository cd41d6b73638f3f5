"""Text from outside, so that one sees what it is: controls, bidi marks, octets that were no text.

    visible("a\\u202eb")    'a⟦U+202E⟧b'

What has no shape of its own, or moves what stands beside it, is replaced by its code point in
white square brackets, as are these brackets themselves, so that nobody can write such a
mark.  An octet that was not UTF-8 (PEP 383) is ⟦0x9B⟧.  Of combining marks piled upon one
letter the first few stay.  Markup is not this module's business: it is escaped.
"""

from __future__ import annotations

import re
import unicodedata

MOST_COMBINED = 3  # marks upon one letter; there are languages with two
MOST_SHOWN = 4096  # characters of one text

_BRACKETS = "⟦⟧"
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # printable, and nothing to see
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # of a letter's variant
_ODD = re.compile(
    rf"[{_BRACKETS}{''.join(_BLANK)}\ufe00-\ufe0f\U000e0100-\U000e01ef]|[^\w\0-\x7f]{{{MOST_COMBINED + 1}}}"
)
_FIRST_OCTET, _LAST_OCTET = "\udc80", "\udcff"


def visible(text: str) -> str:
    """The text on one line; it is safe wherever text may stand once markup is escaped."""
    if text.isprintable() and len(text) <= MOST_SHOWN and (text.isascii() or not _ODD.search(text)):
        return text
    shown, combined = [], 0
    for character in text[:MOST_SHOWN]:
        combined = combined + 1 if unicodedata.combining(character) else 0
        shown.append(character if _plain(character, combined) else _named(character))
    if len(text) > MOST_SHOWN:
        shown.append(f"⟦{len(text) - MOST_SHOWN} more⟧")
    return "".join(shown)


def _plain(character: str, combined: int) -> bool:
    return (
        character.isprintable()
        and combined <= MOST_COMBINED
        and character not in _BRACKETS
        and character not in _BLANK
        and _SELECTORS.match(character) is None
    )


def _named(character: str) -> str:
    if _FIRST_OCTET <= character <= _LAST_OCTET:
        return f"⟦0x{ord(character) - 0xDC00:02X}⟧"
    return f"⟦U+{ord(character):04X}⟧"


class Markup(str):
    """Text that is markup already, of our own making; markupsafe knows it by `__html__`."""

    __slots__ = ()

    def __html__(self) -> Markup:
        return self


def text(given: str) -> str:
    """Text from outside as markup: visible, and escaped."""
    return escaped(visible(given))


def escaped(given: object) -> str:
    """Markup as it is; anything else as text, with what would be markup in it escaped."""
    if type(given) is Markup:
        return given
    shown = str(given)
    return shown.translate(_ENTITIES) if _MARKUP.search(shown) else shown


_MARKUP = re.compile("[&<>\"']")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})
