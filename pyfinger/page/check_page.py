"""A check as a page: what `pyfinger-check` found, with a cell for each probe that opens to it.

    facts = check_page(report)
    Pages("check.html").render("check.html", page=facts)

The grid has a row for each host and address, a column for each key algorithm, and in each cell
the host's TLSA records by their numbers, the matching ones filled.  Figures point into the
document of `--format json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.check.report_model import (
    AddressCheck,
    CheckReport,
    DomainCheck,
    HostCheck,
    KeyAlgorithm,
)
from pyfinger.model import LookupKind
from pyfinger.page.blocks import (
    Badge,
    Term,
    Tone,
    duration,
    moment,
    number,
)
from pyfinger.page.check_hosts import HostPart, host_part
from pyfinger.page.check_words import (
    TONES,
    FindingPart,
    PolicyPart,
    element_id,
    explained_parts,
    policy_part,
    verdict_badge,
)
from pyfinger.report.encoding import word
from pyfinger.values import Value


class RecordMark(Value):
    """A record in a cell of the grid."""

    number: int
    matched: bool


class GridCell(Value):
    """A probe in the grid; `target` is where all of it stands, empty: there was none."""

    tone: Tone
    word: str
    target: str = ""
    reason: str = ""
    records: tuple[RecordMark, ...] = ()


class GridRow(Value):
    """An address in the grid; `host` only in the host's first row, which spans `rows`."""

    host: str
    target: str
    rows: int
    address: str
    badge: Badge
    cells: tuple[GridCell, ...]


class DomainPart(Value):
    """A domain."""

    id: str
    name: str
    badge: Badge
    reason: str
    terms: tuple[Term, ...]
    algorithms: tuple[str, ...]
    grid: tuple[GridRow, ...]
    hosts: tuple[HostPart, ...]
    level: str
    account: tuple[str, ...]
    findings: tuple[FindingPart, ...]
    policies: tuple[PolicyPart, ...]


class CheckPage(Value):
    """All of it."""

    title: str
    badge: Badge
    reason: str
    terms: tuple[Term, ...]
    domains: tuple[DomainPart, ...]


def check_page(report: CheckReport) -> CheckPage:
    """What is on the page."""
    names = [domain.domain for domain in report.domains]
    first = next((one for one in report.domains if one.verdict is report.verdict), None)
    reason = first.reason if first is not None else "nothing was checked"
    terms = [
        Term("Level", (report.level.word,)),
        Term("Began", (moment(report.began, "/began"),)),
        Term("Took", (duration(report.seconds, "/seconds"),)),
        Term(
            "Connections",
            (number(report.connections, "/connections"), "of", number(report.planned, "/planned")),
        ),
    ]
    if report.interruption:
        terms.append(Term("Broken off", (report.interruption,)))
    return CheckPage(
        title=", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else ""),
        badge=verdict_badge(report.verdict),
        reason=reason if len(names) < 2 or first is None else f"{first.domain}: {reason}",
        terms=tuple(terms),
        domains=tuple(_domain(domain, f"/domains/{place}") for place, domain in enumerate(report.domains)),
    )


def _domain(domain: DomainCheck, at: str) -> DomainPart:
    algorithms = _algorithms(domain)
    hosts = [(host, f"{at}/hosts/{place}") for place, host in enumerate(domain.hosts)]
    terms = [Term("Hosts", (number(len(domain.hosts)),)), Term("Outcome", (word(domain.outcome),))]
    if domain.lookup is not LookupKind.HOST:
        terms.append(Term(f"{domain.lookup.value} records", ("signed" if domain.secure else "not signed",)))
    return DomainPart(
        id=element_id(at),
        name=domain.domain,
        badge=verdict_badge(domain.verdict),
        reason=domain.reason,
        terms=tuple(terms),
        algorithms=tuple(one.value for one in algorithms),
        grid=tuple(row for host, where in hosts for row in _grid_rows(host, where, algorithms)),
        hosts=tuple(host_part(domain, host, where) for host, where in hosts),
        level=domain.explained.level.word if domain.explained else "",
        account=domain.explained.account if domain.explained else (),
        findings=explained_parts(domain.explained) if domain.explained else (),
        policies=policy_part(domain, at),
    )


def _algorithms(domain: DomainCheck) -> tuple[KeyAlgorithm, ...]:
    """Those that were asked for anywhere, in the order of their kind."""
    asked = {chain.algorithm for host in domain.hosts for one in host.addresses for chain in one.chains}
    return tuple(one for one in KeyAlgorithm if one in asked)


# --- the grid --------------------------------------------------------------------


def _grid_rows(host: HostCheck, at: str, algorithms: Sequence[KeyAlgorithm]) -> Iterator[GridRow]:
    name = f"{host.host}:{host.port}"
    if not host.addresses:
        nothing = tuple(GridCell(Tone.PLAIN, "no address") for _ in algorithms)
        yield GridRow(name, element_id(at), 1, "no address", verdict_badge(host.verdict), nothing)
    for place, address in enumerate(host.addresses):
        where = f"{at}/addresses/{place}"
        cells = tuple(_grid_cell(host, address, where, one) for one in algorithms)
        rows = 0 if place else len(host.addresses)
        badge = verdict_badge(address.verdict)
        yield GridRow("" if place else name, element_id(at), rows, address.address, badge, cells)


def _grid_cell(host: HostCheck, address: AddressCheck, at: str, algorithm: KeyAlgorithm) -> GridCell:
    for place, chain in enumerate(address.chains):
        if chain.algorithm is algorithm:
            marks = [RecordMark(one + 1, one in chain.matched) for one in range(len(host.records))]
            return GridCell(
                TONES[chain.verdict],
                chain.verdict.value,
                element_id(f"{at}/chains/{place}"),
                chain.reason,
                tuple(marks) if chain.protocol else (),
            )
    return GridCell(Tone.PLAIN, "not asked for")
