"""What is said in SMTP: endless, gigantic, nonsense, and ahead of its time."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tests.hostile import forger
from tests.hostile.faults import NEVER, Fault, never_end, say, server
from tests.hostile.forger import APPLICATION_DATA, Plan, over_and_over
from tests.hostile.row import EVERYTHING, SECONDS, USUAL, Row, Set
from tests.hostile.stage import Stage
from tests.mailserver import MailServer, identity

_TURNS = {"greeting": 0, "EHLO": 1, "STARTTLS": 2}
_INSIDE = {"EHLO inside TLS": "EHLO", "QUIT inside TLS": "QUIT"}
_PASSED = {"EHLO inside TLS": 2}  # QUIT is not answered, either
_PIECE = 1 << 14  # what is said again and again inside TLS

_EMPTY = "^(SMTP service not available|(EHLO|STARTTLS) rejected): 0 $|^< $"
_DISABLED = "^warning: disabling input from unknown_stream"

# All that a log line could be made to do to a terminal, or to whoever reads the log.
ESCAPES = (
    b"\x1b[31mred\x1b]0;title\x07\x1bP\x9b1m\xc2\x9b2m\xc2\x9d0;x"
    b"\xc2\x9c\xc2\x85 \x00\x01\x7f\x80\xff\b\b\r\t\v\f"
)


_NAMED = MailServer(identity(), name=f"a{ESCAPES.decode('latin-1')}b")


def _at(turn: str, fault: Fault) -> Set:
    """Outside TLS: this, instead of what should be said there."""
    return lambda stage: ["-l", "may", stage.mail(server(MailServer(identity()), _TURNS[turn], fault))]


def _inside(verb: str, endless: bytes) -> Set:
    """Inside TLS: this for ever, after a command."""
    speech = over_and_over(APPLICATION_DATA, endless * (_PIECE // len(endless)))
    return lambda stage: ["-l", "may", stage.mail(forger.server(Plan({verb: speech})))]


def _told(turn: str, what: str) -> str:
    """The line for a turn at which something went wrong."""
    if turn == "greeting":
        return f"^{what} while reading server greeting"
    fatal = "fatal: " if turn == "STARTTLS" else ""
    return f"^(warning: )?{fatal}{what} while sending {turn.removesuffix(' inside TLS')}"


_ENDLESS = (
    ("lines", "a reply that always has one more line", b"250-x\r\n", "timeout"),
    ("a line", "a line that never ends", b"A" * 1024, ""),
    ("empty lines", "nothing but ends of lines", b"\r\n", "timeout"),
)


def _endless() -> Iterator[Row]:
    """Each turn, without end; a reply of one empty line is complete, if nothing more."""
    for what, about, data, word in _ENDLESS:
        for turn in (*_TURNS, *_INSIDE):
            set_up = _inside(_INSIDE[turn], data) if turn in _INSIDE else _at(turn, never_end(data))
            row = Row(f"smtp/{turn}: {what} without end", about, set_up, _DISABLED)
            if what == "empty lines":
                row = replace(row, line=_EMPTY)
            elif word == "timeout":
                passed = _PASSED.get(turn, 1) * SECONDS
                row = replace(row, line=_told(turn, word), seconds=passed, status=int(turn == "STARTTLS"))
            yield row


def _injected(stage: Stage) -> Sequence[str]:
    friendly = MailServer(identity(), injected=b"250 injected " + ESCAPES + b"\r\n")
    return ["-l", "may", "-v", stage.mail(server(friendly, NEVER, say(b"")))]


def _flood_of_injections(sock: socket.socket) -> None:
    """Far more than one reply is waiting when the client reads that to STARTTLS."""
    sock.sendall(b"220 mx ESMTP\r\n")
    sock.recv(4096)
    sock.sendall(b"250-mx\r\n250 STARTTLS\r\n")
    sock.recv(4096)
    never_end(b"250 x" * 200, b"220 go\r\n")(sock, b"")


ROWS: tuple[Row, ...] = (
    *_endless(),
    Row(
        "smtp/greeting: control characters",
        "a greeting that drives a terminal",
        _at("greeting", say(b"554-" + ESCAPES + b"\r\n554 " + ESCAPES + b"\r\n")),
        r"^SMTP service not available: 554 \?\[31mred",
        ways=EVERYTHING,
    ),
    Row(
        "smtp/EHLO: control characters",
        "a server name and capabilities that drive a terminal",
        _at("EHLO", say(b"250-" + ESCAPES + b"\r\n250-STARTTLS" + ESCAPES + b"\r\n550 " + ESCAPES + b"\r\n")),
        r"^EHLO rejected: 550 \?\[31mred",
        ways=EVERYTHING,
    ),
    Row(
        "smtp/STARTTLS: control characters",
        "a refusal that drives a terminal",
        _at("STARTTLS", say(b"454 " + ESCAPES + b"\r\n")),
        r"^STARTTLS rejected: 454 \?\[31mred",
        ways=EVERYTHING,
    ),
    Row(
        "smtp/second EHLO: control characters",
        "the same inside TLS, in a name that becomes part of a session's key",
        lambda stage: [*"-l may -r 1 -m 1".split(), stage.mail(server(_NAMED, NEVER, say(b"")))],
        r"^< 250-a\?\[31mred",
        seconds=1 + 1,
        ways=EVERYTHING,
    ),
    Row(
        "smtp/greeting: code of a hundred digits",
        "a reply code that is a large number",
        _at("greeting", say(b"2" * 5000 + b" x\r\n")),
        "^SMTP service not available: 0",
        ways=USUAL,
    ),
    Row(
        "smtp/greeting: TLS",
        "records of TLS instead of a greeting",
        _at("greeting", say(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) + b"\n")),
        "^SMTP service not available: 0",
    ),
    Row(
        "smtp/STARTTLS: pipelined plaintext",
        "a reply to a command not given yet, sent along with that to STARTTLS (CVE-2011-0411)",
        _injected,
        "^discarded [1-9][0-9]* bytes that came ahead of TLS",
    ),
    Row(
        "smtp/STARTTLS: endless pipelined plaintext",
        "the same, and no TLS but more of it",
        lambda stage: ["-l", "may", "-v", stage.mail(_flood_of_injections)],
        "TLS library problem: .*wrong version number",
    ),
)
