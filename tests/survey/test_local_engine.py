"""Worker processes: forked or started anew, told what to do through a pipe, gone when they should be."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path

import pytest

from pyfinger.survey import local_engine as module
from pyfinger.survey.local_engine import LocalEngine, WorkerLost, cores, enough_workers, work
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.tasks import Broken, Planned, PlanTask, Result, RunOptions, Task

OPTIONS = RunOptions(json.dumps({"resolver": "127.0.0.1:9"}))
NONSENSE = PlanTask(1, "unix:/x")


@pytest.fixture
def signals() -> Iterator[None]:
    """As they are, afterwards."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_worker_works_until_there_is_nobody_to_work_for(
    monkeypatch: pytest.MonkeyPatch, signals: None
) -> None:
    ours, theirs = Pipe()
    ended: list[int] = []

    async def serve(self: module._PipeWorker) -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()

        def end(status: int) -> None:
            ended.append(status)
            loop.call_soon_threadsafe(over.set)
            raise SystemExit

        monkeypatch.setattr(os, "_exit", end)

        def listen() -> None:
            with suppress(SystemExit):
                self._listen(loop)

        threading.Thread(target=listen, daemon=True).start()
        await over.wait()

    monkeypatch.setattr("pyfinger.survey.worker.unprivileged", lambda invocation, emit: invocation)
    monkeypatch.setattr(module._PipeWorker, "serve", serve)
    answers: list[Result] = []

    def ask() -> None:
        ours.send([NONSENSE])
        answers.extend(ours.recv())
        ours.close()

    asking = threading.Thread(target=ask)
    asking.start()
    work(theirs, OPTIONS)
    asking.join()
    assert ended == [0]
    (answer,) = answers
    assert isinstance(answer, Planned) and answer.problem == "unknown service: /x/tcp"


def test_options_that_make_no_sense_break_a_worker_and_are_told(signals: None) -> None:
    ours, theirs = Pipe()
    work(theirs, RunOptions(json.dumps({"algorithms": ["gost"]})))
    (told,) = ours.recv()
    assert isinstance(told, Broken) and told.reason.startswith("no such key algorithm: ")


def test_a_worker_lets_go_of_what_it_must_not_have(signals: None) -> None:
    ours, theirs = Pipe()
    reading, writing = os.pipe()
    os.close(writing)
    work(theirs, RunOptions(json.dumps({"algorithms": ["gost"]})), (reading,))
    assert isinstance(ours.recv()[0], Broken)
    with pytest.raises(OSError):
        os.fstat(reading)


def test_nobody_hangs_up_on_a_worker_of_a_run_that_is_not_to_be_hung_up_on(signals: None) -> None:
    _, theirs = Pipe()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # nohup(1)
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    work(theirs, RunOptions(json.dumps({"algorithms": ["gost"]})))
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.slow
@pytest.mark.parametrize("threads", [1, 2], ids=["forked", "started anew"])
def test_each_worker_does_its_own_tasks(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: threads)
    with LocalEngine(OPTIONS, 2) as engine:
        for worker in range(2):
            engine.send(worker, [PlanTask(worker, "unix:/x")])
            engine.send(worker, [])
        numbers: set[int] = set()
        while len(numbers) < 2:
            numbers |= {one.number for one in engine.results(None) if isinstance(one, Planned)}
    assert numbers == {0, 1}
    assert not any(process.is_alive() for process in engine._processes)


@pytest.mark.slow
def test_a_worker_that_is_gone_is_told() -> None:
    with LocalEngine(OPTIONS, 1) as engine:
        (process,) = engine._processes
        process.kill()
        process.join()
        with pytest.raises(WorkerLost, match="worker 0 is gone"):
            engine.results(None)
        tasks: list[Task] = [NONSENSE]
        with pytest.raises(WorkerLost, match="worker 0 is gone"):
            engine.send(0, tasks)


def test_a_short_list_has_one_worker_and_a_long_one_no_more_than_there_are_cores() -> None:
    assert enough_workers(0) == enough_workers(99) == 1
    assert enough_workers(10_000_000) == cores()


def test_a_store_is_shut_while_workers_are_started(tmp_path: Path) -> None:
    store = SurveyStore(str(tmp_path / "s.sqlite"), create=True)
    store.claim()
    number = store.begin(OPTIONS, "0", 1.0)
    with store.shut() as withheld:
        opened = {os.path.realpath(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")}
        assert {os.path.realpath(f"/proc/self/fd/{one}") for one in withheld} == {str(tmp_path / "s.sqlite")}
        assert not {name for name in opened if name.startswith(f"{tmp_path}/s.sqlite-")}  # -wal, -shm
    assert store.run(number).options == OPTIONS
