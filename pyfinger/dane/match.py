"""Does a TLSA record vouch for what the server showed?  (RFC 7671 sections 5 and 9)

Pure comparison of bytes: no names, no dates, no chains.  Those matter only for
trust anchors, whose chain is built elsewhere, one `match_certificate` a link.

What became of each TLSA record, for people, is the same decision (`compare_certificate`), only
that each record is held against everything the server sent, where the verdict stops at
the first that vouches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.dane.digests import Selector, Usage
from pyfinger.dane.usability import UsableRecords
from pyfinger.model import Credential, RecordOutcome, RecordVerdict, TlsaRecord
from pyfinger.values import Value

_OF_THE_LEAF = (Usage.PKIX_EE, Usage.DANE_EE)


class Subject(Value):
    """A certificate to be matched: itself and its SubjectPublicKeyInfo, DER."""

    certificate: bytes
    spki: bytes


def match_server(records: UsableRecords, credential: Credential, leaf_spki: bytes = b"") -> TlsaRecord | None:
    """The record that vouches for the server's own certificate or raw public key.

    `leaf_spki` is the SubjectPublicKeyInfo in the first certificate, if any.
    """
    if credential.raw_key:
        return match_raw_key(records, credential.raw_key)
    if credential.certificates:
        return match_certificate(records, Usage.DANE_EE, Subject(credential.certificates[0], leaf_spki))
    return None


def match_certificate(records: UsableRecords, usage: int, subject: Subject) -> TlsaRecord | None:
    """The first record of `usage` that vouches for a certificate (dane_match of OpenSSL)."""
    for record in records.usable:
        if record.usage == usage and compare_certificate(records, record, subject) is RecordOutcome.MATCHED:
            return record
    return None


def match_raw_key(records: UsableRecords, spki: bytes) -> TlsaRecord | None:
    """The first record that vouches for a raw public key (dane_match_rpk of OpenSSL)."""
    for record in records.usable:
        if compare_raw_key(records, record, spki) is RecordOutcome.MATCHED:
            return record
    return None


def compare_certificate(records: UsableRecords, record: TlsaRecord, subject: Subject) -> RecordOutcome:
    """The one decision on a usable record and a certificate, whatever either is used for.

    Among records of one usage and selector, digests weaker than the strongest
    present do not count (RFC 7671 section 9); full values always do.
    """
    if records.outdone(record):
        return RecordOutcome.WEAKER
    return _compared(records, record, subject)


def compare_raw_key(records: UsableRecords, record: TlsaRecord, spki: bytes) -> RecordOutcome:
    """The same of a raw public key (RFC 7250), which only `3 1 x` are about.

    There is no digest agility, as in OpenSSL.
    """
    if (record.usage, record.selector) != (Usage.DANE_EE, Selector.SPKI):
        return RecordOutcome.INAPPLICABLE
    return _compared(records, record, Subject(b"", spki))


def _compared(records: UsableRecords, record: TlsaRecord, subject: Subject) -> RecordOutcome:
    chosen = subject.certificate if record.selector == Selector.CERT else subject.spki
    same = records.digests.association(record.matching, chosen) == record.data
    return RecordOutcome.MATCHED if same else RecordOutcome.MISMATCHED


def explain_chain(records: UsableRecords, sent: Sequence[Subject]) -> Iterator[RecordVerdict]:
    """Each record against the certificates sent, the server's own first.

    First come the usable ones, in the order of use.
    """
    for record in records.usable:
        yield _explained(records, record, sent)
    yield from _unusable(records)


def explain_raw_key(records: UsableRecords, spki: bytes) -> Iterator[RecordVerdict]:
    """Each record against a raw public key (RFC 7250)."""
    for record in records.usable:
        outcome = compare_raw_key(records, record, spki)
        yield RecordVerdict(record, outcome, position=0 if outcome is RecordOutcome.MATCHED else None)
    yield from _unusable(records)


def _unusable(records: UsableRecords) -> Iterator[RecordVerdict]:
    for record, fitness in reversed(records.rejected):
        yield RecordVerdict(record, RecordOutcome.UNUSABLE, fitness)


def _explained(records: UsableRecords, record: TlsaRecord, sent: Sequence[Subject]) -> RecordVerdict:
    """Where in the chain the record's certificate or key is; issuers are never the first."""
    leaf = record.usage in _OF_THE_LEAF
    outcome = RecordOutcome.WEAKER if records.outdone(record) else RecordOutcome.MISMATCHED
    for position in range(1) if leaf else range(1, len(sent)):
        outcome = compare_certificate(records, record, sent[position])
        if outcome is RecordOutcome.MATCHED:
            return RecordVerdict(record, outcome, position=position)
    return RecordVerdict(record, outcome)
