"""The time left is what the budget takes at least, and never more than comes true."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.survey.budget import Allowance, Group, Ledger, Scope, SurveyBudget, groups_of
from pyfinger.survey.progress import ProgressLines, StagePace, TimeLeft
from pyfinger.survey.schedule import Scheduler, Waiting
from pyfinger.survey.tasks import Progress, Stage
from pyfinger.survey.time_left import Workload
from pyfinger.values import replace
from tests.survey.test_budget import budgets, places

WIDE = Allowance(1000, 1000)
UNBOUND = SurveyBudget(WIDE, WIDE, WIDE, WIDE, pause=0.0)
GROUPS = groups_of("192.0.2.1", "one.test")


def least(budget: SurveyBudget, *added: tuple[tuple[Group, ...], int], now: float = 0.0) -> float:
    """Seconds of what has been added, before anything has begun."""
    workload = Workload(Ledger(budget))
    for groups, connections in added:
        workload.add(groups, connections)
    return workload.least_seconds(now)


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize(
    ("connections", "seconds"), [(6, 0.0), (7, 60.0), (12, 60.0), (13, 120.0), (600, 5940.0)]
)
def test_each_budget_has_its_minutes(scope: Scope, connections: int, seconds: float) -> None:
    budget = replace(UNBOUND, **{scope.value: Allowance(1000, 6)})
    assert least(budget, (GROUPS, connections), (groups_of("2001:db8::1", "two.test"), 2)) >= seconds
    if scope is not Scope.TOTAL:
        assert least(budget, (GROUPS, connections), (groups_of("2001:db8::1", "two.test"), 2)) == seconds


def test_an_address_has_its_pauses() -> None:
    budget = SurveyBudget(WIDE, Allowance(1, 1000), WIDE, WIDE, pause=5.0)
    assert least(budget, (GROUPS, 10)) == 45.0


def test_nothing_left_is_no_time() -> None:
    assert least(UNBOUND) == 0.0


def test_an_address_that_is_left_alone_is_waited_for() -> None:
    scheduler: Scheduler[str] = Scheduler(Ledger(UNBOUND))
    scheduler.add("a", GROUPS, 2)
    assert scheduler.least_seconds(0.0) == 0.0
    scheduler.leave_alone(GROUPS[0], 300.0)
    assert scheduler.least_seconds(0.0) == 300.0
    assert scheduler.least_seconds(200.0) == 100.0
    assert scheduler.least_seconds(400.0) == 0.0


def test_connections_take_the_time_that_those_before_them_took() -> None:
    scheduler: Scheduler[str] = Scheduler(
        Ledger(SurveyBudget(WIDE, Allowance(1, 1000), WIDE, WIDE, pause=0.0))
    )
    for name in "abcde":
        scheduler.add(name, GROUPS)
    first = scheduler.take(0.0)
    assert first is not None
    scheduler.end(first, 30.0)
    assert scheduler.least_seconds(30.0) == 120.0


@given(
    budgets,
    st.lists(st.tuples(places, st.integers(1, 3)), min_size=1, max_size=30),
    st.sampled_from([0.5, 20.0]),
)
def test_it_is_never_more_than_comes_true(
    budget: SurveyBudget, wanted: list[tuple[tuple[str, str], int]], seconds: float
) -> None:
    scheduler: Scheduler[int] = Scheduler(Ledger(budget))
    for (address, operator), connections in wanted:
        scheduler.add(connections, groups_of(address, operator), connections)
    told, now, ends = list[tuple[float, float]](), 0.0, list[tuple[float, Waiting[int]]]()
    while scheduler.waiting or ends:
        while (waiting := scheduler.take(now)) is not None:
            ends.append((now + seconds, waiting))
        told.append((now, scheduler.least_seconds(now)))
        until = scheduler.next_time()
        if ends and (until is None or ends[0][0] <= until):
            now, waiting = ends.pop(0)
            scheduler.end(waiting, now)
            if waiting.connections > 1:
                scheduler.add(waiting.job, waiting.groups, waiting.connections - 1)
        else:
            assert until is not None
            now = until
    assert all(at + left <= now + 1e-6 for at, left in told), (now, told)
    assert scheduler.least_seconds(now) == 0.0


@given(st.lists(st.tuples(places, st.integers(1, 4), st.booleans()), max_size=30))
def test_the_busiest_is_found_whatever_comes_and_goes(steps: list[tuple[tuple[str, str], int, bool]]) -> None:
    budget = SurveyBudget(WIDE, Allowance(1000, 1), WIDE, WIDE, pause=0.0)
    workload, left = Workload(Ledger(budget)), Counter[str]()
    for (address, operator), count, more in steps:
        groups = groups_of(address, operator)
        gone = min(count, left[f"{address} {operator}"])
        if more:
            workload.add(groups, count)
            left.update({address: count, f"{address} {operator}": count})
        elif gone:
            workload.drop(groups, gone)
            left.subtract({address: gone, f"{address} {operator}": gone})
        most = max((number for name, number in left.items() if " " not in name), default=0)
        assert workload.least_seconds(0.0) == 60.0 * max(0, most - 1)


@pytest.mark.parametrize(
    ("least_seconds", "expected"),
    [(0.0, TimeLeft(8.0, False)), (7.0, TimeLeft(8.0, False)), (90.0, TimeLeft(90.0, True))],
)
def test_the_longer_of_pace_and_budget_is_told(least_seconds: float, expected: TimeLeft) -> None:
    pace = StagePace()
    pace.follow(Progress(Stage.PROBE, done=0, total=10), 0.0)
    progress = Progress(Stage.PROBE, done=2, total=10, least_seconds=least_seconds)
    assert pace.left(progress, 2.0) == expected


def test_the_budget_is_told_before_there_is_a_pace() -> None:
    pace = StagePace()
    progress = Progress(Stage.PROBE, done=0, total=10, least_seconds=90.0)
    pace.follow(progress, 0.0)
    assert pace.left(progress, 0.0) == TimeLeft(90.0, at_least=True)


def test_long_durations_are_told_in_minutes_and_hours() -> None:
    stream = io.StringIO()
    with ProgressLines(stream, lambda: 0.0, quiet=False) as tell:
        for stage, seconds in ((Stage.PLAN, 119.0), (Stage.PROBE, 230.0), (Stage.JUDGE, 7810.0)):
            tell(Progress(stage, total=10, least_seconds=seconds))
    told = [line.partition(", ")[2].partition(",")[0] for line in stream.getvalue().splitlines()]
    assert told == ["at least 119 s left", "at least 4 min left", "at least 2 h 10 min left"]
