"""What became of each TLSA record, for people.

It is the same decision the verdict is made of (`match.judge_certificate`), only that
each record is held against everything the server sent, where the verdict stops at
the first that vouches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.dane.acronyms import Usage
from pyfinger.dane.match import Subject, judge_certificate, judge_raw_key
from pyfinger.dane.usability import UsableRecords
from pyfinger.model import RecordOutcome, RecordVerdict, TlsaRecord

_OF_THE_LEAF = (Usage.PKIX_EE, Usage.DANE_EE)


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
        outcome = judge_raw_key(records, record, spki)
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
        outcome = judge_certificate(records, record, sent[position])
        if outcome is RecordOutcome.MATCHED:
            return RecordVerdict(record, outcome, position=position)
    return RecordVerdict(record, outcome)
