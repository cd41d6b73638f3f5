"""Whoever does the work, and however often it is broken off: the same rows."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pyfinger.survey.tasks import Lost, PlanTask, RunOptions
from tests.survey.test_command import exported, rows_of
from tests.survey.world import SurveyWorld, done, environment, plan, survey

HOSTS, DOMAINS, KILLS = 8, 60, 10
AT_ONCE = 2  # connections

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def servers() -> Iterator[SurveyWorld]:
    with SurveyWorld([plan(number) for number in range(HOSTS)], DOMAINS) as running:
        yield running


@pytest.fixture(scope="module")
def whole(servers: SurveyWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run by one worker."""
    store = tmp_path_factory.mktemp("survey") / "whole.sqlite"
    done(servers.run(store, "--workers", "1"))
    return store


@pytest.fixture
def world(servers: SurveyWorld, whole: Path) -> Iterator[SurveyWorld]:
    servers.forget()
    yield servers
    servers.watch = lambda: None


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two processes, each with a nanny that starts it again."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as running:
        yield running


def started(command: Sequence[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stderr=subprocess.DEVNULL, text=True, env=environment())


def after(events: int, act: Callable[[], None]) -> Callable[[], None]:
    """What acts once, when it has been called so often."""
    lock, left = threading.Lock(), [events]

    def watch() -> None:
        with lock:
            left[0] -= 1
            due = left[0] == 0
        if due:
            act()

    return watch


def test_four_workers_find_what_one_does(world: SurveyWorld, whole: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    done(world.run(store, "--workers", "4"))
    assert rows_of(store) == rows_of(whole)
    assert world.counted() == [2] * HOSTS


def test_a_dask_cluster_of_two_finds_what_one_worker_does(
    world: SurveyWorld, whole: Path, tmp_path: Path, cluster: Any
) -> None:
    store = tmp_path / "s.sqlite"
    done(world.run(store, "--dask", cluster.scheduler_address))
    assert rows_of(store) == rows_of(whole)
    assert world.counted() == [2] * HOSTS


def test_what_a_lost_worker_was_at_is_done_by_another_and_nothing_else_twice(
    world: SurveyWorld, whole: Path, tmp_path: Path, cluster: Any
) -> None:
    victim = cluster.workers[0].pid
    queries = 2 * DOMAINS  # all that the plan needs, and more
    seen = [0]

    def watch() -> None:
        seen[0] += 1
        if sum(world.counted()) == HOSTS // 2 and victim_lives.acquire(blocking=False):
            os.kill(victim, signal.SIGKILL)

    victim_lives = threading.Lock()
    world.watch = watch
    store = tmp_path / "s.sqlite"
    done(world.run(store, "--dask", cluster.scheduler_address, "--per-total", f"{AT_ONCE},100000"))
    assert victim_lives.locked() and seen[0] < 2 * queries
    assert rows_of(store) == rows_of(whole)
    assert min(world.counted()) >= 2 and sum(world.counted()) <= 2 * HOSTS + AT_ONCE


def test_what_was_done_and_not_handed_over_is_lost_with_the_worker(
    cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    from pyfinger.survey import dask_engine

    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        client.wait_for_workers(2, 60)
    monkeypatch.setattr(dask_engine, "_HAND_OVER", 0.2)
    task = PlanTask(1, "no domain")
    with dask_engine.DaskEngine(RunOptions(), cluster.scheduler_address) as engine:
        victim = next(one for one in cluster.workers.values() if one.worker_address == engine._places[0])
        engine.send(0, [task])
        [sent] = engine._sent.values()
        there = threading.Event()
        sent.future.add_done_callback(lambda _: there.set())
        assert there.wait(60)
        os.kill(victim.pid, signal.SIGKILL)
        first = next(filter(None, (engine.results(1) for _ in range(60))), [])
    assert first == [Lost(task)]


def test_no_cluster_is_told_in_one_line(world: SurveyWorld, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    told = done(world.run(tmp_path / "s.sqlite", "--dask", "local:none"), status=1).stderr
    assert told == "pyfinger-survey: fatal: --dask: no number of processes up to 256: none\n"


def test_ten_kills_at_any_moment_change_nothing(world: SurveyWorld, whole: Path, tmp_path: Path) -> None:
    store, moments, killed = tmp_path / "s.sqlite", random.Random(17), 0
    command = world.run(store, "--workers", "1", "--per-total", f"{AT_ONCE},100000")
    while killed < KILLS:
        with started(command) as running:
            world.watch = after(moments.randint(1, 25), running.kill)
            running.wait()
        if running.returncode == 0:
            break
        killed += 1
        command = survey("resume", "--store", str(store), "--workers", "1")
    world.watch = lambda: None
    done(survey("resume", "--store", str(store), "--workers", "2"))
    assert killed > KILLS // 2
    assert rows_of(store) == rows_of(whole)
    assert min(world.counted()) >= 2 and sum(world.counted()) <= 2 * HOSTS + killed * AT_ONCE


def test_nonsense_and_hostile_hosts_cost_no_more_than_the_budget_and_every_line_is_accounted_for(
    tmp_path: Path,
) -> None:
    plans = [plan(0), plan(4), plan(8, allows=1), plan(12)]
    with SurveyWorld(plans, 40) as world:
        world.instead[3] = drip
        refusing = f"[127.66.9.9]:{world.port}"
        lines = [*world.domains[:20], "two words", refusing, *world.domains[20:], "\x7f..\udcff"]
        store, source = tmp_path / "s.sqlite", tmp_path / "hostile.txt"
        source.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", errors="surrogateescape")
        command = world.run(
            store, "--back-off", "0.1", "--retries", "1", "--connect-timeout", "3", lines=list
        )
        budget = ("--per-address", "1,4", "--per-total", "3,100000")
        done([*command[:-1], *budget, str(source)])
        assert world.counted() == [2, 2, 3, 1], "one more for: not now; none after a time-out"
        assert world.at_once == [1] * len(plans)
    rows = exported(store)
    assert [row["number"] for row in rows] == list(range(1, len(lines) + 1))
    assert [row["number"] for row in rows if row["problem"]] == [21, 43]
    verdicts = Counter(row["verdict"] for row in rows)
    assert verdicts == {"ok": 20, "could-not-tell": 20, "failed": 1, None: 2}


def drip(connection: socket.socket) -> None:
    """A greeting that never ends."""
    over = threading.Event()
    while not over.wait(0.02):
        connection.sendall(b"2")
