"""The client's side of an SMTP or LMTP dialogue, one step at a time.

Each step sends one command (the greeting none), reads one reply, and has one
`Deadline` for all of it.  Which step comes when is the caller's business; what
its misfortune means:

    step         connection trouble     reply other than 2xx
    greeting     session over           session over
    EHLO, LHLO   session over           session over
      in TLS     shrugged off           shrugged off
    STARTTLS     program over           session over
    QUIT         shrugged off           (any reply is fine)

Everything is told as events; `SmtpStopped` only ends the session.  Its limits:
a peer can make us keep one line and one reply, cut as `reply` says.

What an EHLO or LHLO reply offers (RFC 5321 section 4.1.1.1, RFC 3207) is read as
leniently as Postfix reads it: any line counts, the first included, and a keyword ends
at a blank, a tab or an equals sign.
"""

from __future__ import annotations

from contextlib import suppress

from pyfinger.errors import LostConnection, PeerError, TransportError
from pyfinger.events import (
    CommandSent,
    DialogueBroken,
    Emit,
    InputDisabled,
    PlaintextDiscarded,
    ReplyLine,
    ReplyRefused,
    StepBegan,
)
from pyfinger.events.dialogue import DialogueStep
from pyfinger.smtp.reply import PartialReply, SmtpLine, SmtpLineReader, SmtpReply
from pyfinger.steps import Deadline, Steps, Stream
from pyfinger.values import Value

_STARTTLS_KEYWORD = "STARTTLS"


class Capabilities(Value):
    """The server's name and the lines it answered with, empty ones left out."""

    server_name: str = ""
    lines: tuple[str, ...] = ()

    @property
    def starttls(self) -> bool:
        """Whether the server offers STARTTLS."""
        return any(_first_word(line).upper() == _STARTTLS_KEYWORD for line in self.lines)


def read_capabilities(reply: SmtpReply) -> Capabilities:
    """The capabilities in a positive reply; never fails."""
    lines = tuple(line for line in reply.text.split("\n") if line)
    return Capabilities(_first_word(lines[0]) if lines else "", lines)


def _first_word(line: str) -> str:
    words = line.replace("=", " ").replace("\t", " ").split(" ")
    return next((word for word in words if word), "")


class SmtpStopped(PeerError):
    """A step of the dialogue ended the session; events have told why.

    `fatal` means the whole program, as posttls-finger has it for STARTTLS.
    """

    def __init__(self, step: str, *, fatal: bool = False) -> None:
        super().__init__(f"the session ended at {step}")
        self.step = step
        self.fatal = fatal


class DialogueOptions(Value):
    """How to talk: the verb (EHLO or LHLO), our name, and the limits."""

    verb: str
    hostname: str
    command_timeout: float  # seconds, for each command with its reply
    line_limit: int = 2048  # bytes


class _Step(Value):
    """A step's name, and what its misfortune means."""

    name: str
    fatal: bool = False
    any_reply: bool = False


_GREETING = _Step(DialogueStep.GREETING)
_STARTTLS = _Step(DialogueStep.STARTTLS, fatal=True)
_QUIT = _Step(DialogueStep.QUIT, any_reply=True)


class Chat:
    """One dialogue over one connection; `secured` if the stream is inside TLS."""

    def __init__(self, stream: Stream, emit: Emit, terms: DialogueOptions, *, secured: bool = False) -> None:
        self._stream = stream
        self._emit = emit
        self._terms = terms
        self._secured = secured
        self._lines = SmtpLineReader(terms.line_limit)
        self._unsent: TransportError | None = None

    @property
    def read_shut(self) -> bool:
        """Whether a line was so long that nothing more is read: shutdown(2) with SHUT_RD."""
        return self._lines.disabled

    def greeting(self, deadline: Deadline) -> Steps[SmtpReply]:
        """Read the greeting; `SmtpStopped` unless it is positive."""
        return (yield from self._exchange(_GREETING, "", deadline))

    def hello(self) -> Steps[Capabilities | None]:
        """Introduce ourselves.

        `SmtpStopped` unless the reply is positive; inside TLS, None instead.
        """
        command = f"{self._terms.verb} {self._terms.hostname}"
        try:
            reply = yield from self._exchange(_Step(self._terms.verb), command, self._limit())
        except SmtpStopped:
            if self._secured:
                return None
            raise
        return read_capabilities(reply)

    def starttls(self) -> Steps[SmtpReply]:
        """Ask for TLS; `SmtpStopped` unless the reply is positive.

        What has come with the reply is dropped: it may have been injected
        (CVE-2011-0411), and must not be taken for an answer given inside TLS.
        """
        reply = yield from self._exchange(_STARTTLS, "STARTTLS", self._limit())
        if pending := self._lines.discard():
            self._emit(PlaintextDiscarded(pending))
        return reply

    def enter_tls(self, stream: Stream) -> None:
        """Go on over `stream`, the inside of the TLS session now established."""
        self._stream = stream
        self._secured = True

    def quit(self, *, wait: bool = True) -> Steps[None]:
        """Say goodbye, and mostly wait for the answer; whatever comes of it."""
        if wait:
            with suppress(SmtpStopped):
                yield from self._exchange(_QUIT, "QUIT", self._limit())
        else:
            self._emit(StepBegan(_QUIT.name, int(self._terms.command_timeout)))
            self._emit(CommandSent(_QUIT.name, "QUIT"))
            yield from self._send(b"QUIT\r\n", self._limit())

    def _limit(self) -> Deadline:
        return Deadline(self._terms.command_timeout)

    def _exchange(self, step: _Step, command: str, deadline: Deadline) -> Steps[SmtpReply]:
        """Send a command and read the reply, and tell all about it."""
        self._emit(StepBegan(step.name, int(deadline.seconds or 0)))
        try:
            if command:
                self._emit(CommandSent(step.name, command))
                yield from self._send(f"{command}\r\n".encode(), deadline)
            reply = yield from self._reply(step, deadline)
        except TransportError as error:
            self._lines.discard()  # a half line, which must not become part of the next reply
            self._emit(DialogueBroken(step.name, str(error), step.fatal))
            raise SmtpStopped(step.name, fatal=step.fatal) from error
        if not (reply.positive or step.any_reply):
            self._emit(ReplyRefused(step.name, reply.code, reply.text))
            raise SmtpStopped(step.name)
        return reply

    def _send(self, data: bytes, deadline: Deadline) -> Steps[None]:
        """What cannot be sent is found out when something has to be read.

        Postfix writes no sooner, so that lines which are there already are told first.
        """
        self._unsent = None
        try:
            yield from self._stream.send(data, deadline)
        except TransportError as error:
            self._unsent = error

    def _reply(self, step: _Step, deadline: Deadline) -> Steps[SmtpReply]:
        partial = PartialReply(self._terms.line_limit)
        reply: SmtpReply | None = None
        while reply is None:
            line = yield from self._line(deadline)
            self._emit(ReplyLine(step.name, line.shown))
            reply = partial.add(line)
        return reply

    def _line(self, deadline: Deadline) -> Steps[SmtpLine]:
        if self._lines.disabled:
            raise LostConnection
        while (line := self._lines.next_line()) is None:
            if self._unsent is not None:
                raise self._unsent
            data = yield from self._stream.receive(deadline)
            if not data:
                raise LostConnection
            self._lines.feed(data)
        if self._lines.disabled:
            self._emit(InputDisabled())
        return line
