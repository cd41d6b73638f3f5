"""Fingerprint arguments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.dane.policy import parse_fingerprint, read_fingerprints
from pyfinger.events import Event, FingerprintAccepted, FingerprintMalformed
from pyfinger.model import TlsaRecord


@pytest.mark.parametrize("text", ["aAbBcC", "AA:bb:cC", "aa:bbcc", "aabb:cc"])
def test_pairs_with_or_without_colons(text: str) -> None:
    assert parse_fingerprint(text) == b"\xaa\xbb\xcc"


@pytest.mark.parametrize(
    "text",
    ["nothex", "a", "aab", "a:ab", ":aa", "aa:", "aa::bb", "aa|bb", "aa bb", "aa\n", "٣٣", "aa" * 96 + "a"],
)
def test_anything_else_is_malformed(text: str) -> None:
    assert parse_fingerprint(text) is None


def test_the_length_is_limited() -> None:
    assert parse_fingerprint("ab" * 96) == b"\xab" * 96
    assert parse_fingerprint("ab" * 97) is None


@given(st.binary(max_size=64), st.sampled_from(["", ":"]))
def test_every_digest_can_be_given(data: bytes, separator: str) -> None:
    assert parse_fingerprint(data.hex(separator) if separator and data else data.hex()) == data


def test_records_for_certificate_and_key() -> None:
    told: list[Event] = []
    records = read_fingerprints(["aabb", "nothex", ""], told.append)
    assert records == (TlsaRecord(3, 0, 255, b"\xaa\xbb"), TlsaRecord(3, 1, 255, b"\xaa\xbb"))
    assert told == [*map(FingerprintAccepted, records), FingerprintMalformed("nothex")]


def test_records_for_keys_only() -> None:
    told: list[Event] = []
    assert read_fingerprints(["aa", "bb"], told.append, keys_only=True) == (
        TlsaRecord(3, 1, 255, b"\xaa"),
        TlsaRecord(3, 1, 255, b"\xbb"),
    )
