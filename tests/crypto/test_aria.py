"""ARIA: the RFC's examples, and published values of its GCM."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.crypto.aria import Aria, aria_gcm
from pyfinger.crypto.gcm_ccm import TAG

NONCE = bytes.fromhex("000020e8f5eb00000000315e")
EXTRA = bytes.fromhex("8008315ebf2e6fe020e8f5eb")
PLAIN = bytes.fromhex(
    "f57af5fd4ae19562976ec57a5a7ad55a5af5c5e5c5fdf5c55ad57a4a7272d57262e9729566ed66e97ac54a4a5a7ad5e1"
    "5ae5fdd5fd5ac5d56ae56ad5c572d54ae54ac55a956afd6aed5a4ac562957a9516991691d572fd14e97ae962ed7a9f4a"
    "955af572e162f57a956666e17ae1f54a95f566d54a66e16e4afd6a9f7ae1c5c55ae5d56afde916c5e94a6ec56695e14a"
    "fde1148416e94ad57ac5146ed59d1cc5"
)


@pytest.mark.parametrize(
    ("size", "sealed"),
    [(16, 0xD718FBD6AB644C739DA95F3BE6451778), (32, 0xF92BD7C79FB72E2F2B8F80C1972D24FC)],
)
def test_the_examples_of_rfc_5794(size: int, sealed: int) -> None:
    """Appendices A.1 and A.3."""
    assert Aria(bytes(range(size))).encrypt(0x00112233445566778899AABBCCDDEEFF) == sealed


@pytest.mark.parametrize(
    ("key", "begin", "tag"),
    [
        (
            "e91e5e75da65554a48181f3846349562",
            "4d8a9a0675550c704b17d8c9ddc81a5c",
            "5abace3f37f5a736f4be984bbffbedc1",
        ),
        (
            "0c5ffd37a11edc42c325287fc0604f2e3e8cd5671a00fe3216aa5eb105783b54",
            "6f9e4bcbc8c85fc0128fb1e4a0a20cb9",
            "e210d6ced2cf430ff841472915e7ef48",
        ),
    ],
)
def test_gcm_as_in_rfc_8269(key: str, begin: str, tag: str) -> None:
    """Appendix A.2; the tag depends on all of the ciphertext."""
    sealed = aria_gcm(bytes.fromhex(key)).seal(NONCE, PLAIN, EXTRA).hex()
    assert len(sealed) == 2 * (len(PLAIN) + TAG)
    assert sealed.startswith(begin)
    assert sealed.endswith(tag)


@given(st.binary(max_size=70), st.binary(max_size=40), st.data())
def test_gcm_opens_only_what_was_sealed(plain: bytes, extra: bytes, data: st.DataObject) -> None:
    cipher = aria_gcm(bytes(16))
    sealed = cipher.seal(NONCE, plain, extra)
    assert cipher.open(NONCE, sealed, extra) == plain
    place = data.draw(st.integers(0, len(sealed) - 1))
    changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    assert cipher.open(NONCE, changed, extra) is None
    assert cipher.open(NONCE, sealed, extra + b"x") is None
    assert cipher.open(NONCE, sealed[: data.draw(st.integers(0, len(sealed) - 1))], extra) is None
