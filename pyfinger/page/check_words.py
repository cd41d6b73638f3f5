"""What a check says in sentences, for its page: explanations, MTA-STS and TLSRPT."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyfinger.check.report_model import (
    CheckExplanation,
    CheckVerdict,
    DomainCheck,
    ExplainedSituation,
    SenderDecision,
    SituationPlace,
    StsCheck,
    TlsrptCheck,
)
from pyfinger.page.blocks import Badge, Cell, Code, Column, Lines, Row, Table, Term, Tone, number
from pyfinger.report.document.findings import Finding, Weight
from pyfinger.values import Value

TONES: Mapping[CheckVerdict, Tone] = {
    CheckVerdict.OK: Tone.GOOD,
    CheckVerdict.DEGRADED: Tone.WARN,
    CheckVerdict.FAILED: Tone.BAD,
    CheckVerdict.COULD_NOT_TELL: Tone.NOTE,
    CheckVerdict.NOT_PROTECTED: Tone.WARN,
    CheckVerdict.NEVER_MATCHED: Tone.PLAIN,
    CheckVerdict.NOT_LOOKED_AT: Tone.PLAIN,
    CheckVerdict.NOT_OFFERED: Tone.PLAIN,
}
_WEIGHTS = {Weight.FAILURE: Tone.BAD, Weight.WARNING: Tone.WARN, Weight.NOTE: Tone.NOTE}


def verdict_badge(verdict: CheckVerdict) -> Badge:
    """In its colour."""
    return Badge(TONES[verdict], verdict.value)


def element_id(pointer: str) -> str:
    """An element's, after a place in the document."""
    return pointer.strip("/").replace("/", "-")


class FindingPart(Value):
    """A situation, in words."""

    badge: Badge
    title: str
    text: str
    advice: str
    source: str
    places: tuple[str, ...]
    publish: tuple[str, ...]


class PolicyPart(Value):
    """MTA-STS, or TLSRPT."""

    id: str
    title: str
    badge: Badge
    reason: str
    terms: tuple[Term, ...]
    tables: tuple[Table, ...]
    findings: tuple[FindingPart, ...]


def explained_parts(explanation: CheckExplanation) -> tuple[FindingPart, ...]:
    """The situations of a domain; records are shown for pasting once."""
    pasted: set[str] = set()
    return tuple(_situation(one, pasted) for one in explanation.situations)


def _situation(one: ExplainedSituation, pasted: set[str]) -> FindingPart:
    places = tuple(filter(None, map(_place, one.places)))
    return _finding(one.finding, places, pasted)


def _place(place: SituationPlace) -> str:
    algorithm = place.algorithm.value if place.algorithm else ""
    return ", ".join(filter(None, (place.host, place.address, algorithm)))


def _finding(finding: Finding, places: Sequence[str], pasted: set[str]) -> FindingPart:
    result = f"a report would call it {finding.result.value}" if finding.result else ""
    publish = tuple(one for one in finding.publish if one not in pasted)
    pasted.update(publish)
    return FindingPart(
        badge=Badge(_WEIGHTS[finding.weight], finding.weight.value),
        title=finding.situation.value,
        text=finding.text,
        advice=finding.advice,
        source="; ".join(filter(None, (finding.reference, result))),
        places=tuple(places),
        publish=publish,
    )


def policy_part(domain: DomainCheck, at: str) -> tuple[PolicyPart, ...]:
    """What the domain says of itself, as far as it was asked."""
    found = []
    if domain.sts is not None:
        found.append(_sts(domain.sts, f"{at}/sts"))
    if domain.tlsrpt is not None:
        found.append(_tlsrpt(domain.tlsrpt, f"{at}/tlsrpt"))
    return tuple(found)


def _sts(sts: StsCheck, at: str) -> PolicyPart:
    pasted: set[str] = set()
    return PolicyPart(
        id=element_id(at),
        title="MTA-STS (RFC 8461)",
        badge=Badge(TONES[sts.verdict], sts.verdict.value),
        reason=sts.reason,
        terms=tuple(_sts_terms(sts, at)),
        tables=tuple(_sts_tables(sts)),
        findings=tuple(_finding(one, (), pasted) for one in sts.situations),
    )


def _sts_terms(sts: StsCheck, at: str) -> Iterator[Term]:
    if sts.id:
        yield Term("Id of the record", (Code(sts.id),))
    if sts.policy_host:
        yield Term("Policy host", (sts.policy_host, "(connected)" if sts.connected else "(not connected)"))
    if sts.mode is not None:
        yield Term("Mode", (sts.mode.value,))
    if sts.max_age is not None:
        yield Term("May be kept for", (number(sts.max_age, f"{at}/max_age", "seconds"),))
    if sts.mx:
        yield Term("Hosts that it lists", (Lines(sts.mx),))
    if sts.result is not None:
        yield Term("A report would call it", (sts.result.value,))


def _sts_tables(sts: StsCheck) -> Iterator[Table]:
    if not sts.hosts:
        return
    hosts = [
        Row(
            (one.host, Badge(TONES[one.verdict], one.verdict.value), one.pattern or "none"),
            TONES[one.verdict],
        )
        for one in sts.hosts
    ]
    headings = ("Host", "Verdict", "Listed as")
    yield Table("Hosts against the policy", tuple(map(Column, headings)), tuple(hosts))
    decisions = [Row(cells) for one in sts.hosts for cells in _decisions(one.host, one.decisions)]
    columns = (
        "Host",
        "Senders that know",
        "Key",
        "Do this",
        "Because of",
        "Why",
        "Where it is written",
        "Report",
    )
    yield Table("What senders do", tuple(map(Column, columns)), tuple(decisions))


def _decisions(host: str, decisions: Sequence[SenderDecision]) -> Iterator[tuple[Cell, ...]]:
    for one in decisions:
        keys = ", ".join(algorithm.value for algorithm in one.algorithms) or "any"
        result = one.result.value if one.result else ""
        yield (
            host,
            one.sender.value,
            keys,
            one.action.value,
            one.basis.value,
            one.reason.value,
            one.section,
            result,
        )


def _tlsrpt(report: TlsrptCheck, at: str) -> PolicyPart:
    pasted: set[str] = set()
    terms = (Term("Reports go to", (Lines(report.rua),)),) if report.rua else ()
    return PolicyPart(
        id=element_id(at),
        title="TLSRPT (RFC 8460)",
        badge=Badge(TONES[report.verdict], report.verdict.value),
        reason=report.reason,
        terms=terms,
        tables=(),
        findings=tuple(_finding(one, (), pasted) for one in report.situations),
    )
