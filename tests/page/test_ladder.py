"""The ladder is to scale, and its labels keep apart."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis.strategies import floats, lists

from pyfinger.page.drawing import Label, Stroke
from pyfinger.page.ladder import Rung, ladder, spread
from pyfinger.page.transcript import Layer, SaidMessage, Way

ROOM, TOP, BOTTOM = 17.0, 30.0, 400.0


@given(lists(floats(TOP, BOTTOM), min_size=1, max_size=60).map(sorted))
def test_labels_are_in_order_and_apart(places: list[float]) -> None:
    found = spread(places, ROOM, TOP, BOTTOM)
    assert len(found) == len(places)
    assert all(later - earlier >= ROOM - 1e-9 for earlier, later in pairwise(found))
    assert found[0] >= TOP - 1e-9
    assert found[-1] <= max(BOTTOM, TOP + ROOM * (len(places) - 1)) + 1e-9


def test_labels_stay_where_they_belong_if_there_is_room() -> None:
    assert spread([30.0, 100.0, 200.0], ROOM, TOP, BOTTOM) == [30.0, 100.0, 200.0]


def said(at: float, layer: Layer = Layer.TLS, *, sealed: bool = False, bad: bool = False) -> SaidMessage:
    return SaidMessage(at, layer, Way.SENT, f"said at {at}", 7, sealed=sealed, bad=bad)


def test_arrows_are_to_scale() -> None:
    rungs = [Rung(said(at), f"m{number}") for number, at in enumerate((1.0, 1.25, 1.5, 2.0))]
    picture = ladder("Pass 1", rungs)
    wires = [shape.y1 for shape in picture.shapes if isinstance(shape, Stroke) and "wire" in shape.style]
    whole = wires[-1] - wires[0]
    assert [(wire - wires[0]) / whole for wire in wires] == pytest.approx([0.0, 0.25, 0.5, 1.0])


def test_a_picture_says_what_its_colours_and_dashes_mean() -> None:
    rungs = [Rung(said(0.0), "m1"), Rung(said(0.1, sealed=True), "m2"), Rung(said(0.2, bad=True), "m3")]
    picture = ladder("Pass 1", rungs)
    styles = [it.style for it in picture.shapes if isinstance(it, Stroke) and "wire" in it.style]
    assert styles == ["wire tls", "wire tls sealed", "wire tls bad"]
    labels = [it for it in picture.shapes if isinstance(it, Label) and it.target]
    assert [it.target for it in labels] == ["m1", "m2", "m3"]
    assert [it.cells for it in labels] == [
        ("→ said at 0.0 · 7 octets",),
        ("→ said at 0.1 · 7 octets · sealed",),
        ("✗ → said at 0.2 · 7 octets",),
    ]


def test_one_moment_alone_is_a_ladder_too() -> None:
    assert ladder("Pass 1", [Rung(said(3.0), "m1")]).height > 0
