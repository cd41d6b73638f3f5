"""Replies: lines of untrusted bytes in, lines and whole replies out (RFC 5321 section 4.2).

A reply line may have any form, since whatever a server says is shown.  What is
kept is bounded: a line by the limit, its excess is dropped, and after as much
excess again nothing more is read; the text of a reply by the limit and a line.
"""

from __future__ import annotations

from pyfinger.values import Value

LF, CR = b"\n", b"\r"
_WHITE = " \t\n\v\f\r"
_SHOWN = bytes(range(0x20, 0x7F)) + _WHITE.encode("ascii")
_CENSOR = bytes(octet if octet in _SHOWN else ord("?") for octet in range(256))


class SmtpLine(Value):
    """One reply line: as shown, and taken apart."""

    shown: str  # without its end, censored
    code: int  # 0 unless there are exactly three digits
    text: str
    continued: bool  # another line follows


class SmtpReply(Value):
    """A whole reply: the last line's code, the texts of all lines joined by LF."""

    code: int
    text: str

    @property
    def positive(self) -> bool:
        """Whether the server agrees: 2xx, and nothing else."""
        return self.code // 100 == 2


class SmtpLineReader:
    """Bytes in, lines out.

    A line longer than `limit` comes out cut, once its end was found.  If that
    takes `limit` bytes or more, reading ends for good: `disabled`.
    """

    __slots__ = ("_buffer", "_cut", "_limit", "_skipped", "disabled")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._buffer = bytearray()
        self._cut: bytes | None = None  # the line whose excess is being dropped
        self._skipped = 0
        self.disabled = False

    def feed(self, data: bytes) -> None:
        """Bytes as they came; ignored once `disabled`."""
        if not self.disabled:
            self._buffer += data

    def next_line(self) -> SmtpLine | None:
        """The next line, None if more bytes are needed (or, `disabled`, will never come)."""
        raw = self._next_cut() if self._cut is not None else self._next_whole()
        return None if raw is None else parse_line(raw)

    def discard(self) -> bytes:
        """Drop and return what has come and was not read as lines; also the start of a line."""
        self._cut = None
        return self._consume(len(self._buffer))

    def _next_whole(self) -> bytes | None:
        end = self._buffer.find(LF, 0, self._limit)
        if end < 0 and self._buffer[self._limit - 1 : self._limit] == CR:
            # The limit may have come between CR and LF.
            if len(self._buffer) == self._limit:
                return None
            end = self._buffer.find(LF, self._limit, self._limit + 1)
        if end >= 0:
            return self._consume(end + 1)[:-1].rstrip(CR)
        if len(self._buffer) < self._limit:
            return None
        self._cut, self._skipped = self._consume(self._limit), 0
        return self._next_cut()

    def _next_cut(self) -> bytes | None:
        room = self._limit - self._skipped
        end = self._buffer.find(LF, 0, room)
        self._skipped += len(self._consume(end + 1 if end >= 0 else room))
        if end < 0:
            if self._skipped < self._limit:
                return None
            self.disabled = True
            self._buffer.clear()
        line, self._cut = self._cut, None
        return line

    def _consume(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken


class PartialReply:
    """A reply in the making."""

    __slots__ = ("_length", "_limit", "_pieces")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._length = 0
        self._pieces: list[str] = []

    def add(self, line: SmtpLine) -> SmtpReply | None:
        """The reply, if `line` was its last; codes of other lines do not count."""
        self._append(line.text)
        if line.continued:
            self._append("\n")
            return None
        return SmtpReply(line.code, "".join(self._pieces))

    def _append(self, piece: str) -> None:
        if self._length < self._limit:
            self._pieces.append(piece)
            self._length += len(piece)


def parse_line(raw: bytes) -> SmtpLine:
    """A line without its end, taken apart; any bytes will do.

    What follows a NUL is ignored, and what is neither printable ASCII nor white
    space becomes `?`, byte by byte.
    """
    shown = raw.split(b"\0", 1)[0].translate(_CENSOR).decode("ascii")
    behind = shown.lstrip("0123456789")
    digits = shown[: len(shown) - len(behind)]
    return SmtpLine(
        shown=shown,
        code=int(digits) if len(digits) == 3 else 0,
        text=behind.removeprefix("-").lstrip(_WHITE),
        continued=behind.startswith("-"),
    )
