"""The lab's DNSSEC world without root: its table, its spoilers, what others' outputs mean."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.lab import golden
from tests.lab.dnssec import signing, verdicts, world
from tests.lab.dnssec.answers import DIFFERENCES, Case
from tests.lab.dnssec.asking import Opinion, Verdict, of_delv, of_unbound_host
from tests.lab.scenarios import scenarios

SECURE, INSECURE, BOGUS, NONE = (Opinion(verdict) for verdict in Verdict)

ALIAS_OUT_OF_SECURITY = """\
; fully validated
insecure.cross.test.	3600	IN	CNAME	mx.insecure.test.
insecure.cross.test.	3600	IN	RRSIG	CNAME 13 3 3600 20261228110703 20261127110703 1 cross.test. AA==
; unsigned answer
mx.insecure.test.	3600	IN	A	192.0.2.1
"""
DENIED = """\
;; resolution failed: ncache nxdomain
; negative response, fully validated
; nothing.nsec.test.	300	IN	\\-ANY	;-$NXDOMAIN
"""
BROKEN = """\
;; validating mx.badsig.test/A: no valid signature found
;; RRSIG failed to verify resolving 'mx.badsig.test/A/IN': 127.0.96.3#53
;; resolution failed: RRSIG failed to verify
"""


def test_zones_and_questions_are_there_once() -> None:
    origins = [zone.origin for zone in world.ALL]
    assert len(set(origins)) == len(origins)
    assert len(set(world.questions())) == len(world.questions())


def test_the_world_has_every_kind_there_is() -> None:
    assert {zone.ds for zone in world.ALL} == set(world.Ds)
    assert {zone.fault for zone in world.ALL} == set(world.Fault)
    assert {zone.signer for zone in world.ALL} == set(world.Signer)


@pytest.mark.parametrize(
    ("origin", "parent"),
    [
        ("test.", "."),
        ("nsec.test.", "test."),
        ("sub.nsec.test.", "nsec.test."),
        ("bindnsec.test.", "test."),
        ("signed.below.nsec.test.", "nsec.test."),
        ("deep.ent.optout.test.", "optout.test."),
    ],
)
def test_a_zone_is_delegated_by_the_closest_around_it(origin: str, parent: str) -> None:
    (zone,) = (one for one in world.ALL if one.origin == origin)
    assert world.parent_of(zone).origin == parent


def test_names_are_of_their_zone_and_the_root_has_no_empty_label() -> None:
    assert ("nowhere.", "A") in world.questions([world.ROOT])
    assert (".", "SOA") in world.questions([world.ROOT])
    assert ("nothing.test.", "A") in world.questions([world.TEST])


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("; fully validated\nmx.nsec.test. 3600 IN A 192.0.2.1\n", Verdict.SECURE),
        ("; unsigned answer\nmx.insecure.test. 3600 IN A 192.0.2.1\n", Verdict.INSECURE),
        (ALIAS_OUT_OF_SECURITY, Verdict.INSECURE),
        (DENIED, Verdict.SECURE),
        (DENIED.replace("fully validated", "unsigned answer"), Verdict.INSECURE),
        (BROKEN, Verdict.BOGUS),
        ("", Verdict.NONE),
    ],
)
def test_what_delv_says_counts_as_a_whole(text: str, verdict: Verdict) -> None:
    assert of_delv(text).verdict is verdict


def test_delvs_reasons_are_kept() -> None:
    assert of_delv(BROKEN).reason.startswith(
        "validating mx.badsig.test/A: no valid signature found; RRSIG failed"
    )


@pytest.mark.parametrize(
    ("text", "opinion"),
    [
        ("mx.nsec.test has address 192.0.2.1 (secure)\n", SECURE),
        (
            "www.x.test is an alias for y.test. (insecure)\ny.test has address 192.0.2.1 (insecure)\n",
            INSECURE,
        ),
        ("Host nothing.nsec.test not found: 3(NXDOMAIN). (secure)\n", SECURE),
        (
            "mx.badsig.test has address 192.0.2.1 (BOGUS (security failure))\n"
            "validation failure <mx.badsig.test. A IN>: signature crypto failed from 127.0.96.3\n",
            Opinion(Verdict.BOGUS, "signature crypto failed from 127.0.96.3"),
        ),
        (
            "Host x.test not found: 2(SERVFAIL). (error)\n",
            Opinion(Verdict.NONE, "Host x.test not found: 2(SERVFAIL). (error)"),
        ),
    ],
)
def test_what_unbound_host_says_is_a_word_in_brackets(text: str, opinion: Opinion) -> None:
    assert of_unbound_host(text) == opinion


def case(delv: Opinion, unbound: Opinion, *ours: Opinion, name: str = "mx.nsec.test.") -> Case:
    return Case(name, "A", ours, (("delv", delv), ("unbound-host", unbound)))


def test_all_of_one_opinion_need_no_explanation() -> None:
    agreed = case(SECURE, SECURE, SECURE, SECURE)
    assert agreed.agreed
    assert agreed.reasons() == []
    assert agreed.line().startswith("  mx.nsec.test. A ")


def test_a_difference_between_resolvers_is_a_fault() -> None:
    assert not case(SECURE, SECURE, SECURE, INSECURE).agreed


def test_a_difference_without_a_reason_is_a_fault_and_is_shown() -> None:
    odd = case(Opinion(Verdict.BOGUS, "its reason"), SECURE, SECURE)
    assert odd.reasons() == [None]
    assert odd.line().startswith("! ")
    assert list(odd.details()) == ["      delv: its reason"]


def test_a_known_difference_is_explained_where_it_belongs_and_nowhere_else() -> None:
    known = case(BOGUS, SECURE, SECURE, name="mx.justexpired.test.")
    assert known.agreed
    assert known.line().startswith("~ ")
    assert known.reasons() == ["delv: it allows for no skew of clocks"]
    assert not case(BOGUS, SECURE, SECURE, name="mx.expired.test.").agreed
    assert not case(SECURE, BOGUS, SECURE, name="mx.justexpired.test.").agreed


def test_every_known_difference_is_about_a_question_that_is_asked() -> None:
    asked = [f"{name} {rdtype}" for name, rdtype in world.questions()]
    for known in DIFFERENCES:
        assert any(re.search(known.names, question) for question in asked), known


ZONE = world.Zone("x.test.")
TEXT = """\
x.test.\t3600\tIN\tDNSKEY\t257 3 13 AAAA
x.test.\t3600\tIN\tRRSIG\tDNSKEY 13 2 3600 20261228110703 20261127110703 1 x.test. abcdefghijklmnop
mx.x.test.\t3600\tIN\tA\t192.0.2.1
mx.x.test.\t3600\tIN\tRRSIG\tA 13 3 3600 20261228110703 20261127110703 1 x.test. abcdefghijklmnop
x.test.\t300\tIN\tNSEC\tmx.x.test. SOA
x.test.\t300\tIN\tRRSIG\tNSEC 13 2 300 20261228110703 20261127110703 1 x.test. abcdefghijklmnop
"""


@pytest.mark.parametrize(
    ("fault", "lines"),
    [
        (world.Fault.NO_SIGNATURES, "D A N"),
        (world.Fault.NO_DENIALS, "D dD A dA"),
        (world.Fault.NO_KEYS, "A dA N dN"),
        (world.Fault.NO_KEY_SIGNATURE, "D A dA N dN"),
    ],
)
def test_what_is_left_out_is_left_out_and_nothing_else(fault: world.Fault, lines: str) -> None:
    spoiled = signing.SPOILERS[fault](ZONE, TEXT).splitlines()
    fields = [line.split("\t")[3:] for line in spoiled]
    assert [f"d{data[0]}" if kind == "RRSIG" else kind[0] for kind, data in fields] == lines.split()


def test_what_is_changed_is_changed_in_one_place() -> None:
    changed = signing.SPOILERS[world.Fault.CHANGED_ADDRESS](ZONE, TEXT)
    assert changed == TEXT.replace("192.0.2.1\n", "192.0.2.66\n")
    lowered = signing.SPOILERS[world.Fault.LOWERED_TTL](ZONE, TEXT)
    assert lowered == TEXT.replace("mx.x.test.\t3600", "mx.x.test.\t300")
    bad = signing.SPOILERS[world.Fault.BAD_SIGNATURES](ZONE, TEXT)
    assert [line.endswith("hgfedcbaijklmnop") for line in bad.splitlines() if "RRSIG" in line] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    "fault", [fault for fault in signing.SPOILERS if fault is not world.Fault.BAD_SIGNATURES]
)
def test_a_zone_that_cannot_be_spoiled_is_a_mistake(fault: world.Fault) -> None:
    with pytest.raises(ValueError, match="no line has"):
        signing.SPOILERS[fault](ZONE, "x.test.\t3600\tIN\tNS\tns.\n")


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("ldns-signzone"), reason="ldnsutils is not installed")
def test_a_zone_is_signed_and_its_parent_gets_what_the_table_says(tmp_path: Path) -> None:
    for ds, digests in (
        (world.Ds.NONE, []),
        (world.Ds.SHA256, ["13 2"]),
        (world.Ds.STANDBY, ["13 2", "13 2"]),
        (world.Ds.UNKNOWN_ALGORITHM, ["200 2"]),
        (world.Ds.UNKNOWN_DIGEST, ["13 200"]),
        (world.Ds.SHA1_AND_WRONG_SHA256, ["13 1", "13 2"]),
    ):
        records = signing.sign(tmp_path, world.Zone("x.test.", ds=ds))
        assert [" ".join(record.split()[5:7]) for record in records] == digests
    assert "\tRRSIG\tSOA 13 2 3600 " in (tmp_path / "x.test.zone.signed").read_text()


def outcome(name: str, *transcripts: list[str]) -> verdicts.Outcome:
    (scenario,) = scenarios(name)
    return verdicts.Outcome(scenario, transcripts)


def test_a_scenario_passes_if_all_that_was_recorded_comes_out_everywhere() -> None:
    (recorded,) = golden.recorded("mx-bogus")
    assert outcome("mx-bogus", recorded, ["PROG: why", *recorded], recorded).passed
    failed = outcome("mx-bogus", recorded, recorded, recorded[1:])
    assert failed.missing() == [0, 0, 1]
    shown = list(failed.lines())
    assert shown[0].split() == ["!", "mx-bogus", "same", "same", "-1"]
    assert shown[1:] == [f"    forwarding:    -{recorded[0]}"]


def test_what_was_recorded_without_validation_has_to_be_the_same_everywhere() -> None:
    assert outcome("lookup-nonvalidating", ["a"], ["a"], ["a"]).passed
    assert not outcome("lookup-nonvalidating", ["a"], ["a"], ["b"]).passed
