"""The syntax of references in parameter values, and what Postfix says where it is wrong.

Everything here reads a part of a text and returns it with what follows, or raises
`Malformed`.  The names are those of mac_parse.c and mac_expand.c of Postfix.

Compatibility levels are `major[.minor[.patch]]` (postconf(5) compatibility_level).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from pyfinger.errors import UsageError
from pyfinger.values import Value

_COMPATIBILITY_LEVEL = re.compile(r"[ \t]*([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.([0-9]{1,9}))?")


BRACKETS = {"(": ")", "{": "}"}
BLANKS = " \t\r\n"
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">=": operator.ge,
    ">": operator.gt,
}
_OPERATORS = " or ".join(f'"{sign}"' if sign in ("==", ">") else f'"{sign}""' for sign in _COMPARE)
_NAME = re.compile(r"[A-Za-z0-9_]*")
_SIGN = re.compile(r"[<>!=?+*/~&|%-]*")
_SUFFIX = re.compile(r"[A-Za-z0-9]*")
_LEVEL = "level"
_DIGITS = re.compile(r"[0-9]+")
_LARGEST = 2**63 - 1


def compatibility_level(text: str) -> tuple[int, int, int] | None:
    """A level as something to compare; None if it is none."""
    found = _COMPATIBILITY_LEVEL.fullmatch(text)
    if found is None:
        return None
    major, minor, patch = (int(part or 0) for part in found.groups())
    return major, minor, patch


class Malformed(Exception):
    """Ends one reference; the text says why."""


class Comparison(Value):
    """`{left} OP {right}`, unexpanded."""

    left: str
    right: str
    sign: str
    by_level: bool

    def holds(self, left: str, right: str) -> bool:
        """Whether it does for these values; UsageError for a number that is too large."""
        return _COMPARE[self.sign](*_comparable(left, right, self.by_level))


def comparison(content: str) -> tuple[Comparison, str]:
    """A comparison, and what follows it."""
    left, after = _braced(content)
    sign = _matched(_SIGN, after)
    if sign not in _COMPARE:
        raise Malformed(_complaint(f"{_OPERATORS} expected", f"{left}}}", after))
    suffix = _matched(_SUFFIX, after, len(sign))
    if suffix not in ("", _LEVEL):
        raise Malformed(f'bad operator suffix at: "...{sign}>>>{suffix}"')
    after = after[len(sign) + len(suffix) :]
    if not after.lstrip(BLANKS).startswith("{"):
        raise Malformed(_complaint('"{expression}" expected', f"{{{left}}} {sign}", after))
    right, rest = _braced(after.lstrip(BLANKS))
    return Comparison(left, right, sign, suffix == _LEVEL), rest


def parameter(body: str) -> tuple[str, str]:
    """A parameter's name, and the alternatives behind it."""
    begin = len(body) - len(body.lstrip(BLANKS))
    name = _matched(_NAME, body, begin)
    before, after = body[: begin + len(name)], body[begin + len(name) :]
    rest = after.lstrip(BLANKS)
    if rest and rest[0] not in "?:":
        raise Malformed(_complaint("attribute name syntax error", before, after))
    return name, rest


def reference(text: str, begin: int) -> tuple[str, int]:
    """The inside of the reference whose `$` is before `begin`, and where it ends."""
    if text[begin : begin + 1] in BRACKETS:
        end = _closing(text, begin)
        if end < 0:
            raise Malformed(f'truncated macro reference: "{text}"')
        return text[begin + 1 : end], end + 1
    body = _matched(_NAME, text, begin)
    return body, begin + len(body)


def _matched(pattern: re.Pattern[str], text: str, begin: int = 0) -> str:
    """What a pattern matches there, perhaps nothing."""
    found = pattern.match(text, begin)
    return "" if found is None else found[0]


def _closing(text: str, begin: int) -> int:
    """Where the bracket at `begin` is closed; -1 if nowhere."""
    opening, closing = text[begin], BRACKETS[text[begin]]
    open_ones = 0
    for index in range(begin, len(text)):
        if text[index] == opening:
            open_ones += 1
        elif text[index] == closing:
            open_ones -= 1
            if not open_ones:
                return index
    return -1


def _braced(text: str) -> tuple[str, str]:
    """The inside of the braces that `text` begins with, and what follows, blanks skipped."""
    end = _closing(text, 0)
    if end < 0:
        raise Malformed(f'unbalanced {{}} in attribute expression: "{text}"')
    return text[1:end], text[end + 1 :].lstrip(BLANKS)


def branch(text: str) -> tuple[str, str]:
    """One alternative, in braces or not, and what follows it."""
    content = text.lstrip(BLANKS)
    return _braced(content) if content.startswith("{") else (text, "")


def _comparable(left: str, right: str, by_level: bool) -> tuple[object, object]:
    """Both sides as what they are to be compared as."""
    if by_level:
        return _level(left), _level(right)
    if _DIGITS.fullmatch(left) and _DIGITS.fullmatch(right):
        return _number(left), _number(right)
    return left, right


def _level(text: str) -> tuple[int, int, int]:
    level = compatibility_level(text)
    if level is None:
        raise Malformed(f'malformed compatibility level syntax: "{text}"')
    return level


def _number(digits: str) -> int:
    if len(digits.lstrip("0")) > len(str(_LARGEST)) or int(digits) > _LARGEST:
        raise UsageError(f"mac_exp_eval: bad conversion: {digits}")
    return int(digits)


def unexpected(what: str, before: str, after: str) -> Malformed:
    """What was there instead of what."""
    return Malformed(_complaint(what, before, after))


def _complaint(what: str, before: str, after: str) -> str:
    return f'{what} at: "...{before}>>>{after[:20]}"'
