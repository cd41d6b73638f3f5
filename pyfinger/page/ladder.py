"""The ladder: what was said, and when, to scale; we in the middle, name servers left, the server right.

The arrows stand where they belong in time.  Their labels do not if there is no room: they are
moved down or up, as little as possible, and a line leads from one to the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.page.blocks import Cell, duration, octets
from pyfinger.page.drawing import Box, Dot, Drawing, Label, Stroke
from pyfinger.page.transcript import Layer, SaidMessage, Way
from pyfinger.values import Value

MOST_RUNGS = 150  # in one picture

_TOP = 34.0  # pixels above the first moment
_ROOM = 17.0  # of a label
_LEAST, _LARGEST = 160.0, 900.0  # of the scale
_NAMES, _WE, _SERVER, _TEXT = "8%", "25%", "42%", "50%"
_EDGE = "43%"  # where lines to labels begin
_WIDTH = "50%"
_TICKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 300, 3600, 86400)
_MOST_TICKS = 8


class Rung(Value):
    """A message of a ladder, and the id of the place where it is told in full."""

    said: SaidMessage
    id: str


def ladder(title: str, rungs: Sequence[Rung]) -> Drawing:
    """The picture of what is worth a rung: all but records, which carry the rest."""
    first, last = rungs[0].said.at, rungs[-1].said.at
    height = min(_LARGEST, max(_LEAST, _ROOM * 1.1 * len(rungs)))
    height = max(height, _ROOM * len(rungs))
    scale = height / (last - first) if last > first else 0.0
    places = [_TOP + (rung.said.at - first) * scale for rung in rungs]
    labels = spread(places, _ROOM, _TOP, _TOP + height)
    bottom = max(_TOP + height, labels[-1]) + _ROOM
    shapes = _frame(rungs, bottom)
    shapes += _ticks(first, last, scale)
    for rung, place, label in zip(rungs, places, labels, strict=True):
        shapes += _rung(rung, place, label)
    return Drawing(title, bottom + 4, tuple(shapes))


def spread(places: Sequence[float], room: float, top: float, bottom: float) -> list[float]:
    """Places for labels, in order, `room` apart: where they belong if there is room, else near by."""
    found: list[float] = []
    lowest = top
    for place in places:
        found.append(max(place, lowest))
        lowest = found[-1] + room
    highest = max(bottom, top + room * (len(places) - 1))
    for number in reversed(range(len(found))):
        found[number] = min(found[number], highest)
        highest = found[number] - room
    return found


def _frame(rungs: Sequence[Rung], bottom: float) -> list[Stroke | Box | Dot | Label]:
    """The lines of those who speak, with their names."""
    shapes: list[Stroke | Box | Dot | Label] = []
    asked = any(rung.said.layer is Layer.DNS for rung in rungs)
    spoken = any(rung.said.layer is not Layer.DNS for rung in rungs)
    who = [("names", _NAMES, "1%", asked), ("pyfinger", _WE, "18%", True), ("server", _SERVER, "36%", spoken)]
    for name, x, left, there in who:
        if there:
            shapes.append(Label(left, 12, "16%", (name,), "soft"))
            shapes.append(Stroke(x, 26, x, bottom, "life"))
    return shapes


def _ticks(first: float, last: float, scale: float) -> list[Stroke | Box | Dot | Label]:
    shapes: list[Stroke | Box | Dot | Label] = []
    step = next((tick for tick in _TICKS if (last - first) / tick <= _MOST_TICKS), _TICKS[-1])
    number = int(first / step) + 1
    while scale and number * step <= last and len(shapes) < 2 * _MOST_TICKS + 2:
        y = _TOP + (number * step - first) * scale
        shapes.append(Stroke("0", y, _EDGE, y, "tick"))
        shapes.append(Label("0", y - 8, "16%", (_tick(number * step),), "soft"))
        number += 1
    return shapes


def _tick(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 1 else f"{seconds * 1000:g} ms"


def _rung(rung: Rung, place: float, label: float) -> list[Stroke | Box | Dot | Label]:
    said = rung.said
    other = _NAMES if said.layer is Layer.DNS else _SERVER
    style = f" {said.layer.value.lower()}{' bad' if said.bad else ''}"
    shapes: list[Stroke | Box | Dot | Label] = []
    if said.way is not Way.NEITHER:
        shapes.append(Stroke(_WE, place, other, place, f"wire{style}{' sealed' if said.sealed else ''}"))
        shapes.append(Dot(other if said.way is Way.SENT else _WE, place, f"head{style}"))
    else:
        shapes.append(Dot(_WE, place, f"head{style}"))
    start = _WE if said.layer is Layer.DNS else _EDGE
    shapes.append(Stroke(start, place, _TEXT, label, "lead"))
    shapes.append(Label(_TEXT, label, _WIDTH, _words(said), "bad" if said.bad else "", rung.id))
    return shapes


def _words(said: SaidMessage) -> tuple[Cell, ...]:
    size = f" · {octets(said.size).shown}" if said.size is not None else ""
    sealed = " · sealed" if said.sealed else ""
    bad = "✗ " if said.bad else ""
    return (f"{bad}{said.way.value} {said.what}{size}{sealed}",)


def when(said: SaidMessage) -> Cell:
    """How long after the beginning."""
    return duration(said.at)
