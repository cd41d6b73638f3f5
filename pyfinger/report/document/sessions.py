"""Addresses tried and sessions held, as they are told."""

from __future__ import annotations

import os

from pyfinger.events import (
    AddressSkipped,
    CommandSent,
    Connected,
    ConnectFailed,
    Connecting,
    DialogueBroken,
    Event,
    LevelDecided,
    PlaintextDiscarded,
    ReplyLine,
    ReplyRefused,
    SessionBegan,
    SocketPathTooLong,
    TlsaImported,
    TlsStarting,
)
from pyfinger.model import Peer
from pyfinger.report.document.model import AddressReport, SessionReport, Stop, TlsReport
from pyfinger.report.document.tls import with_tls
from pyfinger.values import replace

MOST_LINES = 1000  # of one kind; a server that does not come to an end fills no memory

_NOTHING = AddressReport(Peer("", "", None), connected=False)
_HELLO = ("EHLO", "LHLO")
_FAILURES = {0: "lost connection", -1: ""}  # -1: `TlsProblem` follows and says it


class Sessions:
    """Collects addresses and sessions; the last of each may still change."""

    def __init__(self) -> None:
        self.addresses: list[AddressReport] = []
        self.sessions: list[SessionReport] = []
        self._number = 1
        self._next = _NOTHING

    def __call__(self, event: Event) -> None:
        """Follow every event."""
        match event:
            case SessionBegan(number=number):
                self._number = number
            case TlsaImported(owner=owner):
                self._next = replace(self._next, tlsa_owner=owner)
            case LevelDecided():
                self._next = replace(
                    self._next,
                    level=event.level,
                    exchange_secure=event.exchange_secure,
                    tlsa_status=event.tlsa,
                    tlsa=event.records,
                )
            case Connecting(peer=peer):
                self._address(peer)
            case AddressSkipped(peer=peer):
                self._address(peer, error="TLSA lookup failed")
            case SocketPathTooLong(path=path):
                self._address(Peer("", path, None), error="path too long")
            case ConnectFailed(code=code):
                self.addresses[-1] = replace(self.addresses[-1], code=code, error=os.strerror(code))
            case Connected(peer=peer, endpoints=endpoints):
                self.addresses[-1] = replace(self.addresses[-1], connected=True)
                self.sessions.append(SessionReport(self._number, peer, endpoints))
            case _ if self.sessions:
                self.sessions[-1] = _with_dialogue(self.sessions[-1], event)

    def _address(self, peer: Peer, error: str = "") -> None:
        self.addresses.append(replace(self._next, peer=peer, error=error))
        self._next = _NOTHING


def _with_dialogue(session: SessionReport, event: Event) -> SessionReport:
    """The session, with what one event adds to it."""
    match event:
        case CommandSent(step="STARTTLS"):
            return replace(session, starttls=True)
        case ReplyLine(step=step, text=text):
            return _with_line(session, step, text)
        case PlaintextDiscarded(data=data):
            return replace(session, injected=data)
        case ReplyRefused(step=step, code=code, text=text):
            return replace(session, stop=Stop(step, code, text))
        case DialogueBroken(step=step, reason=reason):
            return replace(session, stop=Stop(step, 0, reason))
        case TlsStarting():
            return replace(session, tls=TlsReport(established=False))
        case _ if session.tls is not None:
            return replace(session, tls=with_tls(session.tls, event))
    return session


def _with_line(session: SessionReport, step: str, text: str) -> SessionReport:
    """A line of the greeting or of an EHLO reply, without its code if it has one."""
    if step == "greeting":
        return replace(session, greeting=_more(session.greeting, text))
    if step not in _HELLO:
        return session
    line = text[4:] if text[:3].isdigit() else text
    if session.tls is None or not session.tls.established:
        return replace(session, capabilities=_more(session.capabilities, line))
    return replace(session, tls_capabilities=_more(session.tls_capabilities, line))


def _more(lines: tuple[str, ...], line: str) -> tuple[str, ...]:
    return (*lines, line) if len(lines) < MOST_LINES else lines
