"""Everything at once: what is written where, and what becomes of mistakes.

Probes of nothing but a name that is none: what is made of sessions has tests of its own.
"""

from __future__ import annotations

import json
import os
import stat
from io import BytesIO
from pathlib import Path

import pytest

from pyfinger.cli import main
from pyfinger.cli.output_options import OutputOptions
from pyfinger.cli.outputs import LogLost, Outputs, World
from pyfinger.events import ConfigRemark, Event, ProbeEnded

NOWHERE = "unix:/nowhere/at/all"  # refused without a packet, as -S is not there
LMTP = ["-S", NOWHERE]
REFUSED = "connect to client.test[/nowhere/at/all]: No such file or directory"


@pytest.fixture(autouse=True)
def main_cf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\nmyhostname = client.test\n")
    monkeypatch.setenv("MAIL_CONFIG", str(tmp_path))
    monkeypatch.delenv("MAIL_VERBOSE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> int:
    return main(["prog", *words])


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    kinds = ("json", "events", "pcapng", "keylog", "trace")
    old = os.umask(0)
    try:
        assert run(*(f"--{kind}=out.{kind}" for kind in kinds), *LMTP) == 0
    finally:
        os.umask(old)
    for kind in kinds:
        assert stat.S_IMODE((tmp_path / f"out.{kind}").stat().st_mode) == 0o600, kind
    assert json.loads((tmp_path / "out.json").read_text())["outcome"] == "connect"
    assert (tmp_path / "out.events").read_text().splitlines()[-1].startswith('{"event": "ProbeEnded"')
    assert (tmp_path / "out.pcapng").read_bytes().startswith(b"\x0a\x0d\x0d\x0a")


def test_a_document_on_standard_output_moves_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--json", "-", *LMTP) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["schema"] == "pyfinger-report/1"
    assert err.startswith("prog: Failed to establish session")


def test_monitoring_formats_print_nothing_else(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--format", "nagios", *LMTP) == 2
    out, err = capfd.readouterr()
    assert out.startswith("PYFINGER CRITICAL - no connection") and out.count("\n") == 1 and not err
    assert run("--format=openmetrics", *LMTP) == 0
    assert capfd.readouterr().out.endswith("# EOF\n")


@pytest.mark.parametrize(("words", "status"), [([], 0), (["--check"], 6), (["--check", "-t0"], 1)])
def test_the_status_follows_the_verdict_if_it_shall(words: list[str], status: int) -> None:
    assert run(*words, *LMTP) == status


def test_timing_comes_after_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    run("--timing", *LMTP)
    lines = capfd.readouterr().out.splitlines()
    assert lines[0].startswith("prog: Failed") and lines[-2].endswith("in all")
    assert lines[-1].endswith("before that, to start the program")


def test_complaints_are_documents_too(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--json=-", "-t0", *LMTP) == 1
    out, err = capfd.readouterr()
    assert json.loads(out)["explanation"] == "bad '-t' option value: 0"
    assert err == "prog: fatal: bad '-t' option value: 0\n"
    assert run("--format=nagios", "-t0", *LMTP) == 3
    assert capfd.readouterr().out.startswith("PYFINGER UNKNOWN - cannot be carried out: bad '-t'")


@pytest.mark.parametrize(
    "words", [["--warn-days=x", "x.test"], ["--json=not/there", "x.test"], ["-Q", "x"], []]
)
def test_a_plugin_that_cannot_be_carried_out_is_no_warning(words: list[str]) -> None:
    assert run("--format=nagios", *words) == 3
    assert run(*words) == 1


@pytest.mark.parametrize(
    "words", [["--json=keep"], ["--json=keep", "-Q", "x"], ["--json=keep", "--format=x", "x"]]
)
def test_what_makes_no_sense_destroys_nothing(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "keep").write_text("precious")
    assert run(*words) == 1
    assert (tmp_path / "keep").read_text() == "precious"


@pytest.mark.parametrize("option", ["json", "events", "pcapng", "keylog", "trace"])
def test_a_file_that_cannot_be_opened(option: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(f"--{option}=not/there", *LMTP) == 1
    assert capfd.readouterr().out == "prog: fatal: not/there: No such file or directory\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize("option", ["json", "events", "pcapng", "record", "trace", "trace=json"])
def test_a_full_disk_is_told_once(option: str, capfd: pytest.CaptureFixture[str]) -> None:
    separator = ":" if "=" in option else "="
    assert run(f"--{option}{separator}/dev/full", "--check", *LMTP) == 1
    out = capfd.readouterr().out
    assert out.splitlines()[-1] == "prog: fatal: /dev/full: No space left on device"
    assert out.count("No space left") == 1


def test_the_same_file_twice(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--json=a", "--events=./a", *LMTP) == 1
    assert capfd.readouterr().out == "prog: fatal: ./a: another output goes there already\n"


class Full(BytesIO):
    """Standard output on a full disk."""

    def write(self, data: object, /) -> int:
        raise OSError(28, "No space left on device")


def test_a_log_that_cannot_be_written_is_complained_of_elsewhere() -> None:
    err = BytesIO()
    outputs = Outputs(OutputOptions(), World("prog", Full(), err, {}))
    with pytest.raises(LogLost) as lost:
        outputs(ConfigRemark("x"))
    assert lost.value.status == 1
    assert err.getvalue() == b"prog: fatal: standard output: No space left on device\n"


def test_a_reader_that_went_away_is_no_mistake() -> None:
    class Gone(BytesIO):
        def write(self, data: object, /) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    err = BytesIO()
    with pytest.raises(LogLost) as lost:
        Outputs(OutputOptions(), World("prog", Gone(), err, {}))(ConfigRemark("x"))
    assert lost.value.status == 141 and not err.getvalue()


def test_renderers_may_join_later() -> None:
    seen: list[Event] = []
    out = BytesIO()
    outputs = Outputs(OutputOptions(), World("prog", out, BytesIO(), {}))
    outputs(ConfigRemark("x"))
    outputs.add(seen.append)
    outputs(ProbeEnded(0))
    assert seen == [ProbeEnded(0)] and outputs.status(7) == 7


def test_colour_on_request() -> None:
    out = BytesIO()
    Outputs(OutputOptions(color="always"), World("prog", out, BytesIO(), {}))(ConfigRemark("x"))
    assert out.getvalue() == b"\x1b[33mprog: warning: x\x1b[0m\n"


def test_the_explanation_comes_after_a_log_that_stays_as_it_is(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(*LMTP) == run("--explain", *LMTP) == 0
    log, _, rest = capfd.readouterr().out.partition("\n")
    assert rest.startswith(f"{log}\n\nWhat Postfix does for ")


def test_the_document_has_the_explanation_if_it_shall(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--json=-", *LMTP) == 0
    assert json.loads(capfd.readouterr().out)["explained"] is None
    assert run("--json=-", "--explain", *LMTP) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["explained"]["delivery"] == "deferred"
    assert "What Postfix does for " in err
