"""Records against certificates and keys."""

from __future__ import annotations

import hashlib

import pytest

from pyfinger.dane.digests import MatchingType, digest, parse_digests
from pyfinger.dane.match import Subject, match_certificate, match_raw_key, match_server
from pyfinger.dane.usability import UsableRecords, usable_records
from pyfinger.model import Credential, TlsaRecord

CERT, KEY, OTHER = b"certificate", b"public key", b"another"
LEAF = Subject(CERT, KEY)
DIGESTS = {0: lambda data: data, 1: "sha256", 2: "sha512", MatchingType.PRIV_MATCH: "sha1"}


def record(usage: int, selector: int, matching: int, value: bytes) -> TlsaRecord:
    """A record made for `value`."""
    data = value if matching == 0 else hashlib.new(str(DIGESTS[matching]), value).digest()
    return TlsaRecord(usage, selector, matching, data)


def sifted(*records: TlsaRecord) -> UsableRecords:
    return usable_records(records, parse_digests("sha512 sha256", digest("sha1"))[0], lambda _: True)


def match_leaf(*records: TlsaRecord) -> TlsaRecord | None:
    return match_certificate(sifted(*records), 3, LEAF)


@pytest.mark.parametrize("matching", DIGESTS)
@pytest.mark.parametrize(("selector", "value"), [(0, CERT), (1, KEY)])
def test_certificate_or_key_whole_or_digested(selector: int, value: bytes, matching: int) -> None:
    right, wrong = record(3, selector, matching, value), record(3, selector, matching, OTHER)
    assert match_leaf(right) == right
    assert match_leaf(wrong) is None
    assert match_leaf(wrong, right) == right


def test_the_usage_counts() -> None:
    anchor = record(2, 0, 1, CERT)
    assert match_leaf(anchor) is None
    assert match_certificate(sifted(anchor, record(3, 0, 1, CERT)), 2, LEAF) == anchor


def test_the_first_in_order_is_reported() -> None:
    records = [record(3, 0, 1, CERT), record(3, 1, 1, KEY), record(3, 1, 2, KEY)]
    assert match_leaf(*records) == records[2]


def test_only_the_strongest_digest_counts() -> None:
    assert match_leaf(record(3, 1, 2, OTHER), record(3, 1, 1, KEY)) is None
    assert match_leaf(record(3, 0, 2, OTHER), record(3, 0, 1, CERT)) is None


def test_agility_is_a_matter_of_usage_and_selector() -> None:
    other_selector = record(3, 1, 1, KEY)
    assert match_leaf(record(3, 0, 2, OTHER), other_selector) == other_selector
    other_usage = record(2, 1, 1, KEY)
    found = match_certificate(sifted(record(3, 1, 2, OTHER), other_usage), 2, LEAF)
    assert found == other_usage


def test_full_values_always_count() -> None:
    full = record(3, 1, 0, KEY)
    assert match_leaf(record(3, 1, 2, OTHER), record(3, 1, 1, OTHER), full) == full


def test_raw_keys_know_no_agility() -> None:
    weaker = record(3, 1, 1, KEY)
    assert match_raw_key(sifted(record(3, 1, 2, OTHER), weaker), KEY) == weaker


@pytest.mark.parametrize("unfit", [record(3, 0, 1, KEY), record(2, 1, 1, KEY), record(3, 1, 1, OTHER)])
def test_raw_keys_match_key_records_of_the_server_only(unfit: TlsaRecord) -> None:
    assert match_raw_key(sifted(unfit), KEY) is None


def test_whatever_the_server_showed() -> None:
    by_key = record(3, 1, 1, KEY)
    assert match_server(sifted(by_key), Credential((CERT, OTHER)), KEY) == by_key
    assert match_server(sifted(by_key), Credential(raw_key=KEY)) == by_key
    assert match_server(sifted(by_key), Credential()) is None
