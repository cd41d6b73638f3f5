"""A survey's workers in the test's own process: their code as it is, without what processes bring along."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self

from pyfinger.survey.tasks import Result, RunOptions, Task
from pyfinger.survey.worker import Worker


class EngineHere:
    """In the place of `LocalEngine`: each worker has a thread of its own to do its tasks in."""

    def __init__(self, options: RunOptions, workers: int, withheld: Sequence[int] = ()) -> None:
        self.workers = workers
        self._results: SimpleQueue[Result] = SimpleQueue()
        self._workers = [Worker(options, as_started=True) for _ in range(workers)]
        self._loops = [asyncio.new_event_loop() for _ in range(workers)]
        self._threads = [threading.Thread(target=loop.run_forever) for loop in self._loops]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for loop, thread in zip(self._loops, self._threads, strict=True):
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def send(self, worker: int, tasks: Sequence[Task]) -> None:
        """Tasks for one worker."""
        for task in tasks:
            asyncio.run_coroutine_threadsafe(self._carry_out(worker, task), self._loops[worker])

    async def _carry_out(self, worker: int, task: Task) -> None:
        self._results.put(await self._workers[worker].carry_out(task))

    def results(self, seconds: float | None) -> list[Result]:
        """What came back."""
        try:
            found = [self._results.get(timeout=seconds)]
        except Empty:
            return []
        while not self._results.empty():
            found.append(self._results.get())
        return found
