from __future__ import annotations

import pytest

from pyfinger.crypto.strength import (
    curve_strength,
    digest_strength,
    modulus_strength,
    required,
    subgroup_strength,
)


@pytest.mark.parametrize(
    ("bits", "strength"),
    [
        (7, 0),
        (8, 0),
        (512, 56),
        (768, 72),
        (1024, 80),
        (2048, 112),
        (3072, 128),
        (4096, 152),
        (7680, 192),
        (8192, 200),
        (15360, 256),
        (7681, 200),
        (919, 72),
        (920, 80),
        (16384, 272),
    ],
)
def test_moduli(bits: int, strength: int) -> None:
    assert modulus_strength(bits) == strength


def test_moduli_only_grow_stronger() -> None:
    strengths = [modulus_strength(bits) for bits in range(8, 20000, 97)]
    assert strengths == sorted(strengths)


def test_groups_and_curves() -> None:
    assert [subgroup_strength(*sizes) for sizes in ((1024, 160), (2048, 160), (512, 160), (2048, 100))] == [
        80,
        80,
        0,
        0,
    ]
    assert [curve_strength(bits) for bits in (521, 384, 256, 233, 160, 112)] == [256, 192, 128, 112, 80, 56]


@pytest.mark.parametrize(
    ("digest", "strength"),
    [
        ("md2", 0),
        ("md5", 39),
        ("sha1", 63),
        ("ripemd160", 80),
        ("sha224", 112),
        ("sha256", 128),
        ("sha512", 256),
        ("sha512_224", 112),
        ("sha512_256", 128),
        ("sha3_384", 192),
    ],
)
def test_digests(digest: str, strength: int) -> None:
    assert digest_strength(digest) == strength


def test_levels() -> None:
    assert [required(level) for level in range(7)] == [0, 80, 112, 128, 192, 256, 256]
