"""Handing messages to the sender under test: to its submission port, or to a command.

One message for each recipient, in a dialogue of its own (RFC 5321), without TLS or
authentication: the sender under test has to take mail from this machine.
"""

from __future__ import annotations

import contextlib
import shlex
import socket
import subprocess
from collections.abc import Sequence

from pyfinger.demo.senders.situation_zones import RETURNS
from pyfinger.demo.senders.situations import SendingSituation

SENDER = f"sender@{RETURNS}"
SECONDS = 60.0  # for a step of the dialogue, and for a command
_MAX_REPLY = 65536


class SubmissionRefused(Exception):
    """The sender under test did not take a message; says which, and why."""


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


def submit(situations: Sequence[SendingSituation], host: str, port: int, sender: str = SENDER) -> None:
    """Send a message for each situation through a server; raises SubmissionRefused."""
    for situation in situations:
        try:
            _submit_one(situation, host, port, sender)
        except OSError as problem:
            raise SubmissionRefused(f"{situation.recipient}: {host}:{port}: {problem}") from problem


def submit_by_command(situations: Sequence[SendingSituation], command: str, sender: str = SENDER) -> None:
    """Give each message to a command, on its standard input.

    `{recipient}` and `{sender}` in the command stand for addresses; raises SubmissionRefused.
    """
    words = shlex.split(command)
    for situation in situations:
        arguments = [
            word.replace("{recipient}", situation.recipient).replace("{sender}", sender) for word in words
        ]
        text = message(situation, sender).replace(b"\r\n", b"\n")
        try:
            done = subprocess.run(
                arguments,
                input=text,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise SubmissionRefused(f"{situation.recipient}: {problem}") from problem
        if done.returncode:
            said = done.stdout.decode("utf-8", "backslashreplace").strip().rpartition("\n")[2]
            raise SubmissionRefused(f"{situation.recipient}: status {done.returncode}: {said}")


def _submit_one(situation: SendingSituation, host: str, port: int, sender: str) -> None:
    with socket.create_connection((host, port), SECONDS) as connection:
        connection.settimeout(SECONDS)
        _expect(connection, situation, 2)
        for command, wanted in (
            (f"EHLO {RETURNS}", 2),
            (f"MAIL FROM:<{sender}>", 2),
            (f"RCPT TO:<{situation.recipient}>", 2),
            ("DATA", 3),
        ):
            connection.sendall(f"{command}\r\n".encode("ascii"))
            _expect(connection, situation, wanted)
        connection.sendall(message(situation, sender) + b".\r\n")
        _expect(connection, situation, 2)
        with contextlib.suppress(OSError):  # the message is theirs now
            connection.sendall(b"QUIT\r\n")


def _expect(connection: socket.socket, situation: SendingSituation, wanted: int) -> None:
    """Read a reply; its first digit has to be that."""
    data = b""
    while not _is_whole(data):
        piece = connection.recv(4096)
        if not piece or len(data) > _MAX_REPLY:
            raise SubmissionRefused(f"{situation.recipient}: the connection was closed")
        data += piece
    last = data.rstrip(b"\r\n").rpartition(b"\n")[2]
    if not last.startswith(b"%d" % wanted):
        said = last.decode("utf-8", "backslashreplace")
        raise SubmissionRefused(f"{situation.recipient}: {said}")


def _is_whole(data: bytes) -> bool:
    """Whether a reply has come to its last line (RFC 5321 section 4.2)."""
    last = data[:-1].rpartition(b"\n")[2]
    return data.endswith(b"\n") and last[3:4] != b"-"
