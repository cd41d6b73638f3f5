"""`pyfinger-tlsa lint` on files: what it prints, its statuses, one line for a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyfinger.dane.remarks import RemarkKind
from pyfinger.report.encoding import word
from pyfinger.tlsa.command import main
from pyfinger.tlsa.records import OwnedRecord, zone_line
from pyfinger.x509.pem import to_pem
from tests.tlsa.worlds import HOST, OWNER, ended_with, leaf, record

OURS, NEXT = leaf("ours"), leaf("next")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    texts = {
        "ZONE": zone_line(OwnedRecord(record(OURS), OWNER, 3600)),
        "BOTH": "".join(f"{zone_line(OwnedRecord(record(one), OWNER, 60))}\n" for one in (OURS, NEXT)),
        "BARE": f"3 1 1 {record(OURS).data.hex()}",
        "OURS": OURS.chain_pem,
        "NEXT": NEXT.chain_pem,
        "KEY": to_pem("PUBLIC KEY", NEXT.key.spki),
        "EMPTY": "; nothing\n",
        "GARBLED": "mx.test. IN NOTHING 1",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return {name: str(tmp_path / name) for name in texts}


def run(files: dict[str, str], *argv: str) -> int:
    return main(["lint", *(files.get(word, word) for word in argv)])


@pytest.mark.parametrize(
    "argv, status, kinds",
    [
        (["ZONE"], 0, []),
        (["ZONE", "--certificate", "OURS"], 0, []),
        (["ZONE", "--certificate", "NEXT"], 4, ["nothing-matches", "never-matched"]),
        (["BOTH", "--certificate", "OURS"], 0, ["never-matched"]),
        (["BOTH", "--certificate", "OURS", "--key", "KEY"], 0, []),
        (["BOTH", "--certificate", "OURS", "--certificate", "NEXT"], 0, []),
        (["BARE", "--certificate", "OURS", "--host", HOST], 0, []),
        (["BARE"], 0, []),
    ],
)
def test_statuses(
    files: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    argv: list[str],
    status: int,
    kinds: list[str],
) -> None:
    assert run(files, *argv) == status
    out = capsys.readouterr().out
    assert [line.split("[")[1].rstrip("]") for line in out.splitlines() if line.endswith("]")] == kinds


def test_certificates_of_one_of_several_hosts(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zone = tmp_path / "two"
    other = OwnedRecord(record(NEXT), "_25._tcp.other.test", 60)
    zone.write_text(f"{zone_line(OwnedRecord(record(OURS), OWNER, 60))}\n{zone_line(other)}\n")
    ours, theirs = f"{HOST}={files['OURS']}", f"other.test={files['NEXT']}"
    assert main(["lint", str(zone), "--certificate", ours, "--certificate", theirs]) == 0
    assert capsys.readouterr().out == "nothing to object to: 2 records, 2 chains\n"


def test_lines_are_short_and_say_what_to_do(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    run(files, "ZONE", "--certificate", "NEXT")
    out = capsys.readouterr().out
    assert all(len(line) <= 80 for line in out.splitlines())
    assert out.startswith(f"{OWNER}\n  failure [nothing-matches]\n") and "RFC 7672" in out
    assert out.endswith("failure: 1 record, 1 chain\n") and "Publish its record" in out


def test_all_rules_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "--rules"]) == 0
    out = capsys.readouterr().out
    heads = [line.partition(":")[0] for line in out.splitlines() if line[0] != " "]
    assert heads == [word(kind) for kind in RemarkKind]
    assert "\n  unusable: certificate usage N does not exist\n" in out


def test_another_time(files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zone = tmp_path / "signed"
    signature = f"{OWNER}. 60 IN RRSIG TLSA 13 4 60 20270201000000 20270101000000 1 test. AAAA\n"
    zone.write_text(f"{zone_line(OwnedRecord(record(OURS), OWNER, 60))}\n{signature}")
    assert main(["lint", str(zone), "--at", "2027-01-10"]) == 0
    assert main(["lint", str(zone), "--at", "2027-02-10T00:00:00+01:00"]) == 4
    assert "signature-expired" in capsys.readouterr().out


@pytest.mark.parametrize(
    "argv, problem",
    [
        (["EMPTY"], "no TLSA record"),
        (["/nonexistent"], "/nonexistent: No such file"),
        (["GARBLED"], "line 1: "),
        (["OURS", "--certificate", "OURS"], "OURS: certificates or keys, and not the records of a zone"),
        (["ZONE", "--certificate", "KEY"], "a server shows certificates"),
        (["ZONE", "--certificate", "ZONE"], "neither PEM nor"),
    ],
)
def test_mistakes(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], argv: list[str], problem: str
) -> None:
    assert run(files, *argv) == 1
    told = capsys.readouterr()
    assert told.out == "" and problem in told.err and told.err.count("\n") == 1


ADDRESS = "TLSA records are looked up by the name of a host, and this is an address: give the name"


@pytest.mark.parametrize(
    "argv, problem",
    [
        ([], ": no records: a file"),
        ([""], "argument ZONE: nothing was given"),
        (["--certificate", ""], "argument --certificate: nothing was given"),
        (["BARE", "--certificate", "OURS"], "--host: whose records"),
        (["--live", "mx.test:x"], "no host and port"),
        (["ZONE", "--host", "a..b"], "no host name: a..b"),
        (["ZONE", "--domain", "a..b"], "no host name: a..b"),
        (["ZONE", "--port", "0"], "no port: 0"),
        (["ZONE", "--srv"], "--srv is about --live-domain"),
        (["--dns", "192.0.2.1"], f"--dns 192.0.2.1: {ADDRESS}\n"),
        (["ZONE", "--dns", "[2001:db8::1]:25"], f"--dns [2001:db8::1]:25: {ADDRESS}\n"),
        (["--live", "192.0.2.1", "--live", "2001:db8::1"], f"--live 192.0.2.1: {ADDRESS}, or beside"),
        (["--live", "192.0.2.1:465", "--host", "mx.test"], f"--live 192.0.2.1:465: {ADDRESS}, or beside"),
    ],
)
def test_arguments_that_make_no_sense(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], argv: list[str], problem: str
) -> None:
    assert ended_with(["lint", *(files.get(word, word) for word in argv)]) == 2
    told = capsys.readouterr()
    assert told.out == "" and problem in told.err and told.err.count("\n") == 1


@pytest.mark.parametrize("word", ["yesterday", "2027-13-01", ""])
def test_no_time(files: dict[str, str], word: str) -> None:
    with pytest.raises(SystemExit) as caught:
        run(files, "ZONE", "--at", word)
    assert caught.value.code == 2
