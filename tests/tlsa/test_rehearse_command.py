"""`pyfinger-tlsa rehearse`: plans in files and by name, what is due now, one line for a mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pyfinger.demo.certificate_making import START, Wish
from pyfinger.tlsa.command import main
from pyfinger.tlsa.plan_file import read_plan
from pyfinger.tlsa.records import OwnedRecord, zone_line
from pyfinger.x509.pem import to_pem
from tests import schema
from tests.tlsa.worlds import HOST, ISSUING, OTHER_ISSUING, OWNER, ended_with, leaf, record

OLD, NEW = leaf("old"), leaf("new")
PLAN = """\
host = "mx.test"
ttl = "1h"
negative_ttl = 900
transfer = 300
switch = "1m"

[certificates]
today = "old.pem"
tomorrow = ["new.pem"]
coming = "new.key"

[records]
now = "3 1 1 today"
both = ["3 1 1 today", "3 1 1 coming"]
next = ["3 1 1 tomorrow"]
other = "3 1 1 %s"

[begin]
published = "now"
shown = "today"

[[step]]
publish = "both"
[[step]]
show = "tomorrow"
[[step]]
publish = "next"
"""


OF_HOST = ("--host", HOST, "--today", "OLD", "--tomorrow", "OLD")
LAST = 'publish = "next"'
LATER = f'{LAST}\nat = 2026-01-02\n[[step]]\npublish = "now"\nat = 2026-01-01'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    renewed = leaf("old", ISSUING, Wish(not_before=START + 1))
    files = {
        "old.pem": OLD.chain_pem,
        "new.pem": NEW.chain_pem,
        "renewed.pem": renewed.chain_pem,
        "other.pem": leaf("new", OTHER_ISSUING).chain_pem,
        "new.key": to_pem("PUBLIC KEY", NEW.key.spki),
        "plan.toml": PLAN % record(NEW).data.hex(),
        "zone": zone_line(OwnedRecord(record(NEW), OWNER, 60)),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def run(*argv: str) -> int:
    return main(["rehearse", *argv, "--at", "2026-12-01"])


def test_a_plan_goes_step_by_step(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(folder / "plan.toml")) == 0
    out = capsys.readouterr().out
    assert out.startswith("_25._tcp.mx.test: safe\n\n1. 2026-12-01 00:00:00Z  publish both\n")
    assert "2. 2026-12-01 01:05:00Z  show tomorrow\n" in out
    assert "3. 2026-12-01 01:06:00Z  publish next\n" in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_json_follows_its_schema(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(folder / "plan.toml"), "--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    Draft202012Validator(schema.rehearsal_schema()).validate(document)
    assert [step["words"] for step in document["steps"]] == ["publish both", "show tomorrow", "publish next"]


@pytest.mark.parametrize(
    "done, status, words",
    [
        ([], 0, "now: publish both (step 1)"),
        (["1=2026-11-30T23:30:00"], 3, "wait until 2026-12-01 00:35:00Z, then show tomorrow (step 2)"),
        (["1=2026-11-30"], 0, "now: show tomorrow (step 2)"),
        (["1=2026-11-29", "2=2026-11-30"], 0, "now: publish next (step 3)"),
        (
            ["1=2026-11-29", "2=2026-11-30", "3=2026-11-30T23:00:00"],
            5,
            "nothing is left to be done; caches have it all from 2026-12-01 00:05:00Z",
        ),
    ],
)
def test_what_now(
    folder: Path, capsys: pytest.CaptureFixture[str], done: list[str], status: int, words: str
) -> None:
    given = [word for one in done for word in ("--done", one)]
    assert run(str(folder / "plan.toml"), "--next", *given) == status
    assert capsys.readouterr().out.splitlines()[0] == words


def test_what_is_never_safe_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (folder / "plan.toml").read_text().replace('[[step]]\npublish = "both"\n', "")
    (folder / "plan.toml").write_text(text)
    assert run(str(folder / "plan.toml"), "--next") == 4
    assert capsys.readouterr().out.startswith("step 1, show tomorrow: never safe\n  who has now and ")
    assert run(str(folder / "plan.toml")) == 4
    assert "(UNSAFE)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "scheme, tomorrow, status, steps",
    [
        ("next-key", "new.pem", 0, 3),
        ("issuer", "new.pem", 0, 2),
        ("issuer", "other.pem", 0, 3),
        ("same-key", "renewed.pem", 0, 1),
        ("same-key", "new.pem", 4, 1),
        ("at-once", "new.pem", 4, 2),
        ("certbot", "new.pem", 4, 2),
        ("certbot-reuse-key", "renewed.pem", 0, 1),
        ("acme.sh", "renewed.pem", 0, 1),
        ("acme.sh-new-key", "new.pem", 4, 2),
        ("acme.sh-next-key", "new.pem", 0, 3),
    ],
)
def test_schemes(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    scheme: str,
    tomorrow: str,
    status: int,
    steps: int,
) -> None:
    files = ["--today", str(folder / "old.pem"), "--tomorrow", str(folder / tomorrow)]
    assert run("--scheme", scheme, "--host", HOST, *files, "--format", "json") == status
    assert len(json.loads(capsys.readouterr().out)["steps"]) == steps


def test_records_as_they_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ["--today", str(folder / "old.pem"), "--tomorrow", str(folder / "new.pem")]
    argv = [
        "--scheme",
        "same-key",
        "--host",
        HOST,
        *files,
        "--records",
        str(folder / "zone"),
        "--switch",
        "60",
    ]
    assert run(*argv) == 4
    out = " ".join(capsys.readouterr().out.split())
    assert "who has today's records and meets today does not deliver" in out


def test_what_gets_worse_by_itself_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (folder / "plan.toml").read_text() + "[signatures]\nnext = 2027-01-01T00:00:00Z\n"
    (folder / "plan.toml").write_text(text)
    assert run(str(folder / "plan.toml")) == 0
    assert "2027-01-01 00:00:00Z  then, if nobody renews anything: " in capsys.readouterr().out


def test_what_comes_after_all_dates_is_the_last_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        (folder / "plan.toml")
        .read_text()
        .replace('"1h"', "2147483647")
        .replace(LAST, f"{LAST}\nat = 9999-12-31")
    )
    (folder / "plan.toml").write_text(text)
    assert run(str(folder / "plan.toml")) == 0
    assert "9999-12-31 23:59:59Z  safe" in capsys.readouterr().out


def test_names_lead_no_terminal_astray(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (folder / "plan.toml").read_text().replace("both", '"\\u001b[31m"').replace('""', '"')
    (folder / "plan.toml").write_text(text)
    assert run(str(folder / "plan.toml")) == 0
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "change, problem",
    [
        (('host = "mx.test"', 'host = "a..b"'), "no host name: a..b"),
        (('host = "mx.test"', "host = 1"), "host is not what it should be"),
        (('ttl = "1h"', 'ttl = "soon"'), "ttl: no number of seconds: soon"),
        (('ttl = "1h"', "ttl = -1"), "ttl: seconds are 0 to 2147483647"),
        (('ttl = "1h"', f"ttl = 0x{'f' * 9000}"), "ttl: seconds are 0 to 2147483647"),
        (('ttl = "1h"', f"ttl = {'9' * 5000}"), "a number of more digits than can be read"),
        (('ttl = "1h"', "ttl = true"), "ttl: neither a number of seconds nor a text like 1h30m"),
        (('ttl = "1h"', f"ttl = {'[' * 5000}"), "arrays within arrays, too many to be read"),
        (('ttl = "1h"', "start = 9999-12-31T23:59:59-23:59"), "start: not from 1970 to 9999"),
        (('ttl = "1h"', "signatures.nobody = 2027-01-01"), "signatures: nothing is called nobody"),
        (('ttl = "1h"', 'domains = ["a..b"]'), "no host name: a..b"),
        (('ttl = "1h"', "tttl = 1"), "nobody knows tttl"),
        (('ttl = "1h"', "ttl ="), "plan.toml: "),
        (("new.key", "none.key"), "No such file"),
        (('shown = "today"', 'shown = "coming"'), "a server shows certificates"),
        (('shown = "today"', 'shown = "nobody"'), "begin: shown: nothing is called nobody"),
        (('shown = "today"', ""), "begin: shown: nothing given"),
        (('now = "3 1 1 today"', 'now = "3 1 1 who"'), "records.now: 3 1 1 who: "),
        (('now = "3 1 1 today"', 'now = "9 1 1 today"'), "records.now: 9 1 1 today: "),
        (('now = "3 1 1 today"', 'now = "3 0 1 coming"'), "selector 0 takes a certificate"),
        (('now = "3 1 1 today"', "now = 5"), "records.now: not a text"),
        (('show = "tomorrow"', ""), "step 2: either publish or show"),
        (('show = "tomorrow"', 'show = "tomorrow"\nat = 2026-12-02\nafter = 5'), "either at or after"),
        (('show = "tomorrow"', 'show = "tomorrow"\nat = "never"'), "step 2: at: no date or time"),
        (('show = "tomorrow"', 'show = "tomorrow"\ndone = 2026-11-01'), "step 2 is done, and step 1 is not"),
        ((LAST, LATER), "step 4 comes before"),
        (("[[step]]\n", "[[step]]\nwhat = 1\n"), "step 1: nobody knows what"),
        (("3 1 1 today", "x 1 1 today"), "records.now: x 1 1 today: usage is 0 to 3"),
        (("3 1 1 today", "3 1 7 today"), "records.now: 3 1 7 today: usage is 0 to 3"),
        (("3 1 1 today", "3 1 1 ABC"), "the data of a TLSA record is hexadecimal"),
    ],
)
def test_mistakes_in_plans(
    folder: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], problem: str
) -> None:
    file = folder / "plan.toml"
    file.write_text(file.read_text().replace(*change, 1))
    assert run(str(file)) == 1
    told = capsys.readouterr()
    assert told.out == "" and problem in told.err and told.err.count("\n") == 1


@pytest.mark.parametrize(
    "argv, problem",
    [
        (["--scheme", "issuer", "--host", HOST, "--today", "KEY", "--tomorrow", "OLD"], "KEY"),
        (["/dev/null/x"], "Not a directory"),
        (["--scheme", "at-once", *OF_HOST, "--records", "/none"], "/none: No such file"),
        (["BINARY"], "BINARY: not UTF-8"),
    ],
)
def test_mistakes(folder: Path, capsys: pytest.CaptureFixture[str], argv: list[str], problem: str) -> None:
    (folder / "BINARY").write_bytes(b"\xff")
    names = {"OLD": "old.pem", "KEY": "new.key", "PLAN": "plan.toml", "BINARY": "BINARY"}
    given = [str(folder / names[word]) if word in names else word for word in argv]
    assert run(*given) == 1
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1
    assert names.get(problem, problem) in told.err


@pytest.mark.parametrize(
    "argv, problem",
    [
        ([], "a plan in a file, or --scheme WORD: one of them"),
        (["plan.toml", "--scheme", "next-key"], "a plan in a file, or --scheme WORD: one of them"),
        ([""], "argument PLAN: nothing was given"),
        (["--scheme", ""], "argument --scheme: nothing was given"),
        (["--scheme", "next-key"], "--scheme needs --host"),
        (["--scheme", "none", *OF_HOST], "argument --scheme: no such scheme: none (next-key, "),
        (["PLAN", "--done", "9=2026-12-01"], "--done: no step 9"),
        (["PLAN", "--done", f"{'9' * 5000}=2026-12-01"], "--done: no step 9"),
        (["PLAN", "--done", "1=then"], "--done: no date or time"),
        (["PLAN", "--done", "1"], "--done: N=TIME is wanted: 1"),
        (["--scheme", "at-once", *OF_HOST, "--domain", "a..b"], "no host name: a..b"),
        (["--scheme", "at-once", *OF_HOST, "--port", "65536"], "no port: 65536"),
    ],
)
def test_arguments_that_make_no_sense(
    folder: Path, capsys: pytest.CaptureFixture[str], argv: list[str], problem: str
) -> None:
    given = [str(folder / "plan.toml") if word == "PLAN" else word for word in argv]
    assert ended_with(["rehearse", *given]) == 2
    told = capsys.readouterr()
    assert told.out == "" and problem in told.err and told.err.count("\n") == 1


def test_nothing_changes_where_tomorrow_is_as_today(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    words = [str(folder / "old.pem") if word == "OLD" else word for word in OF_HOST]
    assert run("--scheme", "next-key", *words) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == f"_25._tcp.{HOST}: safe, and nothing changes"
    assert ["(nothing changes)" in line for line in rest[1:4]] == [True] * 3
    assert run("--scheme", "same-key", "--next", *words) == 0
    assert capsys.readouterr().out == "now: show tomorrow (step 1); nothing changes by it\n"


def test_a_step_that_changes_nothing_is_told_from_one_that_does(folder: Path) -> None:
    text = (folder / "plan.toml").read_text() + '[[step]]\npublish = "next"\n'
    (folder / "plan.toml").write_text(text)
    plan = read_plan(str(folder / "plan.toml"), 0.0)
    assert [plan.changes(index) for index in range(4)] == [True, True, True, False]
