"""A report as text of 80 columns, as JSON (docs/schema/senders-1.json), and as rows of a table."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence

from pyfinger import __version__
from pyfinger.demo.senders.journal import JournalEntry
from pyfinger.demo.senders.journal_verdicts import Mark, SenderEnding, SenderReport, SituationResult
from pyfinger.demo.senders.situations import Duty, Profile
from pyfinger.report.encoding import codec
from pyfinger.report.sanitise import legible

SENDERS_SCHEMA = "pyfinger-senders/1"
COLUMNS = 80
_ROW = "{:4}  {:20}  {:23}  {}"
_MARKS = {Mark.PASS: "pass", Mark.FAIL: "FAIL", Mark.NOT_TRIED: "?", Mark.NOT_APPLICABLE: "n/a"}
ENDINGS = {
    SenderEnding.SETTLED: "Not all of it had settled.",
    SenderEnding.DEADLINE: "The deadline came before all of it had settled.",
    SenderEnding.INTERRUPTED: "It was interrupted before all of it had settled.",
}
_STEPS = 12  # of a FAIL, as many are shown


def demand_words(demand: Duty | None) -> str:
    """What was demanded; of a sender that does not claim to do this, nothing."""
    return "" if demand is None else demand.value


def profile_words(profile: Profile) -> str:
    """What the sender claims to do, as `--profile` has it."""
    claims = [word for word, has in (("dane", profile.dane), ("mta-sts", profile.sts)) if has]
    return ",".join(claims) or "none"


def text_report(report: SenderReport) -> str:
    """All situations, a line each; what is wrong, and what led to it, below."""
    lines = [_ROW.format("", "situation", "demanded", "seen")]
    for result in report.results:
        row = (_MARKS[result.mark], result.name, demand_words(result.demand), result.seen.value)
        lines.append(_ROW.format(*row).rstrip())
        if result.refused and result.refused != report.unreachable:
            lines += _indented(f"not submitted: {result.refused}")
        if result.mark is Mark.FAIL:
            lines += _why(result)
    lines += [
        "",
        *textwrap.wrap(unreached_words(report), COLUMNS, subsequent_indent="  "),
        *_conclusion(report),
    ]
    return "".join(f"{legible(line)}\n" for line in lines)


def unreached_words(report: SenderReport) -> str:
    """What could not be submitted since nobody was there, and why; empty if somebody was."""
    if not report.unreached:
        return ""
    many = "" if report.unreached == 1 else "s"
    return f"{report.unreached} message{many} not submitted: {report.unreachable}"


def json_report(report: SenderReport) -> str:
    """The report as a document."""
    document = {"schema": SENDERS_SCHEMA, "version": __version__, **codec(SenderReport).write(report)}
    return json.dumps(document, indent=2) + "\n"


def journal_lines(entries: Sequence[JournalEntry]) -> Iterator[str]:
    """The journal, one JSON object a line."""
    write = codec(JournalEntry).write
    return (json.dumps(write(entry)) + "\n" for entry in entries)


def _why(result: SituationResult) -> Iterator[str]:
    yield from _indented(f"{result.about}; {result.source}")
    yield from _indented(f"offending: {result.problem}")
    for step in result.steps[:_STEPS]:
        yield from _indented(step, "        ")
    if len(result.steps) > _STEPS:
        yield f"        and {len(result.steps) - _STEPS} more"


def _indented(text: str, space: str = "      ") -> list[str]:
    return textwrap.wrap(text, COLUMNS, initial_indent=space, subsequent_indent=f"{space}  ")


def _conclusion(report: SenderReport) -> Iterator[str]:
    counted = ", ".join(
        f"{report.count(mark)} {word}"
        for mark, word in (
            (Mark.PASS, "pass"),
            (Mark.FAIL, "FAIL"),
            (Mark.NOT_TRIED, "not tried"),
            (Mark.NOT_APPLICABLE, "not applicable"),
        )
        if report.count(mark)
    )
    many = "" if len(report.results) == 1 else "s"
    yield f"{len(report.results)} situation{many}, profile {profile_words(report.profile)}: {counted}."
    if not report.settled:
        yield ENDINGS[report.ended]
