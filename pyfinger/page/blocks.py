"""The vocabulary of pages: what a template may be given to show.

    Table("Lookups", (Column("name"), Column("seconds", numeric=True)), (Row((name, figure)),))

A cell is text, or one of `Badge`, `Figure`, `Link`, `Code`, `Bar`, `Lines`.  No colour
says anything that does not stand beside it in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, ClassVar, TypeAlias

from pyfinger.values import Value


class Tone(Enum):
    """How something is meant; the value is its class in the style sheet."""

    GOOD = "good"
    BAD = "bad"
    WARN = "warn"
    NOTE = "note"
    PLAIN = "plain"

    @property
    def mark(self) -> str:
        """A sign for those who do not see colours, or print."""
        return _MARKS[self]


_MARKS: Mapping[Tone, str] = {Tone.GOOD: "✓", Tone.BAD: "✗", Tone.WARN: "!", Tone.NOTE: "i", Tone.PLAIN: ""}


class Badge(Value):
    """A word with a colour and a sign."""

    kind: ClassVar[str] = "badge"
    tone: Tone
    text: str


class Figure(Value):
    """A number: as computed, as shown, and where in the JSON document it stands (RFC 6901), if it does.

    `moment` is a time in seconds since the epoch as RFC 3339 has it, for `<time>`.
    """

    kind: ClassVar[str] = "figure"
    value: float | None
    shown: str
    pointer: str = ""
    moment: str = ""


class Link(Value):
    """A way to another place of the same page."""

    kind: ClassVar[str] = "link"
    target: str  # an id
    text: str


class Code(Value):
    """Text as machines write it; `folded`: it may be long, and is opened on request."""

    kind: ClassVar[str] = "code"
    text: str
    folded: str = ""  # what to call it then


class Bar(Value):
    """A stretch of a whole, in per cent of it; the figures stand in cells beside."""

    kind: ClassVar[str] = "bar"
    begin: float
    width: float
    tone: Tone = Tone.PLAIN
    what: str = ""  # a class for its pattern


class Lines(Value):
    """Several cells in one, one below the other."""

    kind: ClassVar[str] = "lines"
    cells: tuple[Cell, ...]


Cell: TypeAlias = "str | Badge | Figure | Link | Code | Bar | Lines"


class Column(Value):
    """A column's heading; numbers are set to the right, and sorted as such."""

    title: str
    numeric: bool = False


class Row(Value):
    """A row of a table; its first cell is its heading."""

    cells: tuple[Cell, ...]
    tone: Tone = Tone.PLAIN
    id: str = ""


class Table(Value):
    """A table, which a script makes sortable."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    sortable: bool = True
    kind: ClassVar[str] = "table"


class Term(Value):
    """A term of a list of facts, and what it is."""

    name: str
    cells: tuple[Cell, ...]


class Facts(Value):
    """A list of facts."""

    kind: ClassVar[str] = "facts"
    terms: tuple[Term, ...]


class Prose(Value):
    """A paragraph, or with `heading` the title of what follows."""

    kind: ClassVar[str] = "prose"
    text: str
    heading: bool = False


class Chip(Value):
    """One of several that were offered; the tone says which was taken, and so does `note`."""

    text: str
    tone: Tone = Tone.PLAIN
    note: str = ""


class Chips(Value):
    """A list of short words, of which there may be many."""

    kind: ClassVar[str] = "chips"
    title: str
    chips: tuple[Chip, ...]


class Notice(Value):
    """A situation: what it is, what it means, what to do; `paste` is text to be pasted somewhere."""

    badge: Badge
    title: str
    text: str
    advice: str = ""
    source: str = ""
    paste: str = ""


class Notices(Value):
    """Several situations, the weightiest first."""

    kind: ClassVar[str] = "notices"
    notices: tuple[Notice, ...]


class Folded(Value):
    """Blocks behind a line that opens them."""

    kind: ClassVar[str] = "folded"
    title: tuple[Cell, ...]
    blocks: tuple[Any, ...]
    opened: bool = False
    id: str = ""


class Section(Value):
    """A part of a page, with its place in the navigation; `lead` says how to read it."""

    id: str
    title: str
    blocks: tuple[Any, ...]  # of this module, of `drawing` and of `octets`
    lead: str = ""


class Masthead(Value):
    """What stands at the top: what the page is about, and what came of it."""

    about: str
    title: str
    tone: Tone
    verdict: Badge
    sentences: tuple[str, ...]


# --- figures ---------------------------------------------------------------------

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253402300799  # the end of the year 9999


def moment(seconds: float, pointer: str = "") -> Figure:
    """A time, in seconds since the epoch."""
    when = _EPOCH + timedelta(seconds=min(max(seconds, 0), _LATEST))
    return Figure(seconds, f"{when:%Y-%m-%d %H:%M:%S} UTC", pointer, f"{when:%Y-%m-%dT%H:%M:%SZ}")


def day(seconds: float, pointer: str = "") -> Figure:
    """A time of which the date matters."""
    full = moment(seconds, pointer)
    return Figure(seconds, full.moment[:10], pointer, full.moment)


def duration(seconds: float, pointer: str = "") -> Figure:
    """How long something took, in milliseconds, or seconds if it is many."""
    shown = f"{seconds:.2f} s" if abs(seconds) >= 10 else f"{seconds * 1000:.1f} ms"
    return Figure(seconds, shown, pointer)


def number(value: float, pointer: str = "", unit: str = "") -> Figure:
    """A whole number as it is, another with two digits behind the point; with a unit if it has one."""
    text = f"{value}" if isinstance(value, int) else f"{value:.2f}"
    return Figure(value, f"{text} {unit}" if unit else text, pointer)


def count_of(count: int, thing: str) -> str:
    """So many things, in words."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def octets(count: int, pointer: str = "") -> Figure:
    """A size."""
    return number(count, pointer, "octet" if count == 1 else "octets")
