"""What is said of TLSA records, and where the rule stands."""

from __future__ import annotations

import hashlib
import re

import pytest

from pyfinger.dane.digests import DigestAgility, digest
from pyfinger.dane.remarks import (
    LONG_TTL,
    RemarkKind,
    chain_remarks,
    record_remarks,
    remark,
    set_remarks,
    why_unusable,
)
from pyfinger.dane.remedies import REMEDIES, RFC
from pyfinger.model import TlsaRecord

SHA256, SHA512 = digest("sha256"), digest("sha512")
assert SHA256 and SHA512
AGILITY = DigestAgility({2: SHA512, 1: SHA256})
D32, D64 = b"\1" * 32, b"\2" * 64


@pytest.mark.parametrize(
    "record, kind",
    [
        (TlsaRecord(0, 1, 1, D32), RemarkKind.PKIX_USAGE),
        (TlsaRecord(1, 0, 2, D64), RemarkKind.PKIX_USAGE),
        (TlsaRecord(4, 1, 1, D32), RemarkKind.UNKNOWN_USAGE),
        (TlsaRecord(3, 2, 1, D32), RemarkKind.UNKNOWN_SELECTOR),
        (TlsaRecord(3, 1, 3, D32), RemarkKind.UNKNOWN_MATCHING),
        (TlsaRecord(3, 1, 255, D32), RemarkKind.UNKNOWN_MATCHING),
        (TlsaRecord(3, 1, 1, D64), RemarkKind.WRONG_LENGTH),
        (TlsaRecord(3, 1, 0, D32), RemarkKind.UNDECODABLE),
        (TlsaRecord(3, 1, 1, D32), None),
        (TlsaRecord(2, 0, 2, D64), None),
    ],
)
def test_why_nobody_can_use_a_record(record: TlsaRecord, kind: RemarkKind | None) -> None:
    assert why_unusable(record, AGILITY, decodable=False) is kind


def test_a_whole_key_is_usable_if_it_is_one() -> None:
    assert why_unusable(TlsaRecord(3, 1, 0, D32), AGILITY, decodable=True) is None


@pytest.mark.parametrize(
    "record, kinds",
    [
        (TlsaRecord(3, 1, 1, D32), []),
        (TlsaRecord(2, 1, 1, D32), []),
        (TlsaRecord(3, 1, 1, hashlib.sha256(b"").digest()), [RemarkKind.EMPTY_DIGEST]),
        (TlsaRecord(3, 1, 2, hashlib.sha512(b"").digest()), [RemarkKind.EMPTY_DIGEST]),
        (TlsaRecord(3, 0, 1, D32), [RemarkKind.CERTIFICATE_PINNED]),
        (TlsaRecord(3, 1, 0, D64), [RemarkKind.FULL_VALUE]),
        (TlsaRecord(2, 1, 0, D64), [RemarkKind.FULL_VALUE, RemarkKind.ANCHOR_KEY]),
    ],
)
def test_what_is_risky_about_one(record: TlsaRecord, kinds: list[RemarkKind]) -> None:
    assert [found.kind for found in record_remarks(record)] == kinds


def test_an_authority_has_to_be_sent_unless_the_record_has_all_of_it() -> None:
    (told,) = chain_remarks(TlsaRecord(2, 1, 1, D32))
    assert (told.kind, told.rfc) == (RemarkKind.ANCHOR_NOT_SENT, "RFC 7671 section 5.2.2")
    assert not list(chain_remarks(TlsaRecord(2, 0, 0, D64)))
    assert not list(chain_remarks(TlsaRecord(3, 1, 1, D32)))


def kinds_of(*records: TlsaRecord, ttl: int = 3600, ending: bool = False) -> list[RemarkKind]:
    usable = [record for record in records if record.usage > 1]
    return [told.kind for told in set_remarks(records, usable, ttl, ending=ending)]


def test_what_is_said_of_all_of_them() -> None:
    one, long, pkix = TlsaRecord(3, 1, 1, D32), TlsaRecord(3, 1, 2, D64), TlsaRecord(1, 1, 1, D32)
    assert kinds_of() == kinds_of(one) == kinds_of(one, long) == []
    assert kinds_of(one, one) == [RemarkKind.DUPLICATE]
    assert kinds_of(pkix) == [RemarkKind.ALL_UNUSABLE]
    assert kinds_of(long) == [RemarkKind.ONLY_SHA512]
    assert kinds_of(one, TlsaRecord(3, 1, 1, b"\3" * 32), long) == [RemarkKind.UNEQUAL_DIGESTS]
    assert kinds_of(one, ttl=LONG_TTL + 1) == [RemarkKind.LONG_TTL]
    assert kinds_of(one, ending=True) == [RemarkKind.SIGNATURE_ENDS]
    assert kinds_of(one, ttl=LONG_TTL) == []


@pytest.mark.parametrize("kind", RemarkKind)
def test_each_has_words_and_a_section(kind: RemarkKind) -> None:
    told = remark(kind, TlsaRecord(3, 1, 1, D32))
    assert "{" not in told.text
    assert re.fullmatch(r"RFC \d+ section [\d.]+", told.rfc)
    assert set(RFC) == set(REMEDIES) == set(RemarkKind)
    assert REMEDIES[kind].action.endswith(".")
