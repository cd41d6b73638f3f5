"""The JSON document."""

from __future__ import annotations

import json

import pytest

from pyfinger import __version__
from pyfinger.report.document import Outcome, Report
from pyfinger.report.document.formats import SCHEMA, json_bytes
from pyfinger.report.encoding import codec
from tests.mailserver import MailServer, identity
from tests.report.document.probing import ADDRESS, recorded, report_of, simple_world
from tests.validating import report_problems
from tests.world import World

REPORTS = [
    recorded([]),
    report_of(World()),
    report_of(
        simple_world("3 1 1 " + "ab" * 32, "3 1 9 00"), {ADDRESS: MailServer(identity(), injected=b"\xff")}
    ),
    report_of(simple_world(), {ADDRESS: MailServer(banner="554 \x1b[31mno")}),
]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.outcome.name)
def test_the_document_holds_all_of_the_report(report: Report) -> None:
    data = json_bytes(report)
    assert data.isascii() and data.endswith(b"}\n")
    found = json.loads(data)
    assert (found.pop("schema"), found.pop("version")) == (SCHEMA, __version__)
    assert codec(Report).read(found) == report
    assert report_problems(data) == []


def test_outcomes_are_words() -> None:
    assert json.loads(json_bytes(REPORTS[2]))["outcome"] == "not-met"
    assert REPORTS[2].outcome is Outcome.NOT_MET


def test_what_is_no_report_is_refused() -> None:
    for broken in (b"{}", json_bytes(REPORTS[0]).replace(b'"unfinished"', b'"maybe"')):
        assert report_problems(broken)
