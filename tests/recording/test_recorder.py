"""Everything that is asked is kept, with what came of it, and nothing else changes."""

from __future__ import annotations

import errno
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from pyfinger.errors import LostConnection, TimedOut, UsageError
from pyfinger.events import PrivilegesDropped, ProbeEnded
from pyfinger.model import Endpoints, Family, NativeAnswer, RawReply
from pyfinger.prober.context import Dependencies
from pyfinger.recording.entries import (
    Aged,
    ConnectionClosed,
    ConnectionOpened,
    DataReceived,
    DataSent,
    Dated,
    Ended,
    Entry,
    FileRead,
    FileSought,
    HostLookedUp,
    RandomDrawn,
    Resolved,
    RootGivenUp,
    ServiceFound,
    Slept,
    Told,
)
from pyfinger.recording.parser import Recording
from pyfinger.recording.recorder import Recorder
from pyfinger.steps import (
    Close,
    Connect,
    Deadline,
    FindService,
    LookupHost,
    Receive,
    Request,
    Resolve,
    ResolveTogether,
    Send,
    Sleep,
    Steps,
    ask,
)
from tests.recording.making import Place, read

NEVER = Deadline(None)
ENDS = Endpoints("192.0.2.200", 40000, "192.0.2.1", 25)


class Session:
    """A recorder, and what it wrote."""

    def __init__(self, place: Place | None = None) -> None:
        self.out = BytesIO()
        self.recorder = Recorder(self.out, ("prog", "x.test"), place or Place({"a": b"content"}))

    @property
    def recording(self) -> Recording:
        self.recorder.close()
        return read(self.out.getvalue())

    @property
    def entries(self) -> tuple[Entry, ...]:
        *entries, end = self.recording.entries
        assert end == Ended()
        return tuple(entries)


def asking(request: Request[Any]) -> Steps[Any]:
    try:
        return (yield from ask(request))
    except (TimedOut, LostConnection) as error:
        return error


def answered(request: Request[Any], answer: Any) -> tuple[Entry, ...]:
    """What is kept of a request that is answered, or fails; the answer goes through."""
    session = Session()
    steps = session.recorder.watched(asking(request))
    assert next(steps) is request
    throws = isinstance(answer, BaseException)
    with pytest.raises(StopIteration) as stop:
        steps.throw(answer) if throws else steps.send(answer)
    assert stop.value.value is answer
    return session.entries


def test_what_is_asked_together_is_kept_one_by_one() -> None:
    questions = (Resolve("a.test", "A", True), Resolve("b.test", "A", True, checking_disabled=True))
    replies = (RawReply(b"x", "::1"), RawReply(None))
    assert answered(ResolveTogether(questions), replies) == (
        Resolved("a.test", "A", True, replies[0]),
        Resolved("b.test", "A", True, replies[1], checking_disabled=True),
    )


@pytest.mark.parametrize(
    ("request_", "answer", "entry"),
    [
        (
            Resolve("a.test", "A", True),
            RawReply(b"x", "::1"),
            Resolved("a.test", "A", True, RawReply(b"x", "::1")),
        ),
        (
            Resolve("a.test", "A", True, checking_disabled=True),
            RawReply(b"x", "::1"),
            Resolved("a.test", "A", True, RawReply(b"x", "::1"), checking_disabled=True),
        ),
        (
            LookupHost("a.test", (Family.IPV4,)),
            NativeAnswer(error="no"),
            HostLookedUp("a.test", (Family.IPV4,), NativeAnswer(error="no")),
        ),
        (FindService("smtp"), 25, ServiceFound("smtp", 25)),
        (Connect("192.0.2.1", 25, NEVER), ENDS, ConnectionOpened("192.0.2.1", 25, ENDS)),
        (
            Connect("192.0.2.1", 25, NEVER),
            LostConnection(errno.ECONNREFUSED),
            ConnectionOpened("192.0.2.1", 25, None, "lost", errno.ECONNREFUSED),
        ),
        (
            Connect("/run/lmtp", None, NEVER),
            TimedOut(),
            ConnectionOpened("/run/lmtp", None, None, "timeout"),
        ),
        (Send(b"x", NEVER), None, DataSent(b"x")),
        (Send(b"x", NEVER), TimedOut(), DataSent(b"x", "timeout")),
        (Receive(NEVER), b"abc", DataReceived(b"abc")),
        (Receive(NEVER), LostConnection(errno.ECONNRESET), DataReceived(b"", "lost", errno.ECONNRESET)),
        (Sleep(3), None, Slept(3.0)),
        (Close(), None, ConnectionClosed()),
    ],
)
def test_requests(request_: Request[Any], answer: Any, entry: Entry) -> None:
    assert answered(request_, answer) == (entry,)


def test_nothing_is_kept_after_an_interrupt() -> None:
    def interrupted() -> Steps[None]:
        try:
            yield from ask(Receive(NEVER))
        finally:
            yield from ask(Close())

    session = Session()
    steps = session.recorder.watched(interrupted())
    next(steps)
    assert steps.throw(KeyboardInterrupt()) == Close()
    with pytest.raises(KeyboardInterrupt):
        steps.send(None)
    assert session.recording.entries == ()


def test_an_interrupt_between_two_requests() -> None:
    def interrupted() -> Steps[None]:
        yield from ask(Close())
        raise KeyboardInterrupt

    session = Session()
    steps = session.recorder.watched(interrupted())
    next(steps)
    with pytest.raises(KeyboardInterrupt):
        steps.send(None)
    assert session.recording.entries == (ConnectionClosed(),)


def test_what_is_around() -> None:
    place = Place({}, {"MAIL_CONFIG": "/x", "HOME": "/root", "SSL_CERT_FILE": ""}, "host.test")
    session = Session(place)
    assert session.recorder.host.addresses(Family.IPV4) == ("192.0.2.200",)
    header = session.recording.header
    assert header.words == ("prog", "x.test")
    assert header.nodename == session.recorder.host.nodename == "host.test"
    assert dict(header.environment) == session.recorder.host.environment
    assert header.environment == (("MAIL_CONFIG", "/x"), ("SSL_CERT_FILE", ""))
    assert dict(header.addresses) == {Family.IPV4: ("192.0.2.200",), Family.IPV6: ()}


def test_files() -> None:
    session = Session()
    around = session.recorder.host
    assert around.exists("a")
    assert not around.exists("b")
    assert around.read("a") == b"content"
    with pytest.raises(FileNotFoundError):
        around.read("b")
    assert session.entries == (
        FileSought("a", True),
        FileSought("b", False),
        FileRead("a", b"content"),
        FileRead("b", b"", errno.ENOENT),
    )


def test_an_error_without_a_number_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_file(_place: Place, path: str) -> bytes:
        raise OSError(path)

    monkeypatch.setattr(Place, "read", read_file)
    session = Session()
    with pytest.raises(OSError, match="a"):
        session.recorder.host.read("a")
    assert session.entries == (FileRead("a", b"", errno.EIO),)


def test_chance_and_time() -> None:
    date = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
    services = Dependencies(random.Random(), lambda: date, lambda: 7.5, lambda size: b"x" * size)
    session = Session()
    watched = session.recorder.services(services)
    assert watched.now() == date
    assert watched.clock() == 7.5
    assert watched.random_bytes(3) == b"xxx"
    assert session.entries == (Dated(date.timestamp()), Aged(7.5), RandomDrawn(b"xxx"))
    assert watched.rng.random() == random.Random(session.recording.header.seed).random()


def test_seeds_are_not_repeated() -> None:
    assert Session().recording.header.seed != Session().recording.header.seed


def test_events_are_only_times_but_for_the_account() -> None:
    session = Session()
    session.recorder(PrivilegesDropped("nobody", 65534, 65533), 5.0)
    session.recorder(ProbeEnded(0), 6.0)
    session.recorder.refused(UsageError("still root"))
    assert session.entries == (
        RootGivenUp("nobody", 65534, 65533),
        Told(5.0),
        Told(6.0),
        RootGivenUp("", 0, 0, "still root"),
    )


def test_lines_are_written_when_an_event_is_told() -> None:
    session = Session()
    session.recorder.keep(Slept(1.0))
    assert session.out.getvalue() == b""
    session.recorder(ProbeEnded(0), 6.0)
    lines = [json.loads(line) for line in session.out.getvalue().splitlines()]
    assert [line.get("type", "header") for line in lines] == ["header", "Slept", "Told"]
    session.recorder.close()
    assert json.loads(session.out.getvalue().splitlines()[-1]) == {"type": "Ended"}


def test_a_procedure_s_own_errors_go_through() -> None:
    def failing() -> Steps[None]:
        yield from ask(Close())
        raise UsageError("bad")

    steps: Callable[[], Steps[None]] = lambda: Session().recorder.watched(failing())  # noqa: E731
    running = steps()
    next(running)
    with pytest.raises(UsageError, match="bad"):
        running.send(None)
