"""P-256, P-384 and P-521: python-ecdsa's sums, OpenSSL's secrets and verdicts, and every edge."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfinger.crypto import ecdsa, nist_curves, python_ecdsa
from pyfinger.crypto.curves import CURVES, BadPoint, Flaw, curve_called, parameters
from pyfinger.crypto.diffie_hellman import PrimeCurve
from pyfinger.crypto.nist_curves import Affine, NistCurve, nist_curve

NAMES = ("secp256r1", "secp384r1", "secp521r1")
OPENSSL = {"secp256r1": "prime256v1", "secp384r1": "secp384r1", "secp521r1": "secp521r1"}


def found(name: str) -> NistCurve:
    curve = nist_curve(name)
    assert curve is not None
    return curve


def theirs(name: str, base_times: int, point: Affine, times: int) -> Affine | None:
    """The same sum by python-ecdsa."""
    public = python_ecdsa.public_key(CURVES[OPENSSL[name]].library_name, found(name).octets(point))
    total = public.generator * base_times + public.point * times
    return None if total.x() is None else (int(total.x()), int(total.y()))


def scalars(order: int) -> st.SearchStrategy[int]:
    """Any, and those with long runs of bits, small ones, and those next to the order."""
    runs = st.builds(
        lambda high, low: ((1 << high) - (1 << low)) % order, st.integers(0, 600), st.integers(0, 600)
    ).map(abs)
    return st.integers(0, order - 1) | runs | st.integers(0, 70) | st.integers(order - 70, order - 1)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30)
@given(st.data())
def test_sums_are_python_ecdsas(name: str, data: st.DataObject) -> None:
    curve = found(name)
    some = scalars(curve.order)
    point = curve.multiply_base(data.draw(some.filter(bool)))
    assert point is not None
    base_times, times = data.draw(some), data.draw(some)
    assert curve.combine(base_times, point, times) == theirs(name, base_times, point, times)


@pytest.mark.parametrize("name", NAMES)
def test_sums_that_meet_themselves_or_cancel_out(name: str) -> None:
    """Of a small multiple of the base point, so that tables and sums have points in common."""
    curve = found(name)
    for multiple in (1, 2, 3, 5, 31, curve.order - 1, curve.order - 2, curve.order - 31):
        point = curve.multiply_base(multiple)
        assert point is not None
        for times in (1, 2, 3, 33, 1 << 100, curve.order // 2, curve.order - 1):
            opposite = -times * multiple % curve.order
            assert curve.combine(opposite, point, times) is None
            same = times * multiple % curve.order
            assert curve.combine(same, point, times) == curve.multiply_base(2 * same % curve.order)
            assert curve.combine((opposite + 1) % curve.order, point, times) == curve.base
    assert curve.multiply_base(0) is None


@pytest.mark.parametrize("name", NAMES)
def test_private_keys_are_drawn_as_python_ecdsa_draws_them(name: str) -> None:
    ours, other = found(name), PrimeCurve(name)
    for seed in range(20):
        private = ours.private_key(random.Random(seed).randbytes)
        key = other.private_key(random.Random(seed).randbytes)
        assert private == key.privkey.secret_multiplier
        assert ours.public_key(private) == other.public_key(key)


@pytest.mark.parametrize("name", NAMES)
def test_a_draw_out_of_range_is_repeated(name: str) -> None:
    curve = found(name)
    draws = [b"\xff" * 99, bytes(99)]
    assert curve.private_key(lambda size: draws.pop(0)[:size]) == 1
    assert draws == []


@pytest.mark.parametrize("name", NAMES)
def test_keys_out_of_range(name: str) -> None:
    curve = found(name)
    for private in (0, -1, curve.order, curve.order + 1):
        with pytest.raises(ValueError, match="out of range"):
            curve.public_key(private)


@pytest.mark.parametrize("name", NAMES)
def test_openssl_agrees_on_the_secret(name: str) -> None:
    pytest.importorskip("cryptography", reason="cryptography is not installed")
    from tests.crypto.openssl_oracle import curve_secret

    curve = found(name)
    for seed in range(8):
        draw = random.Random(seed).randbytes
        private, public = curve.private_key(draw), curve.public_key(curve.private_key(draw))
        assert curve.shared_secret(private, public) == curve_secret(name, private, public)


@pytest.mark.parametrize("name", NAMES)
def test_openssl_has_the_same_verdict(name: str) -> None:
    pytest.importorskip("cryptography", reason="cryptography is not installed")
    from tests.crypto.openssl_oracle import ecdsa_verdict

    curve, draw = found(name), random.Random(name)
    domain = CURVES[OPENSSL[name]]
    for size in (20, 28, 32, 48, 64):
        private = curve.private_key(draw.randbytes)
        public, digest = curve.public_key(private), draw.randbytes(size)
        r, s = ecdsa.sign(domain, private, digest, "sha256")
        changed = draw.randbytes(1) + digest[1:]
        for first, second, message in (
            (r, s, digest),
            (r, curve.order - s, digest),
            (s, r, digest),
            (r, s, changed),
        ):
            verdict = ecdsa.verify(domain, public, message, first, second)
            assert verdict is ecdsa_verdict(name, public, message, first, second)
        assert ecdsa.verify(domain, public, digest, r, s)


@pytest.mark.parametrize("name", NAMES)
def test_r_and_s_are_between_0_and_the_order(name: str) -> None:
    domain = CURVES[OPENSSL[name]]
    digest = hashlib.sha256(b"a message").digest()
    public = ecdsa.public_point(domain, 7)
    r, s = ecdsa.sign(domain, 7, digest, "sha256")
    assert ecdsa.verify(domain, public, digest, r, s)
    n = domain.order
    for first, second in ((0, s), (r, 0), (r + n, s), (r, s + n), (n, s), (r, n), (-r, s), (r, -s), (0, 0)):
        assert not ecdsa.verify(domain, public, digest, first, second)


def test_r_is_compared_modulo_the_order() -> None:
    """Where x lies between order and prime, r is x less the order (Wycheproof's ArithmeticError cases)."""
    curve, domain = found("secp256r1"), CURVES["prime256v1"]
    x = next(x for x in range(curve.order, curve.prime) if _on_curve(curve, x))
    # With u1 = u2 = r/s: the key is what is left of the point of that x.
    point = curve.read(b"\2" + x.to_bytes(32, "big"))
    r, s = x - curve.order, 1
    inverse = pow(r, -1, curve.order)
    digest = bytes(32)  # u1 = 0, u2 = r: the key is the point over r
    key = curve.combine(0, point, inverse)
    assert key is not None
    assert ecdsa.verify(domain, curve.octets(key), digest, r, s)
    assert not ecdsa.verify(domain, curve.octets(key), digest, r + 1, s)


def _on_curve(curve: NistCurve, x: int) -> bool:
    try:
        curve.read(b"\2" + x.to_bytes(32, "big"))
    except BadPoint:
        return False
    return x != curve.order


@pytest.mark.parametrize("name", NAMES)
def test_points_in_any_form(name: str) -> None:
    curve = found(name)
    for times in range(1, 12):
        point = curve.multiply_base(times)
        assert point is not None
        octets, bit = curve.octets(point), point[1] & 1
        x = octets[1 : 1 + curve.size]
        assert [
            curve.read(form) for form in (octets, bytes([2 + bit]) + x, bytes([6 + bit]) + octets[1:])
        ] == [
            point,
            point,
            point,
        ]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_point(name: str) -> None:
    curve = found(name)
    size, (x, y) = curve.size, curve.base

    def octets(form: int, *numbers: int) -> bytes:
        return bytes([form]) + b"".join(number.to_bytes(size, "big") for number in numbers)

    off = next(
        x for x in range(100) if pow(x**3 - 3 * x + curve._b, (curve.prime - 1) // 2, curve.prime) != 1
    )
    for encoded, flaw in (
        (b"", Flaw.BUFFER_TOO_SMALL),
        (b"\0", Flaw.POINT_AT_INFINITY),
        (octets(4, x, y + 1), Flaw.POINT_IS_NOT_ON_CURVE),
        (octets(4, x, y)[:-1], Flaw.INVALID_ENCODING),
        (octets(4, x, y) + b"x", Flaw.INVALID_ENCODING),
        (octets(4, x, curve.prime), Flaw.INVALID_ENCODING),
        (octets(4, curve.prime, y), Flaw.INVALID_ENCODING),
        (octets(5, x, y), Flaw.INVALID_ENCODING),
        (octets(6 + (y & 1 ^ 1), x, y), Flaw.INVALID_ENCODING),
        (octets(2, off), Flaw.INVALID_COMPRESSED_POINT),
        (octets(2, curve.prime), Flaw.INVALID_ENCODING),
    ):
        with pytest.raises(BadPoint) as caught:
            curve.shared_secret(5, encoded)
        assert caught.value.flaw is flaw, encoded.hex()


def test_other_curves_are_not_here() -> None:
    assert nist_curve("secp256k1") is None and nist_curve("brainpoolP256r1") is None


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_sums_with_a_point_met_often_are_the_same(name: str) -> None:
    """Among them those that meet themselves or cancel out, and many more points than are remembered."""
    curve, draw = found(name), random.Random(5)
    for multiple in (1, 2, 31, curve.order - 2, draw.randrange(1, curve.order)):
        point = curve.multiply_base(multiple)
        assert point is not None
        pairs = [(draw.randrange(curve.order), draw.randrange(1, curve.order)) for _ in range(8)]
        pairs += [(multiple, curve.order - 1), (1, 1), (curve.order - multiple, 1)]
        for base_times, times in pairs:
            assert curve.combine(base_times, point, times) == theirs(name, base_times, point, times)
        for _ in range(nist_curves._WELL_KNOWN - len(pairs)):
            assert curve.combine(1, point, 1) == curve.multiply_base(multiple + 1)
        for base_times, times in pairs:  # now with finer combs
            assert curve.combine(base_times, point, times) == theirs(name, base_times, point, times)
    for multiple in range(3, 100):
        point = curve.multiply_base(multiple)
        assert point is not None and curve.combine(multiple, point, 1) == curve.multiply_base(2 * multiple)


def test_sm2_has_the_key_pair_of_gb_t_32918_5() -> None:
    """Annex A.2, the recommended curve."""
    public = found("curveSM2").public_key(0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8)
    assert public.hex() == (
        "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
    )


def test_sums_on_sm2_are_python_ecdsas() -> None:
    known = curve_called("curveSM2")
    assert known is not None and "SM2" not in CURVES
    curve, generator, draw = (
        found("curveSM2"),
        python_ecdsa.make_curve(parameters(known)).generator,
        random.Random(2),
    )
    for _ in range(4):
        ours, theirs_key = draw.randrange(1, curve.order), draw.randrange(1, curve.order)
        secret = curve.shared_secret(ours, curve.public_key(theirs_key))
        assert secret == curve.shared_secret(theirs_key, curve.public_key(ours))
        assert int.from_bytes(secret, "big") == (generator * (ours * theirs_key % curve.order)).x()
