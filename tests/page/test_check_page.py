"""The page of a check: what stands on it is what the report says, and nothing else becomes markup."""

from __future__ import annotations

import re

import pytest

from pyfinger.check.output_formats import document
from pyfinger.check.report_model import CheckReport, KeyAlgorithm
from pyfinger.page.check_page import check_page
from pyfinger.page.template_rendering import Pages
from tests.page.checks import full_check
from tests.page.figures import differing, figures
from tests.page.hostile import hostile, structure

jinja2 = pytest.importorskip("jinja2", reason="pages need Jinja2")


def rendered(report: CheckReport) -> str:
    return Pages().render("check.html", page=check_page(report))


@pytest.fixture(scope="module")
def page() -> str:
    return rendered(full_check())


def test_it_is_html_without_an_error(page: str) -> None:
    tags = [tag.rpartition("}")[2] for tag, _ in structure(page)]
    assert tags.count("h1") == 1
    assert {"main", "nav", "table", "details"} <= set(tags)


def test_hostile_names_change_nothing_in_the_structure(page: str) -> None:
    assert structure(rendered(full_check(hostile()))) == structure(page)


def test_every_number_is_the_documents(page: str) -> None:
    assert differing(page, document(full_check())) == []
    pointers = {pointer for pointer, _, _ in figures(page)}
    assert {"/seconds", "/connections", "/domains/0/sts/max_age"} <= pointers
    assert "/domains/0/hosts/0/addresses/1/chains/0/not_after" in pointers


def test_what_is_said_of_records_says_what_to_do(page: str) -> None:
    host = full_check().domains[0].hosts[0]
    said = [*host.remarks, *(remark for record in host.records for remark in record.remarks)]
    assert said and all(f"{one.text} ({one.rfc}). {one.action}" in page for one in said)


def test_every_cell_of_the_grid_opens_its_probe(page: str) -> None:
    targets = re.findall(r'<td role="cell" class="cell [a-z]+"><a href="#([^"]+)"', page)
    report = full_check()
    chains = [
        chain
        for one in report.domains
        for host in one.hosts
        for each in host.addresses
        for chain in each.chains
    ]
    assert len(targets) == len(set(targets)) == len(chains)
    assert all(page.count(f'id="{target}"') == 1 for target in targets)


def test_every_link_leads_somewhere_and_no_id_stands_twice(page: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_the_grid_has_a_column_for_each_algorithm_that_was_asked_for() -> None:
    first, second = check_page(full_check()).domains
    assert first.algorithms == tuple(one.value for one in KeyAlgorithm)[:3]
    assert [cell.word for cell in first.grid[0].cells] == ["ok", "failed", "not offered"]
    assert [row.rows for row in first.grid] == [2, 0, 1]
    assert second.grid[0].address == "no address"


def test_a_cell_shows_which_records_matched() -> None:
    cell = check_page(full_check()).domains[0].grid[0].cells[0]
    assert [(mark.number, mark.matched) for mark in cell.records] == [(1, True), (2, False)]


def test_what_is_to_be_published_is_there_once_for_each_host(page: str) -> None:
    assert page.count("_25._tcp.mx1.example.test. IN TLSA 3 1 1 00") == 1
    assert "Records to paste" in page
