"""Command line syntax: POSIX getopt(3), with long names besides the letters.

Letters may be clustered, and a value attached: `-cC`, `-Lnone`.  Options end at
the first operand, so match arguments may begin with `-`; `--` ends them, too.
Long names take their value behind `=` or as the next word; a value that is
optional only behind `=`.  Complaints are worded as the C library words them.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.cli.option_table import OPTIONS, Option
from pyfinger.values import Value

LETTERS: dict[str, Option] = {option.letter: option for option in OPTIONS if option.letter}
NAMES: dict[str, Option] = {option.name: option for option in OPTIONS}
_LONGEST_NAME = 40  # of those that are compared


class Scan(Value):
    """A command line taken apart; `complaint` is why the rest of it was not read."""

    items: tuple[tuple[str, str], ...]  # (option key, value), in order
    operands: tuple[str, ...] = ()
    complaint: str = ""
    bare: frozenset[str] = frozenset()  # keys of those whose optional value was left out, not empty


def _guess(name: str) -> str:
    """What may have been meant."""
    from difflib import get_close_matches  # only for who mistypes

    likely = get_close_matches(name[:_LONGEST_NAME], NAMES, n=1, cutoff=0.75)
    return f" (did you mean '--{likely[0]}'?)" if likely else ""


class _Complaint(Exception):
    """Scanning cannot go on."""


def scan(words: Sequence[str]) -> Scan:
    """Take apart the words after the program's name."""
    scanner = _Scanner(words)
    try:
        while scanner.at_option:
            scanner.take_word()
    except _Complaint as complaint:
        return Scan(tuple(scanner.items), complaint=str(complaint))
    return Scan(tuple(scanner.items), scanner.operands, bare=frozenset(scanner.bare))


class _Scanner:
    """The words not yet read, and the options found."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = list(words)
        self._next = 0
        self.items: list[tuple[str, str]] = []
        self.bare: set[str] = set()

    @property
    def at_option(self) -> bool:
        """Whether the next word holds options."""
        word = self._words[self._next] if self._next < len(self._words) else ""
        return word.startswith("-") and word not in ("-", "--")

    @property
    def operands(self) -> tuple[str, ...]:
        """What is left."""
        left = self._words[self._next :]
        return tuple(left[1:] if left[:1] == ["--"] else left)

    def take_word(self) -> None:
        """Read one word of options, and the next one if it is the value."""
        word = self._words[self._next]
        self._next += 1
        if word.startswith("--"):
            self._take_name(word)
        else:
            self._take_letters(word[1:])

    def _take_letters(self, cluster: str) -> None:
        for index, letter in enumerate(cluster, 1):
            option = LETTERS.get(letter)
            if option is None:
                raise _Complaint(f"invalid option -- '{letter}'")
            if not option.value:
                self.items.append((option.key, ""))
                continue
            value = cluster[index:] or self._next_word(f"option requires an argument -- '{letter}'")
            self.items.append((option.key, value))
            return

    def _take_name(self, word: str) -> None:
        name, equals, value = word.removeprefix("--").partition("=")
        option = NAMES.get(name)
        if option is None:
            raise _Complaint(f"unrecognized option '--{name}'{_guess(name)}")
        if equals and not option.value:
            raise _Complaint(f"option '--{name}' doesn't allow an argument")
        if option.value and not option.optional and not equals:
            value = self._next_word(f"option '--{name}' requires an argument")
        if option.optional and not equals:
            self.bare.add(option.key)
        else:
            self.bare.discard(option.key)  # the last one counts
        self.items.append((option.key, value))

    def _next_word(self, complaint: str) -> str:
        if self._next >= len(self._words):
            raise _Complaint(complaint)
        self._next += 1
        return self._words[self._next - 1]
