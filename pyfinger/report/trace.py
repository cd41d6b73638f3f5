"""The trace: every TLS record and handshake message of a probe, decoded (`docs/trace.md`).

As text, a heading for each and a line for each field: where it begins, how long
it is, its name, what it holds.  What is not as it should be is marked with `!`.
As JSON, an object on one line for each, with the very same tree.

A message is told when it is seen, before anybody judges it, so that the one
that broke a handshake is there.  What was begun and never became whole comes
when the handshake fails, or the connection ends.
"""

from __future__ import annotations

import json
from textwrap import wrap
from typing import Any, BinaryIO, TypeAlias

from pyfinger import __version__
from pyfinger.dissect import Dissected, Dissector, Field, MessageLayer, ja3, ja3s, ja4
from pyfinger.events import (
    Connected,
    CredentialUnreadable,
    Disconnected,
    Event,
    HandshakeFailed,
    HandshakeMessageSeen,
    RecordBytesRead,
    RecordSeen,
    SessionBegan,
    TlsProblem,
    TlsStarting,
)
from pyfinger.report.sanitise import plain, printable
from pyfinger.report.words import unreadable
from pyfinger.tls.codepoints import AlertLevel, ContentType

SCHEMA = "pyfinger-trace/1"

_Json: TypeAlias = dict[str, Any]

_WIDTH = 100
_MARGIN = 12  # columns of a line before the name of its field
_INDENT = " " * _MARGIN
_ARROWS = {True: "->", False: "<-"}
_STREAMS = frozenset({MessageLayer.RECORD, MessageLayer.HANDSHAKE})  # whose offset says something
_DECIMAL = frozenset({"extension_type", "record_size_limit", "selected_identity"})


class Trace:
    """Writes the trace of all sessions to `out`, as `text` or `json`; give it every event, in order.

    What `out` raises is not caught, and `out` is not closed.
    """

    def __init__(self, out: BinaryIO, form: str) -> None:
        self._out = out
        self._as_json = form == "json"
        self._dissector = Dissector()
        if self._as_json:
            self._write_json({"schema": SCHEMA, "program": "pyfinger", "version": __version__})

    def __call__(self, event: Event) -> None:
        """Write what the event shows."""
        match event:
            case SessionBegan(number=number):
                self._note({"layer": "session", "number": number}, f"== pass {number}")
            case Connected(peer=peer):
                self._note({"layer": "connection", "peer": str(peer)}, f"== {peer}")
            case TlsStarting():
                self.close()
            case RecordBytesRead(data=data):
                self._dissector.bytes_read(data)
            case RecordSeen():
                self._record(event)
            case HandshakeMessageSeen(sent=sent, message=message):
                self._tell(self._dissector.message(message, sent=sent))
            case HandshakeFailed() | Disconnected():
                self._tell(self._dissector.rest())
            case TlsProblem(reason=reason):
                self._tell(self._dissector.rest())
                self._note({"layer": "failure", "reason": reason}, f"!! {reason}")

            case CredentialUnreadable(place=place, reason=reason):
                line = f"!! {unreadable(place, reason)}"
                self._note({"layer": "failure", "reason": reason, "place": place}, line)

    def close(self) -> None:
        """Write what is still there of an unfinished message; what comes next is another session."""
        self._tell(self._dissector.rest())
        self._dissector = Dissector()

    def _record(self, event: RecordSeen) -> None:
        if (
            event.sent
            and event.content_type == ContentType.ALERT
            and event.content[:1] == bytes([AlertLevel.FATAL])
        ):
            self._tell(self._dissector.rest())  # what we complain of
        seen = self._dissector.record(event.wire, event.content_type, event.content, sent=event.sent)
        self._tell(seen)

    def _tell(self, found: list[Dissected]) -> None:
        for one in found:
            if self._as_json:
                self._write_json(as_json(one))
            else:
                self._write_text(as_text(one))

    def _note(self, fields: _Json, line: str) -> None:
        if self._as_json:
            self._write_json(fields)
        else:
            self._write_text([line])

    def _write_json(self, fields: _Json) -> None:
        self._out.write(json.dumps(fields).encode() + b"\n")
        self._out.flush()

    def _write_text(self, lines: list[str]) -> None:
        self._out.write(b"".join(printable(line, utf8=False) + b"\n" for line in lines))
        self._out.flush()


def fingerprints(found: Dissected) -> dict[str, str]:
    """The fingerprints of a hello, by name; none of anything else."""
    if found.layer is not MessageLayer.HANDSHAKE:
        return {}
    hello, sorted_hello, answer = ja3(found.data), ja4(found.data), ja3s(found.data)
    named: dict[str, str] = {}
    if hello is not None:
        named |= {"ja3": hello.digest, "ja3_full": hello.full}
    if sorted_hello is not None:
        named |= {"ja4": sorted_hello.digest, "ja4_r": sorted_hello.raw}
    if answer is not None:
        named |= {"ja3s": answer.digest, "ja3s_full": answer.full}
    return named


# --- JSON ------------------------------------------------------------------------


def as_json(found: Dissected) -> _Json:
    """One thing said, as the object of its line."""
    members: _Json = {
        "layer": found.layer,
        "sent": found.sent,
        "name": found.name,
        "offset": found.offset,
        "length": len(found.data),
    }
    if found.inside is not None:
        members["decrypted"] = found.inside
    if found.tree.problem:
        members["problem"] = found.tree.problem
    prints = fingerprints(found)
    if prints:
        members["fingerprints"] = prints
    return members | {"fields": [_field(child) for child in found.tree.children]}


def _field(field: Field) -> _Json:
    members: _Json = {"name": field.name, "offset": field.offset, "length": field.length}
    if field.prefix:
        members["prefix"] = field.prefix
    if isinstance(field.value, bytes):
        members["hex"] = field.value.hex()
    elif field.value is not None:
        members["value"] = field.value
    else:
        members["fields"] = [_field(child) for child in field.children]
    if field.meaning:
        members["meaning"] = field.meaning
    if field.problem:
        members["problem"] = field.problem
    return members


# --- text ------------------------------------------------------------------------


def as_text(found: Dissected) -> list[str]:
    """One thing said: its heading, and a line for each field.

    A record that is as it should be needs none: its heading says it all.
    """
    lines = [_heading(found)]
    for name, value in fingerprints(found).items():
        lines += wrap(f"{name} {value}", _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)
    if found.tree.problem:
        lines.append(_problem(found.tree.problem, 0))
    if found.layer is not MessageLayer.RECORD or found.problems:
        for field in found.tree.children:
            lines += _lines(field, 0)
    return lines


def _heading(found: Dissected) -> str:
    words = f"{_ARROWS[found.sent]} {found.layer} {found.name}, length {len(found.data)}"
    if found.layer in _STREAMS:
        words += f" at {found.offset}"
    return words if found.inside is None else f"{words}, decrypted {found.inside}"


def _lines(field: Field, depth: int) -> list[str]:
    place = f"  {field.offset:04x} {field.length:4}"
    lines = _fitted(f"{place:{_MARGIN - 1}} {' ' * 2 * depth}{field.name}", _shown(field))
    if field.problem:
        lines.append(_problem(field.problem, depth))
    for child in field.children:
        lines += _lines(child, depth + 1)
    return lines


def _problem(problem: str, depth: int) -> str:
    return f"!{'':{_MARGIN - 1 + 2 * depth}}{problem}"


def _shown(field: Field) -> str:
    """A value and what it means; of bytes that have a meaning and a length of their own, just that."""
    value, meaning = field.value, field.meaning
    if isinstance(value, int):
        wide = field.length == 2 and field.name not in _DECIMAL
        return f"{value:#06x} {meaning}" if wide else f"{value} {meaning}"
    if isinstance(value, bytes) and not (meaning and field.prefix):
        return f"{value.hex()} {meaning}"
    return meaning


def _fitted(name: str, shown: str) -> list[str]:
    """Name and value on one line, or on two if that is too much; cut if even that is."""
    shown = plain(shown.strip())
    line = f"{name} {shown}".rstrip()
    if len(line) <= _WIDTH:
        return [line]
    room = _WIDTH - _MARGIN - 2
    if len(shown) <= room and " " in shown:
        return [name, f"{'':{_MARGIN + 2}}{shown}"]
    return [f"{line[: _WIDTH - 3]}..."]
