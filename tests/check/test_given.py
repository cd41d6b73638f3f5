"""A check of what is given: every host and key, with no connection."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

import pyfinger
from pyfinger.check.command import main
from pyfinger.check.report_model import ChainCheck, CheckReport, CheckVerdict, KeyAlgorithm
from pyfinger.demo.certificate_making import Issued, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import UsageError
from pyfinger.x509.pem import to_pem

DOMAIN = "example.test"
ISSUER = make_ca("CN=Issuing", make_ca("CN=Root"))
EC = make_leaf("a.test", ISSUER)
RSA = make_leaf("a.test", ISSUER, make_key("rsa2048", "a"))
OTHER = make_leaf("b.test", ISSUER, make_key("p256", "b"))


def tlsa(host: str, *leaves: Issued) -> str:
    sums = [hashlib.sha256(leaf.key.spki).hexdigest() for leaf in leaves]
    return "".join(f"_25._tcp.{host} TLSA 3 1 1 {one}\n" for one in sums)


MX = f"{DOMAIN} MX 10 a.test\n{DOMAIN} MX 20 b.test\n"
GOOD = MX + tlsa("a.test", EC, RSA) + tlsa("b.test", OTHER)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    found = []
    for host, leaf, name in (("a.test", EC, "ec"), ("a.test", RSA, "rsa"), ("b.test", OTHER, "b")):
        file = tmp_path / f"{name}.pem"
        file.write_text(leaf.chain_pem)
        found.append(f"{host}={file}")
    return found


def check(certificate: object, records: str, **options: Any) -> CheckReport:
    return pyfinger.check(DOMAIN, certificate=certificate, records=records, offline=True, **options)  # type: ignore[arg-type]


def chains(report: CheckReport, host: int) -> dict[KeyAlgorithm, ChainCheck]:
    [address] = report.domains[0].hosts[host].addresses
    return {chain.algorithm: chain for chain in address.chains}


def test_every_host_and_key_has_its_verdict(files: list[str]) -> None:
    report = check(files, GOOD)
    assert (report.verdict, report.planned, report.connections) == (CheckVerdict.OK, 0, 0)
    assert (report.records_given, report.offline) == ("the command line", True)
    first, second = chains(report, 0), chains(report, 1)
    assert [first[one].verdict for one in (KeyAlgorithm.ECDSA, KeyAlgorithm.RSA, KeyAlgorithm.EDDSA)] == [
        CheckVerdict.OK,
        CheckVerdict.OK,
        CheckVerdict.NOT_OFFERED,
    ]
    shown = second[KeyAlgorithm.ECDSA]
    assert (shown.given, shown.connected, shown.protocol) == (files[2].partition("=")[2], False, "given")
    assert shown.matched == (0,)


def test_a_key_without_record_is_found_and_explained(files: list[str]) -> None:
    report = check(files, MX + tlsa("a.test", EC) + tlsa("b.test", OTHER))
    assert report.verdict is CheckVerdict.DEGRADED
    assert chains(report, 0)[KeyAlgorithm.RSA].verdict is CheckVerdict.FAILED
    digest = hashlib.sha256(RSA.key.spki).hexdigest()
    assert report.domains[0].hosts[0].publish == (f"_25._tcp.a.test. IN TLSA 3 1 1 {digest}",)
    assert report.domains[0].explained is not None


def test_a_record_that_nothing_matches_is_found(files: list[str]) -> None:
    report = check(files, GOOD + tlsa("b.test", EC))
    records = report.domains[0].hosts[1].records
    assert {one.verdict for one in records} == {CheckVerdict.OK, CheckVerdict.NEVER_MATCHED}


def test_of_a_host_without_certificate_nothing_can_be_told(files: list[str]) -> None:
    report = check(files[:2], GOOD)
    assert {one.reason for one in chains(report, 1).values()} == {"no certificate is given for it"}
    assert report.domains[0].hosts[1].verdict is CheckVerdict.COULD_NOT_TELL


def test_one_certificate_may_be_every_host_s() -> None:
    report = check(EC.chain_pem, MX + tlsa("a.test", EC) + tlsa("b.test", EC))
    assert report.verdict is CheckVerdict.OK


def test_a_raw_public_key_goes_with_records_that_ask_for_one() -> None:
    raw = to_pem("PUBLIC KEY", EC.key.spki)
    assert check(raw, MX + tlsa("a.test", EC) + tlsa("b.test", EC)).verdict is CheckVerdict.OK
    by_issuer = f"_25._tcp.a.test TLSA 2 0 1 {hashlib.sha256(ISSUER.der).hexdigest()}"
    refused = chains(check(raw, f"{DOMAIN} MX 10 a.test\n{by_issuer}"), 0)
    assert refused[KeyAlgorithm.ECDSA].verdict is CheckVerdict.FAILED
    assert "no raw public key is asked for" in refused[KeyAlgorithm.ECDSA].reason
    assert refused[KeyAlgorithm.RSA].verdict is CheckVerdict.NOT_OFFERED


@pytest.mark.parametrize(
    ("certificate", "records", "complaint"),
    [
        ([EC.pem, OTHER.pem], GOOD, "a.test has several with ECDSA keys"),
        (EC.pem, MX + "3 1 1 00", "TLSA data without a name, and example.test has several hosts"),
        ("c.test=FILE", GOOD, "no certificate is given for any host"),
        (["a.test=FILE", EC.pem], MX + "a.test A 192.0.2.1\nb.test A 192.0.2.1", "are both at 192.0.2.1"),
    ],
)
def test_what_is_unclear_is_asked_back(
    certificate: str | list[str], records: str, complaint: str, tmp_path: Path
) -> None:
    file = tmp_path / "x.pem"
    file.write_text(EC.pem)
    words = [certificate] if isinstance(certificate, str) else certificate
    with pytest.raises(UsageError, match=complaint):
        check([word.replace("FILE", str(file)) for word in words], records)


def test_the_command_prints_the_whole_matrix(
    files: list[str], capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyfinger.check.command.unprivileged", lambda invocation, emit: invocation)
    certificates = [word for file in files for word in ("--certificate", file)]
    assert main(["--offline", *certificates, "--records", GOOD, DOMAIN]) == 0
    out = capfdbinary.readouterr().out.decode()
    assert out.count(" given ") >= 3
    assert "0 of 0 connections" in out
    assert "records as given (the command line), not looked up; offline" in out
    assert main(["--plan", "--offline", *certificates, "--records", GOOD, DOMAIN]) == 0
    assert "nothing: its certificate is given" in capfdbinary.readouterr().out.decode()
