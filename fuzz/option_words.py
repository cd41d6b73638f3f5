"""Any option value is understood, in whatever letter case, or raises a UsageError that quotes it."""

from __future__ import annotations

from collections.abc import Callable

from pyfinger.cli import option_values as words
from pyfinger.errors import UsageError

SEEDS: list[bytes] = [
    b"dane-only",
    b"IPv4",
    b"encrypt",
    b"dns, native",
    b" +0012abc",
    b"-99999999999999999999",
    b"none",
]
READERS: tuple[Callable[[str], object], ...] = (
    words.family,
    words.level,
    words.insecure_mx_level,
    words.lookups,
    lambda value: words.time_limit("t", value),
)
WITHOUT_CASE = READERS[:3]


def check(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    amount = words.number(text)
    assert abs(amount) < 2**31
    assert words.number(f"{amount} more") == words.number(f"\t{text}") == amount
    for reader in READERS:
        meaning = _meaning(reader, text)
        if reader in WITHOUT_CASE and text.isascii():
            assert meaning == _meaning(reader, text.upper())


def _meaning(reader: Callable[[str], object], text: str) -> tuple[object, ...]:
    """What the value means; nothing if nobody knows."""
    try:
        return (reader(text),)
    except UsageError as error:
        assert text in str(error)
        return ()
