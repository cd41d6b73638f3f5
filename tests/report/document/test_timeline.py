"""Where the time went."""

from __future__ import annotations

import pytest

from pyfinger.events import (
    BytesReceived,
    BytesSent,
    Connected,
    ConnectFailed,
    Connecting,
    CredentialSeen,
    Disconnected,
    DnsQuery,
    DnsReply,
    Event,
    HandshakeFailed,
    RawKeyChecked,
    StepBegan,
)
from pyfinger.model import Endpoints, Peer
from pyfinger.report.document.model import Span
from pyfinger.report.document.timeline import Timeline
from tests.mailserver import MailServer, identity
from tests.report.document.probing import ADDRESS, report_of, simple_world

PEER = Peer("mx.test", "192.0.2.1", 25)


def spans(*told: tuple[Event, float]) -> list[tuple[str, str, float, float]]:
    timeline = Timeline()
    for event, at in told:
        timeline(event, at)
    return [(span.what, span.detail, span.began, span.seconds) for span in timeline.spans]


def test_a_whole_probe() -> None:
    report = report_of(simple_world(), {ADDRESS: MailServer(identity())})
    steps = [span.what for span in report.spans if span.what not in ("flight", "verification")]
    assert steps == [*["dns"] * 4, "connect", "greeting", "EHLO", "STARTTLS", "TLS", "EHLO", "QUIT"]
    assert {span.session for span in report.spans if span.what == "dns"} == {1, 0}
    tls = next(span for span in report.spans if span.what == "TLS")
    inside = [span for span in report.spans if span.what in ("flight", "verification")]
    assert inside and all(
        tls.began <= span.began and span.began + span.seconds <= tls.began + tls.seconds + 1e-9
        for span in inside
    )
    ends = [span.began + span.seconds for span in report.spans]
    assert max(ends) <= report.seconds


def test_waits_between_sessions() -> None:
    server = MailServer(identity(), settings={"ticketKeys": [bytearray(range(32))]})
    report = report_of(simple_world(), {ADDRESS: server}, reconnect_delay=2)
    waits = [span for span in report.spans if span.what == "wait"]
    assert waits and [span.session for span in waits] == list(range(1, len(waits) + 1))


def test_flights_begin_when_we_have_spoken() -> None:
    assert spans(
        (StepBegan("TLS", 30), 1.0),
        (BytesSent(b"hello"), 1.1),
        (BytesReceived(b"a"), 1.4),
        (BytesReceived(b"b"), 1.5),
        (BytesSent(b"finished"), 1.75),
        (BytesReceived(b"c"), 2.0),
        (HandshakeFailed(PEER, 0), 2.25),
    ) == [
        ("TLS", "", 0.0, 1.25),
        ("flight", "server's flight 1", pytest.approx(0.1), pytest.approx(0.4)),
        ("flight", "server's flight 2", 0.75, 0.25),
    ]


def test_bytes_outside_a_handshake_are_no_flights() -> None:
    assert spans((StepBegan("EHLO", 30), 0.0), (BytesSent(b"x"), 0.5), (Disconnected(), 1.0)) == [
        ("EHLO", "", 0.0, 1.0)
    ]


def test_verification() -> None:
    told: list[tuple[Event, float]] = [(StepBegan("TLS", 30), 0.0), (CredentialSeen(PEER), 1.0)]
    failed = (HandshakeFailed(PEER, -1), 3.0)
    assert spans(*told, (RawKeyChecked(PEER, True), 1.5), failed)[1] == ("verification", "", 1.0, 0.5)
    assert [what for what, *_ in spans(*told, failed)] == ["TLS"]


def test_a_connection_and_a_handshake_that_failed_are_not_taken_for_others() -> None:
    timeline, ends = Timeline(), Endpoints("192.0.2.9", 1, "192.0.2.1", 25)
    events = (
        Connecting(PEER), ConnectFailed("x.test", PEER, 111), Connecting(PEER), Connected(PEER, ends),
        StepBegan("TLS", 30), HandshakeFailed(PEER, -1), StepBegan("QUIT", 30), Disconnected(),
    )  # fmt: skip
    for moment, event in enumerate(events):
        timeline(event, float(moment))
    assert [(span.what, span.failed) for span in timeline.spans] == [
        ("connect", True), ("connect", False), ("TLS", True), ("QUIT", False),
    ]  # fmt: skip


def test_an_answer_to_no_question_is_none() -> None:
    assert spans((DnsReply("x", "A", None, False, ""), 1.0)) == []
    assert spans((DnsQuery("", "NS", True), 1.0), (DnsReply("", "NS", None, False, ""), 2.0)) == [
        ("dns", ". NS", 0.0, 1.0)
    ]


def test_time_never_runs_backwards() -> None:
    timeline = Timeline()
    timeline(DnsQuery("a", "A", False), 2.0)
    timeline(DnsReply("a", "A", None, False, ""), 1.0)
    assert timeline.spans == (Span("dns", "a A", 0.0, 0.0),)
