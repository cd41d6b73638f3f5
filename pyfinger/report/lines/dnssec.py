"""Lines about validation of our own; loaded with the first event about it."""

from __future__ import annotations

from pyfinger.events.dnssec import (
    DnssecDiffers,
    DnssecLink,
    DnssecValidated,
    ProofChecked,
    SignaturesEnding,
)
from pyfinger.model.dnssec import Insecure, Secure, Security
from pyfinger.report.dnssec_words import date, hint, outcome_word, security_text, span, step_text
from pyfinger.report.lines.log_line import LineTable, Severity
from pyfinger.report.visibility import View, verbose

TABLE = LineTable()


@TABLE.line(DnssecLink, when=verbose)
def _(event: DnssecLink) -> str:
    return f"DNSSEC: {step_text(event.step)}"


def _is_believed(security: Security) -> bool:
    return isinstance(security, Secure | Insecure)


def _counts(_view: View, event: DnssecValidated) -> bool:
    """What makes a lookup fail is always told; once, since Postfix asks again what has failed."""
    return event.decides and not event.again and not _is_believed(event.validated.security)


def _is_aside(view: View, event: DnssecValidated) -> bool:
    return verbose(view, event) and not _counts(view, event)


@TABLE.line(DnssecValidated, Severity.WARNING, when=_counts)
def _(event: DnssecValidated) -> str:
    return _outcome(event)


@TABLE.line(DnssecValidated, when=_is_aside)
def _(event: DnssecValidated) -> str:
    return _outcome(event)


def _outcome(event: DnssecValidated) -> str:
    security = event.validated.security
    text = f"DNSSEC: {event.name} ({event.rdtype}): {security_text(security)}"
    advice = hint(security)
    return f"{text}; {advice}" if advice else text


@TABLE.line(DnssecDiffers, Severity.WARNING)
def _(event: DnssecDiffers) -> str:
    ours = security_text(event.security)
    who = f"name server {event.server}" if event.server else "the name servers"
    return f"DNSSEC: {event.name} ({event.rdtype}): {who}: {event.word.value}; own validation: {ours}"


@TABLE.line(SignaturesEnding, Severity.WARNING)
def _(event: SignaturesEnding) -> str:
    return (
        f"DNSSEC: signatures of zone {event.zone} end in {span(event.left)}, after {span(event.life)},"
        f" and have not been renewed: {event.owner} {event.rdtype} at {date(event.expiration)}"
    )


def _holds(_view: View, event: ProofChecked) -> bool:
    return _is_believed(event.security) and event.outcome == outcome_word(event.security)


def _does_not_hold(view: View, event: ProofChecked) -> bool:
    return not _holds(view, event)


@TABLE.line(ProofChecked, when=_holds)
def _(event: ProofChecked) -> str:
    return _checked(event)


@TABLE.line(ProofChecked, Severity.WARNING, when=_does_not_hold)
def _(event: ProofChecked) -> str:
    return _checked(event)


def _checked(event: ProofChecked) -> str:
    text = f"{event.name} ({event.rdtype}), at {date(event.when)}: {security_text(event.security)}"
    return text if event.outcome == outcome_word(event.security) else f"{text}; the file says {event.outcome}"
