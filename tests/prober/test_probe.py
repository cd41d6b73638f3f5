"""Whole probes over a world of values: what happens, in which order, and what is sent."""

from __future__ import annotations

import errno
import hashlib
import random
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfinger.errors import LostConnection, TimedOut, UsageError
from pyfinger.events import (
    AddressSkipped,
    AuthorityMatched,
    BytesSent,
    ChainPresented,
    CommandSent,
    Connected,
    ConnectFailed,
    DialogueBroken,
    Disconnected,
    FingerprintMalformed,
    HandshakeFailed,
    LevelDecided,
    PlaintextDiscarded,
    RawKeyPresented,
    Reconnecting,
    ReconnectingDone,
    ReplyRefused,
    RouteFailed,
    ServerAnonymous,
    SessionBegan,
    SessionRemoved,
    SessionReused,
    TlsEstablished,
    TlsProblem,
    UntrustedReused,
    VerificationFailed,
)
from pyfinger.model import DnsStatus, Level, Trust
from pyfinger.options import Config, Options
from pyfinger.prober.context import Dependencies
from pyfinger.prober.probe import probe
from pyfinger.report.log import TextLog
from pyfinger.steps import Close, Receive, Send, Sleep
from pyfinger.values import replace
from pyfinger.x509.certificate import parse_certificate
from tests.mailserver import MailServer, identity
from tests.scripted import Script, Scripted
from tests.tls.offers import own_credential
from tests.world import World

ADDRESS = "192.0.2.1"
CONFIG = Config(myhostname="client.test")
NO_GROUP = Config(myhostname="c.test", tls_eecdh_auto_curves="secp256k1", tls_ffdhe_auto_groups="")
KEY_HASH = hashlib.sha256(parse_certificate(identity().chain[0]).spki).hexdigest()
OTHER_HASH = "ab" * 32


def world(tlsa: str = "") -> World:
    return World(
        mx={"example.test": ["10 mx.example.test"]},
        a={"mx.example.test": [ADDRESS]},
        tlsa={"_25._tcp.mx.example.test": [tlsa]} if tlsa else {},
    )


def services() -> Dependencies:
    rng = random.Random(7)
    return Dependencies(
        rng=rng,
        now=lambda: datetime(2026, 6, 1, tzinfo=UTC),
        clock=lambda: 0.0,
        random_bytes=random.Random(8).randbytes,
    )


def run(driver: Scripted, destination: str = "example.test", **options: object) -> int:
    options.setdefault("config", CONFIG)
    return driver.run(probe(Options(destination, **options), services(), driver.emit))  # type: ignore[arg-type]


def log_of(driver: Scripted) -> list[str]:
    out = BytesIO()
    log = TextLog(out, "prog")
    for event in driver.events:
        log(event)
    return out.getvalue().decode().splitlines()


def commands(driver: Scripted) -> list[str]:
    return [event.text for event in driver.of(CommandSent)]


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_a_server_that_asks_is_shown_our_own_certificate(kind: str) -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity(), settings={"reqCert": True})})
    mine = replace(services(), credentials=(own_credential(kind),))
    assert driver.run(probe(Options("example.test", config=CONFIG), mine, driver.emit)) == 0
    (established,) = driver.of(TlsEstablished)
    shown = established.secured.client_signature
    assert shown is not None and not shown.raw_key
    algorithm = {"p256": "ECDSA (prime256v1)", "rsa2048": "RSA-PSS (2048 bits)"}[kind]
    ending = f" client-signature {algorithm} client-digest {shown.digest}"
    assert any(line.endswith(ending) for line in log_of(driver))


def test_our_own_key_has_to_be_strong_enough_for_the_cipher_string() -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity(), settings={"reqCert": True})})
    mine = replace(services(), credentials=(own_credential("rsa1024"),))
    demanding = Config(myhostname="client.test", tls_medium_cipherlist="ALL:@SECLEVEL=2")
    options = Options("example.test", config=demanding, level=Level.ENCRYPT)
    driver.run(probe(options, mine, driver.emit))
    assert [problem.reason for problem in driver.of(TlsProblem)] == ["ee key too small"]
    assert not driver.of(TlsEstablished)


def test_a_server_without_starttls() -> None:
    driver = Scripted(world(), {ADDRESS: MailServer()})
    assert run(driver) == 0
    assert commands(driver) == ["EHLO client.test", "QUIT"]
    assert not driver.open and driver.of(Disconnected)


def test_dane_match() -> None:
    driver = Scripted(world(f"3 1 1 {KEY_HASH}"), {ADDRESS: MailServer(identity())})
    assert run(driver) == 0
    assert commands(driver) == ["EHLO client.test", "STARTTLS", "EHLO client.test", "QUIT"]
    (established,) = driver.of(TlsEstablished)
    assert established.trust is Trust.VERIFIED
    assert driver.of(AuthorityMatched) and not driver.of(VerificationFailed)
    lines = log_of(driver)
    assert lines[0] == "prog: Connected to mx.example.test[192.0.2.1]:25"
    assert lines[8].endswith(f": Matched DANE EE certificate at depth 0: 3 1 1 {KEY_HASH.upper()}")
    assert lines[-1] == "prog: < 221 bye"


def test_dane_mismatch() -> None:
    driver = Scripted(world(f"3 1 1 {OTHER_HASH}"), {ADDRESS: MailServer(identity())})
    assert run(driver) == 0
    (failed,) = driver.of(VerificationFailed)
    assert (failed.error.code, failed.error.depth) == (65, 0)
    assert driver.of(TlsEstablished)[0].trust is Trust.UNTRUSTED


def test_insecure_exchange_is_trusted_at_most() -> None:
    insecure = World(
        mx={"example.test": ["10 mx.example.test"]},
        a={"mx.example.test": [ADDRESS]},
        tlsa={"_25._tcp.mx.example.test": [f"3 1 1 {KEY_HASH}"]},
        insecure={"example.test/MX"},
    )
    driver = Scripted(insecure, {ADDRESS: MailServer(identity())})
    run(driver)
    assert driver.of(LevelDecided)[0].level is Level.HALF_DANE
    assert driver.of(TlsEstablished)[0].trust is Trust.TRUSTED


def test_no_tlsa_records_means_secure_and_no_server_name() -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity())})
    run(driver)
    assert driver.of(LevelDecided)[0].level is Level.SECURE
    assert b"mx.example.test" not in b"".join(e.data for e in driver.of(BytesSent) if e.data[:1] == b"\x16")
    assert driver.of(TlsEstablished)[0].trust is Trust.UNTRUSTED


def test_unusable_records_demand_tls_only() -> None:
    driver = Scripted(world("3 9 1 " + KEY_HASH), {ADDRESS: MailServer(identity())})
    run(driver)
    assert driver.of(TlsEstablished)[0].trust is Trust.UNTRUSTED
    assert "all TLSA records unusable, fallback to unauthenticated TLS" in "\n".join(log_of(driver))


def test_a_server_whose_reply_is_far_too_long_is_not_heard_in_tls_either() -> None:
    server = MailServer(identity(), go=b"220 " + b"x" * 2000 + b"\r\n")
    driver = Scripted(world(), {ADDRESS: server})
    assert run(driver, config=replace(CONFIG, line_length_limit=600)) == 0
    assert len(driver.of(HandshakeFailed)) == 1
    assert log_of(driver)[-1].endswith("SSL_connect error to mx.example.test[192.0.2.1]:25: lost connection")
    assert driver.of(BytesSent)[-1].data[:1] == b"\x16"  # the hello went out


def test_dane_only_fails_with_unusable_records() -> None:
    driver = Scripted(world("3 9 1 " + KEY_HASH), {ADDRESS: MailServer(identity())})
    run(driver, level=Level.DANE_ONLY)
    assert driver.of(VerificationFailed)[0].error.code == 1


def test_a_failed_tlsa_lookup_skips_the_address() -> None:
    broken = World(
        mx={"example.test": ["10 mx.example.test", "20 mx2.example.test"]},
        a={"mx.example.test": [ADDRESS], "mx2.example.test": ["192.0.2.2"]},
        fail={"_25._tcp.mx.example.test/TLSA": "SERVFAIL"},
    )
    driver = Scripted(broken, {ADDRESS: MailServer(), "192.0.2.2": MailServer()})
    run(driver)
    assert [event.peer.host for event in driver.of(AddressSkipped)] == ["mx.example.test"]
    assert [event.peer.host for event in driver.of(Connected)] == ["mx2.example.test"]


def test_fingerprints() -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity())})
    run(driver, level=Level.FINGERPRINT, match=("nothex", KEY_HASH))
    assert driver.of(FingerprintMalformed)
    assert driver.of(TlsEstablished)[0].trust is Trust.VERIFIED


def test_an_anonymous_server() -> None:
    driver = Scripted(world(), {ADDRESS: _Anonymous()})
    run(driver, level=Level.MAY, protocols="TLSv1.2")
    assert driver.of(TlsEstablished)[0].trust is Trust.ANONYMOUS
    assert driver.of(ServerAnonymous) and not driver.of(ChainPresented)
    assert "prog: Server is anonymous" in log_of(driver)


class _Anonymous(MailServer):
    def __init__(self) -> None:
        super().__init__(wrapper=False)

    def __call__(self):  # type: ignore[no-untyped-def]
        connection = MailServer(identity())()
        connection._server.identity = identity()
        original = connection._start_tls

        def start() -> None:
            connection._server.identity = None
            original()

        connection._start_tls = start  # type: ignore[method-assign]
        return connection


def test_the_chain_is_told_after_the_second_ehlo() -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity())})
    run(driver)
    kinds = [type(event) for event in driver.events if isinstance(event, CommandSent | ChainPresented)]
    assert kinds.index(ChainPresented) == len(kinds) - 2  # before QUIT


def test_wrapper_mode() -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity(), wrapper=True)})
    assert run(driver, "example.test:465", wrapper=True) == 0
    assert commands(driver) == ["EHLO client.test", "QUIT"]
    assert driver.events.index(driver.of(TlsEstablished)[0]) < driver.events.index(driver.of(CommandSent)[0])


def test_wrapper_mode_without_tls_says_quit_at_once() -> None:
    driver = Scripted(world(), {ADDRESS: MailServer()})
    run(driver, wrapper=True, tls_disabled=True)
    assert commands(driver) == ["QUIT"]


@pytest.mark.parametrize("off", [{"level": Level.NONE}, {"tls_disabled": True}])
def test_tls_switched_off(off: dict[str, Any]) -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity())})
    run(driver, **off)
    assert commands(driver) == ["EHLO client.test", "QUIT"]


def test_injected_plaintext_is_dropped_and_told() -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity(), injected=b"250 injected\r\n")})
    run(driver)
    assert driver.of(PlaintextDiscarded)[0].data == b"250 injected\r\n"
    assert driver.of(TlsEstablished)


def test_lmtp() -> None:
    driver = Scripted(world(), {"/run/lmtp": MailServer()})
    run(driver, "unix:/run/lmtp", lmtp=True)
    assert commands(driver) == ["LHLO client.test", "QUIT"]
    assert log_of(driver)[0] == "prog: Connected to client.test[/run/lmtp]"


def test_nowhere_to_go() -> None:
    driver = Scripted(World(), {})
    assert run(driver) == 0
    (failed,) = driver.of(RouteFailed)
    assert failed.failure is not None and failed.failure.status is DnsStatus.NOT_FOUND


def test_a_senseless_destination() -> None:
    with pytest.raises(UsageError, match="valid hostname or network address required"):
        run(Scripted(), "a..test")


def test_the_next_address_is_tried() -> None:
    two = World(mx={"example.test": ["10 mx.example.test"]}, a={"mx.example.test": [ADDRESS, "192.0.2.2"]})
    for refused, answers in ((ADDRESS, "192.0.2.2"), ("192.0.2.2", ADDRESS)):
        driver = Scripted(two, {refused: errno.EHOSTUNREACH, answers: MailServer()})
        run(driver)
        assert driver.of(Connected)[0].peer.address == answers
        assert all(event.code == errno.EHOSTUNREACH for event in driver.of(ConnectFailed))


def test_refusals_end_the_session_without_quit() -> None:
    for script in (
        Script("554 no"),
        Script("220 hi", ("EHLO client.test", "502 no")),
        Script("220 hi", ("EHLO client.test", "250 STARTTLS"), ("STARTTLS", "454 no")),
    ):
        driver = Scripted(world(), {ADDRESS: script})
        assert run(driver) == 0
        assert len(driver.of(ReplyRefused)) == 1
        assert "QUIT" not in commands(driver) and not driver.open


def test_trouble_after_starttls_is_fatal() -> None:
    script = Script("220 hi", ("EHLO client.test", "250 STARTTLS"), ("STARTTLS", ""))
    driver = Scripted(world(), {ADDRESS: script})
    assert run(driver) == 1
    assert driver.of(DialogueBroken)[0].fatal and not driver.open
    assert log_of(driver)[-1] == "prog: fatal: lost connection while sending STARTTLS"


@pytest.mark.parametrize(
    ("answer", "code"),
    [(b"500 what?\r\n", -1), (b"\x15\x03\x03\0\2\2\x28", -1), (b"\x15\x03\x03\0\2\1\0", 0), (b"", 0)],
)
def test_a_failed_handshake_ends_the_session(answer: bytes, code: int) -> None:
    class Breaking(MailServer):
        def __call__(self):  # type: ignore[no-untyped-def]
            connection = MailServer(identity())()
            plain = connection.feed

            def feed(data: bytes) -> bytes:
                if data[:1] == b"\x16":
                    connection.closed = True
                    return answer
                return plain(data)

            connection.feed = feed  # type: ignore[method-assign]
            return connection

    driver = Scripted(world(), {ADDRESS: Breaking()})
    assert run(driver) == 0
    assert driver.of(HandshakeFailed)[0].code == code
    assert bool(driver.of(TlsProblem)) == (code == -1)
    assert "QUIT" not in commands(driver) and not driver.open


@pytest.mark.parametrize("error", [TimedOut(), LostConnection(errno.ECONNRESET)])
def test_trouble_during_the_handshake(error: TimedOut | LostConnection) -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity())}, trouble={(Receive, 4): error})
    assert run(driver) == 0
    expected = errno.ETIMEDOUT if isinstance(error, TimedOut) else errno.ECONNRESET
    assert driver.of(HandshakeFailed)[0].code == expected


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_cutting_the_stream_changes_nothing(pieces: list[int]) -> None:
    whole = Scripted(world(f"3 1 1 {KEY_HASH}"), {ADDRESS: MailServer(identity())})
    cut = Scripted(world(f"3 1 1 {KEY_HASH}"), {ADDRESS: MailServer(identity())}, pieces=pieces)
    assert run(whole) == run(cut) == 0
    assert log_of(whole) == log_of(cut)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.sampled_from([Send, Receive]), st.integers(1, 12), st.booleans())
def test_whatever_breaks_the_connection_is_closed_and_the_story_ends(
    kind: type[Send | Receive], number: int, timeout: bool
) -> None:
    error = TimedOut() if timeout else LostConnection(errno.ECONNRESET)
    driver = Scripted(
        world(f"3 1 1 {KEY_HASH}"), {ADDRESS: MailServer(identity())}, trouble={(kind, number): error}
    )
    assert run(driver) in (0, 1)
    assert not driver.open and driver.of(Close)


def test_raw_public_keys_are_presented_before_the_verdict() -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity())})
    run(driver, level=Level.MAY, raw_public_keys=True)  # this server has no raw key: a certificate comes
    assert not driver.of(RawKeyPresented) and driver.of(TlsEstablished)[0].trust is Trust.UNTRUSTED


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"protocols": "SSLv4"}, 'Invalid TLS protocol list "SSLv4": aborting TLS session'),
        ({"grade": "strongest"}, 'invalid cipher grade: "strongest"'),
        ({"servername": "x" * 256}, "ignoring too long SNI hostname"),
        ({"protocols": "<=TLSv1.1", "level": Level.SECURE}, "no protocols available"),
        ({"config": Config(myhostname="c.test", tls_medium_cipherlist="nosuch")}, "no cipher match"),
        ({"config": NO_GROUP}, "no suitable groups"),
    ],
)
def test_offers_that_cannot_be_made(options: dict[str, Any], line: str) -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity())})
    assert run(driver, **options) == 0
    assert line in "\n".join(log_of(driver))
    assert not driver.of(TlsEstablished) and "QUIT" not in commands(driver)


def test_odd_bounds_are_told_and_ignored() -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity())})
    run(driver, protocols=">=0305 <=0200")
    lines = "\n".join(log_of(driver))
    assert "error setting minimum TLS version to: 0x0305" in lines
    assert "error setting maximum TLS version to: 0x0200" in lines
    assert driver.of(TlsEstablished)


TICKETS = {"ticketKeys": [bytearray(range(32))]}


def passes(driver: Scripted) -> list[str]:
    return [
        type(event).__name__
        for event in driver.events
        if isinstance(event, SessionBegan | SessionReused | Reconnecting | ReconnectingDone)
    ]


def test_reconnecting_takes_up_the_session_and_says_less() -> None:
    driver = Scripted(world(f"3 1 1 {KEY_HASH}"), {ADDRESS: MailServer(identity(), settings=TICKETS)})
    assert run(driver, reconnect_delay=2) == 0
    assert passes(driver) == [
        "SessionBegan",
        "Reconnecting",
        "SessionBegan",
        "SessionReused",
        "ReconnectingDone",
    ]
    assert driver.of(ReconnectingDone)[0].why == "found"
    assert [event.trust for event in driver.of(TlsEstablished)] == [Trust.VERIFIED] * 2
    assert commands(driver).count("EHLO client.test") == 3  # none inside TLS on the second pass
    assert [sleep.seconds for sleep in driver.of(Sleep)] == [2]
    lines = log_of(driver)
    again = lines[lines.index("prog: Reconnecting after 2 seconds") :]
    assert not any("EHLO" in line or "Matched" in line for line in again)
    assert any("Reusing old session" in line for line in again)


def test_an_untrusted_session_taken_up_again() -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity(), settings=TICKETS)})
    run(driver, reconnect_delay=1)
    assert len(driver.of(VerificationFailed)) == 1 and len(driver.of(UntrustedReused)) == 1


def test_a_server_without_sessions() -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity(), settings={"ticket_count": 0})})
    run(driver, reconnect_delay=1)
    assert driver.of(ReconnectingDone)[0].why == "declined" and len(driver.of(SessionBegan)) == 1


def test_the_limit_of_passes() -> None:
    driver = Scripted(world(), {ADDRESS: MailServer(identity(), settings=TICKETS)})
    run(driver, reconnect_delay=1, reconnect_limit=0)
    assert driver.of(ReconnectingDone)[0].why == "limit" and len(driver.of(SessionBegan)) == 1


def test_names_that_change_make_for_another_try() -> None:
    class Balancer(MailServer):
        turns = 0

        def __call__(self):  # type: ignore[no-untyped-def]
            Balancer.turns += 1
            self.name = f"backend{Balancer.turns % 2}.test"
            return super().__call__()

    driver = Scripted(world(), {ADDRESS: Balancer(identity(), settings=TICKETS)})
    run(driver, reconnect_delay=1)
    assert len(driver.of(SessionBegan)) == 3 and len(driver.of(SessionReused)) == 1


def test_a_session_that_fails_ends_the_passes_and_is_forgotten() -> None:
    driver = Scripted(
        world(),
        {ADDRESS: MailServer(identity(), settings=TICKETS)},
        trouble={(Receive, 4): LostConnection(errno.ECONNRESET)},
    )
    assert run(driver, reconnect_delay=1) == 0
    assert driver.of(SessionRemoved) and not driver.of(Reconnecting)


def test_reconnecting_uses_the_address_that_worked_and_the_level_it_came_to() -> None:
    two = World(mx={"example.test": ["10 mx.example.test"]}, a={"mx.example.test": [ADDRESS, "192.0.2.2"]})
    driver = Scripted(two, {ADDRESS: MailServer(identity(), settings=TICKETS)})
    run(driver, reconnect_delay=1)
    assert {event.peer.address for event in driver.of(Connected)} == {ADDRESS}
    assert len(driver.of(LevelDecided)) <= 2  # decided for each address of the first pass only
