"""DANE before connecting: which TLSA names are asked, the level that results, and what is said."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from pyfinger.events import LevelDecided
from pyfinger.model import Level
from tests.tables.running import IMPORTS, SHOW, VERBOSE, Told, not_found, refused
from tests.world import World

ADDRESS = "192.0.2.1"
NAME = "_25._tcp.mx.d.test"
HASH = hashlib.sha256(b"key").hexdigest()
RECORD = f"3 1 1 {HASH}"

MAIL = World(
    mx={"d.test": ["mx.d.test"]},
    a={"mx.d.test": [ADDRESS], "d.test": [ADDRESS]},
    aaaa={"mx.d.test": []},
    tlsa={NAME: [RECORD], "_25._tcp.d.test": [RECORD]},
)
NO_TLSA = 'no TLSA records found, resorting to "secure"'
UNUSABLE = 'no usable TLSA records found, resorting to "secure"'
HALF = "MX RRset insecure: log verified as trusted"
JUST_ENCRYPT = "TLSA RRs found, MX RRset insecure: just encrypt"
MAY = "MX RRset is insecure: try to encrypt"
CONNECTS = refused("d.test", "mx.d.test", ADDRESS)


@dataclass(frozen=True)
class Row:
    """A world that differs from `MAIL`, and what comes of `-l dane-only` there."""

    changes: dict[str, Any]
    level: Level
    lines: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    asked: tuple[str, ...] = (NAME,)  # for TLSA
    quiet: bool = False  # at level `dane` said only with -v


def nothing(asked: tuple[str, ...] = (NAME,), **changes: Any) -> Row:
    """No TLSA records."""
    return Row(changes, Level.SECURE, (NO_TLSA,), asked=asked, quiet=True)


def insecure_mx(limit: Level, level: Level, *lines: str, tlsa: dict[str, list[str]] = MAIL.tlsa) -> Row:  # type: ignore[assignment]
    """MX records nobody vouches for, and `-M`."""
    asked = () if limit is Level.MAY else (NAME,)
    changes = {"insecure": {"d.test/MX"}, "tlsa": tlsa}
    return Row(changes, level, lines, {"insecure_mx_level": limit}, asked, quiet=level is Level.SECURE)


ROWS: dict[str, Row] = {
    "secure MX, records": Row({}, Level.DANE_ONLY),
    "no MX, records": Row({"mx": {}}, Level.DANE_ONLY, asked=("_25._tcp.d.test",)),
    "unsigned host": nothing((), insecure={"mx.d.test/A"}),
    "no such name": nothing(tlsa={}),
    "no such type": nothing(tlsa={}, txt={NAME: ["there is such a name"]}),
    "unsigned records": nothing(insecure={f"{NAME}/TLSA"}),
    "nothing importable": Row(
        {"tlsa": {NAME: [f"1 0 1 {HASH}"]}},
        Level.SECURE,
        (f"warning: {NAME} unsupported TLSA certificate usage: 1 0 1 {HASH.upper()}", UNUSABLE),
        quiet=True,
    ),
    "insecure MX": insecure_mx(Level.DANE, Level.HALF_DANE, HALF),
    "insecure MX, nothing": insecure_mx(Level.DANE, Level.SECURE, NO_TLSA, tlsa={}),
    "insecure MX, encrypt": insecure_mx(Level.ENCRYPT, Level.ENCRYPT, JUST_ENCRYPT),
    "insecure MX, encrypt, nothing": insecure_mx(Level.ENCRYPT, Level.SECURE, NO_TLSA, tlsa={}),
    "insecure MX, may": insecure_mx(Level.MAY, Level.MAY, MAY),
}


@pytest.mark.parametrize("name", ROWS)
def test_decisions(name: str) -> None:
    row = ROWS[name]
    world = replace(MAIL, **row.changes)
    host = "d.test" if name.startswith("no MX") else "mx.d.test"
    told = Told(world, "d.test", level=Level.DANE_ONLY, **row.options)
    assert told.lines == [*row.lines, refused("d.test", host, ADDRESS)]
    assert told.asked_for("TLSA") == list(row.asked)
    assert [event.level for event in told.driver.of(LevelDecided)] == [row.level]


@pytest.mark.parametrize("name", ROWS)
def test_decisions_at_level_dane(name: str) -> None:
    row = ROWS[name]
    world = replace(MAIL, **row.changes)
    quiet, verbose = (Told(world, "d.test", show=show, **row.options) for show in (SHOW, VERBOSE))
    expected = Level.DANE if row.level is Level.DANE_ONLY else row.level
    assert [event.level for event in quiet.driver.of(LevelDecided)] == [expected]
    warnings = [line for line in row.lines if line.startswith("warning: ")]
    assert quiet.lines[:-1] == (warnings if row.quiet else list(row.lines))
    assert set(row.lines) <= set(verbose.lines)


@pytest.mark.parametrize("level", [level for level in Level if not level.uses_dane])
def test_other_levels_ask_nothing(level: Level) -> None:
    told = Told(MAIL, "d.test", level=level)
    assert told.asked_for("TLSA") == []
    assert told.driver.of(LevelDecided) == []


def test_an_unsigned_host_is_asked_for_on_demand() -> None:
    told = Told(replace(MAIL, insecure={"mx.d.test/A"}), "d.test", force_tlsa=True)
    assert told.asked_for("TLSA") == [NAME]
    assert told.driver.of(LevelDecided)[0].level is Level.DANE


ALIASED = replace(
    MAIL, mx={"d.test": ["alias.test"]}, cname={"alias.test": "mx.d.test"}, tlsa={NAME: [RECORD]}
)
OF_ALIAS = "_25._tcp.alias.test"


@pytest.mark.parametrize(
    ("changes", "asked", "level"),
    [
        ({}, [f"{NAME}/TLSA"], Level.DANE),
        ({"tlsa": {OF_ALIAS: [RECORD]}}, [f"{NAME}/TLSA", f"{OF_ALIAS}/TLSA"], Level.DANE),
        ({"tlsa": {}}, [f"{NAME}/TLSA", f"{OF_ALIAS}/TLSA"], Level.SECURE),
        (
            {"tlsa": {OF_ALIAS: [RECORD]}, "insecure": {"mx.d.test"}},
            ["alias.test/CNAME", f"{OF_ALIAS}/TLSA"],
            Level.DANE,
        ),
        ({"tlsa": {OF_ALIAS: [RECORD]}, "insecure": {"alias.test"}}, ["alias.test/CNAME"], Level.SECURE),
    ],
)
def test_aliases(changes: dict[str, Any], asked: list[str], level: Level) -> None:
    told = Told(replace(ALIASED, **changes), "d.test")
    addresses = told.asked.index("alias.test/AAAA")
    others = [question for question in told.asked[addresses + 1 :] if question.endswith(("/TLSA", "/CNAME"))]
    assert others == asked
    assert told.driver.of(LevelDecided)[0].level is level


@pytest.mark.parametrize(
    ("fate", "reason"),
    [
        ("SERVFAIL", not_found("alias.test", "CNAME", "Host not found, try again")),
        ("NXDOMAIN", "no longer a CNAME"),
        ("NOERROR", "no longer a CNAME"),
    ],
)
def test_an_alias_of_unknown_standing(fate: str, reason: str) -> None:
    gone = b"" if fate == "NOERROR" else fate
    world = replace(ALIASED, insecure={"mx.d.test"}, fail={"alias.test/CNAME": gone or _empty()})
    assert Told(world, "d.test").lines == [
        f"warning: DNSSEC status lookup error for alias.test: {reason}",
        "Failed to establish session to d.test via alias.test:25: TLSA lookup error for alias.test:25",
    ]


def _empty() -> bytes:
    """A reply without records."""
    return bytes.fromhex("0000 81a0 0000 0000 0000 0000")


LONG = bytes(range(70))
SHORTENED = f"{LONG[:32].hex().upper()}...{LONG[-32:].hex().upper()}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("3 1", f"warning: {NAME}: truncated TLSA RR length == 2"),
        ("3 1 1", f"warning: {NAME}: truncated TLSA RR length == 3"),
        ("0 0 1 ab12", f"warning: {NAME} unsupported TLSA certificate usage: 0 0 1 AB12"),
        ("4 0 255 ab12", f"warning: {NAME} unsupported TLSA certificate usage: 4 0 255 AB12"),
        ("3 1 255 ab12", f"warning: {NAME} reserved private-use matching type: 3 1 255 AB12"),
        ("3 9 9 ab12", f"DNSSEC-signed TLSA record: {NAME}: 3 9 9 AB12"),
        (f"3 1 0 {LONG.hex()}", f"DNSSEC-signed TLSA record: {NAME}: 3 1 0 {SHORTENED}"),
    ],
)
def test_import(text: str, line: str) -> None:
    for show in (SHOW, IMPORTS):
        told = Told(replace(MAIL, tlsa={NAME: [text]}), "d.test", show=show)
        shown = show is IMPORTS or line.startswith("warning")
        assert told.lines == [line] * shown + [CONNECTS]


def test_records_at_the_end_of_an_alias_are_named_by_both() -> None:
    shared = "tlsa.shared.test"
    world = replace(MAIL, cname={NAME: shared}, tlsa={shared: ["1 0 1 ab", "3 1 1 ab"]})
    assert Told(world, "d.test", show=IMPORTS).lines == [
        f"warning: {NAME} -> {shared} unsupported TLSA certificate usage: 1 0 1 AB",
        f"DNSSEC-signed TLSA record: {shared}: 3 1 1 AB",
        CONNECTS,
    ]


def test_native_addresses_have_no_records() -> None:
    world = World(hosts={"mx.d.test": [ADDRESS]}, tlsa=MAIL.tlsa)
    told = Told(world, "[mx.d.test]", lookups=frozenset({"native"}))
    assert told.asked == []
    assert told.driver.of(LevelDecided)[0].level is Level.SECURE


def test_unix_sockets_have_none_either_and_nothing_is_said() -> None:
    told = Told(World(), "unix:/run/lmtp", lmtp=True, level=Level.DANE_ONLY)
    reason = "connect to client.test[/run/lmtp]: Connection refused"
    assert told.lines == [f"Failed to establish session to unix:/run/lmtp: {reason}"]
    assert told.asked == []
