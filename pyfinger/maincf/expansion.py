"""`$name` in parameter values (postconf(5)).

    $name ${name} $(name)           the parameter's value, expanded
    $$                              a dollar sign
    ${name?text} ${name:text}       text if the value is not empty, or if it is
    ${name?{text}:{text}}           one or the other
    ${{text} == {text}?{..}:{..}}   after a comparison: == != < <= >= >, as numbers
                                    if both sides are; with `level` behind the
                                    operator, as compatibility levels

A text gives a value or `MacroError`, whatever it is: nesting, steps and size are
limited, so values that double themselves do no harm.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from pyfinger.errors import UsageError
from pyfinger.maincf.levels import compatibility_level

Lookup = Callable[[str], "str | None"]

MAX_NESTING = 100  # as in Postfix
MAX_WORK = 50_000  # references and characters; nobody needs as many in one value

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">=": operator.ge,
    ">": operator.gt,
}
_OPERATORS = " or ".join(f'"{sign}"' if sign in ("==", ">") else f'"{sign}""' for sign in _COMPARE)

_BLANKS = " \t\r\n\v\f"
_BRACKETS = {"(": ")", "{": "}"}
_NAME = re.compile(r"[A-Za-z0-9_]*")
_OPERATOR = re.compile(r"([<>=!]*)(level)?")
_DIGITS = re.compile(r"[0-9]+")
_LARGEST = 2**63 - 1


class MacroError(UsageError):
    """References that cannot be understood; `warnings` are Postfix's.

    `partial` is what was expanded up to there: a comparison goes on with it.
    """

    def __init__(self, *warnings: str, partial: str = "") -> None:
        super().__init__("; ".join(warnings))
        self.warnings = warnings
        self.partial = partial


def expand(text: str, lookup: Lookup) -> str:
    """`text` with all references replaced; `lookup` gives unexpanded values.

    `MacroError` for bad syntax, or too much work; `UsageError` for a number too
    large to compare.
    """
    return _Expansion(lookup).expand(text)


class _Expansion:
    """One expansion: what it may still cost, and how deep it is."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._nesting = 0
        self._work_left = MAX_WORK

    def expand(self, text: str) -> str:
        """Literal text and references, in turn."""
        out: list[str] = []
        position = 0
        while (dollar := text.find("$", position)) >= 0:
            out.append(text[position:dollar])
            if text.startswith("$$", dollar):
                out.append("$")
                position = dollar + 2
                continue
            try:
                body, position = _reference(text, dollar + 1)
                out.append(self._value(body))
            except MacroError as error:
                raise MacroError(*error.warnings, partial="".join(out) + error.partial) from error
        out.append(text[position:])
        result = "".join(out)
        self._spend(len(result), text)
        return result

    def _spend(self, work: int, text: str) -> None:
        self._work_left -= work + 1
        if self._work_left < 0:
            raise MacroError(f'unreasonable macro expansion: "{text[:100]}"')

    def _value(self, body: str) -> str:
        """What one reference stands for."""
        self._spend(0, body)
        if self._nesting > MAX_NESTING:
            raise MacroError(f'unreasonable macro call nesting: "{body}"')
        self._nesting += 1
        try:
            return self._choose(body)
        finally:
            self._nesting -= 1

    def _choose(self, body: str) -> str:
        content = body.lstrip(_BLANKS)
        if content.startswith("{"):
            holds, rest = self._comparison(content)
            value = "true" if holds else ""
            problem = _complaint('"?" or ":" expected', "}", rest)
        else:
            value, rest, problem = self._parameter(body)
        if not rest:
            return self.expand(value)
        if rest[0] not in "?:":
            raise MacroError(problem)
        then, otherwise = _branches(rest)
        return self.expand(then if value else otherwise)

    def _parameter(self, body: str) -> tuple[str, str, str]:
        """A parameter's value, what follows its name, and what is wrong with that if it is."""
        begin = len(body) - len(body.lstrip(_BLANKS))
        found = _NAME.match(body, begin)
        assert found is not None  # it matches the empty string
        after = body[found.end() :]
        problem = _complaint("attribute name syntax error", body[: found.end()], after)
        return self._lookup(found[0]) or "", after.lstrip(_BLANKS), problem

    def _comparison(self, content: str) -> tuple[bool, str]:
        """Whether `{left} OP {right}` holds, and what follows it."""
        left, after = _braced(content)
        found = _OPERATOR.match(after)
        assert found is not None  # it matches the empty string
        sign, by_level = found[1], bool(found[2])
        if sign not in _COMPARE:
            raise MacroError(_complaint(f"{_OPERATORS} expected", f"{left}}}", after))
        after = after[found.end() :]
        if not after.lstrip(_BLANKS).startswith("{"):
            raise MacroError(_complaint('"{expression}" expected', f"{{{left}}} {found[0]}", after))
        right, rest = _braced(after.lstrip(_BLANKS))
        return self._holds(_COMPARE[sign], (left, right), by_level), rest

    def _holds(self, compare: Callable[[Any, Any], bool], sides: tuple[str, str], by_level: bool) -> bool:
        """Whether a comparison holds; all that is wrong with its sides is told, as by Postfix."""
        values: list[str] = []
        warnings: list[str] = []
        for side in sides:
            try:
                values.append(self.expand(side))
            except MacroError as error:
                values.append(error.partial)
                warnings += error.warnings
        try:
            holds = compare(*_comparable(values[0], values[1], by_level))
        except MacroError as error:
            raise MacroError(*warnings, *error.warnings) from error
        if warnings:
            raise MacroError(*warnings)
        return holds


def _reference(text: str, begin: int) -> tuple[str, int]:
    """The inside of the reference whose `$` is before `begin`, and where it ends."""
    if text[begin : begin + 1] in _BRACKETS:
        end = _closing(text, begin)
        if end < 0:
            raise MacroError(f'truncated macro reference: "{text}"')
        body, after = text[begin + 1 : end], end + 1
    else:
        found = _NAME.match(text, begin)
        assert found is not None  # it matches the empty string
        body, after = found[0], found.end()
    if not body:
        raise MacroError(f'empty macro name: "{text}"')
    return body, after


def _closing(text: str, begin: int) -> int:
    """Where the bracket at `begin` is closed; -1 if nowhere."""
    opening, closing = text[begin], _BRACKETS[text[begin]]
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
        raise MacroError(f'unbalanced {{}} in attribute expression: "{text}"')
    return text[1:end], text[end + 1 :].lstrip(_BLANKS)


def _branches(rest: str) -> tuple[str, str]:
    """The texts for a value and for none, of `?text`, `:text` or `?{text}:text`."""
    if rest[0] == ":":
        return "", _last_branch(rest[1:])
    content = rest[1:].lstrip(_BLANKS)
    if not content.startswith("{"):
        return rest[1:], ""
    then, after = _braced(content)
    if not after:
        return then, ""
    if not after.startswith(":"):
        raise MacroError(_complaint('":" expected', f"{then}}}", after))
    return then, _last_branch(after[1:])


def _last_branch(text: str) -> str:
    content = text.lstrip(_BLANKS)
    if not content.startswith("{"):
        return text
    inside, after = _braced(content)
    if after:
        raise MacroError(_complaint("unexpected input", f"{inside}}}", after))
    return inside


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
        raise MacroError(f'malformed compatibility level syntax: "{text}"')
    return level


def _number(digits: str) -> int:
    if len(digits.lstrip("0")) > len(str(_LARGEST)) or int(digits) > _LARGEST:
        raise UsageError(f"mac_exp_eval: bad conversion: {digits}")
    return int(digits)


def _complaint(what: str, before: str, after: str) -> str:
    return f'{what} at: "...{before}>>>{after[:20]}"'
