"""What is told of a store, without a run: to terminals, of runs in any order, by who may only read."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pyfinger.check.evidence import Evidence
from pyfinger.check.report_model import KeyAlgorithm
from pyfinger.model import Level, Policy
from pyfinger.survey.argument_values import store as store_word
from pyfinger.survey.command import main
from pyfinger.survey.database import opened
from pyfinger.survey.documents import evidence_text
from pyfinger.survey.sources import Line
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.tasks import RunOptions, Stage

NASTY = "a\x1b]0;owned\x07\x9b31m\x00b\nc"


class Output(io.BytesIO):
    """What is behind standard output: a terminal, or not."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A store of three runs: two that are done, and one that is not; one line of each is hostile."""
    path = str(tmp_path / "s.sqlite")
    store = SurveyStore(path, create=True)
    for number, stage in enumerate((Stage.DONE, Stage.DONE, Stage.PLAN)):
        run = store.begin(RunOptions(), "0", 1000.0 + number)
        with store.transaction():
            store.add_lines(run, [Line(1, NASTY, problem="no domain"), Line(2, "ü.test", "ü.test")])
        store.set_stage(run, stage)
    store.close()
    return path


def exported(monkeypatch: pytest.MonkeyPatch, path: str, *words: str, terminal: bool) -> bytes:
    out = Output(terminal=terminal)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, "utf-8"))
    assert main(["export", "--store", path, *words]) == 0
    return out.getvalue()


def test_rows_are_exact_in_a_file_and_harmless_on_a_terminal(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = exported(monkeypatch, path, "--csv", terminal=False)
    assert NASTY.encode() in exact and exact.endswith(b"\r\n")
    shown = exported(monkeypatch, path, "--csv", terminal=True)
    assert b"a?]0;owned???31m?b?c" in shown and "ü.test".encode() in shown
    assert [octet for octet in shown if octet < 0x20 and octet != 0x0A] == []
    assert len(shown.splitlines()) == 3, "a header, and a line for each row"


def test_json_lines_are_the_same_on_a_terminal(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = exported(monkeypatch, path, terminal=False)
    assert exported(monkeypatch, path, terminal=True) == exact
    assert json.loads(exact.splitlines()[0])["line"] == NASTY


def test_nothing_that_changed_is_said_once(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--store", path, "--fail-on-change", "1", "2"]) == 0
    assert capsys.readouterr() == ("", "pyfinger-survey: nothing changed from run 1 to 2\n")
    assert main(["diff", "--store", path, "1", "1"]) == 0
    assert capsys.readouterr() == ("", "pyfinger-survey: nothing changed from run 1 to itself\n")
    assert main(["diff", "--store", path, "--json", "1", "2"]) == 0
    assert capsys.readouterr() == ("", ""), "no object is no change"


def test_runs_are_compared_in_the_order_of_time(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    sql = opened(path, "rw")
    sql.execute("UPDATE domains SET domain = 'new.test' WHERE run = 2 AND number = 2")
    report = json.dumps({"verdict": "ok", "hosts": []})
    row = "INSERT INTO verdicts VALUES (?, 2, ?, 'ok', '', 'met', ?)"
    sql.executemany(row, [(1, "ü.test", report), (2, "new.test", report)])
    told = {}
    for runs in (("1", "2"), ("2", "1")):
        assert main(["diff", "--store", path, *runs]) == 0
        told[runs], said = capsys.readouterr()
        assert said == ("" if runs == ("1", "2") else "pyfinger-survey: " + LATER)
    assert told["1", "2"] == told["2", "1"] == "new.test: new (ok)\n??.test: gone (ok)\n"


LATER = "run 2 is the later one: told is what changed from run 1 to 2\n"


SPOILING = {
    "UPDATE runs SET options = 'nonsense'": ("summary", "export", "diff", "report"),
    "UPDATE runs SET options = '[1]'": ("summary", "export", "diff", "report"),
    "UPDATE runs SET stage = 'no such'": ("summary", "export", "diff", "report"),
    "UPDATE runs SET began = 'noon'": ("summary", "export", "diff", "report"),
    "INSERT INTO verdicts VALUES (1, 2, '', 'ok', '', 'met', 'nonsense')": ("export", "diff"),
    "INSERT INTO verdicts VALUES (1, 2, '', 'ok', '', 'met', '[]')": ("export", "diff"),
    "INSERT INTO verdicts VALUES (1, 2, '', 'ok', '', 'met', '{}')": ("diff",),
    "INSERT INTO observations VALUES (1, '::1', 25, '', 'rsa', 1, 1, '{', 0)": ("summary", "rows"),
    "INSERT INTO observations VALUES (1, '::1', 25, '', 'rsa', 1, 1, '{}', 0)": ("summary", "rows"),
    "UPDATE runs SET began = 9e999": ("summary", "export", "diff", "report"),
    "UPDATE runs SET ended = 'noon'": ("summary", "export", "diff", "report"),
    "UPDATE runs SET ended = 1e12": ("summary", "export", "diff", "report"),
    "INSERT INTO verdicts VALUES (1, 2, '', 'splendid', '', 'met', '{}')": ("export",),
    "INSERT INTO verdicts VALUES (1, 2, '', 'ok', '', 'splendid', '{}')": ("export",),
}
_WORDS = {
    "summary": ("summary", "--run", "1"), "export": ("export", "--run", "1"), "diff": ("diff", "1", "2"),
    "rows": ("export", "--rows", "observations", "--run", "1"),
    "report": ("report", "--html", "page.html", "--run", "1"),
}  # fmt: skip


@pytest.mark.parametrize("change", SPOILING)
def test_what_no_survey_has_written_is_one_line(
    change: str,
    path: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    sql = opened(path, "rw")
    if "verdicts" in change:
        sql.execute("INSERT INTO verdicts VALUES (2, 2, '', 'ok', '', 'met', '{}')")
    sql.execute(change)
    for name in SPOILING[change]:
        assert main([*_WORDS[name][:1], "--store", path, *_WORDS[name][1:]]) == 1, name
        told = capsys.readouterr().err
        assert (
            told
            == "pyfinger-survey: fatal: the survey's file has something in it that no survey has written\n"
        )
    assert not (tmp_path / "page.html").exists()


def without_types(path: str, table: str) -> None:
    """Some table made anew by hand: SQLite keeps in it whatever it is given."""
    with closing(sqlite3.connect(path)) as sql:
        columns = ", ".join(row[1] for row in sql.execute(f"PRAGMA table_info({table})"))
        sql.executescript(
            f"CREATE TABLE copy ({columns}); INSERT INTO copy SELECT * FROM {table}; DROP TABLE {table};"
            f" ALTER TABLE copy RENAME TO {table};"
        )


OTHER_KINDS = (5, 1.5, float("inf"), b"\xff", None)
TEXT_OF: dict[tuple[str, str], tuple[tuple[str, ...], ...]] = {
    ("hosts", "operator"): (
        ("export",),
        ("export", "--csv"),
        ("summary",),
        ("report", "--html", "page.html"),
    ),
    ("hosts", "host"): (("export",), ("export", "--csv")),
    ("domains", "line"): (("export",), ("export", "--csv")),
    ("domains", "domain"): (("export",), ("export", "--csv"), ("diff", "1", "2")),
    ("verdicts", "reason"): (("report", "--html", "page.html"),),
    ("observations", "address"): (("export", "--rows", "observations"), ("summary",)),
    ("observations", "algorithm"): (("export", "--rows", "observations"), ("summary",)),
    ("observations", "evidence"): (("export", "--rows", "observations"), ("summary",)),
    ("runs", "stage"): (("export",), ("summary",), ("diff", "1", "2")),
}


@pytest.mark.slow
@pytest.mark.parametrize("value", OTHER_KINDS, ids=repr)
@pytest.mark.parametrize(("table", "column"), TEXT_OF)
def test_so_is_what_is_no_text(
    table: str, column: str, value: object, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    sql = opened(path, "rw")
    report = json.dumps({"verdict": "failed", "hosts": []})
    evidence, _ = evidence_text(Evidence(KeyAlgorithm.RSA, "", Policy(Level.ENCRYPT)))
    for run in (1, 2):
        sql.execute("INSERT INTO hosts VALUES (?, 'h', 'mx.test', 25, 'mx.test', '{}')", (run,))
        sql.execute("INSERT INTO domain_hosts VALUES (?, 2, 0, 'h')", (run,))
        sql.execute("INSERT INTO verdicts VALUES (?, 2, '', 'failed', '', 'not-met', ?)", (run, report))
        sql.execute("INSERT INTO observations VALUES (?, '::1', 25, '', 'RSA', 1, 1, ?, 0)", (run, evidence))
    sql.execute("DELETE FROM runs WHERE run = 3")
    sql.close()
    without_types(path, table)
    for command, *words in TEXT_OF[table, column]:
        assert main([command, "--store", path, *words]) == 0, (command, words)
    (tmp_path / "page.html").unlink(missing_ok=True)
    capsys.readouterr()
    with closing(sqlite3.connect(path, isolation_level=None)) as hand:
        hand.execute(f"UPDATE {table} SET {column} = ?", (value,))
    for command, *words in TEXT_OF[table, column]:
        if (table, column, value, command) == ("domains", "domain", None, "diff"):
            continue  # no domain, which is nothing that changes
        assert main([command, "--store", path, *words]) == 1, (command, words)
        assert capsys.readouterr().err == (
            "pyfinger-survey: fatal: the survey's file has something in it that no survey has written\n"
        )
    assert not (tmp_path / "page.html").exists()


def test_a_summary_tells_since_an_earlier_run_only(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "--store", path, "--run", "1", "--since", "2"]) == 1
    assert capsys.readouterr().err == "pyfinger-survey: fatal: run 2 is not earlier than run 1\n"


@pytest.mark.parametrize(
    ("word", "said"),
    [("", "nothing was given"), (":memory:", "a run is kept in a file: :memory: (./:memory: is one)")],
)
def test_a_store_is_a_file(
    word: str, said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["run", "--domains", "a.test"], ["resume"], ["export"], ["summary"], ["diff", "1", "2"]):
        with pytest.raises(SystemExit, match="2"):
            main([*words, "--store", word])
        _, told = capsys.readouterr()
        assert told == f"pyfinger-survey {words[0]}: argument --store: {said}\n"
    assert list(tmp_path.iterdir()) == [] and store_word("./:memory:") == "./:memory:"


@pytest.fixture
def locked(path: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The store on a medium that takes nothing; root may write anything, so SQLite is told."""
    whole = SurveyStore.__init__

    def immutable(self: SurveyStore, path: str, *, create: bool = False, write: bool = True) -> None:
        whole(self, path, create=create, write=write)
        self._sql.execute("PRAGMA query_only = ON")

    monkeypatch.setattr(SurveyStore, "__init__", immutable)
    return path


def test_who_may_not_write_is_not_told_to_go_on(locked: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = f"pyfinger-survey: fatal: {locked}: attempt to write a readonly database\n"
    assert main(["run", "--store", locked, "--domains", "a.test"]) == 1
    assert capsys.readouterr() == ("", said)
    assert main(["summary", "--store", locked]) == 0


def test_rows_of_a_run_that_is_not_done_are_said_to_be(path: str, capsysbinary: Any) -> None:
    assert main(["export", "--store", path]) == 0
    assert capsysbinary.readouterr().err == b"pyfinger-survey: run 3 is not done: it is in stage plan\n"
    assert main(["export", "--store", path, "--run", "2"]) == 0
    assert capsysbinary.readouterr().err == b""


@pytest.mark.parametrize("number", ["9" * 20, "-1", "1" * 5000, "one"])
def test_a_run_that_cannot_be_is_a_usage_error(number: str, path: str, capsys: Any) -> None:
    for words in (["summary", "--run", number], ["diff", "1", number], ["summary", "--since", number]):
        with pytest.raises(SystemExit) as caught:
            main([words[0], "--store", path, *words[1:]])
        assert caught.value.code == 2
        assert len(capsys.readouterr().err.splitlines()[-1]) < 6000
