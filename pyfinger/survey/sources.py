"""Domains from files: a line is a domain, or a reason why it is none.  Nothing here ends a survey.

Blank lines and comments (`#`) are no lines.  Ranked lists, `1,example.com`, are understood,
as is what pyfinger itself takes: `example.com:587`, `[mx.example.com]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pyfinger.values import Value

MOST_OCTETS = 1000  # of a line; a name has 253
_RANKED = re.compile(r"\d{1,12}\s*,\s*(.*)", re.DOTALL)
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]")


class Line(Value):
    """One line, counted from 1 as in the file; of several sources, on and on."""

    number: int
    text: str  # as it stands there, without what cannot be stored
    domain: str = ""
    problem: str = ""  # why there is no domain in it


def read_lines(raw: Iterable[bytes], first: int = 1) -> Iterator[Line]:
    """Every line that is one."""
    for number, octets in enumerate(raw, start=first):
        content = octets.strip()
        if content and not content.startswith(b"#"):
            yield _line(number, content)


def bounded_lines(read: Iterable[bytes]) -> Iterator[bytes]:
    """Lines out of pieces of any size; of one that does not end, no more than its beginning is kept."""
    rest, skipping = b"", False
    for piece in read:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            if not skipping:
                yield line
            skipping = False
        if len(rest) > MOST_OCTETS:
            if not skipping:
                yield rest
            rest, skipping = b"", True
    if rest and not skipping:
        yield rest


def _line(number: int, content: bytes) -> Line:
    text = content[: MOST_OCTETS + 1].decode("utf-8", "backslashreplace")
    if len(content) > MOST_OCTETS:
        return Line(number, text[:100], problem=f"longer than {MOST_OCTETS} octets")
    try:
        domain = content.decode("utf-8")
    except UnicodeDecodeError:
        return Line(number, text, problem="not UTF-8")
    ranked = _RANKED.fullmatch(domain)
    domain = (ranked[1] if ranked else domain).strip().strip('"')
    domain = domain[:-1] if domain.endswith(".") else domain
    if not domain:
        return Line(number, text, problem="no domain")
    if _UNPRINTABLE.search(domain):
        return Line(number, text, problem="a blank or a control character in it")
    return Line(number, text, domain)
