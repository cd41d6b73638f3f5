"""A probe that is over, from what was kept of it: the document of `--json`, or the stream of `--events`.

Nothing that is read is trusted: a file has a limit, and what is not exactly of either form is
a `DecodeError`.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from pyfinger.errors import DecodeError
from pyfinger.report.document import Report
from pyfinger.report.document.builder import ReportBuilder
from pyfinger.report.document.formats import SCHEMA
from pyfinger.report.encoding import codec, members
from pyfinger.report.event_stream import TimedEvent, read_stream
from pyfinger.report.json_lines import lines_of, value_of
from pyfinger.values import Value

MOST_OCTETS = 1 << 26
_START = 4096  # octets, in which a stream's first line ends
_STREAM = b'"pyfinger-events/'


class SavedProbe(Value):
    """Its report, and its events if these were what was kept."""

    report: Report
    events: tuple[TimedEvent, ...] = ()


def read_saved(file: BinaryIO) -> SavedProbe:
    """What is in a file; `DecodeError`."""
    start = file.readline(_START)
    file.seek(0)
    return _stream(file) if _STREAM in start else SavedProbe(_document(file))


def _stream(file: BinaryIO) -> SavedProbe:
    _, stream = read_stream(lines_of(file))
    builder, events = ReportBuilder(), list[TimedEvent]()
    for event, at in stream:
        builder(event, at)
        events.append((event, at))
        if file.tell() > MOST_OCTETS:
            raise DecodeError("too long")
    return SavedProbe(builder.report, tuple(events))


def _document(file: BinaryIO) -> Report:
    text = file.read(MOST_OCTETS + 1)
    if len(text) > MOST_OCTETS:
        raise DecodeError("too long")
    rest: dict[str, Any] = dict(members(value_of(text)))
    if rest.pop("schema", None) != SCHEMA:
        raise DecodeError(f"neither a document ({SCHEMA}) nor an event stream")
    rest.pop("version", None)
    report: Report = codec(Report).read(rest)
    return report
