"""TLS's pseudo-random functions and HKDF, beside RFC 5869's vectors and tlslite-ng's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.crypto import tlslite_ng
from pyfinger.crypto.key_derivation import (
    hkdf_expand,
    hkdf_expand_label,
    hkdf_extract,
    p_hash,
    prf_md5_sha1,
)

assert tlslite_ng  # lets the modules below be imported without all of tlslite-ng

from tlslite.mathtls import PRF, PRF_1_2, PRF_1_2_SHA384  # noqa: E402
from tlslite.utils.cryptomath import HKDF_expand_label  # noqa: E402

secrets, seeds, sizes = st.binary(max_size=80), st.binary(max_size=40), st.integers(0, 300)


def test_hkdf_of_the_rfc() -> None:
    """RFC 5869 appendix A.1 and A.3."""
    key = hkdf_extract("sha256", bytes(range(13)), b"\x0b" * 22)
    assert key.hex() == "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"
    made = hkdf_expand("sha256", key, bytes(range(0xF0, 0xFA)), 42)
    assert made.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )
    plain = hkdf_expand("sha256", hkdf_extract("sha256", b"", b"\x0b" * 22), b"", 42)
    assert plain.hex() == (
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    )


@given(secrets, seeds, sizes)
def test_the_prf_is_tlslite_ng_s(secret: bytes, seed: bytes, size: int) -> None:
    parts = bytearray(secret), bytearray(b"label"), bytearray(seed)
    assert prf_md5_sha1(secret, b"label" + seed, size) == PRF(*parts, size)
    assert p_hash("sha256", secret, b"label" + seed, size) == PRF_1_2(*parts, size)
    assert p_hash("sha384", secret, b"label" + seed, size) == PRF_1_2_SHA384(*parts, size)


@pytest.mark.parametrize("digest", ["sha256", "sha384"])
@given(secret=secrets, context=seeds, size=sizes)
def test_expand_label_is_tlslite_ng_s(digest: str, secret: bytes, context: bytes, size: int) -> None:
    theirs = HKDF_expand_label(bytearray(secret), bytearray(b"key"), bytearray(context), size, digest)
    assert hkdf_expand_label(digest, secret, b"key", context, size) == theirs
