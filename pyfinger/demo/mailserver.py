"""A mail server of the demo on a connection, from greeting to goodbye."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable
from typing import Protocol, TypeAlias

from pyfinger.demo.plan import ServerPlan, Tls
from pyfinger.demo.server_tls import HandshakeRefused, ServerTls
from pyfinger.demo.smtp_server import MAX_LINE, DemoReply, MailDialogue, Then
from pyfinger.values import State, Value, field


class ByteChannel(Protocol):
    """What a dialogue needs of a connection: a socket, or TLS on one."""

    def recv(self, size: int, /) -> bytes:
        """Some bytes, empty at end of file."""
        ...

    def sendall(self, data: bytes, /) -> None:
        """Write all of `data`."""
        ...


Answer: TypeAlias = "Callable[[bytes], DemoReply | None]"
"""What is said to a line; None: nothing."""


class Tally(State):
    """How many connections a server has seen, by the address they came to."""

    connections: Counter[str] = field(default_factory=Counter)


class MailServer(Value):
    """One server, for any number of connections at a time."""

    plan: ServerPlan
    tls: ServerTls
    tally: Tally = field(default_factory=Tally)

    def converse(self, connection: socket.socket) -> None:
        """Serve one connection; raises OSError when it breaks."""
        plan = self.plan
        self.tally.connections[connection.getsockname()[0]] += 1
        if plan.allows is not None and self.tally.connections.total() > plan.allows:
            connection.sendall(b"421 4.7.0 Error: too many connections\r\n")
            return
        dialogue = MailDialogue(plan.host, plan.lmtp, starttls=plan.tls is not Tls.NONE and not plan.wrapper)
        if plan.wrapper:
            self._converse_secured(connection, dialogue, dialogue.greeting())
        elif talk(connection, dialogue.reply, dialogue.greeting()) is Then.SECURE:
            dialogue.secured()
            self._converse_secured(connection, dialogue, None)

    def _converse_secured(
        self, connection: socket.socket, dialogue: MailDialogue, opening: DemoReply | None
    ) -> None:
        try:
            channel = self.tls.accept(connection)
        except HandshakeRefused:
            return  # what the client makes of it is what the demo is about
        talk(channel, dialogue.reply, opening)
        channel.close()


def talk(channel: ByteChannel, answer: Answer, opening: DemoReply | None) -> Then:
    """Answer command lines until TLS or the end; what was sent ahead of TLS is dropped."""
    if opening is not None:
        channel.sendall(opening.wire)
    waiting = b""
    while len(waiting) <= MAX_LINE:
        data = channel.recv(MAX_LINE)
        if not data:
            break
        *lines, waiting = (waiting + data).split(b"\n")
        for line in lines:
            reply = answer(line)
            if reply is None:
                continue
            channel.sendall(reply.wire)
            if reply.then is not Then.LISTEN:
                return reply.then
    return Then.HANG_UP
