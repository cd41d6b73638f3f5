from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfinger import __version__
from pyfinger.errors import DecodeError
from pyfinger.events import (
    ConfigRemark,
    DisplayChosen,
    Event,
    SecretDerived,
    TlsInitialized,
    TlsProblem,
)
from pyfinger.options import Show
from pyfinger.report.event_stream import (
    AT,
    EVENT,
    KINDS,
    SCHEMA,
    EventStream,
    StreamHeader,
    TimedEvent,
    decode,
    encode,
    read_stream,
    rebuild_log,
    render_stream,
)
from pyfinger.report.json_lines import MAX_LINE, lines_of
from tests.report.every_case import EVERY_CASE
from tests.report.values import objects

HEADER = b'{"schema": "pyfinger-events/2", "program": "prog", "version": "1"}\n'
EVENT_LINE = b'{"event": "TlsProblem", "at": 1.5, "code": 1, "reason": "why", "data": ""}\n'
OTHER_SCHEMA = "schema: neither pyfinger-events/1 nor pyfinger-events/2"
EVENTS = [case.event for case in EVERY_CASE]


def written(*told: TimedEvent, program: str = "prog") -> list[bytes]:
    out = io.BytesIO()
    stream = EventStream(out, program)
    for event, at in told:
        stream(event, at)
    return out.getvalue().splitlines(keepends=True)


def read(*lines: bytes) -> list[TimedEvent]:
    return list(read_stream(lines)[1])


def problem(*lines: bytes) -> str:
    with pytest.raises(DecodeError) as caught:
        read(*lines)
    return str(caught.value)


def test_a_stream_begins_with_who_wrote_it() -> None:
    (line,) = written(program="prog\udc80")
    assert json.loads(line) == {"schema": SCHEMA, "program": "prog\udc80", "version": __version__}
    header, told = read_stream([line])
    assert header == StreamHeader(SCHEMA, "prog\udc80", __version__)
    assert list(told) == []


def test_a_line_for_each_event() -> None:
    lines = written((TlsProblem(1, "why"), 1.5), (TlsInitialized(), 2.25))
    assert lines[1:] == [EVENT_LINE, b'{"event": "TlsInitialized", "at": 2.25}\n']


def test_lines_are_plain_ascii() -> None:
    _, line = written((ConfigRemark("\x1b[2Jü\udc80\x7f\x9b\u2028"), 1.0))
    assert all(0x20 <= octet < 0x7F for octet in line.removesuffix(b"\n"))
    assert read(HEADER, line) == [(ConfigRemark("\x1b[2Jü\udc80\x7f\x9b\u2028"), 1.0)]


def test_every_line_is_flushed() -> None:
    class Pipe(io.BytesIO):
        flushed = b""

        def flush(self) -> None:
            self.flushed = self.getvalue()

    out = Pipe()
    stream = EventStream(out, "prog")
    assert out.flushed.count(b"\n") == 1
    stream(TlsInitialized(), 1.0)
    assert out.flushed.count(b"\n") == 2


def test_secrets_are_never_written() -> None:
    assert len(written((SecretDerived("CLIENT_RANDOM", b"r", b"s"), 1.0))) == 1


def test_no_field_takes_the_place_of_a_member_of_all_lines() -> None:
    assert {name for kind in KINDS.values() for name in kind.__match_args__} & {EVENT, AT} == set()


def test_what_is_written_is_read_again() -> None:
    told = [(event, float(at)) for at, event in enumerate(EVENTS)]
    assert read(*written(*told)) == told


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_event_survives(name: str) -> None:
    @settings(max_examples=30)
    @given(objects(KINDS[name]), st.floats(min_value=0, allow_infinity=False))
    def survives(event: Event, at: float) -> None:
        assert decode(json.loads(json.dumps(encode(event, at)))) == (event, at)

    survives()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"", "not JSON"),
        (b"\n", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"1" * 5000, "not JSON"),
        (b" " * (MAX_LINE + 1), "too long"),
        (b"[]", "not an object"),
        (b"{}", "event: unknown"),
        (b'{"event": 1}', "event: unknown"),
        (b'{"event": "Event", "at": 1}', "event: unknown"),
        (b'{"event": "Emit", "at": 1}', "event: unknown"),
        (b'{"event": "TlsInitialized"}', "at: not a number"),
        (b'{"event": "TlsInitialized", "at": NaN}', "NaN is no number"),
        (b'{"event": "TlsInitialized", "at": 1e999}', "at: not a number"),
        (b'{"event": "TlsInitialized", "at": 1, "at": 1}', "a member twice"),
        (b'{"event": "TlsInitialized", "at": 1, "x": 1}', "TlsInitialized: x: unknown"),
        (b'{"event": "TlsInitialized", "at": -1}', "at: before the last event"),
        (b'{"event": "TlsProblem", "at": 1, "code": 1}', "TlsProblem: reason: missing"),
    ],
)
def test_what_is_no_event_is_refused(line: bytes, expected: str) -> None:
    assert problem(HEADER, line) == f"line 2: {expected} at byte {len(HEADER)}"


def test_what_was_right_before_has_been_read() -> None:
    _, told = read_stream([HEADER, EVENT_LINE, b"?"])
    assert next(told) == (TlsProblem(1, "why"), 1.5)
    with pytest.raises(DecodeError, match="line 3: not JSON"):
        next(told)


def test_time_does_not_go_back() -> None:
    early = b'{"event": "TlsInitialized", "at": 1.25}'
    assert problem(HEADER, EVENT_LINE, early).startswith("line 3: at: before the last event")
    assert len(read(HEADER, EVENT_LINE, EVENT_LINE)) == 2


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], "line 1: missing at byte 0"),
        ([EVENT_LINE], f"line 1: {OTHER_SCHEMA} at byte 0"),
        (
            [b'{"schema": "pyfinger-events/3"}'],
            "line 1: schema: neither pyfinger-events/1 nor pyfinger-events/2 at byte 0",
        ),
        ([b'{"schema": "pyfinger-events/1", "program": "a"}'], "line 1: version: missing at byte 0"),
        ([b"[]"], "line 1: not an object at byte 0"),
    ],
)
def test_headers_that_are_none(lines: list[bytes], expected: str) -> None:
    assert problem(*lines) == expected


def test_a_file_is_read_line_by_line_and_no_further() -> None:
    assert list(lines_of(io.BytesIO(HEADER + EVENT_LINE))) == [HEADER, EVENT_LINE]
    endless = io.BytesIO(b"x" * (3 * MAX_LINE))
    assert len(next(lines_of(endless))) == MAX_LINE + 1


def test_renderers_are_given_what_happened_when_it_happened() -> None:
    told = [(TlsInitialized(), 1.0), (TlsProblem(1, "why"), 2.5)]
    plain: list[Event] = []
    timed: list[Any] = []
    render_stream(told, [plain.append], [lambda event, at: timed.append((event, at))])
    assert plain == [event for event, _ in told]
    assert timed == told


def test_the_log_is_rebuilt_from_the_stream_alone() -> None:
    remark = ConfigRemark("bücher\udcff")
    lines = written((remark, 1.0), (DisplayChosen(Show(), utf8=True), 1.0), (remark, 2.0), program="Prog")
    out = io.BytesIO()
    rebuild_log(lines, out)
    assert out.getvalue() == "Prog: warning: b??cher?\nProg: warning: bücher?\n".encode()
