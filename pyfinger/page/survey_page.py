"""A survey as a page: verdicts over time and by operator, what ends soon, what is spoken, who is worst.

    facts = survey_page(report)
    Pages("survey.html").render("survey.html", page=facts)

Figures point into the document of `pyfinger-survey summary --json` of the same run.  All domains are
on the page, in folded tables of a few hundred rows, so that a browser lays out what is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyfinger.check.report_model import CheckVerdict
from pyfinger.page.blocks import (
    Badge,
    Bar,
    Code,
    Column,
    Figure,
    Row,
    Table,
    Term,
    Tone,
    count_of,
    day,
    moment,
    number,
)
from pyfinger.page.check_words import TONES, verdict_badge
from pyfinger.page.survey_bars import VERDICT_ORDER, VERDICTS, Plot, by_operator, over_time
from pyfinger.report.encoding import word
from pyfinger.survey.reporting import SharedFault, SurveyedDomain, SurveyReport, faults
from pyfinger.survey.summary import SurveyCount, SurveySummary, told_stages
from pyfinger.values import Value

MOST_WORST = 20
MOST_NAMED = 3  # domains of one fault
ROWS_IN_FOLD = 500
_SOON = {"expired": Tone.BAD, "within 7 days": Tone.BAD, "within 30 days": Tone.WARN}


class DomainFold(Value):
    """Some domains, to be opened."""

    title: str
    badge: Badge
    rows: tuple[SurveyedDomain, ...]
    opened: bool = False


class CountPart(Value):
    """A section with tables of counts."""

    id: str
    title: str
    lead: str
    tables: tuple[Table, ...]


class SurveyPage(Value):
    """All of it."""

    title: str
    sentence: str
    tone: Tone
    terms: tuple[Term, ...]
    legend: tuple[Badge, ...]
    plots: tuple[Plot, ...]
    parts: tuple[CountPart, ...]
    folds: tuple[DomainFold, ...]
    problems: tuple[SurveyedDomain, ...]


def survey_page(report: SurveyReport) -> SurveyPage:
    """What is on the page."""
    found = report.summary
    fine = sum(each.count for each in found.verdicts if each.name == word(CheckVerdict.OK))
    are = "is" if fine == 1 else "are"
    plots = [over_time(report)] if report.runs else []
    if found.operators:
        plots.append(by_operator(found.operators))
    return SurveyPage(
        title=f"Survey of {count_of(found.lines - found.problems, 'domain')}",
        sentence=f"{fine} of {count_of(found.domains, 'domain')} {are} protected throughout.",
        tone=Tone.GOOD if fine == found.domains else Tone.WARN if fine else Tone.BAD,
        terms=tuple(_terms(found)),
        legend=tuple(verdict_badge(VERDICTS[name]) for name in VERDICT_ORDER),
        plots=tuple(plots),
        parts=(_expiry(found), _spoken(found), _worst(report)),
        folds=tuple(_folds(report)),
        problems=report.problems,
    )


def _terms(found: SurveySummary) -> Iterator[Term]:
    yield Term("Run", (number(found.run, "/run"),))
    yield Term("Began", (moment(found.began, "/began"),))
    if found.ended is not None:
        yield Term("Ended", (moment(found.ended, "/ended"),))
    else:
        yield Term("Ended", (Badge(Tone.WARN, f"not done: in stage {found.stage}"),))
    counts = {
        "Lines": "lines",
        "Domains with a verdict": "domains",
        "Hosts": "hosts",
        "Addresses": "addresses",
    }
    counts |= {"Connections": "connections", "With TLS": "secured", "Certificates": "certificates"}
    yield from (Term(title, (number(getattr(found, name), f"/{name}"),)) for title, name in counts.items())
    if found.problems:
        yield Term("Lines that are no domain", (number(found.problems, "/problems"),))
    if found.errors:
        yield Term("Connections lost to errors of ours", (number(found.errors, "/errors"),))


# --- counts ----------------------------------------------------------------------


def _expiry(found: SurveySummary) -> CountPart:
    tables = [_counts("When certificates end", "Ends", found.expiry, found.certificates, "/expiry")]
    rows = [
        Row(
            (
                one.subject or "no subject",
                day(one.not_after, f"/ending/{place}/not_after"),
                number(one.days_left, f"/ending/{place}/days_left"),
                number(one.servers, f"/ending/{place}/servers"),
                Code(one.sha256.hex()),
            ),
            Tone.BAD if one.days_left < 0 else Tone.WARN if one.days_left < 30 else Tone.PLAIN,
        )
        for place, one in enumerate(found.ending)
    ]
    columns = ("Subject", "Ends", "Days left", "Addresses", "SHA-256")
    headings = tuple(Column(title, numeric=title in columns[2:4]) for title in columns)
    if rows:
        tables.append(Table("Certificates that end first", headings, tuple(rows)))
    lead = "Days are counted from the beginning of the run."
    return CountPart("expiry", "Expiry horizon", lead, tuple(tables))


def _spoken(found: SurveySummary) -> CountPart:
    tables = [
        _counts("Connections", "What came of it", told_stages(found), found.connections, "/stages"),
        _counts("TLS versions", "Version", found.protocols, found.secured, "/protocols"),
        _counts("Cipher suites", "Suite", found.ciphers, found.secured, "/ciphers"),
        _counts("Groups", "Group", found.groups, found.secured, "/groups"),
        _counts("Keys", "Key", found.keys, found.secured, "/keys"),
        _post_quantum(found),
    ]
    lead = f"Shares are of {count_of(found.secured, 'connection')} with TLS, if nothing else is said."
    return CountPart("tls", "What is spoken", lead, tuple(tables))


def _post_quantum(found: SurveySummary) -> Table:
    offered = "" if found.post_quantum_offered else " (not offered by this survey)"
    rows = (
        _count_row(f"Key exchange with ML-KEM{offered}", found.post_quantum, found.secured, "/post_quantum"),
        _count_row("Keys: ML-DSA, SLH-DSA", found.post_quantum_keys, found.secured, "/post_quantum_keys"),
    )
    return Table("Post-quantum", _count_columns("What"), rows, sortable=False)


def _counts(caption: str, title: str, counts: Iterable[SurveyCount], whole: int, at: str) -> Table:
    rows = tuple(
        _count_row(one.name, one.count, whole, f"{at}/{place}/count", _SOON.get(one.name, Tone.PLAIN))
        for place, one in enumerate(counts)
    )
    return Table(f"{caption}, of {whole}", _count_columns(title), rows)


def _count_columns(title: str) -> tuple[Column, ...]:
    return Column(title), Column("Count", numeric=True), Column("Share", numeric=True), Column("Bar")


def _count_row(name: str, count: int, whole: int, at: str, tone: Tone = Tone.PLAIN) -> Row:
    share = 100 * count / whole if whole else 0.0
    bar = Bar(0, round(share, 2), tone)
    return Row((name, number(count, at), Figure(share, f"{share:.1f} %"), bar))


# --- domains ---------------------------------------------------------------------


def _worst(report: SurveyReport) -> CountPart:
    found = faults(report)
    rows = tuple(map(_fault, found[:MOST_WORST]))
    columns = ("What is wrong", "Verdict", "Domains", "Which", "First certificate ends", "Operators")
    headings = tuple(Column(title, numeric=title == "Domains") for title in columns)
    caption = "Failed before degraded, then what most domains share, then whose certificate ends first"
    lead = (
        f"Of {count_of(len(found), 'fault')}, those to be mended first, each with all domains that have it."
    )
    title = f"The worst {len(rows)}" if len(rows) > 1 else "The one fault" if rows else "None is bad"
    tables = (Table(caption, headings, rows),) if rows else ()
    return CountPart("worst", title, lead if rows else "", tables)


def _fault(fault: SharedFault) -> Row:
    count = len(fault.domains)
    which = ", ".join(one.domain for one in fault.domains[:MOST_NAMED])
    if count > MOST_NAMED:
        which += f" and {count - MOST_NAMED} more"
    operators = dict.fromkeys(name for one in fault.domains for name in one.operators.split())
    ends = "none was shown" if fault.ends is None else day(fault.ends)
    cells = (fault.reason, verdict_badge(fault.verdict), number(count), which, ends, " ".join(operators))
    return Row(cells, TONES[fault.verdict])


def _folds(report: SurveyReport) -> Iterator[DomainFold]:
    for group in report.domains:
        count = len(group.domains)
        for begin in range(0, count, ROWS_IN_FOLD):
            rows = group.domains[begin : begin + ROWS_IN_FOLD]
            span = f"{begin + 1} to {begin + len(rows)} of {count}" if count > ROWS_IN_FOLD else f"{count}"
            yield DomainFold(span, verdict_badge(group.verdict), rows)
