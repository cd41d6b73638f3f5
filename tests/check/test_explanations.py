"""What a check explains: the situations of the catalogue, with all places where they apply."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pyfinger.check.checker import Checker
from pyfinger.check.report_model import (
    CheckExplanation,
    DomainCheck,
    ExplainedSituation,
    Extent,
    KeyAlgorithm,
    SituationPlace,
)
from pyfinger.check.request import CheckRequest, Limits
from pyfinger.check.text import text
from pyfinger.model import Level, ResultType
from pyfinger.report.document.findings import Delivery, Situation, Weight
from tests.check.worlds import ADDRESS, AT_ONCE, GOOD, WRONG, checked, only, world
from tests.lab.parityfuzz.case import Case
from tests.mailserver import MailServer, identity
from tests.report.explanation.stage import driver_of, understood
from tests.report.explanation.worlds import WORLDS
from tests.report.explanation.worlds import World as ExplainedWorld
from tests.scripted import Script
from tests.world import World

HOST, OTHER = "mx.example.test", "2001:db8::1"
OWNER = f"_25._tcp.{HOST}"
# What a check does not do: begin where TLS is switched off; try one address for another; a
# handshake with any key at all, of any age.
NOT_CHECKED = {"refused", "none"}
OF_PROBES = {"second answers", "weak DH", "tiny DH", "TLS 1.1", "another name, no DANE", "anonymous"}
CHECKED = [each for each in WORLDS if each.name not in NOT_CHECKED | OF_PROBES]


def explanation(dns: World, servers: Any = None, **options: Any) -> CheckExplanation:
    report, _ = checked(dns, servers, **options)
    found = report.domains[0].explained
    assert found is not None
    return found


def one(explained: CheckExplanation, situation: Situation) -> ExplainedSituation:
    (found,) = (each for each in explained.situations if each.finding.situation is situation)
    return found


def test_of_a_key_without_record_it_is_told_what_to_publish_and_what_reports_say() -> None:
    explained = explanation(world(WRONG))
    found = one(explained, Situation.NO_RECORD_MATCHES)
    assert found.places == (SituationPlace(HOST, ADDRESS, KeyAlgorithm.ECDSA),)
    assert found.finding.publish[0].lower() == f"{OWNER}. in tlsa {GOOD}"
    assert found.finding.result is ResultType.CERTIFICATE_NOT_TRUSTED
    assert [each.delivery for each in explained.deliveries] == [Delivery.DEFERRED]
    assert explained.situations[0] is found  # the weightiest


def test_one_situation_at_two_addresses_is_told_once_with_both() -> None:
    server = MailServer(identity())
    dns = world(WRONG, aaaa={HOST: [OTHER]})
    found = one(explanation(dns, {ADDRESS: server, OTHER: server}), Situation.NO_RECORD_MATCHES)
    assert [place.address for place in found.places] == [ADDRESS, OTHER]


def test_a_record_that_another_chain_matches_is_not_called_another_keys() -> None:
    dns = world(GOOD, aaaa={HOST: [OTHER]})
    servers = {ADDRESS: MailServer(identity()), OTHER: MailServer(identity(kind="rsa2048"))}
    situations = [each.finding.situation for each in explanation(dns, servers).situations]
    assert Situation.NO_RECORD_MATCHES in situations
    assert Situation.RECORD_OTHER_KEY not in situations


@pytest.mark.parametrize(
    "dns, servers, situation, weight",
    [
        (world(), None, Situation.TLSA_ABSENT, None),
        (world(GOOD, insecure={"example.test/MX"}), None, Situation.MX_UNSIGNED, Weight.WARNING),
        (world(GOOD), {ADDRESS: MailServer(None)}, Situation.STARTTLS_MISSING, Weight.FAILURE),
        (world(GOOD), {ADDRESS: Script("421 no")}, Situation.GREETING_SERVICE_CLOSED, Weight.FAILURE),
        (world(GOOD, fail={f"{OWNER}/TLSA": "SERVFAIL"}), None, Situation.TLSA_LOOKUP_FAILED, Weight.FAILURE),
        (World(mx={"example.test": ["10 no.test"]}), None, Situation.NO_ADDRESS_AT_ALL, Weight.FAILURE),
        (World(mx={"example.test": ["0 ."]}), None, Situation.NO_MAIL_HERE, Weight.FAILURE),
    ],
)
def test_whatever_is_not_ok_has_its_reason(
    dns: World, servers: Any, situation: Situation, weight: Weight | None
) -> None:
    found = one(explanation(dns, servers), situation)
    assert weight in (None, found.finding.weight)
    assert found.finding.reference


def test_where_there_are_no_records_those_of_the_keys_seen_are_to_be_published() -> None:
    found = one(explanation(world()), Situation.TLSA_ABSENT)
    assert [record.lower() for record in found.finding.publish] == [f"{OWNER}. in tlsa {GOOD}"]
    assert found.places == (SituationPlace(HOST),)


def test_what_was_not_asked_is_not_called_bad() -> None:
    found = one(explanation(world(GOOD), limits=Limits(each=1, pause=0)), Situation.NOT_ASKED)
    assert found.places == (SituationPlace(HOST, ADDRESS, KeyAlgorithm.RSA),)
    assert "at most 1 connection to an address" in found.finding.text


def test_a_server_shared_by_two_hosts_is_explained_to_each_by_its_own_records() -> None:
    dns = World(
        mx={"one.test": ["10 mx.test", "20 also.test"]},
        a={"mx.test": [ADDRESS], "also.test": [ADDRESS]},
        tlsa={"_25._tcp.mx.test": [GOOD], "_25._tcp.also.test": [WRONG]},
    )
    found = one(explanation(dns, domains=("one.test",)), Situation.NO_RECORD_MATCHES)
    assert [place.host for place in found.places] == ["also.test"]
    assert "_25._tcp.also.test" in found.finding.text


@pytest.mark.parametrize("level, in_force", [(Level.DANE, Level.MAY), (Level.ENCRYPT, Level.ENCRYPT)])
def test_it_is_told_for_the_level_that_was_asked_for(level: Level, in_force: Level) -> None:
    report, _ = checked(world(), level=level, extent=Extent.ALL)
    explained = only(report)[0].explained
    assert explained is not None
    assert explained.level is level
    assert {each.in_force for each in explained.deliveries} == {in_force}


def test_where_all_is_well_nothing_is_explained_unless_everything_is_asked_for() -> None:
    assert only(checked(world(GOOD))[0])[0].explained is None
    assert only(checked(world(WRONG), extent=Extent.NOTHING)[0])[0].explained is None
    assert one(explanation(world(GOOD), extent=Extent.ALL), Situation.MATCHED_DANE_EE)


def test_in_the_text_records_stand_as_a_zone_file_has_them() -> None:
    shown = text(checked(world(WRONG))[0]).decode("ascii")
    assert "FAILURE: no TLSA record matches\n" in shown
    assert f"     {OWNER}. IN TLSA 3 1 1 (\n       {GOOD.split()[-1].upper()} )\n" in shown
    assert f"  [{HOST} {ADDRESS} (ECDSA)]\n" in shown


def explained_world(case: Case) -> DomainCheck:
    now = datetime.now(UTC)
    driver = driver_of(case)
    invocation, dependencies = understood(case, driver, now, driver.emit)
    options = invocation.options
    algorithms = (KeyAlgorithm.ECDSA, KeyAlgorithm.RSA)
    request = CheckRequest((options.destination,), options, algorithms, (), AT_ONCE, Extent.ALL)
    return driver.run(Checker(request, dependencies, driver.emit).steps()).domains[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "known",
    [each for each in WORLDS if each.name not in NOT_CHECKED | OF_PROBES],
    ids=lambda known: known.name,
)
def test_a_check_explains_what_a_probe_does(known: ExplainedWorld) -> None:
    explained = explained_world(known.case).explained
    assert explained is not None
    found = [each.finding.situation for each in explained.situations]
    assert set(known.situations) <= set(found), found
    assert known.delivery in [each.delivery for each in explained.deliveries]
    assert known.in_force in [each.in_force for each in explained.deliveries]
