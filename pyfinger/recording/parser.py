"""A recording, read: a value, or `DecodeError` that names the line and what is wrong there.

What is in it is as untrusted as what comes from a network: besides its form
everything is checked that somebody later relies on, addresses, ports and times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any, BinaryIO

from pyfinger.errors import DecodeError
from pyfinger.model import Endpoints
from pyfinger.recording.entries import (
    SCHEMA,
    Aged,
    ConnectionOpened,
    DataReceived,
    DataSent,
    Dated,
    Entry,
    FileRead,
    HostLookedUp,
    RecordingHeader,
    Resolved,
    ResolvedUnchecked,
    ServiceFound,
    Told,
)
from pyfinger.report.encoding import Json, codec, members
from pyfinger.report.json_lines import LineReader, lines_of
from pyfinger.values import Value

# Together they keep a replay below 150 MiB of memory, whatever is in the recording.
MAX_LINE = 1 << 23  # bytes; a file of 4 MB is one
MAX_PARTS = 1 << 19  # commas, brackets and braces altogether, each of which may stand for an object
MAX_SIZE = 3 << 24  # bytes altogether; a line with escapes counts four times, as wide characters may
MAX_LINES = 1 << 17

_WIDEST = 4  # bytes of a character, and then of all in the same string
_PUNCTUATION = (b",", b"[", b"{")

_LATEST = 253402300799.0  # seconds since the epoch: the end of the year 9999, and of Python's calendar
_PORTS = range(1 << 16)
_CODES = range(1 << 31)  # errno is an int


class Recording(Value):
    """A recording; entry number n stands in line n + 2."""

    header: RecordingHeader
    entries: tuple[Entry, ...]


def read_recording(file: BinaryIO) -> Recording:
    """All of it; `DecodeError`, and OSError of reading."""
    reader = LineReader(_bounded(lines_of(file, MAX_LINE)), MAX_LINE)
    header = reader.take(_header)
    if header is None:
        raise DecodeError("line 1: missing")
    return Recording(header, tuple(_entries(reader)))


def _bounded(lines: Iterable[bytes]) -> Iterator[bytes]:
    size = parts = 0
    for number, line in enumerate(lines, 1):
        size += len(line) * (_WIDEST if b"\\u" in line else 1)
        if size > MAX_SIZE or number > MAX_LINES:
            raise DecodeError(f"line {number}: more than {MAX_SIZE >> 20} MiB, or {MAX_LINES} lines")
        parts += sum(map(line.count, _PUNCTUATION))
        if parts > MAX_PARTS:
            raise DecodeError(f"line {number}: more than {MAX_PARTS} commas and brackets")
        yield line


def _header(line: Json) -> RecordingHeader:
    if members(line).get("schema") != SCHEMA:
        raise DecodeError(f"schema: not {SCHEMA}")
    header: RecordingHeader = codec(RecordingHeader).read(line)
    if not header.words:
        raise DecodeError("words: none")
    return header


def _entries(reader: LineReader) -> Iterator[Entry]:
    latest = 0.0

    def decoder(line: Json) -> Entry:
        entry: Entry = codec(Entry).read(line)
        _CHECKS.get(type(entry), _unchecked)(entry)
        if isinstance(entry, Told) and entry.at < latest:
            raise DecodeError("at: before the last event")
        return entry

    while (entry := reader.take(decoder)) is not None:
        if isinstance(entry, Told):
            latest = entry.at
        yield entry


def _unchecked(_entry: Any) -> None:
    """Of some entries all values will do."""


def _check_time(entry: Dated | Aged | Told) -> None:
    if not 0 <= entry.at <= _LATEST:
        raise DecodeError("at: no time")


def _check_file(entry: FileRead) -> None:
    if entry.content and entry.code:
        raise DecodeError("code: of a file that was read")
    _check_code(entry.code)


def _check_reply(entry: Resolved | ResolvedUnchecked) -> None:
    for packet in entry.reply.packets:
        _check_endpoints(packet.endpoints)
        if packet.endpoints.local_port is None or not 0 <= packet.age <= _LATEST:
            raise DecodeError("packets: not from a network")


def _check_host(entry: HostLookedUp) -> None:
    for _, address in entry.answer.addresses:
        _check_address(address)


def _check_service(entry: ServiceFound) -> None:
    if entry.port is not None and entry.port not in _PORTS:
        raise DecodeError("port: no such port")


def _check_opened(entry: ConnectionOpened) -> None:
    _check_failure(entry)
    if (entry.endpoints is None) is not bool(entry.failure):
        raise DecodeError("endpoints: neither open nor failed")
    if entry.endpoints is not None:
        _check_endpoints(entry.endpoints)
        if (entry.endpoints.remote_port is None) is not (entry.port is None):
            raise DecodeError("endpoints: of another kind")


def _check_failure(entry: ConnectionOpened | DataSent | DataReceived) -> None:
    _check_code(entry.code)
    if entry.code and entry.failure != "lost":
        raise DecodeError("code: without a failure")


def _check_received(entry: DataReceived) -> None:
    _check_failure(entry)
    if entry.data and entry.failure:
        raise DecodeError("data: of a failure")


def _check_code(code: int) -> None:
    if code not in _CODES:
        raise DecodeError("code: no such error")


def _check_endpoints(ends: Endpoints) -> None:
    ports = (ends.local_port, ends.remote_port)
    if ports == (None, None):
        return
    if not all(port in _PORTS for port in ports):
        raise DecodeError("endpoints: no such port")
    versions = {_check_address(address) for address in (ends.local, ends.remote)}
    if len(versions) > 1:
        raise DecodeError("endpoints: of two families")


def _check_address(text: str) -> int:
    """The IP version of an address; IPv6 may have a scope."""
    try:
        return ip_address(text).version
    except ValueError:
        raise DecodeError("address: not an IP address") from None


_CHECKS: Mapping[type[Any], Callable[[Any], None]] = {
    Dated: _check_time,
    Aged: _check_time,
    Told: _check_time,
    FileRead: _check_file,
    Resolved: _check_reply,
    ResolvedUnchecked: _check_reply,
    HostLookedUp: _check_host,
    ServiceFound: _check_service,
    ConnectionOpened: _check_opened,
    DataSent: _check_failure,
    DataReceived: _check_received,
}
