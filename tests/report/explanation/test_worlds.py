"""Each situation has a world in which it applies, and what Postfix does there is told right."""

from __future__ import annotations

from dataclasses import replace as replace_case

import pytest

from pyfinger.events import ProbeBegan, ProbeInterrupted
from pyfinger.model import Level
from pyfinger.report.document.builder import ReportBuilder
from pyfinger.report.document.findings import Delivery, Situation
from pyfinger.report.explanation import explain
from pyfinger.report.explanation.of_policies import OF_POLICIES
from pyfinger.values import replace
from tests.report.explanation.stage import probed
from tests.report.explanation.worlds import WORLDS, World

ELSEWHERE = {Situation.PROBE_UNFINISHED, Situation.LEVEL_NOT_PROBED, Situation.SIGNATURES_END_SOON}  # below
# tests/check: test_explanations.py, and what a probe never asks for, test_policies.py
OF_CHECKS = {Situation.NOT_ASKED, *OF_POLICIES}


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_a_world_is_explained(world: World) -> None:
    explanation = explain(probed(world.case))
    found = [finding.situation for finding in explanation.findings]
    assert set(world.situations) <= set(found), found
    assert explanation.delivery is world.delivery
    assert explanation.in_force is world.in_force


def test_every_situation_has_its_world() -> None:
    shown = {situation for world in WORLDS for situation in world.situations}
    assert set(Situation) - shown == ELSEWHERE | OF_CHECKS


def test_enough_of_them_can_be_held_against_the_real_program() -> None:
    assert sum(world.in_lab for world in WORLDS) >= 40


def test_a_probe_that_was_interrupted_says_so() -> None:
    builder = ReportBuilder()
    builder(ProbeBegan("fuzz.test", Level.DANE, Level.DANE), 1.0)
    builder(ProbeInterrupted("time is up"), 2.0)
    explanation = explain(builder.report)
    (finding,) = explanation.findings
    assert finding.situation is Situation.PROBE_UNFINISHED
    assert "time is up" in finding.text
    assert explanation.delivery is Delivery.UNKNOWN


def test_a_level_that_was_not_probed_is_not_guessed_at() -> None:
    (world,) = (one for one in WORLDS if one.name == "may")
    explanation = explain(probed(world.case), Level.DANE)
    assert explanation.findings[0].situation is Situation.LEVEL_NOT_PROBED
    assert (explanation.delivery, explanation.in_force) == (Delivery.UNKNOWN, None)


def test_signatures_that_end_soon_are_told() -> None:
    (world,) = (one for one in WORLDS if one.name == "3 1 1")
    report = probed(world.case)
    for left, told in ((2.5, True), (10.0, False), (None, False)):
        found = [one.situation for one in explain(replace(report, dnssec_days_left=left)).findings]
        assert (Situation.SIGNATURES_END_SOON in found) is told


def test_dane_is_not_for_unix_domain_sockets() -> None:
    (world,) = (one for one in WORLDS if one.name == "no domain")
    case = replace_case(
        world.case, argv=[["-S"], ["-l", "dane"], ["unix:/run/lmtp"]], servers={"/run/lmtp": {}}
    )
    explanation = explain(probed(case))
    assert explanation.delivery is Delivery.DEFERRED
    assert "no TLSA records for unix-domain sockets" in explanation.account[0]
