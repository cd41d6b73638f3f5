"""Which records are fit for use."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.dane.digests import MatchingType, digest, parse_digests
from pyfinger.dane.usability import UsableRecords, importable, usable_records
from pyfinger.model import TlsaRecord

PREFERENCES, _ = parse_digests("sha512 sha256 sha384=3", digest("sha1"))
GOOD = b"decodable"
SIZES = {1: 32, 2: 64, 3: 48, MatchingType.PRIV_MATCH: 20}


def record(usage: int, selector: int, matching: int, data: bytes | None = None) -> TlsaRecord:
    """A record whose data has the right form unless given."""
    return TlsaRecord(
        usage, selector, matching, data if data is not None else bytes(SIZES.get(matching, 0)) or GOOD
    )


def sifted(*records: TlsaRecord) -> UsableRecords:
    return usable_records(records, PREFERENCES, lambda found: found.data == GOOD)


@pytest.mark.parametrize("usage", range(5))
@pytest.mark.parametrize("matching", [0, 1, 254, 255])
def test_only_dane_usages_and_public_types_are_imported(usage: int, matching: int) -> None:
    assert importable(TlsaRecord(usage, 9, matching, b"x")) is (usage in (2, 3) and matching != 255)


@pytest.mark.parametrize(
    "fit",
    [
        record(2, 0, 0),
        record(2, 1, 1),
        record(3, 0, 2),
        record(3, 1, 3),
        record(3, 1, MatchingType.PRIV_MATCH),
        record(3, 1, 0),
    ],
)
def test_fit_records_are_usable(fit: TlsaRecord) -> None:
    assert sifted(fit).usable == (fit,)
    assert sifted(fit).unusable == ()


@pytest.mark.parametrize(
    "unfit",
    [
        record(4, 1, 1),
        record(3, 2, 1),
        record(3, 1, 4),
        record(3, 1, 1, bytes(31)),
        record(3, 1, 1, bytes(33)),
        record(3, 1, 1, b""),
        record(3, 1, 0, b""),
        record(3, 1, 0, b"undecodable"),
        record(2, 0, 0, b"undecodable"),
    ],
)
def test_unfit_records_are_unusable(unfit: TlsaRecord) -> None:
    assert sifted(unfit).usable == ()
    assert sifted(unfit).unusable == (unfit,)


def test_the_order_of_use() -> None:
    expected = tuple(
        record(usage, selector, matching)
        for usage in (3, 2)
        for selector in (1, 0)
        for matching in (2, 1, 3, MatchingType.PRIV_MATCH, 0)
    )
    assert sifted(*sorted(expected, key=str)).usable == expected


def test_equals_stay_in_order() -> None:
    first, second = record(3, 1, 1, b"b" * 32), record(3, 1, 1, b"a" * 32)
    assert sifted(first, second).usable == (first, second)


def test_the_last_is_warned_about_first() -> None:
    records = record(3, 9, 1), record(3, 1, 1), record(3, 1, 9)
    assert sifted(*records).unusable == (records[2], records[0])


@pytest.mark.parametrize(
    ("records", "wanted"),
    [
        ([], True),
        ([record(3, 9, 1)], True),
        ([record(3, 1, 1), record(3, 1, 0)], True),
        ([record(3, 1, 1), record(2, 9, 1)], True),
        ([record(3, 1, 1), record(3, 0, 1)], False),
        ([record(3, 1, 1), record(2, 1, 1)], False),
        ([record(2, 0, 1)], False),
    ],
)
def test_raw_keys_are_wanted_if_every_usable_record_is_for_the_servers_key(
    records: list[TlsaRecord], wanted: bool
) -> None:
    assert sifted(*records).wants_raw_keys is wanted


octets = st.integers(0, 5)
records = st.builds(
    TlsaRecord, octets, octets, octets, st.sampled_from([b"", GOOD, *map(bytes, SIZES.values())])
)


@given(st.lists(records))
def test_every_record_is_usable_or_not(found: list[TlsaRecord]) -> None:
    result = sifted(*found)
    assert sorted(result.usable + result.unusable, key=str) == sorted(found, key=str)
    for kept in result.usable:
        if kept.matching:
            assert len(hashlib.new({1: "sha256", 2: "sha512", 3: "sha384"}[kept.matching]).digest()) == len(
                kept.data
            )
