"""Lines about connections and the SMTP dialogue."""

from __future__ import annotations

from pyfinger.events import (
    AddressSkipped,
    CommandSent,
    Connected,
    ConnectFailed,
    Connecting,
    DialogueBroken,
    InputDisabled,
    PlaintextDiscarded,
    Reconnecting,
    ReconnectingDone,
    ReplyLine,
    ReplyMutated,
    ReplyRefused,
    SocketPathTooLong,
    StepBegan,
)
from pyfinger.events.dialogue import DialogueStep
from pyfinger.model import Peer
from pyfinger.report.lines.log_line import LineTable, Severity
from pyfinger.report.visibility import View, chat, first_pass, verbose
from pyfinger.report.words import system_error

TABLE = LineTable()


DONE = {
    "declined": "Server declined session caching. Done reconnecting.",
    "found": "Found a previously used server.  Done reconnecting.",
    "limit": "Maximum reconnect count reached.",
}

READ_PROBLEMS = {"timeout": "timeout", "lost connection": "EOF"}


@TABLE.line(Connecting, when=verbose)
def _(event: Connecting) -> str:
    peer = event.peer
    if peer.port is None:
        return f"connect_unix: trying: {peer.address}..."
    return f"connect_addr: trying: {peer.host}[{peer.address}] port {peer.port}..."


@TABLE.line(ConnectFailed)
def _(event: ConnectFailed) -> str:
    return _no_session(event.destination, event.peer, f"connect to {event.peer}: {system_error(event.code)}")


@TABLE.line(AddressSkipped)
def _(event: AddressSkipped) -> str:
    peer = event.peer
    return _no_session(event.destination, peer, f"TLSA lookup error for {peer.host}:{peer.port}")


@TABLE.line(SocketPathTooLong)
def _(event: SocketPathTooLong) -> str:
    return f"Failed to establish session to {event.destination}: unix-domain name too long: {event.path}"


def _no_session(destination: str, peer: Peer, reason: str) -> str:
    via = "" if peer.port is None else f" via {peer.host}:{peer.port}"
    return f"Failed to establish session to {destination}{via}: {reason}"


@TABLE.line(Connected, when=first_pass)
def _(event: Connected) -> str:
    return f"Connected to {event.peer}"


@TABLE.line(StepBegan, when=verbose)
def _(event: StepBegan) -> str:
    return f"smtp_stream_setup: maxtime={event.seconds} enable_deadline=1 min_data_rate=0"


@TABLE.line(CommandSent, when=chat)
def _(event: CommandSent) -> str:
    return f"> {event.text}"


@TABLE.line(ReplyLine, when=chat)
def _(event: ReplyLine) -> str:
    return f"< {event.text}"


@TABLE.line(InputDisabled, Severity.WARNING)
def _(_event: InputDisabled) -> str:
    return "disabling input from unknown_stream"


@TABLE.line(PlaintextDiscarded, when=verbose)
def _(event: PlaintextDiscarded) -> str:
    return f"discarded {len(event.data)} bytes that came ahead of TLS"


@TABLE.line(ReplyRefused)
def _(event: ReplyRefused) -> str:
    what = "SMTP service not available" if event.step == DialogueStep.GREETING else f"{event.step} rejected"
    return f"{what}: {event.code} {event.text}"


@TABLE.line(DialogueBroken, when=verbose)
def _(event: DialogueBroken) -> str:
    return f"smtp_get: {READ_PROBLEMS.get(event.reason, event.reason)}"


def _ends_program(_view: View, event: DialogueBroken) -> bool:
    return event.fatal


def _at_quit(_view: View, event: DialogueBroken) -> bool:
    return not event.fatal and event.step == DialogueStep.QUIT


def _before_quit(_view: View, event: DialogueBroken) -> bool:
    return not event.fatal and event.step != DialogueStep.QUIT


@TABLE.line(DialogueBroken, Severity.FATAL, when=_ends_program)
@TABLE.line(DialogueBroken, when=_before_quit)
def _(event: DialogueBroken) -> str:
    doing = "reading server greeting" if event.step == DialogueStep.GREETING else f"sending {event.step}"
    return f"{event.reason} while {doing}"


@TABLE.line(DialogueBroken, Severity.WARNING, when=_at_quit)
def _(event: DialogueBroken) -> str:
    return f"{event.reason} while sending QUIT command"


@TABLE.line(ReplyMutated, Severity.WARNING)
def _(event: ReplyMutated) -> str:
    what = "DNS reply of {} bytes" if event.dns else "{} bytes received"
    return f"mutated: {what.format(event.size)}, line {event.line} of the recording: {event.how}"


@TABLE.line(Reconnecting)
def _(event: Reconnecting) -> str:
    return f"Reconnecting after {event.seconds} seconds"


@TABLE.line(ReconnectingDone)
def _(event: ReconnectingDone) -> str:
    return DONE[event.why]
