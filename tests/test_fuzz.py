"""Every harness of fuzz/, on hostile bytes; see fuzz/README.md.

`make test` runs the same examples every time.  With FUZZ_EXAMPLES set (as
`make fuzz` does) there are that many, and new ones each time.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

FUZZ = Path(__file__).resolve().parent.parent / "fuzz"
EXPLORING = "FUZZ_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "80"))
MAX_SIZE = 2000  # bytes, of inputs made from nothing
TEXT = "abcxyzAZ0189 \t\r\n.-_:;,=/+[]{}()<>\"'$#*@\\%\0é"


@dataclass(frozen=True)
class Harness:
    """One file of fuzz/."""

    invariant: str
    seeds: Sequence[bytes]
    check: Callable[[bytes], None]


def harness_names() -> list[str]:
    return sorted(path.stem for path in FUZZ.glob("*.py") if not path.stem.startswith("_"))


@cache
def harness(name: str) -> Harness:
    module = _load(name)
    invariant = (module.__doc__ or "").split("\n", 1)[0].strip()
    return Harness(invariant, getattr(module, "SEEDS", ()), getattr(module, "check", _missing))


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"fuzz_{name}", FUZZ / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


def _missing(data: bytes) -> None:
    raise AssertionError("the harness has no check(data)")


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


@pytest.mark.parametrize("name", harness_names())
def test_harness_is_complete(name: str) -> None:
    found = harness(name)
    assert found.invariant, "the docstring must begin with the invariant"
    assert found.seeds, "SEEDS must hold some valid inputs"
    assert all(isinstance(seed, bytes) for seed in found.seeds)
    for seed in found.seeds:
        found.check(seed)


@pytest.mark.parametrize("name", harness_names())
def test_invariant_holds(name: str) -> None:
    found = harness(name)
    assert found.seeds, "SEEDS must hold some valid inputs"

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=not EXPLORING,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(data=inputs(found.seeds))
    def holds(data: bytes) -> None:
        found.check(data)

    holds()
