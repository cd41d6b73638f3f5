"""Digests by OpenSSL's names."""

from __future__ import annotations

import hashlib

import pytest

from pyfinger.dane.digests import digest


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("md5", hashlib.md5(b"x").digest()),
        ("SHA1", hashlib.sha1(b"x").digest()),
        ("SHA2-256", hashlib.sha256(b"x").digest()),
        ("sha-512", hashlib.sha512(b"x").digest()),
        ("SHA3-256", hashlib.sha3_256(b"x").digest()),
        ("BLAKE2b512", hashlib.blake2b(b"x").digest()),
        ("blake2s256", hashlib.blake2s(b"x").digest()),
    ],
)
def test_names_are_openssls_in_any_case(name: str, expected: bytes) -> None:
    compute = digest(name)
    assert compute is not None
    assert compute(b"x") == expected


def test_all_digests_of_a_fixed_size_are_there() -> None:
    known = {name for name in hashlib.algorithms_guaranteed if not name.startswith("shake")}
    renamed = {"blake2b": "blake2b512", "blake2s": "blake2s256"}
    for name in known:
        assert digest(renamed.get(name, name.replace("_", "-"))) is not None, name


@pytest.mark.parametrize(
    "name", ["", "sha257", "shake128", "sha3_256", "ripemd160", "sm3", " sha256", "sha256\t", " "]
)
def test_others_are_unknown(name: str) -> None:
    assert digest(name) is None


def test_blanks_behind_a_name_do_not_matter() -> None:
    assert digest("sha256  ") is digest("SHA256")
