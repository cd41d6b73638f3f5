"""Sources of lookup tables are read as postmap of Postfix 3.10 reads them; rewriting keeps the rest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pyfinger.maincf.map_source import MapEntry, read_map, rewritten

# With what `postmap -s texthash:` prints of it (without the line that comes again).
SOURCE = b"""\
  leading space line
  goes on
# c
a.example may
  # inner
  ciphers=high

"q uoted" may
un"balanced may
key:  may
novalue
B.Example  encrypt \t
b.example secure
x\\ y may
nul.example may\0 foo
bin\xff may
last.example dane"""
STORED = {
    "a.example": "may  ciphers=high",
    '"q uoted"': "may",
    "key:": "may",
    "B.Example": "encrypt",
    "x\\ y": "may",
    "nul.example": "may",
    "last.example": "dane",
}
WARNED = {
    1: 'logical line must not start with whitespace: "  leading space line  goes on"',
    9: "unbalanced '\"' in 'un\"balanced may', ignoring this line",
    10: 'record is in "key: value" format; is this an alias file?',
    11: "expected format: key whitespace value",
    13: 'duplicate entry: "b.example", of which line 12 counts',
    15: "text after null byte may be ignored",
    16: "non-UTF-8 input, ignoring this line",
}


def test_entries_are_those_of_postmap() -> None:
    entries = read_map(SOURCE)
    assert {entry.numbers[0]: entry.problem for entry in entries if entry.problem} == WARNED
    kept = [entry for entry in entries if entry.value and entry.numbers[0] != 13]
    assert {entry.key: entry.value for entry in kept} == STORED
    assert entries[1].numbers == (4, 6), "comments stand between a line and what goes on with it"


def test_only_values_change_and_comments_and_order_stay() -> None:
    entries = read_map(SOURCE)
    changes: list[tuple[MapEntry, str, str]] = [(entries[1], "dane", ""), (entries[-1], "", "look here")]
    assert rewritten(SOURCE, changes, "# audit: ") == SOURCE.replace(
        b"a.example may\n  # inner\n  ciphers=high\n", b"a.example dane\n  # inner\n"
    ).replace(b"last.example", b"# audit: look here\nlast.example")


def test_writing_again_writes_the_same() -> None:
    octets = b"# mine\na.example   may\n\nb.example\n  may\n"
    once = rewritten(octets, [(entry, "dane", "a reason") for entry in read_map(octets)], "# audit: ")
    assert once == b"# mine\n# audit: a reason\na.example   dane\n\n# audit: a reason\nb.example dane\n"
    again = rewritten(once, [(entry, "", "a reason") for entry in read_map(once)], "# audit: ")
    assert again == once


@given(st.binary(max_size=200) | st.text(' \t\n#"\\a.:\0\x0b', max_size=60).map(str.encode))
def test_any_octets_give_entries_and_stay_as_they_are(octets: bytes) -> None:
    entries = read_map(octets)
    numbers = [number for entry in entries for number in entry.numbers]
    assert numbers == sorted(set(numbers))
    if b"# audit: " not in octets:
        assert rewritten(octets, [(entry, "", "") for entry in entries], "# audit: ") == octets
    assert all(entry.problem or (entry.key and entry.value) for entry in entries)
