"""Decimal numbers as people and files write them: ASCII digits alone, from one bound to another."""

from __future__ import annotations

__all__ = ["decimal"]

_MOST_DIGITS = 20  # 2 to the 64 has as many; Python refuses numbers of thousands


def decimal(text: str, most: int, least: int = 0) -> int | None:
    """The number `text` is, if it is one from `least` to `most`; leading zeros count for nothing.

    `most` has at most 20 digits.  No sign, no blank, no underscore and no other script's digits,
    all of which int() reads.
    """
    if not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0")
    number = int(digits or "0") if len(digits) <= _MOST_DIGITS else most + 1
    return number if least <= number <= most else None
