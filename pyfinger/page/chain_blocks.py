"""The chain as a picture, its certificates as a table, and TLSA records against them as a grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.model import CertificateFacts, KeyFacts, RecordOutcome, RecordVerdict, TlsaRecord
from pyfinger.page.blocks import (
    Badge,
    Cell,
    Code,
    Column,
    Facts,
    Lines,
    Notice,
    Notices,
    Row,
    Section,
    Table,
    Term,
    Tone,
    day,
    number,
)
from pyfinger.page.drawing import Card, Drawing, chain_of
from pyfinger.report.document import Problem, Report, SessionReport, TlsReport

_USAGES = {0: "PKIX-TA", 1: "PKIX-EE", 2: "DANE-TA", 3: "DANE-EE"}  # RFC 7218
_SELECTORS = {0: "Cert", 1: "SPKI"}
_MATCHINGS = {0: "Full", 1: "SHA2-256", 2: "SHA2-512"}
_TONES = {
    RecordOutcome.MATCHED: Tone.GOOD,
    RecordOutcome.MISMATCHED: Tone.BAD,
    RecordOutcome.UNUSABLE: Tone.WARN,
    RecordOutcome.WEAKER: Tone.NOTE,
    RecordOutcome.INAPPLICABLE: Tone.NOTE,
}


def certificate_sections(report: Report) -> Iterator[Section]:
    """Of every session that had a handshake of its own."""
    for place, session in enumerate(report.sessions):
        tls = session.tls
        if tls is None or not (tls.certificates or tls.raw_key or tls.problems or tls.records):
            continue
        where = f"/sessions/{place}/tls"
        name = "" if place == 0 else f"-{session.number}"
        title = "The chain of certificates" if tls.certificates else "What the server showed"
        yield Section(
            f"chain{name}", _of_pass(title, session, report), tuple(_chain(tls, where, report.began))
        )
        if tls.records:
            grid = _grid(tls, where)
            yield Section(
                f"tlsa{name}",
                _of_pass("TLSA records against certificates", session, report),
                (grid,),
                "Each record, and what of all that the server sent it was held against.",
            )


def _of_pass(title: str, session: SessionReport, report: Report) -> str:
    return f"{title}, pass {session.number}" if len(report.sessions) > 1 else title


def _chain(tls: TlsReport, where: str, now: float) -> Iterator[Drawing | Table | Facts | Notices]:
    if tls.certificates:
        yield _picture(tls, where, now)
    if tls.problems:
        yield Notices(tuple(_problem(problem) for problem in tls.problems))
    if tls.raw_key is not None:
        key = _key(tls.raw_key, f"{where}/raw_key")
        yield Facts((Term("raw public key", key), Term("SHA-256", (Code(tls.raw_key.sha256.hex()),))))
    if tls.names:
        yield Facts(
            (
                Term("names of which one had to be there", (Lines(tls.names),)),
                Term("name that was found", (tls.matched_name or "none was needed, or none found",)),
            )
        )
    if tls.certificates:
        yield _table(tls.certificates, where)


def _problem(problem: Problem) -> Notice:
    return Notice(
        Badge(Tone.BAD, "verification"),
        f"at depth {problem.depth}",
        problem.text,
        "",
        f"X509_V_ERR {problem.code}",
    )


def _picture(tls: TlsReport, where: str, now: float) -> Drawing:
    """The certificates in the order sent; the last card is an issuer that was not sent."""
    cards = [
        _card(tls, place, f"{where}/certificates/{place}", now) for place in range(len(tls.certificates))
    ]
    last = tls.certificates[-1]
    if last.subject != last.issuer:
        cards.append(Card(last.issuer, (("not sent by the server",),)))
    return chain_of("The chain as sent, the server's own certificate first", cards)


def _card(tls: TlsReport, place: int, where: str, now: float) -> Card:
    certificate = tls.certificates[place]
    problems = [one for one in tls.problems if one.depth == place]
    badges = [*_vouchers(tls, place), *(Badge(Tone.BAD, problem.text) for problem in problems)]
    ends = certificate.not_after
    names = ", ".join(certificate.names)
    lines: list[tuple[Cell, ...]] = [(f"for {names}",)] if names else []
    lines.append(_key(certificate.key, f"{where}/key"))
    lines.append(_dates(certificate, where))
    if ends is not None and ends < now:
        badges.append(Badge(Tone.WARN, "past its time"))
    tone = Tone.BAD if problems else Tone.GOOD if badges and badges[0].tone is Tone.GOOD else Tone.PLAIN
    link, link_tone = _issued(tls.certificates, place)
    return Card(certificate.subject or "(no subject)", tuple(lines), tuple(badges), tone, link, link_tone)


def _vouchers(tls: TlsReport, place: int) -> Iterator[Badge]:
    for verdict in tls.records:
        if verdict.outcome is RecordOutcome.MATCHED and verdict.position == place:
            yield Badge(Tone.GOOD, f"vouched for by {_record_name(verdict.record)}")
    if tls.matched_name and place == 0:
        yield Badge(Tone.GOOD, f"has the name {tls.matched_name}")


def _issued(chain: Sequence[CertificateFacts], place: int) -> tuple[tuple[Cell, ...], Tone]:
    """What stands beside the line to the next card."""
    certificate = chain[place]
    signed = (
        f"signed with {certificate.signed_with}" if certificate.signed_with else "signed in an unknown way"
    )
    if certificate.subject == certificate.issuer:
        return (f"{signed}, by itself",), Tone.PLAIN
    if place + 1 == len(chain) or chain[place + 1].subject == certificate.issuer:
        return (f"{signed}, by",), Tone.PLAIN
    return (f"{signed}, by another: {certificate.issuer}",), Tone.BAD


def _dates(certificate: CertificateFacts, where: str) -> tuple[Cell, ...]:
    begins, ends = certificate.not_before, certificate.not_after
    return (
        "valid",
        "from an unreadable date" if begins is None else day(begins, f"{where}/not_before"),
        "until",
        "an unreadable date" if ends is None else day(ends, f"{where}/not_after"),
    )


def _key(key: KeyFacts, where: str) -> tuple[Cell, ...]:
    if not key.kind:
        return ("a key that cannot be used",)
    return (
        f"{key.kind} key,",
        number(key.bits, f"{where}/bits", "bits"),
        *([key.curve] if key.curve else []),
    )


def _table(certificates: Sequence[CertificateFacts], where: str) -> Table:
    columns = ("sent", "subject", "issuer", "serial number", "valid", "key", "signed with", "SHA-256")
    return Table(
        "The certificates in the order sent; digests are those of TLSA records 3 0 1 and 3 1 1",
        tuple(Column(title, title == "sent") for title in columns),
        tuple(
            Row(
                (
                    number(place),
                    one.subject,
                    one.issuer,
                    Code(one.serial),
                    Lines(_dates(one, f"{where}/certificates/{place}")),
                    Lines(_key(one.key, f"{where}/certificates/{place}/key")),
                    one.signed_with or "unknown",
                    Lines((Code(one.sha256.hex(), "certificate"), Code(one.key.sha256.hex(), "key"))),
                )
            )
            for place, one in enumerate(certificates)
        ),
        sortable=False,
    )


# --- TLSA ------------------------------------------------------------------------


def _record_name(record: TlsaRecord) -> str:
    names = (
        _USAGES.get(record.usage, str(record.usage)),
        _SELECTORS.get(record.selector, str(record.selector)),
        _MATCHINGS.get(record.matching, str(record.matching)),
    )
    return f"{record.usage} {record.selector} {record.matching} ({' '.join(names)})"


def _grid(tls: TlsReport, where: str) -> Table:
    sent = [one.subject for one in tls.certificates] or (["raw public key"] if tls.raw_key else [])
    columns = ("record", "data", *(f"{place}: {name}" for place, name in enumerate(sent)), "in all")
    rows = tuple(_row(verdict, len(sent)) for verdict in tls.records)
    return Table(
        "Records down, what the server sent across", tuple(map(Column, columns)), rows, sortable=False
    )


def _row(verdict: RecordVerdict, count: int) -> Row:
    record, tone = verdict.record, _TONES[verdict.outcome]
    data = record.data.hex()
    cells = [_held_against(verdict, place) for place in range(count)]
    text = verdict.outcome.value
    if verdict.outcome is RecordOutcome.UNUSABLE:
        text = f"unusable: {verdict.fitness.value}"
    shown = Code(data) if len(data) <= 128 else Code(data, f"{len(record.data)} octets")
    return Row((_record_name(record), shown, *cells, Badge(tone, text)), tone)


def _held_against(verdict: RecordVerdict, place: int) -> Cell:
    """That which matched is known; of what did not, that nothing of it did."""
    if verdict.outcome is RecordOutcome.MATCHED:
        return Badge(Tone.GOOD, "matches") if verdict.position == place else "another one does"
    return "differs" if verdict.outcome is RecordOutcome.MISMATCHED else "not looked at"
