from __future__ import annotations

import pytest

from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import DecodeError
from pyfinger.model import SignatureAlgorithm, SignatureFamily
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.ec_private_keys import BadEcKey, EcPrivateKey, read_ec_key, read_pkcs8_ec_key
from pyfinger.x509.private_keys import load_private_key, same_key
from pyfinger.x509.public_keys import load_spki
from tests.x509.worlds import tagged

P256, P384 = encoding.oid("1.2.840.10045.3.1.7"), encoding.oid("1.3.132.0.34")
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ECDSA = SignatureAlgorithm(SignatureFamily.ECDSA, "sha256")
EC_LIB, DECODE_ERROR = "EC lib", "decode error"


def point(label: str) -> bytes:
    inside = der.DerCursor(make_key("p256", label).spki).sequence("key")
    inside.element("algorithm")
    return inside.take(der.BIT_STRING, "point").bits()


def ec_key(secret: int = 5, public: bytes | None = None, parameters: bytes | None = None) -> bytes:
    size = max(32, (secret.bit_length() + 7) // 8)
    parts = [encoding.integer(1), encoding.element(der.OCTET_STRING, secret.to_bytes(size, "big"))]
    if parameters is not None:
        parts.append(tagged(0, parameters))
    if public is not None:
        parts.append(tagged(1, encoding.element(der.BIT_STRING, b"\0" + public)))
    return encoding.sequence(*parts)


def read(encoded: bytes, parameters: bytes | None = P256) -> EcPrivateKey:
    return read_pkcs8_ec_key(parameters, encoded)


def reasons(encoded: bytes, parameters: bytes | None = P256) -> list[str]:
    with pytest.raises(BadEcKey) as caught:
        read(encoded, parameters)
    return [entry.reason for entry in caught.value.queue]


def test_the_public_key_is_what_stands_there_though_it_is_another_keys() -> None:
    key = read(ec_key(public=point("one")))
    assert same_key(key.public, load_spki(make_key("p256", "one").spki))
    assert not key.public.verify(ECDSA, b"message", key.sign(ECDSA, b"message", bytes))


def test_it_may_be_compressed() -> None:
    whole = point("one")
    short = bytes((2 + whole[-1] % 2,)) + whole[1:33]
    assert read(ec_key(public=short)).public == read(ec_key(public=whole)).public


def test_it_is_worked_out_where_there_is_none() -> None:
    key = read(ec_key(7))
    assert key.public.verify(ECDSA, b"message", key.sign(ECDSA, b"message", bytes))


@pytest.mark.parametrize("secret", [0, ORDER])
def test_a_multiple_of_the_order_has_no_public_key_but_signs(secret: int) -> None:
    key = read(ec_key(secret))
    signature = key.sign(ECDSA, b"message", bytes)
    assert signature and not key.public.verify(ECDSA, b"message", signature)
    assert not same_key(key.public, load_spki(make_key("p256", "one").spki))


def test_numbers_above_the_order_are_taken_modulo_it() -> None:
    assert read(ec_key(ORDER + 9)).public == read(ec_key(9)).public


@pytest.mark.parametrize(
    ("public", "first"),
    [
        (b"", "buffer too small"),
        (b"\4" + bytes(63), "invalid encoding"),
        (b"\5" + bytes(64), "invalid encoding"),
        (b"\4" + bytes(63) + b"\1", "point is not on curve"),
        (b"\2" + b"\xff" * 32, "invalid compressed point"),
    ],
)
def test_a_public_key_that_is_no_point_spoils_the_private_one(public: bytes, first: str) -> None:
    assert reasons(ec_key(public=public)) == [first, EC_LIB, DECODE_ERROR]


def test_the_curve_inside_goes_before_the_one_around() -> None:
    assert read(ec_key(parameters=P256), P384).public.curve == "prime256v1"
    assert reasons(ec_key(public=point("one"), parameters=P384)) == ["invalid encoding", EC_LIB, DECODE_ERROR]
    assert reasons(ec_key(parameters=encoding.element(der.NULL, b""))) == [EC_LIB, DECODE_ERROR]


def test_the_curve_around_has_to_be_good_even_so() -> None:
    assert reasons(ec_key(parameters=P256), None) == [DECODE_ERROR]
    assert reasons(ec_key(parameters=P256), encoding.element(der.NULL, b"")) == [DECODE_ERROR]
    assert reasons(ec_key(parameters=P256), encoding.oid("1.2.3")) == ["unknown group"]


def test_without_pkcs8_around_it_needs_a_curve_of_its_own() -> None:
    assert read_ec_key(ec_key(parameters=P256)).public.curve == "prime256v1"
    with pytest.raises(DecodeError) as caught:
        read_ec_key(ec_key())
    assert [entry.reason for entry in caught.value.queue] == [EC_LIB]


def test_what_does_not_decode_is_told_field_by_field() -> None:
    assert reasons(b"\x30\0")[-2:] == ["field missing", DECODE_ERROR]


def test_a_number_of_more_words_than_the_order_is_refused() -> None:
    assert reasons(ec_key(1 << 256)) == [DECODE_ERROR]


def test_a_label_of_old_stands_over_it() -> None:
    key = load_private_key(ec_key(public=point("one"), parameters=P256), "EC PRIVATE KEY")
    assert same_key(key.public, load_spki(make_key("p256", "one").spki))
