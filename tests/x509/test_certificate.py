from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.demo.certificates import Wish, encode_time
from pyfinger.errors import DecodeError
from pyfinger.x509 import der, encoding
from pyfinger.x509.certificate import (
    MAX_CERTIFICATE,
    Instant,
    parse_certificate,
    read_certificate,
    skim_subject,
)
from pyfinger.x509.general_names import DNS
from pyfinger.x509.issuing import signature_holds
from pyfinger.x509.names import oneline
from tests.x509.worlds import HOST, LEAF_WISH, bits, intermediate, key, leaf, made, read, root, tagged

NULL = b"\5\0"


def parts_of(encoded: bytes) -> list[bytes]:
    """The elements of a SEQUENCE."""
    inside = der.Cursor(encoded).sequence("sequence")
    parts = []
    while inside:
        parts.append(inside.element("part").encoding)
    return parts


def rebuilt(position: int, *replacement: bytes) -> bytes:
    """The leaf's certificate with one field of its signed part replaced."""
    tbs, *rest = parts_of(leaf().der)
    fields = parts_of(tbs)
    fields[position : position + 1] = replacement
    return encoding.sequence(encoding.sequence(*fields), *rest)


def test_the_fields_of_a_certificate() -> None:
    certificate = read(leaf())
    assert certificate.der == leaf().der
    assert certificate.spki == leaf().key.spki
    assert certificate.tbs == parts_of(leaf().der)[0]
    assert certificate.version == 2
    assert certificate.serial > 0
    assert oneline(certificate.subject) == b"/CN=leaf"
    assert oneline(certificate.issuer) == b"/O=Test/CN=Issuing"
    assert certificate.not_before.epoch == LEAF_WISH.not_before
    assert certificate.not_after.epoch == LEAF_WISH.not_after
    names = certificate.alternative_names
    assert names is not None
    assert [(name.kind, name.value) for name in names] == [(DNS, HOST.encode())]
    issuer = read(intermediate())
    assert issuer.key is not None
    assert signature_holds(certificate, issuer.key)
    assert certificate == parse_certificate(leaf().der)
    assert hash(certificate) == hash(parse_certificate(leaf().der))
    assert certificate != issuer


def test_version_1() -> None:
    certificate = read(made(Wish("CN=old", version=1)))
    assert certificate.version == 0
    assert certificate.extensions == ()
    assert certificate.alternative_names is None


def test_excess_bytes() -> None:
    certificate, end = read_certificate(leaf().der + b"more")
    assert (certificate, end) == (read(leaf()), len(leaf().der))
    with pytest.raises(DecodeError, match="excess"):
        parse_certificate(leaf().der + b"more")


def test_too_large() -> None:
    with pytest.raises(DecodeError, match="too long"):
        parse_certificate(bytes(MAX_CERTIFICATE + 1))


def test_a_key_of_unknown_kind_does_not_matter_here() -> None:
    odd = encoding.sequence(encoding.sequence(encoding.oid("1.2.3.4")), bits(1))
    certificate = parse_certificate(rebuilt(6, odd))
    assert certificate.key is None
    assert certificate.spki == odd


def test_unique_identifiers() -> None:
    spki = leaf().key.spki
    unique = [tagged(number, b"\0x", constructed=False) for number in (1, 2)]
    assert parse_certificate(rebuilt(6, spki, *unique)).spki == spki
    with pytest.raises(DecodeError):
        parse_certificate(rebuilt(6, spki, tagged(1, b"\x08", constructed=False)))


@pytest.mark.parametrize(
    ("position", "replacement"),
    [
        (0, tagged(0, b"")),
        (0, tagged(0, NULL)),
        (0, tagged(0, encoding.integer(2) + NULL)),
        (1, NULL),
        (2, encoding.sequence()),
        (2, encoding.sequence(encoding.oid("1.2.3"), NULL, NULL)),
        (2, encoding.sequence(encoding.oid("1.2.3"), b"\5\1\0")),
        (3, NULL),
        (4, encoding.sequence(encode_time(0))),
        (4, encoding.sequence(encode_time(0), NULL)),
        (4, encoding.sequence(encode_time(0), encode_time(0), NULL)),
        (6, encoding.sequence(encoding.sequence(encoding.oid("1.2.3")))),
        (7, tagged(3, b"")),
        (7, tagged(3, encoding.sequence() + NULL)),
        (7, tagged(3, encoding.sequence(encoding.sequence(encoding.oid("1.2.3"))))),
        (7, tagged(4, b"")),
    ],
)
def test_what_is_no_certificate(position: int, replacement: bytes) -> None:
    with pytest.raises(DecodeError):
        parse_certificate(rebuilt(position, replacement))


@pytest.mark.parametrize("size", range(0, 400, 7))
def test_cut_anywhere(size: int) -> None:
    with pytest.raises(DecodeError):
        parse_certificate(leaf().der[:size])


def test_skimming_the_subject() -> None:
    assert skim_subject(leaf().der) == read(leaf()).subject.der
    assert (
        skim_subject(made(Wish("CN=old", version=1)).der) == read(made(Wish("CN=old", version=1))).subject.der
    )
    with pytest.raises(DecodeError):
        skim_subject(root().der[:40])


@given(st.integers(min_value=-(62167219200), max_value=253402300799))
def test_times_are_counted_as_the_calendar_does(moment: int) -> None:
    text = time.strftime("%m%d%H%M%SZ", time.gmtime(moment))
    year = time.gmtime(moment).tm_year
    assert Instant(der.GENERALIZED_TIME, f"{year:04d}{text}".encode()).epoch == moment
    if 1950 <= year < 2050:
        assert Instant(der.UTC_TIME, f"{year % 100:02d}{text}".encode()).epoch == moment


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (der.UTC_TIME, b"260101000000"),
        (der.UTC_TIME, b"2601010000Z"),
        (der.UTC_TIME, b"260101000000+0000"),
        (der.UTC_TIME, b"26010100000xZ"),
        (der.UTC_TIME, b"20260101000000Z"),
        (der.UTC_TIME, b"261301000000Z"),
        (der.UTC_TIME, b"260001000000Z"),
        (der.UTC_TIME, b"260229000000Z"),
        (der.UTC_TIME, b"260100000000Z"),
        (der.UTC_TIME, b"260101240000Z"),
        (der.UTC_TIME, b"260101006000Z"),
        (der.UTC_TIME, b"260101000060Z"),
        (der.GENERALIZED_TIME, b"20260101000000.5Z"),
        (der.GENERALIZED_TIME, b"19000229000000Z"),
    ],
)
def test_times_not_in_the_form_of_rfc_5280(tag: int, text: bytes) -> None:
    assert Instant(tag, text).epoch is None


def test_leap_days() -> None:
    assert Instant(der.UTC_TIME, b"240229000000Z").epoch is not None
    assert Instant(der.GENERALIZED_TIME, b"20000229000000Z").epoch == 951782400


def test_the_key_is_read_once() -> None:
    certificate = read(leaf())
    assert certificate.key is certificate.key
    assert certificate.key is not None
    assert certificate.key.kind == "EC"
    assert key("leaf").spki == certificate.spki
