"""Text for one log line: nothing in it can end the line or drive a terminal.

What is not printable becomes `?`, byte by byte, as Postfix's printable(3) does.
With UTF-8 on, well-formed sequences stay (RFC 3629: no overlong forms, no
surrogates, nothing above U+10FFFF), but for the control characters among them
(U+0080 to U+009F), which Postfix lets through: to terminals U+009B is as good
as an escape character (ECMA-48 section 5.3).  So are those that set the direction of
what follows (U+202A to U+202E, U+2066 to U+2069; UAX 9 section 2), which show a line
as another than it is.
"""

from __future__ import annotations

import re

_ASCII = rb"[\x20-\x7e]"
_SEQUENCES = (
    rb"\xc2[\xa0-\xbf]",
    rb"[\xc3-\xdf][\x80-\xbf]",
    rb"\xe0[\xa0-\xbf][\x80-\xbf]",
    rb"\xe2\x80[\x80-\xa9\xaf-\xbf]",
    rb"\xe2\x81[\x80-\xa5\xaa-\xbf]",
    rb"\xe2[\x82-\xbf][\x80-\xbf]",
    rb"[\xe1\xe3-\xec\xee\xef][\x80-\xbf]{2}",
    rb"\xed[\x80-\x9f][\x80-\xbf]",
    rb"\xf0[\x90-\xbf][\x80-\xbf]{2}",
    rb"[\xf1-\xf3][\x80-\xbf]{3}",
    rb"\xf4[\x80-\x8f][\x80-\xbf]{2}",
)
_UTF8 = re.compile(b"((?:%s)+)|." % b"|".join((_ASCII, *_SEQUENCES)), re.DOTALL)
_PLAIN = re.compile(b"(%s+)|." % _ASCII, re.DOTALL)


def printable(text: str, *, utf8: bool) -> bytes:
    """`text` as the bytes of one line, without its end."""
    return (_UTF8 if utf8 else _PLAIN).sub(lambda found: found[1] or b"?", octets(text))


def plain(text: str) -> str:
    """`text` as one line of ASCII: what else there is becomes `?`, byte by byte."""
    return printable(text, utf8=False).decode("ascii")


def legible(text: str) -> str:
    """One line of text for people, in whatever encoding they have; character by character."""
    return "".join(character if character.isprintable() else "?" for character in text)


def octets(text: str) -> bytes:
    """The bytes `text` was read from: those it could not decode are in it as surrogates."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no byte
        return text.encode("utf-8", "surrogatepass")


def cut(text: str, limit: int) -> str:
    """At most `limit` bytes of `text` (printf's `%.100s` counts bytes)."""
    return octets(text)[:limit].decode("utf-8", "surrogateescape")
