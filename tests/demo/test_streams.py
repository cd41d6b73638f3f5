"""Probes of the demo world with `--events`: the stream follows its schema, and holds the whole log."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pyfinger.cli import main
from pyfinger.demo.command import PROBES, Probe, command_line
from pyfinger.demo.world import DemoWorld
from pyfinger.report.event_stream import rebuild_log
from pyfinger.report.json_lines import lines_of
from tests.validating import stream_problems

pytestmark = pytest.mark.slow

SETTINGS = {
    "default": [],
    "quiet": ["-c", "-L", "none"],
    "talkative": ["-v", "-v", "-L", "3,untrusted,peercert,dane"],
    "dumps": ["-L", "ssl-session-packet-dump,cache"],
}


@pytest.fixture(autouse=True)
def no_main_cf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\nmyhostname = probe.test\n")
    monkeypatch.setenv("MAIL_CONFIG", str(tmp_path))


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.server)
def test_the_log_is_rebuilt_from_the_stream(
    world: DemoWorld, probe: Probe, setting: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    arguments = command_line(world, world.server(probe.server), probe.flags, probe.match)
    file = tmp_path / "events.jsonl"
    assert main(["/bin/Prög", "--events", str(file), *SETTINGS[setting], *arguments]) == 0
    printed = capfdbinary.readouterr().out
    stream = file.read_bytes()
    out = io.BytesIO()
    rebuild_log(lines_of(io.BytesIO(stream)), out)
    assert out.getvalue() == printed
    assert b'{"event": "ProbeEnded"' in stream.splitlines()[-1]
    assert stream_problems(stream) == []
