"""Chance that is the same every time: case I of seed S draws the same numbers on any machine."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A source of choices."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def maybe(self, chance: float) -> bool:
        """Yes, with this probability."""
        return self._random.random() < chance

    def number(self, low: int, high: int) -> int:
        """A number of low to high."""
        return self._random.randint(low, high)

    def one(self, options: Sequence[T]) -> T:
        """One of these."""
        return options[self._random.randrange(len(options))]

    def weighted(self, options: Mapping[T, float]) -> T:
        """One of these, by weight."""
        return self._random.choices(list(options), list(options.values()))[0]

    def some(self, options: Sequence[T], low: int, high: int) -> list[T]:
        """So many of these; the same one may come twice."""
        return [self.one(options) for _ in range(self.number(low, high))]

    def octets(self, count: int) -> bytes:
        """Random octets."""
        return self._random.randbytes(count)

    def letter_case(self, text: str) -> str:
        """The text, now and then in other letter case."""
        if self.maybe(0.85):
            return text
        return text.upper() if self.maybe(0.5) else text.title()
