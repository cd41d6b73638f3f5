"""Any tls_dane_digests gives digests that compare whole values at least, and remarks on the rest."""

from __future__ import annotations

from pyfinger.dane.digests import MatchingType, digest, parse_digests

SEEDS: list[bytes] = [
    b"sha512 sha256",
    b"sha512, sha256 sha1=3, sha384=254",
    b"sha256=2 sha512=1 sha256=0 sha1 md5=255 =7",
    b"sha3-256=0009\tnone=10 sha512=2,sha512=2",
]


def check(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    private = digest("sha1")
    found, remarks = parse_digests(text, private)
    assert len(remarks) + len(found.digests) <= len(text) + 1
    for number in (MatchingType.FULL, MatchingType.PRIV_MATCH, *found.digests):
        assert 0 <= number <= MatchingType.PRIV_MATCH
        assert found.knows(number)
        assert 0 <= found.rank(number) <= found.rank(MatchingType.FULL) == len(found.digests)
        value = found.association(number, b"value")
        assert value == b"value" if number == MatchingType.FULL else len(value) == found.size(number)
    again, same = parse_digests(f" {text},", private)
    assert dict(again.digests) == dict(found.digests)
    assert same == remarks
