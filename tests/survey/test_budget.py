"""No group sees more than it may, whatever happens in which order; and nothing waits for ever."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.survey.budget import (
    MINUTE,
    Allowance,
    Blocklist,
    Group,
    Ledger,
    Scope,
    SurveyBudget,
    groups_of,
    network_of,
    operator_of,
)
from pyfinger.survey.schedule import Scheduler, Waiting

allowances = st.builds(Allowance, st.integers(1, 4), st.integers(1, 6))
budgets = st.builds(
    SurveyBudget,
    total=allowances,
    address=allowances,
    network=allowances,
    operator=allowances,
    pause=st.sampled_from([0.0, 1.0, 5.0]),
)
places = st.tuples(
    st.sampled_from(["192.0.2.1", "192.0.2.2", "198.51.100.1", "2001:db8::1", "2001:db8:0:1::1"]),
    st.sampled_from(["one.test", "two.test"]),
)
jobs = st.lists(st.tuples(places, st.sampled_from([0.5, 3.0, 20.0])), min_size=1, max_size=30)


class Watched:
    """Runs a scheduler to its end, on a clock of its own, and notes who began and ended when."""

    def __init__(self, budget: SurveyBudget) -> None:
        self.scheduler: Scheduler[float] = Scheduler(Ledger(budget))
        self.began: dict[Group, list[float]] = {}
        self.at_once: Counter[Group] = Counter()
        self.most: Counter[Group] = Counter()
        self.count = 0

    def run(self) -> float:
        now, ends = 0.0, list[tuple[float, int, Waiting[float]]]()
        while self.scheduler.waiting or ends:
            while (waiting := self.scheduler.take(now)) is not None:
                self.count += 1
                ends.append((now + waiting.job, self.count, waiting))
                for group in waiting.groups:
                    self.began.setdefault(group, []).append(now)
                    self.at_once[group] += 1
                    self.most[group] = max(self.most[group], self.at_once[group])
            until, first = self.scheduler.next_time(), min(ends, default=None)
            assert until is not None or first is not None, "something waits for nothing"
            if first is not None and (until is None or first[0] <= until):
                ends.remove(first)
                now = first[0]
                self.at_once.subtract(first[2].groups)
                self.scheduler.end(first[2], now)
            else:
                assert until is not None and until > now, "time does not go on"
                now = until
        return now


@given(budgets, jobs)
def test_every_connection_is_made_and_no_group_sees_too_many(
    budget: SurveyBudget, wanted: list[tuple[tuple[str, str], float]]
) -> None:
    watched = Watched(budget)
    for (address, operator), seconds in wanted:
        watched.scheduler.add(seconds, groups_of(address, operator))
    watched.run()
    assert watched.count == len(wanted)
    for group, times in watched.began.items():
        allowance: Allowance = getattr(budget, group[0].value)
        assert watched.most[group] <= allowance.at_once
        for first, later in zip(times, times[allowance.per_minute :], strict=False):
            assert later - first >= MINUTE


@given(st.integers(1, 50), st.integers(2, 6))
def test_an_address_rests_between_two_connections(pause: int, number: int) -> None:
    plenty = Allowance(100, 100)
    watched = Watched(SurveyBudget(plenty, Allowance(1, 100), plenty, plenty, pause=pause))
    for _ in range(number):
        watched.scheduler.add(1.0, groups_of("192.0.2.1", "one.test"))
    watched.run()
    times = watched.began[Scope.ADDRESS, "192.0.2.1"]
    assert all(later - first >= 1 + pause for first, later in pairwise(times))


def test_who_asked_for_it_is_left_alone_and_others_are_not() -> None:
    scheduler: Scheduler[str] = Scheduler(Ledger(SurveyBudget()))
    scheduler.leave_alone((Scope.ADDRESS, "192.0.2.1"), 60.0)
    for address in ("192.0.2.1", "192.0.2.2"):
        scheduler.add(address, groups_of(address, "one.test"))
    first = scheduler.take(0.0)
    assert first is not None and first.job == "192.0.2.2"
    assert scheduler.take(59.9) is None
    second = scheduler.take(60.0)
    assert second is not None and second.job == "192.0.2.1"


def test_a_ledger_forgets_whom_it_has_not_seen_for_long() -> None:
    ledger = Ledger(SurveyBudget())
    for number in range(3000):
        groups = groups_of(f"10.0.{number // 250}.{number % 250}", "one.test")
        ledger.begin(groups, number * 10.0)
        ledger.end(groups, number * 10.0)
    assert len(ledger._accounts) < 1100


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::1", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
    ],
)
def test_networks_are_of_24_and_48_bits(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("host", "operator"),
    [
        ("mx1.mail.example.com", "example.com"),
        ("a.mx.example.co.uk.", "example.co.uk"),
        ("MX.example.org", "example.org"),
        ("example.de", "example.de"),
        ("localhost", "localhost"),
        ("mx1.web.de", "web.de"),
        ("mx00.gmx.net", "gmx.net"),
        ("mail.example.com.br", "example.com.br"),
        ("mail.example.or.jp", "example.or.jp"),
        ("co.uk", "co.uk"),
    ],
)
def test_an_operator_is_known_by_its_last_labels(host: str, operator: str) -> None:
    assert operator_of(host) == operator


@pytest.mark.parametrize("address", ["127.0.0.1", "2001:db8:1:2::1", "::ffff:192.0.2.77"])
def test_of_an_address_the_network_is_the_operator(address: str) -> None:
    assert operator_of(address) == network_of(address)


def test_a_blocklist_has_addresses_networks_and_names() -> None:
    blocked = Blocklist(["192.0.2.1", "198.51.100.0/24", "2001:db8::/32", "Example.com."])
    assert blocked.covers_address("192.0.2.1") and not blocked.covers_address("192.0.2.2")
    assert blocked.covers_address("198.51.100.9") and blocked.covers_address("2001:db8:9::1")
    assert blocked.covers_name("mx.example.COM") and blocked.covers_name("example.com")
    assert not blocked.covers_name("anexample.com")
