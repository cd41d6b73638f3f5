"""The commands with something given: what they print, return, and keep."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pyfinger.demo.certificate_making import make_ca, make_leaf

pytestmark = pytest.mark.slow

HOST = "mx.example.test"
LEAF = make_leaf(HOST, make_ca("CN=Root"))
RECORD = f"3 1 1 {hashlib.sha256(LEAF.key.spki).hexdigest()}"
OTHER = "3 1 1 " + 64 * "0"


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """A file for everybody, with the key in it."""
    tmp_path.chmod(0o755)
    file = tmp_path / "chain.pem"
    file.write_text(LEAF.key.pem + LEAF.chain_pem)
    return file


def run(*words: object, program: str = "pyfinger", stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    module = {"pyfinger": "pyfinger", "pyfinger-check": "pyfinger.check.command"}[program]
    command = [sys.executable, "-m", module, *map(str, words)]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)


def test_the_log_is_a_probe_s_and_says_what_was_given(chain: Path) -> None:
    done = run("--offline", "--certificate", chain, "--records", RECORD, HOST)
    lines = done.stdout.decode().splitlines()
    peer = f"{HOST}[0.0.0.1]:25"
    assert done.returncode == 0, done.stderr
    assert [line.partition(": ")[2] for line in lines][:4] == [
        "given, not looked up (the command line): (the host) TLSA, 1 signed",
        "offline: nothing is looked up and nobody is connected to",
        f"{peer}: given, not shown by a server ({chain}): 1 certificate",
        f"{peer}: Matched DANE EE certificate at depth 0: {RECORD.upper()}",
    ]
    assert lines[-1].endswith(f"Verified given certificate for {peer}: no connection was made")


@pytest.mark.parametrize(("record", "status"), [(RECORD, 0), (OTHER, 2)])
def test_the_status_follows_the_verdict(chain: Path, record: str, status: int) -> None:
    done = run("--check", "--offline", "--certificate", chain, "--records", record, HOST)
    assert done.returncode == status


@pytest.mark.parametrize("option", ["--certificate", "--records"])
def test_standard_input_is_a_file(chain: Path, option: str) -> None:
    given = {"--certificate": str(chain), "--records": RECORD}
    content = LEAF.chain_pem.encode() if option == "--certificate" else RECORD.encode()
    given[option] = "-"
    words = [word for pair in given.items() for word in pair]
    done = run("--check", "--offline", *words, HOST, stdin=content)
    assert done.returncode == 0, done.stderr
    assert b"(standard input)" in done.stdout


def test_a_recording_has_all_of_it_but_the_key(chain: Path, tmp_path: Path) -> None:
    recording = tmp_path / "probe.rec"
    words = ("--offline", "--certificate", chain, "--records", RECORD, HOST)
    done = run("--record", recording, *words)
    assert done.returncode == 0, done.stderr
    kept = recording.read_bytes()
    secret = LEAF.key.pem.encode().splitlines()[1]
    assert secret not in kept
    assert secret.hex().encode() not in kept
    chain.unlink()
    again = run("--replay", recording)
    assert (again.returncode, again.stdout) == (0, done.stdout)


def test_a_report_in_json_says_where_it_comes_from(chain: Path, tmp_path: Path) -> None:
    done = run("--json", "-", "--offline", "--certificate", chain, "--records", RECORD, HOST)
    report = json.loads(done.stdout)
    assert report["sessions"][0]["tls"]["given"] == str(chain)
    assert report["addresses"][0]["given"] is True
    assert all(lookup["given"] for lookup in report["lookups"])


def test_bad_input_is_one_line(tmp_path: Path) -> None:
    done = run("--offline", "--certificate", tmp_path / "none", HOST)
    assert (done.returncode, done.stdout.count(b"\n") + done.stderr.count(b"\n")) == (1, 1)
