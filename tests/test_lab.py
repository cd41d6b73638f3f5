"""The lab's own machinery: transcripts, recordings, scenarios, the comparison."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.lab import certificates, comparing, golden, recording
from tests.lab.inside import Run
from tests.lab.normalise import normalised, transcript
from tests.lab.places import LAB
from tests.lab.scenarios import Scenario, deviations, expand, parse, scenarios

DUMP = b"""\
pyfinger: read from 55D0C0FFEE00 [55D0C0FFEE01] (5 bytes => -1)
pyfinger: write to 55D0C0FFEE00 [55D0C0FFEE01] (20 bytes => 20 (0x14))
pyfinger: 0000 16 03 01 41 00 01 00 01|fc 03 03 9c ec ae c5 88  ...A.... ........
pyfinger: 0010 68                                               h
pyfinger: 0011 - <SPACES/NULLS>
"""


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("posttls-finger: < 220 x", "PROG: < 220 x"),
        ("/usr/sbin/pyfinger: < 220 x", "PROG: < 220 x"),
        ("usage: pyfinger [-c]", "usage: PROG [-c]"),
        ("a pyfinger: b", "a pyfinger: b"),
        (
            "pyfinger: warning: TLS library problem: error:0A000410:SSL routines::bad thing:a/b.c:918:data:",
            "PROG: warning: TLS library problem: error:*:bad thing:*:data:",
        ),
        (f"pyfinger: save session [::1]:25&{'AB' * 32} to memory", "PROG: save session [::1]:25&* to memory"),
        ("pyfinger: session [::1]:25&ABCD", "PROG: session [::1]:25&ABCD"),
    ],
)
def test_only_names_and_chance_are_replaced(line: str, wanted: str) -> None:
    assert normalised(f"{line}\n".encode()) == [wanted]


def test_the_candidates_own_name_counts_too() -> None:
    assert normalised(b"probe: a\nother: b\n", ("probe",)) == ["PROG: a", "other: b"]


def test_a_transcript_tells_streams_status_and_missing_newline() -> None:
    assert transcript(b"one\n\xff", b"two\n", -6) == ["one", "\\xff<no newline>", "err| two", "exit -6"]
    assert transcript(b"", b"", "timeout") == ["exit timeout"]


def test_dumps_become_their_sizes() -> None:
    assert normalised(DUMP) == ["PROG: write to * [*] (20 bytes => 20 (0x14))", "PROG: <dump of 20 octets>"]


def test_a_malformed_row_stays() -> None:
    lines = normalised(DUMP.replace(b"...A....", b"...B...."))
    assert lines[1] == "PROG: <dump of 0 octets>"
    assert len(lines) == 5


def test_the_nearest_recording_counts() -> None:
    one, other = ["a", "b", "exit 0"], ["a", "c", "d", "exit 0"]
    assert golden.nearest([one, other], other) == golden.Likeness(other, same=4, differing=0)
    assert golden.nearest([one, other], ["x", "b", "exit 0"]) == golden.Likeness(one, same=2, differing=1)
    assert golden.nearest([one], []) == golden.Likeness(one, same=0, differing=3)
    assert golden.difference(["a"], ["b"])[-2:] == ["    -a", "    +b"]


def test_what_is_saved_is_recorded_once_each(tmp_path: Path) -> None:
    golden.save("x", [["b"], ["a", ""], ["b"], ["c"]], tmp_path)
    assert golden.recorded("x", tmp_path) == [["a", ""], ["b"], ["c"]]
    golden.save("x", [["c"]], tmp_path)
    assert golden.recorded("x", tmp_path) == [["c"]]
    assert [path.name for path in tmp_path.iterdir()] == ["x.txt"]


def test_scenarios_and_recordings_belong_together() -> None:
    names = [one.name for one in scenarios()]
    assert len(names) == len(set(names))
    recorded = {re.sub(r"\.alt\d+$", "", path.stem) for path in golden.FOLDER.iterdir()}
    assert recorded == set(names)
    assert set(deviations()) <= set(names)
    for folder in golden.FOLDERS.values():
        assert {re.sub(r"\.alt\d+$", "", path.stem) for path in folder.iterdir()} <= set(names)


def test_recordings_are_normalised() -> None:
    for path in (path for folder in golden.FOLDERS.values() for path in folder.glob("*.txt")):
        text = path.read_bytes()
        assert golden.as_text(normalised(text)).encode() == text, path.name


def test_one_scenario_a_line() -> None:
    first, *lines, last = (LAB / "scenarios.json").read_text().splitlines()
    assert (first, last) == ("[", "]")
    assert [json.loads(line.removesuffix(","))["name"] for line in lines] == [one.name for one in scenarios()]


def test_a_scenario_has_no_unknown_keys() -> None:
    known = {"name": "n", "group": "g", "argv": ["-c"], "needs": [], "notes": ""}
    assert parse(json.dumps([known | {"tty": True}])) == [Scenario("n", "g", ("-c",), (), "", tty=True)]
    with pytest.raises(TypeError):
        parse(json.dumps([known | {"tyt": True}]))


def test_patterns_choose_by_name_or_group() -> None:
    one = Scenario("dane-ta", "roots", (), (), "")
    assert one.matches("dane*")
    assert one.matches("roots")
    assert not one.matches("dane")
    assert {one.group for one in scenarios("usage")} == {"usage"}


def test_places_in_arguments_are_filled_in() -> None:
    digest = certificates.known()["p256"]["cert_sha256"]
    assert expand(["-F", "{pki}/root.pem"]) == ["-F", "/srv/lab/pki/root.pem"]
    assert expand(["{p256.cert_sha256}"]) == [digest]
    assert expand(["{p256.cert_sha256.lower.bare}"]) == [digest.lower().replace(":", "")]
    for one in scenarios():
        assert not any("{" in argument for argument in expand(one.argv)), one.name


def test_digests_are_those_that_were_recorded() -> None:
    (lines,) = golden.recorded("C-default")
    digests = certificates.known()["p256"]
    assert f"   cert digest={digests['cert_sha256']}" in lines
    assert f"   pkey digest={digests['pkey_sha256']}" in lines


class Fakes:
    """Runs that print what was recorded, except in one scenario."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, spoilt: str = "") -> None:
        self.spoilt = spoilt
        self.commands: set[tuple[str, ...]] = set()
        for module in (comparing, recording):
            monkeypatch.setattr(module, "require_lab", lambda command: None)
            monkeypatch.setattr(module, "require_tree", lambda command, like: None)
            monkeypatch.setattr(module, "run_scenario", self.run)

    def run(self, scenario: Scenario, command: Sequence[str], chroot: bool, like: str) -> Run:
        self.commands.add((*command, str(chroot)))
        *lines, status = golden.of_reference(scenario.name, like)[0]
        out = [line for line in lines if not line.startswith("err| ")]
        err = [line.removeprefix("err| ") for line in lines if line.startswith("err| ")]
        if scenario.name == self.spoilt:
            out.append("more")
        return Run(as_bytes(out), as_bytes(err), status.split()[1], 0.123)


def as_bytes(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def test_a_comparison_that_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    fakes = Fakes(monkeypatch)
    results = tmp_path / "results.json"
    assert comparing.main(["--cmd", "no-such-command -x", "--only", "usage", "--json", str(results)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "PASS usage-no-arguments"
    assert lines[-3:] == [
        "",
        "usage          4/4   scenarios, 45/45 lines",
        "parity 4/4 scenarios, 45/45 lines",
    ]
    first = comparing.Result("usage-no-arguments", "usage", True, same=6, lines=6, differing=0, seconds=0.12)
    assert json.loads(results.read_text())[0] == asdict(first)
    assert fakes.commands == {("no-such-command", "-x", "False")}


def test_a_comparison_that_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    Fakes(monkeypatch, spoilt="usage-no-arguments")
    options = ["--only", "usage", "--diff", "--jobs", "2", "--out", str(tmp_path / "out")]
    assert comparing.main(["--cmd", "x", *options]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("   1 usage-no-arguments\n    --- golden\n    +++ candidate\n")
    assert "\n    +more\n" in shown
    assert shown.endswith("parity 3/4 scenarios, 45/45 lines\n")
    assert "more" in (tmp_path / "out" / "usage-no-arguments.txt").read_text()


@pytest.mark.parametrize(("options", "count"), [([], 0), (["--open"], 0), (["--all"], 1), (["--chroot"], 1)])
def test_deviations_are_left_out_unless_wanted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str], count: int
) -> None:
    Fakes(monkeypatch)
    assert comparing.main(["--cmd", "x", "--quiet", "--only", "t-0", *options]) == 0
    assert f"parity {count}/{count} scenarios" in capsys.readouterr().out


def test_the_candidate_is_found_before_the_directory_changes() -> None:
    assert comparing.candidate(f"{os.path.relpath(sys.executable)} -m x", chroot=False) == [
        str(Path(os.path.relpath(sys.executable)).absolute()),
        *("-m", "x"),
    ]
    assert comparing.candidate("sh -c", chroot=True) == ["sh", "-c"]


def test_recording_keeps_each_result_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    Fakes(monkeypatch)
    assert recording.main(["--only", "mx-equal", "--out", str(tmp_path)]) == 0
    assert golden.recorded("mx-equal", tmp_path) == golden.recorded("mx-equal")[:1]
    assert capsys.readouterr().out == "1/1 mx-equal: 0 0.12s\n"


def test_of_a_newer_reference_only_what_differs_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(golden.FOLDERS, "3.11", tmp_path / "newer")
    known = golden.recorded("mx-equal")
    assert not golden.save_difference("mx-equal", known[:1], "3.11")
    assert golden.of_reference("mx-equal", "3.11") == known
    assert golden.save_difference("mx-equal", [["other", "exit 0"]], "3.11")
    assert golden.differs("mx-equal", "3.11")
    assert golden.of_reference("mx-equal", "3.11") == [["other", "exit 0"]]
    assert golden.of_reference("mx-equal", "3.10") == known
    assert not golden.save_difference("mx-equal", known[:1], "3.11")
    assert not golden.differs("mx-equal", "3.11")


def test_a_candidate_is_told_which_reference_to_be_like(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    fakes = Fakes(monkeypatch)
    monkeypatch.setitem(golden.FOLDERS, "3.11", tmp_path)
    (tmp_path / "usage-no-arguments.txt").write_text("other\nexit 1\n")
    assert comparing.main(["--cmd", "x", "--like", "3.11", "--only", "usage*", "--differing"]) == 0
    assert fakes.commands == {("x", "--like=3.11", "False")}
    monkeypatch.setattr(fakes, "commands", set())
    assert comparing.main(["--cmd", "x", "--like", "3.11", "--only", "usage-no-arguments", "--chroot"]) == 0
    assert fakes.commands == {("x", "True")}
    assert "parity 1/1 scenarios, 2/2 lines" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["compare", "record", "hello", "hellos"])
def test_commands_work_by_their_path(command: str, tmp_path: Path) -> None:
    path = LAB / command
    assert os.access(path, os.X_OK)
    done = subprocess.run(
        [sys.executable, path, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert f"usage: {command} " in done.stdout


def test_nothing_runs_without_the_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match="compare: needs root"):
        comparing.main(["--cmd", "x"])
