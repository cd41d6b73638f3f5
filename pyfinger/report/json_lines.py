"""JSON, one value a line, and nobody to be trusted: lines are bounded, and errors name theirs.

Lines are plain ASCII, so nothing in them can drive a terminal.  Reading refuses
what Python's own parser lets pass: a member twice, infinities, numbers of
thousands of digits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import BinaryIO, TypeVar

from pyfinger.errors import DecodeError
from pyfinger.report.encoding import Json

MAX_LINE = 1 << 23  # bytes; a hundred times the longest handshake message in hexadecimal

T = TypeVar("T")


def line_of(value: Json) -> bytes:
    """The line, with its end."""
    return _LINE.encode(value).encode("ascii") + b"\n"


def lines_of(file: BinaryIO, most: int = MAX_LINE) -> Iterator[bytes]:
    """A file's lines; of one that is too long, not much more than is needed to refuse it."""
    return iter(partial(file.readline, most + 1), b"")


class LineReader:
    """Takes one line after the other apart, and says in which something was wrong."""

    def __init__(self, lines: Iterable[bytes], most: int = MAX_LINE) -> None:
        """`most` is how long a line may be, in bytes."""
        self._lines = iter(lines)
        self._most = most
        self._offset = 0  # of the next line
        self.number = 0  # of the last line

    def take(self, decoder: Callable[[Json], T]) -> T | None:
        """What `decoder` makes of the next line; None at the end.  `DecodeError` if it is none."""
        line = next(self._lines, None)
        if line is None:
            return None
        self.number += 1
        start, self._offset = self._offset, self._offset + len(line)
        try:
            return decoder(self._parsed(line))
        except DecodeError as error:
            raise DecodeError(f"line {self.number}: {error.what}", start) from None

    def _parsed(self, line: bytes) -> Json:
        if len(line) > self._most:
            raise DecodeError("too long")
        return value_of(line)


def value_of(text: bytes) -> Json:
    """What JSON of one value says; `DecodeError` if it is none."""
    try:
        return _PARSER.decode(text.decode())
    except (ValueError, RecursionError):  # also: numbers of thousands of digits
        raise DecodeError("not JSON") from None


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DecodeError("a member twice")
    return found


def _no_number(text: str) -> Json:
    raise DecodeError(f"{text} is no number")


_PARSER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number)
_LINE = json.JSONEncoder(check_circular=False, allow_nan=False)
