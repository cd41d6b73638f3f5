"""A decoded message for a page: its fields, its octets, and which belong to which.

    shown = laid_out(tree, data, "m7")
    shown.fields     the fields as nested lists; what consists of others opens
    shown.dump       the octets, each field's in a span with the id that its row names

The octets of a field are those of its content and of the length before it.  There are thousands
of fields on a page, so their markup is written here, not by a template: names, meanings and
problems go through `visible.text`, and all else is digits.
"""

from __future__ import annotations

from typing import ClassVar

from pyfinger.dissect import Field
from pyfinger.page.blocks import Badge, Cell
from pyfinger.page.drawing import Drawing
from pyfinger.page.visible import Markup, text
from pyfinger.values import Value, replace

OCTETS_IN_LINE = 16
MOST_OCTETS = 4096  # of one message
MOST_ROWS = 1500
MOST_VALUE = 64  # octets of a value in its row; all of them are beside

_DIGITS = tuple(f"{octet:02x} " for octet in range(256))
_DECIMAL = frozenset({"extension_type", "record_size_limit", "selected_identity"})


class LaidOut(Value):
    """A message: its fields and its octets as markup; the counts are of what is left out."""

    fields: Markup
    dump: Markup
    offsets: Markup  # of each line, in hexadecimal
    rows: int
    rows_left_out: int = 0
    octets_left_out: int = 0


def laid_out(tree: Field | None, data: bytes, name: str) -> LaidOut:
    """The message; ids begin with `name`."""
    kept = data[:MOST_OCTETS]
    digits = [_DIGITS[octet] for octet in kept]
    digits[OCTETS_IN_LINE - 1 :: OCTETS_IN_LINE] = [
        f"{octet:02x}\n" for octet in kept[OCTETS_IN_LINE - 1 :: OCTETS_IN_LINE]
    ]
    layout = _Layout(name, digits)
    for child in tree.children if tree is not None else ():
        layout.field(child)
    layout.until(len(digits))
    if tree is not None and tree.problem and not layout.rows:
        layout.field(replace(tree, children=()))
    return LaidOut(
        Markup("".join(layout.fields)),
        Markup("".join(layout.dump)),
        Markup("\n".join(f"{offset:04x}" for offset in range(0, len(digits), OCTETS_IN_LINE))),
        layout.rows,
        layout.left_out,
        len(data) - len(digits),
    )


class _Layout:
    """What is laid out so far."""

    def __init__(self, name: str, digits: list[str]) -> None:
        self.fields: list[str] = []
        self.dump: list[str] = []
        self.rows = 0
        self.left_out = 0
        self._name = name
        self._digits = digits  # one text for each octet
        self._at = 0  # the octets before are in the dump

    def until(self, end: int) -> None:
        """The octets up to here, which belong to the field that is open."""
        if end > self._at:
            self.dump += self._digits[self._at : end]
            self._at = end

    def field(self, field: Field) -> None:
        """A field, and those it consists of."""
        if self.rows >= MOST_ROWS:
            self.left_out += 1
            return
        start, end = field.offset - field.prefix, min(field.offset + field.length, len(self._digits))
        anchor = f"{self._name}o{self.rows}" if start < end else ""
        self.rows += 1
        if anchor:
            self.until(start)
            self.dump.append(f'<span id="{anchor}">')
        if field.children:
            self.fields.append(f"<li><details open><summary{_row(field, anchor)}</summary><ul>")
            for child in field.children:
                self.field(child)
            self.fields.append("</ul></details></li>\n")
        else:
            self.fields.append(f'<li><div class="leaf"{_row(field, anchor)}</div></li>\n')
        if anchor:
            self.until(end)
            self.dump.append("</span>")


def _row(field: Field, anchor: str) -> str:
    """A field on a line: the end of the tag it stands in, its name, value, meaning and place.

    What opens is no link besides: one of the two could not be reached by keyboard.
    """
    name, value = text(field.name), field.value
    linked = f'<a href="#{anchor}">{name}</a>' if anchor and not field.children else name
    parts = [f' data-o="{anchor}">{linked}' if anchor else f">{name}"]
    if value is not None:
        parts.append(f'<span class="value">{_value(field, value)}</span>')
    if field.meaning:
        parts.append(f'<span class="meaning">{text(field.meaning)}</span>')
    parts.append(f'<span class="at">{field.offset}+{field.length}</span>')
    if field.problem:
        parts.append(f'<span class="problem">✗ {text(field.problem)}</span>')
    return " ".join(parts)


def _value(field: Field, value: int | bytes) -> str:
    """A value as a row shows it: numbers of two octets in hexadecimal, as registries have them."""
    if isinstance(value, int):
        wide = field.length == 2 and field.name not in _DECIMAL and bool(field.meaning)
        return f"{value:#06x}" if wide else str(value)
    return f"{value[:MOST_VALUE].hex()}{'…' if len(value) > MOST_VALUE else ''}"


class ShownMessage(Value):
    """A message in the list of messages; without `laid_out` there is nothing to be opened."""

    id: str
    when: Cell
    way: str
    layer: str
    what: str
    size: Cell
    notes: tuple[Badge, ...]
    ours: bool
    bad: bool
    laid_out: LaidOut | None = None
    same_as: str = ""  # the id of a message with the same octets, which has been laid out


class MessageList(Value):
    """All messages of one part of a probe, beside their ladder."""

    kind: ClassVar[str] = "messages"
    title: str
    ladder: Drawing
    messages: tuple[ShownMessage, ...]
