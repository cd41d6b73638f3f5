"""Every log line, by event; and the events the log says nothing about.

One module for each of `pyfinger.events`.  Texts are posttls-finger's to the
byte; names of peers are lower-cased where its TLS library does so.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.events import (
    AlertSeen,
    BytesReceived,
    BytesSent,
    ChainPresented,
    Disconnected,
    DisplayChosen,
    Event,
    HandshakeMessageSeen,
    HandshakeState,
    LookedUp,
    PlaintextDiscarded,
    RecordSeen,
    SecretDerived,
    SessionBegan,
)
from pyfinger.report.lines import dane, dialogue, judgement, names, start, tls
from pyfinger.report.lines.table import Line

LINES: Mapping[type[Event], tuple[Line, ...]] = {
    **start.TABLE.lines,
    **names.TABLE.lines,
    **dane.TABLE.lines,
    **dialogue.TABLE.lines,
    **judgement.TABLE.lines,
    **tls.TABLE.lines,
}

SILENT: Mapping[type[Event], str] = {
    AlertSeen: "for captures",
    BytesReceived: "for captures",
    BytesSent: "for captures",
    ChainPresented: "its report is not part of the log",
    Disconnected: "posttls-finger does not mention it",
    DisplayChosen: "it is about the log itself",
    HandshakeMessageSeen: "for captures",
    HandshakeState: "its -L words are refused",
    LookedUp: "each question has been told",
    PlaintextDiscarded: "posttls-finger does not mention it",
    RecordSeen: "for captures",
    SecretDerived: "kept out of logs",
    SessionBegan: "the second and later ones follow `Reconnecting`",
}
