"""The event stream as JSON lines: whatever happened, to keep, to send, to render again.

The first line says what follows, and who wrote it; then there is a line for each
event, with its name, its time in seconds since the epoch, and its fields:

    {"schema": "pyfinger-events/2", "program": "pyfinger", "version": "1.0.0"}
    {"event": "TlsProblem", "at": 1732312345.123456, "code": 336151686, "reason": "...", "data": ""}

`report.encoding` says how values are written; `docs/schema/events-2.json` is the
whole in JSON Schema.  Version 1 is read as well: some events had other names.
Lines are plain ASCII, so nothing in them can drive a terminal.  Secrets
(`SecretDerived`) are never written.

Reading trusts nothing: lines are bounded, and whatever is not exactly of this
form is a `DecodeError` that names the line and the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, TypeAlias

from pyfinger import __version__, events
from pyfinger.errors import DecodeError
from pyfinger.events import Emit, Event, SecretDerived, dnssec, given, tolerance
from pyfinger.report.encoding import Json, codec, members
from pyfinger.report.json_lines import LineReader, line_of
from pyfinger.report.log import EmitAt, Tee, TextLog
from pyfinger.values import Value

SCHEMA = "pyfinger-events/2"
SCHEMA_1 = "pyfinger-events/1"

EVENT, AT = "event", "at"  # the members each line begins with; no field is called so
NEVER_WRITTEN: frozenset[type[Event]] = frozenset({SecretDerived})
KINDS: Mapping[str, type[Event]] = {
    name: kind
    for name, kind in {**vars(events), **vars(dnssec), **vars(given), **vars(tolerance)}.items()
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
}
NAMES_OF_1: Mapping[str, str] = {
    "Aliased": "CnameFollowed",
    "Asciified": "IdnConverted",
    "Asked": "DnsQuery",
    "Replied": "DnsReply",
    "ServerJudged": "VerificationFinished",
}
"""What events were called in version 1, if otherwise; their fields are the same."""

_NAME_IN_1 = {name: old for old, name in NAMES_OF_1.items()}
_KINDS_OF_1: Mapping[str, type[Event]] = {_NAME_IN_1.get(name, name): kind for name, kind in KINDS.items()}
_KINDS_BY_SCHEMA: Mapping[str, Mapping[str, type[Event]]] = {SCHEMA_1: _KINDS_OF_1, SCHEMA: KINDS}

TimedEvent: TypeAlias = tuple[Event, float]
"""An event, and when it was emitted, in seconds since the epoch."""


class StreamHeader(Value):
    """Who wrote a stream; `program` is the name its log lines begin with."""

    schema: str
    program: str
    version: str


class EventStream:
    """Writes a stream to `out`, which is flushed after each line; a renderer that wants the time."""

    def __init__(self, out: BinaryIO, program: str) -> None:
        self._out = out
        self._write(codec(StreamHeader).write(StreamHeader(SCHEMA, program, __version__)))

    def __call__(self, event: Event, at: float) -> None:
        """Write the event's line, unless it is a secret."""
        if type(event) not in NEVER_WRITTEN:
            self._write(encode(event, at))

    def _write(self, line: Json) -> None:
        self._out.write(line_of(line))
        self._out.flush()


def encode(event: Event, at: float) -> dict[str, Json]:
    """What an event's line holds."""
    kind = type(event)
    line: dict[str, Json] = {EVENT: kind.__name__, AT: at}
    line.update(codec(kind).write(event))
    return line


def decode(line: Json, kinds: Mapping[str, type[Event]] = KINDS) -> TimedEvent:
    """The event of a line, and its time; `DecodeError` if it is none of these kinds."""
    rest = dict(members(line))
    name = rest.pop(EVENT, None)
    kind = kinds.get(name) if isinstance(name, str) else None
    if kind is None:
        raise DecodeError(f"{EVENT}: unknown")
    try:
        at: float = codec(float).read(rest.pop(AT, None))
    except DecodeError as error:
        raise DecodeError(f"{AT}: {error.what}") from None
    try:
        event: Event = codec(kind).read(rest)
    except DecodeError as error:
        raise DecodeError(f"{name}: {error.what}") from None
    return event, at


def read_stream(lines: Iterable[bytes]) -> tuple[StreamHeader, Iterator[TimedEvent]]:
    """Who wrote the stream, and what happened, as it is read.

    `DecodeError` for a header that is none; the events' are raised as they are come upon.
    """
    reader = LineReader(lines)
    header = reader.take(_header)
    if header is None:
        raise DecodeError("line 1: missing")
    return header, _events(reader, _KINDS_BY_SCHEMA[header.schema])


def render_stream(stream: Iterable[TimedEvent], plain: Sequence[Emit], timed: Sequence[EmitAt] = ()) -> None:
    """Give all events to these renderers, as it was when they happened; closes none."""
    now = 0.0
    tee = Tee(plain, timed, clock=lambda: now)
    for event, at in stream:
        now = at
        tee(event)


def rebuild_log(lines: Iterable[bytes], out: BinaryIO) -> None:
    """Print the log as it was printed then."""
    header, stream = read_stream(lines)
    render_stream(stream, [TextLog(out, header.program)])


def _header(line: Json) -> StreamHeader:
    if members(line).get("schema") not in (SCHEMA_1, SCHEMA):
        raise DecodeError(f"schema: neither {SCHEMA_1} nor {SCHEMA}")
    header: StreamHeader = codec(StreamHeader).read(line)
    return header


def _events(reader: LineReader, kinds: Mapping[str, type[Event]]) -> Iterator[TimedEvent]:
    latest = 0.0

    def decoder(line: Json) -> TimedEvent:
        event, at = decode(line, kinds)
        if at < latest:
            raise DecodeError(f"{AT}: before the last event")
        return event, at

    while (timed := reader.take(decoder)) is not None:
        latest = timed[1]
        yield timed
