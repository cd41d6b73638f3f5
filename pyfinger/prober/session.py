"""One session with one server, from the greeting to the end of TLS.

           plain / STARTTLS                     wrapper (-w)
greeting                                        (inside TLS)
EHLO                                            (inside TLS)
STARTTLS   if offered, and TLS is not off       TLS at once
TLS        a failed handshake ends the session
EHLO       once more, whatever comes of it      same
report     no certificate, or the chain
QUIT
"""

from __future__ import annotations

from pyfinger.events import ServerAnonymous
from pyfinger.model import Level
from pyfinger.prober.context import Context, Target
from pyfinger.prober.handshake import TlsSession, chain_of, start_tls
from pyfinger.smtp import Chat, DialogueOptions, SmtpStopped
from pyfinger.steps import Deadline, PlainStream, Steps, Stream


class ReadShut:
    """A stream of which nothing more is read."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def send(self, data: bytes, deadline: Deadline) -> Steps[None]:
        """Write all of `data`."""
        yield from self._stream.send(data, deadline)

    def receive(self, deadline: Deadline) -> Steps[bytes]:
        """End of file."""
        yield from ()
        return b""


class Session:
    """The dialogue over one open connection."""

    def __init__(self, context: Context, target: Target, *, first: bool) -> None:
        options = context.options
        self._context = context
        self._first = first  # of several passes (`-r`)
        self._target = target
        self._plain = PlainStream(context.emit)
        terms = DialogueOptions(
            verb="LHLO" if options.lmtp else "EHLO",
            hostname=options.config.myhostname,
            command_timeout=options.command_timeout,
            line_limit=options.config.line_length_limit,
        )
        self._chat = Chat(self._plain, context.emit, terms)
        self._tls: TlsSession | None = None

    def talk(self) -> Steps[None]:
        """The dialogue up to QUIT; `SmtpStopped` if it ends before."""
        if self._context.options.wrapper:
            yield from self._wrapped()
        else:
            yield from self._plain_first()
        self._report()
        yield from self._chat.quit(wait=self._context.awaits_quit_reply)

    def leave(self) -> Steps[None]:
        """Take leave inside TLS, unless there is none or it broke."""
        if self._tls is not None:
            yield from self._tls.stream.shutdown(self._context.limit())

    @property
    def _tls_off(self) -> bool:
        return self._context.options.tls_disabled or self._target.policy.level is Level.NONE

    def _wrapped(self) -> Steps[None]:
        if self._tls_off:
            return
        yield from self._start_tls()
        yield from self._chat.greeting(Deadline(self._context.options.connect_timeout))
        yield from self._second_hello()

    def _plain_first(self) -> Steps[None]:
        yield from self._chat.greeting(Deadline(self._context.options.connect_timeout))
        capabilities = yield from self._chat.hello()
        if self._tls_off or capabilities is None or not capabilities.starttls:
            return
        yield from self._chat.starttls()
        yield from self._start_tls(capabilities.server_name)
        yield from self._second_hello()

    def _second_hello(self) -> Steps[None]:
        """EHLO inside TLS, on the first pass only; whatever comes of it."""
        if self._first:
            yield from self._chat.hello()

    def _start_tls(self, ehlo_name: str = "") -> Steps[None]:
        """A handshake; the session is over if it fails, without QUIT."""
        plain = ReadShut(self._plain) if self._chat.read_shut else self._plain
        self._tls = yield from start_tls(self._context, self._target, ehlo_name, plain)
        if self._tls is None:
            raise SmtpStopped("TLS")
        self._chat.enter_tls(self._tls.stream)

    def _report(self) -> None:
        if self._tls is None or not self._first:
            return
        if not self._tls.connection_info.credential:
            self._context.emit(ServerAnonymous())
        elif (chain := chain_of(self._tls)) is not None:
            self._context.emit(chain)
