"""What every tree of `pyfinger.dissect` must be, whatever bytes it was made of."""

from __future__ import annotations

from pyfinger.dissect import Field

MAX_DEPTH = 24


def check_tree(tree: Field, data: bytes) -> None:
    """The fields fill the bytes without a gap and hold what is there; there are not too many."""
    assert (tree.offset, tree.prefix, tree.length) == (0, 0, len(data))
    _check(tree, data, 0)
    # Each has bytes of its own, or is the one thing missing at the end of its part.
    assert sum(1 for _ in tree.walk()) <= 3 * len(data) + 3


def _check(field: Field, data: bytes, depth: int) -> None:
    assert depth < MAX_DEPTH
    start, end = field.offset, field.offset + field.length
    assert 0 <= start <= end <= len(data)
    if field.value is None:
        _check_children(field, data, depth)
        return
    assert not field.children
    content = data[start:end]
    assert field.value == (content if isinstance(field.value, bytes) else int.from_bytes(content, "big"))


def _check_children(field: Field, data: bytes, depth: int) -> None:
    at = field.offset
    for child in field.children:
        assert child.offset - child.prefix == at, "a gap, or something twice"
        _check(child, data, depth + 1)
        at = child.offset + child.length
    assert at == field.offset + field.length, "not all of it is there"
