"""One TLS session, as it is told."""

from __future__ import annotations

import os
from dataclasses import replace

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
from pyfinger.report.document.hellos import with_message
from pyfinger.report.document.model import Alert, Problem, TlsReport, Unreadable
from pyfinger.report.words import library_error
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
