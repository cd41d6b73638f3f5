"""The engine `dask`: the worker processes of a Dask cluster, on other machines or on this one.

    tcp://192.0.2.1:8786     a cluster that is there: its scheduler
    local:4                  one of four processes, here, for this run alone

Each process of the cluster is a worker, and what is meant for one goes there and nowhere else, so that an
address belongs to one of them.  Its tasks secede: they wait for servers, and take up no thread of
those that Dask counts.  A process that is gone takes with it what it was at; that comes back as
`Lost`, and another one has its place from then on.

Whoever started the processes is who they go on as.
"""

from __future__ import annotations

import asyncio
import queue
import re
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import count
from types import TracebackType
from typing import Any, Self

from distributed import Client, Future, LocalCluster, secede

from pyfinger import __version__
from pyfinger.decimals import decimal
from pyfinger.drive.aio import AsyncDriver
from pyfinger.errors import UsageError
from pyfinger.survey.local_engine import WorkerLost
from pyfinger.survey.tasks import Broken, Lost, Result, RunOptions, Task, VisitTask
from pyfinger.survey.worker import Worker
from pyfinger.values import Value

_LOCAL = "local:"
_ADDRESS = re.compile(r"(\w+://)?\S+:\d+|inproc://\S+")
_MOST_LOCAL = 256
_TOGETHER = 8  # lookups, or verdicts, that are one task of Dask
_LOOK_AGAIN = 1.0  # seconds, between two looks at who is still there
_HAND_OVER = 10.0  # seconds, for results to come from where they are
_TOO_OFTEN = 3  # times that a task was lost: it may well be to blame


class _Sent(Value):
    """What one task of Dask is about."""

    future: Future
    place: str
    tasks: tuple[Task, ...]


class DaskEngine:
    """A cluster, as long as this is entered."""

    def __init__(self, options: RunOptions, address: str) -> None:
        """`UsageError` if there is no such cluster, or nobody in it who could do this."""
        self._options = options
        self._cluster = _local_cluster(address) if address.startswith(_LOCAL) else None
        self._client = _client(address if self._cluster is None else self._cluster)
        self._places = sorted(self._client.nthreads())
        self.workers = len(self._places)
        self._check()
        self._clock = AsyncDriver().clock
        self._looked = self._clock()
        self._numbers = count()
        self._sent: dict[str, _Sent] = {}
        self._finished: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._lost: Counter[Task] = Counter()

    def _check(self) -> None:
        try:
            versions = set(self._client.run(_version).values()) if self._places else set()
        except Exception as error:  # whatever comes of a worker that cannot import us
            raise UsageError(f"a worker of the cluster cannot do this: {error}") from error
        if not versions:
            raise UsageError("the cluster has no workers")
        if versions != {__version__}:
            found = ", ".join(sorted(versions - {__version__}))
            raise UsageError(f"workers of the cluster have pyfinger {found}, not {__version__}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.cancel([sent.future for sent in self._sent.values()], force=True)
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()

    def send(self, worker: int, tasks: Sequence[Task]) -> None:
        """Tasks for one worker."""
        size = 1 if tasks and isinstance(tasks[0], VisitTask) else _TOGETHER
        for begin in range(0, len(tasks), size):
            some = tuple(tasks[begin : begin + size])
            future = self._client.submit(
                carry_out,
                self._options,
                some,
                key=f"pyfinger-survey-{id(self)}-{next(self._numbers)}",
                workers=[self._places[worker]],
                allow_other_workers=False,
                pure=False,
            )
            self._sent[future.key] = _Sent(future, self._places[worker], some)
            future.add_done_callback(self._finished.put)

    def results(self, seconds: float | None) -> list[Result]:
        """What came back."""
        found: list[Result] = []
        done = [one for one in self._waited_for(seconds) if one.key in self._sent]
        good = [one for one in done if one.status == "finished"]
        for future, results in self._gathered(good):
            del self._sent[future.key]
            found.extend(results)
        for future in done:
            if future.key in self._sent and future not in good:
                found.extend(self._given_up(future.key))
        if self._clock() - self._looked >= _LOOK_AGAIN:
            self._looked = self._clock()
            found.extend(self._look_round())
        return found

    def _gathered(self, good: Sequence[Future]) -> Sequence[tuple[Future, list[Result]]]:
        """What came of tasks that are done, or nothing if it cannot be had for now.

        A process may go between being done and handing over; for what it had Dask waits for ever, as
        nobody else may do it.  Whose place is empty is found out by `_look_round`.
        """
        if not good:
            return ()
        gathering = self._client.gather(good, errors="raise", asynchronous=True)
        waiting = asyncio.run_coroutine_threadsafe(gathering, self._client.loop.asyncio_loop)
        try:
            return list(zip(good, waiting.result(_HAND_OVER), strict=True))
        except TimeoutError:
            waiting.cancel()
            for future in good:
                self._finished.put(future)
            return ()

    def _waited_for(self, seconds: float | None) -> list[Future]:
        done: list[Future] = []
        with suppress(queue.Empty):
            done.append(self._finished.get(timeout=seconds))
            while True:
                done.append(self._finished.get_nowait())
        return done

    def _look_round(self) -> list[Result]:
        """Whoever is gone is replaced."""
        present = sorted(self._client.nthreads())
        gone = set(self._places) - set(present)
        if not gone:
            return []
        if not present:
            raise WorkerLost("no worker of the cluster is left")
        fresh = [place for place in present if place not in self._places]
        turns = count()
        for index, place in enumerate(self._places):
            if place in gone:
                self._places[index] = fresh.pop() if fresh else present[next(turns) % len(present)]
        keys = [key for key, sent in self._sent.items() if sent.place in gone]
        self._client.cancel([self._sent[key].future for key in keys], force=True)
        return [result for key in keys for result in self._given_up(key)]

    def _given_up(self, key: str) -> list[Result]:
        found: list[Result] = []
        for task in self._sent.pop(key).tasks:
            self._lost[task] += 1
            found.append(Lost(task, for_good=self._lost[task] >= _TOO_OFTEN))
        return found


def _local_cluster(address: str) -> LocalCluster:
    typed = address.removeprefix(_LOCAL)
    number = decimal(typed, _MOST_LOCAL, least=1)
    if number is None:
        raise UsageError(f"--dask: no number of processes up to {_MOST_LOCAL}: {typed}")
    return LocalCluster(
        n_workers=number, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    )


def _client(where: Any) -> Client:
    # distributed says so, too, and is not to be got rid of for a minute
    if isinstance(where, str) and not _ADDRESS.fullmatch(where):
        raise UsageError(f"--dask: no address of a scheduler, as tcp://HOST:PORT has it: {where}")
    try:
        return Client(where, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler: {error}") from error


def _version() -> str:
    return __version__


def carry_out(options: RunOptions, tasks: Sequence[Task]) -> list[Result]:
    """In a process of the cluster: all of them at once."""
    secede()
    try:
        return _resident(options).carry_out(tasks)
    except UsageError as error:
        return [Broken(str(error))]


@lru_cache(8)  # surveys at the same time
def _resident(options: RunOptions) -> _Resident:
    return _Resident(options)


class _Resident:
    """What stays in a process from task to task: a worker, and a thread with its event loop."""

    def __init__(self, options: RunOptions) -> None:
        self._worker = Worker(options, as_started=True)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def carry_out(self, tasks: Sequence[Task]) -> list[Result]:
        """Called in any thread."""
        return asyncio.run_coroutine_threadsafe(self._all(tasks), self._loop).result()

    async def _all(self, tasks: Sequence[Task]) -> list[Result]:
        return list(await asyncio.gather(*map(self._worker.carry_out, tasks)))
