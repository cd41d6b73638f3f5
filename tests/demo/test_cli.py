from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pyfinger.demo import command as cli
from pyfinger.demo.command import PROBES, Probe, demonstrate, how_to_probe, main
from pyfinger.demo.world import LAST_PORT, DemoWorld, ports_needed

pytestmark = pytest.mark.slow

SECONDS = 60


@pytest.mark.slow
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.server)
def test_every_probe_of_the_demonstration_finds_what_it_should(
    world: DemoWorld, probe: Probe, capfd: pytest.CaptureFixture[str]
) -> None:
    status = demonstrate(world, [probe])
    shown = capfd.readouterr().out
    assert status == 0, shown
    assert f"# {probe.title}\n$ pyfinger " in shown
    assert f"--resolver {world.resolver}" in shown


def test_a_surprise_is_told(world: DemoWorld, capfd: pytest.CaptureFixture[str]) -> None:
    assert demonstrate(world, [Probe("Nothing.", "plain", "no such line")]) == 1
    assert "expected to read: no such line" in capfd.readouterr().out


def test_without_arguments_it_probes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = "".join(f"{probe.only}{probe.expected}\n" for probe in PROBES)
    monkeypatch.setattr(cli, "_pyfinger", lambda arguments: expected)
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert shown.count("$ pyfinger ") == len(PROBES)
    assert shown.count("$ pyfinger-check --srv ") == 1
    assert shown.splitlines()[-1].startswith("10 of 12 connections, ")


def test_a_check_that_finds_something_else_is_a_surprise(
    world: DemoWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_output", lambda module, arguments: "all is well\n")
    assert cli.demonstrate_check(world) == 1
    assert "expected to read: whole.demo.test: degraded" in capsys.readouterr().out


def test_a_taken_port_is_explained(world: DemoWorld, capsys: pytest.CaptureFixture[str]) -> None:
    taken = world.resolver.partition(":")[2]
    assert main(["--port", taken]) == 1
    assert "in use" in capsys.readouterr().err


def test_a_folder_that_is_there_already_is_explained_and_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").write_text("kept")
    assert main(["serve", "--port", "0", "--folder", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"pyfinger-demo: {tmp_path}: File exists\n"
    assert (tmp_path / "mine").read_text() == "kept"


@pytest.mark.parametrize("port", ["70000", "-1", "x"])
def test_a_port_that_is_none_is_explained(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--port", port])
    assert ended.value.code == 2
    assert "argument --port: " in capsys.readouterr().err.splitlines()[-1]


def test_what_serve_prints_works_as_typed_from_anywhere(world: DemoWorld, tmp_path: Path) -> None:
    lines = [line for line in how_to_probe(world) if "dane.demo.test" in line and "--resolver" in line]
    done = subprocess.run(["sh", "-c", lines[0]], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Verified TLS connection" in done.stdout


def test_what_serve_prints_names_every_server(world: DemoWorld) -> None:
    text = "\n".join(how_to_probe(world))
    for server in world.servers:
        assert f"--resolver {world.resolver} {server.destination}" in text
    assert "pyfinger -w " in text
    assert f"pyfinger -S unix:{world.socket}" in text
    assert "\npyfinger " not in text  # this one is not on the path, so its own is named
    assert str(world.authority_file) in text
    assert str(world.anchor_file) in text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_runs_until_it_is_stopped(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "pyfinger.demo.command", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        while "server failure" not in lines[-1]:
            lines.append(process.stdout.readline())
            assert lines[-1], lines
        os.kill(process.pid, number)
        assert process.wait(SECONDS) == 0


def test_a_port_with_too_few_behind_it_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    first = LAST_PORT - ports_needed() + 2
    assert main(["serve", "--port", str(first)]) == 2
    told = capsys.readouterr().err
    assert told == (
        f"pyfinger-demo: --port: {first} is not the first of {ports_needed()} ports: at most {first - 1}\n"
    )


def test_help_says_what_is_behind_which_port(world: DemoWorld, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    lines = capsys.readouterr().out.splitlines()
    assert f"the first of {ports_needed()} ports" in " ".join(lines)
    served = [line.split(maxsplit=2) for line in lines if line.startswith("  N+")]
    every = [*world.servers, *world.shared]
    assert [place for place, *_ in served] == [f"N+{number}" for number in range(1, len(every) + 2)]
    names = [server.plan.host if server.plan.shared else server.plan.domain for server in every]
    assert [name.removesuffix(":") for _, name, *_ in served[:-1]] == names
    assert all(len(line) <= 80 for line in lines)
