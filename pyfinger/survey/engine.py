"""Where tasks are carried out: the engine `local`, processes of this machine.

An engine has workers, numbered from 0, takes tasks for each and gives results back, in any
order.  One address belongs to one worker (`worker_of`).  What is behind the two methods may
be elsewhere; who decides and who writes is not.
"""

from __future__ import annotations

import multiprocessing
import zlib
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Protocol, Self

from pyfinger.errors import PyfingerError
from pyfinger.survey.model import Result, RunOptions, Task
from pyfinger.survey.worker import work

_PATIENCE = 5.0  # seconds for a process to go when it is no longer needed


class WorkerLost(PyfingerError):
    """A worker ended, and with it what it had to do."""


class Engine(Protocol):
    """Any number of workers."""

    workers: int

    def send(self, worker: int, task: Task) -> None:
        """A task for one worker; `WorkerLost` if it is gone."""
        ...

    def results(self, seconds: float | None) -> list[Result]:
        """What came back, after waiting for something to come, but not longer than that."""
        ...


class LocalEngine:
    """Worker processes that live as long as this is entered."""

    def __init__(self, options: RunOptions, workers: int) -> None:
        context = multiprocessing.get_context("spawn")  # the pipe's other end is in no third process
        self.workers = workers
        self._pipes: list[Connection] = []
        self._processes: list[BaseProcess] = []
        for number in range(workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=work, args=(theirs, options), name=f"survey worker {number}")
            process.daemon = True
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

    def send(self, worker: int, task: Task) -> None:
        """A task for one worker."""
        try:
            self._pipes[worker].send(task)
        except OSError:
            raise WorkerLost(f"worker {worker} is gone") from None

    def results(self, seconds: float | None) -> list[Result]:
        """What came back."""
        found: list[Result] = []
        for pipe in wait(self._pipes, seconds):
            assert isinstance(pipe, Connection)
            try:
                found.append(pipe.recv())
            except (EOFError, OSError):
                raise WorkerLost(f"worker {self._pipes.index(pipe)} is gone") from None
        return found


def worker_of(address: str, workers: int) -> int:
    """Whose an address is: the same in every run."""
    return zlib.crc32(address.encode()) % workers
