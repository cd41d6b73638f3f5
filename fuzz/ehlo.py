"""Any reply has capabilities: lines of its text, a name from the first, STARTTLS if a line begins so."""

from __future__ import annotations

import re

from pyfinger.smtp.chat import read_capabilities
from pyfinger.smtp.reply import PartialReply, parse_line

LIMIT = 2048
_OFFER = re.compile(r"[ \t=]*STARTTLS(?![^ \t=])", re.IGNORECASE)

SEEDS: list[bytes] = [
    b"250-mx.example\r\n250-STARTTLS\r\n250 8BITMIME",
    b"250 STARTTLS",
    b"250-\n250- STARTTLS off\n250 AUTH STARTTLS",
    b"250-mx\n250 starttls=now",
]


def check(data: bytes) -> None:
    """Take `data` as the lines of one reply."""
    partial = PartialReply(LIMIT)
    for raw in data.split(b"\n"):
        if (reply := partial.add(parse_line(raw))) is not None:
            break
    else:
        return
    found = read_capabilities(reply)
    assert "\n".join(found.lines) == "\n".join(filter(None, reply.text.split("\n")))
    assert not found.lines or found.server_name in found.lines[0]
    assert not set(found.server_name) & set(" \t=")
    assert found.starttls == any(_OFFER.match(line) for line in found.lines)
