"""The command: records on standard output, advice beside them, one line for a mistake."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.tlsa.command import main
from pyfinger.x509.pem import to_pem
from tests.tlsa.worlds import ended_with

ROOT = make_ca("CN=Root")
LEAF = make_leaf("mx.test", ROOT, make_key())
DIGEST = "AB" * 32


@pytest.fixture
def chain(tmp_path: Path) -> str:
    file = tmp_path / "chain.pem"
    file.write_text(to_pem("CERTIFICATE", LEAF.der) + to_pem("CERTIFICATE", ROOT.der))
    return str(file)


def test_a_line_for_the_zone(chain: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["make", "--host", "mx.test", chain]) == 0
    told = capsys.readouterr()
    comment, line = told.out.splitlines()
    assert comment == "; certificate /CN=mx.test"
    assert line.startswith("_25._tcp.mx.test. 3600 IN TLSA 3 1 1 ") and told.err == ""


def test_a_key_that_stays_gives_one_record(
    tmp_path: Path, chain: str, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "next.key"
    key.write_text(make_key().pem)
    other = tmp_path / "other.key"
    other.write_text(make_key("p384").pem)
    assert main(["make", "--host", "mx.test", "--format", "json", chain, str(key), str(other)]) == 0
    assert [one["of"] for one in json.loads(capsys.readouterr().out)] == [
        "certificate /CN=mx.test",
        "private key",
    ]


def test_for_nsupdate_and_an_authority(chain: str, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["make", "--host", "mx.test", "--port", "465", "--usage", "2", "--selector", "0", "--ttl", "60"]
    assert main([*argv, "--format", "nsupdate", chain]) == 0
    told = capsys.readouterr()
    comment, add, send = told.out.splitlines()
    assert (comment, send) == ("; certificate /CN=Root", "send")
    assert add.startswith("update add _465._tcp.mx.test. 60 IN TLSA 2 0 1 ")
    assert "RFC 7672 section 3.1.2" in told.err


def test_records_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", f"_25._tcp.mx.test. IN TLSA 3 1 1 {DIGEST}", f"2 0 1 {DIGEST}"]) == 0
    told = capsys.readouterr().out
    assert "_25._tcp.mx.test: 3 1 1" in told and "DANE-EE" in told and "record: 2 0 1" in told
    assert "note: the server has to send" in told


def test_a_record_may_come_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "3", "1", "1", DIGEST[:32], DIGEST[32:]]) == 0
    in_words = capsys.readouterr()
    assert main(["show", f"3 1 1 {DIGEST}"]) == 0
    assert capsys.readouterr() == in_words
    assert main(["show", "3", "1", "1", "ABCD"]) == 1
    assert "\n  UNUSABLE: its data is not as long as a digest of matching type 1 (" in capsys.readouterr().out


def test_what_is_wrong_with_records_together_comes_last(capsys: pytest.CaptureFixture[str]) -> None:
    twice = f"_25._tcp.mx.test. 60 IN TLSA 3 1 1 {DIGEST}"
    assert main(["show", twice, twice]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "_25._tcp.mx.test: stands there more than once (RFC 2181 section 5)"


def test_a_record_nobody_uses_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"1 1 1 {DIGEST}".encode())))
    assert main(["show", "--json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)
    assert found["advice"][0]["fatal"] and found["data"] == DIGEST.lower()


@pytest.mark.parametrize(
    "argv, problem",
    [
        (["make", "--host", "mx.test", "/nonexistent"], "/nonexistent: No such file or directory"),
        (["make", "--host", "mx.test", "/dev/null"], "/dev/null: not a regular file"),
        (["make", "--host", "mx.test", "--selector", "0", "KEY"], "selector 0 takes a certificate"),
        (["make", "--host", "mx.test", "--usage", "2", "KEYS"], "no certificate of an authority"),
        (["show", "3 1 1"], "line 1: "),
        (
            ["show", f"3 1 1 {DIGEST}A"],
            "line 1: the data of a TLSA record is hexadecimal, two digits an octet",
        ),
        (["show", "3 1 1 xyz"], "line 1: the data of a TLSA record is hexadecimal, two digits an octet"),
        (["show", f"{'2' * 5000} 1 1 {DIGEST}"], "line 1: no number from 0 to 255"),
        (["show", f"mx.test. {'9' * 5000} TLSA 3 1 1 {DIGEST}"], "line 1: not an owner, a TTL and IN"),
        (["show", f"mx.test. \u00b23 TLSA 3 1 1 {DIGEST}"], "line 1: not an owner, a TTL and IN"),
        (["show", "; nothing"], "no record to show"),
    ],
)
def test_mistakes(
    tmp_path: Path, chain: str, capsys: pytest.CaptureFixture[str], argv: list[str], problem: str
) -> None:
    key = tmp_path / "key.pem"
    key.write_text(make_key().pem)
    keys = tmp_path / "keys.pem"
    keys.write_text(make_key().pem * 2)
    names = {"CHAIN": chain, "KEY": str(key), "KEYS": str(keys)}
    assert main([names.get(word, word) for word in argv]) == 1
    told = capsys.readouterr()
    assert told.out == "" and problem in told.err and told.err.count("\n") == 1


@pytest.mark.parametrize("ttl", ["-1", "x", str(2**31)])
def test_a_ttl_is_a_number_of_seconds(chain: str, ttl: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["make", "--host", "mx.test", "--ttl", ttl, chain])
    assert caught.value.code == 2


def test_nothing_waits_for_a_pipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert main(["make", "--host", "mx.test", str(pipe)]) == 1
    assert "not a regular file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv, problem",
    [
        (["make"], ": nothing to make records of: a file, or --live HOST"),
        (["make", ""], " make: argument FILE: nothing was given"),
        (["make", "--host", "mx.test", "CHAIN", ""], " make: argument FILE: nothing was given"),
        (["make", "CHAIN"], ": --host: whose records?"),
        (["make", "--host", "a..b", "CHAIN"], " make: argument --host: no host name: a..b"),
        (["make", "--host", "mx.test", "--port", "0", "CHAIN"], " make: argument --port: no port: 0"),
        (["show", ""], " show: argument RECORD: nothing was given"),
        (["show", f"3 1 1 {DIGEST}", ""], " show: argument RECORD: nothing was given"),
    ],
)
def test_arguments_that_make_no_sense(
    chain: str, capsys: pytest.CaptureFixture[str], argv: list[str], problem: str
) -> None:
    assert ended_with([chain if word == "CHAIN" else word for word in argv]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", f"pyfinger-tlsa{problem}\n")


def test_who_interrupts_sees_no_traceback(
    chain: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(file: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pyfinger.tlsa.making.material_of", interrupted)
    assert main(["make", "--host", "mx.test", chain]) == 130
    assert capsys.readouterr().err == "pyfinger-tlsa: interrupted\n"
