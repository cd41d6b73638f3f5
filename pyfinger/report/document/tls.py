"""Addresses tried, sessions held, and TLS in them, as they are told."""

from __future__ import annotations

import os

from pyfinger.dissect import Field, ja3, ja3s, ja4
from pyfinger.dissect.message_trees import HELLO_RETRY_REQUEST, in_the_clear
from pyfinger.events import (
    AddressSkipped,
    AlertSeen,
    CommandSent,
    Connected,
    ConnectFailed,
    Connecting,
    CredentialSeen,
    CredentialUnreadable,
    DialogueBroken,
    Event,
    HandshakeFailed,
    HandshakeMessageSeen,
    LevelDecided,
    PlaintextDiscarded,
    ReplyLine,
    ReplyRefused,
    ServernameChosen,
    SessionBegan,
    SessionReloaded,
    SessionSaved,
    SocketPathTooLong,
    TlsaImported,
    TlsEstablished,
    TlsProblem,
    TlsStarting,
    VerificationFinished,
)
from pyfinger.events.dialogue import DialogueStep
from pyfinger.events.given import CredentialGiven, CredentialMissing, CredentialUnasked, GivenJudged
from pyfinger.model import Endpoints, Peer
from pyfinger.report.document.model import (
    AddressReport,
    Alert,
    Problem,
    SessionReport,
    Stop,
    TlsReport,
    Unreadable,
)
from pyfinger.report.words import library_error
from pyfinger.tls.codepoints import HandshakeType
from pyfinger.values import replace
from pyfinger.x509.failures import text as x509_text

MOST_ALERTS = 1000  # a server that does not come to an end fills no memory

_FAILURES = {0: "lost connection", -1: ""}  # -1: `TlsProblem` follows and says it


MOST_LINES = 1000  # of one kind; a server that does not come to an end fills no memory
_NOTHING = AddressReport(Peer("", "", None), connected=False)
_HELLO = ("EHLO", "LHLO")


def with_tls(tls: TlsReport, event: Event) -> TlsReport:
    """The TLS session, with what one event adds to it."""
    match event:
        case HandshakeMessageSeen(message=message):
            return with_message(tls, message)
        case AlertSeen() if len(tls.alerts) < MOST_ALERTS:
            alert = Alert(event.sent, event.level, event.description)
            return replace(tls, alerts=(*tls.alerts, alert))
        case ServernameChosen(name=name):
            return replace(tls, servername=name)
        case SessionReloaded():
            return replace(tls, offered_session=True)
        case SessionSaved():
            return replace(tls, saved_sessions=tls.saved_sessions + 1)
        case CredentialSeen(certificates=certificates, raw_key=raw_key):
            return replace(tls, certificates=certificates, raw_key=raw_key)
        case HandshakeFailed(code=code):
            text = _FAILURES[code] if code in _FAILURES else os.strerror(code)
            return replace(tls, failure=text or tls.failure, failure_code=code)
        case TlsProblem() if not tls.failure:  # the root of it; more may come of it
            text = library_error(event.code, event.reason, event.data)
            return replace(tls, failure=text, failure_reason=event.reason)
        case CredentialUnreadable(place=place, reason=reason):
            return replace(tls, unreadable=Unreadable(place, reason))
        case VerificationFinished():
            return _judged(tls, event)
        case TlsEstablished():
            return _established(tls, event)
        case GivenJudged(trust=trust):
            return replace(tls, trust=trust)
        case CredentialUnasked(reason=reason):
            return replace(tls, failure=reason, failure_reason=reason)
    return tls


def _judged(tls: TlsReport, event: VerificationFinished) -> TlsReport:
    verdict = event.verdict
    return replace(
        tls,
        level=event.level,
        proved=verdict.good,
        matched_name=verdict.peername,
        authority=verdict.authority,
        records=event.records,
        problems=tuple(Problem(error.code, error.depth, x509_text(error.code)) for error in verdict.errors),
        names=event.names,
    )


def _established(tls: TlsReport, event: TlsEstablished) -> TlsReport:
    secured = event.secured
    return replace(
        tls,
        established=True,
        trust=event.trust,
        protocol=secured.protocol,
        cipher=secured.cipher,
        suite=secured.suite,
        bits_used=secured.bits_used,
        bits_total=secured.bits_total,
        group=secured.group,
        server_signature=secured.server_signature,
        client_signature=secured.client_signature,
        resumed=secured.resumed,
    )


def with_message(tls: TlsReport, message: bytes) -> TlsReport:
    """The session, with what one handshake message adds to it."""
    kind = message[0] if message else -1
    if kind == HandshakeType.CLIENT_HELLO:
        return _with_hello(tls, message)
    if kind == HandshakeType.SERVER_HELLO:
        return _with_answer(tls, message)
    if kind == HandshakeType.ENCRYPTED_EXTENSIONS:
        return replace(tls, accepted_extensions=(*tls.accepted_extensions, *_extensions(message)))
    return tls


def _with_hello(tls: TlsReport, message: bytes) -> TlsReport:
    """Our first hello; a second one differs only in what the server asked for."""
    if tls.fingerprints.ja3:
        return tls
    three, four = ja3(message), ja4(message)
    if three is None or four is None:
        return tls
    prints = replace(
        tls.fingerprints, ja3=three.full, ja3_hash=three.digest, ja4=four.digest, ja4_raw=four.raw
    )
    offered = _extensions(message)
    return replace(tls, offered_extensions=offered, hello_size=len(message), fingerprints=prints)


def _with_answer(tls: TlsReport, message: bytes) -> TlsReport:
    if in_the_clear(message).meaning == HELLO_RETRY_REQUEST:
        return replace(tls, hello_retried=True)
    found = ja3s(message)
    if found is None:
        return tls
    prints = replace(tls.fingerprints, ja3s=found.full, ja3s_hash=found.digest)
    return replace(tls, accepted_extensions=_extensions(message), fingerprints=prints)


def _extensions(message: bytes) -> tuple[str, ...]:
    """The names of its extensions, in their order; the number of one without."""
    return tuple(map(_name, in_the_clear(message).all("extension_type")))


def _name(field: Field) -> str:
    return field.meaning or str(field.value)


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
            case CredentialGiven(peer=peer, source=source):
                self._address(peer)
                self.addresses[-1] = replace(self.addresses[-1], given=True)
                ends = Endpoints("", None, peer.address, peer.port)
                tls = TlsReport(established=False, given=source)
                self.sessions.append(SessionReport(self._number, peer, ends, tls=tls))
            case CredentialMissing(peer=peer):
                self._address(peer, error="no certificate is given for it")
            case _ if self.sessions:
                self.sessions[-1] = _with_dialogue(self.sessions[-1], event)

    def _address(self, peer: Peer, error: str = "") -> None:
        self.addresses.append(replace(self._next, peer=peer, error=error))
        self._next = _NOTHING


def _with_dialogue(session: SessionReport, event: Event) -> SessionReport:
    """The session, with what one event adds to it."""
    match event:
        case CommandSent(step=DialogueStep.STARTTLS):
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
    if step == DialogueStep.GREETING:
        return replace(session, greeting=_more(session.greeting, text))
    if step not in _HELLO:
        return session
    line = text[4:] if text[:3].isdigit() else text
    if session.tls is None or not session.tls.established:
        return replace(session, capabilities=_more(session.capabilities, line))
    return replace(session, tls_capabilities=_more(session.tls_capabilities, line))


def _more(lines: tuple[str, ...], line: str) -> tuple[str, ...]:
    return (*lines, line) if len(lines) < MOST_LINES else lines
