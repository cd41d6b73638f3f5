"""The page of one probe: everything on it, from a report and, if they were kept, its events.

    sections = probe_page(report, conversation)

A report alone (a JSON document that was kept) has no messages: the ladder is left out then, and
said to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyfinger.page.blocks import (
    Badge,
    Bar,
    Cell,
    Column,
    Facts,
    Masthead,
    Notice,
    Notices,
    Prose,
    Row,
    Section,
    Table,
    Term,
    Tone,
    duration,
    moment,
    number,
)
from pyfinger.page.chain_blocks import certificate_sections
from pyfinger.page.offers import offers_section
from pyfinger.page.resolution import name_sections
from pyfinger.page.transcript import Conversation
from pyfinger.page.transcript_section import messages_section
from pyfinger.report.document import Outcome, Report, Span
from pyfinger.report.document.findings import Delivery, Explanation, Finding, Weight
from pyfinger.report.event_stream import TimedEvent
from pyfinger.report.explanation import explain
from pyfinger.values import Value

TEMPLATE = "page.html"

_OUTCOMES = {
    Outcome.MET: Tone.GOOD,
    Outcome.EXPIRING: Tone.WARN,
    Outcome.DNS_TEMPORARY: Tone.WARN,
    Outcome.SMTP_TEMPORARY: Tone.WARN,
    Outcome.UNFINISHED: Tone.WARN,
}
_WEIGHTS = {Weight.FAILURE: Tone.BAD, Weight.WARNING: Tone.WARN, Weight.NOTE: Tone.NOTE}
_NO_MESSAGES = (
    "What this page was made of has no messages; a page of the probe itself, of a recording, or of an "
    "event stream shows them."
)
_LEAST_BAR = 0.4  # per cent: what is narrower cannot be seen
_INSIDE = ("flight", "verification")  # parts of the step before them


class Page(Value):
    """A whole page."""

    head: Masthead
    sections: tuple[Section, ...]


def probe_page(report: Report, events: Iterable[TimedEvent] = ()) -> Page:
    """What is on the page; a function of the two."""
    conversation = Conversation()
    for event, at in events:
        conversation(event, at)
    explanation = report.explained or explain(report)
    return Page(_masthead(report, explanation), tuple(_sections(report, conversation, explanation)))


def _masthead(report: Report, explanation: Explanation) -> Masthead:
    tone = _OUTCOMES.get(report.outcome, Tone.BAD)
    sentences = [f"{report.explanation}."]
    if report.destination:
        sentences.append(f"{_delivery(report, explanation)} {' '.join(explanation.account)}".rstrip())
    verdict = Badge(tone, report.outcome.value)
    return Masthead(
        "A mail server, probed", report.destination or "No probe", tone, verdict, tuple(sentences)
    )


def _delivery(report: Report, explanation: Explanation) -> str:
    level = explanation.level.word
    if explanation.delivery is Delivery.UNKNOWN:
        return f"What Postfix does at level {level} {explanation.delivery.value}."
    return f"At level {level} Postfix {explanation.delivery.value}."


def _sections(report: Report, conversation: Conversation, explanation: Explanation) -> Iterator[Section]:
    yield Section("glance", "At a glance", (_glance(report, explanation), *_warnings(report)))
    if explanation.findings:
        notices = Notices(tuple(map(_notice, explanation.findings)))
        yield Section("findings", "What it means, and what to do", (notices,))
    session = messages_section(conversation)
    yield session or Section(
        "session",
        "The session, message by message",
        (Prose(_NO_MESSAGES),),
    )
    yield from certificate_sections(report)
    yield from name_sections(report)
    offers = offers_section(report, conversation)
    if offers is not None:
        yield offers
    if report.spans:
        yield Section("timing", "Where the time went", (_waterfall(report),))


def _glance(report: Report, explanation: Explanation) -> Facts:
    terms = [
        Term("outcome", (Badge(_OUTCOMES.get(report.outcome, Tone.BAD), report.outcome.value),)),
        Term("begun", (moment(report.began, "/began"),)),
        Term("took", (duration(report.seconds, "/seconds"),)),
    ]
    if report.level is not None:
        terms.append(Term("level asked for", (report.level.word,)))
    if explanation.in_force is not None:
        terms.append(Term("level in force", (explanation.in_force.word,)))
    if report.match:
        terms.append(Term("names to match", (", ".join(report.match),)))
    for place, session in enumerate(report.sessions[:3]):
        terms.append(Term(f"server of pass {session.number}" if place else "server", (str(session.peer),)))
        if session.greeting and not place:
            terms.append(Term("greeting", (" ".join(session.greeting),)))
        if session.tls is not None and session.tls.established:
            terms.append(Term("TLS", (f"{session.tls.protocol}, {session.tls.cipher}",)))
    terms += list(_days(report))
    return Facts(tuple(terms))


def _days(report: Report) -> Iterator[Term]:
    for title, days, pointer in (
        ("first certificate expires in", report.days_left, "/days_left"),
        ("first signature in DNS expires in", report.dnssec_days_left, "/dnssec_days_left"),
    ):
        if days is not None:
            yield Term(title, (number(days, pointer, "days"),))


def _warnings(report: Report) -> Iterator[Notices]:
    if report.warnings:
        badge = Badge(Tone.WARN, "warning of the log")
        yield Notices(tuple(Notice(badge, "", text) for text in report.warnings))


def _notice(finding: Finding) -> Notice:
    result = f"a report would call it {finding.result.value}" if finding.result else ""
    return Notice(
        Badge(_WEIGHTS[finding.weight], finding.weight.value),
        finding.situation.value,
        f"{finding.subject}: {finding.text}" if finding.subject else finding.text,
        finding.advice,
        "; ".join(filter(None, (finding.reference, result))),
        "\n".join(finding.publish),
    )


# --- timing ----------------------------------------------------------------------


def _waterfall(report: Report) -> Table:
    columns = (Column("step"), Column("began", True), Column("took", True), Column("of the whole"))
    total = max(report.seconds, 1e-9)
    rows = [_span(span, f"/spans/{place}", total) for place, span in enumerate(report.spans)]
    whole: tuple[Cell, ...] = (
        "in all",
        duration(0.0),
        duration(report.seconds, "/seconds"),
        Bar(0.0, 100.0, Tone.PLAIN),
    )
    return Table("Each step, in the order they began", columns, (*rows, Row(whole)))


def _span(span: Span, where: str, total: float) -> Row:
    name = f"{span.what} {span.detail}".rstrip()
    if span.what in _INSIDE:
        name = f"… {span.detail or span.what}"
    if span.failed:
        name += ", failed"
    begin = min(100.0 - _LEAST_BAR, max(0.0, 100 * span.began / total))
    width = min(100.0 - begin, max(_LEAST_BAR, 100 * span.seconds / total))
    bar = Bar(round(begin, 2), round(width, 2), Tone.PLAIN, f"step-{span.what.lower()}")
    times = duration(span.began, f"{where}/began"), duration(span.seconds, f"{where}/seconds")
    return Row((name, *times, bar), Tone.BAD if span.failed else Tone.PLAIN)
