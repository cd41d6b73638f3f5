"""Pictures as values: shapes with places, which a template writes as SVG.

Across, places are per cent of the width, or pixels from the left edge; downwards they are pixels.
So nothing is scaled: a picture is as wide as there is room, and its text as large as all text.
Text in pictures is in boxes, where it is cut at the edge, and can be a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pyfinger.page.blocks import Badge, Cell, Tone
from pyfinger.values import Value


class Stroke(Value):
    """A line."""

    kind: ClassVar[str] = "stroke"
    x1: str
    y1: float
    x2: str
    y2: float
    style: str


class Box(Value):
    """A rectangle."""

    kind: ClassVar[str] = "box"
    x: str
    y: float
    width: str
    height: float
    style: str


class Dot(Value):
    """The head of an arrow: a triangle would need a path, which knows no per cent."""

    kind: ClassVar[str] = "dot"
    x: str
    y: float
    style: str


class Label(Value):
    """A line of text: cells one beside the other; `target` is the id of what it leads to."""

    kind: ClassVar[str] = "label"
    x: str
    y: float  # of its middle
    width: str
    cells: tuple[Cell, ...]
    style: str = ""
    target: str = ""


class Drawing(Value):
    """A picture of so many pixels' height; `title` is what it shows, for those who do not see it."""

    kind: ClassVar[str] = "drawing"
    title: str
    height: float
    shapes: tuple[Stroke | Box | Dot | Label, ...]


class Card(Value):
    """A station of a chain: its title, lines of facts, and what is said of it."""

    title: str
    lines: tuple[tuple[Cell, ...], ...]
    badges: tuple[Badge, ...] = ()
    tone: Tone = Tone.PLAIN
    link: tuple[Cell, ...] = ()  # beside the line to the next card
    link_tone: Tone = Tone.PLAIN


_LINE = 19.0
_PAD = 10.0
_BETWEEN = 46.0


def chain_of(title: str, cards: Sequence[Card]) -> Drawing:
    """Cards one below the other, joined by lines."""
    shapes: list[Stroke | Box | Dot | Label] = []
    y = 2.0
    for place, card in enumerate(cards):
        rows = [(card.title,), *card.lines, *((badge,) for badge in card.badges)]
        height = 2 * _PAD + _LINE * len(rows)
        shapes.append(Box("2", y, "99%", height, f"box {card.tone.value}"))
        for number, cells in enumerate(rows):
            style = "strong" if number == 0 else ""
            shapes.append(Label("14", y + _PAD + _LINE * (number + 0.5), "96%", tuple(cells), style))
        y += height
        if place < len(cards) - 1:
            shapes.append(Stroke("36", y, "36", y + _BETWEEN, f"edge {card.link_tone.value}"))
            tone = "bad" if card.link_tone is Tone.BAD else "soft"
            shapes.append(Label("50", y + _BETWEEN / 2, "88%", card.link, tone))
            y += _BETWEEN
    return Drawing(title, y + 2, tuple(shapes))
