"""A differing case made as small as it gets while it still differs in the same way.

The case is taken as JSON: elements of lists go, then keys of objects, then parts
of texts, as long as anything can go and the budget lasts.  A case that lost what
it needs cannot be set up, and does not count as differing.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import TypeAlias

from tests.lab.parityfuzz.case import Case, Json, from_json

Path: TypeAlias = tuple["str | int", ...]
BUDGET = 120  # runs
_KEPT = {("kind",), ("argv",), ("resolver",)}
_SHORT = 20  # a text no longer than this is left alone


def reduce(case: Case, differs: Callable[[Case], bool], budget: int = BUDGET) -> Case:
    """The smallest case found that `differs` still holds for."""
    left = budget

    def holds(data: Json) -> bool:
        nonlocal left
        left -= 1
        return left >= 0 and differs(from_json(data))

    smallest = case
    before = None
    while before != smallest and left > 0:
        before = smallest
        at = 0  # what was tried in vain is not tried again before the next round
        while (found := _first(smallest, holds, at)) is not None:
            smallest, at = found
    return smallest


def _first(case: Case, holds: Callable[[Json], bool], start: int) -> tuple[Case, int] | None:
    """The first smaller case that holds, and where it was found."""
    for number, data in enumerate(_smaller(case.to_json())):
        if number >= start and holds(data):
            return from_json(data), number
    return None


def _smaller(data: Json) -> Iterator[Json]:
    """Everything that is one step smaller, the largest steps first."""
    places = sorted(_places(data, ()), key=len)
    for path in places:
        value = _at(data, path)
        if isinstance(value, list):
            for start, end in _spans(len(value)):
                yield _with(data, path, value[:start] + value[end:])
    for path in places:
        value = _at(data, path)
        if isinstance(value, dict):
            for key in value:
                if (*path, key) not in _KEPT:
                    yield _with(data, path, {name: value[name] for name in value if name != key})
    for path in places:
        value = _at(data, path)
        if isinstance(value, str) and len(value) > _SHORT and path not in _KEPT:
            for start, end in _spans(len(value), least=max(2, len(value) // 8)):
                yield _with(data, path, value[:start] + value[end:])


def _places(value: Json, path: Path) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _places(inner, (*path, index))


def _at(data: Json, path: Path) -> Json:
    for step in path:
        data = data[step]
    return list(data) if isinstance(data, tuple) else data


def _with(data: Json, path: Path, value: Json) -> Json:
    """A copy with another value at one place."""
    changed = copy.deepcopy(data)
    if not path:
        return value
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


def _spans(length: int, least: int = 1) -> Iterator[tuple[int, int]]:
    """Halves, quarters and so on of a list, by their ends."""
    step = length
    while step >= least and step > 0:
        yield from ((start, min(start + step, length)) for start in range(0, length, step))
        step //= 2
