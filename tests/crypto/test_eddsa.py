"""EdDSA: RFC 8032's equation, and OpenSSL's verdict at the edges of the curve."""

from __future__ import annotations

import pytest

from pyfinger.demo.fixed_keys import make_key
from pyfinger.model import SignatureAlgorithm, SignatureFamily
from pyfinger.x509.public_keys import load_spki
from tests.crypto.eddsa_cases import SCHEMES, Maker, Scheme, compare

ED25519, ED448 = SCHEMES
COUNT = 450  # `python -m tests.crypto.eddsa_cases 20000` takes minutes


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
def test_every_verdict_is_openssls(scheme: Scheme) -> None:
    pytest.importorskip("cryptography", reason="cryptography is not installed")
    from tests.crypto.eddsa_oracle import ORACLES

    figures = compare(scheme, COUNT, 1, ORACLES[scheme.name])
    assert {sort: number for (sort, verdict), number in figures.items() if verdict == "differ"} == {}
    assert {sort for sort, verdict in figures if verdict == "good"} >= {"good", "small order"}


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
def test_the_arithmetic_is_that_of_a_group(scheme: Scheme) -> None:
    curve = scheme.curve
    x, y, _ = curve.base
    assert (curve.a * x * x + y * y - 1 - curve.d * x * x * y * y) % curve.prime == 0
    assert curve.affine(curve.combine(curve.order, curve.base, 0)) == (0, 1)
    assert curve.affine(curve.combine(5, curve.base, 4)) == curve.affine(curve.combine(9, curve.base, 0))
    assert curve.affine(curve.double(curve.base)) == curve.affine(curve.add(curve.base, curve.base))
    assert curve.affine(curve.add(curve.base, curve.negative(curve.base))) == (0, 1)


def _signature(scheme: Scheme, r: bytes, s: int = 0) -> bytes:
    return r + s.to_bytes(scheme.size, "little")


def test_ed25519_compares_octets_not_points() -> None:
    """(0, 1) = [0]B - [h](0, 1): A may be written with y + p or as negative, R may not."""
    one, over, negative = (1).to_bytes(32, "little"), (1 + ED25519.curve.prime).to_bytes(32, "little"), b""
    negative = (1 | 1 << 255).to_bytes(32, "little")
    for public in (one, over, negative):
        assert ED25519.verify(public, b"m", _signature(ED25519, one))
        for r in (over, negative):
            assert not ED25519.verify(public, b"m", _signature(ED25519, r))


def test_ed448_takes_no_point_with_x_0_and_none_out_of_range() -> None:
    one, four = (1).to_bytes(57, "little"), bytes(57)  # (0, 1), and (1, 0) or its negative
    over = ED448.curve.prime.to_bytes(57, "little")
    assert ED448.verify(four, b"m", _signature(ED448, four))  # though [h]A need not be R
    for public, r in ((one, one), (four, one), (one, four), (over, four), (four, over)):
        assert not ED448.verify(public, b"m", _signature(ED448, r))


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
def test_s_is_below_the_order(scheme: Scheme) -> None:
    case = next(Maker(scheme, 1).cases(1))
    r, s = case.signature[: scheme.size], int.from_bytes(case.signature[scheme.size :], "little")
    assert scheme.verify(case.public, case.message, case.signature)
    assert not scheme.verify(case.public, case.message, _signature(scheme, r, s + scheme.curve.order))


def test_octets_that_are_no_point_are_a_key_that_verifies_nothing() -> None:
    for kind, size in (("ed25519", 32), ("ed448", 57)):
        made = make_key(kind)
        spki = made.spki[:-size] + (2).to_bytes(size, "little")  # no point has this y
        key = load_spki(spki)
        assert not key.verify(SignatureAlgorithm(SignatureFamily.EDDSA), b"m", made.sign(b"m", ""))
