"""Lines about what was given and not seen; loaded with the first event about it."""

from __future__ import annotations

from pyfinger.events.given import (
    AnswerGiven,
    CredentialGiven,
    CredentialMissing,
    CredentialUnasked,
    GivenJudged,
    GivenSet,
    RecordsGiven,
)
from pyfinger.report.lines.log_line import LineTable, Severity
from pyfinger.report.visibility import SUMMARY, verbose
from pyfinger.report.words import lookup_failure

TABLE = LineTable()

MOST_SETS = 20  # of one line


@TABLE.line(RecordsGiven)
def _(event: RecordsGiven) -> tuple[str, ...]:
    lines = []
    if event.sets:
        listed = [_set(each) for each in event.sets[:MOST_SETS]]
        if len(event.sets) > MOST_SETS:
            listed.append(f"and {len(event.sets) - MOST_SETS} more")
        lines.append(f"given, not looked up ({event.source}): {'; '.join(listed)}")
    if event.offline:
        lines.append("offline: nothing is looked up and nobody is connected to")
    return tuple(lines)


def _set(given: GivenSet) -> str:
    owner = given.owner or "(the host)"
    return f"{owner} {given.rdtype}, {given.count} {'signed' if given.signed else 'unsigned'}"


@TABLE.line(AnswerGiven, when=verbose)
def _(event: AnswerGiven) -> str:
    word = "signed" if event.secure else "unsigned"
    found = (
        f"alias of {event.alias}"
        if event.alias
        else f"{event.records} record{'' if event.records == 1 else 's'}"
    )
    if event.failure is not None:
        found = lookup_failure(event.failure)
    return f"given, not looked up: {event.name} type {event.rdtype}: {found} ({word})"


@TABLE.line(CredentialGiven)
def _(event: CredentialGiven) -> str:
    count = f"{event.certificates} certificate{'s' if event.certificates > 1 else ''}"
    what = count if event.certificates else "a raw public key"
    return f"{event.peer.lowered}: given, not shown by a server ({event.source}): {what}"


@TABLE.line(CredentialUnasked, Severity.WARNING)
def _(event: CredentialUnasked) -> str:
    return f"{event.peer.lowered}: with what is given there is no handshake: {event.reason}"


@TABLE.line(CredentialMissing, Severity.WARNING)
def _(event: CredentialMissing) -> str:
    return f"{event.peer.lowered}: no certificate is given for it, and offline nobody is connected to"


@TABLE.line(GivenJudged, when=SUMMARY)
def _(event: GivenJudged) -> str:
    what = "raw public key" if event.raw_key else "certificate"
    return f"{event.trust.value} given {what} for {event.peer.lowered}: no connection was made"
