"""Where tasks are carried out: the engine `local`, processes of this machine.

    coordinator -> pipe: lists of tasks -> process: an event loop and a `Worker`
                <- pipe: lists of results <-

An engine has workers, numbered from 0, takes tasks for each and gives results back, in any
order.  One address belongs to one worker (`worker_of`).  What is behind the two methods may
be elsewhere; who decides and who writes is not.

A worker is a fork of this process, so that nothing is imported twice.  It takes nothing along that is
not a worker's: the store has to be shut (`withheld`: descriptors that stay open).  A process with
threads is not forked, since what one of them holds would never be let go; it starts new ones.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
import zlib
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Protocol, Self

from pyfinger.errors import PyfingerError, UsageError
from pyfinger.survey import OBJECTS
from pyfinger.survey.tasks import Broken, Result, RunOptions, Task
from pyfinger.survey.worker import Worker

_GATHER = 0.02  # seconds, for which results wait for others to be sent with
_EACH = 100  # domains, for which it is worth while to start another process
_PATIENCE = 5.0  # seconds for a process to go when it is no longer needed


class WorkerLost(PyfingerError):
    """A worker ended, and with it what it had to do."""


class SurveyEngine(Protocol):
    """Any number of workers."""

    workers: int

    def send(self, worker: int, tasks: Sequence[Task]) -> None:
        """Tasks for one worker; `WorkerLost` if it is gone."""
        ...

    def results(self, seconds: float | None) -> list[Result]:
        """What came back, after waiting for something to come, but not longer than that."""
        ...


class LocalEngine:
    """Worker processes that live as long as this is entered."""

    def __init__(self, options: RunOptions, workers: int, withheld: Sequence[int] = ()) -> None:
        self.workers = workers
        self._pipes: list[Connection] = []
        self._processes: list[BaseProcess] = []
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # a worker is never interrupted
        try:
            for number in range(workers):
                self._start(f"survey worker {number}", options, withheld)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def _start(self, name: str, options: RunOptions, withheld: Sequence[int]) -> None:
        forking = threading.active_count() == 1
        context: ForkContext | SpawnContext = get_context("fork") if forking else get_context("spawn")
        ours, theirs = context.Pipe()
        others = [pipe.fileno() for pipe in (*self._pipes, ours)]
        what = (theirs, options, (*withheld, *others) if forking else ())
        process = context.Process(target=work, args=what, name=name, daemon=True)
        process.start()
        theirs.close()
        self._pipes.append(ours)
        self._processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(_PATIENCE)
            if process.is_alive():
                process.kill()

    def send(self, worker: int, tasks: Sequence[Task]) -> None:
        """Tasks for one worker."""
        if not tasks:
            return
        try:
            self._pipes[worker].send(tasks)
        except OSError:
            raise WorkerLost(f"worker {worker} is gone") from None

    def results(self, seconds: float | None) -> list[Result]:
        """What came back."""
        found: list[Result] = []
        for pipe in wait(self._pipes, seconds):
            assert isinstance(pipe, Connection)
            try:
                found.extend(pipe.recv())
            except (EOFError, OSError):
                raise WorkerLost(f"worker {self._pipes.index(pipe)} is gone") from None
        return found


class _PipeWorker:
    """One worker process: a thread that listens, so that the coordinator's writing never waits for ours."""

    def __init__(self, connection: Connection, worker: Worker) -> None:
        self._connection = connection
        self._worker = worker
        self._tasks: set[asyncio.Task[None]] = set()
        self._done: list[Result] = []

    async def serve(self) -> None:
        """Until there is nobody to work for."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._listen, args=(loop,), daemon=True).start()
        await asyncio.Event().wait()

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            try:
                tasks = self._connection.recv()
            except (EOFError, OSError):
                os._exit(0)
            loop.call_soon_threadsafe(self._start, tasks)

    def _start(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            running = asyncio.get_running_loop().create_task(self._carry_out(task))
            self._tasks.add(running)
            running.add_done_callback(self._tasks.discard)

    async def _carry_out(self, task: Task) -> None:
        result = await self._worker.carry_out(task)
        if not self._done:
            asyncio.get_running_loop().call_later(_GATHER, self._tell)
        self._done.append(result)

    def _tell(self) -> None:
        results, self._done = self._done, []
        try:
            self._connection.send(results)
        except OSError:
            os._exit(0)


def work(connection: Connection, options: RunOptions, withheld: Sequence[int] = ()) -> None:
    """The process's whole life; `withheld`: descriptors it has, and must not have."""
    gc.set_threshold(OBJECTS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the coordinator decides when it is over
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    for descriptor in withheld:  # a pipe's other end here, and nobody would notice that its owner is gone
        os.close(descriptor)
    try:
        worker = Worker(options)
    except UsageError as error:
        with suppress(OSError):  # who started us may have found out before
            connection.send([Broken(str(error))])
        return
    asyncio.run(_PipeWorker(connection, worker).serve())


def worker_of(address: str, workers: int) -> int:
    """Whose an address is: the same in every run."""
    return zlib.crc32(address.encode()) % workers


def cores() -> int:
    """Of this machine."""
    return os.cpu_count() or 1


def enough_workers(domains: int) -> int:
    """No more than one for each core, and none that would cost more than it does."""
    return min(cores(), 1 + domains // _EACH)
