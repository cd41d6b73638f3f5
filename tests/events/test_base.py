from __future__ import annotations

import copy
import pickle
from typing import Any, cast

import pytest

from pyfinger import events
from pyfinger.events import Event, TlsInitialized, TlsProblem

PROBLEM = TlsProblem(1, "why", "what")
MAKE = cast("Any", TlsProblem)  # calls that no type checker lets pass


class Twin(Event):
    """The fields of `TlsProblem`."""

    code: int
    reason: str
    data: str = ""


@pytest.mark.parametrize(
    "same",
    [
        TlsProblem(1, "why", data="what"),
        TlsProblem(1, reason="why", data="what"),
        TlsProblem(data="what", reason="why", code=1),
    ],
)
def test_arguments_by_place_or_name(same: TlsProblem) -> None:
    assert same == PROBLEM
    assert (same.code, same.reason, same.data) == (1, "why", "what")


def test_defaults_fill_in() -> None:
    assert TlsProblem(1, "why").data == ""
    assert TlsProblem(code=1, reason="why") == TlsProblem(1, "why", "")
    assert TlsProblem(1, "why", "") == TlsProblem(1, "why")


@pytest.mark.parametrize(
    ("args", "named"),
    [
        ((), {}),
        ((1,), {}),
        ((1, "why", "what", 4), {}),
        ((1, "why"), {"reason": "why"}),
        ((1, "why"), {"unknown": 1}),
        ((1,), {"unknown": 1}),
        ((1, "why", "what"), {"data": "what"}),
    ],
)
def test_arguments_that_do_not_fit(args: tuple[object, ...], named: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        MAKE(*args, **named)


def test_an_event_without_fields() -> None:
    assert TlsInitialized() == TlsInitialized()
    assert repr(TlsInitialized()) == "TlsInitialized()"
    with pytest.raises(TypeError):
        cast("Any", TlsInitialized)(1)


def test_equality_is_by_class_and_values() -> None:
    assert PROBLEM == TlsProblem(1, "why", "what")
    assert PROBLEM != TlsProblem(1, "why", "else")
    assert PROBLEM != Twin(1, "why", "what")
    assert PROBLEM != (1, "why", "what")
    assert len({PROBLEM, TlsProblem(1, "why", "what"), Twin(1, "why", "what")}) == 2


def test_events_are_frozen() -> None:
    for name in ("code", "unknown"):
        with pytest.raises(AttributeError):
            setattr(PROBLEM, name, 2)
        with pytest.raises(AttributeError):
            delattr(PROBLEM, name)
    assert not hasattr(PROBLEM, "__dict__")


def test_repr_shows_the_fields() -> None:
    assert repr(PROBLEM) == "TlsProblem(code=1, reason='why', data='what')"


def test_fields_can_be_matched() -> None:
    match PROBLEM:
        case TlsProblem(1, reason, data=data):
            assert (reason, data) == ("why", "what")
        case _:
            pytest.fail("no match")


def test_events_can_be_pickled_and_copied() -> None:
    assert pickle.loads(pickle.dumps(PROBLEM)) == PROBLEM
    assert copy.deepcopy(PROBLEM) == PROBLEM


def test_no_event_inherits_from_another() -> None:
    found = [kind for kind in vars(events).values() if isinstance(kind, type)]
    kinds = [kind for kind in found if issubclass(kind, Event) and kind is not Event]
    assert kinds
    assert {kind.__bases__ for kind in kinds} == {(Event,)}
