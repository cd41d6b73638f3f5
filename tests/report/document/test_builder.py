"""Whole probes, as reports."""

from __future__ import annotations

import hashlib

import dns.edns
import dns.message
import dns.rcode
import pytest

from pyfinger.events import (
    AlertSeen,
    DisplayChosen,
    DnsQuery,
    DnsReply,
    LookedUp,
    ProbeBegan,
    ProbeRefused,
    ValidationOff,
)
from pyfinger.model import (
    Answer,
    DnsStatus,
    Level,
    LookupFailure,
    RecordOutcome,
    ServerTrouble,
    TlsaStatus,
    Trouble,
    Trust,
)
from pyfinger.options import Show
from pyfinger.report.document import Outcome, Problem, Report
from pyfinger.report.document.model import TlsReport
from pyfinger.report.document.tls import MOST_ALERTS, MOST_LINES, with_tls
from pyfinger.x509.certificate import parse_certificate
from tests.mailserver import MailServer, identity
from tests.report.document.probing import ADDRESS, HOST, START, events_of, recorded, report_of, simple_world
from tests.world import World

SPKI = parse_certificate(identity().chain[0]).spki
GOOD = f"3 1 1 {hashlib.sha256(SPKI).hexdigest()}"
BAD = "3 1 1 " + "ab" * 32
SERVER = {ADDRESS: MailServer(identity())}


def test_what_was_asked_for() -> None:
    report = report_of(simple_world(GOOD), SERVER, match=("a.test",), lmtp=False)
    assert (report.destination, report.level, report.match) == ("example.test", Level.DANE, ("a.test",))
    assert report.began == START
    assert report.seconds > 0


def test_lookups_with_their_security() -> None:
    report = report_of(simple_world(GOOD), SERVER)
    assert [(one.name, one.rdtype, one.secure, one.status) for one in report.lookups] == [
        ("example.test", "MX", True, DnsStatus.OK),
        (HOST, "A", True, DnsStatus.OK),
        (HOST, "AAAA", True, DnsStatus.NO_DATA),
        (f"_25._tcp.{HOST}", "TLSA", True, DnsStatus.OK),
    ]
    assert {one.server for one in report.lookups} == {"127.0.0.53"}
    assert all(one.seconds > 0 and one.began >= START for one in report.lookups)
    assert str(report.lookups[3].records[0].data).lower() == GOOD


def test_aliases_and_the_dnssec_probe() -> None:
    world = World(cname={"www.test": "mx.test"}, a={"mx.test": [ADDRESS]}, insecure={"*"}, split={"www.test"})
    report = report_of(world, {ADDRESS: MailServer()}, destination="[www.test]")
    first = report.lookups[0]
    assert (first.name, first.aliases, first.secure) == ("www.test", ("mx.test",), False)
    assert [one.rdtype for one in report.lookups].count("NS") == 1
    assert any("DNSSEC validation may be unavailable" in warning for warning in report.warnings)


def test_a_name_that_is_never_asked() -> None:
    failure = LookupFailure(DnsStatus.INVALID_NAME, "-bad-.test", "A")
    report = recorded([LookedUp(Answer("-bad-.test", "A", failure=failure))])
    (lookup,) = report.lookups
    assert (lookup.name, lookup.status, lookup.seconds) == ("-bad-.test", DnsStatus.INVALID_NAME, 0.0)


def test_dane() -> None:
    report = report_of(simple_world(GOOD, BAD), SERVER)
    (address,) = report.addresses
    assert address.connected and (address.level, address.tlsa_status) == (Level.DANE, TlsaStatus.USABLE)
    assert address.exchange_secure and address.tlsa_owner == f"_25._tcp.{HOST}" and len(address.tlsa) == 2
    (session,) = report.sessions
    tls = session.tls
    assert tls is not None and tls.established and tls.proved
    assert (tls.trust, tls.level, tls.servername) == (Trust.VERIFIED, Level.DANE, HOST)
    assert tls.protocol.startswith("TLSv1.") and tls.cipher and tls.bits_used >= 128
    assert {str(row.record).lower(): row.outcome for row in tls.records} == {
        GOOD: RecordOutcome.MATCHED,
        BAD: RecordOutcome.MISMATCHED,
    }
    assert tls.authority is not None and tls.authority.depth == 0
    assert tls.certificates[0].names == (f"DNS:{HOST}",)
    assert tls.certificates[0].key.kind == "EC" and tls.certificates[0].signed_with == "ecdsa-sha256"
    assert session.greeting == ("220 mx.example.test ESMTP",)
    assert session.capabilities == (HOST, "STARTTLS", "HELP")
    assert session.tls_capabilities == (HOST, "HELP")
    assert session.starttls and session.stop is None
    assert report.met and report.outcome is Outcome.MET


def test_a_mismatch_tells_every_problem() -> None:
    report = report_of(simple_world(BAD), SERVER)
    assert report.outcome is Outcome.NOT_MET and not report.met
    (session,) = report.sessions
    assert session.tls is not None
    assert session.tls.problems == (Problem(65, 0, "no matching DANE TLSA records"),)
    assert report.explanation.endswith(": no matching DANE TLSA records")


def test_resumption() -> None:
    server = MailServer(identity(), settings={"ticketKeys": [bytearray(range(32))]})
    report = report_of(simple_world(GOOD), {ADDRESS: server}, reconnect_delay=1)
    first, second = report.sessions[0].tls, report.sessions[-1].tls
    assert first is not None and second is not None
    assert first.saved_sessions > 0 and not first.offered_session
    assert second.offered_session and second.resumed and second.proved and not second.certificates
    assert report.outcome is Outcome.MET


@pytest.mark.parametrize(
    ("options", "outcome"), [({"level": Level.MAY}, Outcome.MET), ({}, Outcome.NO_STARTTLS)]
)
def test_no_starttls(options: dict[str, Level], outcome: Outcome) -> None:
    assert report_of(simple_world(), {ADDRESS: MailServer()}, **options).outcome is outcome


def test_a_greeting_that_says_no() -> None:
    report = report_of(simple_world(), {ADDRESS: MailServer(banner="554 go away")})
    stop = report.sessions[0].stop
    assert stop is not None and (stop.step, stop.code) == ("greeting", 554)
    assert report.outcome is Outcome.SMTP


def test_a_greeting_without_end_fills_no_memory() -> None:
    report = report_of(simple_world(), {ADDRESS: MailServer(identity(), banner="220-x\r\n" * 3000 + "220 x")})
    (session,) = report.sessions
    assert session.greeting == ("220-x",) * MOST_LINES
    assert session.tls is not None and session.tls.established


def test_nobody_answers() -> None:
    report = report_of(simple_world(GOOD))
    assert report.outcome is Outcome.CONNECT
    assert report.addresses[0].code and "refused" in report.addresses[0].error


def test_a_failed_tlsa_lookup() -> None:
    report = report_of(simple_world(TLSA="SERVFAIL"), SERVER)
    assert report.outcome is Outcome.DNS_BOGUS
    assert report.addresses[0].error == "TLSA lookup failed" and not report.sessions


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("SERVFAIL", Outcome.DNS_TEMPORARY),
        ("TIMEOUT", Outcome.DNS_TEMPORARY),
        ("NXDOMAIN", Outcome.NO_DESTINATION),
    ],
)
def test_a_failed_mx_lookup(word: str, outcome: Outcome) -> None:
    report = report_of(simple_world(MX=word))
    assert report.outcome is outcome
    assert "Name service error" in report.explanation


def test_a_handshake_that_fails() -> None:
    old = MailServer(identity(), settings={"maxVersion": (3, 3)})
    report = report_of(simple_world(GOOD), {ADDRESS: old}, protocols="TLSv1.3")
    tls = report.sessions[0].tls
    assert tls is not None and not tls.established and tls.failure
    assert report.outcome is Outcome.TLS and tls.failure in report.explanation


def test_bogus_data_in_the_servers_own_opinion() -> None:
    reply = dns.message.make_response(dns.message.make_query("example.test.", "MX", use_edns=0))
    reply.set_rcode(dns.rcode.SERVFAIL)
    reply.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode.DNSSEC_BOGUS)])
    report = report_of(World(fail={"example.test/MX": reply.to_wire()}))
    assert report.lookups[0].extended_errors == (6,)
    assert report.outcome is Outcome.DNS_BOGUS


def test_a_lookup_says_why_it_failed() -> None:
    """What was wrong, with whom, and whether it is validation."""
    failure = LookupFailure(DnsStatus.RETRY, "x.test", "MX")
    report = recorded(
        [
            DnsQuery("x.test", "MX", True),
            DnsReply(
                "x.test",
                "MX",
                failure,
                False,
                "127.0.0.53",
                extended=(6,),
                explanations=("why",),
                rcode=2,
                troubles=(ServerTrouble("192.0.2.1", Trouble.SILENT),),
            ),
            ValidationOff("x.test", "MX", "127.0.0.53", 0),
            LookedUp(Answer("x.test", "MX", failure=failure)),
        ]
    )
    (lookup,) = report.lookups
    assert (lookup.rcode, lookup.server, lookup.software) == ("SERVFAIL", "127.0.0.53", "systemd-resolved")
    assert (lookup.extended_error_names, lookup.explanations) == (("DNSSEC Bogus",), ("why",))
    assert lookup.troubles == (ServerTrouble("192.0.2.1", Trouble.SILENT),)
    assert lookup.answers_unvalidated


def test_injected_plaintext() -> None:
    report = report_of(simple_world(), {ADDRESS: MailServer(identity(), injected=b"250 injected\r\n")})
    assert report.sessions[0].injected == b"250 injected\r\n"


def test_a_refusal() -> None:
    report = recorded([DisplayChosen(Show(), True), ProbeRefused("bad '-t' option value: 0")])
    assert (report.outcome, report.explanation) == (Outcome.REFUSED, "bad '-t' option value: 0")


@pytest.mark.slow
def test_an_interrupted_probe() -> None:
    events = events_of(simple_world(GOOD), SERVER)
    for end in range(1, len(events) - 1):
        report = recorded(events[:end])
        assert isinstance(report, Report) and report.outcome is Outcome.UNFINISHED


def test_nothing_at_all() -> None:
    assert recorded([]).outcome is Outcome.UNFINISHED
    assert recorded([ProbeBegan("", Level.NONE, Level.NONE)]).seconds == 0


def test_certificates_that_expire() -> None:
    events = events_of(simple_world(GOOD), SERVER)
    left = recorded(events).days_left
    assert left is not None and left > 0
    assert recorded(events, left + 1).outcome is Outcome.EXPIRING
    assert recorded(events, left + 1).met
    assert recorded(events, left - 1).outcome is Outcome.MET
    assert recorded(events_of(simple_world(BAD), SERVER), left + 1).outcome is Outcome.NOT_MET


def test_raw_public_keys_are_kept() -> None:
    report = report_of(simple_world(), SERVER, destination="unix:/nowhere", lmtp=True)
    assert report.lmtp and report.outcome is Outcome.CONNECT
    long = report_of(World(), destination="unix:/" + "x" * 120, lmtp=True)
    assert long.addresses[0].error == "path too long"


def test_what_the_hellos_say() -> None:
    tls = report_of(simple_world(GOOD), SERVER).sessions[0].tls
    assert tls is not None
    assert {"server_name", "supported_versions", "key_share"} <= set(tls.offered_extensions)
    assert "supported_versions" in tls.accepted_extensions
    prints = tls.fingerprints
    assert prints.ja3.startswith("771,4866-") and prints.ja3s.startswith("771,")
    assert len(prints.ja3_hash) == len(prints.ja3s_hash) == 32
    assert prints.ja4.startswith("t13d") and prints.ja4_raw.startswith(prints.ja4[:10])
    assert not tls.hello_retried


def test_a_hello_that_had_to_be_sent_again() -> None:
    picky = MailServer(identity(), settings={"eccCurves": ["secp384r1"], "keyShares": ["secp384r1"]})
    tls = report_of(simple_world(GOOD), {ADDRESS: picky}, protocols="TLSv1.3").sessions[0].tls
    assert tls is not None and tls.established and tls.hello_retried
    assert tls.group == "secp384r1"


def test_alerts_without_end_fill_no_memory() -> None:
    tls = TlsReport(established=False)
    for _ in range(MOST_ALERTS + 10):
        tls = with_tls(tls, AlertSeen(True, 1, 100))
    assert len(tls.alerts) == MOST_ALERTS


def test_alerts() -> None:
    old = MailServer(identity(), settings={"maxVersion": (3, 3)})
    tls = report_of(simple_world(), {ADDRESS: old}, protocols="TLSv1.3").sessions[0].tls
    assert tls is not None
    assert [(alert.sent, alert.level, alert.description) for alert in tls.alerts] == [(False, 2, 70)]
