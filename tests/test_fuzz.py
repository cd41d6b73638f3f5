"""Every harness of fuzz/, on hostile bytes; see fuzz/README.md.

The same examples every time: seeds, corpora, what was found before, and some
dozens made from these.  `make fuzz` looks for new ones.
"""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from fuzz import _targets
from fuzz._bytes import Choices
from fuzz._inputs import inputs

pytestmark = pytest.mark.slow

EXAMPLES = 80
target = cache(_targets.target)


@pytest.mark.parametrize("name", _targets.names())
def test_harness_is_complete(name: str) -> None:
    found = target(name)
    assert found.invariant, "the docstring must begin with the invariant"
    assert found.seeds, "SEEDS must hold some valid inputs"
    assert all(isinstance(seed, bytes) for seed in found.seeds)
    for seed in found.seeds:
        found.check(seed)


@pytest.mark.parametrize("name", _targets.names())
def test_invariant_holds(name: str) -> None:
    found = target(name)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(data=inputs(found.seeds))
    def holds(data: bytes) -> None:
        found.check(data)

    holds()


@pytest.mark.parametrize("name", _targets.names())
def test_invariant_holds_for_the_corpus(name: str) -> None:
    for path in _targets.corpus(name):
        target(name).check(path.read_bytes())


@pytest.mark.parametrize("name", _targets.names())
def test_what_was_found_stays_mended(name: str) -> None:
    for path in _targets.found(name):
        target(name).check(path.read_bytes())


def test_every_vector_and_corpus_has_its_harness() -> None:
    named = {path.name.rpartition("-")[0] for path in _targets.FOUND.glob("*.bin")}
    named |= {folder.name for folder in _targets.CORPUS.glob("*")}
    assert named <= set(_targets.names())


def test_the_corpora_are_small() -> None:
    assert sum(path.stat().st_size for path in _targets.CORPUS.rglob("*")) < 1 << 20


def test_any_bytes_make_choices() -> None:
    choices = Choices(b"\x05\x01\x02ab\xff")
    assert choices.number(4) == 1
    assert choices.flag()
    assert choices.octets(10) == b"ab"
    assert choices.one_of("xyz") == "x"  # 255 is a multiple of three
    assert not choices
    assert (choices.number(300), choices.flag(), choices.rest(), choices.octets(9)) == (0, False, b"", b"")
    assert not list(choices.rounds(3))
