"""A decoded message as a tree of fields, and the cursor that reads one.

Decoding is total: whatever the bytes are, there is a tree that covers them all.
Where something does not fit, the field has a `problem` and holds what is left
of the part it stands in; reading goes on behind that part.  The time is linear
in the bytes, the depth is that of the decoders.

Below stand decoders for the shapes that messages are built from (RFC 8446 section 3), to be
combined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from pyfinger.values import Value, replace

Names: TypeAlias = "Mapping[int, str] | Callable[[int], str]"
Decode: TypeAlias = "Callable[[FieldCursor], str | None]"  # what it returns is the meaning
Describe: TypeAlias = Callable[[bytes], str]
_NOTHING: Mapping[int, str] = {}
_UNNAMED: Names = {}


class Field(Value):
    """One field: where it is, what it holds, what that means.

    `offset` and `length` are those of its content, in bytes from the start of
    the message; the `prefix` bytes before hold its length (in DER its tag too).
    `value` is a number, or bytes; None if the content is `children`, which
    then fill it without a gap.  `meaning` says what a value stands for, if known.
    """

    name: str
    offset: int
    length: int
    value: int | bytes | None = None
    meaning: str = ""
    children: tuple[Field, ...] = ()
    problem: str = ""
    prefix: int = 0

    def walk(self) -> Iterator[Field]:
        """This field and all below it, in the order of the bytes."""
        ahead = [self]
        while ahead:
            field = ahead.pop()
            yield field
            ahead.extend(field.children[::-1])

    def all(self, name: str) -> Iterator[Field]:
        """Every field of a name, this one or below it."""
        return (field for field in self.walk() if field.name == name)

    def number(self, name: str) -> int | None:
        """The value of the first number of a name."""
        return next(iter(self.numbers(name)), None)

    def numbers(self, name: str) -> list[int]:
        """The values of all numbers of a name, in order."""
        return [field.value for field in self.walk() if field.name == name and isinstance(field.value, int)]


def text(data: bytes) -> str:
    """Bytes that should be text; those that are not show as escapes."""
    return data.decode("utf-8", "backslashreplace")


class FieldCursor:
    """Reads the fields of one part of a message, and keeps them.

    Once something did not fit, it is at its end and all reading yields 0 or
    nothing, so that decoders need not ask.
    """

    __slots__ = ("_at", "_data", "_end", "_header", "_start", "_stopped", "fields", "problem")

    def __init__(self, data: bytes, start: int = 0, end: int | None = None, header: int = 0) -> None:
        self._data = data
        self._start = self._at = start
        self._end = len(data) if end is None else end
        self._header = header
        self._stopped = False
        self.fields: list[Field] = []
        self.problem = ""

    def __bool__(self) -> bool:
        return self._at < self._end

    @property
    def position(self) -> int:
        """Where the next byte stands in the whole message."""
        return self._at

    @property
    def content(self) -> bytes:
        """All bytes of this part."""
        return self._data[self._start : self._end]

    @property
    def encoded(self) -> bytes:
        """All bytes of this part, with those before it that hold its length."""
        return self._data[self._start - self._header : self._end]

    def ahead(self, size: int) -> bytes:
        """The next bytes, fewer at the end; they are not read yet."""
        return self._data[self._at : min(self._at + size, self._end)]

    def number(self, name: str, size: int, names: Names = _NOTHING) -> int:
        """An unsigned big-endian number of `size` bytes."""
        data = self._take(name, size)
        if data is None:
            return 0
        value = int.from_bytes(data, "big")
        meaning = names(value) if callable(names) else names.get(value, "")
        self.fields.append(Field(name, self._at - size, size, value, meaning))
        return value

    def raw(self, name: str, size: int, describe: Describe | None = None) -> bytes:
        """Bytes of a fixed number."""
        data = self._take(name, size)
        if data is None:
            return b""
        self.fields.append(Field(name, self._at - size, size, data, describe(data) if describe else ""))
        return data

    def rest(self, name: str) -> None:
        """All that is left, as bytes."""
        if not self._stopped:
            self.leaf(name, 0, self._end - self._at)

    def opaque(self, name: str, prefix: int, describe: Describe | None = None, most: int = 0) -> bytes:
        """Bytes behind a length of `prefix` bytes; a problem if there are more than `most`."""
        length = self._length(name, prefix)
        if length is None:
            return b""
        data = self.leaf(name, prefix, length, describe)
        if most and len(data) > most:
            shown = self.fields[-1]
            self.fields[-1] = replace(shown, problem=shown.problem or f"longer than {most} bytes")
        return data

    def vector(self, name: str, prefix: int, decode: Decode) -> None:
        """A part behind a length of `prefix` bytes."""
        length = self._length(name, prefix)
        if length is not None:
            self.part(name, prefix, length, decode)

    def leaf(self, name: str, header: int, length: int, describe: Describe | None = None) -> bytes:
        """Bytes of known length behind `header` bytes that are there."""
        start = self._at + header
        problem = self._shortage(start, length)
        self._at = self._end if problem else start + length
        data = self._data[start : self._at]
        meaning = describe(data) if describe else ""
        self.fields.append(Field(name, start, len(data), data, meaning, (), problem, header))
        return data

    def part(self, name: str, header: int, length: int, decode: Decode) -> None:
        """A part of known length behind `header` bytes that are there."""
        start = self._at + header
        problem = self._shortage(start, length)
        inner = FieldCursor(self._data, start, self._end if problem else start + length, header)
        meaning = decode(inner) or ""
        inner.finish()
        self._note(name, inner, meaning, problem or inner.problem)

    def group(self, name: str, decode: Decode) -> None:
        """Fields that belong together, with no length of their own."""
        if self._stopped:
            return
        inner = FieldCursor(self._data, self._at, self._end)
        meaning = decode(inner) or ""
        self._note(name, inner, meaning, inner.problem)
        self._stopped = inner._stopped

    def stop(self, name: str, problem: str) -> None:
        """Give up here: what is left is not what it should be."""
        if not self._stopped:
            self.rest(name)
            self.fields[-1] = replace(self.fields[-1], problem=problem)
            self._stopped = True

    def finish(self) -> None:
        """Nothing more is to come: whatever is left is too much."""
        if self:
            self.stop("excess", f"{_bytes(self._end - self._at)} too many")

    def _take(self, name: str, size: int) -> bytes | None:
        if self._stopped:
            return None
        have = self._end - self._at
        if size > have:
            self.stop(name, f"{have} of {_bytes(size)}" if have else "missing")
            return None
        self._at += size
        return self._data[self._at - size : self._at]

    def _length(self, name: str, prefix: int) -> int | None:
        """The length in the next `prefix` bytes, which stay where they are."""
        if self._stopped:
            return None
        have = self.ahead(prefix)
        if len(have) < prefix:
            self.stop(name, f"{len(have)} of {_bytes(prefix)} of its length" if have else "missing")
            return None
        return int.from_bytes(have, "big")

    def _shortage(self, start: int, length: int) -> str:
        """What is wrong if `length` bytes from `start` on are more than there are.

        Then nothing comes behind them: the end is as good as any.
        """
        if length <= self._end - start:
            return ""
        self._stopped = True
        return f"{_bytes(length)} announced, {self._end - start} left"

    def _note(self, name: str, inner: FieldCursor, meaning: str, problem: str) -> None:
        start, end = inner._start, inner._at
        children = tuple(inner.fields)
        self.fields.append(Field(name, start, end - start, None, meaning, children, problem, inner._header))
        self._at = end


def tree(name: str, data: bytes, decode: Decode) -> Field:
    """The tree of a whole message."""
    outer = FieldCursor(data)
    outer.part(name, 0, len(data), decode)
    return outer.fields[0]


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count} bytes"


def nothing(at: FieldCursor) -> None:
    """Whatever there is, is too much."""


def anything(at: FieldCursor) -> None:
    """Bytes nobody here can read."""
    if at:
        at.rest("data")


def number(name: str, size: int, meanings: Names = _UNNAMED) -> Decode:
    """A number of `size` bytes."""

    def decode(at: FieldCursor) -> None:
        at.number(name, size, meanings)

    return decode


def opaque(name: str, prefix: int, describe: Describe | None = None) -> Decode:
    """Bytes behind a length of `prefix` bytes."""

    def decode(at: FieldCursor) -> None:
        at.opaque(name, prefix, describe)

    return decode


def vector(name: str, prefix: int, content: Decode) -> Decode:
    """A part behind a length of `prefix` bytes."""

    def decode(at: FieldCursor) -> None:
        at.vector(name, prefix, content)

    return decode


def group(name: str, content: Decode) -> Decode:
    """Fields that belong together."""

    def decode(at: FieldCursor) -> None:
        at.group(name, content)

    return decode


def many(name: str, prefix: int, item: Decode) -> Decode:
    """Behind a length of `prefix` bytes, one item after the other."""

    def items(at: FieldCursor) -> None:
        while at:
            item(at)

    return vector(name, prefix, items)
