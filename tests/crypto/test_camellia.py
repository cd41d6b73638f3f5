"""Camellia: the RFC's examples, published CBC values, and chaining."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.crypto.camellia import BLOCK, CamelliaCbc

PLAIN = "0123456789abcdeffedcba9876543210"
KEY_128 = "0123456789abcdeffedcba9876543210"
KEY_256 = KEY_128 + "00112233445566778899aabbccddeeff"

KEYS = st.one_of(st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
IVS = st.binary(min_size=BLOCK, max_size=BLOCK)
BLOCKS = st.lists(st.binary(min_size=BLOCK, max_size=BLOCK), max_size=5)


@pytest.mark.parametrize(
    ("key", "sealed"),
    [(KEY_128, "67673138549669730857065648eabe43"), (KEY_256, "9acc237dff16d76c20ef7c919e3a7509")],
)
def test_the_examples_of_rfc_3713(key: str, sealed: str) -> None:
    """Appendix A."""
    cipher = CamelliaCbc(bytes.fromhex(key), bytes(BLOCK))
    assert cipher.encrypt(bytes.fromhex(PLAIN)).hex() == sealed


@pytest.mark.parametrize(
    ("key", "sealed"),
    [
        (
            "2b7e151628aed2a6abf7158809cf4f3c",
            "1607cf494b36bbf00daeb0b503c831aba2f2cf671629ef7840c5a5dfb5074887",
        ),
        (
            "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
            "e6cfa35fc02b134a4d2c0b6737ac3eda36cbeb73bd504b4070b1b7de2b21eb50",
        ),
    ],
)
def test_cbc(key: str, sealed: str) -> None:
    """The keys and texts of NIST SP 800-38A section F.2, encrypted with Camellia."""
    plain = bytes.fromhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51")
    for direction, source, expected in (("encrypt", plain.hex(), sealed), ("decrypt", sealed, plain.hex())):
        cipher = CamelliaCbc(bytes.fromhex(key), bytes(range(BLOCK)))
        assert getattr(cipher, direction)(bytearray.fromhex(source)).hex() == expected


@given(KEYS, IVS, BLOCKS, BLOCKS)
def test_calls_continue_each_other(key: bytes, iv: bytes, first: list[bytes], second: list[bytes]) -> None:
    head, tail = b"".join(first), b"".join(second)
    whole = CamelliaCbc(key, iv).encrypt(head + tail)
    cipher = CamelliaCbc(key, iv)
    assert cipher.encrypt(head) + cipher.encrypt(tail) == whole
    reader = CamelliaCbc(key, iv)
    assert reader.decrypt(whole[: len(head)]) + reader.decrypt(whole[len(head) :]) == head + tail
