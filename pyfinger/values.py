"""The base of all values: frozen, slotted, cheap to define and cheap to import.

    class Endpoint(Value):
        '''An address and a port.'''

        address: str
        port: int = 25

A value behaves as a frozen, slotted dataclass does: positional or named arguments,
defaults, equality, hash, `match`, pickling, and no changing it afterwards; `State`
is the same for what does change, equal only to itself.  Neither is one because
making a dataclass takes 0.6 ms, and a probe needs hundreds: here nothing is generated
when a class is made, methods go by the names of its fields.  A class that is
made use of gets an `__init__` of its own, generated once.

`__match_args__` has the fields, in order, inherited ones first; `_field_defaults`
and `_field_factories` are public, as in named tuples: no field can be called so.
Plain defaults are shared, so they have to be immutable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, TypeVar, dataclass_transform

__all__ = ["LateValue", "State", "StateType", "Value", "ValueType", "field", "replace", "required"]

V = TypeVar("V", bound="_Common")

_MISSING: Any = object()
_NOTES = ("defaults", "factories", "aside", "hidden", "later")
_OFTEN = 24  # instances, from which on a class is worth an `__init__` of its own


class _Specifier:
    """What `field` says of one field, until its class is made."""

    __slots__ = ("compare", "default", "factory", "given", "shown")

    def __init__(self, default: Any, factory: Any, *, given: bool, compare: bool, shown: bool) -> None:
        self.default = default
        self.factory = factory
        self.given = given
        self.compare = compare
        self.shown = shown


def field(
    *,
    default: Any = _MISSING,
    default_factory: Callable[[], Any] = _MISSING,
    init: bool = True,
    compare: bool = True,
    repr: bool = True,
) -> Any:
    """More about a field: a fresh default each time; no part in equality; not shown, as secrets.

    Without `init` it is no argument, and no part of equality, `repr` or copies: it
    begins with its default, or is set in `__post_init__`.
    """
    return _Specifier(default, default_factory, given=init, compare=compare, shown=repr)


class _Fields(type):
    """Makes the annotated names of a class its fields, each with a slot and no default in its place."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        """Collect the fields, after those of the bases."""
        annotations: Mapping[str, str] = namespace.get("__annotations__", {}) if bases else {}
        own = [each for each, text in annotations.items() if not text.startswith("ClassVar")]
        parents = [base for base in reversed(bases) if isinstance(base, _Fields)]
        inherited = [each for base in parents for each in base.__match_args__]
        fresh = [each for each in own if each not in inherited]
        given = [each for each in own if each in namespace]
        later: Mapping[str, Any] = {}
        if given or len(parents) != 1:  # else there is nothing but what is inherited
            known = _known(parents)
            for each in given:
                _note(each, namespace.pop(each), known)
            later = known["later"]
            namespace.update({f"_field_{key}": found for key, found in known.items()})
        if fresh:
            namespace["__match_args__"] = (*inherited, *[each for each in fresh if each not in later])
        namespace["__slots__"] = (*namespace.get("__slots__", ()), *fresh)
        namespace["_field_uses"] = 0
        namespace["_field_getter"] = None
        if parents:
            namespace.setdefault("__init__", _Common.__init__)  # not one that a base has got since
        return super().__new__(mcs, name, bases, namespace)

    __match_args__: tuple[str, ...] = ()


def _known(parents: Sequence[_Fields]) -> dict[str, dict[str, Any]]:
    """What the bases note of their fields."""
    known: dict[str, dict[str, Any]] = {key: {} for key in _NOTES}
    for parent in parents:
        for key, found in known.items():
            found.update(getattr(parent, f"_field_{key}"))
    return known


def _note(name: str, given: Any, known: dict[str, dict[str, Any]]) -> None:
    """What stands behind an annotation."""
    if isinstance(given, _Specifier) and not given.given:
        known["later"][name] = _once(given.default) if given.factory is _MISSING else given.factory
        return
    if isinstance(given, _Specifier):
        if not given.compare:
            known["aside"][name] = True
        if not given.shown:
            known["hidden"][name] = True
        if given.factory is not _MISSING:
            known["factories"][name] = given.factory
        given = given.default
    if given is not _MISSING:
        known["defaults"][name] = given


def _once(default: Any) -> Callable[[], Any] | None:
    """What makes a default that is shared; None if there is none."""
    return None if default is _MISSING else lambda: default


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class ValueType(_Fields):
    """The type of classes of values."""


@dataclass_transform(eq_default=False, field_specifiers=(field,))
class StateType(_Fields):
    """The type of classes of what changes."""


class _Common:
    """What values and states have in common."""

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()
    _field_defaults: ClassVar[Mapping[str, Any]]
    _field_factories: ClassVar[Mapping[str, Callable[[], Any]]]
    _field_aside: ClassVar[Mapping[str, bool]]
    _field_hidden: ClassVar[Mapping[str, bool]]
    _field_later: ClassVar[Mapping[str, Callable[[], Any] | None]]
    _field_uses: ClassVar[int]
    _field_getter: ClassVar[Callable[[Any], Any] | None]

    def __init__(self, *args: Any, **named: Any) -> None:
        kind = type(self)
        kind._field_uses += 1
        if kind._field_uses == _OFTEN:
            _generate(kind)
        values = args if len(args) == len(self.__match_args__) and not named else self._bound(args, named)
        name: str
        names: tuple[str, ...] = self.__match_args__
        for name, value in zip(names, values, strict=True):
            object.__setattr__(self, name, value)
        for name, make in self._field_later.items():
            if make is not None:
                object.__setattr__(self, name, make())
        self.__post_init__()

    def __post_init__(self) -> None:
        """For what a class has to say of its fields once they are set."""

    def _bound(self, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """A value for each field, in order; `TypeError` unless the arguments fit."""
        names = self.__match_args__
        given = dict(zip(names, args, strict=False))
        values = {**self._field_defaults, **given, **named}
        for name, make in self._field_factories.items():
            if name not in values:
                values[name] = make()
        if len(args) > len(names) or given.keys() & named.keys() or values.keys() != set(names):
            raise TypeError(f"the fields of {type(self).__name__} are {', '.join(names) or 'none'}")
        return tuple(values[name] for name in names)

    def _values(self) -> tuple[Any, ...]:
        names = self.__match_args__
        if len(names) < 2:
            return tuple([getattr(self, name) for name in names])
        kind = type(self)
        found: tuple[Any, ...] = (kind._field_getter or _getter(kind))(self)
        return found

    def __repr__(self) -> str:
        shown = (name for name in self.__match_args__ if name not in self._field_hidden)
        pairs = (f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{type(self).__qualname__}({', '.join(pairs)})"

    def __reduce__(self) -> tuple[type[Any], tuple[Any, ...]]:
        return type(self), self._values()


class Value(_Common, metaclass=ValueType):
    """The base of what never changes."""

    def _compared(self) -> tuple[Any, ...]:
        aside = self._field_aside
        if not aside:
            return self._values()
        names: tuple[str, ...] = self.__match_args__
        return tuple(getattr(self, name) for name in names if name not in aside)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Value) or type(other) is not type(self):
            return NotImplemented
        return self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash((type(self), self._compared()))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen")


class LateValue(Value):
    """The base of values whose fields may be worked out when the first of them is looked at."""

    __slots__ = ("_make",)

    @classmethod
    def later(cls, make: Callable[[], Self]) -> Self:
        """What `make` will return, which is called at most once, and perhaps never."""
        late = cls.__new__(cls)
        object.__setattr__(late, "_make", make)
        return late

    if not TYPE_CHECKING:  # or mypy would believe in any attribute

        def __getattr__(self, name: str) -> Any:
            if name == "_make" or name not in self.__match_args__:
                raise AttributeError(f"{type(self).__name__} has no {name}")
            made = self._make()
            for field_name in self.__match_args__:
                object.__setattr__(self, field_name, getattr(made, field_name))
            object.__delattr__(self, "_make")
            return getattr(made, name)


class State(_Common, metaclass=StateType):
    """The base of what changes; equal only to itself."""


def _getter(kind: type[_Common]) -> Callable[[Any], Any]:
    """What gets all fields of a class with two or more, made when it is first asked for."""
    getter: Callable[[Any], Any] = attrgetter(*kind.__match_args__)
    type.__setattr__(kind, "_field_getter", getter)
    return getter


def _generate(kind: type[_Common]) -> None:
    """Give a class that is used often an `__init__` that need not look for its fields."""
    names, defaults, factories = kind.__match_args__, kind._field_defaults, kind._field_factories
    scope: dict[str, Any] = {"_missing": _MISSING}
    parameters, body = [], []
    for index, name in enumerate(names):
        scope[f"_set{index}"] = getattr(kind, name).__set__
        value = name
        if name in factories:
            scope[f"_make{index}"] = factories[name]
            parameters.append(f"{name}=_missing")
            value = f"_make{index}() if {name} is _missing else {name}"
        elif name in defaults:
            scope[f"_default{index}"] = defaults[name]
            parameters.append(f"{name}=_default{index}")
        else:
            parameters.append(name)
        body.append(f"    _set{index}(self, {value})")
    for index, (name, make) in enumerate(kind._field_later.items()):
        if make is not None:
            scope[f"_later{index}"], scope[f"_put{index}"] = make, getattr(kind, name).__set__
            body.append(f"    _put{index}(self, _later{index}())")
    if kind.__post_init__ is not _Common.__post_init__:
        body.append("    self.__post_init__()")
    text = "\n".join((f"def __init__({', '.join(('self', *parameters))}):", *(body or ["    pass"])))
    exec(text, scope)
    type.__setattr__(kind, "__init__", scope["__init__"])


def replace(value: V, /, **changes: Any) -> V:
    """A copy with other values for some fields; `TypeError` if there are no such."""
    names = value.__match_args__
    values = list(value._values())
    for name, changed in changes.items():
        if name not in names:
            raise TypeError(f"the fields of {type(value).__name__} are {', '.join(names)}")
        values[names.index(name)] = changed
    return type(value)(*values)


def required(kind: type[_Common]) -> frozenset[str]:
    """The fields that have to be given."""
    return frozenset(kind.__match_args__) - kind._field_defaults.keys() - kind._field_factories.keys()
