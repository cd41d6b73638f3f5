"""Decoders for the shapes that messages are built from (RFC 8446 section 3), to be combined."""

from __future__ import annotations

from pyfinger.dissect.field import Cursor, Decode, Describe, Names

_UNNAMED: Names = {}


def nothing(at: Cursor) -> None:
    """Whatever there is, is too much."""


def anything(at: Cursor) -> None:
    """Bytes nobody here can read."""
    if at:
        at.rest("data")


def number(name: str, size: int, meanings: Names = _UNNAMED) -> Decode:
    """A number of `size` bytes."""

    def decode(at: Cursor) -> None:
        at.number(name, size, meanings)

    return decode


def opaque(name: str, prefix: int, describe: Describe | None = None) -> Decode:
    """Bytes behind a length of `prefix` bytes."""

    def decode(at: Cursor) -> None:
        at.opaque(name, prefix, describe)

    return decode


def vector(name: str, prefix: int, content: Decode) -> Decode:
    """A part behind a length of `prefix` bytes."""

    def decode(at: Cursor) -> None:
        at.vector(name, prefix, content)

    return decode


def group(name: str, content: Decode) -> Decode:
    """Fields that belong together."""

    def decode(at: Cursor) -> None:
        at.group(name, content)

    return decode


def many(name: str, prefix: int, item: Decode) -> Decode:
    """Behind a length of `prefix` bytes, one item after the other."""

    def items(at: Cursor) -> None:
        while at:
            item(at)

    return vector(name, prefix, items)
