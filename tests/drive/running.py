"""The drivers in the shape of one function."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol, TypeVar

from pyfinger.drive.aio import AsyncDriver
from pyfinger.drive.blocking import BlockingDriver
from pyfinger.drive.resolv_conf import NameService
from pyfinger.drive.socket_watch import socket_watch
from pyfinger.model import Endpoints
from pyfinger.steps import Clock, Connect, Deadline, Receive, Steps, ask
from tests.drive.sockets import HOST

T = TypeVar("T")


class Run(Protocol):
    """Runs a procedure with real sockets."""

    def __call__(
        self, steps: Steps[T], service: NameService | None = None, clock: Clock = time.monotonic
    ) -> T: ...


def blocking(steps: Steps[T], service: NameService | None = None, clock: Clock = time.monotonic) -> T:
    return BlockingDriver(service, clock=clock).run(steps)


def asynchronous(steps: Steps[T], service: NameService | None = None, clock: Clock = time.monotonic) -> T:
    return asyncio.run(AsyncDriver(service, clock=clock).run(steps))


def watching(steps: Steps[T], service: NameService | None = None, clock: Clock = time.monotonic) -> T:
    return asyncio.run(AsyncDriver(service, clock=clock, watch=socket_watch()).run(steps))


DRIVERS: dict[str, Run] = {"blocking": blocking, "asyncio": asynchronous, "epoll": watching}


def soon() -> Deadline:
    return Deadline(10)


def connected(port: int, address: str = HOST) -> Steps[Endpoints]:
    return ask(Connect(address, port, soon()))


def everything(deadline: Deadline) -> Steps[bytes]:
    data = b""
    while piece := (yield from ask(Receive(deadline))):
        data += piece
    return data
