"""The page of `pyfinger-demo senders`: what JSON says, what failed first, and no sender's markup."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pyfinger.demo.command import main
from pyfinger.demo.senders import Mark, SenderEnding, SenderReport
from pyfinger.demo.senders.journal_verdicts import with_refusals
from pyfinger.demo.senders.report_text import json_report
from pyfinger.page.senders_page import TEMPLATE, senders_page
from pyfinger.page.template_rendering import Pages
from pyfinger.values import replace
from tests.page.hostile import hostile, structure
from tests.page.sendings import sent

figures = pytest.importorskip("tests.page.figures", reason="pages are read by html5lib")

ANY = ("--port", "0", "--dns-port", "0", "--https-port", "0")


def rendered(found: SenderReport) -> str:
    return Pages(TEMPLATE).render(TEMPLATE, page=senders_page(found))


def test_every_number_is_the_documents() -> None:
    page = rendered(sent())
    assert figures.differing(page, json.loads(json_report(sent()))) == []
    assert {pointer for pointer, _, _ in figures.figures(page)} == {"/began", "/seconds"}


def test_what_failed_stands_first_with_its_step_and_section() -> None:
    page = senders_page(sent())
    assert page.head.verdict.text == "1 of 4 against the RFCs"
    assert [section.id for section in page.sections] == ["glance", "failed", "situations", "happened"]
    (notice,) = page.sections[1].blocks[0].notices
    assert notice.title == "mismatch: a TLSA record of another key"
    assert "Demanded: defer. Seen: delivered with TLS." in notice.text
    assert "Offending: MAIL at mx.mismatch.senders.test." in notice.text
    assert notice.source == "RFC 7672 section 2.2"


@pytest.mark.parametrize(
    ("marks", "settled", "verdict"),
    [
        ((Mark.PASS, Mark.NOT_APPLICABLE), True, "all as demanded"),
        ((Mark.PASS,), False, "not everything was tried"),
        ((Mark.PASS, Mark.NOT_TRIED), True, "not everything was tried"),
        ((Mark.FAIL, Mark.NOT_TRIED), False, "1 of 2 against the RFCs"),
    ],
)
def test_the_verdict_is_that_of_the_exit_status(marks: tuple[Mark, ...], settled: bool, verdict: str) -> None:
    whole = sent(settled=settled)
    chosen = tuple(one for one in whole.results if one.mark in marks)
    assert senders_page(replace(whole, results=chosen)).head.verdict.text == verdict


def test_what_was_not_submitted_is_told_beside_what_was_seen() -> None:
    whole = with_refusals(sent(), {"two": "status 1: \u202eno"})
    page = rendered(replace(whole, settled=False, ended=SenderEnding.INTERRUPTED))
    assert page.count("not submitted: status 1: \u27e6U+202E\u27e7no") == 1 and "It was interrupted" in page


def test_that_nobody_was_there_is_said_once_above_and_in_each_situation() -> None:
    gone = "127.0.0.1:25: Connection refused"
    page = rendered(with_refusals(sent(), {"one": "550 no", "ee": gone, "two": gone}, gone))
    assert page.count(f"2 messages not submitted: {gone}.") == 1 and f"not submitted: {gone}<" not in page
    assert page.count(gone) == 3  # with what happened in either


def test_every_situation_is_in_the_table_and_its_name_leads_to_what_happened() -> None:
    page = rendered(sent())
    for name in ("ee", "mismatch", "none", "two"):
        assert page.count(f'<a href="#s-{name}">{name}</a>') == 1
        assert page.count(f'<details id="s-{name}">') == 1


def test_a_senders_words_change_nothing_in_the_structure() -> None:
    assert structure(rendered(sent(hostile()))) == structure(rendered(sent()))


def test_a_run_writes_it_beside_json_and_in_place_of_the_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, document = tmp_path / "page.html", tmp_path / "report.json"
    words = ["senders", *ANY, "--only", "mismatch", "--deadline", "0"]
    assert main([*words, "--html", str(page), "--json", str(document)]) == 3
    assert "not tried" in capsys.readouterr().out
    assert figures.differing(page.read_text(encoding="utf-8"), json.loads(document.read_bytes())) == []


@pytest.mark.parametrize("option", ["--html", "--json"])
def test_on_standard_output_there_is_nothing_else(
    option: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["senders", *ANY, "--only", "mismatch", "--deadline", "0", option, "-"]) == 3
    told = capfdbinary.readouterr()
    assert told.out.startswith(b"<!DOCTYPE html>" if option == "--html" else b"{")
    assert told.out.rstrip().endswith(b"</html>" if option == "--html" else b"}")
    assert b"probe@mismatch.senders.test" in told.err


def test_what_cannot_be_written_is_one_line_before_anything_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["senders", *ANY, "--only", "mismatch", "--deadline", "0"]
    for names in (
        [str(tmp_path)],
        [str(tmp_path / "no" / "page")],
        ["x", "--json", "x"],
        ["-", "--json", "-"],
    ):
        assert main([*words, "--html", *names]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert len(told.err.splitlines()) == 1 and told.err.startswith("pyfinger-demo: "), told.err
    assert list(tmp_path.iterdir()) == []
    capsys.readouterr()
    assert main([*words, "--html", "/dev/full"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "pyfinger-demo: /dev/full: No space left on device"
