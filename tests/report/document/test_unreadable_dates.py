"""An end that nobody can read is not far away: who watches certificates is warned."""

from __future__ import annotations

import pytest

from pyfinger.model import Level
from pyfinger.report.document import Outcome, Report
from pyfinger.report.document.formats import nagios_line
from tests.mailserver import MailServer, identity
from tests.report.document.probing import ADDRESS, events_of, recorded, simple_world
from tests.report.document.test_monitoring import metrics
from tests.tls.server import Identity

READABLE, UNREADABLE = b"21000101000000Z", b"21001301000000Z"


def report(end: bytes, warn_days: float | None = None, level: Level = Level.MAY) -> Report:
    leaf, *rest = identity().chain
    assert READABLE in leaf
    altered = leaf.replace(b"\x0f" + READABLE, b"\x0f" + end)
    server = MailServer(Identity(identity().key_pem, (altered, *rest)))
    return recorded(events_of(simple_world(), {ADDRESS: server}, level=level), warn_days)


@pytest.mark.parametrize("warn_days", [None, 14.0])
def test_it_is_a_warning_whether_days_were_asked_for_or_not(warn_days: float | None) -> None:
    found = report(UNREADABLE, warn_days)
    assert found.outcome is Outcome.EXPIRING and found.met
    assert found.explanation.endswith("; when a certificate expires cannot be read")
    assert found.days_left is None and found.end_unreadable
    line = nagios_line(found, warn_days)
    assert line.startswith(b"PYFINGER WARNING - ")
    assert line.endswith(b" days_left=U;14:;;\n" if warn_days else b" days_left=U;;;\n")


def test_what_is_wrong_with_the_server_comes_first() -> None:
    assert report(UNREADABLE, level=Level.SECURE).outcome is Outcome.NOT_MET


def test_metrics_have_one_of_their_own() -> None:
    unread = metrics(report(UNREADABLE))["ssl_cert_not_after_unreadable"]
    assert [value for _, value in unread] == [1.0] + [0.0] * (len(unread) - 1)
    assert {value for _, value in metrics(report(READABLE))["ssl_cert_not_after_unreadable"]} == {0.0}


def test_an_end_that_can_be_read_is_no_warning() -> None:
    assert report(READABLE).outcome is Outcome.MET
