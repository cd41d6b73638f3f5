from __future__ import annotations

import random

import pytest

from pyfinger.crypto.diffie_hellman import FiniteField, named_field
from pyfinger.crypto.montgomery import NoAgreement

DRAW = random.Random(1).randbytes


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
