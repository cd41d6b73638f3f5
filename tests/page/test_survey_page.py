"""The page of a survey: the numbers of its summary, and a size that browsers open at once."""

from __future__ import annotations

import json
import re

import pytest

from pyfinger.check.report_model import CheckVerdict
from pyfinger.page.blocks import Badge
from pyfinger.page.survey_page import MOST_WORST, ROWS_IN_FOLD, survey_page
from pyfinger.page.template_rendering import Pages
from pyfinger.survey.reporting import SurveyedDomain, SurveyedVerdict, SurveyReport, faults
from pyfinger.survey.summary_text import summary_json
from pyfinger.values import replace
from tests.page.figures import differing, figures
from tests.page.hostile import hostile, structure
from tests.page.surveys import full_survey

jinja2 = pytest.importorskip("jinja2", reason="pages need Jinja2")

MOST_OCTETS = 5_000_000


def rendered(report: SurveyReport) -> str:
    return Pages().render("survey.html", page=survey_page(report))


@pytest.fixture(scope="module")
def page() -> str:
    return rendered(full_survey())


def test_it_is_html_without_an_error(page: str) -> None:
    tags = [tag.rpartition("}")[2] for tag, _ in structure(page)]
    assert tags.count("h1") == 1
    assert {"main", "nav", "table", "details", "svg"} <= set(tags)


def test_hostile_names_change_nothing_in_the_structure(page: str) -> None:
    assert structure(rendered(full_survey(hostile()))) == structure(page)


@pytest.mark.slow
def test_every_number_is_the_summarys(page: str) -> None:
    document = json.loads(summary_json(full_survey().summary))
    assert differing(page, document) == []
    pointers = {pointer for pointer, _, _ in figures(page)}
    for name in ("protocols", "ciphers", "groups", "keys", "stages", "expiry"):
        assert {f"/{name}/{place}/count" for place in range(len(document[name]))} <= pointers
    assert {"/post_quantum", "/secured", "/operators/29/domains", "/ending/0/days_left"} <= pointers


def test_bars_are_divided_as_the_verdicts_are(page: str) -> None:
    plots = survey_page(full_survey()).plots
    assert [plot.id for plot in plots] == ["time", "operators"]
    segments = plots[0].bars[-1].segments
    assert [(one.what, one.width) for one in segments] == [
        ("ok", 50.0),
        ("degraded", 10.0),
        ("not-protected", 30.0),
        ("could-not-tell", 5.0),
        ("failed", 5.0),
    ]
    assert [one.begin for one in segments] == [0.0, 50.0, 60.0, 90.0, 95.0]
    assert 'aria-label="run 3, 2026-11-28: 100 ok, 20 degraded, 60 not protected' in page


def test_every_pattern_of_a_bar_is_defined_once(page: str) -> None:
    wanted = set(re.findall(r'fill="url\(#(p-[a-z-]+)\)"', page))
    defined = re.findall(r'<pattern id="(p-[a-z-]+)"', page)
    assert wanted == set(defined)
    assert len(defined) == len(set(defined))


def test_the_worst_come_first() -> None:
    worst = next(part for part in survey_page(full_survey()).parts if part.id == "worst")
    (table,) = worst.tables
    verdicts = [cell.text for row in table.rows if isinstance(cell := row.cells[1], Badge)]
    assert verdicts == ["failed"] * 10 + ["degraded"] * (MOST_WORST - 10)


def test_a_fault_of_many_domains_comes_before_others_and_then_what_ends_first() -> None:
    rows = (
        SurveyedDomain(1, "a.test", "mx1: late", "one.example", 900),
        SurveyedDomain(2, "b.test", "mx2: shared", "two.example", 700),
        SurveyedDomain(3, "c.test", "mx3: soon", "one.example", 300),
        SurveyedDomain(4, "d.test", "mx2: shared", "two.example", 800),
        SurveyedDomain(5, "e.test", "mx4: none", "one.example"),
    )
    failed = SurveyedDomain(6, "f.test", "mx5: failed", "one.example", 999)
    groups = (
        SurveyedVerdict(CheckVerdict.DEGRADED, rows),
        SurveyedVerdict(CheckVerdict.FAILED, (failed,)),
        SurveyedVerdict(CheckVerdict.OK, (replace(failed, reason="all is well"),)),
    )
    found = faults(replace(full_survey(), domains=groups))
    told = [(one.reason, len(one.domains), one.ends) for one in found]
    assert told == [
        ("mx5: failed", 1, 999),
        ("mx2: shared", 2, 700),
        ("mx3: soon", 1, 300),
        ("mx1: late", 1, 900),
        ("mx4: none", 1, None),
    ]


@pytest.mark.parametrize(
    ("count", "title", "which"),
    [
        (0, "None is bad", None),
        (1, "The one fault", "d0.test"),
        (5, "The one fault", "d0.test, d1.test, d2.test and 2 more"),
    ],
)
def test_a_fault_names_the_first_domains_that_have_it(count: int, title: str, which: str | None) -> None:
    rows = tuple(SurveyedDomain(place, f"d{place}.test", "mx1: fault", "x.example") for place in range(count))
    groups = (SurveyedVerdict(CheckVerdict.FAILED, rows),) if rows else ()
    worst = next(p for p in survey_page(replace(full_survey(), domains=groups)).parts if p.id == "worst")
    assert worst.title == title
    assert [row.cells[3] for table in worst.tables for row in table.rows] == ([which] if which else [])


def test_one_is_no_plural() -> None:
    found = full_survey()
    one = replace(found.summary, lines=1, domains=1, secured=1, operators=found.summary.operators[:1])
    page = rendered(replace(found, summary=one))
    assert not re.search(r"\b1 (domains|lines|connections|faults)\b", re.sub("<[^>]*>", " ", page))


def test_all_domains_of_many_are_on_a_page_of_less_than_five_megabytes() -> None:
    report = full_survey(domains=10_000)
    facts = survey_page(report)
    shown = [row.domain for fold in facts.folds for row in fold.rows]
    assert shown == [domain.domain for group in report.domains for domain in group.domains]
    assert max(len(fold.rows) for fold in facts.folds) == ROWS_IN_FOLD
    page = rendered(report)
    assert len(page.encode()) < MOST_OCTETS
    assert page.count("<details") == page.count("</details>")
    assert not re.search("<details[^>]* open", page), "nothing is laid out before it is looked at"
