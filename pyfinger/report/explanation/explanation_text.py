"""An explanation for people to read, 80 columns wide; what is to be pasted is never broken."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from pyfinger.report.document.findings import Explanation, Finding, Weight
from pyfinger.report.document.model import Report
from pyfinger.report.sanitise import printable

WIDTH = 80
_MARKS = {Weight.FAILURE: "FAILURE", Weight.WARNING: "WARNING", Weight.NOTE: "note"}


def explanation_text(report: Report) -> bytes:
    """All that a report has of it, in ASCII; what servers wrote is censored as in the log."""
    if report.explained is None or not report.destination:  # refused before there was a probe
        return b""
    lines = _lines(report.destination, report.explained)
    return b"".join(printable(line, utf8=False) + b"\n" for line in lines)


def _lines(destination: str, explanation: Explanation) -> Iterator[str]:
    yield ""
    head = f"What Postfix does for {destination} at level {explanation.level.word}: it"
    if not explanation.delivery.value.startswith(("cannot",)):
        yield from _wrapped(f"{head} {explanation.delivery.value}.", "")
    else:
        yield from _wrapped(f"{head[:-4]}: {explanation.delivery.value}.", "")
    if explanation.account:
        yield ""
        yield from _wrapped(" ".join(explanation.account), "")
    pasted: set[str] = set()
    for finding in explanation.findings:
        yield ""
        yield from finding_lines(finding, pasted)
        pasted.update(finding.publish)


def finding_lines(finding: Finding, pasted: set[str], *, narrow: bool = False) -> Iterator[str]:
    """One situation, not yet censored; records that were printed before are not printed again.

    `narrow`: each record in two lines, as zone files may have it.
    """
    yield from _wrapped(f"{_MARKS[finding.weight]}: {finding.situation.value}", "")
    yield from _wrapped(finding.text, "  ")
    if finding.advice:
        yield from _wrapped(f"-> {finding.advice}", "  ", hanging="     ")
    for record in finding.publish:
        if record not in pasted:
            yield from _record(record, narrow=narrow)
    if pasted.issuperset(finding.publish) and finding.publish:
        yield "     (as above)"
    result = f"a report would call it {finding.result.value}" if finding.result else ""
    source = "; ".join(filter(None, (finding.reference, result)))
    if source:
        yield from _wrapped(f"({source})", "  ")


def _record(record: str, *, narrow: bool) -> Iterator[str]:
    head, _, data = record.rpartition(" ")
    if not narrow or " IN TLSA " not in record or len(record) + 5 <= WIDTH:
        yield f"     {record}"
    else:
        yield f"     {head} ("
        yield f"       {data} )"


def _wrapped(text: str, indent: str, hanging: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
