"""Every command: output that is lost is told, or where nobody reads not; what was typed is shown censored."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pyfinger.check.command import main as check
from pyfinger.cli import main as pyfinger
from pyfinger.cli.command_frame import OutputLost, framed, look_at, writing
from pyfinger.cli.interrupts import FAILED, INTERRUPTED, OUTPUT_CLOSED, PLUGIN_UNKNOWN
from pyfinger.cli.streams import SHOWN_OUTPUT
from pyfinger.demo.command import main as demo
from pyfinger.errors import UsageError
from pyfinger.references import REFERENCES
from pyfinger.survey.command import main as survey
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.tasks import RunOptions, Stage
from pyfinger.tlsa.command import main as tlsa

FULL = Path("/dev/full")
HOSTILE = "a\u202eb\x1b[31m\n\udcff\x9b"
RECORD = f"3 1 1 {'AB' * 32}"
GIVEN = ["--records", "x.test. MX 10 mx.x.test.\nmx.x.test. A 127.0.0.1", "x.test"]

Main = Callable[[Sequence[str]], int]

# What prints, with the program's name and the status where it cannot; STORE is a survey's file.
PRINTING = [
    (check, ["--help"], "pyfinger-check", FAILED),
    (check, ["--plan", *GIVEN], "pyfinger-check", FAILED),
    (tlsa, ["--version"], "pyfinger-tlsa", FAILED),
    (tlsa, ["make", "--help"], "pyfinger-tlsa", FAILED),
    (tlsa, ["show", RECORD], "pyfinger-tlsa", FAILED),
    (tlsa, ["lint", "--rules"], "pyfinger-tlsa", FAILED),
    (survey, ["run", "--help"], "pyfinger-survey", FAILED),
    (survey, ["summary", "--store", "STORE"], "pyfinger-survey", FAILED),
    (survey, ["summary", "--json", "--store", "STORE"], "pyfinger-survey", FAILED),
    (survey, ["export", "--csv", "--store", "STORE"], "pyfinger-survey", FAILED),
    (survey, ["report", "--html", "-", "--store", "STORE"], "pyfinger-survey", FAILED),
    (demo, ["--help"], "pyfinger-demo", FAILED),
    (demo, ["serve", "--port", "0"], "pyfinger-demo", FAILED),
    (demo, ["senders", "--list"], "pyfinger-demo", 2),
]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """With one run of no line, which is done."""
    path = tmp_path / "survey.sqlite"
    kept = SurveyStore(str(path), create=True)
    with kept.transaction():
        kept.set_stage(kept.begin(RunOptions(), "0", 0.0), Stage.DONE)
    return path


def run(main: Main, words: Sequence[str], store: Path, monkeypatch: pytest.MonkeyPatch, out: int) -> int:
    """With `out` as standard output; a status that argparse ends the program with is one, too."""
    with open(out, "w") as opened:
        monkeypatch.setattr(sys, "stdout", opened)
        try:
            return main([str(store) if word == "STORE" else word for word in words])
        except SystemExit as ended:
            return int(str(ended.code))


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(("main", "words", "program", "status"), PRINTING)
def test_a_full_standard_output_is_one_line_and_a_status(
    main: Main, words: Sequence[str], program: str, status: int, store: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert run(main, words, store, monkeypatch, os.open(FULL, os.O_WRONLY)) == status
    assert capsys.readouterr().err == f"{program}: fatal: standard output: No space left on device\n"


@pytest.mark.parametrize(("main", "words", "_program", "_status"), PRINTING)
def test_a_pipe_that_nobody_reads_is_a_status_without_a_word(
    main: Main, words: Sequence[str], _program: str, _status: int, store: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    reading, writing_end = os.pipe()
    os.close(reading)
    assert run(main, words, store, monkeypatch, writing_end) == OUTPUT_CLOSED
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("option", ["--json=-", "--html=-", "--events=-"])
def test_nor_is_it_a_failure_where_a_file_goes_there(
    option: str, store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reading, writing_end = os.pipe()
    os.close(reading)
    words = ["pyfinger", option, "--offline", "--records", "127.0.0.1", "[mx.test]"]
    assert run(pyfinger, words, store, monkeypatch, writing_end) == OUTPUT_CLOSED
    assert "Broken pipe" not in capsys.readouterr().err


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
def test_to_a_monitoring_system_it_is_unknown(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--format", "nagios", "--resolver", "127.0.0.1:1", "--timeout", "0.01", "--no-sts", "x.test"]
    assert run(check, words, store, monkeypatch, os.open(FULL, os.O_WRONLY)) == PLUGIN_UNKNOWN
    assert "standard output: No space left on device" in capsys.readouterr().err


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
def test_a_complaint_that_cannot_be_written_leaves_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(FULL, "w") as opened:
        monkeypatch.setattr(sys, "stderr", opened)
        assert tlsa(["show", "3 1 1"]) == 1


def test_closed_streams_are_streams_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    unopened = os.open(os.devnull, os.O_RDONLY)
    with open(unopened, closefd=True) as opened:
        broken = os.fdopen(os.dup(opened.fileno()), "w")
        monkeypatch.setattr(sys, "stdout", broken)
        monkeypatch.setattr(sys, "stderr", broken)
        assert tlsa(["show", RECORD]) == FAILED


def test_what_the_encoding_does_not_have_is_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "out"

    def greet() -> int:
        print("gr\u00fc\u00df")
        return 0

    with file.open("w", encoding="ascii") as opened:
        monkeypatch.setattr(sys, "stdout", opened)
        assert framed("program", greet) == 0
    assert file.read_text() == "gr\\xfc\\xdf\n"


def test_an_interrupt_that_nobody_has_met_is_a_status() -> None:
    def interrupt() -> int:
        raise KeyboardInterrupt

    assert framed("program", interrupt) == INTERRUPTED


def test_a_file_that_cannot_be_written_is_told_by_its_name() -> None:
    with pytest.raises(UsageError, match="there: No space"), writing():
        raise OSError(errno.ENOSPC, "No space left on device", "there")
    with pytest.raises(OutputLost), writing():
        raise OSError(errno.ENOSPC, "No space left on device", SHOWN_OUTPUT)


@pytest.mark.parametrize(
    ("main", "words"),
    [
        (pyfinger, ["pyfinger", f"--{HOSTILE}"]),
        (pyfinger, ["pyfinger", HOSTILE]),
        (pyfinger, ["pyfinger", "--like", HOSTILE, "x.test"]),
        (pyfinger, ["pyfinger", "--certificate", f"/{HOSTILE}", "[x.test]"]),
        (check, [HOSTILE]),
        (check, ["--level", HOSTILE, "x.test"]),
        (check, ["--format", HOSTILE, "x.test"]),
        (check, ["--html", f"/{HOSTILE}/x", "x.test"]),
        (tlsa, [HOSTILE]),
        (tlsa, ["make", "--host", "mx.test", f"/{HOSTILE}"]),
        (tlsa, ["show", HOSTILE]),
        (tlsa, ["rehearse", f"/{HOSTILE}"]),
        (survey, [HOSTILE]),
        (survey, ["run", f"/{HOSTILE}"]),
        (survey, ["summary", "--store", f"/{HOSTILE}"]),
        (demo, [HOSTILE]),
        (demo, ["serve", "--port", HOSTILE]),
        (demo, ["serve", "--folder", f"/{HOSTILE}/x"]),
        (demo, ["senders", "--only", HOSTILE]),
        (demo, ["senders", "--submit", HOSTILE]),
        (demo, ["senders", "--folder", f"/{HOSTILE}/x"]),
    ],
)
def test_whatever_was_typed_leads_no_terminal_astray(
    main: Main, words: Sequence[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(words)
    except SystemExit as ended:
        status = int(str(ended.code))
    told = capfd.readouterr()
    shown = told.out + told.err
    assert status in (1, 2) and shown
    assert all(line.isprintable() for line in shown.replace("\t", " ").split("\n"))


@pytest.mark.parametrize(
    ("main", "words"),
    [
        (check, ["x.test", "--algorithms"]),
        (check, ["x.test", "--max-connections"]),
        (check, ["x.test", "--resolver"]),
        (check, ["x.test", "--html"]),
        (tlsa, ["make", "--live"]),
        (tlsa, ["lint", "--domain"]),
        (tlsa, ["rehearse", "--scheme"]),
        (survey, ["run", "--domains"]),
        (survey, ["run", "--contact"]),
        (survey, ["summary", "--store"]),
        (demo, ["serve", "--folder"]),
        (demo, ["senders", "--only"]),
    ],
)
@pytest.mark.parametrize("apart", [True, False])
def test_an_option_that_is_there_has_a_value(
    main: Main, words: Sequence[str], apart: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [*words, ""] if apart else [*words[:-1], f"{words[-1]}="]
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.endswith(f": argument {words[-1]}: nothing was given\n")
    assert told.err.count("\n") == 1


def test_one_that_is_not_there_needs_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert survey(["run", "--store", "/no/such/folder/store", "--domains", "x.test"]) == FAILED
    assert "nothing was given" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--trust-anchor", "/no/such"], "--trust-anchor: /no/such: No such file or directory"),
        (["--ca-path", "/no/such"], "--ca-path: /no/such: No such file or directory"),
        (["--max-connections", ",5"], "bad '--max-connections' option value: ,5 (N, or N,ALL)"),
        (["--max-connections", "5,"], "bad '--max-connections' option value: 5, (N, or N,ALL)"),
        (["--max-connections", ","], "bad '--max-connections' option value: , (N, or N,ALL)"),
        (["--algorithms", ","], 'no such key algorithm: "" (ecdsa, rsa, eddsa, ml-dsa, any)'),
    ],
)
def test_what_a_check_cannot_use_is_refused_whether_it_would_be_used_or_not(
    words: Sequence[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(["--plan", *GIVEN, *words]) == FAILED
    assert capsys.readouterr().err == f"pyfinger-check: fatal: {told}\n"


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may read all
    with pytest.raises(UsageError, match=r"^--ca-file: .*: Permission denied$"):
        look_at("ca-file", str(tmp_path))


def test_a_release_without_a_name_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert pyfinger(["pyfinger", "--like=", "[x.test]"]) == FAILED
    words = ", ".join(REFERENCES)
    assert capsys.readouterr().out == f"pyfinger: fatal: bad '--like' option value:  (one of: {words})\n"


def test_help_says_how_often_an_address_is_connected_to_and_of_which_keys(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for main, words in ((check, []), (tlsa, ["lint"]), (survey, ["run"])):
        with pytest.raises(SystemExit):
            main([*words, "--help"])
        told = " ".join(capsys.readouterr().out.split())
        assert "ecdsa, rsa, eddsa, ml-dsa; or any" in told
        if main is check:
            assert "at most so many connections to one address within a minute" in told
        if main is not survey:
            assert "without it at most two connections to an address are made" in told


@pytest.mark.parametrize(
    ("main", "words"),
    [
        (tlsa, ["lint", "--port=--", "zone"]),
        (tlsa, ["rehearse", "--ttl=--"]),
        (check, ["--format=--", "x.test"]),
        (survey, ["run", "--per-total=--"]),
        (demo, ["serve", "--port=--"]),
        (demo, ["senders", "--submit=--"]),
    ],
)
def test_two_dashes_behind_an_equals_sign_are_a_value(
    main: Main, words: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    option = words[1 if words[0] != "--format=--" else 0].partition("=")[0]
    assert ended.value.code == 2 and f"argument {option}: " in capsys.readouterr().err
