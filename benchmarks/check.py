"""What a check costs beside a plain probe: 3 hosts, 2 addresses each, 2 algorithms, so 12 connections.

    .venv/bin/python benchmarks/check.py [--rounds N]

CPU of this process, where probe and check take turns after one round that is not counted; the
servers are the demo's, in another process.  As commands, both begin with the same start-up, which
is most of a probe.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event

import pyfinger
from pyfinger.demo.plan import KeyChoice, ServerPlan, Tlsa
from pyfinger.demo.world import DemoWorld

BOTH = ("ecdsa", "rsa")
PLANS = (
    ServerPlan("dane", "for the probe", tlsa=Tlsa.KEY),
    *(
        ServerPlan(name, "", shared="whole", also=KeyChoice.RSA, tlsa=Tlsa.KEY, more_tlsa=(Tlsa.OTHER_KEY,))
        for name in ("mx1", "mx2", "mx3")
    ),
)
DOMAIN = "whole.demo.test"


def serve(found: Queue[tuple[str, str]], over: Event) -> None:
    with DemoWorld(PLANS) as world:
        found.put((world.resolver, world.server("dane").destination))
        over.wait()


def in_process(run: Callable[[], object]) -> float:
    """Seconds of CPU."""
    before = time.process_time()
    run()
    return time.process_time() - before


def as_command(words: list[str]) -> float:
    """The same of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", *words], stdout=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compared(what: str, one: Callable[[], float], whole: Callable[[], float], rounds: int) -> str:
    """A line: both in milliseconds, and their ratio."""
    one(), whole()
    pairs = [(one(), whole()) for _ in range(rounds)]
    first, second = (statistics.median(column) * 1e3 for column in zip(*pairs, strict=True))
    return f"{what:<12}{first:8.1f} ms{second:8.1f} ms{second / first:8.2f}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    found: Queue[tuple[str, str]] = multiprocessing.Queue()
    over = multiprocessing.Event()
    servers = multiprocessing.Process(target=serve, args=(found, over))
    servers.start()
    resolver, destination = found.get()
    try:
        print(f"{'':<12}{'probe':>11}{'check':>11}{'ratio':>8}")
        probe = ["pyfinger", "-c", "--resolver", resolver, destination]
        check = ["pyfinger.check.command", "--srv", "--pause", "0", "--algorithms", ",".join(BOTH)]
        check += ["--resolver", resolver, DOMAIN]
        print(compared("commands", lambda: as_command(probe), lambda: as_command(check), rounds))
        one = lambda: pyfinger.probe(destination, resolver=resolver)  # noqa: E731
        whole = lambda: pyfinger.check(DOMAIN, srv=True, pause=0, algorithms=BOTH, resolver=resolver)  # noqa: E731
        print(compared("in process", lambda: in_process(one), lambda: in_process(whole), rounds))
    finally:
        over.set()
        servers.join()


if __name__ == "__main__":
    main()
