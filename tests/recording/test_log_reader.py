"""Answers come in order, times between them as often as they are asked for."""

from __future__ import annotations

import re

import pytest

from pyfinger.model import Endpoints, RawReply
from pyfinger.recording.entries import (
    Aged,
    ConnectionClosed,
    ConnectionOpened,
    DataReceived,
    DataSent,
    Dated,
    Ended,
    Entry,
    RandomDrawn,
    Resolved,
    Slept,
    Told,
)
from pyfinger.recording.log_reader import LogReader, ReplayDiffers

ENDS = Endpoints("192.0.2.200", 40000, "192.0.2.1", 25)
NOT_THERE = RawReply(None)


def log(*entries: Entry) -> LogReader:
    return LogReader(entries, "x.rec")


def test_answers_in_order() -> None:
    playing = log(Told(1.0), Slept(1.0), Slept(2.0))
    assert playing.is_next(Slept)
    assert playing.next(Slept, (1.0,)) == (3, Slept(1.0))
    assert playing.next(Slept, (2.0,)) == (4, Slept(2.0))
    assert not playing.is_next(Slept)
    with pytest.raises(ReplayDiffers, match=re.escape("x.rec: the recording ends where is asked to end")):
        playing.finish()


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (Slept(1.0), "asked is to send 5 bytes, recorded to sleep 1 s"),
        (DataSent(b"abXde"), "asked is to send 5 bytes, recorded to send 5 bytes, different from byte 2 on"),
        (DataSent(b"ab"), "asked is to send 5 bytes, recorded to send 2 bytes, different from byte 2 on"),
    ],
)
def test_another_question(entry: Entry, line: str) -> None:
    with pytest.raises(ReplayDiffers) as caught:
        log(Told(1.0), entry).next(DataSent, (b"abcde",))
    assert str(caught.value) == f"x.rec: line 3: {line}"


def test_the_end() -> None:
    with pytest.raises(ReplayDiffers, match=re.escape("x.rec: the recording ends where is asked to receive")):
        log(Told(1.0)).next(DataReceived, ())


def test_an_early_end() -> None:
    with pytest.raises(ReplayDiffers, match=re.escape("x.rec: line 2: asked is to end, recorded to receive")):
        log(DataReceived()).finish()


def test_times_are_loose() -> None:
    playing = log(Told(1.0), Told(2.0), Aged(7.0), ConnectionClosed(), Told(3.0), Dated(9.0))
    assert playing.time(Dated) == 0.0  # too early
    assert playing.time(Told) == 1.0  # the second is passed over
    assert playing.time(Aged) == 7.0
    playing.next(ConnectionClosed, ())
    assert [playing.time(Told), playing.time(Told)] == [3.0, 3.0]
    assert [playing.time(Aged), playing.time(Dated)] == [7.0, 9.0]


def test_having_fallen_back_everything_is_left() -> None:
    playing = log(
        RandomDrawn(b"ab"),
        Told(1.0),
        DataReceived(b"1"),
        Told(2.0),
        ConnectionClosed(),
        ConnectionOpened("192.0.2.1", 25, ENDS),
        DataSent(b"x"),
        DataReceived(b"2"),
        RandomDrawn(b"cd"),
        Told(3.0),
    )
    playing.next(RandomDrawn, (2,))
    left = playing.fall_back()
    assert playing.fall_back() is left
    assert [playing.time(Told) for _ in range(4)] == [1.0, 2.0, 3.0, 3.0]
    assert playing.next(RandomDrawn, (3,)) is None
    assert playing.next(RandomDrawn, (2,)) == (10, RandomDrawn(b"cd"))
    assert playing.next(RandomDrawn, (2,)) is None
    assert playing.next(DataSent, (b"anything",)) is None
    assert playing.next(DataReceived, ()) == (4, DataReceived(b"1"))
    assert playing.next(DataReceived, ()) is None
    playing.finish()  # whatever is left


def test_the_end_is_an_entry() -> None:
    log(Told(1.0), Ended(), Told(2.0)).finish()


def test_left_connections_are_found_by_address() -> None:
    playing = log(
        DataReceived(b"0"),
        ConnectionOpened("192.0.2.1", 25, ENDS),
        DataReceived(b"1"),
        ConnectionOpened("192.0.2.2", 25, ENDS),
        DataReceived(b"2"),
    )
    playing.fall_back()
    assert playing.next(ConnectionOpened, ("192.0.2.2", 25)) is not None
    assert playing.next(DataReceived, ()) == (6, DataReceived(b"2"))
    assert playing.next(ConnectionOpened, ("192.0.2.1", 25)) is not None
    assert playing.next(ConnectionOpened, ("192.0.2.1", 25)) is None
    assert playing.next(DataReceived, ()) is None


def test_left_replies_are_found_by_their_question() -> None:
    first, second = (Resolved(name, "A", True, NOT_THERE) for name in ("a.test", "b.test"))
    playing = log(first, second)
    playing.fall_back()
    assert playing.next(Resolved, ("b.test", "A", True, False)) == (3, second)
    assert playing.next(Resolved, ("a.test", "AAAA", True, False)) is None
    assert playing.next(Resolved, ("a.test", "A", True, False)) == (2, first)
