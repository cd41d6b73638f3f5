"""Destinations and lookups: what is asked, and what is said of the answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import dns.message
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest

from pyfinger.model import Family, Level
from pyfinger.options import Config
from pyfinger.steps import LookupHost, Resolve
from tests.tables.running import CONFIG, FAILED, VERBOSE, Told, malformed, not_found, refused
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
            "bücher.test asciified to xn--bcher-kva.test",
            refused("[bücher.test]:1", *(next(iter(IDN)), ADDRESS, 1)),
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


OUTCOMES: dict[str, tuple[str | bytes, str]] = {
    "no such domain": ("NXDOMAIN", "Host not found"),
    "no such type": ("NOERROR", "Host found but no data record of requested type"),
    "server failure": ("SERVFAIL", "Host not found, try again"),
    "refused": ("REFUSED", "Host not found, try again"),
    "not implemented": ("NOTIMP", "Host not found, try again"),
    "time-out": ("TIMEOUT", "Host not found, try again"),
    "format error": ("FORMERR", "Non-recoverable error"),
    "unknown response code": ("NOTZONE", "Non-recoverable error"),
}


@pytest.mark.parametrize("row", OUTCOMES)
def test_outcomes_of_a_question(row: str) -> None:
    fate, problem = OUTCOMES[row]
    world = World(fail={"a.test": fate}, txt={"a.test": ["there is such a name"]})
    assert Told(world, "[a.test]").lines == [FAILED + not_found("a.test", "AAAA", problem)]
    final = problem.endswith(("again", "error"))
    assert Told(world, "a.test").lines == [
        FAILED + not_found("a.test", "MX" if final else "AAAA", problem),
    ]
    name = "_smtp._tcp.a.test"
    service = World(fail={name: fate}, txt={name: ["there is such a name"]})
    assert Told(service, "a.test", srv=True).lines == [FAILED + not_found(name, "SRV", problem)]


@pytest.mark.parametrize(
    ("a", "aaaa", "reason"),
    [
        (b"junk", b"junk", malformed("a.test", "AAAA")),
        (b"junk", "SERVFAIL", malformed("a.test", "A")),
        (b"junk", "FORMERR", not_found("a.test", "AAAA", "Non-recoverable error")),
        ("FORMERR", b"junk", not_found("a.test", "A", "Non-recoverable error")),
        ("NXDOMAIN", b"junk", not_found("a.test", "A")),
    ],
)
def test_malformed_data_is_harder_than_silence_and_softer_than_failure(
    a: str | bytes, aaaa: str | bytes, reason: str
) -> None:
    world = World(fail={"a.test/A": a, "a.test/AAAA": aaaa})
    assert Told(world, "[a.test]").lines == [FAILED + reason]


def test_loops_are_told_for_each_type() -> None:
    world = World(cname={"a.test": "b.test", "b.test": "a.test"}, split={"a.test", "b.test"})
    warning = "warning: dns_lookup: Name server loop for a.test"
    assert Told(world, "a.test").lines == [warning] * 3 + [FAILED + "Name server loop for a.test"]


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("-dash-.test", "misplaced hyphen"),
        ("a\\032b.test", "invalid character 92(decimal)"),
        ("1.2.3", "numeric hostname"),
    ],
)
def test_malformed_targets(target: str, problem: str) -> None:
    service = "_smtp._tcp.a.test"
    for rdtype, name, world in [
        ("MX", "a.test", World(mx={"a.test": [target]})),
        ("SRV", service, World(srv={service: [f"0 0 25 {target}"]})),
        ("CNAME", "a.test", World(cname={"a.test": target}, a={target: [ADDRESS]})),
    ]:
        wanted = "MX" if rdtype == "CNAME" else rdtype
        assert Told(world, "a.test", srv=rdtype == "SRV").lines == [
            f"warning: valid_hostname: {problem}: {target}",
            f"warning: malformed domain name in resource data of {rdtype} record for {name}: {target}",
            FAILED + malformed(name, wanted),
        ]


def test_one_malformed_target_spoils_no_other() -> None:
    world = World(mx={"a.test": ["5 -dash.test", "6 mx.test"]}, a={"mx.test": [ADDRESS]})
    assert Told(world, "a.test").lines[-1] == refused("a.test", "mx.test", ADDRESS)


def test_addresses_of_a_wrong_length() -> None:
    query = dns.message.make_query("a.test.", "A")
    reply = dns.message.make_response(query)
    short = dns.rdata.GenericRdata(dns.rdataclass.IN, dns.rdatatype.A, b"123")
    reply.answer.append(dns.rrset.from_rdata_list("a.test.", 60, [short]))
    world = World(fail={"a.test/A": reply.to_wire(), "a.test/AAAA": "SERVFAIL"})
    assert Told(world, "[a.test]", config=replace(CONFIG, dnssec_probe="")).lines == [
        "warning: extract_answer: bad address length: 3",
        FAILED + malformed("a.test", "A"),
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
