"""Lines of an SMTP dialogue as trees, to be looked at (RFC 5321 sections 2.4 and 4.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyfinger.dissect.field import Describe, Field, FieldCursor, text, tree

_REPLY = re.compile(rb"([0-9]{3})([ -]?)([^\r\n]*)(\r?\n|)")
_COMMAND = re.compile(rb"([^ \r\n]*)( ?)([^\r\n]*)(\r?\n|)")
_REPLY_PARTS = ("code", "separator", "text", "end")
_COMMAND_PARTS = ("verb", "space", "parameters", "end")
_MEANINGS = {b"-": "more lines follow", b" ": "the last line"}
_CLASSES = {
    ord("2"): "positive completion",
    ord("3"): "positive intermediate",
    ord("4"): "transient negative",
    ord("5"): "permanent negative",
}


_DESCRIBED: Mapping[str, Describe] = {
    "end": lambda part: "CR LF" if part == b"\r\n" else "LF alone",
    "separator": lambda part: _MEANINGS[part],
    "code": lambda part: f"{text(part)} {_CLASSES.get(part[0], 'of no class')}",
}


def smtp_line(line: bytes, *, sent: bool) -> Field:
    """A command of ours, or a line of a reply, with its end if that is there."""
    pattern, names = (_COMMAND, _COMMAND_PARTS) if sent else (_REPLY, _REPLY_PARTS)

    def decode(at: FieldCursor) -> None:
        found = pattern.match(line)
        for name, part in zip(names, found.groups() if found is not None else (), strict=False):
            if part:
                at.raw(name, len(part), _DESCRIBED.get(name, text))
        if at:
            at.rest("text")

    return tree("command" if sent else "reply", line, decode)
