"""Lookups, the addresses they led to, and what proves their answers, from the root down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pyfinger.model.answer import DnsStatus
from pyfinger.model.dnssec import ProofKind, ProofSignature, ProofStep
from pyfinger.page.blocks import (
    Badge,
    Cell,
    Code,
    Column,
    Folded,
    Lines,
    Row,
    Section,
    Table,
    Tone,
    count_of,
    day,
    duration,
    number,
)
from pyfinger.page.drawing import Card, chain_of
from pyfinger.report.dnssec_words import algorithm, key_text, security_text, step_subject
from pyfinger.report.document import AddressReport, DnssecOutcome, Lookup, LookupProof, Report
from pyfinger.report.words import dns_record

_OUTCOMES = {
    DnssecOutcome.SECURE: Tone.GOOD,
    DnssecOutcome.INSECURE: Tone.NOTE,
    DnssecOutcome.BOGUS: Tone.BAD,
    DnssecOutcome.INDETERMINATE: Tone.BAD,
}
_OF_PROOFS = ("DS", "DNSKEY")  # asked for on the way: what proves others, and is proven by them
_UNPROVEN = (ProofKind.INSECURE_DELEGATION, ProofKind.UNSIGNED)


def name_sections(report: Report) -> Iterator[Section]:
    """What was looked up, and which addresses were tried."""
    proofs = tuple(_proofs(report.lookups))
    if proofs:
        yield Section(
            "dnssec",
            "The DNSSEC proof",
            proofs,
            "From the trust anchor down to each answer; a link that fails is framed in dashes, and says why.",
        )
    blocks = []
    if report.lookups:
        blocks.append(_lookups(report.lookups))
    if report.addresses:
        blocks.append(_addresses(report.addresses))
    if blocks:
        yield Section("names", "Names and addresses", tuple(blocks))


# --- lookups ---------------------------------------------------------------------


def _lookups(lookups: Sequence[Lookup]) -> Table:
    columns = ("name", "type", "status", "signed", "records", "from", "took")
    rows = tuple(_lookup(one, f"/lookups/{place}") for place, one in enumerate(lookups))
    return Table("DNS lookups", tuple(Column(title, title == "took") for title in columns), rows)


def _lookup(lookup: Lookup, where: str) -> Row:
    good = lookup.status is DnsStatus.OK
    failed = not good and not lookup.status.absent
    status = Badge(Tone.BAD if failed else Tone.GOOD if good else Tone.NOTE, lookup.status.value)
    signed = Badge(Tone.GOOD, "secure") if lookup.secure else Badge(Tone.PLAIN, "not secure")
    if lookup.dnssec is None and lookup.rdtype in _OF_PROOFS:
        signed = Badge(Tone.PLAIN, "for the proof")
    elif lookup.dnssec is not None:
        signed = Badge(_OUTCOMES[lookup.dnssec.outcome], lookup.dnssec.outcome.value)
    said = [Code(dns_record(record, lookup.rdtype)) for record in lookup.records]
    said += [Code(f"→ {alias}") for alias in lookup.aliases]
    texts: list[Cell] = [*said, *lookup.extended_error_names, *lookup.explanations]
    texts += [f"{one.server}: {one.trouble.value}, {count_of(one.times, 'time')}" for one in lookup.troubles]
    return Row(
        (
            lookup.name or ".",
            lookup.rdtype,
            status if lookup.rcode in (None, "NOERROR") else Lines((status, lookup.rcode)),
            signed,
            Lines(tuple(texts)),
            lookup.server or "nobody",
            duration(lookup.seconds, f"{where}/seconds"),
        ),
        Tone.BAD if failed else Tone.PLAIN,
    )


def _addresses(addresses: Sequence[AddressReport]) -> Table:
    columns = ("server", "connected", "level", "address signed", "TLSA records", "at")
    return Table(
        "Addresses, in the order tried", tuple(map(Column, columns)), tuple(map(_address, addresses))
    )


def _address(address: AddressReport) -> Row:
    connected = Badge(Tone.GOOD, "yes") if address.connected else Badge(Tone.BAD, address.error or "no")
    records = [Code(str(record)) for record in address.tlsa]
    status = "not looked up" if address.tlsa_status is None else address.tlsa_status.value
    return Row(
        (
            str(address.peer),
            connected,
            "never decided" if address.level is None else address.level.word,
            "yes" if address.exchange_secure else "no",
            Lines((status, *records)),
            address.tlsa_owner,
        ),
        Tone.PLAIN if address.connected else Tone.BAD,
    )


# --- proofs ----------------------------------------------------------------------


def _proofs(lookups: Sequence[Lookup]) -> Iterator[Folded]:
    """Of every lookup that was validated; open are those that fail, or the last of all."""
    proven = [(place, one) for place, one in enumerate(lookups) if one.dnssec is not None]
    times = Counter[str]()
    for place, lookup in proven:
        proof = lookup.dnssec
        if proof is None:
            continue
        failed = proof.outcome in (DnssecOutcome.BOGUS, DnssecOutcome.INDETERMINATE)
        asked = f"{lookup.name or '.'} {lookup.rdtype}"
        times[asked] += 1
        if times[asked] > 1:
            asked += f" ({times[asked]})"  # each has a name of its own
        title = (asked, Badge(_OUTCOMES[proof.outcome], proof.outcome.value))
        blocks = tuple(_proof(proof, asked, f"/lookups/{place}/dnssec"))
        yield Folded(title, blocks, failed or place == proven[-1][0])


def _proof(proof: LookupProof, asked: str, where: str) -> Iterator[object]:
    cards = [_card(step, f"{where}/steps/{place}") for place, step in enumerate(proof.steps)]
    if cards:
        yield chain_of(f"From the trust anchor down to {asked}", cards)
    rows = tuple(
        _signature(step, signature, f"{where}/steps/{at}/signatures/{place}")
        for at, step in enumerate(proof.steps)
        for place, signature in enumerate(step.signatures)
    )
    if rows:
        columns = ("of", "signer", "key tag", "algorithm", "from", "until", "verdict")
        headings = tuple(Column(title, title == "key tag") for title in columns)
        yield Table(f"Signatures on the way to {asked}", headings, rows)
    yield Table(
        f"What came of the proof of {asked}",
        (Column("outcome"), Column("in words"), Column("counts"), Column("name server says otherwise")),
        (
            Row(
                (
                    Badge(_OUTCOMES[proof.outcome], proof.outcome.value),
                    proof.explanation,
                    "yes" if proof.decides else "no, the name server's word does",
                    "was not asked" if proof.differs is None else "yes" if proof.differs else "no",
                )
            ),
        ),
        sortable=False,
    )


def _card(step: ProofStep, where: str) -> Card:
    lines: list[tuple[Cell, ...]] = []
    if step.keys:
        lines.append(("keys" if len(step.keys) > 1 else "key", ", ".join(map(key_text, step.keys))))
    if step.detail:
        lines.append((step.detail,))
    for place, signature in enumerate(step.signatures[:4]):
        lines.append(_signed(signature, f"{where}/signatures/{place}"))
    badges = [] if step.failure is None else [Badge(Tone.BAD, security_text(step.failure))]
    tone = Tone.BAD if step.failure is not None else Tone.WARN if step.kind in _UNPROVEN else Tone.GOOD
    return Card(
        step_subject(step),
        tuple(lines),
        tuple(badges),
        tone,
        (f"zone {step.zone}",) if step.zone else (),
        tone,
    )


def _signed(signature: ProofSignature, where: str) -> tuple[Cell, ...]:
    fault: tuple[Cell, ...] = () if signature.fault is None else (signature.fault.value,)
    return (
        f"signed by {signature.signer} with {signature.tag} ({algorithm(signature.algorithm)}) until",
        day(signature.expiration, f"{where}/expiration"),
        *fault,
    )


def _signature(step: ProofStep, signature: ProofSignature, where: str) -> Row:
    good = signature.fault is None
    return Row(
        (
            f"{step.owner} {step.rdtype}",
            signature.signer,
            number(signature.tag, f"{where}/tag"),
            algorithm(signature.algorithm),
            day(signature.inception, f"{where}/inception"),
            day(signature.expiration, f"{where}/expiration"),
            Badge(Tone.GOOD, "good") if signature.fault is None else Badge(Tone.BAD, signature.fault.value),
        ),
        Tone.PLAIN if good else Tone.BAD,
    )
