"""The options as given: what a letter's values are, before anyone knows what they mean."""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.cli import words
from pyfinger.cli.getopt import Scan
from pyfinger.errors import SyntaxProblem
from pyfinger.maincf import split_pair
from pyfinger.values import Value


class ParsedOptions(Value):
    """Options with their values, in order, and the operands."""

    items: tuple[tuple[str, str], ...]
    operands: tuple[str, ...]
    settings: Mapping[str, str]  # of -o

    def count(self, key: str) -> int:
        """How often an option was given."""
        return len(self.all(key))

    def all(self, key: str) -> tuple[str, ...]:
        """An option's values."""
        return tuple(value for name, value in self.items if name == key)

    @property
    def log_words(self) -> str:
        """The value of `-L`."""
        return self.last("L", "routine,certmatch")

    def last(self, key: str, default: str = "") -> str:
        """An option's value; the last one counts."""
        return (default, *self.all(key))[-1]


def take_options(scan: Scan) -> ParsedOptions:
    """The options in the order they stand, with the complaints that cannot wait.

    `UsageError` for a bad `-M`; `SyntaxProblem` for a bad `-o`, and for what
    `scan` stumbled over.
    """
    settings: dict[str, str] = {}
    for key, value in scan.items:
        if key == "M":
            words.insecure_mx_level(value)
        elif key == "o":
            name, setting = _setting(value)
            settings[name] = setting
    if scan.complaint:
        raise SyntaxProblem(scan.complaint)
    return ParsedOptions(scan.items, scan.operands, settings)


def _setting(value: str) -> tuple[str, str]:
    try:
        return split_pair(value)
    except ValueError as error:
        raise SyntaxProblem from error
