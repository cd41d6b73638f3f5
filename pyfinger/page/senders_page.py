"""What a sending mail server did in the world of `pyfinger-demo senders`, as a page.

    page = senders_page(report)
    Pages(TEMPLATE).render(TEMPLATE, page=page)

Figures point into the document of `--json`.  What failed comes first, each with the offending step
and the section of the RFC it is against; every situation opens to all that happened in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyfinger.demo.senders.journal_verdicts import Mark, SenderReport, SituationResult
from pyfinger.demo.senders.report_text import ENDINGS, demand_words, profile_words, unreached_words
from pyfinger.page.blocks import (
    Badge,
    Code,
    Column,
    Facts,
    Folded,
    Lines,
    Link,
    Masthead,
    Notice,
    Notices,
    Row,
    Section,
    Table,
    Term,
    Tone,
    count_of,
    duration,
    moment,
    number,
)
from pyfinger.page.probe_page import TEMPLATE, Page

__all__ = ["TEMPLATE", "senders_page"]

_TONES = {
    Mark.PASS: Tone.GOOD,
    Mark.FAIL: Tone.BAD,
    Mark.NOT_TRIED: Tone.WARN,
    Mark.NOT_APPLICABLE: Tone.PLAIN,
}
_MEANINGS = {
    Mark.PASS: "as demanded",
    Mark.FAIL: "against the RFC",
    Mark.NOT_TRIED: "no sign of the sender",
    Mark.NOT_APPLICABLE: "nothing it claims to do",
}


def senders_page(report: SenderReport) -> Page:
    """What is on it."""
    return Page(_masthead(report), tuple(_sections(report)))


def _masthead(report: SenderReport) -> Masthead:
    failed, untried = report.count(Mark.FAIL), report.count(Mark.NOT_TRIED)
    if failed:
        tone, verdict = Tone.BAD, f"{failed} of {len(report.results)} against the RFCs"
    elif untried or not report.settled:
        tone, verdict = Tone.WARN, "not everything was tried"
    else:
        tone, verdict = Tone.GOOD, "all as demanded"
    sentences = [", ".join(_counts(report)) + "."]
    if unreached := unreached_words(report):
        sentences.append(f"{unreached}.")
    if not report.settled:
        sentences.append(ENDINGS[report.ended])
    title = f"{count_of(len(report.results), 'situation')}, profile {profile_words(report.profile)}"
    return Masthead("What a sending mail server did", title, tone, Badge(tone, verdict), tuple(sentences))


def _counts(report: SenderReport) -> Iterator[str]:
    for mark in Mark:
        if count := report.count(mark):
            yield f"{count} {mark.value.lower()} ({_MEANINGS[mark]})"


def _sections(report: SenderReport) -> Iterator[Section]:
    facts = Facts(
        (
            Term("profile", (profile_words(report.profile),)),
            Term("began", (moment(report.began, "/began"),)),
            Term("took", (duration(report.seconds, "/seconds"),)),
            Term("settled", ("yes" if report.settled else "no",)),
            *(Term(mark.value.lower(), (number(report.count(mark)),)) for mark in Mark),
        )
    )
    yield Section("glance", "At a glance", (facts,))
    failed = tuple(_notice(one) for one in report.results if one.mark is Mark.FAIL)
    if failed:
        lead = "What was demanded, what was done instead, and the section that says so."
        yield Section("failed", "Against the RFCs", (Notices(failed),), lead)
    yield Section("situations", "All situations", (_table(report),), "A name leads to what happened there.")
    happened = tuple(_happened(one) for one in report.results)
    lead = "Each opens to the questions in DNS, and to all that was done on connections, in order."
    yield Section("happened", "What happened", happened, lead)


def _notice(result: SituationResult) -> Notice:
    return Notice(
        Badge(Tone.BAD, Mark.FAIL.value),
        f"{result.name}: {result.about}",
        f"Demanded: {demand_words(result.demand)}. Seen: {result.seen.value}. Offending: {result.problem}.",
        source=result.source,
    )


def _table(report: SenderReport) -> Table:
    columns = ("situation", "verdict", "what is wrong there", "demanded", "seen", "by")
    rows = tuple(
        Row(
            (
                Link(_id(result), result.name),
                Badge(_TONES[result.mark], result.mark.value),
                result.about,
                demand_words(result.demand) or "nothing",
                Lines(seen) if len(seen := _seen(result, report.unreachable)) > 1 else seen[0],
                result.source or "no RFC",
            ),
            _TONES[result.mark],
        )
        for result in report.results
    )
    return Table("What was demanded, and what was seen", tuple(map(Column, columns)), rows)


def _seen(result: SituationResult, said: str) -> tuple[str, ...]:
    """What became of its message; why it was not submitted, unless that is said of all of them."""
    refused = f"not submitted: {result.refused}" if result.refused and result.refused != said else ""
    return tuple(filter(None, (result.seen.value, result.tls, refused)))


def _happened(result: SituationResult) -> Folded:
    terms = [Term("domain", (Code(result.domain),)), Term("section", (result.source or "no RFC",))]
    if result.tls:
        terms.append(Term("TLS", (result.tls,)))
    if result.refused:
        terms.append(Term("not submitted", (result.refused,)))
    terms.append(_listed("questions in DNS", result.questions))
    terms.append(_listed("on connections", result.steps))
    title = (result.name, Badge(_TONES[result.mark], result.mark.value), result.seen.value)
    return Folded(title, (Facts(tuple(terms)),), id=_id(result))


def _listed(name: str, texts: tuple[str, ...]) -> Term:
    return Term(name, (Lines(tuple(map(Code, texts))) if texts else "nothing",))


def _id(result: SituationResult) -> str:
    return f"s-{result.name}"
