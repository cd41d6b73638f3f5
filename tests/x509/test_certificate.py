from __future__ import annotations

import pytest

from pyfinger.demo.certificate_making import Wish, encode_time
from pyfinger.errors import DecodeError
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate import (
    MAX_CERTIFICATE,
    parse_certificate,
    read_certificate,
)
from pyfinger.x509.distinguished_names import oneline
from pyfinger.x509.general_names import DNS
from pyfinger.x509.issuing import signature_holds
from tests.x509.worlds import HOST, LEAF_WISH, bits, intermediate, key, leaf, made, read, tagged

NULL = b"\5\0"


def parts_of(encoded: bytes) -> list[bytes]:
    """The elements of a SEQUENCE."""
    inside = der.DerCursor(encoded).sequence("sequence")
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


def test_the_key_is_read_once() -> None:
    certificate = read(leaf())
    assert certificate.key is certificate.key
    assert certificate.key is not None
    assert certificate.key.kind == "EC"
    assert key("leaf").spki == certificate.spki
