"""Why a server gets mail, or does not: what Postfix does at a level, in plain words.

    explanation = explain(report)                # at the level of the probe
    explanation = explain(report, Level.DANE)    # at another one
    explanation.delivery, explanation.findings[0].text, .findings[0].publish

One catalogue of situations serves `pyfinger --explain`, `pyfinger-check` and pages, and
docs/explanations.md is made of it.  Everything here is a function of a `Report`: nothing is
looked up, nothing verified, and no verdict depends on it.

    seen_in_names, _sessions, _records, _certificates     what applies, with its facts
    of_names, of_sessions, of_handshakes, of_records, of_certificates    what is said of it (CATALOGUE)
    delivery                                              the level in force, and what comes of it
    explaining                                            the two put together, the weightiest first
    text                                                  for a terminal
"""

from __future__ import annotations

from pyfinger.report.explanation.entry import Demand, Entry
from pyfinger.report.explanation.explaining import CATALOGUE, explain, explained
from pyfinger.report.explanation.explanation_text import explanation_text

__all__ = ["CATALOGUE", "Demand", "Entry", "explain", "explained", "explanation_text"]
