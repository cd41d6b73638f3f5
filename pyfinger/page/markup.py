"""Cells and pictures as markup: the small things, of which a page has thousands.

Templates lay out what is made of these.  Whatever is text goes through `visible.text`; tags and
the names of attributes stand here, and nothing that is given changes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat

from pyfinger.page.blocks import Badge, Bar, Cell, Code, Column, Figure, Lines, Link, Row
from pyfinger.page.drawing import Box, Dot, Drawing, Label, Stroke
from pyfinger.page.visible import Markup, text


def cell(it: Cell) -> Markup:
    """A cell, of whatever kind."""
    return Markup(_cell(it))


def _cell(it: Cell) -> str:
    match it:
        case str():
            return text(it)
        case Figure():
            return _figure(it)
        case Badge(tone=tone, text=words):
            mark = f'<span aria-hidden="true">{tone.mark} </span>' if tone.mark else ""
            return f'<span class="badge {tone.value}">{mark}{text(words)}</span>'
        case Link(target=target, text=words):
            return f'<a href="#{text(target)}">{text(words)}</a>'
        case Code(text=words, folded=""):
            return f"<code>{text(words)}</code>"
        case Code(text=words, folded=folded):
            return f"<details><summary>{text(folded)}</summary><code>{text(words)}</code></details>"
        case Bar():
            return _bar(it)
        case Lines(cells=cells):
            return "".join(f"<div>{_cell(one)}</div>" for one in cells)


def cells(row: Row, columns: Sequence[Column]) -> Markup:
    """The cells of a row; the first is its heading."""
    made = [
        f"<{name}{column_style(column)}>{_cell(it)}</{name[:2]}>"
        for name, it, column in zip(_names(), row.cells, columns, strict=False)
    ]
    return Markup("".join(made))


def _names() -> Iterator[str]:
    yield 'th scope="row"'
    yield from repeat("td")


def column_style(column: Column) -> Markup:
    """The attribute that sets a column of numbers to the right."""
    return Markup(' class="number"' if column.numeric else "")


def _figure(it: Figure) -> str:
    where = f' data-json="{text(it.pointer)}"' if it.pointer else ""
    if it.moment:
        shown = f'<time datetime="{text(it.moment)}" data-value="{it.value}"'
        return f"{shown}{where}>{text(it.shown)}</time>"
    return f'<data value="{it.value}"{where}>{text(it.shown)}</data>'


def _bar(it: Bar) -> str:
    track = '<rect class="track" x="0" y="6" width="100%" height="2"></rect>'
    style = text(f"{it.tone.value} {it.what}".rstrip())
    bar = f'<rect class="{style}" x="{it.begin}%" y="1" width="{it.width}%" height="12" rx="2"></rect>'
    return f'<svg class="bar" height="14" aria-hidden="true">{track}{bar}</svg>'


def drawing(it: Drawing) -> Markup:
    """A picture."""
    shapes = "\n".join(map(_shape, it.shapes))
    return Markup(
        f'<svg height="{it.height:g}" role="group" aria-label="{text(it.title)}">\n{shapes}\n</svg>'
    )


def _shape(it: Stroke | Box | Dot | Label) -> str:
    style = text(it.style)
    match it:
        case Stroke():
            ends = f'x1="{text(it.x1)}" y1="{it.y1:g}" x2="{text(it.x2)}" y2="{it.y2:g}"'
            return f'<line class="{style}" {ends}></line>'
        case Box():
            place = f'x="{text(it.x)}" y="{it.y:g}" width="{text(it.width)}" height="{it.height:g}"'
            return f'<rect class="{style}" {place} rx="7"></rect>'
        case Dot():
            return f'<circle class="{style}" cx="{text(it.x)}" cy="{it.y:g}" r="3.5"></circle>'
        case Label():
            return _label(it, style)


def _label(it: Label, style: str) -> str:
    """HTML in a box, so that it is cut where it ends, and can be a link."""
    words = " ".join(map(_cell, it.cells))
    if it.target:
        words = f'<a href="#{text(it.target)}">{words}</a>'
    place = f'x="{text(it.x)}" y="{it.y - 9:g}" width="{text(it.width)}" height="18"'
    inside = f'<div class="{f"label {style}".rstrip()}">{words}</div>'
    return f"<foreignObject {place}>{inside}</foreignObject>"
