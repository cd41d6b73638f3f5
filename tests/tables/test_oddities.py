"""What is odd in posttls-finger: kept, and pinned here, or left out on purpose (docs/differences.md)."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from pyfinger.events import LevelDecided, TlsEstablished
from pyfinger.model import Level, Trust
from pyfinger.options import Log, Show
from pyfinger.x509.trust_store import Bundle
from tests.mailserver import MailServer
from tests.tables.running import VERBOSE, Told, not_found, refused
from tests.tls.server import Identity
from tests.world import World
from tests.x509.worlds import HOST, leaf, root

FIRST, SECOND = "192.0.2.1", "192.0.2.2"
RECORD = f"3 1 1 {hashlib.sha256(leaf().key.spki).hexdigest()}"
TRUSTED = Bundle([root().der])
TICKETS = {"ticketKeys": [bytearray(range(32))]}


def server() -> MailServer:
    """A server for `HOST` below a root that may be trusted."""
    return MailServer(Identity(leaf().key.pem, leaf().chain), settings=TICKETS)


# Not as posttls-finger has it.


def test_match_names_of_one_host_are_not_those_of_the_next() -> None:
    """There, the second server would have to be `first.test` or `d.test`."""
    world = World(
        mx={"d.test": ["1 first.test", "2 second.test"]},
        a={"first.test": [FIRST], "second.test": [SECOND]},
        tlsa={"_25._tcp.first.test": [RECORD]},
    )
    told = Told(world, "d.test", {SECOND: server()}, store=TRUSTED, match=(HOST,))
    assert [event.level for event in told.driver.of(LevelDecided)] == [Level.DANE, Level.SECURE]
    assert told.lines[0] == refused("d.test", "first.test", FIRST)
    assert f"second.test[{SECOND}]:25: matched peername: {HOST}" in told.lines
    assert told.driver.of(TlsEstablished)[0].trust is Trust.VERIFIED


def test_tlsa_records_are_those_of_the_srv_port() -> None:
    """There, each address is asked for at the port of the one before it."""
    world = World(
        srv={"_submission._tcp.d.test": ["1 0 588 first.test", "2 0 589 second.test"]},
        a={"first.test": [FIRST], "second.test": [SECOND]},
    )
    told = Told(world, "d.test:submission", srv=True)
    assert told.asked_for("TLSA") == ["_588._tcp.first.test", "_589._tcp.second.test"]


# As posttls-finger has it.


def test_names_below_srv_are_the_service_and_the_domain() -> None:
    """`_service._tcp.domain` is what a certificate may bear beside the host; the domain alone is not."""
    name = "_submission._tcp.d.test"
    world = World(
        srv={name: ["1 0 588 first.test"]},
        a={"first.test": [FIRST]},
        tlsa={"_588._tcp.first.test": [f"2 1 0 {root().key.spki.hex()}"]},
    )
    told = Told(world, "d.test:submission", {FIRST: server()}, srv=True)
    mismatch = f"server certificate verification failed for first.test[{FIRST}]:588: num=62:hostname mismatch"
    assert mismatch in told.lines


def test_a_failed_tlsa_lookup_is_done_and_told_twice() -> None:
    world = World(
        mx={"d.test": ["1 first.test", "2 second.test"]},
        a={"first.test": [FIRST], "second.test": [SECOND]},
        fail={"_25._tcp.first.test": "SERVFAIL"},
    )
    told = Told(world, "d.test")
    problem = not_found("_25._tcp.first.test", "TLSA", "Host not found, try again")
    assert told.lines == [
        *[f"warning: DANE TLSA lookup problem: {problem}"] * 2,
        "Failed to establish session to d.test via first.test:25: TLSA lookup error for first.test:25",
        refused("d.test", "second.test", SECOND),
    ]
    assert told.asked_for("TLSA") == ["_25._tcp.first.test"] * 2 + ["_25._tcp.second.test"]


def test_dane_only_goes_on_without_records() -> None:
    told = Told(World(a={"d.test": [FIRST]}), "[d.test]", {FIRST: server()}, level=Level.DANE_ONLY)
    assert told.lines[0] == 'no TLSA records found, resorting to "secure"'
    assert told.driver.of(TlsEstablished)[0].trust is Trust.UNTRUSTED


MAIL = World(mx={"d.test": [HOST]}, a={HOST: [FIRST]}, tlsa={f"_25._tcp.{HOST}": [RECORD]})


def again(told: Told) -> list[str]:
    """What is said from the second connection on."""
    return told.lines[told.lines.index("Reconnecting after 1 seconds") :]


def test_the_second_session_reports_the_cache_and_no_certificates() -> None:
    for log in (Log.NONE, Log.CERTMATCH, Log.VERBOSE | Log.PEERCERT | Log.UNTRUSTED):
        told = Told(MAIL, "d.test", {FIRST: server()}, reconnect_delay=1, show=Show(log, chat=False))
        first, second = told.lines[: -len(again(told))], again(told)
        assert any("subject_CN" in line for line in first) is (log is not Log.NONE)
        assert not any("subject_CN" in line or "Matched" in line for line in second)
        assert any("looking for session" in line for line in second)
        assert any(f"Verified TLS connection established to {HOST}" in line for line in second)
        assert not any("connection established" in line for line in first)


def test_reconnecting_decides_again_from_the_level_reached() -> None:
    told = Told(replace(MAIL, tlsa={}), "d.test", {FIRST: server()}, reconnect_delay=1)
    assert told.asked_for("TLSA") == [f"_25._tcp.{HOST}"]
    assert [event.level for event in told.driver.of(LevelDecided)] == [Level.SECURE]


def test_half_of_dane_is_told_again() -> None:
    told = Told(replace(MAIL, insecure={"d.test/MX"}), "d.test", {FIRST: server()}, reconnect_delay=1)
    assert told.lines.count("MX RRset insecure: log verified as trusted") == 2
    assert "MX RRset insecure: log verified as trusted" in again(told)
    assert told.asked_for("TLSA") == [f"_25._tcp.{HOST}"]  # the second time from the cache


def test_errors_of_earlier_mail_hosts_are_forgotten() -> None:
    world = World(mx={"d.test": ["1 first.test", "2 second.test"]}, fail={"first.test": "SERVFAIL"})
    assert Told(world, "d.test").lines[-1].endswith(not_found("second.test", "AAAA"))


def test_a_literal_address_is_asked_for_on_demand() -> None:
    """`-f` asks for TLSA records whatever the host is; verbosity shows that none were found."""
    told = Told(World(), f"[{FIRST}]", force_tlsa=True, show=VERBOSE)
    assert told.asked_for("TLSA") == [f"_25._tcp.{FIRST}"]
    assert 'no TLSA records found, resorting to "secure"' in told.lines


def test_match_names_are_converted_once_the_handshake_is_timed_and_refused_once() -> None:
    world = World(a={HOST: [FIRST]})
    match = ("", "bücher.test", "ü..test", HOST)
    told = Told(
        world,
        f"[{HOST}]",
        {FIRST: server()},
        show=VERBOSE,
        level=Level.VERIFY,
        match=match,
        reconnect_delay=1,
        reconnect_limit=1,
    )
    words = ("smtp_stream_setup:", "warning: midna", "bücher.test")
    lines = [line.partition(": ")[0] for line in told.lines if line.startswith(words)]
    first = [*["smtp_stream_setup"] * 4, "warning", "bücher.test asciified to xn--bcher-kva.test", "warning"]
    assert lines[: len(first)] == first
    assert lines.count("warning") == 2
    assert lines.count("bücher.test asciified to xn--bcher-kva.test") == 2
