"""A check as a page: what `pyfinger-check` found, with a cell for each probe that opens to it.

    facts = check_page(report)
    Pages("check.html").render("check.html", page=facts)

The grid has a row for each host and address, a column for each key algorithm, and in each cell
the host's TLSA records by their numbers, the matching ones filled.  Figures point into the
document of `--format json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.check.model import (
    AddressCheck,
    ChainCheck,
    CheckReport,
    CheckVerdict,
    DomainCheck,
    HostCheck,
    KeyAlgorithm,
    RecordCheck,
)
from pyfinger.dane.remarks import RecordRemark
from pyfinger.model import LookupKind
from pyfinger.page.blocks import (
    Badge,
    Cell,
    Code,
    Column,
    Figure,
    Lines,
    Row,
    Table,
    Term,
    Tone,
    day,
    duration,
    moment,
    number,
)
from pyfinger.page.check_words import TONES, FindingPart, PolicyPart, explained_parts, policy_part
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


class ProbePart(Value):
    """One connection, as it is opened."""

    id: str
    algorithm: str
    address: str
    badge: Badge
    reason: str
    terms: tuple[Term, ...]


class HostPart(Value):
    """A host: its records, its probes, what it should publish."""

    id: str
    name: str
    badge: Badge
    reason: str
    terms: tuple[Term, ...]
    records: Table | None
    remarks: tuple[str, ...]
    publish: tuple[str, ...]
    owner: str  # of the records
    probes: tuple[ProbePart, ...]


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


def verdict_badge(verdict: CheckVerdict) -> Badge:
    """In its colour."""
    return Badge(TONES[verdict], verdict.value)


def _domain(domain: DomainCheck, at: str) -> DomainPart:
    algorithms = _algorithms(domain)
    hosts = [(host, f"{at}/hosts/{place}") for place, host in enumerate(domain.hosts)]
    terms = [Term("Hosts", (number(len(domain.hosts)),)), Term("Outcome", (word(domain.outcome),))]
    if domain.lookup is not LookupKind.HOST:
        terms.append(Term(f"{domain.lookup.value} records", ("signed" if domain.secure else "not signed",)))
    return DomainPart(
        id=_id(at),
        name=domain.domain,
        badge=verdict_badge(domain.verdict),
        reason=domain.reason,
        terms=tuple(terms),
        algorithms=tuple(one.value for one in algorithms),
        grid=tuple(row for host, where in hosts for row in _grid_rows(host, where, algorithms)),
        hosts=tuple(_host(domain, host, where) for host, where in hosts),
        level=domain.explained.level.word if domain.explained else "",
        account=domain.explained.account if domain.explained else (),
        findings=explained_parts(domain.explained) if domain.explained else (),
        policies=policy_part(domain, at),
    )


def _algorithms(domain: DomainCheck) -> tuple[KeyAlgorithm, ...]:
    """Those that were asked for anywhere, in the order of their kind."""
    asked = {chain.algorithm for host in domain.hosts for one in host.addresses for chain in one.chains}
    return tuple(one for one in KeyAlgorithm if one in asked)


def _id(pointer: str) -> str:
    """An element's, after a place in the document."""
    return pointer.strip("/").replace("/", "-")


# --- the grid --------------------------------------------------------------------


def _grid_rows(host: HostCheck, at: str, algorithms: Sequence[KeyAlgorithm]) -> Iterator[GridRow]:
    name = f"{host.host}:{host.port}"
    if not host.addresses:
        nothing = tuple(GridCell(Tone.PLAIN, "no address") for _ in algorithms)
        yield GridRow(name, _id(at), 1, "no address", verdict_badge(host.verdict), nothing)
    for place, address in enumerate(host.addresses):
        where = f"{at}/addresses/{place}"
        cells = tuple(_grid_cell(host, address, where, one) for one in algorithms)
        rows = 0 if place else len(host.addresses)
        badge = verdict_badge(address.verdict)
        yield GridRow("" if place else name, _id(at), rows, address.address, badge, cells)


def _grid_cell(host: HostCheck, address: AddressCheck, at: str, algorithm: KeyAlgorithm) -> GridCell:
    for place, chain in enumerate(address.chains):
        if chain.algorithm is algorithm:
            marks = [RecordMark(one + 1, one in chain.matched) for one in range(len(host.records))]
            return GridCell(
                TONES[chain.verdict],
                chain.verdict.value,
                _id(f"{at}/chains/{place}"),
                chain.reason,
                tuple(marks) if chain.protocol else (),
            )
    return GridCell(Tone.PLAIN, "not asked for")


# --- a host ----------------------------------------------------------------------


def _host(domain: DomainCheck, host: HostCheck, at: str) -> HostPart:
    terms = []
    if domain.lookup is not LookupKind.HOST:
        terms.append(Term("Preference", (number(host.preference, f"{at}/preference"),)))
    terms.append(Term("Port", (number(host.port, f"{at}/port"),)))
    terms.append(Term("Level in force", (host.level.word if host.level else "not known",)))
    terms.append(Term("TLSA records", (word(host.tlsa_status) if host.tlsa_status else "not looked up",)))
    return HostPart(
        id=_id(at),
        name=f"{host.host}:{host.port}",
        badge=verdict_badge(host.verdict),
        reason=host.reason,
        terms=tuple(terms),
        records=_records(host, at),
        remarks=tuple(map(_remark, host.remarks)),
        publish=host.publish,
        owner=f"_{host.port}._tcp.{host.base_domain or host.host}",
        probes=tuple(_probes(domain, host, at)),
    )


def _records(host: HostCheck, at: str) -> Table | None:
    if not host.records:
        return None
    columns = ("#", "Usage", "Selector", "Matching", "Data", "Verdict", "What came of it")
    rows = [_record(check, place, f"{at}/records/{place}") for place, check in enumerate(host.records)]
    headings = tuple(Column(title, numeric=title in columns[:4]) for title in columns)
    caption = f"TLSA records of _{host.port}._tcp.{host.base_domain or host.host}"
    return Table(caption, headings, tuple(rows))


def _record(check: RecordCheck, place: int, at: str) -> Row:
    record = check.record
    remarked = {one.text for one in check.remarks}
    told = [*(() if check.reason in remarked else (check.reason,)), *map(_remark, check.remarks)]
    cells: tuple[Cell, ...] = (
        number(place + 1),
        number(record.usage, f"{at}/record/usage"),
        number(record.selector, f"{at}/record/selector"),
        number(record.matching, f"{at}/record/matching"),
        Code(record.data.hex() or "nothing"),
        verdict_badge(check.verdict),
        Lines(tuple(told)),
    )
    return Row(cells, TONES[check.verdict], _id(at))


def _remark(remark: RecordRemark) -> str:
    return f"{remark.text} ({remark.rfc})" if remark.rfc else remark.text


def _probes(domain: DomainCheck, host: HostCheck, at: str) -> Iterator[ProbePart]:
    for place, address in enumerate(host.addresses):
        for rank, chain in enumerate(address.chains):
            where = f"{at}/addresses/{place}/chains/{rank}"
            terms = (*_delivery(domain, host, address, chain), *_chain_terms(chain, where))
            yield ProbePart(
                _id(where),
                chain.algorithm.value,
                address.address,
                verdict_badge(chain.verdict),
                chain.reason,
                terms,
            )


def _delivery(
    domain: DomainCheck, host: HostCheck, address: AddressCheck, chain: ChainCheck
) -> Iterator[Term]:
    """What Postfix does there."""
    for one in domain.explained.deliveries if domain.explained else ():
        place = one.place
        if (place.host, place.address, place.algorithm) == (host.host, address.address, chain.algorithm):
            yield Term("Postfix", (one.delivery.value,))


def _chain_terms(chain: ChainCheck, at: str) -> Iterator[Term]:
    if chain.outcome is not None:
        yield Term("Outcome", (word(chain.outcome),))
    yield Term("Connection", ("made" if chain.connected else "none",))
    texts = {
        "Protocol": chain.protocol,
        "Cipher suite": chain.cipher,
        "Group": chain.group,
        "Key": f"{chain.key}, raw" if chain.raw_key else chain.key,
        "Subject": chain.subject,
        "Issuer": chain.issuer,
    }
    yield from (Term(name, (text,)) for name, text in texts.items() if text)
    if chain.names:
        yield Term("Names", (Lines(chain.names),))
    if chain.not_after is not None:
        yield Term("Ends", (day(chain.not_after, f"{at}/not_after"),))
    if chain.certificates:
        yield Term("Certificates", (number(chain.certificates, f"{at}/certificates"),))
    if chain.matched:
        yield Term("Matching records", tuple(_matching(chain, at)))
    if chain.key_digest:
        yield Term("SHA-256 of the key (3 1 1)", (Code(chain.key_digest.hex()),))
    if chain.certificate_digest:
        yield Term("SHA-256 of the certificate (3 0 1)", (Code(chain.certificate_digest.hex()),))
    if chain.reply_code:
        yield Term("SMTP reply", (number(chain.reply_code, f"{at}/reply_code"),))


def _matching(chain: ChainCheck, at: str) -> Iterator[Figure]:
    """Counted from 1, as in the table; the document counts from 0."""
    yield from (Figure(one + 1, f"{one + 1}") for one in chain.matched)
