import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from pyfinger.cli import main
from pyfinger.demo.certificate_making import make_ca
from pyfinger.errors import UsageError
from pyfinger.events import ChainPresented, Emit, ServerAnonymous
from pyfinger.model import CertificateShown
from pyfinger.options import Options
from pyfinger.prober.context import TrustSources
from pyfinger.x509.distinguished_names import parse_name


@pytest.fixture(autouse=True)
def main_cf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\nmyhostname = probe.lab.test\n")
    monkeypatch.setenv("MAIL_CONFIG", str(tmp_path))
    monkeypatch.delenv("MAIL_VERBOSE", raising=False)
    return tmp_path


class Probe:
    """Stands in for the real one."""

    def __init__(self) -> None:
        self.options: Options | None = None
        self.trust: TrustSources | None = None
        self.status = 0
        self.error: BaseException | None = None

    def __call__(self, options: Options, services: Any, emit: Emit) -> Generator[Any, Any, int]:
        self.options, self.trust = options, services.trust
        assert services.now().tzinfo is not None
        assert services.clock() <= services.clock()
        assert len(services.random_bytes(3)) == 3
        emit(ChainPresented((CertificateShown(b"x", b"/CN=x", b"/CN=y", b"\1", b"\2"),)))
        emit(ServerAnonymous())
        if self.error:
            raise self.error
        yield from ()
        return self.status


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Probe:
    stand_in = Probe()
    monkeypatch.setattr("pyfinger.prober.probe.probe", stand_in)
    return stand_in


def test_a_probe(probe: Probe, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["/usr/bin/prog", "-l", "may", "x.test"]) == 0
    assert probe.options is not None
    assert probe.options.destination == "x.test"
    assert capfd.readouterr() == ("prog: Server is anonymous\n", "")


def test_what_is_trusted_reaches_the_probe(probe: Probe, main_cf: Path) -> None:
    root = make_ca("CN=Root")
    (main_cf / "root.pem").write_text(root.pem)
    assert main(["prog", "-F", str(main_cf / "root.pem"), "x.test"]) == 0
    assert probe.trust is not None
    assert probe.trust.store.by_subject(parse_name(root.subject))


def test_the_probe_decides_the_status(probe: Probe) -> None:
    probe.status = 1
    assert main(["prog", "x.test"]) == 1


def test_the_chain_comes_after_the_log(probe: Probe, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["prog", "-C", "x.test"]) == 0
    assert capfd.readouterr().out.startswith("prog: Server is anonymous\n\n---\nCertificate chain\n")


def test_also_when_the_probe_ends_badly(probe: Probe, capfd: pytest.CaptureFixture[str]) -> None:
    probe.error = UsageError("unknown service: x/tcp")
    assert main(["prog", "-C", "x.test"]) == 1
    out = capfd.readouterr().out
    assert out.endswith("-----END CERTIFICATE-----\nprog: fatal: unknown service: x/tcp\n")


def test_an_interrupt(probe: Probe) -> None:
    probe.error = KeyboardInterrupt()
    assert main(["prog", "x.test"]) == 130


def test_an_interrupt_while_starting_shows_no_traceback() -> None:
    """The first import is interrupted, before there is anything to finish."""
    program = (
        "import sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'pyfinger.cli.program':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from pyfinger.cli import main\n"
        "sys.exit(main(['prog', 'x.test']))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_closed_output(probe: Probe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        assert main(["prog", "x.test"]) == 141


def test_fatal_lines(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["./prog", "-a", "\udcff", "x.test"]) == 1
    assert capfd.readouterr() == ("prog: fatal: bad '-a' option value: ?\n", "")


def test_syntax_problems(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["./prog", "-Z"]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("./prog: invalid option -- 'Z'\nusage: prog [-acCfRSvwx]")


def test_a_missing_destination(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["./prog"]) == 1
    assert capfd.readouterr().err.startswith("usage: prog ")


def test_the_program_s_own_arguments(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["prog", "--version"])
    assert main() == 0
    assert capfd.readouterr().out.startswith("pyfinger ")


def test_help_comes_before_complaints(main_cf: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (main_cf / "main.cf").unlink()
    assert main(["prog", "-a", "bad", "--help", "-Z"]) == 0
    assert capfd.readouterr().out.startswith("usage: prog [OPTION]... DESTINATION")


def test_running_the_package(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import runpy

    monkeypatch.setattr(sys, "argv", ["somewhere/__main__.py", "-a", "bad", "x"])
    with pytest.raises(SystemExit, match="1"):
        runpy.run_module("pyfinger", run_name="__main__")
    assert capfd.readouterr().out == "pyfinger: fatal: bad '-a' option value: bad\n"
