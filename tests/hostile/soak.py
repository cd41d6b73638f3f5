"""A thousand probes in one process: does anything grow?

    python -m tests.hostile.soak [PROBES ASYNCHRONOUS]     600 and 300 at least

The demo world runs in a process of its own; its servers are probed in turn,
good ones and bad ones, by `pyfinger.probe` one after the other, then by
`pyfinger.probe_async`, twenty at a time.  Compared is what the process has when every
module is loaded and every cache is full, and after all of them.  That takes a while: a
class of values gets an `__init__` of its own with its 24th instance (`values.py`), and a
key tables of its own with its 30th signature (`nist_curves.py`); of some a round of the
servers makes one.  Open files and threads have to be the same, and of the interpreter's own
blocks of memory there may be one more for every ten probes, so that nothing at all can have
been kept for each of them.  Resident memory goes up and down with what the allocator has cut
to pieces, the more the more probes are under way, and gets a tenth; it stops growing when the
blocks do.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path

import pyfinger
from pyfinger import Outcome, ProbeOptions
from pyfinger.demo.plan import ServerPlan
from pyfinger.demo.world import DemoWorld

PROBES, ASYNCHRONOUS = 1000, 1000
AT_A_TIME = 20
ROUNDS, MORE = 36, 300  # before anything is compared: of all servers; probes of the second driver
GROWTH = 1.1  # of resident memory


@dataclass(frozen=True, slots=True)
class Figures:
    """What the process has."""

    memory: int  # bytes, resident
    files: int
    threads: int
    blocks: int  # of memory, allocated by the interpreter

    def __str__(self) -> str:
        return (
            f"{self.memory / (1 << 20):6.1f} MiB resident, {self.files} open files, "
            f"{self.threads} threads, {self.blocks} blocks"
        )


def figures() -> Figures:
    """As it is now, without what is only waiting to be collected."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    files = len(os.listdir("/proc/self/fd")) - 1  # without the folder itself
    return Figures(
        pages * os.sysconf("SC_PAGESIZE"), files, threading.active_count(), sys.getallocatedblocks()
    )


@dataclass(frozen=True, slots=True)
class Target:
    """A server of the demo, and how to reach it."""

    destination: str
    options: ProbeOptions


def _serve(pipe: Connection) -> None:
    """The demo world, until the pipe is closed."""
    with DemoWorld() as world:
        servers = [(server.plan, server.destination) for server in world.servers]
        pipe.send((world.resolver, str(world.authority_file), servers))
        pipe.poll(None)


@contextmanager
def targets() -> Iterator[tuple[Target, ...]]:
    """All servers of a demo world that runs in another process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    resolver, authorities, servers = ours.recv()
    yield tuple(_target(plan, destination, resolver, authorities) for plan, destination in servers)
    ours.close()
    process.join()


def _target(plan: ServerPlan, destination: str, resolver: str, authorities: str) -> Target:
    options: ProbeOptions = {
        "resolver": resolver,
        "ca_file": authorities,
        "wrapper": plan.wrapper,
        "lmtp": plan.lmtp,
    }
    return Target(destination, options)


def one_by_one(chosen: tuple[Target, ...], count: int) -> None:
    """So many probes by the blocking driver."""
    for target in islice(cycle(chosen), count):
        assert pyfinger.probe(target.destination, **target.options).outcome is not Outcome.UNFINISHED


async def side_by_side(chosen: tuple[Target, ...], count: int) -> None:
    """So many probes in one event loop."""
    turn = asyncio.Semaphore(AT_A_TIME)

    async def probe(target: Target) -> None:
        async with turn:
            report = await pyfinger.probe_async(target.destination, **target.options)
        assert report.outcome is not Outcome.UNFINISHED

    await asyncio.gather(*(probe(target) for target in islice(cycle(chosen), count)))


def grown(early: Figures, late: Figures, probes: int) -> list[str]:
    """What is more than it was so many probes ago."""
    found = []
    if late.blocks > early.blocks + probes // 10:
        found.append(f"{late.blocks - early.blocks} more blocks of memory")
    if late.memory > early.memory * GROWTH:
        found.append(f"memory: {late.memory / early.memory - 1:.1%} more")
    if late.files > early.files:
        found.append(f"{late.files - early.files} more open files")
    if late.threads > early.threads:
        found.append(f"{late.threads - early.threads} more threads")
    return found


def main() -> int:
    """Both drivers; whether nothing grew, as an exit status."""
    given = [int(word) for word in sys.argv[1:]]
    count, asynchronous = given if len(given) == 2 else (PROBES, ASYNCHRONOUS)
    failed = False
    with targets() as chosen:
        for name, number, first, run in (
            ("one by one", count, ROUNDS * len(chosen), one_by_one),
            ("side by side", asynchronous, MORE, lambda *words: asyncio.run(side_by_side(*words))),
        ):
            began = time.monotonic()
            warm = max(first, number // 10)
            run(chosen, warm)
            early = figures()
            print(f"{name}, after {warm:5}: {early}", flush=True)
            run(chosen, number - warm)
            late = figures()
            print(f"{name}, after {number:5}: {late}, {time.monotonic() - began:.0f} s", flush=True)
            for growth in grown(early, late, number - warm):
                failed = True
                print(f"FAILED: {growth}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
