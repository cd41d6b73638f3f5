"""Nagios lines, metrics, and the statuses that go with them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from pyfinger.report.document import Outcome, Report
from pyfinger.report.document.formats import CHECK_STATUS, PLUGIN_STATUS, nagios_line, openmetrics
from pyfinger.values import replace
from tests.mailserver import MailServer, identity
from tests.report.document.probing import ADDRESS, HOST, report_of, simple_world

NOWHERE = Report(Outcome.NO_DESTINATION, "Host not found", "x.test", began=0.0, seconds=0.25)
TLSA = "3 1 1 " + "ab" * 32


def good() -> Report:
    return report_of(simple_world(TLSA), {ADDRESS: MailServer(identity())})


def metrics(report: Report) -> dict[str, list[tuple[dict[str, str], float]]]:
    """What prometheus-client makes of it."""
    text = openmetrics(report).decode()
    return {
        family.name: [(sample.labels, sample.value) for sample in family.samples]
        for family in text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
    }


def test_every_outcome_has_its_statuses() -> None:
    assert set(CHECK_STATUS) == set(PLUGIN_STATUS) == set(Outcome)
    assert len(set(CHECK_STATUS.values())) == len(Outcome)
    assert [one for one in Outcome if not CHECK_STATUS[one]] == [Outcome.MET]
    assert [one for one in Outcome if not PLUGIN_STATUS[one]] == [Outcome.MET]


def test_a_plugin_says_it_in_one_line() -> None:
    assert nagios_line(NOWHERE, None) == (
        b"PYFINGER CRITICAL - no such destination: Host not found | time=0.250000s;;;0\n"
    )
    soon = replace(NOWHERE, outcome=Outcome.EXPIRING, days_left=3.0)
    assert nagios_line(soon, 14.0).startswith(b"PYFINGER WARNING - ")
    assert nagios_line(soon, 14.0).endswith(b" days_left=3.00;14:;;\n")


@given(st.text())
def test_whatever_a_server_says_it_is_one_line_and_one_bar(text: str) -> None:
    line = nagios_line(replace(NOWHERE, explanation=text), None)
    assert re.fullmatch(rb"[ -{}~]+ \| [ -{}~]+\n", line)


def test_metrics_of_a_session() -> None:
    found = metrics(good())
    assert found["pyfinger_policy_met"] == [({"destination": "example.test", "level": "dane"}, 0.0)]
    outcomes = {labels["outcome"]: value for labels, value in found["pyfinger_outcome"]}
    assert [name for name, value in outcomes.items() if value] == ["not-met"]
    ((labels, matched),) = found["ssl_tlsa_record_match"]
    assert (labels["usage"], labels["selector"], labels["matching"], labels["data"]) == (
        "3",
        "1",
        "1",
        "ab" * 32,
    )
    assert matched == 0.0 and labels["host"] == HOST
    assert len(found["ssl_cert_not_after"]) == len(identity().chain)
    ((session, _),) = found["pyfinger_session_info"]
    assert session["protocol"].startswith("TLSv1.") and session["trust"] == "Untrusted"
    assert {labels["step"] for labels, _ in found["pyfinger_step_duration_seconds"]} >= {"dns", "TLS", "QUIT"}


@pytest.mark.parametrize("server", [None, MailServer()])
def test_metrics_of_less_than_a_session(server: MailServer | None) -> None:
    found = metrics(report_of(simple_world(), {ADDRESS: server} if server else {}))
    assert found["pyfinger_policy_met"][0][1] == 0.0
    assert "ssl_tlsa_record_match" not in found


@given(st.text())
def test_labels_with_anything_in_them(text: str) -> None:
    ((labels, _),) = metrics(replace(NOWHERE, destination=text))["pyfinger_policy_met"]
    assert len(labels["destination"]) >= len(text) and labels["destination"].isprintable()
