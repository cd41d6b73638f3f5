"""Hostile inputs by hypothesis: spoilt seeds, noise, text."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

MAX_SIZE = 2000  # bytes, of inputs made from nothing
TEXT = "abcxyzAZ0189 \t\r\n.-_:;,=/+[]{}()<>\"'$#*@\\%\0é"


@st.composite
def cut(draw: st.DrawFn, data: bytes) -> bytes:
    """Without a part, often the end."""
    start, end = draw(span(data))
    return data[:start] + (data[end:] if draw(st.booleans()) else b"")


@st.composite
def flipped(draw: st.DrawFn, data: bytes) -> bytes:
    """With one byte changed."""
    where = draw(st.integers(0, max(0, len(data) - 1)))
    return data[:where] + draw(st.binary(min_size=1, max_size=1)) + data[where + 1 :]


@st.composite
def repeated(draw: st.DrawFn, data: bytes) -> bytes:
    """With one part more than once."""
    start, end = draw(span(data))
    return data[:end] + data[start:end] * draw(st.integers(1, 20)) + data[end:]


@st.composite
def span(draw: st.DrawFn, data: bytes) -> tuple[int, int]:
    """The bounds of a part of `data`."""
    places = st.integers(0, len(data))
    first, second = draw(places), draw(places)
    return min(first, second), max(first, second)


@st.composite
def hostile(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """A valid input, spoilt a few times, or joined from two."""
    data = draw(st.sampled_from(seeds))
    if draw(st.booleans()):
        other = draw(st.sampled_from(seeds))
        data = data[: draw(st.integers(0, len(data)))] + other[draw(st.integers(0, len(other))) :]
    for spoil in draw(st.lists(st.sampled_from((cut, flipped, repeated)), max_size=4)):
        data = draw(spoil(data))
    return data


def inputs(seeds: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Mostly spoilt seeds, some noise, some text."""
    noise = st.binary(max_size=MAX_SIZE)
    text = st.text(TEXT, max_size=MAX_SIZE).map(str.encode)
    return st.one_of(hostile(seeds), hostile(seeds), noise, text)
