"""What became of each TLSA record: for people, after the verdict, and without any part in it.

`match.py` stops at the first record that vouches; here every record is held
against everything the server sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.dane.match import Subject, matches, strongest
from pyfinger.dane.preferences import FULL
from pyfinger.dane.record import END_ENTITY, PKIX_END_ENTITY, PUBLIC_KEY, Sifted
from pyfinger.model import RecordOutcome, RecordVerdict, TlsaRecord

_OF_THE_LEAF = (PKIX_END_ENTITY, END_ENTITY)


def explain_chain(records: Sifted, sent: Sequence[Subject]) -> Iterator[RecordVerdict]:
    """Each record against the certificates sent, the server's own first.

    First come the usable ones, in the order of use.
    """
    best = strongest(records)
    for record in records.usable:
        if record.matching not in (FULL, best[record.usage, record.selector]):
            yield RecordVerdict(record, RecordOutcome.WEAKER)
        else:
            yield _compared(record, _position(records, record, sent))
    yield from _unusable(records)


def explain_raw_key(records: Sifted, spki: bytes) -> Iterator[RecordVerdict]:
    """Each record against a raw public key (RFC 7250), which only `3 1 x` are about."""
    for record in records.usable:
        if (record.usage, record.selector) != (END_ENTITY, PUBLIC_KEY):
            yield RecordVerdict(record, RecordOutcome.INAPPLICABLE)
        else:
            yield _compared(record, 0 if matches(records, record, Subject(b"", spki)) else None)
    yield from _unusable(records)


def _unusable(records: Sifted) -> Iterator[RecordVerdict]:
    for record, fitness in reversed(records.unfit):
        yield RecordVerdict(record, RecordOutcome.UNUSABLE, fitness)


def _position(records: Sifted, record: TlsaRecord, sent: Sequence[Subject]) -> int | None:
    """Where in the chain the record's certificate or key is; issuers are never the first."""
    first = 0 if record.usage in _OF_THE_LEAF else 1
    last = 1 if record.usage in _OF_THE_LEAF else len(sent)
    for position in range(first, min(last, len(sent))):
        if matches(records, record, sent[position]):
            return position
    return None


def _compared(record: TlsaRecord, position: int | None) -> RecordVerdict:
    outcome = RecordOutcome.MISMATCHED if position is None else RecordOutcome.MATCHED
    return RecordVerdict(record, outcome, position=position)
