"""Handing messages to the sender under test: to its submission port, or to a command.

One message for each recipient, in a dialogue of its own (RFC 5321), without TLS or
authentication: the sender under test has to take mail from this machine.  What it does not take
is a reason in a line (`SubmissionOutcome`), and keeps no other message from being submitted; but
where nobody is to be reached several times in a row, nobody is there, and the rest is not tried.
"""

from __future__ import annotations

import contextlib
import math
import re
import shlex
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

from pyfinger.demo.senders.situation_zones import RETURNS
from pyfinger.demo.senders.situations import SendingSituation
from pyfinger.report.sanitise import plain
from pyfinger.values import Value

SENDER = f"sender@{RETURNS}"
SECONDS = 60.0  # for a step of the dialogue, and for a command
NOT_IN_TIME = "the deadline came first"
_MAX_REPLY = 65536
_SHOWN = 300  # characters of what was said
_TRIES = 3  # in a row, then nobody is there
_PLACEHOLDERS = ("{recipient}", "{sender}")
_BRACED = re.compile(r"(?<!\$)\{[A-Za-z][A-Za-z0-9_-]*\}")  # ${name} is a shell's

Seconds = Callable[[], float]  # left for a step
_Deliver = Callable[[SendingSituation, Seconds], None]  # one message; OSError, _Refused, _OutOfTime


class SubmissionOutcome(Value):
    """What became of handing over."""

    refused: Mapping[str, str]  # the names of situations whose messages were not taken, and why
    late: bool = False  # the deadline came before all was tried
    unreachable: str = ""  # why nobody could be reached: nothing more was tried then


class _Refused(Exception):
    """The sender under test did not take a message; says why."""


class _Unreachable(_Refused):
    """Nobody is there to take any."""


class _OutOfTime(Exception):
    """The deadline has come."""


def message(situation: SendingSituation, sender: str = SENDER) -> bytes:
    """The message for a situation; its headers come back with a bounce."""
    lines = (
        f"From: <{sender}>",
        f"To: <{situation.recipient}>",
        f"Subject: {situation.name}",
        f"Message-ID: <{situation.name}@{RETURNS}>",
        "Date: Sat, 28 Nov 2026 12:00:00 +0000",
        f"X-Pyfinger-Situation: {situation.name}",
        "",
        f"{situation.about}.",
        "",
    )
    return "\r\n".join(lines).encode("ascii")


def submit(
    situations: Sequence[SendingSituation],
    host: str,
    port: int,
    sender: str = SENDER,
    deadline: float = math.inf,
) -> SubmissionOutcome:
    """Send a message for each situation through a server, all within `deadline` seconds.

    `sender` is an address in printable ASCII.
    """
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def deliver(situation: SendingSituation, left: Seconds) -> None:
        try:
            connection = socket.create_connection((host, port), left())
        except (OSError, UnicodeError) as problem:  # the latter: of a name that can be none
            raise _Unreachable(f"{place}: {_reason(problem)}") from problem
        try:
            with connection:
                _converse(connection, situation, sender, left)
        except OSError as problem:
            raise _Refused(f"{place}: {_reason(problem)}") from problem

    return _submit_all(situations, deliver, deadline)


def submit_by_command(
    situations: Sequence[SendingSituation],
    command: Sequence[str],
    sender: str = SENDER,
    deadline: float = math.inf,
) -> SubmissionOutcome:
    """Give each message to a command, on its standard input.

    `{recipient}` and `{sender}` in its words stand for addresses.
    """

    def deliver(situation: SendingSituation, left: Seconds) -> None:
        words = [
            word.replace("{recipient}", situation.recipient).replace("{sender}", sender) for word in command
        ]
        text = message(situation, sender).replace(b"\r\n", b"\n")
        try:
            done = subprocess.run(
                words,
                input=text,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=left(),
                check=False,
            )
        except subprocess.TimeoutExpired as expired:
            raise _Refused(f"{words[0]}: not done within {expired.timeout:.0f} seconds") from expired
        except OSError as problem:
            raise _Unreachable(f"{words[0]}: {_reason(problem)}") from problem
        if done.returncode:
            raise _Refused(f"status {done.returncode}: {_shown(done.stdout)}")

    return _submit_all(situations, deliver, deadline)


def command_words(text: str) -> list[str]:
    """The words of a command as a shell has them; ValueError says why there are none.

    A name in braces has to be one of the placeholders; what else braces hold is the command's.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ValueError("a quotation that does not end") from error
    if not words or not words[0].strip():
        raise ValueError("no command")
    unknown = [name for word in words for name in _BRACED.findall(word) if name not in _PLACEHOLDERS]
    if unknown:
        raise ValueError(f"there is no {unknown[0]}, only {' and '.join(_PLACEHOLDERS)}")
    return words


def _submit_all(
    situations: Sequence[SendingSituation], deliver: _Deliver, deadline: float
) -> SubmissionOutcome:
    refused: dict[str, str] = {}
    missed = 0  # tries in a row that have reached nobody
    end = time.monotonic() + deadline

    def left() -> float:
        rest = end - time.monotonic()
        if rest <= 0:
            raise _OutOfTime
        return min(SECONDS, rest)

    for number, situation in enumerate(situations):
        try:
            left()
            deliver(situation, left)
            missed = 0
        except _Refused as reason:
            refused[situation.name] = why = plain(str(reason))[:_SHOWN]
            missed = missed + 1 if isinstance(reason, _Unreachable) else 0
            if missed == min(_TRIES, len(situations)):
                refused.update({one.name: why for one in situations[number + 1 :]})
                return SubmissionOutcome(refused, unreachable=why)
        except _OutOfTime:
            refused.update({one.name: NOT_IN_TIME for one in situations[number:]})
            return SubmissionOutcome(refused, late=True)
    return SubmissionOutcome(refused)


def _converse(connection: socket.socket, situation: SendingSituation, sender: str, left: Seconds) -> None:
    _expect(connection, 2, left)
    for command, wanted in (
        (f"EHLO {RETURNS}", 2),
        (f"MAIL FROM:<{sender}>", 2),
        (f"RCPT TO:<{situation.recipient}>", 2),
        ("DATA", 3),
    ):
        connection.sendall(f"{command}\r\n".encode("ascii"))
        _expect(connection, wanted, left)
    connection.sendall(message(situation, sender) + b".\r\n")
    _expect(connection, 2, left)
    with contextlib.suppress(OSError):  # the message is theirs now
        connection.sendall(b"QUIT\r\n")


def _expect(connection: socket.socket, wanted: int, left: Seconds) -> None:
    """Read a reply, within what is left for the step; its first digit has to be that."""
    data, end = b"", time.monotonic() + left()
    while not _is_whole(data):
        rest = end - time.monotonic()
        if rest <= 0:
            left()
            raise TimeoutError("timed out")
        connection.settimeout(rest)
        piece = connection.recv(4096)
        if not piece or len(data) > _MAX_REPLY:
            raise _Refused("the connection was closed" if not piece else "a reply without an end")
        data += piece
    last = data.rstrip(b"\r\n").rpartition(b"\n")[2]
    if not last.startswith(b"%d" % wanted):
        raise _Refused(_shown(last))


def _is_whole(data: bytes) -> bool:
    """Whether a reply has come to its last line (RFC 5321 section 4.2)."""
    last = data[:-1].rpartition(b"\n")[2]
    return data.endswith(b"\n") and last[3:4] != b"-"


def _shown(said: bytes) -> str:
    """The last line of it."""
    return said.strip().rpartition(b"\n")[2].decode("utf-8", "surrogateescape")


def _reason(problem: OSError | UnicodeError) -> str:
    if isinstance(problem, UnicodeError):
        return "no such name can be looked up"
    return problem.strerror or str(problem)
