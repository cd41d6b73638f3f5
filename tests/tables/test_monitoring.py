"""What monitoring systems and scripts rely on: one row, or one test, for each rule.

Whole commands against the demo's servers; what has to do with the process
itself, its streams and signals, in a process of its own.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest

from pyfinger.cli import main
from pyfinger.demo.world import DemoWorld
from pyfinger.report.document import Outcome
from tests.mailserver import MailServer, identity
from tests.report.document.probing import ADDRESS, report_of, simple_world

pytestmark = pytest.mark.slow

Run: TypeAlias = Callable[..., tuple[int, str, str]]
LIMIT = 60.0  # seconds, for what should take a moment


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with DemoWorld() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "main.cf").write_text("compatibility_level = 3.10\nmyhostname = probe.lab.test\n")
    monkeypatch.setenv("MAIL_CONFIG", str(tmp_path))
    monkeypatch.delenv("MAIL_VERBOSE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(world: DemoWorld, folder: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """The command; its status, and what it writes to its streams."""

    def running(*words: str) -> tuple[int, str, str]:
        status = main(["prog", "--resolver", world.resolver, *words])
        return status, *capfd.readouterr()

    return running


# Whose mistake it was

OURS = [
    (["-F", "/nonexistent"], "cannot load Certification Authority data", "No such file or directory"),
    (["-k", "/nonexistent"], "error opening chain file: /nonexistent: No such file or directory", ""),
    (["-k", "main.cf"], "No PEM data in main.cf", ""),
    (["-H", "/nonexistent"], "error opening chain file: /nonexistent", ""),
    (["-d", "sha257"], 'Digest algorithm "sha257" not found', ""),
    (["-p", "TLSv1.9"], 'Invalid TLS protocol list "TLSv1.9"', ""),
    (["-p", ">=TLSv1.3", "-o", "tls_config_file=x"], "tls_config_file = x is not an absolute pathname", ""),
    (["-p", "!TLSv1,!TLSv1.1,!TLSv1.2,!TLSv1.3"], "nothing to offer to a server: no protocols available", ""),
    (["-g", "best"], 'invalid cipher grade: "best"', ""),
    (["-o", "tls_medium_cipherlist=nosuch"], 'error setting cipher grade: "medium"', "no cipher match"),
    (["-l", "may", "-s", "x" * 256], "ignoring too long SNI hostname", ""),
]


@pytest.mark.slow
@pytest.mark.parametrize(("words", "reason", "cause"), OURS)
def test_our_own_mistakes_are_not_the_servers(
    run: Run, world: DemoWorld, words: Sequence[str], reason: str, cause: str
) -> None:
    destination = world.server("good").destination
    assert run("-l", "secure", *words, "--check", destination)[0] == 1
    status, out, _ = run("-l", "secure", *words, "--format=nagios", destination)
    assert status == 3
    assert out.startswith("PYFINGER UNKNOWN - cannot be carried out: ")
    assert reason in out and cause in out
    assert run("-l", "secure", *words, destination)[0] == 0  # as posttls-finger


# What a server says for now

TEMPORARY = [
    ({"banner": "421 too many connections"}, Outcome.SMTP_TEMPORARY),
    ({"banner": "450 come back"}, Outcome.SMTP_TEMPORARY),
    ({"banner": "554 go away"}, Outcome.SMTP),
]


@pytest.mark.parametrize(("settings", "outcome"), TEMPORARY)
def test_a_refusal_for_now_tells_nothing_of_tls(settings: dict[str, str], outcome: Outcome) -> None:
    report = report_of(simple_world(), {ADDRESS: MailServer(identity(), **settings)})  # type: ignore[arg-type]
    assert report.outcome is outcome
    assert settings["banner"][4:] in report.explanation


# Streams


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "pyfinger", *words]


NOWHERE = ("-S", "unix:/nowhere/at/all")

STREAMS = [  # redirections of a shell, words, status, what must stand on standard error
    (">&-", ["--json=out", *NOWHERE], 1, "standard output: Bad file descriptor"),
    ("2>&-", ["--json=out", *NOWHERE], 0, ""),
    (">&- 2>&-", ["--json=out", *NOWHERE], 1, ""),
    ("<&- >&- 2>&-", ["--json=out", *NOWHERE], 1, ""),
    (">/dev/full", ["--json=out", *NOWHERE], 1, "standard output: No space left on device"),
    (">/dev/full", NOWHERE, 1, "standard output: No space left on device"),
    (">/dev/full", ["--help"], 1, "standard output: No space left on device"),
    (">&-", ["--version"], 1, "standard output: Bad file descriptor"),
    (">/dev/full", ["--format=nagios", "--json=out", *NOWHERE], 3, ""),
    (">&-", ["--format=nagios", "--json=out", *NOWHERE], 3, ""),
    ("2>/dev/full", ["-Q"], 1, ""),
    (">&-", ["--json=-", *NOWHERE], 1, "standard output: Bad file descriptor"),
    (">/dev/full", ["--events=-", *NOWHERE], 1, "standard output: No space left on device"),
    (">/dev/full", ["--events=-", "--format=nagios", *NOWHERE], 3, ""),
    (">/dev/full", ["--format=openmetrics", *NOWHERE], 1, ""),
]


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize(("redirection", "words", "status", "complaint"), STREAMS)
def test_closed_and_full_streams(
    folder: Path, redirection: str, words: Sequence[str], status: int, complaint: str
) -> None:
    shell = f'exec "$@" {redirection}'
    done = subprocess.run(
        ["sh", "-c", shell, "sh", *command(*words)],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr
    assert complaint in done.stderr
    assert done.returncode == status
    if "--json=out" in words:
        assert json.loads((folder / "out").read_text())["schema"] == "pyfinger-report/1"


@pytest.mark.slow
def test_whoever_stops_reading_the_log_gets_the_files_all_the_same(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    words = command("--json=out", *NOWHERE)
    with os.fdopen(writing, "wb") as out:
        done = subprocess.run(words, stdout=out, timeout=LIMIT, check=False, env=environment)
    assert done.returncode == 141
    assert json.loads((folder / "out").read_text())["outcome"] == "connect"


# Ends from outside


@contextmanager
def silence() -> Iterator[int]:
    """A server that accepts connections and says nothing; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


SIGNALS = [(signal.SIGTERM, 143, "terminated"), (signal.SIGHUP, 129, "hung up"), (signal.SIGINT, 130, "")]
FORMS = [([], 0), (["--check"], 0), (["--format=nagios"], 3)]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status", "reason"), SIGNALS)
@pytest.mark.parametrize(("words", "instead"), FORMS)
def test_a_signal_ends_a_probe_and_all_is_written(
    folder: Path, number: signal.Signals, status: int, reason: str, words: Sequence[str], instead: int
) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    os.mkfifo(folder / "events")
    with silence() as port:
        options = [*words, "--json=out", "--events=events"]
        program = subprocess.Popen(
            command(*options, f"[127.0.0.1]:{port}"),
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # whatever the tests' own shell ignores
        )
        with (folder / "events").open() as events:
            for line in events:
                if '"Connected"' in line:
                    program.send_signal(number)
        out, _ = program.communicate(timeout=LIMIT)
    report = json.loads((folder / "out").read_text())
    assert (report["outcome"], report["explanation"]) == ("unfinished", reason or "interrupted")
    assert program.returncode == (instead or status)
    if instead:
        assert out.startswith("PYFINGER UNKNOWN - unfinished: ")
    elif reason:
        assert out.splitlines()[-1].endswith(f": warning: unfinished: {reason}")


@pytest.mark.parametrize(
    ("words", "status"),
    [([], 124), (["--check"], 124), (["--format=nagios"], 3), (["--format=openmetrics"], 124)],
)
def test_one_limit_for_the_whole_probe(run: Run, folder: Path, words: Sequence[str], status: int) -> None:
    with silence() as port:
        ended, out, _ = run("--timeout=0.5", "--json=out", *words, f"[127.0.0.1]:{port}")
    assert ended == status
    assert "unfinished" in out
    report = json.loads((folder / "out").read_text())
    assert report["explanation"] == "not done within 0.5 seconds (--timeout)"


def test_the_limit_holds_where_the_system_is_asked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """getaddrinfo(3) cannot be told not to block, and is left behind."""
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: released.wait(LIMIT) and [])
    try:
        assert run("-h", "native", "--timeout=0.5", "[slow.test]")[0] == 124
    finally:
        released.set()


def test_the_limit_holds_before_there_is_anything_to_write(run: Run, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    status, out, _ = run("--timeout=0.3", "--json=pipe", "x.test")
    assert status == 124
    assert out == "prog: warning: unfinished: not done within 0.3 seconds (--timeout)\n"
    assert run("--timeout=0.3", "--format=nagios", "--json=pipe", "x.test")[0] == 3


@pytest.mark.parametrize("value", ["0", "-1", "x", "nan", "inf", "1e9"])
def test_limits_that_are_none(run: Run, value: str) -> None:
    status, out, _ = run(f"--timeout={value}", "x.test")
    assert status == 1 and out.startswith(f"prog: fatal: bad '--timeout' option value: {value} (seconds, ")


# Certificates that end


@pytest.mark.slow
def test_the_log_says_when_certificates_expire(run: Run, world: DemoWorld) -> None:
    cafile = str(world.authority_file)
    _, out, _ = run("-c", "-F", cafile, "--warn-days=36500", world.server("good").destination)
    assert re.search(r": warning: .*: certificate 0 \(.*\) expires in [0-9]+ days$", out.splitlines()[-1])
    _, out, _ = run("-c", "-F", cafile, "--warn-days=1", world.server("good").destination)
    assert re.search(r"^prog: mx\..*: certificate 0 \(.*\) expires in [0-9]+ days$", out.splitlines()[-1])
    _, out, _ = run("-c", "-F", cafile, "--warn-days=1", world.server("expired").destination)
    assert re.search(r": warning: .*: certificate 0 \(.*\) expired [0-9]+ days ago$", out.splitlines()[-1])


def test_dates_and_names_stand_below_certificates_if_they_are_asked_for(run: Run, world: DemoWorld) -> None:
    destination = world.server("good").destination
    plain = run("-C", destination)[1]
    assert "not after" not in plain
    for words in (["-v"], ["--warn-days=14"]):
        dated = run("-C", *words, destination)[1]
        begin = dated.index("-----END CERTIFICATE-----")
        assert re.match(
            r"-----END CERTIFICATE-----\n"
            r"   not before: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n"
            r"   not after: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(expires in \d+ days\)\n"
            r"   names: DNS:mx\.good\.demo\.test\n",
            dated[begin:],
        )


# Time


def test_time_is_the_probes_and_the_start_has_a_line_of_its_own(run: Run, world: DemoWorld) -> None:
    destination = world.server("good").destination
    _, out, _ = run("--timing", destination)
    *_, total, start = out.splitlines()
    assert total.endswith("in all") and start.endswith("before that, to start the program")
    nagios = run("--format=nagios", destination)[1]
    assert re.search(r"\| time=[0-9.]+s;;;0 .*startup=[0-9.]+s;;;0$", nagios)
    metrics = run("--format=openmetrics", destination)[1]
    assert re.search(r"^pyfinger_startup_duration_seconds\{", metrics, re.MULTILINE)
    assert re.search(r'^pyfinger_policy_met\{destination="[^"]+",level="dane"\}', metrics, re.MULTILINE)


# Words


def test_a_mistyped_long_option_is_guessed(run: Run) -> None:
    status, _, err = run("--chian", "x.test")
    assert status == 1 and err.startswith(
        "prog: unrecognized option '--chian' (did you mean '--chain'?)\nusage: "
    )
    assert "did you mean" not in run("--nothing-like-it", "x.test")[2]


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "told"), [(True, True), (False, False)])
def test_a_person_is_told_of_help_below_the_usage_text(folder: Path, typed: bool, told: bool) -> None:
    person, terminal = os.openpty()
    done = subprocess.run(
        command("-Q"),
        stdin=terminal if typed else subprocess.DEVNULL,
        stderr=terminal,
        timeout=LIMIT,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    os.close(terminal)
    shown = os.read(person, 10000).decode()
    os.close(person)
    assert done.returncode == 1 and "usage: " in shown
    assert ("--help' for what the options mean" in shown.splitlines()[-1]) is told


def test_a_long_option_behind_the_destination_is_told(run: Run, world: DemoWorld) -> None:
    destination = world.server("good").destination
    _, out, _ = run("-l", "verify", destination, "--check")
    assert 'prog: warning: "--check" behind the destination is a name to match, not an option\n' in out
    assert "not an option" not in run("-l", "verify", destination, "--chec", "-c")[1]
