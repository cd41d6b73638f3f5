"""MTA-STS in a survey: what `pyfinger-check` says of it, each policy fetched once, within the budget."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pyfinger
from pyfinger.check.report_model import StsCheck, TlsrptCheck
from pyfinger.demo.policyhost import PolicyHost
from pyfinger.demo.world import DemoWorld
from pyfinger.report.encoding import codec
from pyfinger.survey.policy_table import PolicyTable
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.tasks import FoundRow, Planned, PolicyRow, PolicySeen, RunOptions
from tests.survey.here import EngineHere
from tests.survey.world import SurveyWorld, done, done_apart, plan, survey

NAMES = ("good", "mismatch", "plain", "selfsigned", "insecure", "dane")


class PolicyWorld:
    """The demo's world, with the connections to its policy host counted."""

    def __init__(self, demo: DemoWorld) -> None:
        self.demo = demo
        self.fetched: list[str] = []
        self.ports = {server.plan.name: server.port for server in demo.servers}

    def domain(self, name: str) -> str:
        (server,) = (one for one in self.demo.servers if one.plan.name == name)
        return f"{server.plan.domain}:{server.port}"

    def run(self, store: Path, *words: str, names: tuple[str, ...] = NAMES, extra: str = "") -> list[str]:
        source = store.with_suffix(".txt")
        source.write_text("".join(f"{self.domain(name)}\n" for name in names) + extra)
        wide = [f"--per-{scope}=20,100000" for scope in ("total", "network", "operator")]
        return survey(
            "run", "--sts", "--sts-port", str(self.demo.policy_port), "--store", str(store),
            "--resolver", self.demo.resolver, "--ca-file", str(self.demo.authority_file),
            "--pause", "0", "--per-address", "1,100000", *wide, "--workers", "2", "--quiet",
            *words, str(source),
        )  # fmt: skip


@pytest.fixture(scope="module")
def policies() -> Iterator[PolicyWorld]:
    converse = PolicyHost.converse
    patch = pytest.MonkeyPatch()

    def counted(self: PolicyHost, connection: socket.socket) -> None:
        running.fetched.append("")
        converse(self, connection)

    patch.setattr(PolicyHost, "converse", counted)
    with DemoWorld() as demo:
        running = PolicyWorld(demo)
        yield running
    patch.undo()


def exported(store: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done(survey("export", "--store", str(store))).stdout.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("here", [False, True], ids=["by worker processes", "by workers in the test's own"])
def test_a_survey_says_of_policies_what_a_check_says(
    policies: PolicyWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: bool
) -> None:
    pytest.importorskip("h11", reason="h11 is not installed")
    policies.fetched.clear()
    store = tmp_path / "s.sqlite"
    if here:
        monkeypatch.setattr("pyfinger.survey.command.LocalEngine", EngineHere)
        done(policies.run(store))
    else:
        done_apart(policies.run(store))
    assert len(policies.fetched) == 5, "one for each domain with a record"
    rows = exported(store)
    for row in rows:
        report = pyfinger.check(
            row["domain"], resolver=policies.demo.resolver, ca_file=policies.demo.authority_file,
            sts_port=policies.demo.policy_port, algorithms=["ecdsa", "rsa"], pause=0, explain=None,
        )  # fmt: skip
        (wanted,) = report.domains
        assert wanted.sts is not None and wanted.tlsrpt is not None
        sts = {**codec(StsCheck).write(wanted.sts), "situations": []}
        tlsrpt = {**codec(TlsrptCheck).write(wanted.tlsrpt), "situations": []}
        assert (row["check"]["sts"], row["check"]["tlsrpt"]) == (sts, tlsrpt)
    modes = [row["check"]["sts"]["mode"] for row in rows]
    assert modes == ["enforce", "enforce", "testing", "enforce", None, None]
    summary = json.loads(done(survey("summary", "--store", str(store), "--json")).stdout)
    assert summary["sts_modes"] == [{"name": "enforce", "count": 3}, {"name": "testing", "count": 1}]
    assert sum(one["count"] for one in summary["sts"]) == len(NAMES)


@pytest.mark.slow
def test_lines_about_one_domain_share_its_policy_and_the_blocklist_holds(
    policies: PolicyWorld, tmp_path: Path
) -> None:
    pytest.importorskip("h11", reason="h11 is not installed")
    policies.fetched.clear()
    again, blocked = tmp_path / "again.sqlite", tmp_path / "blocked"
    extra = f"good.demo.test:{policies.ports['dane']}\n"
    done_apart(policies.run(again, names=("good",), extra=extra))
    assert [row["check"]["sts"]["mode"] for row in exported(again)] == ["enforce", "enforce"]
    assert len(policies.fetched) == 1
    blocked.write_text("mta-sts.good.demo.test\n")
    store = tmp_path / "s.sqlite"
    done_apart(policies.run(store, "--blocklist", str(blocked), names=("good",)))
    (row,) = exported(store)
    assert (row["check"]["sts"]["verdict"], row["check"]["sts"]["reason"]) == (
        "could-not-tell", "on the blocklist",
    )  # fmt: skip
    assert len(policies.fetched) == 1


@pytest.mark.slow
def test_a_plan_tells_of_policies_and_fetches_none(policies: PolicyWorld, tmp_path: Path) -> None:
    pytest.importorskip("h11", reason="h11 is not installed")
    policies.fetched.clear()
    told: subprocess.CompletedProcess[str] = done_apart(policies.run(tmp_path / "s", "--dry-run"))
    assert "11 servers" in told.stdout and policies.fetched == []


@pytest.mark.slow
def test_domains_without_a_policy_still_share_their_verdict(tmp_path: Path) -> None:
    with SurveyWorld([plan(0)], 20) as world:
        store = tmp_path / "s.sqlite"
        done(world.run(store, "--sts"))
        rows = exported(store)
    assert {row["verdict"] for row in rows} == {"ok"}
    assert {row["check"]["sts"]["verdict"] for row in rows} == {"not-offered"}
    assert [row["check"]["domain"] for row in rows] == world.domains
    without = tmp_path / "without.sqlite"
    with SurveyWorld([plan(0)], 1) as world:
        done(world.run(without))
    assert exported(without)[0]["check"]["sts"] is None


def row_of(number: int, name: str, *addresses: str) -> PolicyRow:
    return PolicyRow(number, name, '{"sts":{"fetched":null}}', addresses, absent=not addresses)


def test_what_was_fetched_is_not_fetched_again_and_the_next_address_follows_one_that_refused() -> None:
    store = SurveyStore(":memory:", create=True)
    run = store.begin(RunOptions(), "0", 0.0)
    table = PolicyTable(store)
    addresses = ("192.0.2.1", "192.0.2.2")
    rows = [
        row_of(1, "a.test", *addresses),
        row_of(2, "a.test", "192.0.2.1"),
        row_of(3, "b.test"),
    ]
    for _ in range(2):
        table.add(run, [Planned(row.number, policies=row) for row in rows] + [Planned(4)])
    (job,) = table.jobs(run)
    assert (job.name, job.address, job.left) == ("a.test", "192.0.2.1", [*addresses])
    assert not job.take(PolicySeen("a.test", "192.0.2.1", refused=True)) and job.address == "192.0.2.2"
    seen = PolicySeen("a.test", "192.0.2.2", 10.0, '{"host":"x"}')
    assert job.take(seen)
    table.fetched(run, seen)
    assert list(table.jobs(run)) == []
    assert (table.begun_since(9.0), table.begun_since(10.0)) == ([("192.0.2.2", 10.0)], [])
    found = table.with_policies(run, [FoundRow(number, "", "{}", ()) for number in (1, 2, 3, 4)])
    assert [json.loads(row.policies)["sts"]["fetched"] for row in found[:2]] == [{"host": "x"}] * 2
    assert [row.shareable for row in found] == [False, False, True, True] and found[3].policies == ""
    store.close()
