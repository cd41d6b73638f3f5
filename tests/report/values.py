"""Values of any annotation, for hypothesis: independent of how the code reads annotations."""

from __future__ import annotations

import types
from enum import Enum, Flag
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from pyfinger.values import Value

# All of Unicode, and bytes that are not UTF-8 (PEP 383): a high surrogate never comes of either.
CHARACTERS = st.characters(exclude_categories=["Cs"]) | st.characters(
    min_codepoint=0xDC80, max_codepoint=0xDCFF, categories=["Cs"]
)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(CHARACTERS, max_size=20),
    bytes: st.binary(max_size=20),
    bool: st.booleans(),
    int: st.integers(-(2**63) + 1, 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    types.NoneType: st.none(),
}


@cache
def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Any value of this type."""
    if annotation in PLAIN:
        return PLAIN[annotation]
    arguments = get_args(annotation)
    if get_origin(annotation) in (Union, types.UnionType):
        return st.one_of(*map(values, arguments))
    if get_origin(annotation) is tuple:
        if arguments[-1] is Ellipsis:
            return st.lists(values(arguments[0]), max_size=3).map(tuple)
        return st.tuples(*map(values, arguments))
    if get_origin(annotation) is Literal:
        return st.sampled_from(arguments)
    if issubclass(annotation, Flag):
        return st.sets(st.sampled_from(list(annotation))).map(lambda found: _joined(annotation, found))
    if issubclass(annotation, Enum):
        return st.sampled_from(list(annotation))
    return objects(annotation)


def objects(kind: type) -> st.SearchStrategy[Any]:
    """Any value of a value or event."""
    assert issubclass(kind, Value), kind
    hints = get_type_hints(kind)
    names = getattr(kind, "__match_args__", ())
    return st.builds(kind, **{name: values(hints[name]) for name in names})


def _joined(kind: type[Flag], found: set[Flag]) -> Flag:
    joined = kind(0)
    for flag in found:
        joined |= flag
    return joined
