"""What `-v` shows of the start: option words, own addresses, groups.

Postfix prints it all while it initialises; scripts may look for it, so it is
told in the same order.  Nothing is decided here.  Groups that are no good are
told in any case.
"""

from __future__ import annotations

from pyfinger import maincf
from pyfinger.cli import words
from pyfinger.cli.given import Given
from pyfinger.events import AddressesFound, Emit, GroupsConfigured, WordsRead
from pyfinger.maincf.host_environment import Surroundings
from pyfinger.options import LOG_WORDS, Config
from pyfinger.tls.auto_groups import auto_groups

MYNETWORKS_STYLE = "${{$compatibility_level} <level {2} ? {subnet} : {host}}"


def tell_words(
    given: Given, parameters: maincf.Parameters, config: Config, surroundings: Surroundings, emit: Emit
) -> None:
    """The words of options and parameters, and this machine's addresses."""
    emit(WordsRead(tuple(words.words_of(given.last("h", "dns")))))
    for _ in range(2):  # by the program itself, and by its DANE module
        emit(WordsRead(_log_words(given)))
    emit(WordsRead(tuple(words.words_of(parameters.text("inet_protocols", "all")))))
    families = config.inet_protocols
    if families:
        emit(WordsRead(tuple(words.words_of(parameters.text("mynetworks_style", MYNETWORKS_STYLE)))))
    emit(AddressesFound(tuple((family, surroundings.addresses(family)) for family in families)))


def tell_log_words(given: Given, emit: Emit) -> None:
    """The words of `-L`, as the TLS engine reads them once more."""
    emit(WordsRead(_log_words(given)))


def tell_groups(config: Config, emit: Emit, *, verbose: bool) -> None:
    """What is wrong with the key exchange groups, once the TLS engine is ready; also which they are."""
    for event in auto_groups(config.tls_eecdh_auto_curves, config.tls_ffdhe_auto_groups).told:
        if verbose or not isinstance(event, GroupsConfigured):
            emit(event)


def _log_words(given: Given) -> tuple[str, ...]:
    """The words of `-L` up to the first that nobody knows."""
    found = []
    for word in words.words_of(given.log_words):
        if word.lower() not in LOG_WORDS:
            break
        found.append(word)
    return tuple(found)
