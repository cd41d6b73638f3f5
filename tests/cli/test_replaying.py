"""`--record`, `--replay` and `--mutate`, as commands."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import NoReturn

import pytest

from pyfinger.cli import main
from pyfinger.recording.entries import Slept
from tests.recording.making import play, record, servers, simple_world, written
from tests.scripted import Scripted

WORDS = ("/usr/bin/then", "-v", "-C", "-l", "may", "-s", "", "--resolver", "192.0.2.53", "example.test")
DATA, WAS = record(Scripted(simple_world(), servers()), WORDS)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a recording in it, and a main.cf that no replay may look at."""
    (tmp_path / "a.rec").write_bytes(DATA)
    (tmp_path / "main.cf").write_text("no equals sign\n")
    monkeypatch.setenv("MAIL_CONFIG", str(tmp_path))
    monkeypatch.delenv("MAIL_VERBOSE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody opens a socket, asks for a host, or for the time."""

    def refuse(*_arguments: object, **_named: object) -> NoReturn:
        raise AssertionError("not in a replay")

    for name in ("socket.socket", "socket.getaddrinfo", "time.time", "time.sleep", "os.urandom"):
        monkeypatch.setattr(name, refuse)
    monkeypatch.setattr("pyfinger.drive.interfaces.local_addresses", refuse)
    monkeypatch.setattr("pyfinger.cli.runner.is_root", refuse)


def run(*words: str) -> int:
    return main(["now", *words])


def said(words: list[str], capfd: pytest.CaptureFixture[str]) -> str:
    """The line with which words are refused."""
    assert run(*words) == 1
    out, err = capfd.readouterr()
    assert err == ""
    return out.removesuffix("\n")


def test_a_replay_prints_what_was_printed(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--replay", "a.rec") == 0
    assert capfd.readouterr() == (WAS.text.decode().replace("prog: ", "then: "), "")


def test_outputs_are_asked_for_anew(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    files = [f"--{kind}=x.{kind}" for kind in ("json", "events", "pcapng", "keylog", "trace")]
    assert run("--replay", "a.rec", *files) == 0
    assert (folder / "x.json").read_bytes() == WAS.json
    assert (folder / "x.events").read_bytes() == WAS.stream.replace(b'"prog"', b'"then"', 1)
    assert (folder / "x.pcapng").read_bytes() == WAS.capture
    assert (folder / "x.keylog").read_text()


def test_the_status_follows_what_is_asked_now() -> None:
    assert run("--replay", "a.rec", "--check", "-Lnone") == 0
    assert run("--replay", "a.rec", "--format", "nagios") == 0


@pytest.mark.parametrize("words", [["-c"], ["-L", "none"], ["-v"], ["-C"]])
def test_what_is_shown_can_be_said_anew(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run("--replay", "a.rec", *words) == 0
    out = capfd.readouterr().out
    assert ("Certificate chain" in out) is (words == ["-C"])
    assert ("name_mask: " in out) is (words == ["-v"])
    assert ("> EHLO" in out) is (words != ["-c"])
    assert ("TLS connection established" in out) is (words[0] != "-L")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["x.test"], "--replay takes no destination, the recording has one: x.test"),
        (["-l", "may"], "-l does not go with --replay: the recording decides that"),
        (["--resolver", "x"], "--resolver does not go with --replay: the recording decides that"),
        (["--record", "b.rec"], "--record and --replay are mutually exclusive"),
        (["--mutate", "x"], "bad '--mutate' option value: x (a number below 2 to the 64)"),
        (["--mutate", str(2**64)], f"bad '--mutate' option value: {2**64} (a number below 2 to the 64)"),
        (["--mutate", "9" * 5000], f"bad '--mutate' option value: {'9' * 5000} (a number below 2 to the 64)"),
    ],
)
def test_what_does_not_go_together(words: list[str], line: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert said(["--replay", "a.rec", *words], capfd) == f"now: fatal: {line}"


def test_nothing_can_be_mutated_without_a_recording(capfd: pytest.CaptureFixture[str]) -> None:
    assert said(["--mutate", "1", "x.test"], capfd) == "now: fatal: --mutate goes with --replay only"


def test_complaints_come_first(capfd: pytest.CaptureFixture[str]) -> None:
    (Path("main.cf")).write_text("")
    assert run("--replay", "a.rec", "-Z") == 1
    assert capfd.readouterr().err.startswith("now: invalid option -- 'Z'\nusage: now ")


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("b.rec", None, "No such file or directory"),
        (".", None, "Is a directory"),
        ("b.rec", b"", "line 1: missing"),
        ("b.rec", DATA[:-30], f"line {DATA[:-30].count(10) + 1}: not JSON"),
        ("b.rec", DATA[: DATA.index(b"\n") + 1], "the recording ends where is asked the content of "),
        (
            "b.rec",
            written(Slept(1.0)),
            "line 2: asked is the content of /etc/postfix/main.cf, recorded to sleep 1 s",
        ),
    ],
)
def test_bad_recordings(
    name: str, content: bytes | None, line: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (folder / name).write_bytes(content)
    found = said(["--replay", name], capfd)
    assert found.partition(": ")[2].startswith(f"fatal: {name}: {line}")
    assert "\n" not in found


@pytest.mark.parametrize("words", [["then"], ["then", "-c"], ["then", "-Z", "x.test"], ["then", "--"]])
def test_a_command_line_without_a_probe(
    words: list[str], folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    header = json.dumps({**json.loads(written()), "words": words})
    (folder / "b.rec").write_text(header + "\n")
    assert (
        said(["--replay", "b.rec"], capfd) == "now: fatal: b.rec: line 1: words: no command line of a probe"
    )


def test_a_null_character_in_the_name(capfd: pytest.CaptureFixture[str]) -> None:
    assert said(["--replay", "a\0b"], capfd) == "now: fatal: a?b: embedded null byte"


def test_a_bad_setting_then_is_one_now(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    data, _ = record(Scripted(), ("/bin/then", "-o", "nonsense", "x.test"))
    (folder / "b.rec").write_bytes(data)
    assert run("--replay", "b.rec") == 1
    assert capfd.readouterr().err.startswith("usage: then ")


def test_changes_are_told(capfd: pytest.CaptureFixture[str]) -> None:
    for seed in range(5):
        assert run("--replay", "a.rec", "--mutate", str(seed)) in (0, 1)
        expected = play(DATA, seed).text.decode().replace("prog: ", "then: ")
        assert capfd.readouterr().out == expected
        assert "then: warning: mutated: " in expected


def test_a_probe_is_recorded(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MAIL_CONFIG", str(folder))
    monkeypatch.setattr("pyfinger.cli.runner.is_root", lambda: False)
    (folder / "main.cf").write_text("compatibility_level = 3.6\nmyhostname = client.test\n")
    old = os.umask(0)
    try:
        assert main(["prog", "--record", "b.rec", "--json", "b.json", "-S", "unix:/nowhere/at/all"]) == 0
    finally:
        os.umask(old)
    printed = capfd.readouterr().out
    assert stat.S_IMODE((folder / "b.rec").stat().st_mode) == 0o600
    (folder / "main.cf").unlink()
    assert run("--replay", "b.rec", "--json", "c.json") == 0
    assert capfd.readouterr().out == printed
    assert (folder / "c.json").read_bytes() == (folder / "b.json").read_bytes()


def test_a_refused_change_of_account_is_recorded(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MAIL_CONFIG", str(folder))
    monkeypatch.setattr("pyfinger.cli.runner.is_root", lambda: True)
    (folder / "main.cf").write_text("compatibility_level = 3.6\nmail_owner = root\n")
    assert main(["prog", "--record", "b.rec", "x.test"]) == 1
    printed = capfd.readouterr().out
    assert printed.startswith("prog: fatal: mail_owner = root is root itself")
    assert run("--replay", "b.rec") == 1
    assert capfd.readouterr().out == printed


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is full")
def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.undo()
    monkeypatch.delenv("MAIL_CONFIG", raising=False)
    assert main(["prog", "--record", "/dev/full", "-S", "unix:/nowhere"]) == 1
    assert capfd.readouterr().out.endswith("prog: fatal: /dev/full: No space left on device\n")
