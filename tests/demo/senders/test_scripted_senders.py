"""The world, judged with senders that do as they should, and with ones that do not."""

from __future__ import annotations

import pytest

from pyfinger.demo.senders import (
    SITUATIONS,
    Conduct,
    Duty,
    Mark,
    Profile,
    SenderReport,
    SenderWorld,
    SendingSituation,
    SituationResult,
    judge,
)
from tests.demo.senders.scripted_sender import (
    Script,
    ScriptedSender,
    careless,
    good,
    impatient,
    plaintext,
    talkative,
    timid,
)

pytestmark = pytest.mark.slow

DANE, STS, BOTH, NONE = Profile(dane=True), Profile(sts=True), Profile(dane=True, sts=True), Profile()
SECURE = (Duty.AUTHENTICATED, Duty.ENCRYPTED)


def run(script: Script, profile: Profile, pattern: str = "") -> SenderReport:
    chosen = [each for each in SITUATIONS if each.name.startswith(pattern)]
    with SenderWorld(chosen) as world:
        sender = ScriptedSender(world, profile)
        for situation in world.situations:
            script(sender, situation)
        names = [situation.name for situation in world.situations]
        settled = world.journal.wait_until_settled(names, 0.0, 60.0)
        return judge(world.situations, world.journal.entries, profile, settled=settled)


def failing(report: SenderReport) -> dict[str, SituationResult]:
    return {result.name: result for result in report.results if result.mark is Mark.FAIL}


@pytest.mark.slow
@pytest.mark.parametrize("profile", [DANE, STS, BOTH, NONE])
def test_a_sender_that_does_as_demanded_passes_everywhere(profile: Profile) -> None:
    report = run(good, profile)
    assert report.settled
    assert not failing(report), failing(report)
    assert report.count(Mark.NOT_TRIED) == 0
    assert (report.count(Mark.NOT_APPLICABLE) == 0) is (profile is BOTH)


@pytest.mark.slow
def test_one_that_looks_at_nothing_fails_where_it_should_have_waited() -> None:
    report = run(careless, BOTH)
    waiting = {
        result.name
        for result in report.results
        if result.demand in (Duty.DEFER, Duty.WITHHOLD)
        or result.name in ("second", "second-plain", "second-starttls", "second-servfail", "sts-second")
    }
    assert set(failing(report)) == waiting | {"raw-key", "tls10"}
    mismatch = failing(report)["mismatch"]
    assert mismatch.seen is Conduct.DELIVERED_TLS
    assert mismatch.problem == "MAIL at mx.mismatch.senders.test"
    assert mismatch.source == "RFC 7672 section 2.2"


def test_one_without_starttls_fails_wherever_tls_is_demanded() -> None:
    found = failing(run(plaintext, DANE))
    secure = {each.name for each in SITUATIONS if (rule := each.rule(DANE)) and rule.demand in SECURE}
    assert secure <= set(found)
    assert found["ee"].problem == "MAIL at mx.ee.senders.test in the clear"
    assert "none" not in found


def test_an_envelope_is_too_much_already() -> None:
    found = failing(run(talkative, DANE, "mismatch"))
    assert found["mismatch"].seen is Conduct.DEFERRED
    assert found["mismatch"].problem == "MAIL at mx.mismatch.senders.test in the clear"


def test_one_that_delivers_nothing_fails_where_mail_has_to_arrive() -> None:
    report = run(timid, DANE)
    arriving = {
        each.name
        for each in SITUATIONS
        if (rule := each.rule(DANE)) and rule.demand in (*SECURE, Duty.OPPORTUNISTIC)
    }
    assert set(failing(report)) == arriving
    assert failing(report)["ee"].problem == "not delivered; last seen: DNS question ee.senders.test MX"


def test_one_that_returns_at_once_fails_where_it_has_to_try_again() -> None:
    found = failing(run(impatient, DANE, "m"))
    assert found["mismatch"].problem == "returned at once, where it has to be tried again"
    assert set(found) == {each.name for each in SITUATIONS if each.name.startswith("m")}


def test_what_nobody_has_tried_is_neither_good_nor_bad() -> None:
    with SenderWorld(SITUATIONS[:3]) as world:
        assert not world.journal.wait_until_settled(["ee"], 0.0, 0.0)
        report = judge(world.situations, world.journal.entries, DANE, settled=False)
    assert [result.mark for result in report.results] == [Mark.NOT_TRIED] * 3


def test_a_bounce_that_does_not_come_is_missed_once_others_have_come() -> None:
    def keeping(sender: ScriptedSender, situation: SendingSituation) -> None:
        (timid if situation.name == "null-mx" else good)(sender, situation)

    report = run(keeping, DANE, "n")
    assert set(failing(report)) == {"null-mx"}
    report = run(timid, DANE, "null-mx")
    assert not failing(report)


def test_the_journal_tells_version_and_name_of_tls() -> None:
    report = run(good, DANE, "tls12")
    (result,) = report.results
    assert result.tls == "TLS 1.2, mx.example.test"
    assert result.questions == ("tls12.senders.test MX",)
    assert "RCPT TO:<probe@tls12.senders.test> at mx.tls12.senders.test" in result.steps
