"""Each rule finds what it is about, and nothing in a sound record."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given

from pyfinger.demo.certificate_making import make_ca
from pyfinger.demo.fixed_keys import make_key
from pyfinger.model import TlsaRecord
from pyfinger.tlsa import advice, set_advice
from pyfinger.tlsa.advising import meaning
from tests.tlsa.test_records import RECORDS

DIGEST = hashlib.sha256(b"a key").digest()
LARGE = make_ca("CN=" + "x" * 60, None, make_key("rsa2048")).der


@pytest.mark.parametrize(
    "record, word, fatal",
    [
        (TlsaRecord(4, 1, 1, DIGEST), "certificate usage 4 does not exist", True),
        (TlsaRecord(3, 2, 1, DIGEST), "selector 2 does not exist", True),
        (TlsaRecord(3, 1, 3, DIGEST), "matching type 3 is unknown", True),
        (TlsaRecord(3, 1, 255, DIGEST), "matching type 255 is unknown", True),
        (TlsaRecord(0, 1, 1, DIGEST), "usage 0 needs trusted authorities", True),
        (TlsaRecord(1, 1, 1, DIGEST), "usage 1 needs trusted authorities", True),
        (TlsaRecord(3, 1, 1, DIGEST[1:]), "not as long as a digest", True),
        (TlsaRecord(3, 1, 1, hashlib.sha256(b"").digest()), "digest of nothing", True),
        (TlsaRecord(3, 1, 2, hashlib.sha512(b"").digest()), "digest of nothing", True),
        (TlsaRecord(3, 1, 0, b"no key"), "not a whole certificate or key", True),
        (TlsaRecord(2, 0, 0, b"none"), "not a whole certificate or key", True),
        (TlsaRecord(2, 1, 1, DIGEST), "has to send that authority's certificate", False),
        (TlsaRecord(3, 0, 1, DIGEST), "changes with every renewal", False),
        (TlsaRecord(2, 0, 0, LARGE), "too long for UDP", False),
    ],
)
def test_each_rule(record: TlsaRecord, word: str, fatal: bool) -> None:
    (found,) = [each for each in advice(record) if word in each.text]
    assert found.fatal is fatal and found.source.startswith("RFC ")
    assert advice(record)[0].fatal is fatal  # the worst comes first


def test_nothing_speaks_against_what_is_recommended() -> None:
    assert advice(TlsaRecord(3, 1, 1, DIGEST)) == ()


@pytest.mark.parametrize(
    "records, ttl, word",
    [
        ([TlsaRecord(3, 1, 1, DIGEST)] * 2, 0, "more than once"),
        ([TlsaRecord(1, 1, 1, DIGEST)], 0, "all records are unusable"),
        ([TlsaRecord(3, 1, 2, DIGEST * 2)], 0, "no record has a SHA-256 digest"),
        ([TlsaRecord(3, 1, 1, DIGEST)], 8 * 86400, "TTL"),
    ],
)
def test_records_taken_together(records: list[TlsaRecord], ttl: int, word: str) -> None:
    (found,) = set_advice(records, ttl)
    assert word in found.text and not found.fatal


@given(RECORDS)
def test_any_record_has_a_meaning(record: TlsaRecord) -> None:
    assert all(meaning(record)) and all(each.text for each in advice(record))
