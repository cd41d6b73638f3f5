"""What is risky or pointless about TLSA records: advice, which decides nothing.

`record_remarks` looks at one record, `set_remarks` at all records of one name; both know
nothing but the records, so they serve a check as well as somebody who has yet to publish
them.  What only shows beside a server's chain is `chain_remarks` here, and more of it in
`chain_rules`, with what signatures' dates say.  The words, where each rule stands, how much it matters
and what to do about it are in `remedies`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from pyfinger.dane.digests import DigestAgility, MatchingType, Selector, Usage
from pyfinger.dane.remedies import REMEDIES, RFC, RemarkKind
from pyfinger.dane.usability import usability
from pyfinger.model import TlsaRecord, Usability
from pyfinger.model.weight import Weight
from pyfinger.values import Value

__all__ = [
    "LONG_TTL",
    "RecordRemark",
    "RemarkKind",
    "chain_remarks",
    "record_remarks",
    "remark",
    "set_remarks",
    "why_unusable",
]

LONG_TTL = 2 * 86400  # seconds: a rollover has to wait twice as long


_UNUSABLE = {
    Usability.USAGE: RemarkKind.UNKNOWN_USAGE,
    Usability.SELECTOR: RemarkKind.UNKNOWN_SELECTOR,
    Usability.MATCHING: RemarkKind.UNKNOWN_MATCHING,
    Usability.LENGTH: RemarkKind.WRONG_LENGTH,
    Usability.UNDECODABLE: RemarkKind.UNDECODABLE,
}
_OF_NOTHING = {hashlib.sha256(b"").digest(), hashlib.sha512(b"").digest()}


class RecordRemark(Value):
    """One thing to be said."""

    kind: RemarkKind
    text: str
    rfc: str
    weight: Weight = Weight.NOTE
    action: str = ""  # what to do about it


def remark(kind: RemarkKind, record: TlsaRecord | None = None) -> RecordRemark:
    """In words, of a record where it is about one."""
    remedy = REMEDIES[kind]
    return RecordRemark(kind, kind.value.format(record), RFC[kind], remedy.weight, remedy.action)


def why_unusable(record: TlsaRecord, digests: DigestAgility, decodable: bool) -> RemarkKind | None:
    """Why no sender can use a record; None if it can be used.

    `decodable`: its data is a whole certificate or key, which matters to matching type 0 alone.
    """
    if record.usage in (Usage.PKIX_TA, Usage.PKIX_EE):
        return RemarkKind.PKIX_USAGE
    if record.matching == MatchingType.PRIV_MATCH:
        return RemarkKind.UNKNOWN_MATCHING
    return _UNUSABLE.get(usability(record, digests, lambda _: decodable))


def record_remarks(record: TlsaRecord) -> Iterator[RecordRemark]:
    """What is risky about a record that can be used."""
    if record.data in _OF_NOTHING:
        yield remark(RemarkKind.EMPTY_DIGEST, record)
    if record.matching == MatchingType.FULL:
        yield remark(RemarkKind.FULL_VALUE, record)
    if record.usage == Usage.DANE_EE and record.selector == Selector.CERT:
        yield remark(RemarkKind.CERTIFICATE_PINNED, record)
    kind = record.usage, record.selector, record.matching
    if kind == (Usage.DANE_TA, Selector.SPKI, MatchingType.FULL):
        yield remark(RemarkKind.ANCHOR_KEY, record)


def chain_remarks(record: TlsaRecord) -> Iterator[RecordRemark]:
    """What can be said of a record that no chain seen has matched."""
    if record.usage == Usage.DANE_TA and record.matching != MatchingType.FULL:
        yield remark(RemarkKind.ANCHOR_NOT_SENT, record)


def set_remarks(
    records: Sequence[TlsaRecord], usable: Sequence[TlsaRecord], ttl: int, *, ending: bool = False
) -> Iterator[RecordRemark]:
    """What can be said of all records of a name.

    `ttl` is in seconds; `ending`: their signature nearly has run out, and nobody has renewed it.
    """
    if len(set(records)) < len(records):
        yield remark(RemarkKind.DUPLICATE)
    if records and not usable:
        yield remark(RemarkKind.ALL_UNUSABLE)
    matching = {record.matching for record in usable}
    if matching == {MatchingType.SHA2_512}:
        yield remark(RemarkKind.ONLY_SHA512)
    if _outdone(usable):
        yield remark(RemarkKind.UNEQUAL_DIGESTS)
    if ttl > LONG_TTL:
        yield remark(RemarkKind.LONG_TTL)
    if ending:
        yield remark(RemarkKind.SIGNATURE_ENDS)


def _outdone(usable: Sequence[TlsaRecord]) -> bool:
    """Whether, of one usage and selector, there are fewer SHA-512 than SHA-256 digests, and any at all."""
    kinds = {(record.usage, record.selector) for record in usable}
    for kind in kinds:
        same = [record.matching for record in usable if (record.usage, record.selector) == kind]
        if 0 < same.count(MatchingType.SHA2_512) < same.count(MatchingType.SHA2_256):
            return True
    return False
