"""What became of each record."""

from __future__ import annotations

from pyfinger.dane.match import Subject, explain_chain, explain_raw_key
from pyfinger.dane.usability import usable_records
from pyfinger.model import RecordOutcome, RecordVerdict, TlsaRecord, Usability
from tests.dane.test_match import CERT, KEY, OTHER, record, sifted

CHAIN = [Subject(CERT, KEY), Subject(b"issuer", b"issuer key")]


def outcomes(*records: TlsaRecord) -> list[tuple[RecordOutcome, int | None]]:
    """In the order of `records`."""
    found = {row.record: row for row in explain_chain(sifted(*records), CHAIN)}
    assert len(found) == len(records)
    return [(found[each].outcome, found[each].position) for each in records]


def test_the_leaf_and_its_issuers() -> None:
    assert outcomes(
        record(3, 1, 1, KEY),
        record(3, 0, 1, OTHER),
        record(2, 1, 1, b"issuer key"),
        record(2, 0, 1, b"issuer"),
    ) == [
        (RecordOutcome.MATCHED, 0),
        (RecordOutcome.MISMATCHED, None),
        (RecordOutcome.MATCHED, 1),
        (RecordOutcome.MATCHED, 1),
    ]


def test_the_usage_says_where_to_look() -> None:
    assert outcomes(record(2, 1, 1, KEY), record(3, 0, 1, b"issuer"), record(0, 0, 1, b"issuer")) == [
        (RecordOutcome.MISMATCHED, None),
        (RecordOutcome.MISMATCHED, None),
        (RecordOutcome.MATCHED, 1),
    ]


def test_all_that_match_are_told_not_only_the_first() -> None:
    assert outcomes(record(3, 1, 2, KEY), record(3, 0, 2, CERT)) == [(RecordOutcome.MATCHED, 0)] * 2


def test_a_weaker_digest_is_set_aside_but_never_a_full_value() -> None:
    assert outcomes(record(3, 1, 2, OTHER), record(3, 1, 1, KEY), record(3, 1, 0, KEY)) == [
        (RecordOutcome.MISMATCHED, None),
        (RecordOutcome.WEAKER, None),
        (RecordOutcome.MATCHED, 0),
    ]


def test_unusable_records_come_with_the_reason() -> None:
    bad = {
        TlsaRecord(4, 1, 1, bytes(32)): Usability.USAGE,
        TlsaRecord(3, 2, 1, bytes(32)): Usability.SELECTOR,
        TlsaRecord(3, 1, 9, bytes(32)): Usability.MATCHING,
        TlsaRecord(3, 1, 1, bytes(31)): Usability.LENGTH,
        TlsaRecord(3, 1, 0, b""): Usability.UNDECODABLE,
    }
    expected = [RecordVerdict(each, RecordOutcome.UNUSABLE, why) for each, why in bad.items()]
    assert list(explain_chain(sifted(*bad), CHAIN)) == expected
    assert list(explain_raw_key(sifted(*bad), KEY)) == expected


def test_a_raw_key_concerns_only_records_of_keys() -> None:
    records = (record(3, 1, 1, KEY), record(3, 1, 2, OTHER), record(3, 0, 1, CERT), record(2, 1, 1, KEY))
    found = {row.record: (row.outcome, row.position) for row in explain_raw_key(sifted(*records), KEY)}
    assert [found[each] for each in records] == [
        (RecordOutcome.MATCHED, 0),  # without digest agility, like the match itself
        (RecordOutcome.MISMATCHED, None),
        (RecordOutcome.INAPPLICABLE, None),
        (RecordOutcome.INAPPLICABLE, None),
    ]


def test_no_records_no_verdicts() -> None:
    assert list(explain_chain(usable_records((), sifted().digests, lambda _: True), CHAIN)) == []
