"""The table of situations: each is what it says, which pyfinger itself has to find."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import pyfinger
from pyfinger.demo.senders import SITUATIONS, Duty, Profile, SenderWorld, SendingSituation
from pyfinger.demo.senders.situations import MxKind

DANE = Profile(dane=True)


@pytest.fixture(scope="module")
def senders() -> Iterator[SenderWorld]:
    with SenderWorld(SITUATIONS) as world:
        yield world


def demanded(situation: SendingSituation) -> Duty | None:
    rule = situation.rule(DANE)
    return None if rule is None else rule.demand


def probed() -> list[SendingSituation]:
    """Those of one host, about DANE, that are to be delivered verified, or not at all."""
    wanted = (Duty.AUTHENTICATED, Duty.DEFER)
    return [each for each in SITUATIONS if demanded(each) in wanted and len(each.hosts) == 1]


# No answer at all takes a resolver's patience.
@pytest.mark.slow
@pytest.mark.parametrize("name", [each.name for each in probed() if each.name != "tlsa-silent"])
def test_pyfinger_verifies_just_what_is_to_be_delivered(senders: SenderWorld, name: str) -> None:
    found = [each for each in senders.situations if each.name == name]
    if not found:
        pytest.skip("there is no IPv6 here")
    (situation,) = found
    report = pyfinger.probe(f"{situation.domain}:{senders.port}", resolver=senders.resolver)
    assert report.met is (demanded(situation) is Duty.AUTHENTICATED), report.explanation


def test_a_validator_of_our_own_believes_the_wildcard(senders: SenderWorld) -> None:
    (situation,) = (each for each in senders.situations if each.name == "wildcard-tlsa")
    report = pyfinger.probe(
        f"{situation.domain}:{senders.port}",
        resolver=senders.resolver,
        dnssec="own",
        dnssec_anchors=[str(senders.anchor_file)],
    )
    assert report.met, report.explanation


def test_names_and_domains_are_unique_and_each_has_a_rule() -> None:
    assert len({each.name for each in SITUATIONS}) == len({each.domain for each in SITUATIONS})
    assert len(SITUATIONS) == len({each.name for each in SITUATIONS}) > 90
    for each in SITUATIONS:
        assert each.rule(Profile(dane=True, sts=True)) is not None
        assert each.hosts or each.kind in (MxKind.NULL, MxKind.NOWHERE)
        assert len(each.name) <= 20  # a column of the report
        assert len(each.about) <= 56


def test_every_rule_cites_a_section() -> None:
    for each in SITUATIONS:
        for rule in (each.plain, each.dane, each.sts, each.both):
            assert rule is None or rule.source.startswith("RFC ")


def test_rules_follow_what_the_sender_claims_to_do() -> None:
    (both,) = (each for each in SITUATIONS if each.name == "sts-dane-match")
    assert both.dane is both.rule(DANE)
    assert both.sts is both.rule(Profile(sts=True))
    assert both.both is both.rule(Profile(dane=True, sts=True))
    assert both.rule(Profile()) is None
