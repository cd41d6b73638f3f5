"""What can be said without a mail server of the table in docs/senders.md, and of what makes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyfinger.demo.senders import SITUATIONS, JournalEntry, Profile, SmtpStep, judge
from pyfinger.demo.senders.report_text import json_report
from tests.lab.senders.senders import SENDERS
from tests.lab.senders.table import BEGIN, END, EXPLAINED, PAGE, failures, table, write

NAMES = {sender.name for sender in SENDERS}


def delivered(situation: str, host: str) -> JournalEntry:
    return JournalEntry(1.0, situation, SmtpStep.DELIVERED, host=host, secured=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    entries = [
        delivered("ee", "mx.ee.senders.test"),
        delivered("mismatch", "mx.mismatch.senders.test"),
        delivered("sts-name", "mx.sts-name.senders.test"),
    ]
    report = judge(SITUATIONS, entries, Profile(dane=True))
    (tmp_path / "exim.json").write_text(json_report(report))
    (tmp_path / "exim.version").write_text("4.96")
    return tmp_path


def row(text: str, situation: str) -> str:
    (found,) = [line for line in text.splitlines() if line.startswith(f"| `{situation}` |")]
    return found


def test_each_situation_is_a_row_and_what_went_out_wrongly_is_not_told(folder: Path) -> None:
    text = table(folder)
    assert text.startswith("| situation | what is about it | demanded | RFC | Exim 4.96, GnuTLS,")
    assert row(text, "ee").endswith("| authenticated | 7672 § 3.1.1 | TLS |")
    assert row(text, "mismatch").endswith("| defer | 7672 § 2.2 | not told |")
    assert row(text, "sts-name").endswith("| must not deliver | 8461 § 4.2 | (TLS) |")
    assert ("exim", "mismatch", "delivered at mx.mismatch.senders.test") in failures(folder)


def test_the_page_keeps_all_around_the_table(folder: Path) -> None:
    page = folder / "page.md"
    page.write_text(f"before\n{BEGIN}old\n{END}after\n")
    write(folder, page)
    assert page.read_text() == f"before\n{BEGIN}\n{table(folder)}\n{END}after\n"


def test_the_page_in_docs_has_every_situation_and_every_server() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for situation in SITUATIONS:
        rule = situation.rule(Profile(dane=True, sts=True))
        assert rule is not None
        where = rule.source.removeprefix("RFC ").replace(" section ", " § ")
        assert f"| {situation.about} |" in row(text, situation.name)
        assert f"| {where} |" in row(text, situation.name)
    assert "Not explained" not in text
    assert f"{len(SITUATIONS)} situations" in text
    (head,) = [line for line in text.splitlines() if line.startswith("| situation |")]
    for sender in SENDERS:
        assert sender.title.partition(" ")[0] in head


def test_what_is_explained_is_there() -> None:
    for name, situation in EXPLAINED:
        assert name in NAMES
        assert situation in {each.name for each in SITUATIONS}
