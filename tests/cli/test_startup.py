"""What `-v` shows before anything happens."""

from __future__ import annotations

from pyfinger import maincf
from pyfinger.cli.getopt import scan
from pyfinger.cli.parsed_options import emit_groups, emit_log_words, emit_option_words, take_options
from pyfinger.events import AddressesFound, Event, GroupsConfigured, GroupsRefused, WordsRead
from pyfinger.maincf.host_environment import SystemEnvironment
from pyfinger.model import Family
from pyfinger.options import Config, Options


def told(*argv: str, settings: dict[str, str] | None = None) -> list[Event]:
    events: list[Event] = []
    given = take_options(scan(list(argv)))
    parameters = maincf.Parameters({"compatibility_level": "3.6", **(settings or {})}, events.append)
    emit_option_words(
        given, parameters, Config(inet_protocols=(Family.IPV4,)), SystemEnvironment({}), events.append
    )
    emit_log_words(given, events.append)
    config = Config(tls_eecdh_auto_curves="X25519:P-256 x25519")
    emit_groups(Options("", config=config), events.append, verbose=True)
    return events


def test_words_in_postfix_s_order() -> None:
    words = [
        event.words for event in told("-v", "-h", "dns,native", "-L", "none") if isinstance(event, WordsRead)
    ]
    assert words == [("dns", "native"), ("none",), ("none",), ("all",), ("host",), ("none",)]


def test_the_log_mask_s_words_end_at_an_unknown_one() -> None:
    words = [event.words for event in told("-L", "routine nosuch verbose") if isinstance(event, WordsRead)]
    assert words[1] == ("routine",)


def test_old_compatibility_has_another_network_style() -> None:
    words = [e.words for e in told(settings={"compatibility_level": "1"}) if isinstance(e, WordsRead)]
    assert words[4] == ("subnet",)


def test_addresses_of_enabled_families_and_groups() -> None:
    events = told()
    (found,) = [event for event in events if isinstance(event, AddressesFound)]
    assert [family for family, _ in found.families] == [Family.IPV4]
    (groups,) = [event for event in events if isinstance(event, GroupsConfigured)]
    assert groups.names == ("X25519", "P-256", "x25519", "ffdhe2048", "ffdhe3072")


def test_groups_that_cannot_be_used_are_told_at_the_start() -> None:
    events: list[Event] = []
    config = Config(tls_eecdh_auto_curves="nosuch", tls_ffdhe_auto_groups="")
    emit_groups(Options("", config=config), events.append, verbose=False)
    assert events == [GroupsRefused("configured")]


def test_without_protocols_nothing_is_said_of_networks() -> None:
    events: list[Event] = []
    parameters = maincf.Parameters({}, events.append)
    emit_option_words(
        take_options(scan([])), parameters, Config(inet_protocols=()), SystemEnvironment({}), events.append
    )
    assert [e.words for e in events if isinstance(e, WordsRead)][4:] == []
    assert events[-1] == AddressesFound(())
