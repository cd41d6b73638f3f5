"""Validation of our own in reports: what came of each lookup, and which signatures end when."""

from __future__ import annotations

import hashlib

import pytest

from pyfinger.events import (
    CnameFollowed,
    DnsQuery,
    DnsReply,
    Event,
    LookedUp,
    ProbeBegan,
    ProbeEnded,
    RouteFailed,
)
from pyfinger.events.dnssec import DnssecDiffers, DnssecValidated, Word
from pyfinger.model import Answer, DnsStatus, Level, LookupFailure
from pyfinger.model.dnssec import (
    Bogus,
    BogusReason,
    Indeterminate,
    IndeterminateReason,
    Insecure,
    InsecureReason,
    ProofKind,
    ProofSignature,
    ProofStep,
    Secure,
    Security,
    Validated,
)
from pyfinger.report.document import DnssecOutcome, Outcome, Report
from pyfinger.report.document.formats import nagios_line, openmetrics
from pyfinger.report.document.model import DAY
from pyfinger.report.expiry import expiry_lines
from pyfinger.x509.certificate import parse_certificate
from tests.mailserver import MailServer, identity
from tests.report.document.probing import ADDRESS, HOST, START, events_of, recorded, simple_world

BOGUS = Bogus(BogusReason.SIGNATURE_WRONG, "a.test", "A", disputed=True)
INSECURE = Insecure(InsecureReason.OPT_OUT, "test")
UNKNOWN = Indeterminate(IndeterminateReason.REFUSED, "test DS", "SERVFAIL")


def link(zone: str, left: float, life: float, fault: BogusReason | None = None) -> ProofStep:
    """A link whose signature has so much left of so long a life, in days."""
    ends = int(START + left * DAY)
    signature = ProofSignature(zone, 1, 13, int(ends - life * DAY), ends, fault)
    return ProofStep(ProofKind.RRSET, zone, f"a.{zone}", "A", signatures=(signature,))


def validated(
    security: Security, *steps: ProofStep, name: str = "a.test", decides: bool = True
) -> DnssecValidated:
    return DnssecValidated(name, "A", Validated(security, steps), decides)


def lookup(*inside: Event, failure: LookupFailure | None = None) -> Report:
    """A report of one lookup, and that it led nowhere."""
    asked = (DnsQuery("a.test", "A", True), DnsReply("a.test", "A", None, False, "127.0.0.1"))
    answer = LookedUp(Answer("a.test", "A", failure=failure))
    began = ProbeBegan("a.test", Level.DANE, Level.DANE)
    return recorded([began, *asked, *inside, answer, RouteFailed(failure), ProbeEnded(0)])


def test_without_validation_there_is_nothing_to_say() -> None:
    report = lookup()
    assert [each.dnssec for each in report.lookups] == [None]
    assert report.dnssec_days_left is None


@pytest.mark.parametrize(
    ("security", "outcome", "reason", "code"),
    [
        (Secure(START), DnssecOutcome.SECURE, "", None),
        (INSECURE, DnssecOutcome.INSECURE, "opt-out", 0),
        (BOGUS, DnssecOutcome.BOGUS, "signature-wrong", 6),
        (UNKNOWN, DnssecOutcome.INDETERMINATE, "refused", 23),
    ],
)
def test_each_outcome_with_its_reason(
    security: Security, outcome: DnssecOutcome, reason: str, code: int | None
) -> None:
    [found] = lookup(validated(security, link("test", 10, 30))).lookups
    assert found.dnssec is not None
    assert (found.dnssec.outcome, found.dnssec.reason, found.dnssec.extended_error) == (outcome, reason, code)
    assert found.dnssec.zones == ("test",) and found.dnssec.steps == (link("test", 10, 30),)
    assert found.dnssec.disputed is (security is BOGUS)
    assert found.dnssec.decides and found.dnssec.differs is None
    assert found.dnssec.ends == START + 10 * DAY


def test_of_several_questions_the_worst_counts() -> None:
    order: list[Security] = [BOGUS, UNKNOWN, INSECURE, Secure(START)]
    for worst in range(len(order)):
        told = [validated(each) for each in reversed(order[worst:])]
        [found] = lookup(*told).lookups
        assert found.dnssec is not None and found.dnssec.outcome.value in type(order[worst]).__name__.lower()


def test_what_is_asked_on_the_way_is_a_lookup_of_its_own() -> None:
    way = (DnsQuery("test", "DNSKEY", True), DnsReply("test", "DNSKEY", None, False, "127.0.0.2"))
    again = (DnsQuery("b.test", "A", True), DnsReply("b.test", "A", None, False, "127.0.0.3"))
    then = (CnameFollowed("a.test", "b.test"), DnsReply("b.test", "A", None, False, "127.0.0.4"))
    report = lookup(*way, *again, validated(INSECURE), *then, validated(BOGUS, name="b.test"))
    assert [(each.name, each.rdtype, each.server) for each in report.lookups] == [
        ("a.test", "A", "127.0.0.4"),
        ("test", "DNSKEY", "127.0.0.2"),
        ("b.test", "A", "127.0.0.3"),
    ]
    assert [each.dnssec is not None for each in report.lookups] == [True, False, False]
    assert report.lookups[0].aliases == ("b.test",)
    assert report.lookups[0].dnssec and report.lookups[0].dnssec.outcome is DnssecOutcome.BOGUS


def test_a_name_server_of_another_opinion() -> None:
    for differs in (True, False):
        told = [DnssecDiffers("a.test", "A", "127.0.0.1", Word.SECURE, BOGUS)] * differs
        [found] = lookup(validated(BOGUS, decides=False), *told).lookups
        assert found.dnssec is not None and found.dnssec.differs is differs and not found.dnssec.decides


def test_a_destination_that_is_bogus_is_called_so() -> None:
    failure = LookupFailure(DnsStatus.RETRY, "a.test", "A")
    report = lookup(validated(BOGUS), failure=failure)
    assert report.outcome is Outcome.DNS_BOGUS
    assert "a signature does not fit: a.test" in report.explanation
    assert report.warnings == (
        "DNSSEC: a.test (A): bogus: a signature does not fit: a.test (A) (some resolvers accept this)",
    )
    assert lookup(validated(UNKNOWN), failure=failure).outcome is Outcome.DNS_TEMPORARY


def good_probe(*steps: ProofStep) -> list[Event]:
    """A probe that ends well, whose MX was validated by these links."""
    spki = parse_certificate(identity().chain[0]).spki
    world = simple_world(f"3 1 1 {hashlib.sha256(spki).hexdigest()}")
    events = events_of(world, {ADDRESS: MailServer(identity())})
    place = next(at for at, event in enumerate(events) if isinstance(event, LookedUp))
    proof = DnssecValidated("example.test", "MX", Validated(Secure(START), steps), True)
    return [*events[:place], proof, *events[place:]]


@pytest.mark.parametrize(
    ("left", "life", "days", "soon"),
    [
        (5.0, 30.0, 14.0, True),
        (5.0, 30.0, 4.0, False),
        (7.0, 30.0, 14.0, False),  # it is not yet time to sign anew
        (0.9, 2.0, 14.0, False),
        (0.3, 2.0, 14.0, True),
    ],
)
def test_a_zone_that_nobody_signs_anew_is_as_bad_as_a_certificate(
    left: float, life: float, days: float, soon: bool
) -> None:
    events = good_probe(link(".", 20, 30), link("test", 25, 30), link("test", left, life))
    report = recorded(events, warn_days=days)
    assert report.outcome is (Outcome.EXPIRING if soon else Outcome.MET)
    assert report.explanation.endswith("signatures of zone test end soon") is soon
    assert report.dnssec_days_left == pytest.approx(left, abs=0.01)
    told = {text: soon for soon, text in expiry_lines(report, days) if text.startswith("zone ")}
    spelled = "less than a day" if left < 1 else f"{int(left - 0.001)} days"
    assert told == {
        "zone .: signatures end in 19 days, those of a.. A first": False,
        f"zone test: signatures end in {spelled}, those of a.test A first": soon,
    }


def test_days_are_not_counted_unless_asked_for() -> None:
    assert recorded(good_probe(link("test", 0.1, 30))).outcome is Outcome.MET


def test_bad_signatures_do_not_end() -> None:
    report = recorded(good_probe(link("test", 0.1, 30, BogusReason.SIGNATURE_EXPIRED)), warn_days=14)
    assert report.outcome is Outcome.MET and report.dnssec_days_left is None
    assert HOST in report.explanation


def test_monitoring_is_told_when_signatures_end() -> None:
    report = recorded(good_probe(link(".", 20, 30), link("test", 5, 30)))
    assert nagios_line(report, None).endswith(b" dnssec_days_left=5.00;;;\n")
    lines = openmetrics(report).decode().splitlines()
    expected = [
        f'{{destination="example.test",zone="{zone}"}} {START + days * DAY}'
        for zone, days in ((".", 20), ("test", 5))
    ]
    assert [line for line in lines if line.startswith("dnssec_")] == [
        f"dnssec_signature_not_after{each}" for each in expected
    ]
    assert b"dnssec" not in nagios_line(lookup(), None) + openmetrics(lookup())
