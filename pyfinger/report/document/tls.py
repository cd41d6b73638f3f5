"""One TLS session, as it is told."""

from __future__ import annotations

import os

from pyfinger.dissect import Field, ja3, ja3s, ja4
from pyfinger.dissect.messages import HELLO_RETRY_REQUEST, Context, handshake
from pyfinger.events import (
    AlertSeen,
    CredentialSeen,
    CredentialUnreadable,
    Event,
    HandshakeFailed,
    HandshakeMessageSeen,
    ServernameChosen,
    SessionReloaded,
    SessionSaved,
    TlsEstablished,
    TlsProblem,
    VerificationFinished,
)
from pyfinger.report.document.model import Alert, Problem, TlsReport, Unreadable
from pyfinger.report.words import library_error
from pyfinger.tls.codepoints import HandshakeType
from pyfinger.values import replace
from pyfinger.x509.failures import text as x509_text

MOST_ALERTS = 1000  # a server that does not come to an end fills no memory

_FAILURES = {0: "lost connection", -1: ""}  # -1: `TlsProblem` follows and says it


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
            return replace(tls, failure=_FAILURES.get(code) or os.strerror(max(code, 0)))
        case TlsProblem() if not tls.failure:  # the root of it; more may come of it
            return replace(tls, failure=library_error(event.code, event.reason, event.data))
        case CredentialUnreadable(place=place, reason=reason):
            return replace(tls, unreadable=Unreadable(place, reason))
        case VerificationFinished():
            return _judged(tls, event)
        case TlsEstablished():
            return _established(tls, event)
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
    return replace(tls, offered_extensions=_extensions(message), fingerprints=prints)


def _with_answer(tls: TlsReport, message: bytes) -> TlsReport:
    if handshake(message, Context()).meaning == HELLO_RETRY_REQUEST:
        return replace(tls, hello_retried=True)
    found = ja3s(message)
    if found is None:
        return tls
    prints = replace(tls.fingerprints, ja3s=found.full, ja3s_hash=found.digest)
    return replace(tls, accepted_extensions=_extensions(message), fingerprints=prints)


def _extensions(message: bytes) -> tuple[str, ...]:
    """The names of its extensions, in their order; the number of one without."""
    return tuple(map(_name, handshake(message, Context()).all("extension_type")))


def _name(field: Field) -> str:
    return field.meaning or str(field.value)
