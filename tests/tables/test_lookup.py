"""Destinations and lookups: what is asked, and what is said of the answers."""

from __future__ import annotations

from typing import Any

import pytest

from pyfinger.model import Family, Level
from pyfinger.options import Config
from pyfinger.steps import LookupHost, Resolve
from pyfinger.values import replace
from tests.tables.running import CONFIG, FAILED, VERBOSE, Told, not_found, refused
from tests.world import World

ADDRESS = "192.0.2.1"
ALABEL = "xn--bcher-kva.test"
NATIVE = frozenset({"native"})

# world, destination, options -> lines
EXAMPLES: dict[str, tuple[World, str, dict[str, Any], list[str]]] = {
    "null MX": (
        World(mx={"null.test": ["0 ."]}),
        "null.test",
        {},
        [FAILED + "Domain null.test does not accept mail (nullMX)"],
    ),
    "null MX beside others": (
        World(mx={"null.test": ["10 mx.test", "0 ."]}, a={"mx.test": [ADDRESS]}),
        "null.test",
        {},
        [FAILED + "Domain null.test does not accept mail (nullMX)"],
    ),
    "MX without address": (
        World(mx={"badmx.test": ["nonexist.example.test"]}),
        "badmx.test",
        {},
        [
            "warning: no MX host for badmx.test has a valid address record",
            FAILED + not_found("nonexist.example.test", "AAAA"),
        ],
    ),
    "no such domain": (World(), "nosuch.test", {}, [FAILED + not_found("nosuch.test", "AAAA")]),
    "no such domain, IPv4 only": (
        World(),
        "nosuch.test",
        {"config": replace(CONFIG, inet_protocols=(Family.IPV4,))},
        [FAILED + not_found("nosuch.test", "A")],
    ),
    "A only": (
        World(a={"nomx.test": [ADDRESS]}),
        "nomx.test:1",
        {},
        [refused("nomx.test:1", "nomx.test", ADDRESS, 1)],
    ),
    "numeric MX": (
        World(mx={"mxnum.test": [ADDRESS]}),
        "mxnum.test:1",
        {},
        [
            f"warning: numeric domain name in resource data of MX record for mxnum.test: {ADDRESS}",
            refused("mxnum.test:1", ADDRESS, ADDRESS, 1),
        ],
    ),
    "no SRV": (World(), "x.test", {"srv": True}, [FAILED + not_found("_smtp._tcp.x.test", "SRV")]),
    "null SRV": (
        World(srv={"_submission._tcp.x.test": ["0 0 0 ."]}),
        "x.test:submission",
        {"srv": True},
        [FAILED + "Domain _submission._tcp.x.test does not support SRV requests"],
    ),
    "SRV without address": (
        World(srv={"_26._tcp.x.test": ["0 0 587 gone.test"]}),
        "x.test:26",
        {"srv": True},
        [
            "warning: no SRV host for _26._tcp.x.test has a valid address record",
            FAILED + not_found("gone.test", "AAAA"),
        ],
    ),
    "SRV port": (
        World(srv={"_smtp._tcp.x.test": ["0 0 587 mx.test"]}, a={"mx.test": [ADDRESS]}),
        "x.test",
        {"srv": True},
        [refused("x.test", "mx.test", ADDRESS, 587)],
    ),
    "native": (
        World(),
        "nosuch.test",
        {"lookups": NATIVE},
        [FAILED + "unable to look up host nosuch.test: Name or service not known"],
    ),
    "no way to look up": (World(), "nosuch.test", {"lookups": frozenset()}, [FAILED]),
    "literal of a disabled family": (
        World(),
        "[::1]",
        {"config": replace(CONFIG, inet_protocols=(Family.IPV4,))},
        [FAILED + "Name service error for ::1: invalid host or domain name"],
    ),
    "U-labels": (
        World(a={ALABEL: [ADDRESS]}),
        "[bücher.test]:1",
        {},
        [
            f"bücher.test asciified to {ALABEL}",
            refused("[bücher.test]:1", ALABEL, ADDRESS, 1),
        ],
    ),
    "U-labels of IDNA 2003": (
        World(a={"fass.test": [ADDRESS]}),
        "[faß.test]",
        {"config": replace(CONFIG, enable_idna2003_compatibility=True)},
        ["faß.test asciified to fass.test", refused("[faß.test]", "fass.test", ADDRESS)],
    ),
    "U-labels of a service": (
        World(),
        "bücher.test",
        {"srv": True},
        [
            f"_smtp._tcp.bücher.test asciified to _smtp._tcp.{ALABEL}",
            FAILED + not_found(f"_smtp._tcp.{ALABEL}", "SRV"),
        ],
    ),
    "no A-labels": (
        World(),
        "-ü.test",
        {},
        [
            'warning: midna_domain_to_ascii_create: Problem translating domain "-ü.test" to ASCII form:'
            " UIDNA_ERROR_LEADING_HYPHEN",
            "fatal: valid hostname or network address required in server description: -ü.test",
        ],
    ),
    "inet: is no part of an LMTP destination": (
        World(),
        f"inet:[{ADDRESS}]",
        {"lmtp": True},
        [refused(f"[{ADDRESS}]", ADDRESS, ADDRESS, 24)],
    ),
}


@pytest.mark.parametrize("row", EXAMPLES)
def test_examples(row: str) -> None:
    world, destination, options, lines = EXAMPLES[row]
    assert Told(world, destination, **options).lines == lines


def test_socket_paths_have_107_bytes_at_most() -> None:
    for path, problem in [
        ("/" + "x" * 106, "connect to client.test[{path}]: Connection refused"),
        ("/" + "x" * 107, "unix-domain name too long: {path}"),
        ("/x" + "ü" * 53, "unix-domain name too long: {path}"),
    ]:
        lines = Told(World(), f"unix:{path}", lmtp=True).lines
        assert lines == [f"Failed to establish session to unix:{path}: {problem.format(path=path)}"]


@pytest.mark.parametrize("level", [level for level in Level if level is not Level.HALF_DANE])
def test_dnssec_is_wanted_at_every_level(level: Level) -> None:
    told = Told(World(mx={"a.test": ["mx.test"]}), "a.test", level=level)
    assert {request.dnssec for request in told.driver.of(Resolve)} == {True}


def test_only_hosts_are_looked_up_natively() -> None:
    world = World(mx={"a.test": ["mx.test"]}, hosts={"mx.test": [ADDRESS]})
    told = Told(world, "a.test", lookups=NATIVE, level=Level.DANE_ONLY)
    assert told.asked == ["a.test/MX"]
    assert told.driver.of(LookupHost) == [LookupHost("mx.test", (Family.IPV4, Family.IPV6))]
    assert told.lines == [
        'no TLSA records found, resorting to "secure"',
        refused("a.test", "mx.test", ADDRESS),
    ]


UNAVAILABLE = "warning: DNSSEC validation may be unavailable"
PROBE = "warning: reason: dnssec_probe 'ns:.' received "


@pytest.mark.parametrize(
    ("world", "config", "lines"),
    [
        (World(insecure={"*"}), CONFIG, [UNAVAILABLE, PROBE + "a response that is not DNSSEC validated"]),
        (
            World(insecure={"*"}, fail={"/NS": "SERVFAIL"}),
            CONFIG,
            [UNAVAILABLE, f"{PROBE}no response: {not_found('.', 'NS', 'Host not found, try again')}"],
        ),
        (World(insecure={"a.test"}), CONFIG, []),
        (World(), CONFIG, []),
        (World(insecure={"*"}), replace(CONFIG, dnssec_probe=""), []),
    ],
)
def test_the_dnssec_probe_at_any_level(world: World, config: Config, lines: list[str]) -> None:
    for level in (Level.MAY, Level.DANE):
        told = Told(world, "a.test", level=level, config=config)
        assert told.lines == [*lines, FAILED + not_found("a.test", "AAAA")]


def test_a_malformed_dnssec_probe() -> None:
    told = Told(World(insecure={"*"}), "a.test", config=replace(CONFIG, dnssec_probe="ns"))
    assert told.lines == ["fatal: malformed dnssec_probe value: ns format is qtype:qname"]


@pytest.mark.parametrize("destination", [f"[{ADDRESS}]", ADDRESS, "[a.test]"])
def test_what_asks_no_name_server_is_not_probed(destination: str) -> None:
    world = World(insecure={"*"}, hosts={"a.test": [ADDRESS]})
    assert Told(world, destination, lookups=NATIVE).asked == []


def test_verbose_tells_who_vouches() -> None:
    told = Told(World(), "a.test", show=VERBOSE)
    assert "DNSSEC status as told by 127.0.0.53, which is trusted: on this machine" in told.lines
