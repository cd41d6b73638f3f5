"""What there is to say of connections, of the SMTP dialogue, and of the handshake."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator, Mapping

from pyfinger.events.dialogue import CONNECTION_LOST, TIMED_OUT, DialogueStep
from pyfinger.model import Level
from pyfinger.report.document.findings import Situation
from pyfinger.report.document.model import AddressReport, Outcome, Report, SessionReport, Stop, TlsReport
from pyfinger.report.document.outcome import TRANSIENT
from pyfinger.report.explanation.seen import Seen, brief, judged

_SERVICE_CLOSED = 421
_TLS_PORT = 465
_SEGMENT = 1400  # bytes of TCP payload that one packet carries nearly everywhere
_MASK = re.compile(r"[xX]{5,}[A-Za-z]?")  # Cisco's, over a word it does not let through
_STARS = re.compile(r"[*0-9 ]*\*{4,}[*0-9 ]*")
_OLD = ("SSLv3", "TLSv1", "TLSv1.1")
_UNREACHABLE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
_ALERTS = {  # RFC 8446 section 6.2, RFC 6066 section 9
    40: Situation.PARAMETERS_REFUSED,
    70: Situation.VERSION_REFUSED,
    71: Situation.PARAMETERS_REFUSED,
    112: Situation.SERVER_NAME_REFUSED,
}
_REASONS = {
    "wrong version number": Situation.NOT_TLS,
    "packet length too long": Situation.NOT_TLS,
    "record too small": Situation.NOT_TLS,
    "http request": Situation.NOT_TLS,
    "unsupported protocol": Situation.VERSION_TOO_OLD,
    "no protocols available": Situation.VERSION_TOO_OLD,
    "dh key too small": Situation.KEY_EXCHANGE_WEAK,
    **dict.fromkeys(
        ("bad dh value", "unknown security bits", "modulus too small", "not suitable generator"),
        Situation.KEY_EXCHANGE_WEAK,
    ),
}
_ALERT_NAMES = {
    10: "unexpected_message",
    20: "bad_record_mac",
    22: "record_overflow",
    42: "bad_certificate",
    43: "unsupported_certificate",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    50: "decode_error",
    51: "decrypt_error",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    109: "missing_extension",
    110: "unsupported_extension",
    116: "certificate_required",
    120: "no_application_protocol",
}


def seen_in_sessions(report: Report) -> Iterator[Seen]:
    """All that connecting and talking says."""
    if report.outcome is Outcome.REFUSED:
        yield Seen(Situation.PROBE_REFUSED, report.destination, {"reason": brief(report.explanation)})
        return  # what there was of a probe was not what was meant
    if report.outcome is Outcome.UNFINISHED:
        yield Seen(Situation.PROBE_UNFINISHED, report.destination, {"reason": brief(report.explanation)})
    reached = any(address.chosen for address in report.addresses)
    for address in report.addresses:
        yield from _address(address, reached=reached)
    session = judged(report)
    if session is not None:
        yield from _dialogue(report, session)
        if session.tls is not None:
            yield from _handshake(report, session, session.tls)


def _address(address: AddressReport, *, reached: bool) -> Iterator[Seen]:
    if address.chosen:
        return
    peer, code = address.peer, address.code
    facts = {"peer": peer, "port": peer.port, "error": address.error}
    if reached:
        yield Seen(Situation.FIRST_ADDRESS_FAILED, str(peer), facts)
    elif code == errno.ECONNREFUSED:
        yield Seen(Situation.CONNECTION_REFUSED, str(peer), facts)
    elif code == errno.ETIMEDOUT:
        yield Seen(Situation.CONNECTION_TIMED_OUT, str(peer), facts)
    elif code in _UNREACHABLE:
        family = "IPv6" if ":" in peer.address else "IPv4"
        yield Seen(Situation.ADDRESS_UNREACHABLE, str(peer), {**facts, "family": family})
    elif code:
        yield Seen(Situation.CONNECTION_FAILED, str(peer), facts)


def _dialogue(report: Report, session: SessionReport) -> Iterator[Seen]:
    peer = str(session.peer)
    facts: dict[str, object] = {"peer": peer, "port": session.peer.port}
    if any(_STARS.fullmatch(line[4:].strip()) for line in session.greeting):
        yield Seen(Situation.GREETING_MASKED, peer, facts)
    if session.injected:
        yield Seen(Situation.PLAINTEXT_INJECTED, peer, {**facts, "count": len(session.injected)})
    if session.stop is not None and session.tls is None:
        situation = _stopped(report, session, session.stop)
        if situation is not None:
            text = brief(session.stop.text)
            reply = f'"{session.stop.code} {text}"'
            yield Seen(situation, peer, {**facts, "reply": reply, "error": text})
    elif session.tls is None and report.level is Level.NONE:
        yield Seen(Situation.TLS_SWITCHED_OFF, peer, facts)
    elif session.tls is None and not session.starttls and session.capabilities:
        masked = [line for line in session.capabilities if _MASK.fullmatch(line.strip())]
        if masked:
            yield Seen(Situation.STARTTLS_MASKED, peer, {**facts, "line": brief(masked[0])})
        else:
            yield Seen(Situation.STARTTLS_MISSING, peer, facts)


_STOPS: Mapping[str, tuple[Situation, Situation, Situation]] = {  # cut off, temporary, refused
    DialogueStep.GREETING: (
        Situation.GREETING_CUT_OFF,
        Situation.GREETING_TEMPORARY,
        Situation.GREETING_REFUSAL,
    ),
    DialogueStep.EHLO: (Situation.HELLO_CUT_OFF, Situation.HELLO_TEMPORARY, Situation.HELLO_REFUSED),
    DialogueStep.LHLO: (Situation.HELLO_CUT_OFF, Situation.HELLO_TEMPORARY, Situation.HELLO_REFUSED),
    DialogueStep.STARTTLS: (
        Situation.STARTTLS_CUT_OFF,
        Situation.STARTTLS_TEMPORARY,
        Situation.STARTTLS_REFUSED,
    ),
}


def _stopped(report: Report, session: SessionReport, stop: Stop) -> Situation | None:
    """Why a dialogue ended; None after all that matters."""
    if stop.step not in _STOPS:
        return None
    cut_off, temporary, refused = _STOPS[stop.step]
    if stop.step == DialogueStep.GREETING:
        if stop.code == _SERVICE_CLOSED:
            return Situation.GREETING_SERVICE_CLOSED
        if not stop.code and stop.text == TIMED_OUT:
            silent = session.peer.port == _TLS_PORT and not report.wrapper
            return Situation.PORT_EXPECTS_TLS if silent else Situation.GREETING_NEVER_CAME
    if not stop.code and stop.text in (TIMED_OUT, CONNECTION_LOST):
        return cut_off
    return temporary if stop.code in TRANSIENT else refused


def _handshake(report: Report, session: SessionReport, tls: TlsReport) -> Iterator[Seen]:
    peer = str(session.peer)
    facts: dict[str, object] = {"peer": peer, "size": tls.hello_size, "reason": brief(_reason(tls))}
    if tls.concluded:
        if tls.protocol in _OLD:
            yield Seen(Situation.VERSION_DEPRECATED, peer, {**facts, "protocol": tls.protocol})
        return
    if report.outcome is Outcome.UNFINISHED or tls.failure_code is None:
        return
    situation = _failure(tls)
    name = tls.servername or "(none)"
    hint, advice = _not_tls(report)
    alert = next((one.description for one in tls.alerts if not one.sent), 0)
    said = f"{alert} ({_ALERT_NAMES[alert]})" if alert in _ALERT_NAMES else str(alert)
    yield Seen(situation, peer, {**facts, "name": name, "hint": hint, "advice": advice, "alert": said})


def _failure(tls: TlsReport) -> Situation:
    """Why there is no TLS session."""
    alerts = [alert.description for alert in tls.alerts if not alert.sent]
    if tls.unreadable is not None:
        return Situation.CERTIFICATE_UNREADABLE
    if alerts and tls.failure_code == -1:
        return _ALERTS.get(alerts[-1], Situation.ALERT_RECEIVED)
    if tls.failure_code == errno.ETIMEDOUT:
        if _answered(tls):
            return Situation.TLS_STUCK
        return Situation.HELLO_TOO_LARGE if tls.hello_size > _SEGMENT else Situation.TLS_UNANSWERED
    if tls.failure_code is not None and tls.failure_code >= 0:
        return Situation.TLS_BROKEN if _answered(tls) else Situation.TLS_CUT_OFF
    return _REASONS.get(tls.failure_reason, Situation.HANDSHAKE_FAILED)


def _answered(tls: TlsReport) -> bool:
    """Whether the server sent a message of the handshake."""
    return bool(tls.fingerprints.ja3s or tls.hello_retried or tls.certificates or tls.alerts)


def _reason(tls: TlsReport) -> str:
    if tls.unreadable is not None:
        place = tls.unreadable.place
        which = "the raw public key" if place is None else f"certificate {place} of the chain"
        return f"{which}: {tls.unreadable.reason}"
    return tls.failure_reason or tls.failure


def _not_tls(report: Report) -> tuple[str, str]:
    """What may be the matter with a port that does not speak TLS."""
    if report.wrapper:
        return ": it may want STARTTLS first", "without --wrapper the probe asks for STARTTLS"
    return "", "something may answer in plain text after it has agreed to STARTTLS"
