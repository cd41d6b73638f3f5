"""The value of tls_dane_digests."""

from __future__ import annotations

import hashlib

import pytest

from pyfinger.dane.digests import DigestAgility, MatchingType, digest, parse_digests


def digests(text: str) -> DigestAgility:
    found, remarks = parse_digests(text)
    assert remarks == ()
    return found


@pytest.mark.parametrize("text", ["sha512 sha256", "sha512,sha256", " SHA512 ,\t\r\nSha256,"])
def test_the_order_is_the_preference(text: str) -> None:
    found = digests(text)
    assert [found.rank(matching) for matching in (2, 1, MatchingType.FULL)] == [0, 1, 2]


def test_numbers_are_implied_or_explicit() -> None:
    found = digests("sha256=1 sha384=003 sha1=254")
    assert sorted(found.digests) == [1, 3, 254]
    assert found.association(3, b"x") == hashlib.sha384(b"x").digest()
    assert (found.size(1), found.size(3), found.size(254)) == (32, 48, 20)


def test_what_is_not_listed_is_off_but_full_values_work() -> None:
    found = digests("sha512")
    assert [found.knows(matching) for matching in (MatchingType.FULL, 1, 2, 3, MatchingType.PRIV_MATCH)] == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert found.association(MatchingType.FULL, b"x") == b"x"


@pytest.mark.parametrize("text", ["=1 sha512", "sha512 =1 =9"])
def test_a_number_without_a_name_disables(text: str) -> None:
    assert sorted(digests(text).digests) == [2]


def test_an_entry_without_a_number_may_have_an_equals_sign() -> None:
    assert sorted(digests("sha256=").digests) == [1]


def test_the_fingerprint_digest_has_the_private_type() -> None:
    found, _ = parse_digests("sha256", digest("md5"))
    assert found.size(MatchingType.PRIV_MATCH) == 16
    assert found.rank(MatchingType.PRIV_MATCH) < found.rank(MatchingType.FULL)


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("sha384=x", "Invalid matching type number in tls_dane_digests: sha384=x"),
        ("sha384=255", "Invalid matching type number in tls_dane_digests: sha384=255"),
        ("sha384=99999999999", "Invalid matching type number in tls_dane_digests: sha384=99999999999"),
        ("sha384=-3", "Invalid matching type number in tls_dane_digests: sha384=-3"),
        ("sha384=3=4", "Invalid matching type number in tls_dane_digests: sha384=3=4"),
        ("sha384=٣", "Invalid matching type number in tls_dane_digests: sha384=٣"),
        ("sha384=0", "Reserved matching type number in tls_dane_digests: sha384=0"),
        ("sha384=000", "Reserved matching type number in tls_dane_digests: sha384=000"),
        ("sha384", "tls_dane_digests: digest algorithm sha384 needs an explicit number"),
        ("sha512=1", "tls_dane_digests: matching type 1 can only be sha256"),
        ("sha256=2", "tls_dane_digests: matching type 2 can only be sha512"),
        ("nosuch=3", 'tls_dane_digests: digest algorithm "nosuch"(3) unknown'),
    ],
)
def test_a_faulty_entry_is_ignored(text: str, remark: str) -> None:
    found, remarks = parse_digests(text)
    assert [told.text for told in remarks] == [remark]
    assert found.digests == {}


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("sha256 =1", []),
        ("=1 sha256", [1]),
        ("sha512 sha384=3 sha256 =2", [3, 1]),
        ("sha384=3 =3 sha512", [2]),
        ("= sha256", [1]),
    ],
)
def test_a_type_without_a_name_is_switched_off_until_it_gets_one(text: str, known: list[int]) -> None:
    found, remarks = parse_digests(text)
    assert list(found.digests) == known
    assert remarks == ()


def test_a_type_that_was_named_and_switched_off_cannot_be_named_again() -> None:
    for text in ("sha256 =1 sha256", "nosuch=9 sha1=9"):
        found, remarks = parse_digests(text)
        assert found.digests == {}
        assert remarks[-1].text.endswith("specified more than once")


@pytest.mark.parametrize("text", ["sha256 sha256", "sha256 sha256=1"])
def test_a_type_is_given_once(text: str) -> None:
    found, remarks = parse_digests(text)
    assert [told.text for told in remarks] == ["tls_dane_digests: matching type 1 specified more than once"]
    assert sorted(found.digests) == [1]
