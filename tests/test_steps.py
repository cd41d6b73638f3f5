"""Streams as steps: what a plain connection tells."""

from __future__ import annotations

import errno

import pytest

from pyfinger.errors import LostConnection, TimedOut, TransportError
from pyfinger.events import BytesReceived, BytesSent, ConnectionBroken, Event
from pyfinger.steps import Connect, PlainStream, Receive, Request, Send, Sleep, Steps, ask, result_of
from tests.scripted import Script, Scripted, never

RESET = LostConnection(errno.ECONNRESET)


def talk(stream: PlainStream) -> Steps[None]:
    yield from ask(Connect("192.0.2.1", 25, never()))
    yield from stream.receive(never())
    yield from stream.send(b"QUIT\r\n", never())


@pytest.mark.parametrize(
    ("kind", "problem", "told"),
    [
        (None, RESET, [BytesReceived(b"220 hello\r\n"), BytesSent(b"QUIT\r\n")]),
        (Send, RESET, [BytesReceived(b"220 hello\r\n"), ConnectionBroken(errno.ECONNRESET)]),
        (Receive, RESET, [ConnectionBroken(errno.ECONNRESET)]),
        (Receive, TimedOut(), []),
    ],
)
def test_what_passes_and_what_breaks_is_told(
    kind: type[Request[object]] | None, problem: TransportError, told: list[Event]
) -> None:
    script = Script("220 hello", ("QUIT", "221 bye"))
    driver = Scripted(servers={"192.0.2.1": script}, trouble={(kind, 1): problem} if kind else {})
    if kind is None:
        driver.run(talk(PlainStream(driver.emit)))
    else:
        with pytest.raises(type(problem)):
            driver.run(talk(PlainStream(driver.emit)))
    assert driver.events == told


def test_the_result_of_what_asks_for_nothing() -> None:
    def silent() -> Steps[int]:
        yield from ()
        return 3

    def asking() -> Steps[None]:
        yield from ask(Sleep(1.0))

    assert result_of(silent()) == 3
    with pytest.raises(AssertionError, match="Sleep"):
        result_of(asking())
