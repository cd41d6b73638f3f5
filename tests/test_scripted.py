"""The scripted driver keeps the promises of `steps`."""

from __future__ import annotations

import errno

import pytest

from pyfinger.errors import LostConnection, TimedOut
from pyfinger.events import BytesReceived
from pyfinger.model import Endpoints
from pyfinger.steps import Close, Connect, Deadline, PlainStream, Receive, Send, Sleep, Steps, ask
from tests.scripted import LOCAL, Script, Scripted, Unexpected, never

ADDRESS = "192.0.2.1"
DIALOGUE = Script("220 hi", ("EHLO me", "250-you\n250 STARTTLS"), ("QUIT", "221 bye"))


def connect() -> Steps[Endpoints]:
    return ask(Connect(ADDRESS, 25, never()))


def talk(*lines: bytes) -> Steps[bytes]:
    yield from connect()
    for line in lines:
        yield from ask(Send(line, never()))
    data = b""
    while piece := (yield from ask(Receive(never()))):
        data += piece
    yield from ask(Close())
    return data


@pytest.mark.parametrize("pieces", [(1,), (3, 5), (1 << 20,)])
def test_a_dialogue_however_cut(pieces: tuple[int, ...]) -> None:
    driver = Scripted(servers={ADDRESS: DIALOGUE}, pieces=pieces)
    got = driver.run(talk(b"EHLO", b" me\r\nQU", b"IT\r\n"))
    assert got == b"220 hi\r\n250-you\r\n250 STARTTLS\r\n221 bye\r\n"
    assert driver.sent == b"EHLO me\r\nQUIT\r\n"
    assert not driver.open


def test_endpoints() -> None:
    assert Scripted(servers={ADDRESS: DIALOGUE}).run(connect()) == Endpoints(LOCAL, 40000, ADDRESS, 25)
    unix = Scripted(servers={"/path": DIALOGUE}).run(ask(Connect("/path", None, never())))
    assert unix == Endpoints("", None, "/path", None)


@pytest.mark.parametrize(("servers", "code"), [({}, errno.ECONNREFUSED), ({ADDRESS: 99}, 99)])
def test_connecting_may_fail(servers: dict[str, int], code: int) -> None:
    with pytest.raises(LostConnection) as caught:
        Scripted(servers=servers).run(connect())
    assert caught.value.code == code


@pytest.mark.parametrize("line", [b"HELO me\r\n", b"EHLO me\r\nQUIT\r\nmore"])
def test_the_script_is_strict(line: bytes) -> None:
    with pytest.raises(Unexpected):
        Scripted(servers={ADDRESS: DIALOGUE}).run(talk(line))


def test_silence_lets_the_deadline_pass() -> None:
    driver = Scripted(servers={ADDRESS: Script(b"", then_close=False)})

    def wait() -> Steps[None]:
        yield from connect()
        deadline = Deadline(30)
        yield from ask(Sleep(0))
        yield from ask(Receive(deadline))

    start = driver.now
    with pytest.raises(TimedOut):
        driver.run(wait())
    assert driver.now == start + 30


def test_sending_to_a_closed_connection() -> None:
    with pytest.raises(LostConnection):
        Scripted(servers={ADDRESS: Script("421 go away")}).run(talk(b"EHLO me\r\n"))


def test_trouble_strikes_when_told() -> None:
    driver = Scripted(
        servers={ADDRESS: DIALOGUE}, pieces=(1,), trouble={(Receive, 3): LostConnection(errno.ECONNRESET)}
    )
    with pytest.raises(LostConnection):
        driver.run(talk(b"EHLO me\r\n"))
    assert len(driver.of(Receive)) == 3


def test_each_connection_is_a_fresh_one() -> None:
    driver = Scripted(servers={ADDRESS: DIALOGUE})
    lines = (b"EHLO me\r\n", b"QUIT\r\n")
    assert driver.run(talk(*lines)) == driver.run(talk(*lines))


def test_events_are_kept() -> None:
    driver = Scripted(servers={ADDRESS: DIALOGUE})

    def listen() -> Steps[bytes]:
        yield from connect()
        return (yield from PlainStream(driver.emit).receive(never()))

    driver.run(listen())
    assert driver.of(BytesReceived) == [BytesReceived(b"220 hi\r\n")]
