"""docs/explanations.md, made from the catalogue.

.venv/bin/python -m tests.explanations
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pyfinger.report.document.findings import Situation, Weight
from pyfinger.report.encoding import word
from pyfinger.report.explanation.entry import Demand, Entry
from pyfinger.report.explanation.of_certificates import OF_CERTIFICATES
from pyfinger.report.explanation.of_handshakes import OF_HANDSHAKES
from pyfinger.report.explanation.of_names import OF_NAMES
from pyfinger.report.explanation.of_policies import OF_POLICIES
from pyfinger.report.explanation.of_records import OF_RECORDS
from pyfinger.report.explanation.of_sessions import OF_SESSIONS

FILE = Path(__file__).resolve().parent.parent / "docs" / "explanations.md"

GROUPS: Mapping[str, Mapping[Situation, Entry]] = {
    "The probe, name servers, domains and hosts": OF_NAMES,
    "Connections and dialogues": OF_SESSIONS,
    "TLS handshakes": OF_HANDSHAKES,
    "TLSA records": OF_RECORDS,
    "Certificates": OF_CERTIFICATES,
    "MTA-STS and TLSRPT": OF_POLICIES,
}
HEAD = """\
# What is explained

`pyfinger --explain` says after the log what Postfix would do for the destination at the
level probed, and why: the level in force, and every situation below that applies, the
weightiest first. In JSON (`--json FILE --explain`) that is the member `explained`; from
Python, `pyfinger.explain(report, level)`, for any level.

What Postfix makes of a level is what smtp(8) makes of it; where TLSA records are missing
posttls-finger, and so the log, goes on at level secure instead, to show what the
certificate is worth.

A situation is a *failure* if it keeps mail from being delivered as the level wants it, a
*warning* if mail is delivered, but not as safely as it could be or not for long, else a
*note*. Most matter only from some demand on. `{words}` are filled from what was seen; what
is called a result is the result type of RFC 8460 that a sender's TLS report has for it.

This page is made from the catalogue by `python -m tests.explanations`.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_groups()]).rstrip("\n") + "\n"


def _groups() -> Iterator[str]:
    for title, entries in GROUPS.items():
        yield f"## {title}\n"
        for situation in Situation:
            if situation in entries:
                yield from _entry(situation, entries[situation])


def _entry(situation: Situation, entry: Entry) -> Iterator[str]:
    yield f"### `{word(situation)}`: {situation.value}\n"
    yield f"{_verbatim(entry.text.rstrip())}\n"
    if entry.advice:
        yield f"*What to do:* {_verbatim(entry.advice.rstrip(':').rstrip('.'))}.\n"
    facts = [_weight(entry)]
    if entry.result is not None:
        facts.append(f"result `{entry.result.value}`")
    if entry.reference:
        facts.append(entry.reference)
    yield f"{'; '.join(facts)}\n"


def _weight(entry: Entry) -> str:
    if entry.demand is Demand.NOTHING:
        return entry.weight.value.capitalize()
    weight = entry.weight.value.capitalize()
    lower = "" if entry.otherwise is Weight.NOTE else f", else a {entry.otherwise.value}"
    return f"{weight} {entry.demand.value}{lower}"


def _verbatim(text: str) -> str:
    return text.replace("{", "`{").replace("}", "}`").replace("<", "&lt;").replace("*", "\\*")


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
