from __future__ import annotations

import random

import pytest

from pyfinger.crypto.diffie_hellman import FiniteField, MontgomeryCurve, NoAgreement, named_field

DRAW = random.Random(1).randbytes


def test_rfc_7748_section_6_1() -> None:
    curve = MontgomeryCurve("x25519")
    alice = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f92ebc099c0f52ab1e5a0d8c2e6")
    bob = bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
    assert curve.public_key(bob).hex() == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"
    assert curve.shared_secret(alice, curve.public_key(bob)) == curve.shared_secret(
        bob, curve.public_key(alice)
    )


@pytest.mark.parametrize("name", ["x25519", "x448"])
def test_a_secret_of_zeros_is_none(name: str) -> None:
    curve = MontgomeryCurve(name)
    private = curve.private_key(DRAW)
    assert len(private) == len(curve.public_key(private)) == curve.size
    with pytest.raises(NoAgreement):
        curve.shared_secret(private, bytes(curve.size))


def test_a_field_of_the_registry() -> None:
    field = named_field("ffdhe2048")
    ours, theirs = field.private_key(DRAW), field.private_key(DRAW)
    assert field.size == 256
    assert field.shared_secret(ours, field.public_key(theirs)) == field.shared_secret(
        theirs, field.public_key(ours)
    )


def test_numbers_as_they_are() -> None:
    field = FiniteField(23, 5)
    assert (field.public_key(6), field.public_key(15)) == (8, 19)
    assert field.shared_secret(6, 19) == field.shared_secret(15, 8) == 2


@pytest.mark.parametrize("public", [-1, 0, 1, 22, 23, 24])
def test_public_values_out_of_range(public: int) -> None:
    with pytest.raises(NoAgreement):
        FiniteField(23, 5).shared_secret(6, public)


@pytest.mark.parametrize(("prime", "generator"), [(0, 0), (23, 1), (23, 23), (2, 5)])
def test_generators_out_of_range(prime: int, generator: int) -> None:
    with pytest.raises(NoAgreement):
        FiniteField(prime, generator)


def test_an_exponent_that_gives_itself_away() -> None:
    with pytest.raises(NoAgreement):
        FiniteField(23, 5).public_key(22)
