"""The root of all facts, and what a class of facts is made of.

    class TlsaTruncated(Event):
        '''TLSA RDATA of three bytes or less.'''

        name: str
        length: int = 0

An event behaves as a frozen, slotted dataclass does: positional or named
arguments, defaults, equality, hash, `match`, pickling, and no changing it
afterwards.  It is not one because making a hundred dataclasses takes a fifth of
a whole probe's time: here nothing is generated, all methods go by the names of
the fields.  `__match_args__` has these, in order; `_field_defaults` is public, as
in named tuples: no field can be called so.

Defaults are shared, so they have to be immutable.  No event inherits from another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NoReturn, TypeAlias, dataclass_transform


@dataclass_transform(frozen_default=True)
class EventType(type):
    """Makes the annotated names of a class its fields."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> EventType:
        """Give each field a slot; a default must not stand in its place."""
        fields = tuple(namespace.get("__annotations__", ())) if bases else ()
        defaults = {field: namespace.pop(field) for field in fields if field in namespace}
        ours = {"__slots__": fields, "__match_args__": fields, "_field_defaults": defaults}
        return super().__new__(cls, name, bases, namespace | ours)


class Event(metaclass=EventType):
    """The root of all facts."""

    __match_args__: ClassVar[tuple[str, ...]]
    _field_defaults: ClassVar[Mapping[str, Any]]

    def __init__(self, *args: Any, **named: Any) -> None:
        fields = self.__match_args__
        values = args if len(args) == len(fields) and not named else self._bound(args, named)
        for field, value in zip(fields, values, strict=True):
            object.__setattr__(self, field, value)

    def _bound(self, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """A value for each field, in order; `TypeError` unless the arguments fit."""
        fields = self.__match_args__
        given = dict(zip(fields, args, strict=False))
        values = {**self._field_defaults, **given, **named}
        if len(args) > len(fields) or given.keys() & named.keys() or values.keys() != set(fields):
            raise TypeError(f"the fields of {type(self).__name__} are {', '.join(fields) or 'none'}")
        return tuple(values[field] for field in fields)

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, field) for field in self.__match_args__)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Event) or type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __repr__(self) -> str:
        pairs = (f"{field}={getattr(self, field)!r}" for field in self.__match_args__)
        return f"{type(self).__name__}({', '.join(pairs)})"

    def __reduce__(self) -> tuple[type[Event], tuple[Any, ...]]:
        return type(self), self._values()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen")


Emit: TypeAlias = Callable[[Event], None]
