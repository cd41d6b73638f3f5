"""What came of a probe, as one value: for JSON, for monitoring, and for programs.

A `ReportBuilder` (`builder`) is a renderer like the others: it is given every event with its
time, and has the `Report` whenever somebody asks for it.  Here are the values alone.
"""

from __future__ import annotations

from pyfinger.report.document.model import (
    AddressReport,
    Alert,
    DnssecOutcome,
    Fingerprints,
    Lookup,
    LookupProof,
    Outcome,
    Problem,
    Report,
    SessionReport,
    Span,
    Stop,
    TlsReport,
)

__all__ = [
    "AddressReport",
    "Alert",
    "DnssecOutcome",
    "Fingerprints",
    "Lookup",
    "LookupProof",
    "Outcome",
    "Problem",
    "Report",
    "SessionReport",
    "Span",
    "Stop",
    "TlsReport",
]
