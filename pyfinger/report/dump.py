"""Packet dumps (`-L ssl-handshake-packet-dump`, `ssl-session-packet-dump`).

Each transfer between the TLS engine and the connection is a heading with its
size, then its bytes, sixteen a row, up to the last that is neither blank nor
null (Postfix tls_bio_dump_cb(), tls_dump_buffer()).  Flights are written at
once; of a record first the header is read, then the body.  The session dump
goes on after the handshake, and shows how what the application sent or got
begins.
"""

from __future__ import annotations

from pyfinger.events import (
    BytesReceived,
    BytesSent,
    Disconnected,
    Event,
    HandshakeFailed,
    RecordBytesRead,
    RecordSeen,
    TlsEstablished,
    TlsStarting,
)
from pyfinger.options import Log
from pyfinger.tls.codepoints import ContentType

PLACE = "00000000 [00000000]"  # OpenSSL's objects in memory; we have none

_HEADER = 5
_WIDTH, _HALF = 16, 8
_BEGINNING = 40


class PacketDump:
    """Follows the TLS sessions of a probe; give it every event, in order."""

    def __init__(self) -> None:
        self._flag = Log.NONE  # that has the present phase dumped
        self._record = b""  # what was read of the present record

    def __call__(self, event: Event, log: Log) -> tuple[str, ...]:
        """The event's lines, if `log` asks for them."""
        match event:
            case TlsStarting():
                self._flag = Log.HANDSHAKE_DUMP
                self._record = b""
            case TlsEstablished():
                self._flag = Log.SESSION_DUMP
            case HandshakeFailed() | Disconnected():
                self._flag = Log.NONE
        return self._dump(event) if log & self._flag else ()

    def _dump(self, event: Event) -> tuple[str, ...]:
        match event:
            case BytesSent(data=data):
                return transfer("write to", len(data), data)
            case BytesReceived(data=data):
                return self._waited(data)
            case RecordBytesRead(wanted=wanted, data=data):
                self._note(data)
                return transfer("read from", wanted, data)
            case RecordSeen(content_type=kind) if kind == ContentType.APPLICATION_DATA and event.content:
                return (application_data(event.content, sent=event.sent),)
        return ()

    def _waited(self, data: bytes) -> tuple[str, ...]:
        """The record layer found nothing, and `data` came, or the end of file."""
        heading = f"read from {PLACE} ({self._wanted()} bytes => %d)"
        return (heading % -1,) if data else (heading % -1, heading % 0)

    def _wanted(self) -> int:
        """How many bytes the record layer asks for next."""
        have = len(self._record)
        if have < _HEADER:
            return _HEADER - have
        return _HEADER + int.from_bytes(self._record[3:_HEADER], "big") - have

    def _note(self, data: bytes) -> None:
        self._record += data
        if self._wanted() <= 0:
            self._record = b""


def application_data(content: bytes, *, sent: bool) -> str:
    """How much the application sent or got, and its beginning, which ends at a null."""
    verb = "Write" if sent else "Read"
    beginning = content[:_BEGINNING].partition(b"\0")[0]
    return f"{verb} {len(content)} chars: {beginning.decode('utf-8', 'surrogateescape')}"


def transfer(direction: str, wanted: int, data: bytes) -> tuple[str, ...]:
    """A heading and the bytes that were moved, which are `wanted` at most."""
    size = len(data)
    return (f"{direction} {PLACE} ({wanted} bytes => {size} (0x{size:X}))", *rows(data))


def rows(data: bytes) -> tuple[str, ...]:
    """The bytes, sixteen a row; blanks and nulls at the end are only mentioned."""
    shown = data.rstrip(b" \0")
    table = tuple(_row(start, shown[start : start + _WIDTH]) for start in range(0, len(shown), _WIDTH))
    return table if shown == data else (*table, f"{len(shown):04x} - <SPACES/NULLS>")


def _row(start: int, octets: bytes) -> str:
    left, right = octets[:_HALF], octets[_HALF:]
    cells = left.hex(" ") + ("|" if len(left) == _HALF else " ") + right.hex(" ")
    text = _text(left) + (" " if len(left) == _HALF else "") + _text(right)
    return f"{start:04x} {cells:<{3 * _WIDTH}} {text}"


def _text(octets: bytes) -> str:
    return "".join(chr(octet) if 0x20 <= octet < 0x7F else "." for octet in octets)
