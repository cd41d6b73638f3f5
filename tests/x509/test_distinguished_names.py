from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.demo.certificate_making import encode_name
from pyfinger.errors import DecodeError
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.distinguished_names import (
    COMMON_NAME,
    Unshown,
    attribute_text,
    oneline,
    parse_name,
    subject_hash,
    subject_hash_old,
    to_utf8,
)


def name(*attributes: tuple[str, int, bytes]) -> bytes:
    """A name of one attribute each, with the ASN.1 types given."""
    sets = (
        encoding.set_of(encoding.sequence(encoding.oid(oid), encoding.element(tag, value)))
        for oid, tag, value in attributes
    )
    return encoding.sequence(*sets)


def common(tag: int, value: bytes) -> bytes:
    return name((COMMON_NAME, tag, value))


@pytest.mark.parametrize(
    ("encoded", "text"),
    [
        (encode_name("C=DE/O=Test Org/CN=Test Root CA"), b"/C=DE/O=Test Org/CN=Test Root CA"),
        (encode_name("CN=x+OU=y/O=z"), b"/CN=x+OU=y/O=z"),
        (encode_name("1.2.3.4.5=x"), b"/1.2.3.4.5=x"),
        (encode_name(""), b""),
        (common(der.UTF8_STRING, "é".encode()), rb"/CN=\xC3\xA9"),
        (common(der.T61_STRING, b"\xe9"), rb"/CN=\xE9"),
        (common(der.BMP_STRING, b"\0a"), rb"/CN=\x00a"),
        (common(der.UTF8_STRING, b"a/b+c\\d"), rb"/CN=a\/b\+c\d"),
    ],
)
def test_one_line_form(encoded: bytes, text: bytes) -> None:
    assert oneline(parse_name(encoded)) == text


def test_one_line_form_drops_whole_attributes_past_255() -> None:
    long = parse_name(name(("2.5.4.10", der.UTF8_STRING, b"x" * 248), (COMMON_NAME, der.UTF8_STRING, b"a")))
    assert oneline(long) == b"/O=" + b"x" * 248
    fits = parse_name(name(("2.5.4.10", der.UTF8_STRING, b"x" * 248), (COMMON_NAME, der.UTF8_STRING, b"")))
    assert oneline(fits) == b"/O=" + b"x" * 248 + b"/CN="
    first = parse_name(name((COMMON_NAME, der.UTF8_STRING, b"x" * 252), ("2.5.4.10", der.UTF8_STRING, b"a")))
    assert oneline(first) == b""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (common(der.UTF8_STRING, b"Test CA"), common(der.PRINTABLE_STRING, b" test  CA ")),
        (common(der.BMP_STRING, b"\0A\x20\xac"), common(der.UTF8_STRING, "a€".encode())),
        (common(der.UNIVERSAL_STRING, b"\0\1\xf6\0"), common(der.UTF8_STRING, "\U0001f600".encode())),
        (common(der.T61_STRING, b"\xe9"), common(der.UTF8_STRING, "é".encode())),
        (encode_name("CN=a+OU=b"), encode_name("OU=b+CN=A")),
    ],
)
def test_equal_names(one: bytes, other: bytes) -> None:
    assert parse_name(one) == parse_name(other)
    assert subject_hash(parse_name(one)) == subject_hash(parse_name(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (encode_name("CN=a/O=b"), encode_name("O=b/CN=a")),
        (encode_name("CN=a/OU=b"), encode_name("CN=a+OU=b")),
        (common(der.UTF8_STRING, b"a"), common(0x12, b"a")),  # numeric strings are left alone
        (common(der.UTF8_STRING, "É".encode()), common(der.UTF8_STRING, "é".encode())),
    ],
)
def test_different_names(one: bytes, other: bytes) -> None:
    assert parse_name(one) != parse_name(other)


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        encoding.element(der.SET | der.CONSTRUCTED, b""),
        encoding.sequence(encoding.sequence()),
        encoding.sequence(encoding.set_of(encoding.sequence(encoding.oid(COMMON_NAME)))),
        common(der.OCTET_STRING, b"x"),
        common(der.SET | der.CONSTRUCTED, b""),
        common(der.SEQUENCE, b""),
        common(der.UTF8_STRING, b"\xff"),
        common(der.BMP_STRING, b"\xd8\0"),
        common(der.BMP_STRING, b"\xd8\0\xdc\0"),  # UCS-2 has no surrogate pairs
        common(der.BMP_STRING, b"a"),
        common(der.UNIVERSAL_STRING, b"\0\x11\0\0"),
        common(der.BIT_STRING, b"\x09"),
        bytes(1 << 20) + b"x",
    ],
)
def test_what_is_no_name(encoded: bytes) -> None:
    with pytest.raises(DecodeError):
        parse_name(encoded)


def test_odd_but_legal_values() -> None:
    assert parse_name(common(der.BIT_STRING, b"\0x")).attributes[0].value == b"x"
    nested = common(der.SEQUENCE | der.CONSTRUCTED, b"\2\1\5")
    assert parse_name(nested).attributes[0].value == b"\x30\3\2\1\5"
    assert parse_name(encoding.sequence(encoding.set_of())) == parse_name(encode_name(""))


def test_hash_of_the_encoding() -> None:
    assert subject_hash_old(parse_name(encode_name("CN=a"))) != subject_hash_old(
        parse_name(encode_name("CN=A"))
    )
    assert len(subject_hash(parse_name(encode_name("")))) == 8


@pytest.mark.parametrize(
    ("encoded", "shown"),
    [
        (encode_name("O=x"), None),
        (encode_name("CN=first/CN=second"), "first"),
        (common(der.UTF8_STRING, b"x\0\0"), "x"),
        (common(der.UTF8_STRING, b""), ""),
        (common(der.UTF8_STRING, b"x" * 255), "x" * 255),
        (common(der.UTF8_STRING, b"x" * 256), Unshown("too long", 256)),
        (common(der.T61_STRING, b"\xe9" * 128), Unshown("too long", 256)),
        (common(der.UTF8_STRING, b"x\0y"), Unshown("NULL")),
        (common(der.UTF8_STRING, b"x\ty"), Unshown("non-printable")),
        (common(der.UTF8_STRING, b"\x7f"), Unshown("non-printable")),
        (common(der.BIT_STRING, b"\0x"), Unshown("decoding", 3)),
        (common(der.BMP_STRING, b"\0\xe9"), "é"),
    ],
)
def test_text_of_an_attribute(encoded: bytes, shown: str | Unshown | None) -> None:
    assert attribute_text(parse_name(encoded), COMMON_NAME) == shown


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_text_survives_every_string_type(text: str) -> None:
    wanted = text.encode()
    assert to_utf8(der.UTF8_STRING, wanted) == wanted
    assert to_utf8(der.UNIVERSAL_STRING, text.encode("utf-32-be")) == wanted
    if all(ord(letter) < 0x10000 for letter in text):
        assert to_utf8(der.BMP_STRING, text.encode("utf-16-be")) == wanted
    if all(ord(letter) < 0x100 for letter in text):
        assert to_utf8(der.T61_STRING, text.encode("latin-1")) == wanted
