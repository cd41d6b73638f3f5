"""The file: what is written twice is there once, and what is no survey is not touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyfinger.errors import UsageError
from pyfinger.survey.sources import Line
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.tasks import AddressRow, HostRow, Planned, RunOptions, ServerAsked, Stage, Visited


@pytest.fixture
def store() -> Iterator[SurveyStore]:
    made = SurveyStore(":memory:", create=True)
    yield made
    made.close()


def host(identity: str, *addresses: AddressRow) -> HostRow:
    return HostRow(identity, f"{identity}.example.test", 25, "example.test", "{}", addresses)


def test_a_store_that_there_is_no_room_for_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.sqlite"

    def full(sql: sqlite3.Connection, *, create: bool) -> None:
        path.touch()  # SQLite makes it when it is first written to
        assert create
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("pyfinger.survey.database._prepare", full)
    path.touch()
    with pytest.raises(UsageError, match="disk is full"):
        SurveyStore(str(path), create=True)
    assert list(tmp_path.iterdir()) == [path], "what was there is not ours to take away"
    path.unlink()
    with pytest.raises(UsageError, match="disk is full"):
        SurveyStore(str(path), create=True)
    assert list(tmp_path.iterdir()) == []


def test_a_run_comes_back_as_it_was_begun(store: SurveyStore) -> None:
    options = RunOptions('{"level": "dane"}', blocked=("192.0.2.0/24",), contact="who@survey.example")
    number = store.begin(options, "0", 1000.0)
    run = store.run(None)
    assert (run.number, run.began, run.stage, run.options) == (number, 1000.0, Stage.PLAN, options)
    with pytest.raises(UsageError, match="no run 7"):
        store.run(7)


def test_a_domain_that_comes_again_is_a_line_with_a_reason(store: SurveyStore) -> None:
    number = store.begin(RunOptions(), "0", 0.0)
    lines = [Line(1, "a.test", "a.test"), Line(2, "A.test", "A.test"), Line(3, "?", problem="no domain")]
    assert store.add_lines(number, lines) == 3
    assert store.unplanned(number, 0, 10) == [(1, "a.test")]
    found = {row["subject"]: row["reason"] for row in store.select("SELECT * FROM errors")}
    assert found == {"2": "the same as line 1", "3": "no domain"}


def test_what_is_written_twice_is_there_once(store: SurveyStore) -> None:
    run = store.begin(RunOptions(), "0", 0.0)
    store.add_lines(run, [Line(1, "a.test", "a.test")])
    plan = Planned(1, "{}", (host("mx", AddressRow("192.0.2.1", "", "")),))
    seen = Visited(ServerAsked("192.0.2.1", 25, ""), "ECDSA", 1.0, 1.0, "{}", (("ab", "{}"),))
    for _ in range(2):
        store.add_plans(run, [plan])
        store.add_observations(run, [seen])
        store.add_verdicts(run, [(1, "a.test", "ok", "", "met", "{}")])
    for table in ("hosts", "addresses", "domain_hosts", "observations", "verdicts"):
        assert store.count(run, table) == 1


def test_a_server_is_one_for_each_name_and_those_left_out_are_none(store: SurveyStore) -> None:
    run = store.begin(RunOptions(), "0", 0.0)
    store.add_lines(run, [Line(number, f"{number}", f"{number}.test") for number in (1, 2, 3)])
    named = host("named", AddressRow("192.0.2.1", "mx.test", ""))
    unnamed = host("unnamed", AddressRow("192.0.2.1", "", ""), AddressRow("192.0.2.2", "", ""))
    left_out = host("out", AddressRow("192.0.2.3", "", "on the blocklist"))
    for number, hosts in ((2, (unnamed,)), (1, (named, unnamed)), (3, (left_out,))):
        store.add_plans(run, [Planned(number, "{}", hosts)])
    found = [(server.key.address, server.key.name, server.number) for server in store.servers(run)]
    assert found == [("192.0.2.1", "mx.test", 1), ("192.0.2.2", "", 1)]


def test_another_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(UsageError, match="not a survey"):
        SurveyStore(str(path), create=True)
    assert path.read_bytes() == before


def test_an_empty_file_is_no_survey_and_stays_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    with pytest.raises(UsageError, match="not a survey"):
        SurveyStore(str(path))
    assert path.read_bytes() == b""


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be looked at" * 10, None])
def test_what_is_no_file_of_ours_is_a_usage_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "survey?100%#.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError):
        SurveyStore(str(path))


def test_a_file_is_one_process_s_at_a_time(tmp_path: Path) -> None:
    path = str(tmp_path / "s.sqlite")
    first, second = SurveyStore(path, create=True), SurveyStore(path)
    first.claim()
    with pytest.raises(UsageError, match="another process is at work on it"):
        second.claim()
    assert first.begin(RunOptions(), "0", 0.0) == second.run(None).number, "it can be read meanwhile"


def test_a_path_may_have_any_characters(tmp_path: Path) -> None:
    path = tmp_path / "survey?100%#.sqlite"
    SurveyStore(str(path), create=True).close()
    assert path.exists()
