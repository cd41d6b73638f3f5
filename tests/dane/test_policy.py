"""Every combination of level, MX security, `-M` and TLSA answer."""

from __future__ import annotations

from itertools import product

import pytest

from pyfinger.dane.lookup import TlsaAnswer
from pyfinger.dane.policy import RequestedPolicy, decide, needs_tlsa
from pyfinger.events import LevelDecided
from pyfinger.model import Exchange, Level, Policy, TlsaRecord, TlsaStatus

RECORDS = (TlsaRecord(3, 1, 1, bytes(32)),)
MATCH = ("name.test",)
ANSWERS = {
    TlsaStatus.ERROR: TlsaAnswer(TlsaStatus.ERROR),
    TlsaStatus.NONE: TlsaAnswer(TlsaStatus.NONE),
    TlsaStatus.UNUSABLE: TlsaAnswer(TlsaStatus.UNUSABLE),
    TlsaStatus.USABLE: TlsaAnswer(TlsaStatus.USABLE, RECORDS, "mx.test"),
}
EXCHANGES = {
    "none": None,
    "valid": Exchange("dom.test", "dom.test", True),
    "insecure": Exchange("dom.test", "dom.test", False),
}

# The summary table of the manual, row by row: level, MX, -M -> with usable
# records, without, after an error; "-" is "the next address".
SUMMARY = """
    dane       none      may      dane       secure  -
    dane       none      encrypt  dane       secure  -
    dane       none      dane     dane       secure  -
    dane       valid     may      dane       secure  -
    dane       valid     encrypt  dane       secure  -
    dane       valid     dane     dane       secure  -
    dane       insecure  dane     halfdane   secure  -
    dane       insecure  encrypt  encrypt    secure  -
    dane       insecure  may      may        may     may
    dane-only  none      may      dane-only  secure  -
    dane-only  none      encrypt  dane-only  secure  -
    dane-only  none      dane     dane-only  secure  -
    dane-only  valid     may      dane-only  secure  -
    dane-only  valid     encrypt  dane-only  secure  -
    dane-only  valid     dane     dane-only  secure  -
    dane-only  insecure  dane     halfdane   secure  -
    dane-only  insecure  encrypt  encrypt    secure  -
    dane-only  insecure  may      may        may     may
"""
BY_WORD = {level.word: level for level in Level}
EXPECTED = {
    (BY_WORD[level], mx, BY_WORD[limit], status): outcome
    for level, mx, limit, usable, none, error in (row.split() for row in SUMMARY.strip().splitlines())
    for status, outcome in [
        (TlsaStatus.USABLE, usable),
        (TlsaStatus.UNUSABLE, none),
        (TlsaStatus.NONE, none),
        (TlsaStatus.ERROR, error),
    ]
}


ASKABLE = [level for level in Level if level is not Level.HALF_DANE]


@pytest.mark.parametrize("level", ASKABLE)
@pytest.mark.parametrize(
    ("mx", "limit", "status"),
    list(product(EXCHANGES, [Level.MAY, Level.ENCRYPT, Level.DANE], TlsaStatus)),
)
def test_all_combinations(level: Level, mx: str, limit: Level, status: TlsaStatus) -> None:
    demand, exchange = RequestedPolicy(level, limit, MATCH), EXCHANGES[mx]
    expected = EXPECTED.get((level, mx, limit, status), level.word)
    asked = needs_tlsa(demand, exchange)
    assert asked is (level.uses_dane and expected != "may")
    decision = decide(demand, exchange, ANSWERS[status] if asked else None)
    if expected == "-":
        assert (decision.policy, decision.event) == (None, None)
        return
    assert decision.policy
    assert decision.policy.level.word == expected
    assert (decision.policy.tlsa == RECORDS) is decision.policy.level.uses_dane
    assert bool(decision.event) is level.uses_dane


@pytest.mark.parametrize(
    ("status", "level"),
    [(TlsaStatus.USABLE, Level.HALF_DANE), (TlsaStatus.NONE, Level.SECURE)],
)
def test_half_dane_is_decided_again_on_reconnecting(status: TlsaStatus, level: Level) -> None:
    demand = RequestedPolicy(Level.HALF_DANE)
    assert needs_tlsa(demand, EXCHANGES["insecure"])
    decision = decide(demand, EXCHANGES["insecure"], ANSWERS[status])
    assert decision.policy
    assert decision.policy.level is level


def decided(
    level: Level,
    status: TlsaStatus | None = None,
    *,
    exchange: Exchange | None = None,
    match: tuple[str, ...] = (),
) -> Policy:
    policy = decide(RequestedPolicy(level, match=match), exchange, ANSWERS[status] if status else None).policy
    assert policy
    return policy


def test_the_event_has_all_facts() -> None:
    decision = decide(RequestedPolicy(Level.DANE_ONLY), EXCHANGES["insecure"], ANSWERS[TlsaStatus.USABLE])
    assert decision.event == LevelDecided(Level.DANE_ONLY, Level.HALF_DANE, TlsaStatus.USABLE, False, RECORDS)
    decision = decide(RequestedPolicy(Level.DANE, Level.MAY), EXCHANGES["insecure"], None)
    assert decision.event == LevelDecided(Level.DANE, Level.MAY, None, False)


def test_a_unix_socket_has_no_records() -> None:
    assert decided(Level.DANE, None) == Policy(Level.SECURE, ("nexthop", "dot-nexthop"))


@pytest.mark.parametrize(
    ("exchange", "names"),
    [
        (None, ("mx.test",)),
        (Exchange("dom.test", "Dom.Test", True), ("mx.test", "dom.test")),
        (Exchange("dom.test", "alias.test", True), ("mx.test", "alias.test", "dom.test")),
        (Exchange("dom.test", "alias.test", False), ("mx.test", "alias.test", "dom.test")),
    ],
)
def test_dane_matches_the_base_domain_and_the_exchange(
    exchange: Exchange | None, names: tuple[str, ...]
) -> None:
    policy = decided(Level.DANE, TlsaStatus.USABLE, exchange=exchange, match=MATCH)
    assert (policy.names, policy.base_domain) == (names, "mx.test")


@pytest.mark.parametrize("status", [TlsaStatus.NONE, TlsaStatus.UNUSABLE])
def test_without_records_the_match_arguments_apply(status: TlsaStatus) -> None:
    assert decided(Level.DANE, status, match=MATCH) == Policy(Level.SECURE, MATCH)
    assert decided(Level.DANE, status) == Policy(Level.SECURE, ("nexthop", "dot-nexthop"))


@pytest.mark.parametrize(
    ("level", "default"),
    [
        (Level.NONE, None),
        (Level.MAY, None),
        (Level.ENCRYPT, None),
        (Level.FINGERPRINT, ()),
        (Level.VERIFY, ("hostname",)),
        (Level.SECURE, ("nexthop", "dot-nexthop")),
    ],
)
def test_match_arguments_count_where_something_is_matched(
    level: Level, default: tuple[str, ...] | None
) -> None:
    assert decided(level).names == (default or ())
    assert decided(level, match=MATCH).names == (() if default is None else MATCH)


def test_no_decision_leaks_into_the_next() -> None:
    demand = RequestedPolicy(Level.DANE, match=MATCH)
    decide(demand, None, ANSWERS[TlsaStatus.USABLE])
    assert decide(demand, None, ANSWERS[TlsaStatus.NONE]).policy == Policy(Level.SECURE, MATCH)
