"""The registry: rows that can be used, and knobs that say what they cannot do."""

from __future__ import annotations

import string

import pytest

from tests.lab.scenarios import expand
from tests.stacks.registry import STACKS, Stack
from tests.stacks.scenarios import SCENARIOS, Wish, chosen
from tests.stacks.servers import PLACES, PROGRAMS, Installed

KNOWN = {"room", "python", "programs", "built"}
PLAIN = Installed(STACKS[0], PLACES[0], "1.2.3")


def test_names_are_given_once() -> None:
    for names in ([one.name for one in STACKS], [one.name for one in SCENARIOS]):
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("stack", STACKS, ids=lambda stack: stack.name)
def test_a_row_names_places_and_programs_that_there_are(stack: Stack) -> None:
    assert set(stack.places) <= {place.name for place in PLACES}
    words = [*stack.command, *stack.version, *stack.build]
    assert {name for word in words for _, name, _, _ in string.Formatter().parse(word) if name} <= KNOWN
    for word in words:
        if word.startswith("{programs}/"):
            assert (PROGRAMS / word.removeprefix("{programs}/")).is_file()
    listening = " ".join(stack.command)
    assert "%HOST" in listening and "%PORT" in listening


@pytest.mark.parametrize("stack", STACKS, ids=lambda stack: stack.name)
def test_every_stack_has_a_server_with_an_ecdsa_certificate(stack: Stack) -> None:
    assert stack.options(Wish()) is not None


@pytest.mark.parametrize("stack", STACKS, ids=lambda stack: stack.name)
def test_no_knob_ignores_a_wish(stack: Stack) -> None:
    """What is wished either changes the command line, or cannot be had."""
    usual = stack.options(Wish())
    for wish in (one.wish for one in SCENARIOS if one.wish != Wish()):
        options = stack.options(wish)
        assert options is None or options != usual, wish


@pytest.mark.parametrize("stack", STACKS, ids=lambda stack: stack.name)
def test_every_stack_can_greet_where_tls_comes_first(stack: Stack) -> None:
    """By a word to our program, or by showing its user that a session has begun."""
    options = stack.options(Wish(wrapped=True))
    assert options is not None
    assert "-quiet" not in options if stack.typed else "greet=yes" in options


def test_a_name_and_its_records_go_together() -> None:
    """Names are known to our own name server alone, and one without TLSA records shows nothing."""
    for one in SCENARIOS:
        assert bool(one.host) == bool(one.tlsa), one.name
        assert "{" not in "".join(expand(one.match + one.tlsa)), one.name


def test_words_of_the_registry_become_paths_of_the_place() -> None:
    (word,) = PLAIN.words(["{built}/server"])
    assert word.endswith("/openssl-here/server")
    assert PLAIN.name == "openssl-1.2.3"


def test_scenarios_are_chosen_by_patterns() -> None:
    assert [one.name for one in chosen("rsa,resume1*")] == ["rsa", "resume12"]
    assert chosen("*") == list(SCENARIOS)
