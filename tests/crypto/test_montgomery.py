"""X25519 and X448: RFC 7748's values, OpenSSL's, and the table of the comb."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfinger.crypto import base_point_comb
from pyfinger.crypto.base_point_comb import CombEntry
from pyfinger.crypto.eddsa import ED25519, EdwardsPoint
from pyfinger.crypto.integers import Maker
from pyfinger.crypto.montgomery import NoAgreement, montgomery_curve

DRAW = random.Random(1).randbytes
NAMES = ("x25519", "x448")
BASE = {"x25519": (9).to_bytes(32, "little"), "x448": (5).to_bytes(56, "little")}
P = 2**255 - 19


@pytest.mark.parametrize(
    ("name", "scalar", "u", "product"),
    [
        (
            "x25519",
            "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
            "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        ),
        (
            "x25519",
            "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
            "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
            "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
        ),
        (
            "x448",
            "3d262fddf9ec8e88495266fea19a34d28882acef045104d0d1aae121700a779c984c24f8cdd78fbff44943eba368f54b"
            "29259a4f1c600ad3",
            "06fce640fa3487bfda5f6cf2d5263f8aad88334cbd07437f020f08f9814dc031ddbdc38c19c6da2583fa5429db94ada1"
            "8aa7a7fb4ef8a086",
            "ce3e4ff95a60dc6697da1db1d85e6afbdf79b50a2412d7546d5f239fe14fbaadeb445fc66a01b0779d98223961111e21"
            "766282f73dd96b6f",
        ),
    ],
)
def test_rfc_7748_section_5_2(name: str, scalar: str, u: str, product: str) -> None:
    assert montgomery_curve(name).shared_secret(bytes.fromhex(scalar), bytes.fromhex(u)).hex() == product


@pytest.mark.slow
def test_rfc_7748_section_5_2_a_thousand_times() -> None:
    curve = montgomery_curve("x25519")
    k = u = BASE["x25519"]
    k, u = curve.shared_secret(k, u), k
    assert k.hex() == "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"
    for _ in range(999):
        k, u = curve.shared_secret(k, u), k
    assert k.hex() == "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"


def test_rfc_7748_section_6_1() -> None:
    curve = montgomery_curve("x25519")
    alice = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f92ebc099c0f52ab1e5a0d8c2e6")
    bob = bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
    assert curve.public_key(bob).hex() == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"
    assert curve.shared_secret(alice, curve.public_key(bob)) == curve.shared_secret(
        bob, curve.public_key(alice)
    )


@pytest.mark.parametrize("name", NAMES)
def test_openssl_comes_to_the_same(name: str) -> None:
    pytest.importorskip("cryptography", reason="cryptography is not installed")
    from tests.crypto.openssl_oracle import montgomery_public, montgomery_secret

    curve = montgomery_curve(name)
    for _ in range(25):
        private, public = DRAW(curve.size), DRAW(curve.size)
        assert curve.public_key(private) == montgomery_public(name, private)
        assert curve.shared_secret(private, public) == montgomery_secret(name, private, public)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20)
@given(st.data())
def test_the_public_key_is_the_base_point_multiplied(name: str, data: st.DataObject) -> None:
    curve = montgomery_curve(name)
    edges = st.sampled_from((bytes(curve.size), b"\xff" * curve.size, b"\1" + bytes(curve.size - 1)))
    private = data.draw(edges | st.binary(min_size=curve.size, max_size=curve.size))
    assert curve.public_key(private) == curve.shared_secret(private, BASE[name])


# Coordinates of points of order 1, 2, 4 and 8, on the curve and its twist, in all their encodings.
LOW_ORDER = (
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    P - 1,
    P,
    P + 1,
)


@pytest.mark.parametrize("u", LOW_ORDER)
@pytest.mark.parametrize("top", [0, 1])
def test_points_of_low_order_agree_on_nothing(u: int, top: int) -> None:
    curve = montgomery_curve("x25519")
    with pytest.raises(NoAgreement):
        curve.shared_secret(DRAW(32), (u | top << 255).to_bytes(32, "little"))


@pytest.mark.parametrize("name", NAMES)
def test_a_secret_of_zeros_is_none(name: str) -> None:
    curve = montgomery_curve(name)
    private = curve.private_key(DRAW)
    assert len(private) == len(curve.public_key(private)) == curve.size
    with pytest.raises(NoAgreement):
        curve.shared_secret(private, bytes(curve.size))


def test_coordinates_out_of_range_are_reduced_and_the_top_bit_is_not_looked_at() -> None:
    curve, private = montgomery_curve("x25519"), DRAW(32)
    for u in range(2, 19):
        secret = curve.shared_secret(private, u.to_bytes(32, "little"))
        assert curve.shared_secret(private, (u + P).to_bytes(32, "little")) == secret
        assert curve.shared_secret(private, (u | 1 << 255).to_bytes(32, "little")) == secret


@pytest.mark.parametrize(
    ("tables", "teeth", "spacing", "columns"),
    [(base_point_comb._tables, 5, 52, 26), (base_point_comb._finer_tables, 8, 33, 11)],
)
def test_the_tables_of_the_combs(
    tables: Callable[[Maker], tuple[tuple[CombEntry, ...], ...]], teeth: int, spacing: int, columns: int
) -> None:
    """Each entry is the sum that its place says."""

    def power(exponent: int) -> EdwardsPoint:
        return ED25519.combine(1 << exponent, (0, 1, 1), 0)

    found = tables(int)
    assert len(found) * columns == spacing
    for number, table in enumerate(found):
        assert len(table) == 1 << teeth - 1
        *lower, last = [power(number * columns + spacing * tooth) for tooth in range(teeth)]
        for row, (total, difference, product) in enumerate(table):
            point = last
            for tooth, each in enumerate(lower):
                point = ED25519.add(point, each if row >> tooth & 1 else ED25519.negative(each))
            x, y = ED25519.affine(point)
            assert ((total - x) % P, (difference + x) % P) == (y, y)
            assert product % P == 2 * ED25519.d * x * y % P


@given(st.integers(0, (1 << 256) - 1))
@settings(max_examples=50)
def test_both_combs_multiply_as_the_ladder_does(number: int) -> None:
    scalar = number & (1 << 254) - 8 | 1 << 254
    product = montgomery_curve("x25519").multiply(scalar, 9)
    assert base_point_comb._coordinate(scalar, int, 5, base_point_comb._tables(int)) == product
    assert base_point_comb._coordinate(scalar, int, 8, base_point_comb._finer_tables(int)) == product
