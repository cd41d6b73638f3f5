"""What is wrong with sets of TLSA records, by themselves and beside the chains of their servers.

    report = lint(read_zone(text), [ShownChain("cert.pem", chain)], now=time.time())

The rules are `dane`'s (`remarks`, `chain_rules`), and so are those of pyfinger-check; how much
each matters and what to do is in `dane.remedies`.  Field names are those of the JSON document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

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
from pyfinger.tlsa.records import MAX_DATA, TRUST_ANCHORS, make_record
from pyfinger.tlsa.zone import TlsaSet
from pyfinger.values import Value, replace
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
    publish: tuple[
        str, ...
    ] = ()  # records that would be right, as a zone file has them, beside those that are


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
            for told, about in verdict_remarks(beside[-1], DIGESTS):
                yield self._of_chain(told, about, chain, found)
        for record in dict.fromkeys(self.one.records):
            for told in self._of_record(record, beside):
                right = _CORRECTED[told.kind](record) if told.kind in _CORRECTED else None
                publish = () if right is None else (zone_data(right),)
                yield replace(self._finding(told), record=zone_data(record), publish=publish)

    def _of_chain(
        self, told: RecordRemark, about: TlsaRecord | None, chain: ShownChain, found: Acceptance
    ) -> LintFinding:
        kind = about if told.kind is RemarkKind.KIND_UNMATCHED else None
        publish = tuple(dict.fromkeys(map(zone_data, _vouching(chain, kind))))
        reason = found.reason if told.kind is RemarkKind.CHAIN_REFUSED else ""
        if told.kind is RemarkKind.NOTHING_MATCHES and publish:
            reason = f"its record is {publish[0]}"
        record = zone_data(about) if about is not None and about.data else ""
        return replace(self._finding(told), record=record, chain=chain.name, detail=reason, publish=publish)

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

    def _finding(self, told: RecordRemark) -> LintFinding:
        return LintFinding(self.one.owner, told.kind, told.weight, told.text, told.rfc, told.action)


def _beside(good: Sequence[TlsaRecord], chain: ShownChain, found: Acceptance) -> BesideChain:
    sent = tuple(Subject(der, _spki(der)) for der in chain.certificates)
    return BesideChain(tuple(good), sent, chain.raw_key, found.accepted, found.anchor)


def _vouching(chain: ShownChain, kind: TlsaRecord | None) -> Iterator[TlsaRecord]:
    """Records that would vouch for a chain: 3 1 1, or those of a kind, whose data are left out."""
    usage, selector, matching = (kind.usage, kind.selector, kind.matching) if kind else (3, 1, 1)
    shown = [Material(chain.raw_key, None, "")] if chain.raw_key else []
    shown += [Material(_spki(der), der, "") for der in chain.certificates]
    for material in shown[1:] if usage in TRUST_ANCHORS else shown[:1]:
        whole = material.spki if selector == Selector.SPKI else material.certificate
        if whole and (matching != MatchingType.FULL or len(whole) <= MAX_DATA):
            yield make_record(material, Usage(usage), Selector(selector), MatchingType(matching))


_CORRECTED: Mapping[RemarkKind, Callable[[TlsaRecord], TlsaRecord]] = {
    RemarkKind.AUTHORITY_AS_SERVER: lambda record: replace(record, usage=int(Usage.DANE_TA)),
    RemarkKind.SERVER_AS_AUTHORITY: lambda record: replace(record, usage=int(Usage.DANE_EE)),
    RemarkKind.OTHER_SELECTOR: lambda record: replace(record, selector=1 - record.selector),
}


def _spki(der: bytes) -> bytes:
    """The key of a certificate; nothing if it cannot be read, which the verdict on the chain tells."""
    try:
        return read_certificate(der)[0].spki
    except DecodeError:
        return b""
