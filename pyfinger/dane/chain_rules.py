"""What is wrong about TLSA records beside the chains of servers, and beside their signatures' dates.

A chain is what a server sends, its own certificate first, or a bare key (RFC 7250).  Whether
senders accept it decides whoever verifies chains; `BesideChain` has what came of that.  As
everywhere in `dane`, comparing is `match`'s business: a record vouches for a certificate here
if it does there, each record taken alone, so that a digest that others outdo is not called
unused.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from pyfinger.dane.digests import DigestAgility, MatchingType, Selector, Usage
from pyfinger.dane.match import Subject, explain_chain, explain_raw_key
from pyfinger.dane.remarks import RecordRemark, RemarkKind, chain_remarks, remark
from pyfinger.dane.usability import is_decodable, usable_records
from pyfinger.model import RecordOutcome, TlsaRecord
from pyfinger.model.dnssec import LAST_PART, SOON
from pyfinger.values import Value, replace

_LINE = 64  # characters of base64, RFC 7468 section 2


class SignatureDates(Value):
    """When an RRSIG over TLSA records is valid, in seconds since the epoch, and the TTL it names."""

    inception: int
    expiration: int
    original_ttl: int = 0


class BesideChain(Value):
    """Usable records beside one chain; `sent` is empty where a bare key was shown."""

    usable: tuple[TlsaRecord, ...]
    sent: tuple[Subject, ...]
    raw_key: bytes = b""
    accepted: bool = False  # by senders, as all records together have it
    anchor: TlsaRecord | None = None  # the record that vouched for it, by comparison or by building the chain

    def vouches(self, record: TlsaRecord, digests: DigestAgility) -> bool:
        """Whether a record, taken alone, is about this chain."""
        if record == self.anchor:
            return True
        alone = usable_records((record,), digests, is_decodable)
        explain = explain_raw_key(alone, self.raw_key) if self.raw_key else explain_chain(alone, self.sent)
        return any(found.outcome is RecordOutcome.MATCHED for found in explain)


def verdict_remarks(
    beside: BesideChain, digests: DigestAgility
) -> Iterator[tuple[RecordRemark, TlsaRecord | None]]:
    """What is to be said of one chain beside all usable records, if there are any, and of which record.

    That is the one that vouches for what is refused; one without data where none of its kind vouches.
    """
    if not beside.usable:
        return
    vouching = [record for record in beside.usable if beside.vouches(record, digests)]
    if not beside.accepted:
        if vouching:
            yield remark(RemarkKind.CHAIN_REFUSED), vouching[0]
        else:
            yield remark(RemarkKind.NOTHING_MATCHES), None
        return
    matched = set(map(_kind, vouching))
    for kind in sorted(set(map(_kind, beside.usable)) - matched):
        if not beside.raw_key or kind[:2] == (Usage.DANE_EE, Selector.SPKI):
            missing = TlsaRecord(*kind, b"")
            yield remark(RemarkKind.KIND_UNMATCHED, missing), missing


def unmatched_remarks(
    record: TlsaRecord, chains: Sequence[BesideChain], digests: DigestAgility
) -> tuple[RecordRemark, ...]:
    """What can be said of a usable record that vouches for none of the chains: what it may be meant to be."""
    return (
        mistake_remarks(record, chains, digests)
        or tuple(chain_remarks(record))
        or (remark(RemarkKind.NEVER_MATCHED, record),)
    )


def mistake_remarks(
    record: TlsaRecord, chains: Sequence[BesideChain], digests: DigestAgility
) -> tuple[RecordRemark, ...]:
    """Of these what is seen from the chains, and true whatever else servers may show."""
    sent = [chain.sent for chain in chains if chain.sent]
    found = (kind for kind, meant in _MISTAKES.items() if any(meant(record, one, digests) for one in sent))
    return tuple(remark(kind, record) for kind in islice(found, 1))


def signature_remarks(signatures: Sequence[SignatureDates], ttl: int, now: float) -> Iterator[RecordRemark]:
    """What the dates say; the best signature counts (RFC 4035 section 5.3)."""
    begun = [each for each in signatures if each.inception <= now]
    if not begun:
        if signatures:
            yield remark(RemarkKind.SIGNATURE_EARLY)
        return
    best = max(begun, key=lambda each: each.expiration)
    left, life = best.expiration - now, best.expiration - best.inception
    if left < 0:
        yield remark(RemarkKind.SIGNATURE_EXPIRED)
    elif left < ttl:
        yield remark(RemarkKind.SIGNATURE_OUTLIVED)
    elif left < min(SOON, life / LAST_PART):
        yield remark(RemarkKind.SIGNATURE_ENDS)


def is_of_key(record: TlsaRecord, spki: bytes, digests: DigestAgility) -> bool:
    """Whether a record is about a key, whoever's it is."""
    return record.selector == Selector.SPKI and _same(record, (Subject(b"", spki),), digests)


def _kind(record: TlsaRecord) -> tuple[int, int, int]:
    return record.usage, record.selector, record.matching


def _same(record: TlsaRecord, subjects: Iterable[Subject], digests: DigestAgility) -> bool:
    """Whether the data of a record, if it were of usage 3, are of any of these."""
    asked = replace(record, usage=int(Usage.DANE_EE))
    alone = usable_records((asked,), digests, is_decodable)
    return any(
        found.outcome is RecordOutcome.MATCHED
        for subject in subjects
        for found in explain_chain(alone, (subject,))
    )


def _authority_as_server(record: TlsaRecord, sent: Sequence[Subject], digests: DigestAgility) -> bool:
    return record.usage == Usage.DANE_EE and _same(record, sent[1:], digests)


def _server_as_authority(record: TlsaRecord, sent: Sequence[Subject], digests: DigestAgility) -> bool:
    return record.usage == Usage.DANE_TA and _same(record, sent[:1], digests)


def _other_selector(record: TlsaRecord, sent: Sequence[Subject], digests: DigestAgility) -> bool:
    other = Selector.SPKI if record.selector == Selector.CERT else Selector.CERT
    return _same(replace(record, selector=int(other)), sent, digests)


def _pem_digest(record: TlsaRecord, sent: Sequence[Subject], digests: DigestAgility) -> bool:
    return record.matching != MatchingType.FULL and any(
        digests.association(record.matching, text) == record.data
        for subject in sent
        for text in (_pem("CERTIFICATE", subject.certificate), _pem("PUBLIC KEY", subject.spki))
    )


def _pem(label: str, content: bytes) -> bytes:
    """As openssl(1) writes it."""
    text = base64.b64encode(content).decode("ascii")
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]).encode("ascii")


_Mistake = Callable[[TlsaRecord, Sequence[Subject], DigestAgility], bool]
_MISTAKES: dict[RemarkKind, _Mistake] = {
    RemarkKind.AUTHORITY_AS_SERVER: _authority_as_server,
    RemarkKind.SERVER_AS_AUTHORITY: _server_as_authority,
    RemarkKind.OTHER_SELECTOR: _other_selector,
    RemarkKind.PEM_DIGEST: _pem_digest,
}
