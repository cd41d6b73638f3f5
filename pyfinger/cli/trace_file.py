"""The file of `-L trace` (Postfix 3.12): all records and messages of a probe, decoded.

    trace = TraceFile("posttls-finger", emit)
    trace(event, at)     # every event, in order
    trace.close()

It is made when the first handshake begins, in the folder the probe was started in, and by
whoever we are then (`runner.unprivileged`): PROGRAM-YYYYMMDDHHMMSS.microseconds-ADDRESS-XXXXXX,
in local time.  Nothing that has that name already is touched, and it stays open from session to
session, so that nobody can put something else in its place.

What there is to tell (`TraceSaved`, `TraceLost`, `AccountRefused`) goes to `emit`.  Without a file, or
without room for more of it, the probe goes on, as Postfix does.  No line of the file drives a terminal, and
there are no secrets in it: neither OpenSSL's SSL_trace() nor ours shows what is sent inside TLS.
"""

from __future__ import annotations

import errno
import os
from datetime import datetime
from typing import Literal

from pyfinger.cli.artifacts import unused_file
from pyfinger.cli.written_files import Artifact
from pyfinger.events import (
    AccountRefused,
    Emit,
    Event,
    HandshakeReady,
    PrivilegesDropped,
    TraceLost,
    TraceSaved,
)
from pyfinger.report.sanitise import printable
from pyfinger.report.ssl_trace.tracing import DecodedMessages

MOST = 2**31 - 1  # octets, INT_MAX as in posttls-finger

BETWEEN_SESSIONS = b"\n=== posttls-finger reconnect ===\n\n"
TRUNCATED = b"\n[TLS trace truncated: size limit reached]\n"


class TraceFile:
    """A renderer that wants the time."""

    def __init__(self, program: str, emit: Emit, most: int = MOST) -> None:
        """`program` is what the file's name begins with; `most`: octets of a file that gets no more."""
        self._program = program
        self._emit = emit
        self._most = most
        self._messages = DecodedMessages()
        self._file: Artifact | None = None
        self._written = 0
        self._user = ""  # as whom a probe of root's goes on
        self._wanted = True  # there is a file, or one is to be tried
        self._full = False

    def __call__(self, event: Event, at: float) -> None:
        """Write what there is of an event; `at` is in seconds since the epoch."""
        if isinstance(event, PrivilegesDropped) and event.uid == os.geteuid():  # not one of a recording
            self._user = event.user
        lines = self._messages(event)
        if isinstance(event, HandshakeReady) and self._wanted:
            self._begin(event, at)
        if lines and self._file is not None and not self._full:
            self._write(b"".join(printable(line, utf8=False) + b"\n" for line in lines))
            if self._written >= self._most:
                self._full = True
                self._write(TRUNCATED)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin(self, session: HandshakeReady, at: float) -> None:
        if self._file is not None:
            self._full = False
            self._write(BETWEEN_SESSIONS)
            return
        time = datetime.fromtimestamp(at).astimezone().strftime("%Y%m%d%H%M%S.%f")
        stem = printable(f"{self._program}-{time}-{session.peer.address}-", utf8=False).decode()
        try:
            self._file = unused_file(stem)
        except OSError as error:
            self._lose(error, "open")
        else:
            self._emit(TraceSaved(self._file.shown))

    def _write(self, piece: bytes) -> None:
        if self._file is not None:
            try:
                self._written += self._file.write(piece)
            except OSError as error:
                self._lose(error, "write")

    def _lose(self, error: OSError, doing: Literal["open", "write"]) -> None:
        self._wanted = False
        self.close()
        self._emit(TraceLost(str(error.filename), doing, error.errno or errno.EIO))
        if self._user and error.errno == errno.EACCES:
            self._emit(AccountRefused(self._user, "create", str(error.filename)))
