"""What an option of the command line is; the options themselves stand in `table`."""

from __future__ import annotations

from enum import Enum

from pyfinger.values import Value


class ValueKind(Enum):
    """What a value is."""

    TEXT = "text"  # one of the option's words, or if it has none anything
    LIST = "list"  # several of them, separated by commas
    FILE = "file"
    FILES = "files"  # separated by commas
    DIRECTORY = "directory"


class Option(Value):
    """One option; without `value` it takes none.

    `default` is for display only, and `help` repeats neither it nor the `choices`.
    `further` are words beyond those that `--help` need not list.  An `optional`
    value is behind `=` or not there, never the next word, and the option has no
    letter.  `repeatable`: every use of the option counts, not just the last one.
    """

    letter: str
    name: str
    value: str
    help: str
    kind: ValueKind = ValueKind.TEXT
    choices: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    default: str = ""
    optional: bool = False
    repeatable: bool = False

    @property
    def key(self) -> str:
        """How the rest of the program calls it: the letter, or the long name if there is none."""
        return self.letter or self.name

    @property
    def words(self) -> tuple[str, ...]:
        """All that a value may be, or be made of, as far as it can be listed."""
        return self.choices + self.further
