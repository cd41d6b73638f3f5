"""What is told of two runs: each kind of change alone, and both runs as a user makes them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pyfinger.demo.plan import KeyChoice, Tlsa
from tests.schema import survey_change_schema
from tests.survey.sites import SITES, site
from tests.survey.world import ZONE, SurveyWorld, done, done_apart, survey

pytestmark = pytest.mark.slow
DOMAIN = f"d0.{ZONE}"
TABLES = ("runs", "domains", "hosts", "domain_hosts", "addresses", "observations", "verdicts", "errors")

Report = dict[str, Any]
Edit = Callable[[Report], None]


@pytest.fixture(scope="module")
def one_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("changes") / "s.sqlite"
    run(path, SITES[:3])
    return path


def run(path: Path, plans: Any) -> None:
    with SurveyWorld(plans, len(plans)) as world:
        names = [name.partition(":")[0] for name in world.domains]
        done_apart(world.run(path, "--set", f"known_tcp_ports=smtp={world.port}", lines=lambda: names))


class TwoRuns:
    """A run, and the same once more as run 2, but for what a test changes of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sql = sqlite3.connect(path, isolation_level=None)
        for table in TABLES:
            columns = [row[1] for row in self.sql.execute(f"PRAGMA table_info({table})")][1:]
            names = ", ".join(columns)
            self.sql.execute(f"INSERT INTO {table} SELECT 2, {names} FROM {table} WHERE run = 1")

    def edit(self, table: str, column: str, change: Edit, where: str = "number = 1") -> None:
        """Change a document of run 2."""
        found = self.sql.execute(f"SELECT {column} FROM {table} WHERE run = 2 AND {where}").fetchall()
        for (text,) in dict.fromkeys(found):
            document = json.loads(text)
            change(document)
            query = f"UPDATE {table} SET {column} = ? WHERE run = 2 AND {where} AND {column} = ?"
            self.sql.execute(query, (json.dumps(document), text))

    def diff(self, *words: str, status: int = 1) -> str:
        command = survey("diff", "--store", str(self.path), "--fail-on-change", *words, "1", "2")
        return done(command, status).stdout

    def lines(self) -> list[Report]:
        found = [json.loads(line) for line in self.diff("--json").splitlines()]
        for line in found:
            Draft202012Validator(survey_change_schema()).validate(line)
        return found


@pytest.fixture
def runs(one_run: Path, tmp_path: Path) -> TwoRuns:
    path = tmp_path / "s.sqlite"
    shutil.copy(one_run, path)
    return TwoRuns(path)


def test_nothing_changed_is_nothing_told(runs: TwoRuns) -> None:
    assert runs.diff(status=0) == runs.diff("--json", status=0) == ""


def of_chain(name: str, value: str) -> Edit:
    def change(report: Report) -> None:
        for chain in report["hosts"][0]["addresses"][0]["chains"]:
            if chain[name]:
                chain[name] = value

    return change


def other_record(report: Report) -> None:
    report["hosts"][0]["records"][0]["record"]["data"] = "ab" * 32


def other_host(report: Report) -> None:
    report["hosts"][0]["host"] = "mx.other.test"


def policy(report: Report) -> None:
    report["sts"] = {"mode": "enforce", "mx": ["b.test", "a.test"]}


@pytest.mark.parametrize(
    ("what", "change", "told"),
    [
        ("key", of_chain("key_digest", "cd" * 32), "keys: -[%] +[cdcdcdcdcdcdcdcd...]"),
        (
            "certificate",
            of_chain("certificate_digest", "ef" * 32),
            "certificates: -[%] +[efefefefefefefef...]",
        ),
        ("algorithm", of_chain("key", "RSA 2048"), "algorithms: -[EC prime256v1] +[RSA 2048]"),
        ("protocol", of_chain("protocol", "TLSv1.2"), "protocols: -[TLSv1.3] +[TLSv1.2]"),
        ("record", other_record, "records: -[3 1 1 %] +[3 1 1 abababababababab...]"),
        ("host", other_host, "hosts: -[dane.hosts.demo.test] +[mx.other.test]"),
        ("policy", policy, "MTA-STS: +[enforce a.test b.test]"),
        ("verdict", lambda report: report.update(verdict="failed"), "verdict: ok -> failed"),
    ],
)
def test_each_change_of_a_report_is_one_line(runs: TwoRuns, what: str, change: Edit, told: str) -> None:
    runs.edit("verdicts", "report", change)
    (line,) = runs.diff().splitlines()
    head, _, tail = told.partition("%")
    assert line.startswith(f"{DOMAIN}: {head}") and line.endswith(tail)
    (one,) = runs.lines()
    assert one["domain"] == DOMAIN and one["what"] in told.lower().replace("mta-", "")


def longer(evidence: Report) -> None:
    evidence["certificates"].append("ab" * 32)


def other_offer(evidence: Report) -> None:
    evidence["capabilities"][0] = "250-hello at noon"
    evidence["capabilities"][-1] = "250 LIMITS"


@pytest.mark.parametrize(("change", "what"), [(longer, "chains"), (other_offer, "ehlo")])
def test_each_change_of_a_server_is_one_line(runs: TwoRuns, change: Edit, what: str) -> None:
    runs.edit("observations", "evidence", change, "address = '127.66.0.1' AND algorithm = 'ECDSA'")
    (line,) = runs.lines()
    assert (line["domain"], line["what"]) == (DOMAIN, what)
    if what == "chains":
        assert line["added"] == [f"{line['removed'][0]} {'ab' * 32}"] or line["removed"] == []
    else:
        assert line["added"] == ["LIMITS"]


def test_domains_come_and_go(runs: TwoRuns) -> None:
    runs.sql.execute("UPDATE domains SET domain = 'b.test' WHERE run = 2 AND number = 1")
    assert runs.diff() == f"b.test: new (ok)\n{DOMAIN}: gone (ok)\n"


def test_a_run_that_is_not_done_cannot_be_compared(runs: TwoRuns) -> None:
    runs.sql.execute("UPDATE runs SET stage = 'probe' WHERE run = 2")
    told = done(survey("diff", "--store", str(runs.path), "1", "2"), 1).stderr
    assert told == "pyfinger-survey: fatal: run 2 is not done; go on with: resume --run 2\n"
    assert "there is no run 7" in done(survey("diff", "--store", str(runs.path), "1", "7"), 1).stderr


def test_two_runs_of_a_world_that_changed(one_run: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    shutil.copy(one_run, path)
    run(path, (site("dane", tlsa=Tlsa.STRANGER), site("pki", key=KeyChoice.RSA), SITES[2]))
    told = done(survey("diff", "--store", str(path), "1", "2")).stdout.splitlines()
    kinds = [line.split(": ")[:2] for line in told]
    assert [kind for name, kind in kinds if name == DOMAIN] == ["verdict", "records"]
    assert [kind for name, kind in kinds if name == f"d1.{ZONE}"] == [
        "keys", "certificates", "chains", "algorithms",
    ]  # fmt: skip
    assert len(told) == 6 and f"{DOMAIN}: verdict: ok -> failed" in told
    summary = done(survey("summary", "--store", str(path), "--since", "1")).stdout
    assert "since run 1 of " in summary and "        1  ok -> failed\n" in summary
    assert "       +1  RSA 2048: 0 -> 1\n" in summary
