"""Validation of our own as a command, over the demo's signed zones; its proofs kept, and checked again."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyfinger.cli import main
from pyfinger.cli.proof_files import read_time
from pyfinger.demo.world import DemoWorld
from pyfinger.errors import UsageError

LATER = "2039-01-01"


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with DemoWorld() as running:
        yield running


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\n")
    monkeypatch.setenv("MAIL_CONFIG", str(tmp_path))
    monkeypatch.delenv("MAIL_VERBOSE", raising=False)
    monkeypatch.setattr("pyfinger.cli.runner.is_root", lambda: False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str], world: DemoWorld) -> Said:
    return Said(capfd, world)


class Said:
    """Runs the command; what it said, and its status."""

    def __init__(self, capfd: pytest.CaptureFixture[str], world: DemoWorld) -> None:
        self._capfd = capfd
        self._world = world
        self.anchor = ["--dnssec-anchor", str(world.anchor_file)]

    def __call__(self, *words: str) -> tuple[int, list[str]]:
        status = main(["pyfinger", *words])
        out, err = self._capfd.readouterr()
        assert err == ""
        return status, out.splitlines()

    def probe(self, server: str, *words: str, anchored: bool = True) -> tuple[int, list[str]]:
        anchor = self.anchor if anchored else []
        destination = self._world.server(server).destination
        return self(*words, *anchor, "-c", "--resolver", self._world.resolver, destination)


def test_dane_without_a_name_server_that_is_trusted(said: Said) -> None:
    _, lines = said.probe("dane", "--validate")
    assert lines[-1].startswith("pyfinger: Verified TLS connection established to ")
    _, unsigned = said.probe("insecure", "--validate")
    assert unsigned[-1].startswith("pyfinger: Untrusted TLS connection established to ")


def test_bogus_is_as_good_as_no_answer_and_a_warning_says_why(said: Said) -> None:
    status, lines = said.probe("bogus", "--validate", "--check")
    warnings = [line for line in lines if line.startswith("pyfinger: warning: DNSSEC: ")]
    assert all("(TLSA): bogus: a signature does not fit: _" in line for line in warnings) and warnings
    assert "some resolvers" not in warnings[0]
    assert lines[-1].endswith(" TLSA lookup error for " + lines[-1].rpartition(" ")[2])
    assert status == 4


def test_monitoring_is_told_what_is_bogus(said: Said) -> None:
    status, [line] = said.probe("bogus", "--validate", "--format", "nagios")
    assert status == 2
    assert ": TLSA lookup failed: bogus: a signature does not fit: _" in line


def test_with_other_keys_nothing_is_to_be_believed(said: Said) -> None:
    status, lines = said.probe("dane", "--validate", "--check", anchored=False)
    assert (
        lines[0] == "pyfinger: warning: DNSSEC: dane.demo.test (MX): bogus: no DNSKEY fits the DS records: ."
    )
    assert lines[1].startswith("pyfinger: Destination address lookup failed: ")
    assert status == 4


def test_compared_the_log_is_the_same_where_both_agree(said: Said) -> None:
    assert said.probe("dane", "--dnssec=both")[1] == said.probe("dane", anchored=False)[1]
    _, lines = said.probe("dane", "--dnssec=both", anchored=False)
    assert lines[0].startswith("pyfinger: warning: DNSSEC: dane.demo.test (MX): name server 127.0.0.1:")
    assert ": secure; own validation: bogus: no DNSKEY fits the DS records" in lines[0]
    assert lines[-1].startswith("pyfinger: Verified TLS connection established to ")


def test_the_report_has_the_proof_of_each_lookup(said: Said) -> None:
    said.probe("dane", "--validate", "--json", "a.json")
    lookups = json.loads(Path("a.json").read_bytes())["lookups"]
    proofs = {each["rdtype"]: each["dnssec"] for each in lookups if each["dnssec"]}
    assert set(proofs) == {"MX", "A", "AAAA", "TLSA"}
    assert {proof["outcome"] for proof in proofs.values()} == {"secure"}
    assert proofs["MX"]["zones"] == [".", "demo.test"]
    assert [step["kind"] for step in proofs["MX"]["steps"]][:2] == ["anchor", "dnskey"]


def test_a_proof_is_validated_again_by_itself(said: Said) -> None:
    said.probe("dane", "--validate", "--dnssec-proof", "a.zone")
    assert stat.S_IMODE(os.stat("a.zone").st_mode) == 0o600
    status, lines = said("--check-proof", "a.zone", "--at", "2027-01-01", *said.anchor)
    assert status == 0
    assert [line.rpartition(", at 2027-01-01T00:00:00Z: ")[2][:12] for line in lines] == ["secure until"] * 4
    assert lines[0].startswith("pyfinger: dane.demo.test (MX), at ")
    status, more = said("-v", "--check-proof", "a.zone", *said.anchor)
    assert status == 0 and len(more) > len(lines)
    assert more[0].startswith("pyfinger: DNSSEC: trust anchor of .; ")


def test_a_proof_does_not_hold_for_ever_nor_for_other_keys(said: Said) -> None:
    said.probe("dane", "--validate", "--dnssec-proof", "a.zone")
    for words in (["--at", LATER, *said.anchor], []):
        status, lines = said("--check-proof", "a.zone", *words)
        assert status == 4
        assert all(line.startswith("pyfinger: warning: ") for line in lines) and lines
        assert all(line.endswith("; the file says secure") for line in lines)


def test_a_proof_that_was_changed_does_not_hold(said: Said) -> None:
    said.probe("dane", "--validate", "--dnssec-proof", "a.zone")
    text = Path("a.zone").read_text()
    Path("a.zone").write_text(text.replace(" IN A 127.0.0.1\n", " IN A 127.0.0.2\n"))
    status, lines = said("--check-proof", "a.zone", *said.anchor)
    assert status == 4
    assert [line.startswith("pyfinger: warning: ") for line in lines] == [False, True, False, False]
    Path("a.zone").write_text(text.partition(";; reply . DNSKEY")[0])
    status, lines = said("--check-proof", "a.zone", *said.anchor)
    assert status == 4 and all("cannot be told" in line for line in lines)


def test_the_proof_of_what_is_bogus_shows_that_it_is(said: Said) -> None:
    said.probe("bogus", "--validate", "--dnssec-proof", "a.zone")
    status, lines = said("--check-proof", "a.zone", *said.anchor)
    assert status == 4
    assert [line for line in lines if "bogus: a signature does not fit" in line] == lines[-1:]
    assert not lines[-1].endswith("the file says bogus")


def test_a_recording_has_the_proof(said: Said) -> None:
    _, was = said.probe("dane", "-v", "--validate", "--record", "a.rec")
    status, lines = said("--replay", "a.rec", "--dnssec-proof", "a.zone")
    assert (status, lines) == (0, was)
    assert said("--check-proof", "a.zone", *said.anchor)[0] == 0
    said.probe("dane", "--record", "b.rec", anchored=False)
    assert said("--replay", "b.rec", "--dnssec-proof", "b.zone")[0] == 0
    assert Path("b.zone").read_text() == "; Nothing was validated.\n"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (
            ["--dnssec-proof", "a.zone", "x.test"],
            "--dnssec-proof goes with --dnssec=own and --dnssec=both only",
        ),
        (["--at", "2027-01-01", "x.test"], "--at goes with --check-proof only"),
        (["--check-proof", "none"], "none: No such file or directory"),
        (["--check-proof", "a\0b"], "a\0b: embedded null byte"),
        (["--check-proof", "empty"], "empty: no question that was answered"),
        (["--check-proof", "bad"], "bad: line 1: a record of no section"),
        (
            ["--check-proof", "a", "x.test"],
            "--check-proof takes no destination, the file has questions: x.test",
        ),
        (["--check-proof", "a", "--json", "b"], "--json does not go with --check-proof"),
        (["--check-proof", "a", "-l", "dane"], "-l does not go with --check-proof"),
        (["--check-proof", "a", "--replay", "b"], "--replay does not go with --check-proof"),
        (["--check-proof", "good", "--dnssec-anchor", "none"], "none: No such file or directory"),
        (
            ["--check-proof", "good", "--at", "now"],
            "bad '--at' option value: now (2026-11-28T12:00:00Z, or seconds since the epoch)",
        ),
    ],
)
def test_what_cannot_be_checked(said: Said, folder: Path, words: list[str], complaint: str) -> None:
    (folder / "empty").write_text("; nothing\n")
    (folder / "bad").write_text("a. 60 IN A 192.0.2.1\n")
    (folder / "good").write_text(";; question a.test A secure\n")
    status, lines = said(*words)
    assert status == 1
    assert lines == [f"pyfinger: fatal: {complaint}".replace("\0", "?")]
    assert not (folder / "b").exists()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("1795860000", 1795860000.0),
        ("2026-11-28T12:00:00Z", 1795867200.0),
        ("2026-11-28T12:00Z", 1795867200.0),
        ("2026-11-28", 1795824000.0),
        ("20261128120000", 1795867200.0),
        ("9999-12-31T23:59:59Z", 253402300799.0),
    ],
)
def test_times(text: str, seconds: float) -> None:
    assert read_time(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "1969-12-31", "-1", "1e9", "999999999999", "²"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(UsageError):
        read_time(text)


def test_a_proof_goes_nowhere_else(said: Said, world: DemoWorld) -> None:
    Path("a.zone").write_text("kept")
    words = ["--validate", "--dnssec-proof", "a.zone", "--json", "a.zone", world.server("dane").destination]
    status, lines = said(*words)
    assert status == 1 and lines == ["pyfinger: fatal: a.zone: another output goes there already"]
    assert Path("a.zone").read_text() == "kept"
