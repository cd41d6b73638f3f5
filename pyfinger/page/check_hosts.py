"""A host on the page of a check: its TLSA records, what to publish, and each probe as it is opened."""

from __future__ import annotations

from collections.abc import Iterator

from pyfinger.check.report_model import AddressCheck, ChainCheck, DomainCheck, HostCheck, RecordCheck
from pyfinger.dane.remarks import RecordRemark
from pyfinger.model import LookupKind
from pyfinger.page.blocks import Badge, Cell, Code, Column, Figure, Lines, Row, Table, Term, day, number
from pyfinger.page.check_words import TONES, element_id, verdict_badge
from pyfinger.report.encoding import word
from pyfinger.values import Value


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


def host_part(domain: DomainCheck, host: HostCheck, at: str) -> HostPart:
    """What stands on the page of a host; `at` is its place in the document."""
    terms = []
    if domain.lookup is not LookupKind.HOST:
        terms.append(Term("Preference", (number(host.preference, f"{at}/preference"),)))
    terms.append(Term("Port", (number(host.port, f"{at}/port"),)))
    terms.append(Term("Level in force", (host.level.word if host.level else "not known",)))
    terms.append(Term("TLSA records", (word(host.tlsa_status) if host.tlsa_status else "not looked up",)))
    return HostPart(
        id=element_id(at),
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
    return Row(cells, TONES[check.verdict], element_id(at))


def _remark(remark: RecordRemark) -> str:
    said = f"{remark.text} ({remark.rfc})" if remark.rfc else remark.text
    return f"{said}. {remark.action}" if remark.action else said


def _probes(domain: DomainCheck, host: HostCheck, at: str) -> Iterator[ProbePart]:
    for place, address in enumerate(host.addresses):
        for rank, chain in enumerate(address.chains):
            where = f"{at}/addresses/{place}/chains/{rank}"
            terms = (*_delivery(domain, host, address, chain), *_chain_terms(chain, where))
            yield ProbePart(
                element_id(where),
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
