"""Changes follow from the seed, and are what they are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.recording.mutation import MOST, MOST_BITS, SEEDS, SplitMix64, chosen, pieces

SEED = st.integers(0, SEEDS - 1)


def test_the_generator_is_the_published_one() -> None:
    numbers = SplitMix64(0)
    assert [numbers.next() for _ in range(3)] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert SplitMix64(0).bytes(9).hex() == "e220a8397b1dcdaf6e"
    assert SplitMix64(0).bytes(0) == b""


@given(SEED, st.lists(st.integers(), unique=True))
def test_one_to_three_are_chosen(seed: int, candidates: list[int]) -> None:
    found = chosen(SplitMix64(seed), candidates)
    assert found <= set(candidates)
    assert min(1, len(candidates)) <= len(found) <= MOST
    assert found == chosen(SplitMix64(seed), candidates)


def test_all_can_be_chosen() -> None:
    assert {frozenset({1}), frozenset({2}), frozenset({1, 2})} == {
        chosen(SplitMix64(seed), [1, 2]) for seed in range(20)
    }


@given(SEED, st.binary(min_size=1))
def test_flipped(seed: int, data: bytes) -> None:
    (found,) = pieces("flipped", SplitMix64(seed), data)
    changed = int.from_bytes(found, "big") ^ int.from_bytes(data, "big")
    assert len(found) == len(data)
    assert 1 <= changed.bit_count() <= MOST_BITS


@given(SEED, st.binary(min_size=2))
def test_cut(seed: int, data: bytes) -> None:
    (found,) = pieces("cut", SplitMix64(seed), data)
    assert 0 < len(found) < len(data)
    assert data.startswith(found)


@given(SEED, st.binary(min_size=2))
def test_split(seed: int, data: bytes) -> None:
    first, second = pieces("split", SplitMix64(seed), data)
    assert first
    assert second
    assert first + second == data


@pytest.mark.parametrize(("how", "found"), [("dropped", ()), ("repeated", (b"ab", b"ab"))])
def test_the_others(how: str, found: tuple[bytes, ...]) -> None:
    assert pieces(how, SplitMix64(0), b"ab") == found  # type: ignore[arg-type]
