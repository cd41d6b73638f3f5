"""Every log line, by event; and the events the log says nothing about.

One module for each of `pyfinger.events`.  Texts are posttls-finger's to the
byte; names of peers are lower-cased where its TLS library does so.  What needs
more than one event at a time (states, packet dumps) is not here.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.events import (
    AlertSeen,
    BytesReceived,
    BytesSent,
    ChainPresented,
    CipherChangeSeen,
    ConnectionBroken,
    CredentialSeen,
    Disconnected,
    DisplayChosen,
    DnsExchanged,
    Event,
    HandshakeMessageAccepted,
    HandshakeMessageBegan,
    HandshakeMessageSeen,
    HandshakeReady,
    NothingToOffer,
    ProbeBegan,
    ProbeEnded,
    RecordBytesRead,
    RecordSeen,
    RouteFound,
    SecretDerived,
    SessionBegan,
    VerificationFinished,
)
from pyfinger.report.lines import dialogue, names, start, tls, verification
from pyfinger.report.lines.log_line import LogLine

LINES: Mapping[type[Event], tuple[LogLine, ...]] = {
    **start.TABLE.lines,
    **names.TABLE.lines,
    **dialogue.TABLE.lines,
    **verification.TABLE.lines,
    **tls.TABLE.lines,
}

DNSSEC = "pyfinger.events.dnssec"
GIVEN = "pyfinger.events.given"
TOLERANCE = "pyfinger.events.tolerance"

SILENT: Mapping[type[Event], str] = {
    AlertSeen: "for the trace of states",
    BytesReceived: "for packet dumps",
    BytesSent: "for packet dumps and the trace of states",
    ChainPresented: "its report is not part of the log",
    CipherChangeSeen: "for the trace of states",
    ConnectionBroken: "what it breaks is told",
    CredentialSeen: "its fingerprints are told with the verdict",
    Disconnected: "posttls-finger does not mention it",
    DisplayChosen: "it is about the log itself",
    DnsExchanged: "for captures",
    HandshakeMessageAccepted: "for the trace of states",
    HandshakeMessageBegan: "for the trace of states",
    HandshakeMessageSeen: "for the trace of states",
    HandshakeReady: "for the file of `-L trace`",
    NothingToOffer: "the handshake fails for that reason, as in Postfix",
    ProbeBegan: "the user knows",
    ProbeEnded: "there is nothing more",
    RecordBytesRead: "for packet dumps",
    RecordSeen: "for packet dumps and the trace of states",
    RouteFound: "its addresses are told as they are tried",
    SecretDerived: "kept out of logs",
    VerificationFinished: "its reportable error and match are told",
    SessionBegan: "the second and later ones follow `Reconnecting`",
}


def lines_of(event: Event) -> tuple[LogLine, ...]:
    """An event's lines; those of options that are rarely used are loaded with the first of them."""
    kind = type(event)
    found = LINES.get(kind)
    if found is None and kind.__module__ == GIVEN:
        from pyfinger.report.lines.given import TABLE

        return TABLE.lines[kind]
    if found is None and kind.__module__ == DNSSEC:
        from pyfinger.report.lines.dnssec import TABLE

        return TABLE.lines[kind]
    if found is None and of_tolerance(event):
        from pyfinger.report.lines.tolerance import TABLE

        return TABLE.lines[kind]
    return found or ()


def of_tolerance(event: Event) -> bool:
    """Whether an event is about which hellos a server takes."""
    return type(event).__module__ == TOLERANCE
