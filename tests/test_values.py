"""Values and states behave as dataclasses do, whether their `__init__` is the common one or their own."""

from __future__ import annotations

import copy
import pickle
from typing import Any, ClassVar, Generic, TypeVar, cast

import pytest

from pyfinger.values import LateValue, State, Value, field, replace, required

T = TypeVar("T")
OFTEN = 50  # instances, more than it takes for an `__init__` of its own


class Request(Generic[T]):
    __slots__ = ()


class Endpoint(Value):
    """All a field can be."""

    MOST: ClassVar[int] = 65535

    address: str
    port: int = 25
    seen: tuple[str, ...] = field(default=(), compare=False)
    secret: str = field(default="", repr=False)
    tags: list[str] = field(default_factory=list)

    @property
    def literal(self) -> str:
        return f"[{self.address}]"


class Other(Value):
    address: str
    port: int = 25


class Near(Endpoint):
    """A value that has more."""

    distance: int = 0


class Ask(Request[int], Value):
    what: str


class Counter(State):
    count: int = 0
    log: list[int] = field(default_factory=list)


class Chain(State):
    leaf: str
    links: list[str] = field(init=False)
    depth: int = field(init=False, default=1)
    seen: list[int] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.links = [self.leaf]


class Checked(Value):
    size: int

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("less than nothing")


@pytest.fixture(autouse=True, params=["common", "own"])
def made_by(request: pytest.FixtureRequest) -> None:
    """All rules hold before and after a class has an `__init__` of its own."""
    if request.param == "own":
        for _ in range(OFTEN):
            Endpoint("a"), Other("a"), Near("a"), Ask("a"), Counter(), Chain("a"), Checked(1)
        assert vars(Endpoint)["__init__"] is not Value.__init__


def test_arguments_by_place_or_name() -> None:
    one = Endpoint("a", 26, ("x",), "s", ["t"])
    assert one == Endpoint(tags=["t"], secret="s", port=26, address="a")
    assert (one.address, one.port, one.seen, one.secret, one.tags) == ("a", 26, ("x",), "s", ["t"])
    assert one.literal == "[a]"


@pytest.mark.parametrize(
    ("args", "named"),
    [
        ((), {}),
        (("a", 1, (), "", [], 6), {}),
        (("a",), {"address": "b"}),
        (("a",), {"unknown": 1}),
    ],
)
def test_arguments_that_do_not_fit(args: tuple[object, ...], named: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        cast("Any", Endpoint)(*args, **named)


def test_a_fresh_default_each_time() -> None:
    first, second = Endpoint("a"), Endpoint("a")
    first.tags.append("x")
    assert second.tags == []


def test_equality_is_by_class_and_by_what_is_compared() -> None:
    assert Other("a") == Other("a", 25) != Other("a", 26)
    assert Endpoint("a", seen=("x",)) == Endpoint("a")
    assert Endpoint("a", secret="x") != Endpoint("a")
    assert Other("a") != ("a", 25)
    assert cast("Any", Near("a")) != Endpoint("a")
    assert len({Other("a"), Other("a", 25), Other("b")}) == 2


def test_values_are_frozen_and_have_no_room_for_more() -> None:
    one = Other("a")
    for name in ("address", "unknown"):
        with pytest.raises(AttributeError):
            setattr(one, name, "b")
        with pytest.raises(AttributeError):
            delattr(one, name)
    assert not hasattr(one, "__dict__")


def test_states_change_and_are_equal_to_themselves() -> None:
    one, two = Counter(), Counter()
    one.count += 1
    one.log.append(1)
    assert (one.count, one.log, two.count, two.log) == (1, [1], 0, [])
    assert one == one != two


def test_repr_shows_the_fields_but_no_secrets() -> None:
    assert repr(Endpoint("a", secret="x")) == "Endpoint(address='a', port=25, seen=(), tags=[])"


def test_inherited_fields_come_first() -> None:
    one = Near("a", 1, (), "", [], 7)
    assert (one.address, one.distance) == ("a", 7)
    assert Near.__match_args__ == ("address", "port", "seen", "secret", "tags", "distance")


def test_fields_can_be_matched() -> None:
    match Other("a", 26):
        case Other("a", port):
            assert port == 26
        case _:
            pytest.fail("no match")


def test_generic_bases() -> None:
    assert Ask("x") == Ask(what="x")


def test_values_can_be_pickled_and_copied() -> None:
    one = Endpoint("a", 3)
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one


def test_what_is_said_once_the_fields_are_set() -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        Checked(-1)


def test_fields_that_are_no_arguments() -> None:
    one, two = Chain("a"), Chain("b")
    one.seen.append(1)
    one.depth += 1
    assert (one.links, one.depth, one.seen) == (["a"], 2, [1])
    assert (two.links, two.depth, two.seen) == (["b"], 1, [])
    assert repr(two) == "Chain(leaf='b')"
    with pytest.raises(TypeError):
        cast("Any", Chain)("a", ["a"])


def test_replace() -> None:
    assert replace(Other("a"), port=3) == Other("a", 3)
    with pytest.raises(TypeError):
        replace(Other("a"), unknown=3)


def test_required() -> None:
    assert required(Endpoint) == {"address"}
    assert required(Ask) == {"what"}


def test_class_variables_are_no_fields() -> None:
    assert Endpoint.MOST == 65535
    assert "MOST" not in Endpoint.__match_args__


class Late(LateValue):
    x: int
    y: tuple[int, ...] = ()


def test_a_late_value_is_made_when_it_is_looked_at_and_once() -> None:
    calls = []

    def make() -> Late:
        calls.append(1)
        return Late(1, (2,))

    late = Late.later(make)
    assert isinstance(late, Late)
    assert calls == []
    assert (late.x, late.y) == (1, (2,))
    assert late == Late(1, (2,)) == pickle.loads(pickle.dumps(Late.later(make)))
    assert hash(late) == hash(Late(1, (2,)))
    assert calls == [1, 1]


def test_a_late_value_has_no_other_attributes_than_its_fields() -> None:
    late = Late.later(lambda: Late(1))
    for one in (late, Late(1)):
        with pytest.raises(AttributeError):
            _ = one.z  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        late.x = 3  # type: ignore[misc]
