"""A policy map beside sites that offer more, as much, and less; which connections that takes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pyfinger.demo.vouching import authority, credential
from tests.schema import survey_audit_schema
from tests.survey.sites import DANE, MISMATCH, OLD, PKI, PLAIN, SELF_SIGNED, SITES
from tests.survey.world import ZONE, SurveyWorld, done, survey

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def servers() -> Iterator[SurveyWorld]:
    with SurveyWorld(SITES, len(SITES)) as running:
        yield running


@pytest.fixture
def world(servers: SurveyWorld) -> SurveyWorld:
    servers.forget()
    return servers


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("authorities") / "authority.pem"
    path.write_text(authority().root.pem)
    return path


class Auditing:
    """Audits of one world."""

    def __init__(self, world: SurveyWorld, authorities: Path, folder: Path) -> None:
        self.world = world
        self.authorities = authorities
        self.map = folder / "policy"

    def name(self, site: int) -> str:
        return self.world.domains[site]

    def command(self, text: str, *words: str) -> list[str]:
        self.map.write_text(text)
        wide = ("--pause", "0", "--per-address", "1,100000", "--workers", "1", "--quiet")
        trust = ("--resolver", self.world.resolver, "--ca-file", str(self.authorities))
        return survey("audit", *trust, *wide, *words, str(self.map))

    def lines(self, text: str, *words: str, status: int = 0) -> list[dict[str, Any]]:
        document = json.loads(done(self.command(text, "--json", *words), status).stdout)
        Draft202012Validator(survey_audit_schema()).validate(document)
        found: list[dict[str, Any]] = document["lines"]
        assert sum(document["counts"].values()) == len(found)
        return found

    def one(self, site: int, policy: str, *words: str, status: int = 0) -> tuple[str, str]:
        (line,) = self.lines(f"{self.name(site)} {policy}\n", *words, status=status)
        return line["comparison"], line["offers"]


@pytest.fixture
def auditing(world: SurveyWorld, authorities: Path, tmp_path: Path) -> Auditing:
    return Auditing(world, authorities, tmp_path)


@pytest.mark.parametrize(
    ("site", "policy", "comparison", "offers"),
    [
        (DANE, "none", "more", "dane"),
        (DANE, "may", "more", "dane"),
        (DANE, "may ciphers=medium", "more", "dane ciphers=medium"),
        (DANE, "encrypt", "more", "dane-only"),
        (DANE, "dane", "same", ""),
        (DANE, "dane-only", "same", ""),
        (DANE, "verify", "more", "dane-only"),
        (PKI, "may", "more", f"secure match=.{ZONE}"),
        (PKI, "encrypt", "more", f"secure match=.{ZONE}"),
        (PKI, "dane", "more", f"secure match=.{ZONE}"),
        (PKI, "dane-only", "less", f"secure match=.{ZONE}"),
        (PKI, "verify", "more", f"secure match=.{ZONE}"),
        (PKI, f"secure match=pki.hosts.{ZONE}", "same", ""),
        (PKI, "secure match=mx.example.org", "less", f"secure match=.{ZONE}"),
        (PKI, f"secure match=pki.hosts.{ZONE} servername=other.example", "same", ""),
        (MISMATCH, "encrypt", "more", f"secure match=.{ZONE}"),
        (MISMATCH, "dane", "less", f"secure match=.{ZONE}"),
        (PLAIN, "none", "same", ""),
        (PLAIN, "may", "same", ""),
        (PLAIN, "dane", "same", ""),
        (PLAIN, "encrypt", "less", ""),
        (SELF_SIGNED, "may", "more", "encrypt"),
        (SELF_SIGNED, "encrypt", "same", ""),
        (SELF_SIGNED, "secure", "less", "encrypt"),
        (OLD, "encrypt protocols=>=TLSv1.3", "less", ""),
        (OLD, f"secure match=.{ZONE} protocols=TLSv1.2", "same", ""),
        (PKI, f"secure match=.{ZONE} protocols=<=TLSv1.2", "same", ""),
        (PKI, f"secure match=.{ZONE} ciphers=null protocols=<=TLSv1.2", "less", ""),
        (
            PKI,
            f"secure match=.{ZONE} policy_type=sts mx_host_pattern=*.hosts.{ZONE}",
            "same",
            "",
        ),
        (PKI, "secure match=x.example policy_type=sts mx_host_pattern=mx.example", "less", ""),
    ],
)
def test_a_line_asks_for_more_as_much_or_less(
    auditing: Auditing, site: int, policy: str, comparison: str, offers: str
) -> None:
    assert auditing.one(site, policy) == (comparison, offers)


def test_fingerprints_are_those_of_keys_and_certificates(auditing: Auditing) -> None:
    found = credential(SITES[SELF_SIGNED])
    digest = hashlib.sha256(found.key.spki).digest().hex(":")
    assert auditing.one(SELF_SIGNED, f"fingerprint match={digest}") == ("same", "")
    assert auditing.one(SELF_SIGNED, f"fingerprint match={'00:' * 31}00") == ("less", "encrypt")


def test_without_authorities_nobody_can_tell_what_secure_comes_to(
    auditing: Auditing, authorities: Path, tmp_path: Path
) -> None:
    command = [word for word in auditing.command(f"{auditing.name(PKI)} secure\n") if "authority" not in word]
    command.remove("--ca-file")
    assert "could not tell: no authority is trusted" in done(command).stdout
    anchored = f"secure match=.{ZONE} tafile={authorities}"
    auditing.map.write_text(f"{auditing.name(PKI)} {anchored}\n")
    assert ": same: " in done(command).stdout
    auditing.map.write_text(f"{auditing.name(PKI)} secure tafile={tmp_path}/missing\n")
    assert ": invalid: " in done(command).stdout


def test_a_site_is_asked_again_only_if_a_line_s_own_hello_may_tell_more(auditing: Auditing) -> None:
    assert auditing.one(DANE, "encrypt protocols=<=TLSv1.2") == ("more", "dane-only protocols=<=TLSv1.2")
    assert auditing.world.counted()[DANE] == 4
    auditing.world.forget()
    assert auditing.one(DANE, "encrypt protocols=>=TLSv1.2 ciphers=high")[0] == "more"
    assert auditing.world.counted()[DANE] == 2


def test_a_run_is_gone_by_without_any_connection(auditing: Auditing, tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    done(auditing.world.run(store))
    auditing.world.forget()
    text = f"{auditing.name(DANE)} may\nd9.{ZONE} may\n{auditing.name(OLD)} encrypt protocols=<=TLSv1.1\n"
    lines = auditing.lines(text, "--store", str(store), "--run", "1")
    assert [line["comparison"] for line in lines] == ["more", "could-not-tell", "could-not-tell"]
    assert lines[1]["reason"] == "not in the run" and "not asked without TLSv1.2" in lines[2]["reason"]
    assert sum(auditing.world.counted()) == 0


def test_a_parent_is_decided_by_the_names_of_the_run_that_find_it(auditing: Auditing, tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    port = ("--set", f"known_tcp_ports=smtp={auditing.world.port}")
    names = [name.partition(":")[0] for name in auditing.world.domains]
    done(auditing.world.run(store, *port, lines=lambda: names))
    words = ("--store", str(store), "--run", "1", *port)
    text = f".{ZONE} dane\n{names[MISMATCH]} may\n{names[PLAIN]} may\n.other.example may\n.test none\n"
    first, *_, other, top = auditing.lines(text, *words)
    assert first["comparison"] == "same" and first["domains"] == [
        names[site] for site in (DANE, PKI, SELF_SIGNED, OLD)
    ]
    assert other["reason"] == top["reason"] == "no name below it is in the run"
    (line,) = auditing.lines(f".{ZONE} dane\n", *words)
    assert line["comparison"] == "less" and line["reason"].startswith(names[MISMATCH])


def test_every_line_has_one_result_whatever_it_is(auditing: Auditing) -> None:
    text = (
        "  no key\n\n# comment\n[x may\nkey\nx.example best\n/run/socket may\nx..example may\n"
        f"nobody.{ZONE} may\n{auditing.name(DANE)} may\n{auditing.name(DANE).upper()} encrypt\n"
    )
    lines = auditing.lines(text)
    assert [(line["number"], line["comparison"]) for line in lines] == [
        (1, "invalid"), (4, "invalid"), (5, "invalid"), (6, "invalid"), (7, "could-not-tell"),
        (8, "invalid"), (9, "could-not-tell"), (10, "more"), (11, "invalid"),
    ]  # fmt: skip


def test_a_map_is_written_with_stronger_lines_and_never_weaker_ones(
    auditing: Auditing, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    text = (
        f"# ours\n{auditing.name(DANE)}\tmay\n\n# theirs\n{auditing.name(PKI)} encrypt\n  # why\n"
        f"    ciphers=high\n{auditing.name(PLAIN)} encrypt\n{auditing.name(SELF_SIGNED)} encrypt\n"
    )
    done(auditing.command(text, "--write", str(new)))
    written = new.read_text()
    assert written == (
        f"# ours\n{auditing.name(DANE)}\tdane\n\n# theirs\n"
        f"{auditing.name(PKI)} secure match=.{ZONE} ciphers=high\n"
        "  # why\n# pyfinger-survey audit: mail would be deferred: plain.hosts.demo.test: 127.66.0.4:"
        f" ECDSA: no STARTTLS\n{auditing.name(PLAIN)} encrypt\n{auditing.name(SELF_SIGNED)} encrypt\n"
    )
    told = done(auditing.command(written, "--write", "-")).stdout
    assert told == written, "what was written is the same next time"


def test_fewer_than_asked_for_is_a_status_if_that_is_wanted(auditing: Auditing) -> None:
    assert auditing.one(PLAIN, "encrypt", "--fail-on-less", status=1)[0] == "less"
    assert auditing.one(DANE, "may", "--fail-on-less")[0] == "more"


def test_nothing_is_begun_if_the_map_cannot_be_written(auditing: Auditing, tmp_path: Path) -> None:
    command = auditing.command(f"{auditing.name(DANE)} may\n", "--write", str(tmp_path / "no" / "where"))
    told = done(command, status=1).stderr
    assert told.startswith("pyfinger-survey: fatal: ") and told.count("\n") == 1
    assert sum(auditing.world.counted()) == 0
