"""Every kind of entry survives being written and read, and its question has words."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.recording.entries import (
    QUESTIONS,
    Aside,
    ConnectionOpened,
    DataSent,
    Entry,
    FileRead,
    RecordingHeader,
    Resolved,
    StrictEntry,
    named,
    question,
)
from pyfinger.report.encoding import codec
from tests.report.values import objects, values

KINDS: tuple[type[Any], ...] = get_args(StrictEntry)


@given(values(Entry))
def test_entries_are_read_as_they_were_written(entry: Entry) -> None:
    assert codec(Entry).read(codec(Entry).write(entry)) == entry


@pytest.mark.slow
@given(values(RecordingHeader))
def test_headers_are_read_as_they_were_written(header: RecordingHeader) -> None:
    assert codec(RecordingHeader).read(codec(RecordingHeader).write(header)) == header


def test_every_kind_asks_something() -> None:
    assert set(QUESTIONS) == {*KINDS, *get_args(Aside)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_questions_have_words(kind: type[Any], data: st.DataObject) -> None:
    strategy: st.SearchStrategy[StrictEntry] = objects(kind)
    entry = data.draw(strategy)
    assert named(kind, question(entry))


@pytest.mark.parametrize(
    ("kind", "asked", "text"),
    [
        (FileRead, ("a" * 101,), "the content of " + "a" * 100),
        (Resolved, ("a.test", "MX", True), "the DNS for a.test MX"),
        (ConnectionOpened, ("::1", 25), "to connect to [::1]:25"),
        (ConnectionOpened, ("/run/lmtp", None), "to connect to /run/lmtp"),
        (DataSent, (b"QUIT\r\n",), "to send 6 bytes"),
    ],
)
def test_the_words(kind: type[StrictEntry], asked: tuple[Any, ...], text: str) -> None:
    assert named(kind, asked) == text
