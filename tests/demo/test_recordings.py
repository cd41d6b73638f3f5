"""Probes of the demo world, recorded and replayed: the same text, JSON, events, capture, trace and keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from pyfinger.cli import main
from pyfinger.demo.command import PROBES, Probe, command_line
from pyfinger.demo.plan import SIGNED_ZONE
from pyfinger.demo.world import DemoWorld
from pyfinger.drive.blocking import BlockingDriver

KINDS = ("json", "events", "pcapng", "keylog", "trace")
SETTINGS = {
    "reconnecting": ["-r", "1", "-m", "2"],
    "chain": ["-C"],
    "talkative": ["-v", "-v", "-L", "ssl-session-packet-dump,verbose,untrusted,cache,dane"],
    "old": ["-p", "<=TLSv1.2", "-r", "1"],
    "native": ["-h", "native,dns"],
    "services": ["-R"],
}


@pytest.fixture(autouse=True)
def main_cf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "main.cf"
    file.write_text("compatibility_level = 3.6\nmyhostname = probe.test\n")
    monkeypatch.setenv("MAIL_CONFIG", str(tmp_path))
    patient = partial(BlockingDriver, sleep=lambda _seconds: None)
    monkeypatch.setattr("pyfinger.drive.blocking.BlockingDriver", patient)
    return file


@contextmanager
def nothing_but_the_recording(main_cf: Path) -> Iterator[None]:
    """No socket can be made, and no main.cf read."""

    def refuse(*_arguments: object, **_named: object) -> NoReturn:
        raise AssertionError("a socket")

    main_cf.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("socket.socket", refuse)
        yield


def outputs(word: str) -> list[str]:
    return [f"--{kind}={word}.{kind}" for kind in KINDS]


def check(words: list[str], main_cf: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Record, replay, and compare everything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(main_cf.parent)
        assert main(["/bin/Prög", "--record", "a.rec", *outputs("then"), *words]) == 0
        then = capfdbinary.readouterr()
        with nothing_but_the_recording(main_cf):
            assert main(["other", "--replay", "a.rec", *outputs("now")]) == 0
        assert capfdbinary.readouterr() == then
        for kind in KINDS:
            assert Path(f"now.{kind}").read_bytes() == Path(f"then.{kind}").read_bytes(), kind


@pytest.mark.slow
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.server)
def test_every_server(
    world: DemoWorld, probe: Probe, main_cf: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    words = command_line(world, world.server(probe.server), probe.flags, probe.match)
    check(words, main_cf, capfdbinary)


@pytest.mark.slow
@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting(
    world: DemoWorld, setting: str, main_cf: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    check(command_line(world, world.server("dane"), SETTINGS[setting]), main_cf, capfdbinary)


def test_a_unix_domain_socket(
    world: DemoWorld, main_cf: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    check(["-S", f"unix:{world.socket}"], main_cf, capfdbinary)


@pytest.mark.parametrize("name", ["nomail", "broken", "nosuch"])
def test_names_about_dns(
    world: DemoWorld, name: str, main_cf: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    check(["--resolver", world.resolver, f"{name}.{SIGNED_ZONE}"], main_cf, capfdbinary)
