"""What is risky or pointless about TLSA records: advice, which decides nothing.

`record_remarks` looks at one record, `set_remarks` at all records of one name; both know
nothing but the records, so they serve a check as well as somebody who has yet to publish
them.  What only shows beside a server's chain is `chain_remarks` here, and more of it in
`chain_rules`, with what signatures' dates say.  Each remark names where the rule stands; how
much it matters and what to do is in `remedies`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from enum import Enum

from pyfinger.dane.digests import DigestAgility, MatchingType, Selector, Usage
from pyfinger.dane.usability import usability
from pyfinger.model import TlsaRecord, Usability
from pyfinger.values import Value

LONG_TTL = 2 * 86400  # seconds: a rollover has to wait twice as long


class RemarkKind(Enum):
    """What can be said of records."""

    PKIX_USAGE = (
        "unusable for SMTP: usage {0.usage} needs trusted authorities, which mail servers do not share"
    )
    UNKNOWN_USAGE = "unusable: certificate usage {0.usage} does not exist"
    UNKNOWN_SELECTOR = "unusable: selector {0.selector} does not exist"
    UNKNOWN_MATCHING = "unusable: matching type {0.matching} is unknown or switched off"
    WRONG_LENGTH = "unusable: its data is not as long as a digest of matching type {0.matching}"
    UNDECODABLE = "unusable: its data is not a whole certificate or key"
    EMPTY_DIGEST = "the digest of nothing at all: whatever made it read an empty file"
    FULL_VALUE = "the whole certificate or key instead of a digest makes answers too long for UDP"
    CERTIFICATE_PINNED = "changes with every renewal; a digest of the key (3 1 1) need not"
    ANCHOR_KEY = "the bare key of an authority: not all software can build a chain to one"
    ANCHOR_NOT_SENT = "matches no authority the server sends; it has to send that certificate, roots too"
    DUPLICATE = "stands there more than once"
    ONLY_SHA512 = "no record has a SHA-256 digest, the one that all software knows"
    UNEQUAL_DIGESTS = "some have SHA-512 digests and some do not: the others are ignored by who knows both"
    ALL_UNUSABLE = "all records are unusable: senders encrypt, but authenticate nobody"
    LONG_TTL = "their TTL is more than two days: new records have to stand that long before a new key is used"
    SIGNATURE_ENDS = "their signature has nearly run out, and nobody has renewed it"
    SIGNATURE_EXPIRED = "their signature has expired: senders take them for forged and deliver nothing"
    SIGNATURE_EARLY = "their signature is not yet valid: senders take them for forged and deliver nothing"
    SIGNATURE_OUTLIVED = "their TTL is longer than their signature lasts"
    UNSIGNED = "they are not signed: no sender goes by them"
    BOGUS = "their signatures do not hold: senders deliver nothing"
    UNEQUAL_TTLS = "they have different TTLs, which records of one name and type may not have"
    OWNER_NAME = "their name does not begin with a port and a transport (_25._tcp): nobody looks there"
    NOTHING_MATCHES = "no record vouches for it: senders with DANE deliver nothing to who shows it"
    CHAIN_REFUSED = "a record vouches for it, and senders refuse it all the same"
    KIND_UNMATCHED = "{0.usage} {0.selector} {0.matching}: no record of this kind vouches for it, only others"
    NEVER_MATCHED = "vouches for nothing that was looked at"
    AUTHORITY_AS_SERVER = "is of an authority, but says usage 3, which is for the server's own"
    SERVER_AS_AUTHORITY = "is of the server's own certificate or key, but says usage 2, an authority's"
    OTHER_SELECTOR = "is of what the other selector means: 0 is the certificate, 1 the key"
    PEM_DIGEST = "is the digest of a PEM file's text; what counts is the DER inside"


RFC = {
    RemarkKind.PKIX_USAGE: "RFC 7672 section 3.1.3",
    RemarkKind.UNKNOWN_USAGE: "RFC 6698 section 2.1.1",
    RemarkKind.UNKNOWN_SELECTOR: "RFC 6698 section 2.1.2",
    RemarkKind.UNKNOWN_MATCHING: "RFC 6698 section 2.1.3",
    RemarkKind.WRONG_LENGTH: "RFC 6698 section 2.1.4",
    RemarkKind.UNDECODABLE: "RFC 6698 section 2.1.4",
    RemarkKind.EMPTY_DIGEST: "RFC 6698 section 2.1.4",
    RemarkKind.FULL_VALUE: "RFC 7671 section 10.1.2",
    RemarkKind.CERTIFICATE_PINNED: "RFC 7671 section 5.1",
    RemarkKind.ANCHOR_KEY: "RFC 7671 section 5.2.3",
    RemarkKind.ANCHOR_NOT_SENT: "RFC 7671 section 5.2.2",
    RemarkKind.DUPLICATE: "RFC 2181 section 5",
    RemarkKind.ONLY_SHA512: "RFC 6698 section 6",
    RemarkKind.UNEQUAL_DIGESTS: "RFC 7671 section 9",
    RemarkKind.ALL_UNUSABLE: "RFC 7672 section 2.2",
    RemarkKind.LONG_TTL: "RFC 7671 section 8.1",
    RemarkKind.SIGNATURE_ENDS: "RFC 6781 section 4.4.2",
    RemarkKind.SIGNATURE_EXPIRED: "RFC 4035 section 5.3.1",
    RemarkKind.SIGNATURE_EARLY: "RFC 4035 section 5.3.1",
    RemarkKind.SIGNATURE_OUTLIVED: "RFC 6781 section 4.4.1",
    RemarkKind.UNSIGNED: "RFC 7672 section 2.2",
    RemarkKind.BOGUS: "RFC 7672 section 2.1.1",
    RemarkKind.UNEQUAL_TTLS: "RFC 2181 section 5.2",
    RemarkKind.OWNER_NAME: "RFC 6698 section 3",
    RemarkKind.NOTHING_MATCHES: "RFC 7672 section 2.2",
    RemarkKind.CHAIN_REFUSED: "RFC 7671 section 5.2",
    RemarkKind.KIND_UNMATCHED: "RFC 7671 section 8",
    RemarkKind.NEVER_MATCHED: "RFC 7671 section 8",
    RemarkKind.AUTHORITY_AS_SERVER: "RFC 7671 section 5.1",
    RemarkKind.SERVER_AS_AUTHORITY: "RFC 7671 section 5.2",
    RemarkKind.OTHER_SELECTOR: "RFC 6698 section 2.1.2",
    RemarkKind.PEM_DIGEST: "RFC 6698 section 2.1.4",
}

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


def remark(kind: RemarkKind, record: TlsaRecord | None = None) -> RecordRemark:
    """In words, of a record where it is about one."""
    return RecordRemark(kind, kind.value.format(record), RFC[kind])


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
