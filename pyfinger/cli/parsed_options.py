"""The options as given: what a letter's values are, before anyone knows what they mean.

What `-v` shows of the start is here as well: option words, own addresses, groups.
Postfix prints it all while it initialises; scripts may look for it, so it is told in
the same order.  Nothing is decided.  Groups that are no good are told in any case.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger import maincf
from pyfinger.cli import option_values as words
from pyfinger.cli.getopt import Scan
from pyfinger.errors import SyntaxProblem
from pyfinger.events import AddressesFound, Emit, Event, GroupsConfigured, LogWordUnknown, WordsRead
from pyfinger.maincf import split_pair
from pyfinger.maincf.host_environment import HostEnvironment
from pyfinger.options import Config, Log, Options
from pyfinger.references import DEFAULT_REFERENCE, Reference
from pyfinger.tls.group_list import auto_groups
from pyfinger.values import Value

MYNETWORKS_STYLE = "${{$compatibility_level} <level {2} ? {subnet} : {host}}"


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

    @property
    def like(self) -> Reference:
        """The release of `--like`; `UsageError` if there is none of that name."""
        return words.like(self.last("like")) if self.count("like") else DEFAULT_REFERENCE

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


def emit_option_words(
    given: ParsedOptions, parameters: maincf.Parameters, config: Config, host: HostEnvironment, emit: Emit
) -> None:
    """The words of options and parameters, and this machine's addresses."""
    emit(WordsRead(tuple(words.words_of(given.last("h", "dns")))))
    for _ in range(2):  # by the program itself, and by its DANE module
        emit(WordsRead(_log_words(given)))
    emit(WordsRead(tuple(words.words_of(parameters.text("inet_protocols", "all")))))
    families = config.inet_protocols
    if families:
        emit(WordsRead(tuple(words.words_of(parameters.text("mynetworks_style", MYNETWORKS_STYLE)))))
    emit(AddressesFound(tuple((family, host.addresses(family)) for family in families)))


def emit_log_words(given: ParsedOptions, emit: Emit) -> None:
    """The words of `-L`, as the TLS engine reads them once more."""
    emit(WordsRead(_log_words(given)))


def emit_log_problem(given: ParsedOptions, emit: Emit) -> None:
    """A word of `-L` that nobody knows."""
    mask = words.log_mask(given.log_words, given.like)
    if not isinstance(mask, Log):
        emit(LogWordUnknown(mask, given.log_words))


def session_remarks(given: ParsedOptions, *, verbose: bool) -> tuple[Event, ...]:
    """What is said of the words of `-L` where each session reads them anew (tls_client_start())."""
    told: list[Event] = []
    if verbose:
        emit_log_words(given, told.append)
    emit_log_problem(given, told.append)
    return tuple(told)


def emit_groups(options: Options, emit: Emit, *, verbose: bool) -> None:
    """What is wrong with the key exchange groups, once the TLS engine is ready; also which they are."""
    config = options.config
    groups = auto_groups(config.tls_eecdh_auto_curves, config.tls_ffdhe_auto_groups, options.like)
    for event in groups.told:
        if verbose or not isinstance(event, GroupsConfigured):
            emit(event)


def _log_words(given: ParsedOptions) -> tuple[str, ...]:
    """The words of `-L` up to the first that nobody knows."""
    found, known = [], words.log_words(given.like)
    for word in words.words_of(given.log_words):
        if word.lower() not in known:
            break
        found.append(word)
    return tuple(found)
