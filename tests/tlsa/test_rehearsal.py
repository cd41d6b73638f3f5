"""What senders see of a plan: held against a simulation of senders, and in telling examples."""

from __future__ import annotations

import random

import pytest

from pyfinger.demo.certificate_making import Wish
from pyfinger.tlsa import (
    Delays,
    PlannedChains,
    PlannedSet,
    PlannedStep,
    RehearsalPlan,
    SenderOutcome,
    rehearse,
)
from pyfinger.tlsa.acceptance import ShownChain
from tests.tlsa.simulation import World, confirm, main
from tests.tlsa.worlds import HOST, ISSUING, NOW, OTHER_ISSUING, chain, leaf, record

OLD, NEW = leaf("old"), leaf("new")
OLD_CHAIN, NEW_CHAIN = (PlannedChains(name, (chain(one),)) for name, one in (("old", OLD), ("new", NEW)))
ONLY_OLD = PlannedSet("only old", (record(OLD),), 3600)
ONLY_NEW = PlannedSet("only new", (record(NEW),), 3600)
BOTH = PlannedSet("both", (record(OLD), record(NEW)), 600)
NOTHING = PlannedSet("nothing", (), 3600)
PROMPT = Delays(negative_ttl=900)
SLOW = Delays(negative_ttl=900, transfer=300, switch=60, stale=30)
SAFE, UNSAFE, UNPROTECTED = SenderOutcome.ACCEPTED, SenderOutcome.REFUSED, SenderOutcome.UNPROTECTED


def plan(*steps: PlannedStep, published: PlannedSet = ONLY_OLD, delays: Delays = PROMPT) -> RehearsalPlan:
    return RehearsalPlan(HOST, published, OLD_CHAIN, steps, NOW, delays)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50_000, 50_040))
def test_senders_with_caches_see_what_the_rehearsal_says(seed: int) -> None:
    confirm(World(random.Random(seed)))


@pytest.mark.slow
def test_the_simulation_tells_how_many_plans_it_went_through(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(2, 60_000) == 0
    assert capsys.readouterr().out.startswith("2 plans with ")


@pytest.mark.parametrize("delays, shown, dropped", [(PROMPT, 3600, 3600), (SLOW, 3930, 3990)])
def test_the_next_key_waits_for_caches_and_the_old_record_for_servers(
    delays: Delays, shown: int, dropped: int
) -> None:
    found = rehearse(
        plan(PlannedStep(BOTH), PlannedStep(show=NEW_CHAIN), PlannedStep(ONLY_NEW), delays=delays)
    )
    assert [step.at - NOW for step in found.steps] == [0, shown, dropped]
    assert [step.earliest for step in found.steps] == [step.at for step in found.steps]
    assert found.verdict is SAFE and all(phase.outcome is SAFE for phase in found.phases)


def test_too_early_is_unsafe_until_the_last_cache_has_forgotten() -> None:
    found = rehearse(plan(PlannedStep(BOTH), PlannedStep(show=NEW_CHAIN, after=60)))
    assert [step.safe for step in found.steps] == [True, False]
    (unsafe,) = [phase for phase in found.phases if phase.outcome is UNSAFE]
    assert (unsafe.begin - NOW, (unsafe.end or 0) - NOW) == (60, 3600)
    assert [(one.records, one.chain) for one in found.steps[1].waits_for] == [("only old", "new")]


def test_a_record_of_the_authority_holds_while_the_key_changes() -> None:
    scheme = PlannedSet("now", (record(OLD), record(ISSUING, 2)), 3600)
    found = rehearse(plan(PlannedStep(show=NEW_CHAIN), published=scheme))
    assert found.verdict is SAFE and found.steps[0].at == NOW


def test_another_authority_does_not() -> None:
    scheme = PlannedSet("now", (record(OLD), record(ISSUING, 2)), 3600)
    other = PlannedChains("other", (chain(leaf("new", OTHER_ISSUING)),))
    found = rehearse(plan(PlannedStep(show=other), published=scheme))
    assert found.verdict is UNSAFE and found.steps[0].earliest is None


def test_a_key_that_stays_needs_no_record() -> None:
    renewed = leaf("old", ISSUING, Wish(not_after=int(NOW) - 1))  # dates do not matter under usage 3
    found = rehearse(plan(PlannedStep(show=PlannedChains("renewed", (chain(renewed),)))))
    assert found.verdict is SAFE and found.worsens is None


def test_first_records_are_safe_although_nobody_is_protected_before() -> None:
    found = rehearse(plan(PlannedStep(ONLY_OLD), published=NOTHING))
    assert found.verdict is UNPROTECTED
    assert [phase.outcome for phase in found.phases] == [UNPROTECTED, SAFE]
    assert (found.phases[0].end or 0) - NOW == 900


def test_every_chain_of_a_server_has_to_be_vouched_for() -> None:
    two = PlannedChains("two keys", (chain(OLD), chain(NEW)))
    found = rehearse(plan(PlannedStep(show=two)))
    assert found.steps[0].earliest is None
    assert rehearse(plan(PlannedStep(BOTH), PlannedStep(show=two))).verdict is SAFE


def test_signatures_that_end_make_records_bogus_and_caches_forget_them() -> None:
    ending = PlannedSet("ending", (record(OLD),), 3600, NOW + 1000)
    found = rehearse(plan(PlannedStep(ONLY_OLD, after=2000), published=ending, delays=Delays(transfer=60)))
    unsafe = [phase for phase in found.phases if phase.outcome is UNSAFE]
    assert [(phase.begin - NOW, (phase.end or 0) - NOW) for phase in unsafe] == [(1000, 2000), (2000, 2060)]
    later = rehearse(plan(published=ending))
    assert later.verdict is SAFE and later.worsens == NOW + 1000


def test_certificates_that_end_are_told_where_dates_matter() -> None:
    brief = PlannedChains("brief", (chain(leaf("brief", ISSUING, Wish(not_after=int(NOW) + 9000))),))
    anchored = PlannedSet("anchored", (record(ISSUING, 2),), 3600)
    found = rehearse(plan(PlannedStep(show=brief), published=anchored))
    assert found.verdict is SAFE and found.worsens == NOW + 9000
    assert found.worsens_to is not None and found.worsens_to.reason == "certificate has expired"


def test_a_certificate_is_not_shown_before_it_is_valid() -> None:
    early = leaf("early", ISSUING, Wish(not_before=int(NOW) + 500))
    anchored = PlannedSet("anchored", (record(ISSUING, 2),), 3600)
    found = rehearse(plan(PlannedStep(show=PlannedChains("early", (chain(early),))), published=anchored))
    assert found.steps[0].at == NOW + 500


def test_steps_that_were_done_stay_where_they_were() -> None:
    steps = PlannedStep(BOTH, done=NOW - 1800), PlannedStep(show=NEW_CHAIN)
    found = rehearse(plan(*steps))
    assert [(step.at - NOW, step.done) for step in found.steps] == [(-1800, True), (1800, False)]


def test_records_published_for_no_time_were_never_there() -> None:
    assert rehearse(plan(PlannedStep(ONLY_NEW, at=NOW), PlannedStep(ONLY_OLD, at=NOW))).verdict is SAFE


def test_bare_keys_and_unreadable_certificates() -> None:
    bare = PlannedChains("bare", (ShownChain("bare", raw_key=OLD.key.spki),))
    assert rehearse(plan(PlannedStep(show=bare))).verdict is SAFE
    broken = PlannedChains("broken", (ShownChain("broken", (b"\x30\0",)),))
    assert rehearse(plan(PlannedStep(show=broken))).verdict is UNSAFE
