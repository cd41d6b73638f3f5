"""What is the blocking driver's own: sleeping, and interrupts."""

from __future__ import annotations

import pytest

from pyfinger.drive.blocking import BlockingDriver
from pyfinger.steps import Close, Sleep, Steps, ask
from tests.drive.running import connected
from tests.drive.sockets import tcp_server


def test_an_interrupt_reaches_the_procedure_which_may_still_close() -> None:
    steps_seen: list[str] = []

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    def talk(port: int) -> Steps[None]:
        try:
            yield from connected(port)
            yield from ask(Sleep(1))
        finally:
            yield from ask(Close())
            steps_seen.append("closed")

    with tcp_server(lambda connection: connection.recv(1)) as port, pytest.raises(KeyboardInterrupt):
        BlockingDriver(sleep=interrupted).run(talk(port))
    assert steps_seen == ["closed"]


def test_the_clock_can_be_borrowed() -> None:
    assert BlockingDriver(clock=lambda: 7.0).clock() == 7.0


def test_sleeping() -> None:
    slept: list[float] = []
    BlockingDriver(sleep=slept.append).run(ask(Sleep(2.5)))
    assert slept == [2.5]
