from __future__ import annotations

import hashlib

import pytest

from pyfinger.crypto import ecdsa, eddsa
from pyfinger.crypto.curves import CURVES, Curve, parameters

DIGEST = hashlib.sha256(b"a message").digest()


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda curve: curve.name)
def test_signatures_on_every_curve(curve: Curve) -> None:
    point = ecdsa.public_point(curve, 1234567)
    r, s = ecdsa.sign(curve, 1234567, DIGEST, "sha256")
    assert ecdsa.verify(curve, point, DIGEST, r, s)
    assert ecdsa.verify(curve, point, DIGEST, r, curve.order - s)  # both roots are good
    assert not ecdsa.verify(curve, point, DIGEST[::-1], r, s)
    assert not ecdsa.verify(curve, point, DIGEST, s, r)


def test_rfc_6979_appendix_a_2_5() -> None:
    secret = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    r, s = ecdsa.sign(CURVES["prime256v1"], secret, hashlib.sha256(b"sample").digest(), "sha256")
    assert r == 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
    assert s == 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8


def test_a_point_in_any_form_is_the_same_one() -> None:
    curve = CURVES["prime256v1"]
    point = ecdsa.public_point(curve, 7)
    x, bit = point[1:33], point[-1] & 1
    for form in (point, bytes([2 + bit]) + x, bytes([6 + bit]) + point[1:]):
        assert ecdsa.uncompressed(curve, form) == point
        assert ecdsa.verify(curve, form, DIGEST, *ecdsa.sign(curve, 7, DIGEST, "sha256"))


@pytest.mark.parametrize("octets", [b"", b"\0", b"\4" + bytes(64), b"\4" + bytes(63), b"\2" + b"\xff" * 32])
def test_what_is_no_point_verifies_nothing(octets: bytes) -> None:
    curve = CURVES["prime256v1"]
    with pytest.raises(ValueError, match="not on its curve"):
        ecdsa.uncompressed(curve, octets)
    assert not ecdsa.verify(curve, octets, DIGEST, 1, 1)


def test_parameters_fulfil_the_equation() -> None:
    for curve in CURVES.values():
        known = parameters(curve)
        assert (known.y**2 - known.x**3 - known.a * known.x - known.b) % known.field == 0
        assert known.field.bit_length() == curve.bits and 0 <= known.a < known.field


@pytest.mark.parametrize(("curve", "size"), [("ed25519", 32), ("ed448", 57)])
def test_signatures_on_edwards_curves_are_good(curve: str, size: int) -> None:
    secret = bytes(range(size))
    public, signature = eddsa.public_key(curve, secret), eddsa.sign(curve, secret, b"a message")
    verify = eddsa.verify_ed25519 if curve == "ed25519" else eddsa.verify_ed448
    assert verify(public, b"a message", signature) and not verify(public, b"another", signature)
