"""Choices made from bytes: the same bytes, the same choices, and every byte string makes some.

So one harness serves hypothesis, atheris and a folder of files alike.  What is
not there any more counts as zero, the first and simplest choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


class Choices:
    """Makes decisions from `data`, from its start on."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        """Whether there is more to choose from."""
        return self._at < len(self._data)

    def number(self, below: int) -> int:
        """From 0 up to, but without, `below`."""
        size = max(1, ((below - 1).bit_length() + 7) // 8)
        return int.from_bytes(self._take(size), "big") % below

    def flag(self) -> bool:
        """Yes or no."""
        return self.number(2) == 1

    def one_of(self, options: Sequence[T]) -> T:
        """Any of them."""
        return options[self.number(len(options))]

    def some_of(self, options: Sequence[T], most: int = 8) -> list[T]:
        """Some of them, in any order, perhaps more than once."""
        return [self.one_of(options) for _ in range(self.number(most + 1))]

    def octets(self, most: int) -> bytes:
        """Bytes as they are, behind their length."""
        return self._take(min(self.number(most + 1), len(self._data) - self._at))

    def rest(self) -> bytes:
        """All that is left."""
        return self._take(len(self._data) - self._at)

    def rounds(self, most: int) -> Iterator[int]:
        """Counts as long as there is more to choose from."""
        for number in range(most):
            if not self:
                return
            yield number

    def spoilt(self, content: bytes) -> bytes:
        """Bytes after up to three small changes, mostly none."""
        for _ in range(self.one_of((0, 0, 0, 1, 1, 2, 3))):
            start = self.number(len(content) + 1)
            end = min(len(content), start + self.one_of((1, 0, 1, 2, 4, 40)))
            content = content[:start] + self.octets(8) + content[end:]
        return content

    def _take(self, size: int) -> bytes:
        piece = self._data[self._at : self._at + size]
        self._at += len(piece)
        return piece
