from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.errors import DecodeError
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.oid import content, dotted


def one(data: bytes) -> der.Element:
    cursor = der.DerCursor(data)
    found = cursor.element("value")
    cursor.finish("value")
    return found


@given(st.integers(min_value=0, max_value=1 << 2100))
def test_integers_come_back(value: int) -> None:
    assert one(encoding.integer(value)).integer() == value


@given(st.lists(st.integers(0, 1 << 40), max_size=8), st.integers(0, 2), st.integers(0, 39))
def test_object_identifiers_come_back(rest: list[int], first: int, second: int) -> None:
    text = ".".join(map(str, (first, second, *rest)))
    assert one(encoding.oid(text)).oid() == text


@given(st.binary(max_size=70000), st.integers(0, 30))
def test_elements_come_back_whole(body: bytes, tag: int) -> None:
    found = one(encoding.element(tag, body))
    assert (found.tag, found.content) == (tag, body)
    assert found.encoding == encoding.element(tag, body)


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        ("30820003020105", 5),  # lengths need not be minimal
        ("3084000000030201ff", -1),
        ("30800201050000", 5),  # or definite
        ("3f100302010a", 10),  # or tags short
    ],
)
def test_what_openssl_lets_pass(encoded: str, value: int) -> None:
    cursor = der.DerCursor(bytes.fromhex(encoded))
    assert cursor.sequence("outer").integer("inner") == value
    assert not cursor


def test_indefinite_lengths_nest() -> None:
    found = one(bytes.fromhex("3080 3080 0201050000 1f8a05 0142 0000"))
    assert found.content == bytes.fromhex("3080 0201050000 1f8a05 0142")
    outer = found.inside()
    assert outer.sequence("inner").integer("number") == 5
    assert outer.element("odd tag").tag == (10 << 7 | 5) << 8 | 0x1F


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "30",
        "3003020105ff"[:-4],  # cut short
        "3081",
        "30810",
        "300302",
        "0480",  # primitive of indefinite length
        "0480 0000",
        "3080 020105",  # without end
        "3080 0201",
        "3080 30",
        "1f",
        "1f8a",
        "3f8a8a8a8a8a8a8a00",  # tag number too large
        "3088ffffffffffffffff",
        "308100",  # a long length is followed by something
        "3080 048000 0000",
    ],
)
def test_broken_headers(encoded: str) -> None:
    padded = encoded.replace(" ", "")
    with pytest.raises(DecodeError):
        one(bytes.fromhex(padded + "0" * (len(padded) % 2)))


@pytest.mark.parametrize(
    ("encoded", "method"),
    [
        ("0200", "integer"),
        ("02020001", "integer"),
        ("0202ff80", "integer"),
        ("2203020105", "integer"),
        ("010200ff", "boolean"),
        ("0300", "bits"),
        ("030108", "bits"),
        ("0600", "oid"),
        ("060180", "oid"),
        ("06028001", "oid"),
        ("0603558001", "oid"),
        ("0603550480", "oid"),
        ("050100", "null"),
        ("0400", "inside"),
        ("1e0141", "text"),
        ("1c03000041", "text"),
    ],
)
def test_broken_contents(encoded: str, method: str) -> None:
    with pytest.raises(DecodeError):
        getattr(one(bytes.fromhex(encoded)), method)()


def test_values() -> None:
    assert one(bytes.fromhex("0202ff00")).integer() == -256
    assert one(bytes.fromhex("01017f")).boolean()
    assert not one(bytes.fromhex("010100")).boolean()
    assert one(bytes.fromhex("0303040ff9")).bits() == bytes.fromhex("0ff0")
    assert one(bytes.fromhex("030105")).bits() == b""
    assert one(bytes.fromhex("0c0141")).text() == b"A"
    one(bytes.fromhex("0500")).null()


def test_strings_in_pieces() -> None:
    assert one(bytes.fromhex("2407 040141 0402 4243")).string() == b"ABC"
    assert one(bytes.fromhex("2480 2480 040141 0000 0402 4243 0000")).string() == b"ABC"
    nested = encoding.element(der.OCTET_STRING, b"A")
    for _ in range(6):
        nested = encoding.element(der.OCTET_STRING | der.CONSTRUCTED, nested)
    assert one(nested).string() == b"A"
    with pytest.raises(DecodeError, match="too deep"):
        one(encoding.element(der.OCTET_STRING | der.CONSTRUCTED, nested)).string()


def test_a_cursor_stays_inside() -> None:
    cursor = der.DerCursor(bytes.fromhex("3003020105 020106"))
    inner = cursor.sequence("inner")
    assert inner.optional(der.BOOLEAN, "flag") is None
    assert inner.integer("number") == 5
    assert inner.optional(der.BOOLEAN, "flag") is None
    with pytest.raises(DecodeError, match="missing"):
        inner.element("more")
    with pytest.raises(DecodeError, match="another type"):
        cursor.take(der.BOOLEAN, "flag")
    with pytest.raises(DecodeError, match="excess"):
        cursor.finish("message")
    assert cursor.integer("number") == 6


def test_a_primitive_sequence_of_is_let_pass() -> None:
    assert der.DerCursor(bytes.fromhex("1003020105")).sequence_of("numbers").integer("number") == 5


def test_very_long_identifiers_are_not_spelled_out() -> None:
    octets = b"\x81" * 300 + b"\x01"
    assert dotted(octets) == "oid." + octets.hex()
    assert dotted(content("2.999.1")) == "2.999.1"


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    cursor = der.DerCursor(data)
    try:
        while cursor:
            found = cursor.element("anything")
            assert found.begin < found.start <= found.stop <= found.end <= len(data)
    except DecodeError as problem:
        assert problem.offset <= len(data)
