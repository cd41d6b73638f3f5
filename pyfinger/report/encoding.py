"""Values to JSON and back, by their annotations alone: no class has a word of it written by hand.

| in Python | in JSON |
|---|---|
| str | string; a byte that was not UTF-8 is U+DC80 to U+DCFF (PEP 383), escaped like all that is not ASCII |
| bytes | string of lower-case hexadecimal digits |
| bool, None, int, float | true or false, null, number; whole numbers of at most 64 bits, no infinity |
| enumeration | string: its `word`, or else its name, in lower case and with hyphens |
| literal strings | one of these |
| flags | array of such strings |
| tuple | array |
| value, event | object with a member for each field, in order; of a union, with its name as `type` |

Reading is strict and total: a value of exactly that form, or `DecodeError` with
the way to what is wrong.  Only fields that have a default may be missing, as in
what was written before there was such a field.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, Flag
from functools import cache
from math import isfinite
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from pyfinger import values
from pyfinger.errors import DecodeError
from pyfinger.values import Value

Json: TypeAlias = Any
"""What `json` reads and writes."""

KIND = "type"  # the member that tells which of several values an object is
LARGEST = 2**63 - 1


class Codec(Value):
    """How values of one annotation are written and read; `read` may raise `DecodeError`."""

    write: Callable[[Any], Json]
    read: Callable[[Json], Any]


@cache
def codec(annotation: Any) -> Codec:
    """How to write and read values of this type; `TypeError` if it has no form in JSON."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if get_origin(annotation) is tuple:
        return _tuple(get_args(annotation))
    if get_origin(annotation) in (Union, UnionType):
        return _union(get_args(annotation))
    if get_origin(annotation) is Literal:
        return _words(get_args(annotation))
    if isinstance(annotation, type):
        if issubclass(annotation, Flag):
            return _flags(annotation)
        if issubclass(annotation, Enum):
            return _enumeration(annotation)
        return _object(annotation)
    raise TypeError(f"{annotation} has no form in JSON")


def word(member: Enum) -> str:
    """What an enumeration's member is called outside: `dane-only`, `not-found`."""
    own = getattr(member, "word", None)
    return own if isinstance(own, str) else (member.name or "").lower().replace("_", "-")


def members(value: Json) -> dict[str, Json]:
    """The members of an object."""
    if type(value) is not dict:
        raise DecodeError("not an object")
    return value


def annotations_of(kind: type) -> dict[str, Any]:
    """The fields of a value or event, in order, with their types."""
    hints = get_type_hints(kind)
    return {name: hints[name] for name in getattr(kind, "__match_args__", ())}


def required(kind: type) -> frozenset[str]:
    """The fields without a default."""
    if not issubclass(kind, Value):
        raise TypeError(f"{kind} has no form in JSON")
    return values.required(kind)


def _same(value: Json) -> Json:
    return value


def _exactly(kind: type, what: str) -> Callable[[Json], Any]:
    """Only the very type will do: a bool is no number here."""

    def read(value: Json) -> Any:
        if type(value) is not kind:
            raise DecodeError(f"not {what}")
        return value

    return read


_string = _exactly(str, "a string")
_array = _exactly(list, "an array")


def _integer(value: Json) -> int:
    if type(value) is not int or abs(value) > LARGEST:
        raise DecodeError("not a whole number of 64 bits")
    return value


def _number(value: Json) -> float:
    if type(value) is int and abs(value) <= LARGEST:
        return float(value)
    if type(value) is not float or not isfinite(value):
        raise DecodeError("not a number")
    return value


def _octets(value: Json) -> bytes:
    text: str = _string(value)
    try:
        data = bytes.fromhex(text)
    except ValueError:
        data = b""
    if data.hex() != text:  # also upper case and blanks, which fromhex() allows
        raise DecodeError("not lower-case hexadecimal")
    return data


_PLAIN: dict[Any, Codec] = {
    str: Codec(_same, _string),
    bytes: Codec(bytes.hex, _octets),
    bool: Codec(_same, _exactly(bool, "true or false")),
    int: Codec(_same, _integer),
    float: Codec(_same, _number),
    NoneType: Codec(_same, _exactly(NoneType, "null")),
}


def _words(words: tuple[str, ...]) -> Codec:
    def read(value: Json) -> str:
        if type(value) is not str or value not in words:
            raise DecodeError(f"none of {', '.join(words)}")
        return value

    return Codec(_same, read)


def _enumeration(kind: type[Enum]) -> Codec:
    words = {member: word(member) for member in kind}
    found = {text: member for member, text in words.items()}
    read = _words(tuple(found)).read
    return Codec(words.__getitem__, lambda value: found[read(value)])


def _flags(kind: type[Flag]) -> Codec:
    one = _enumeration(kind)

    def read(value: Json) -> Flag:
        flags = kind(0)
        for item in _array(value):
            flags |= one.read(item)
        return flags

    return Codec(lambda value: [one.write(flag) for flag in value], read)


def _tuple(kinds: tuple[Any, ...]) -> Codec:
    if kinds[-1] is Ellipsis:
        each = codec(kinds[0])
        return Codec(
            lambda value: [each.write(item) for item in value],
            lambda value: tuple(each.read(item) for item in _array(value)),
        )
    places = tuple(map(codec, kinds))

    def read(value: Json) -> tuple[Any, ...]:
        if len(_array(value)) != len(places):
            raise DecodeError(f"not {len(places)} items")
        return tuple(place.read(item) for place, item in zip(places, value, strict=True))

    return Codec(
        lambda value: [place.write(item) for place, item in zip(places, value, strict=True)],
        read,
    )


def _union(kinds: tuple[Any, ...]) -> Codec:
    present = tuple(kind for kind in kinds if kind is not NoneType)
    one = codec(present[0]) if len(present) == 1 else _tagged(present)
    if present == kinds:
        return one
    return Codec(
        lambda value: None if value is None else one.write(value),
        lambda value: None if value is None else one.read(value),
    )


def _tagged(kinds: tuple[type, ...]) -> Codec:
    """One of several values."""
    writers = {kind: (kind.__name__, codec(kind).write) for kind in kinds}
    readers = {kind.__name__: codec(kind).read for kind in kinds}

    def write(value: Any) -> Json:
        name, inner = writers[type(value)]
        return {KIND: name, **inner(value)}

    def read(value: Json) -> Any:
        rest = dict(members(value))
        name = rest.pop(KIND, None)
        if type(name) is not str or name not in readers:
            raise DecodeError(f"{KIND}: none of {', '.join(readers)}")
        return readers[name](rest)

    return Codec(write, read)


def _object(kind: type) -> Codec:
    codecs = {name: codec(annotation) for name, annotation in annotations_of(kind).items()}
    writers = tuple((name, one.write) for name, one in codecs.items())
    needed = required(kind)

    def read(value: Json) -> Any:
        given = members(value)
        if not needed <= given.keys() <= codecs.keys():
            wrong = sorted(needed - given.keys()) or sorted(given.keys() - codecs.keys())
            raise DecodeError(f"{wrong[0]}: {'missing' if needed - given.keys() else 'unknown'}")
        return kind(**{name: _field(name, codecs[name], item) for name, item in given.items()})

    return Codec(lambda value: {name: write(getattr(value, name)) for name, write in writers}, read)


def _field(name: str, one: Codec, value: Json) -> Any:
    try:
        return one.read(value)
    except DecodeError as error:
        raise DecodeError(f"{name}: {error.what}") from None
