"""The whole command, on loopback: counted connections, kills, workers, nonsense."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pyfinger.demo.certificate_making import Issued, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.demo.plan import ServerPlan, Tlsa
from pyfinger.demo.vouching import authority
from pyfinger.survey.command import main
from pyfinger.survey.database import StoreTrouble
from pyfinger.survey.store import SurveyStore
from tests.schema import survey_domain_schema, survey_observation_schema
from tests.survey.world import SurveyWorld, done, done_apart, environment, plan, survey

HOSTS, DOMAINS = 10, 200
VERDICTS = {"ok": 100, "failed": 60, "not-protected": 40}  # by the hosts' plans

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def servers() -> Iterator[SurveyWorld]:
    with SurveyWorld([plan(number) for number in range(HOSTS)], DOMAINS) as running:
        yield running


@pytest.fixture(scope="module")
def whole(servers: SurveyWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of all domains, by one worker."""
    store = tmp_path_factory.mktemp("survey") / "whole.sqlite"
    done(servers.run(store, "--workers", "1"))
    assert servers.counted() == [2] * HOSTS, "one connection for each algorithm"
    return store


@pytest.fixture
def world(servers: SurveyWorld, whole: Path) -> SurveyWorld:
    """The servers, having counted nothing yet."""
    servers.forget()
    return servers


def exported(store: Path, rows: str = "domains", *words: str) -> list[dict[str, Any]]:
    text = done(survey("export", "--store", str(store), "--rows", rows, *words)).stdout
    return [json.loads(line) for line in text.splitlines()]


def rows_of(store: Path) -> tuple[list[Any], list[Any]]:
    """All there is to compare: everything but times."""
    seen = exported(store, "observations")
    for row in seen:
        del row["began"], row["seconds"]
    return exported(store), seen


def test_each_address_is_connected_to_once_for_each_algorithm(whole: Path) -> None:
    summary = done(survey("summary", "--store", str(whole))).stdout
    rows = exported(whole)
    assert len(rows) == DOMAINS
    assert {word: sum(row["verdict"] == word for row in rows) for word in VERDICTS} == VERDICTS
    assert "100   50.0%  ok" in summary and "200 lines, 20 connections" in summary


def test_one_worker_and_four_find_the_same(world: SurveyWorld, whole: Path, tmp_path: Path) -> None:
    four = tmp_path / "four.sqlite"
    done(world.run(four, "--workers", "4"))
    assert rows_of(four) == rows_of(whole)
    assert world.counted() == [2] * HOSTS


def test_any_algorithm_is_one_ordinary_hello_with_the_same_verdicts(
    world: SurveyWorld, whole: Path, tmp_path: Path
) -> None:
    store = tmp_path / "s.sqlite"
    done(world.run(store, "--algorithms", "any"))
    assert world.counted() == [1] * HOSTS
    assert [row["verdict"] for row in exported(store)] == [row["verdict"] for row in exported(whole)]
    assert {row["algorithm"] for row in exported(store, "observations")} == {"any"}


@pytest.mark.parametrize("moment", ["plan", "probe", "judge"])
def test_a_run_that_was_killed_goes_on_and_finds_the_same(
    world: SurveyWorld, whole: Path, tmp_path: Path, moment: str
) -> None:
    broken = tmp_path / "broken.sqlite"
    command = world.run(broken, "--per-total", "2,100000")
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment()) as running:
        assert running.stderr is not None
        unit = {"plan": "planned", "probe": "probed", "judge": "judged"}[moment]
        for line in running.stderr:  # as soon as the stage has begun
            if unit in line:
                break
        running.send_signal(signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL
    done(survey("resume", "--store", str(broken), "--workers", "2"))
    assert rows_of(broken) == rows_of(whole)
    assert min(world.counted()) >= 2 and sum(world.counted()) <= 2 * HOSTS + 2  # those in flight


def test_an_interrupted_run_says_how_to_go_on(world: SurveyWorld, tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    command = world.run(store, "--per-total", "1,1")
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment()) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if "probed" in line:
                break
        running.send_signal(signal.SIGINT)
        rest = running.stderr.read()
    assert running.returncode == 130
    assert f"pyfinger-survey resume --store {store}" in rest and "Traceback" not in rest


def test_nonsense_is_a_result_with_a_reason_and_every_line_is_accounted_for(
    world: SurveyWorld, tmp_path: Path
) -> None:
    store = tmp_path / "s.sqlite"
    lines = [
        "# a comment", world.domains[0], "two words", world.domains[0].upper(), "unix:/tmp/socket",
        "[", "a..b", "x" * 2000, f"missing.demo.test:{world.port}", "", world.domains[1],
    ]  # fmt: skip
    done(world.run(store, lines=lambda: lines))
    found = {row["number"]: (row["verdict"], bool(row["problem"])) for row in exported(store)}
    assert found.keys() == {2, 3, 4, 5, 6, 7, 8, 9, 11}
    assert found[2] == ("ok", False) and found[11] == ("failed", False)
    assert all(found[number] == (None, True) for number in (3, 4, 5, 8))
    assert all(verdict is not None or problem for verdict, problem in found.values())
    assert world.counted()[:3] == [2, 2, 0]


def test_a_plan_connects_to_nobody_and_leaves_no_file(world: SurveyWorld, tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    text = done(world.run(store, "--dry-run")).stdout
    assert "200 lines, 0 of them no domain" in text and "10 servers, at most 20 connections" in text
    assert world.counted() == [0] * HOSTS and not store.exists()


def test_who_is_on_the_blocklist_is_not_connected_to(world: SurveyWorld, tmp_path: Path) -> None:
    store, blocklist = tmp_path / "s.sqlite", tmp_path / "blocked"
    blocklist.write_text("# asked us to\n127.66.0.1\nmx1.hosts.demo.test\n")
    done(world.run(store, "--blocklist", str(blocklist), lines=lambda: world.domains[:4]))
    assert world.counted()[:4] == [0, 0, 2, 2]
    rows = exported(store)
    assert [row["verdict"] for row in rows] == ["could-not-tell", "could-not-tell", "ok", "not-protected"]
    assert "on the blocklist" in rows[0]["reason"]


def test_a_server_that_says_not_now_is_asked_again_later_and_no_more_than_that(tmp_path: Path) -> None:
    with SurveyWorld([plan(0, allows=0), plan(4, allows=1), plan(8)], 3) as world:
        store = tmp_path / "s.sqlite"
        done(world.run(store, "--back-off", "0.2", "--retries", "2"))
        assert world.counted() == [3, 4, 2]
        assert [row["verdict"] for row in exported(store)] == ["could-not-tell", "could-not-tell", "ok"]


@pytest.mark.parametrize("name", ["d0.demo.test", "mx0.hosts.demo.test"])
def test_lookups_that_failed_are_made_once_more(tmp_path: Path, name: str) -> None:
    with SurveyWorld([plan(0)], 1, failing_once=name) as world:
        store = tmp_path / "s.sqlite"
        done(world.run(store))
        assert [(row["verdict"], row["problem"]) for row in exported(store)] == [("ok", "")]


def test_domains_with_the_same_host_have_their_own_verdicts_if_it_bears_only_one_s_name(
    tmp_path: Path,
) -> None:
    def issued(plan: ServerPlan) -> Issued:
        return make_leaf("d1.demo.test", authority().issuing, make_key("p256", plan.host), None)

    by_issuer = ServerPlan("mx0", "", shared="hosts", tlsa=Tlsa.ISSUER)
    with SurveyWorld([by_issuer], 4, issued=issued) as world:
        store = tmp_path / "s.sqlite"
        done(world.run(store, "--algorithms", "ecdsa"))
        assert world.counted() == [1]
    rows = exported(store)
    assert [row["verdict"] for row in rows] == ["failed", "ok", "failed", "failed"]
    assert [row["check"]["domain"] for row in rows] == world.domains


def test_domains_come_from_the_command_line_and_from_standard_input(
    world: SurveyWorld, tmp_path: Path
) -> None:
    store = tmp_path / "s.sqlite"
    words = ("run", "--store", str(store), "--resolver", world.resolver, "--quiet", "--pause", "0")
    given = done_apart(survey(*words, "--domains", f"{world.domains[0]},{world.domains[3]}"))
    assert (given.stdout, given.stderr) == ("", "")
    done_apart(survey(*words), stdin=f"1,{world.domains[0]}\n2,{world.domains[2]}\n")
    runs = [[row["domain"] for row in exported(store, "domains", "--run", str(run))] for run in (1, 2)]
    assert runs == [[world.domains[0], world.domains[3]], [world.domains[0], world.domains[2]]]
    diff = ("diff", "--store", str(store))
    assert done(survey(*diff, "1", "1", "--fail-on-change")).stdout == ""
    changed = done(survey(*diff, "1", "2", "--fail-on-change"), status=1).stdout.splitlines()
    assert changed == [f"{world.domains[2]}: new (ok)", f"{world.domains[3]}: gone (not-protected)"]


def test_rows_are_as_their_schemas_say(whole: Path) -> None:
    for rows, made in (("domains", survey_domain_schema()), ("observations", survey_observation_schema())):
        validator = Draft202012Validator(made)
        for row in exported(whole, rows)[:: 10 if rows == "domains" else 1]:
            validator.validate(row)


def test_csv_has_what_json_has(world: SurveyWorld, tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    done(world.run(store, lines=lambda: world.domains[:4]))
    header, *lines = done(survey("export", "--store", str(store), "--csv")).stdout.splitlines()
    names = header.split(",")
    rows = [dict(zip(names, line.split(","), strict=True)) for line in lines]
    assert [(row["domain"], row["verdict"]) for row in rows] == [
        (row["domain"], row["verdict"]) for row in exported(store)
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--resolver", "127.0.0.1:99999"), "bad name server address: 127.0.0.1:99999"),
        (("--algorithms", "gost"), 'no such key algorithm: "gost"'),
        (("--contact", "me@"), "--contact: neither name@host nor a host (empty hostname): me@"),
        (("--contact", "a b@host"), "--contact: neither name@host nor a host (bad name): a b@host"),
        (("--contact", "x..y"), "--contact: neither name@host nor a host (misplaced delimiter): x..y"),
        (("--blocklist", "/nonexistent"), "/nonexistent: No such file or directory"),
        (("--ca-file", "/nonexistent"), "--ca-file: /nonexistent: No such file or directory"),
        (("--level", "none"), "at level none there is nothing to check"),
        (("--domains", ","), "no domain to look at"),
        (("--dask", "nohost"), "--dask: no address of a scheduler, as tcp://HOST:PORT has it: nohost"),
    ],
)
def test_what_no_worker_could_do_is_one_line_and_no_run(
    tmp_path: Path, words: tuple[str, ...], complaint: str
) -> None:
    if "--dask" in words:
        pytest.importorskip("distributed")
    store = tmp_path / "s.sqlite"
    domains = () if "--domains" in words else ("--domains", "a.test")
    told = done(survey("run", "--store", str(store), *domains, *words), status=1).stderr
    assert told.startswith(f"pyfinger-survey: fatal: {complaint}") and told.count("\n") == 1
    assert not store.exists() or "--dask" in words


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--per-total", "3"), "not two numbers: 3"),
        (("--per-total", "0,1"), "0 is none"),
        (("--per-address", "a,1"), "no number up to 1000000: a"),
        (("--pause", "x"), "no number of seconds: x"),
        (("--pause", "nan"), "no number of seconds: nan"),
        (("--timeout", "0"), "0 is no time at all"),
        (("--sts-port", "65536"), "no port: 65536"),
        (("--workers", "257"), "more than 256: 257"),
        (("--set", "name"), "no name=value: name"),
    ],
)
def test_values_that_are_none_are_refused(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], complaint: str
) -> None:
    with pytest.raises(SystemExit):
        main(["run", *words])
    assert capsys.readouterr().err.endswith(f"argument {words[0]}: {complaint}\n")


def test_who_asked_to_be_left_out_is_not_left_in_by_a_misprint(tmp_path: Path) -> None:
    blocklist, store = tmp_path / "blocked", tmp_path / "s.sqlite"
    for entry in ("300.1.2.3", "10.0.0.0/33", "two words", "a..b", "http://example.com"):
        blocklist.write_text(f"# asked us to\n192.0.2.0/24\n.example.com\nmünchen.example\n{entry}\n")
        command = survey("run", "--store", str(store), "--domains", "a.test", "--blocklist", str(blocklist))
        told = done(command, status=1).stderr
        assert told == f"pyfinger-survey: fatal: {blocklist}:5: no address, network or name: {entry}\n"


def test_a_list_that_cannot_be_read_to_its_end_is_no_run(tmp_path: Path) -> None:
    store, source = tmp_path / "s.sqlite", tmp_path / "list"
    source.write_text("a.test\n")
    told = done(survey("run", "--store", str(store), str(source), "/nonexistent"), status=1).stderr
    assert told == "pyfinger-survey: fatal: /nonexistent: No such file or directory\n"
    assert done(survey("summary", "--store", str(store)), status=1).stderr.endswith("there is no run\n")


@pytest.mark.parametrize(("moment", "begun"), [("add_lines", False), ("count", True)])
def test_a_store_that_is_full_is_one_line_and_a_run_that_has_begun_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, begun: bool
) -> None:
    def full(self: SurveyStore, *what: object) -> int:
        raise StoreTrouble("database or disk is full")

    monkeypatch.setattr(SurveyStore, moment, full)
    store = tmp_path / "s.sqlite"
    told = done(survey("run", "--store", str(store), "--domains", "a.test"), status=1).stderr
    advice = f"; what is done is in {store}; go on with: pyfinger-survey resume --store {store}"
    assert told == f"pyfinger-survey: fatal: {store}: database or disk is full{advice if begun else ''}\n"


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--store", "{store}", "/nonexistent"),
        ("run", "--store", "{store}", "--level", "no-such", "--domains", "a.test"),
        ("resume", "--store", "{store}"),
        ("export", "--store", "{store}"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    command = survey(*(word.format(store=tmp_path / "s.sqlite") for word in words))
    told = done(command, status=1).stderr
    assert told.startswith("pyfinger-survey: fatal: ") and told.count("\n") == 1


def test_a_plain_probe_does_not_pay_for_surveys() -> None:
    code = "import sys, pyfinger.cli.program; print({'pyfinger.survey', 'sqlite3'} & set(sys.modules))"
    assert done_apart([sys.executable, "-c", code]).stdout == "set()\n"
