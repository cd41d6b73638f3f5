"""Reading is strict and total: a recording, or one line that says what is wrong, and where."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.errors import DecodeError
from pyfinger.model import DnsPacket, Endpoints, Family, NativeAnswer, RawReply
from pyfinger.recording import parser
from pyfinger.recording.entries import (
    Aged,
    ConnectionOpened,
    DataReceived,
    DataSent,
    Dated,
    Entry,
    FileRead,
    FileSought,
    HostLookedUp,
    Resolved,
    ServiceFound,
    Slept,
    Told,
)
from tests.recording.making import HEADER, play, read, record, servers, simple_world, written
from tests.scripted import Scripted

V4 = Endpoints("192.0.2.200", 40000, "192.0.2.1", 25)
UNIX = Endpoints("", None, "/run/lmtp", None)


def resolved(ends: Endpoints, age: float = 0.0) -> Resolved:
    return Resolved("a.test", "A", True, RawReply(b"", "x", (DnsPacket(True, b"", ends, False, age),)))


GOOD: list[Entry] = [
    Told(0.0),
    Told(0.0),
    Dated(1.5),
    Aged(0.0),
    Slept(1.0),
    FileRead("a", b"x"),
    FileRead("a", b"", 2),
    resolved(V4),
    HostLookedUp("a", (Family.IPV4,), NativeAnswer(((Family.IPV6, "fe80::1%eth0"),))),
    ServiceFound("a", None),
    ServiceFound("a", 65535),
    ConnectionOpened("192.0.2.1", 25, V4),
    ConnectionOpened("/run/lmtp", None, UNIX),
    ConnectionOpened("192.0.2.1", 25, None, "lost", 111),
    DataSent(b"x"),
    DataSent(b"x", "timeout"),
    DataReceived(),
    DataReceived(b"", "lost"),
]


def problem(data: bytes) -> str:
    with pytest.raises(DecodeError) as caught:
        read(data)
    return caught.value.what


def test_a_recording() -> None:
    found = read(written(*GOOD))
    assert found.header == HEADER
    assert list(found.entries) == GOOD


@pytest.mark.parametrize(
    ("entries", "what"),
    [
        ([Told(2.0), Told(1.0)], "line 3: at: before the last event"),
        ([Told(-1.0)], "line 2: at: no time"),
        ([Dated(1e300)], "line 2: at: no time"),
        ([Aged(-0.1)], "line 2: at: no time"),
        ([FileRead("a", b"x", 2)], "line 2: code: of a file that was read"),
        ([FileRead("a", b"", -1)], "line 2: code: no such error"),
        ([resolved(UNIX)], "line 2: packets: not from a network"),
        ([resolved(V4, -1.0)], "line 2: packets: not from a network"),
        ([resolved(Endpoints("::1", 1, "127.0.0.1", 2))], "line 2: endpoints: of two families"),
        ([resolved(Endpoints("x", 1, "127.0.0.1", 2))], "line 2: address: not an IP address"),
        ([resolved(Endpoints("127.0.0.1", 1, "127.0.0.1", 65536))], "line 2: endpoints: no such port"),
        ([resolved(Endpoints("127.0.0.1", 1, "127.0.0.1", None))], "line 2: endpoints: no such port"),
        (
            [HostLookedUp("a", (), NativeAnswer(((Family.IPV4, "1.2.3"),)))],
            "line 2: address: not an IP address",
        ),
        ([ServiceFound("a", -1)], "line 2: port: no such port"),
        ([ConnectionOpened("192.0.2.1", 25)], "line 2: endpoints: neither open nor failed"),
        ([ConnectionOpened("192.0.2.1", 25, V4, "timeout")], "line 2: endpoints: neither open nor failed"),
        ([ConnectionOpened("192.0.2.1", 25, UNIX)], "line 2: endpoints: of another kind"),
        ([DataSent(b"", "timeout", 7)], "line 2: code: without a failure"),
        ([DataSent(b"", "lost", 1 << 31)], "line 2: code: no such error"),
        ([DataReceived(b"x", "lost")], "line 2: data: of a failure"),
    ],
)
def test_what_makes_no_sense(entries: list[Entry], what: str) -> None:
    assert problem(written(*entries)) == what


def header(**changes: Any) -> bytes:
    return json.dumps({**json.loads(written()), **changes}).encode() + b"\n"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "line 1: missing"),
        (b"\n", "line 1: not JSON"),
        (b"[]\n", "line 1: not an object"),
        (header(schema="pyfinger-recording/2"), "line 1: schema: not pyfinger-recording/1"),
        (header(words=[]), "line 1: words: none"),
        (header(seed="x"), "line 1: seed: not a whole number of 64 bits"),
        (header(more=1), "line 1: more: unknown"),
        (header() + b'{"type": "Slept"}\n', "line 2: seconds: missing"),
        (header() + b'{"type": "Slept", "seconds": 1', "line 2: not JSON"),
        (header() + b'{"type": "Yawned"}\n', "line 2: type: none of FileSought, FileRead"),
    ],
)
def test_bad_lines(data: bytes, what: str) -> None:
    assert problem(data).startswith(what)


def test_lines_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "MAX_LINE", 1000)
    assert problem(written(DataReceived(b"x" * 500))) == "line 2: too long"


def test_the_whole_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "MAX_SIZE", 1000)
    assert problem(written(*[Slept(1.0)] * 40)).endswith(": more than 0 MiB, or 131072 lines")


def test_lines_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "MAX_LINES", 3)
    assert problem(written(*[Slept(1.0)] * 3)) == "line 4: more than 48 MiB, or 3 lines"


def test_lines_with_escapes_count_as_what_their_characters_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(written()) + 4 * len(written(FileSought("\u20ac" * 9, True))) - 4 * len(written())
    monkeypatch.setattr(parser, "MAX_SIZE", size)
    assert read(written(FileSought("\u20ac" * 9, True)))
    monkeypatch.setattr(parser, "MAX_SIZE", size - 1)
    assert "more than" in problem(written(FileSought("\u20ac" * 9, True)))


def test_commas_and_brackets_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = sum(map(written(*GOOD).count, (b",", b"[", b"{")))
    monkeypatch.setattr(parser, "MAX_PARTS", parts)
    assert read(written(*GOOD))
    monkeypatch.setattr(parser, "MAX_PARTS", parts - 1)
    assert problem(written(*GOOD)) == f"line {len(GOOD) + 1}: more than {parts - 1} commas and brackets"


RECORDING, _ = record(Scripted(simple_world(), servers()))


@given(st.integers(0, len(RECORDING)))
def test_a_recording_that_was_cut(size: int) -> None:
    try:
        found = play(RECORDING[:size])
    except DecodeError as error:
        assert error.what.startswith("line ")
        return
    whole = size >= len(RECORDING) - 1  # but for the last line's end
    assert whole or found.refusal.startswith("x.rec: ")
    assert "\n" not in found.refusal


@given(st.integers(0, len(RECORDING) - 1), st.integers(1, 255))
def test_a_recording_with_a_bad_byte(place: int, change: int) -> None:
    data = bytearray(RECORDING)
    data[place] ^= change
    try:
        found = play(bytes(data))
    except DecodeError as error:
        assert error.what.startswith("line ")
    else:
        assert "\n" not in found.refusal


def test_errors_of_reading_are_the_caller_s() -> None:
    class Broken(BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output error"):
        parser.read_recording(Broken())
