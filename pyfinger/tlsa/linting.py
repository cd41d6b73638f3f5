"""What is wrong with sets of TLSA records, by themselves and beside the chains of their servers.

    report = lint(read_zone(text), [ShownChain("cert.pem", chain)], now=time.time())

The rules are `dane`'s (`remarks`, `chain_rules`), and so are those of pyfinger-check; how much
each matters and what to do is in `dane.remedies`.  Field names are those of the JSON document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.dane.chain_rules import (
    BesideChain,
    is_of_key,
    signature_remarks,
    unmatched_remarks,
    verdict_remarks,
)
from pyfinger.dane.digests import MatchingType, Selector, Usage
from pyfinger.dane.match import Subject
from pyfinger.dane.remarks import RecordRemark, RemarkKind, record_remarks, remark, set_remarks, why_unusable
from pyfinger.dane.usability import is_decodable
from pyfinger.errors import DecodeError
from pyfinger.model import TlsaRecord
from pyfinger.model.weight import Weight
from pyfinger.tlsa.acceptance import DIGESTS, Acceptance, ChainJudge, ShownChain, usable
from pyfinger.tlsa.material import Material
from pyfinger.tlsa.records import make_record
from pyfinger.tlsa.zone import TlsaSet
from pyfinger.values import Value
from pyfinger.x509.certificate import read_certificate


class LintFinding(Value):
    """One thing that is wrong, or worth a thought."""

    owner: str  # where the records stand; empty: nobody knows
    kind: RemarkKind
    weight: Weight
    text: str
    rfc: str
    action: str  # what to do
    record: str = ""  # the one it is about, as a zone file has it
    chain: str = ""  # the one it is about: a file, or an address and an algorithm
    detail: str = ""  # why, or what would be right


class LintReport(Value):
    """Everything found."""

    verdict: Weight | None  # the worst; null: nothing at all
    began: float  # the moment of which it is true, in seconds since the epoch
    sets: int
    records: int
    chains: int
    findings: tuple[LintFinding, ...] = ()


def lint(
    sets: Sequence[TlsaSet],
    chains: Sequence[ShownChain] = (),
    keys: Sequence[Material] = (),
    domains: Sequence[str] = (),
    *,
    now: float,
) -> LintReport:
    """Hold records against all rules; `keys` are those to come, `domains` those whose mail is taken."""
    judge = ChainJudge(tuple(domains))
    findings = [
        finding
        for one in sets
        for finding in _Linting(one, tuple(_of_host(chains, one.host)), tuple(keys), judge, now).all()
    ]
    present = {finding.weight for finding in findings}
    return LintReport(
        next((weight for weight in Weight if weight in present), None),
        now,
        len(sets),
        sum(len(one.records) for one in sets),
        len(chains),
        tuple(findings),
    )


def zone_data(record: TlsaRecord) -> str:
    """RDATA as a zone file has it, whole."""
    return f"{record.usage} {record.selector} {record.matching} {record.data.hex().upper()}"


def _of_host(chains: Sequence[ShownChain], host: str) -> Iterator[ShownChain]:
    for chain in chains:
        if not chain.host or not host or chain.host.lower() == host.lower():
            yield chain


class _Linting(Value):
    """One set of records with all that is known of its servers."""

    one: TlsaSet
    chains: tuple[ShownChain, ...]
    keys: tuple[Material, ...]
    judge: ChainJudge
    now: float

    def all(self) -> Iterator[LintFinding]:
        """Of the set, of each chain, of each record."""
        good = usable(self.one.records)
        for told in self._of_set(good):
            yield self._finding(told)
        beside = []
        for chain in self.chains if good else ():
            found = self.judge.accepts(good, chain, self.one.host, self.now)
            beside.append(_beside(good, chain, found))
            for told in verdict_remarks(beside[-1], DIGESTS):
                yield self._finding(told, chain=chain.name, detail=_detail(told, chain, found))
        for record in dict.fromkeys(self.one.records):
            for told in self._of_record(record, beside):
                yield self._finding(told, record=zone_data(record))

    def _of_set(self, good: Sequence[TlsaRecord]) -> Iterator[RecordRemark]:
        one = self.one
        if one.owner and not one.has_port:
            yield remark(RemarkKind.OWNER_NAME)
        yield from set_remarks(one.records, good, one.ttl)
        if len(set(one.ttls)) > 1:
            yield remark(RemarkKind.UNEQUAL_TTLS)
        if one.unsigned:
            yield remark(RemarkKind.UNSIGNED)
        yield from signature_remarks(one.signatures, one.ttl, self.now)

    def _of_record(self, record: TlsaRecord, beside: Sequence[BesideChain]) -> Iterator[RecordRemark]:
        kind = why_unusable(record, DIGESTS, decodable=is_decodable(record))
        if kind is not None:
            yield remark(kind, record)
            return
        risky = list(record_remarks(record))
        yield from risky
        if not (beside or self.keys) or any(told.kind is RemarkKind.EMPTY_DIGEST for told in risky):
            return
        known = any(is_of_key(record, key.spki, DIGESTS) for key in self.keys)
        if not known and not any(chain.vouches(record, DIGESTS) for chain in beside):
            yield from unmatched_remarks(record, beside, DIGESTS)

    def _finding(
        self, told: RecordRemark, *, record: str = "", chain: str = "", detail: str = ""
    ) -> LintFinding:
        return LintFinding(
            self.one.owner,
            told.kind,
            told.weight,
            told.text,
            told.rfc,
            told.action,
            record,
            chain,
            detail,
        )


def _beside(good: Sequence[TlsaRecord], chain: ShownChain, found: Acceptance) -> BesideChain:
    sent = tuple(Subject(der, _spki(der)) for der in chain.certificates)
    return BesideChain(tuple(good), sent, chain.raw_key, found.accepted, found.anchor)


def _detail(told: RecordRemark, chain: ShownChain, found: Acceptance) -> str:
    """Why a chain is refused, and what would vouch for it."""
    if told.kind is RemarkKind.CHAIN_REFUSED:
        return found.reason
    spki = chain.raw_key or (_spki(chain.certificates[0]) if chain.certificates else b"")
    if told.kind is not RemarkKind.NOTHING_MATCHES or not spki:
        return ""
    made = make_record(Material(spki, None, ""), Usage.DANE_EE, Selector.SPKI, MatchingType.SHA2_256)
    return f"its record is {zone_data(made)}"


def _spki(der: bytes) -> bytes:
    """The key of a certificate; nothing if it cannot be read, which the verdict on the chain tells."""
    try:
        return read_certificate(der)[0].spki
    except DecodeError:
        return b""
