"""What `-v` shows of the start: option words, own addresses, groups.

Postfix prints it all while it initialises; scripts may look for it, so it is
told in the same order.  Nothing is decided here.  Groups that are no good are
told in any case.
"""

from __future__ import annotations

from pyfinger import maincf
from pyfinger.cli import words
from pyfinger.cli.parsed_options import ParsedOptions
from pyfinger.events import AddressesFound, Emit, GroupsConfigured, WordsRead
from pyfinger.maincf.host_environment import HostEnvironment
from pyfinger.options import LOG_WORDS, Config
from pyfinger.tls.auto_groups import auto_groups

MYNETWORKS_STYLE = "${{$compatibility_level} <level {2} ? {subnet} : {host}}"


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


def emit_groups(config: Config, emit: Emit, *, verbose: bool) -> None:
    """What is wrong with the key exchange groups, once the TLS engine is ready; also which they are."""
    for event in auto_groups(config.tls_eecdh_auto_curves, config.tls_ffdhe_auto_groups).told:
        if verbose or not isinstance(event, GroupsConfigured):
            emit(event)


def _log_words(given: ParsedOptions) -> tuple[str, ...]:
    """The words of `-L` up to the first that nobody knows."""
    found = []
    for word in words.words_of(given.log_words):
        if word.lower() not in LOG_WORDS:
            break
        found.append(word)
    return tuple(found)
