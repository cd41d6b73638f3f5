"""The command: what it writes, where, and how it ends."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyfinger.check import command
from pyfinger.check.command import main
from pyfinger.cli.interrupts import INTERRUPTED, PLUGIN_UNKNOWN
from pyfinger.demo.plan import ServerPlan, Tlsa
from pyfinger.demo.world import DemoWorld

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 60
FAILED = 1


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    plans = (ServerPlan("dane", "", tlsa=Tlsa.KEY), ServerPlan("good", ""))
    with DemoWorld(plans) as running:
        yield running


@pytest.fixture
def run(world: DemoWorld, monkeypatch: pytest.MonkeyPatch) -> Runs:
    monkeypatch.setattr(command, "unprivileged", lambda invocation, emit: invocation)  # this process stays
    return Runs(world)


class Runs:
    def __init__(self, world: DemoWorld) -> None:
        self.world = world

    def __call__(self, name: str, *options: str) -> int:
        return main(["--resolver", self.world.resolver, "--pause", "0", *options, self.at(name)])

    def at(self, name: str) -> str:
        return self.world.server(name).destination


def test_a_plan_connects_to_nothing(run: Runs, capfd: pytest.CaptureFixture[str]) -> None:
    before = run.world.server("dane").tally.connections.total()
    assert run("dane", "--plan", "--algorithms", "ecdsa,rsa") == 0
    assert run.world.server("dane").tally.connections.total() == before
    shown = capfd.readouterr().out
    assert re.search(r"^    127\.0\.0\.1 +ECDSA RSA$", shown, re.MULTILINE)
    assert shown.endswith("\n2 connections\n")


def test_quiet_says_nothing_of_what_is_well(run: Runs, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("dane", "--quiet") == 0
    assert capfd.readouterr().out == ""
    assert run("good", "--quiet") == 2
    assert "good.demo.test" in capfd.readouterr().out


def test_json_is_one_document_and_jsonl_a_line_for_each(run: Runs, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("dane", "--format", "json", "--algorithms", "ecdsa") == 0
    assert json.loads(capfd.readouterr().out)["schema"] == "pyfinger-check/1"
    assert run("dane", "--format", "jsonl", "--algorithms", "ecdsa", run.at("good")) == 2
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["verdict"] for line in lines] == ["not-protected", "ok"]


def test_a_plugin_has_its_own_statuses(run: Runs, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("dane", "--format", "nagios", "--algorithms", "ecdsa") == 0
    assert run("good", "--format", "nagios", "--algorithms", "ecdsa") == 2
    assert run("good", "--format", "nagios", "--level", "paranoid") == PLUGIN_UNKNOWN
    words = [line.split()[1] for line in capfd.readouterr().out.splitlines()]
    assert words == ["OK", "CRITICAL"]


@pytest.mark.parametrize(
    "options, complaint",
    [
        (["--level", "paranoid"], 'Invalid TLS level "paranoid"'),
        (["--algorithms", "gost"], 'no such key algorithm: "gost" (ecdsa, rsa, eddsa, ml-dsa, any)'),
        (["--algorithms", "ecdsa,,rsa"], 'no such key algorithm: ""'),
        (["--max-connections", "0"], "bad '--max-connections' option value: 0 (1 to 100000)"),
        (["--max-connections", "2,x"], "bad '--max-connections' option value, in all: x (1 to 100000)"),
        (["--pause", "-1"], "bad '--pause' option value: -1 (0 to 100000)"),
        (["--back-off", "nan"], "bad '--back-off' option value: nan"),
        (["--sts-port", "70000"], "bad '--sts-port' option value: 70000 (1 to 65535)"),
        (["--connect-timeout", "0"], "bad '--connect-timeout' option value: 0"),
        (["--command-timeout", "x"], "bad '--command-timeout' option value: x"),
        (["--insecure-mx", "paranoid"], "bad '--insecure-mx' option value: paranoid"),
        (["--host-lookup", "hosts"], "unknown '--host-lookup' option value"),
        (["--protocols", "TLSv9"], 'no such TLS protocols: "TLSv9"'),
        (["--grade", "best"], 'no such cipher grade: "best" ('),
        (["--ca-file", "/nonexistent"], "no certificates to trust can be loaded from /nonexistent"),
        (["--plan", "--format", "json"], "--plan is text, and knows no --format json"),
        (["--timeout", "never"], "bad '--timeout' option value"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anybody_is_asked(
    run: Runs, capfd: pytest.CaptureFixture[str], options: list[str], complaint: str
) -> None:
    assert run("dane", *options) == FAILED
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err.startswith("pyfinger-check: fatal: ") and complaint in told.err


def test_options_reach_the_check(run: Runs, capfd: pytest.CaptureFixture[str]) -> None:
    authority = str(run.world.authority_file)
    assert run("good", "--level", "secure", "--ca-file", authority, "--match", "mx.good.demo.test") == 0
    assert "certificate of mx.good.demo.test" in capfd.readouterr().out
    assert run("good", "--set", "inet_protocols=ipv6") == 5
    assert run("dane", "--max-connections", "1,1") == 11


def test_bad_usage_is_explained_in_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--no-such", "y.test"], ["--set", "x", "y.test"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2
    assert capfd.readouterr().err.splitlines() == [
        "pyfinger-check: the following arguments are required: DOMAIN",
        "pyfinger-check: unrecognized arguments: --no-such",
        "pyfinger-check: argument --set: no name=value: x",
    ]


@pytest.mark.slow
def test_interrupted_or_out_of_time_it_tells_what_it_knows() -> None:
    """A name server that never answers."""
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver = f"127.0.0.1:{silent.getsockname()[1]}"
        words = [sys.executable, "-m", "pyfinger.check.command", "--resolver", resolver]
        done = subprocess.run(
            [*words, "--timeout", "0.2", "example.test"],
            cwd=ROOT,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.stdout.endswith(b"; not done within 0.2 seconds\n")
        assert done.returncode == INTERRUPTED
        with subprocess.Popen([*words, "example.test"], cwd=ROOT, stdout=subprocess.PIPE) as process:
            silent.settimeout(SECONDS)
            silent.recv(1000)  # of the first run
            silent.recv(1000)
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=SECONDS)
        assert output.endswith(b"; interrupted\n")
        assert process.returncode == INTERRUPTED


@pytest.mark.slow
def test_nobody_reading_is_no_trouble(world: DemoWorld) -> None:
    words = [sys.executable, "-m", "pyfinger.check.command", "--resolver", world.resolver, "--pause", "0"]
    line = " ".join([*words, world.server("dane").destination, "| true; echo ${PIPESTATUS[0]}"])
    done = subprocess.run(
        ["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.stdout.strip() in ("141", "0") and done.stderr == ""


def test_the_manual_page_has_every_option() -> None:
    page = (ROOT / "man" / "pyfinger-check.1").read_text(encoding="utf-8").replace("\\-", "-")
    options = [word for action in command._parser()._actions for word in action.option_strings]
    assert [word for word in options if word not in page and word != "-h"] == []


def test_a_plain_probe_does_not_load_it() -> None:
    line = "import sys, pyfinger.cli.program, pyfinger.api; print([m for m in sys.modules if 'check' in m])"
    done = subprocess.run([sys.executable, "-c", line], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "pyfinger.check" not in done.stdout


@pytest.fixture
def jinja2() -> None:
    pytest.importorskip("jinja2", reason="pages need Jinja2")


@pytest.mark.usefixtures("jinja2")
def test_a_page_is_written_beside_the_text(
    run: Runs, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    assert run("dane", "--html", str(page), "--algorithms", "ecdsa") == 0
    assert ": ok\n" in capfd.readouterr().out
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert page.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("jinja2")
def test_on_standard_output_a_page_takes_the_place_of_the_text(
    run: Runs, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("good", "--html", "-", "--algorithms", "ecdsa", "--format", "nagios") == 2
    shown = capfd.readouterr().out
    assert shown.startswith("<!DOCTYPE html>")
    assert shown.rstrip().endswith("</html>")


@pytest.mark.usefixtures("jinja2")
def test_what_cannot_be_written_is_known_before_anybody_is_connected_to(
    run: Runs, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = run.world.server("dane").tally.connections.total()
    assert run("dane", "--html", str(tmp_path)) == FAILED
    assert run("dane", "--html", str(tmp_path / "no" / "page.html")) == FAILED
    assert run("dane", "--html", str(tmp_path / "page.html"), "--plan") == FAILED
    assert run("dane", "--html", str(tmp_path / "page.html"), "--pause", "-1") == FAILED
    assert run.world.server("dane").tally.connections.total() == before
    assert [line.split()[0] for line in capfd.readouterr().err.splitlines()] == ["pyfinger-check:"] * 4
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("jinja2")
def test_a_page_that_cannot_be_written_is_told(run: Runs, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("dane", "--html", "/dev/full", "--algorithms", "ecdsa") == FAILED
    assert "pyfinger-check: /dev/full: No space left on device" in capfd.readouterr().err


def test_without_a_page_nothing_of_pages_is_imported(run: Runs) -> None:
    line = (
        "import sys\nfrom pyfinger.check.command import main\n"
        "try:\n    main(['--version'])\n"
        "except SystemExit:\n    print([one for one in sys.modules if 'jinja2' in one or '.page' in one])"
    )
    done = subprocess.run([sys.executable, "-c", line], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
