"""The source text of a Postfix lookup table, as postmap(1) and `texthash:` read it.

Logical lines of a key, white space, and a value; a line that begins with white space goes on
with the one before, and comments may stand in between (readllines(3), dict_thash.c).  Any
octets give entries; what Postfix passes over, or takes otherwise than it was meant, is an entry with
a problem, in its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.maincf.reader import BLANKS, QUOTED
from pyfinger.values import Value, replace

COMMENT = "#"


class MapEntry(Value):
    """One logical line; `numbers` are those of the lines it is made of, counted from 1."""

    numbers: tuple[int, ...]
    key: str = ""
    value: str = ""
    problem: str = ""  # why it is not what it may look like


def read_map(octets: bytes) -> tuple[MapEntry, ...]:
    """All entries, in order."""
    entries = (_entry(numbers, line) for numbers, line in _logical_lines(lines_of(octets)))
    return tuple(_without_repetition(entries))


def lines_of(octets: bytes) -> list[str]:
    """The lines, without their ends; octets that are no UTF-8 as PEP 383 has them."""
    return octets.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n")


def folded(key: str) -> str:
    """A key as tables of fixed strings compare it (casefold(3))."""
    return key.lower() if key.isascii() else key.casefold()


def _logical_lines(lines: Sequence[str]) -> Iterator[tuple[tuple[int, ...], str]]:
    numbers: list[int] = []
    for number, line in enumerate(lines, 1):
        content = line.lstrip(BLANKS)
        if not content or content.startswith(COMMENT):
            continue
        if numbers and line[0] not in BLANKS:
            yield tuple(numbers), "".join(lines[each - 1] for each in numbers)
            numbers = []
        numbers.append(number)
    if numbers:
        yield tuple(numbers), "".join(lines[each - 1] for each in numbers)


def _entry(numbers: tuple[int, ...], whole: str) -> MapEntry:
    line, null, _ = whole.partition("\0")
    if line[:1] in BLANKS:
        return MapEntry(numbers, problem=f'logical line must not start with whitespace: "{line[:QUOTED]}"')
    if any("\udc80" <= char <= "\udcff" for char in line):
        return MapEntry(numbers, problem="non-UTF-8 input, ignoring this line")
    end = _key_end(line)
    if end is None:
        return MapEntry(numbers, problem=f"unbalanced '\"' in '{line}', ignoring this line")
    key, value = line[:end], line[end:].strip(BLANKS)
    if not key or not value:
        return MapEntry(numbers, key, problem="expected format: key whitespace value")
    if key.endswith(":"):
        return MapEntry(numbers, key, value, 'record is in "key: value" format; is this an alias file?')
    return MapEntry(numbers, key, value, "text after null byte may be ignored" if null else "")


def _key_end(line: str) -> int | None:
    """Where the first white space outside of quotes is; None if a quote is not closed."""
    quoted, escaped = False, False
    for place, char in enumerate(line):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char in BLANKS and not quoted:
            return place
    return None if quoted else len(line)


def _without_repetition(entries: Iterator[MapEntry]) -> Iterator[MapEntry]:
    """With postmap(1) the first entry of a key counts; `texthash:` refuses the whole file."""
    known: dict[str, int] = {}
    for entry in entries:
        first = known.setdefault(folded(entry.key), entry.numbers[0]) if entry.value else entry.numbers[0]
        if first != entry.numbers[0]:
            entry = replace(entry, problem=f'duplicate entry: "{entry.key}", of which line {first} counts')
        yield entry


def rewritten(octets: bytes, entries: Sequence[tuple[MapEntry, str, str]], remark: str) -> bytes:
    """The same text with other values: of each entry its new value, and a comment to go before it.

    An empty value leaves the entry as it is, an empty comment is none.  Comments that begin
    with `remark` are those of an earlier time, and go.  Everything else stays, in order.
    """
    lines: list[str | None] = list(lines_of(octets))
    before: dict[int, str] = {}
    for place, line in enumerate(lines):
        if line is not None and line.startswith(remark):
            lines[place] = None
    for entry, value, comment in entries:
        first = entry.numbers[0] - 1
        if comment:
            before[first] = f"{remark}{comment}"
        if value:
            lines[first] = f"{_beginning(lines[first] or '', entry.key)}{value}"
            for number in entry.numbers[1:]:
                lines[number - 1] = None
    made: list[str] = []
    for place, line in enumerate(lines):
        made += [before[place]] if place in before else []
        made += [line] if line is not None else []
    text = "\n".join(made) + ("\n" if octets.endswith(b"\n") else "")
    return text.encode("utf-8", "surrogateescape")


def _beginning(line: str, key: str) -> str:
    """The key and the white space behind it, as they stand."""
    rest = line[len(key) :]
    blanks = rest[: len(rest) - len(rest.lstrip(BLANKS))]
    return f"{key}{blanks or ' '}"
