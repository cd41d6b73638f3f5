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

What is wrong is told as mac_expand(3) of Postfix tells it.  It goes on after an
error, evaluates nothing any more, and still finds what is malformed; so there may
be several complaints about one value.
"""

from __future__ import annotations

from collections.abc import Callable

from pyfinger.errors import UsageError
from pyfinger.maincf.macro_syntax import (
    BLANKS,
    BRACKETS,
    Comparison,
    Malformed,
    branch,
    comparison,
    parameter,
    reference,
    unexpected,
)

Lookup = Callable[[str], "str | None"]

MAX_NESTING = 100  # as in Postfix
MAX_WORK = 50_000  # references and characters; nobody needs as many in one value


class MacroError(UsageError):
    """References that cannot be understood; `warnings` are Postfix's."""

    def __init__(self, *warnings: str) -> None:
        super().__init__("; ".join(warnings))
        self.warnings = warnings


class _Exhausted(Exception):
    """Ends it all: too much work."""


def expand(text: str, lookup: Lookup) -> str:
    """`text` with all references replaced; `lookup` gives unexpanded values.

    `MacroError` for bad syntax, or too much work; `UsageError` for a number too
    large to compare.
    """
    if "$" not in text and len(text) < MAX_WORK:
        return text
    shared = _Shared(lookup)
    expansion = _Expansion(shared, above=0)
    try:
        expansion.parse(text)
    except _Exhausted as exhausted:
        shared.warnings.append(str(exhausted))
    if expansion.failed or shared.warnings:
        raise MacroError(*shared.warnings)
    return expansion.result


class _Shared:
    """What all expansions for one value have in common."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.warnings: list[str] = []
        self._left = MAX_WORK

    def spend(self, work: int, text: str) -> None:
        """Count what is done."""
        self._left -= work + 1
        if self._left < 0:
            raise _Exhausted(f'unreasonable macro expansion: "{text[:100]}"')


class _Expansion:
    """One call of mac_expand(): of a value, or of a side of a comparison in it."""

    def __init__(self, shared: _Shared, above: int) -> None:
        self._shared = shared
        self._above = above  # levels of those that this is a part of, which Postfix does not count
        self._level = 0
        self._parts: list[str] = []
        self.failed = False

    @property
    def result(self) -> str:
        """What was expanded before anything was wrong."""
        return "".join(self._parts)

    def parse(self, text: str) -> None:
        """Literal text and references, in turn: mac_parse()."""
        position, literal = 0, ""
        while (dollar := text.find("$", position)) >= 0:
            literal += text[position:dollar]
            if text.startswith("$$", dollar):
                literal += "$"
                position = dollar + 2
                continue
            self._literal(literal)
            literal = ""
            opening = text[dollar + 1 : dollar + 2]
            try:
                body, position = reference(text, dollar + 1)
                if opening in BRACKETS and self.failed:
                    return  # as mac_parse() does, which has one flag for both
                if not body:
                    raise Malformed(f'empty macro name: "{text}"')
            except Malformed as problem:
                self._complain(str(problem))
                return
            self._reference(body)
        if not self.failed:
            self._literal(literal + text[position:])

    def _complain(self, warning: str) -> None:
        self._shared.warnings.append(warning)
        self._shared.spend(0, warning)
        self.failed = True

    def _literal(self, text: str) -> None:
        if text and self._enter(text):
            self._shared.spend(len(text), text)
            self._parts.append(text)
            self._level -= 1

    def _enter(self, text: str) -> bool:
        """Whether to look at a reference or at literal text, one level down.

        As in mac_expand_callback() the level is not taken back where something was wrong, so what
        comes after a nesting too deep is told of, too, at every level on the way up.
        """
        if self._level > MAX_NESTING:
            self._complain(f'unreasonable macro call nesting: "{text}"')
        self._level += 1
        return not self.failed

    def _reference(self, body: str) -> None:
        """What one reference stands for: mac_expand_callback()."""
        self._shared.spend(0, body)
        if not self._enter(body):
            return
        try:
            self._choose(body)
        except Malformed as problem:
            self._complain(str(problem))
        else:
            self._level -= 1

    def _choose(self, body: str) -> None:
        content = body.lstrip(BLANKS)
        if content.startswith("{"):
            wanted, rest = comparison(content)
            holds = self._holds(wanted)
            if holds is None:
                self._level += 1  # taken back by the caller, not by mac_expand_callback()
                return
            value = "true" if holds else ""
            if rest and rest[0] not in "?:":
                raise unexpected('"?" or ":" expected', "}", rest)
        else:
            name, rest = parameter(body)
            value = self._shared.lookup(name) or ""
        if not rest:
            self.parse(value)
        elif rest[0] == "?":
            self._if_true(value, rest[1:])
        else:
            self._if_false(value, rest[1:])

    def _if_true(self, value: str, text: str) -> None:
        """`?text`, `?{text}` or `?{text}:text`."""
        chosen, rest = branch(text)
        if value:
            self.parse(chosen)
        if not rest:
            return
        if rest[0] != ":":
            raise unexpected('":" expected', f"{chosen}}}", rest)
        self._if_false(value, rest[1:])

    def _if_false(self, value: str, text: str) -> None:
        """`:text` or `:{text}`."""
        chosen, rest = branch(text)
        if not value:
            self.parse(chosen)
        if rest:
            raise unexpected("unexpected input", f"{chosen}}}", rest)

    def _holds(self, wanted: Comparison) -> bool | None:
        """Whether a comparison holds of whatever its sides expand to; None if one is malformed."""
        nesting = self._above + self._level
        if nesting > MAX_NESTING + 1:
            raise _Exhausted(f'unreasonable macro expansion: "{wanted.left[:100]}"')
        sides = [_Expansion(self._shared, nesting) for _ in range(2)]
        for side, text in zip(sides, (wanted.left, wanted.right), strict=True):
            side.parse(text)
        self.failed = self.failed or any(side.failed for side in sides)
        holds = wanted.holds(*(side.result for side in sides))
        return None if self.failed else holds
