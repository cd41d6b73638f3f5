"""What OpenSSL's decoder puts into its error queue, entry by entry (tasn_dec.c); what it writes again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.errors import DecodeError
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate import parse_certificate, read_certificate
from tests.x509.test_certificate import parts_of, rebuilt
from tests.x509.worlds import key, leaf

NESTED = "nested asn1 error"
CERT_INFO = (NESTED, "Field=cert_info, Type=X509")
NULL = b"\5\0"
TIME = encoding.element(der.UTC_TIME, b"260101000000Z")
CONSTRUCTED, EXPLICIT = der.CONSTRUCTED, der.CONTEXT | der.CONSTRUCTED


def queue(encoded: bytes) -> list[tuple[str, str]]:
    with pytest.raises(DecodeError) as caught:
        read_certificate(encoded)
    assert all(error.code >> 23 == 13 for error in caught.value.queue)
    return [(error.reason, error.data) for error in caught.value.queue]


def info(field: str) -> tuple[str, str]:
    return NESTED, f"Field={field}, Type=X509_CINF"


def name(tag: int, value: bytes, kind: bytes = encoding.oid("2.5.4.3")) -> bytes:
    return encoding.sequence(encoding.set_of(encoding.sequence(kind, encoding.element(tag, value))))


@pytest.mark.parametrize(
    ("encoded", "errors"),
    [
        (b"", [("too small", "")]),
        (b"\x30", [("header too long", ""), ("bad object header", ""), (NESTED, "Type=X509")]),
        (b"\x30\1", [("too long", ""), ("bad object header", ""), (NESTED, "Type=X509")]),
        (b"\x30\x81", [("header too long", ""), ("bad object header", ""), (NESTED, "Type=X509")]),
        (b"\x3f\x90", [("header too long", ""), ("bad object header", ""), (NESTED, "Type=X509")]),
        (b"\x10\0", [("sequence not constructed", "Type=X509")]),
        (b"\x31\0", [("wrong tag", ""), (NESTED, "Type=X509")]),
        (b"\x30\0", [("field missing", "Field=cert_info, Type=X509")]),
        (b"\x30\x80", [("missing eoc", "Type=X509")]),
        (b"\x30\2\0\0", [("unexpected eoc", "Type=X509")]),
        (b"\x30\x80\0\0", [("field missing", "Field=cert_info, Type=X509")]),
    ],
)
def test_the_outermost_level(encoded: bytes, errors: list[tuple[str, str]]) -> None:
    assert queue(encoded) == errors


@pytest.mark.parametrize(
    ("position", "replacement", "errors"),
    [
        (0, encoding.element(EXPLICIT, b""), [("too small", ""), (NESTED, ""), info("version")]),
        (0, b"\x80\0", [("explicit tag not constructed", "Field=version, Type=X509_CINF")]),
        (
            0,
            encoding.element(EXPLICIT, encoding.integer(2) + NULL),
            [("explicit length mismatch", "Field=version, Type=X509_CINF")],
        ),
        (0, b"\xa0\x80\2\1\2", [("missing eoc", "Field=version, Type=X509_CINF")]),
        (
            0,
            encoding.element(EXPLICIT, NULL),
            [("wrong tag", ""), (NESTED, ""), (NESTED, ""), info("version")],
        ),
        (1, b"\2\0", [("illegal zero content", ""), info("serialNumber")]),
        (1, b"\2\2\0\1", [("illegal padding", ""), info("serialNumber")]),
        (1, b"\x22\3\2\1\1", [("type not primitive", ""), info("serialNumber")]),
        (2, b"\x30\0", [("field missing", "Field=algorithm, Type=X509_ALGOR"), info("signature")]),
        (
            2,
            encoding.sequence(b"\6\1\x80"),
            [
                ("invalid object encoding", ""),
                (NESTED, "Field=algorithm, Type=X509_ALGOR"),
                info("signature"),
            ],
        ),
        (
            2,
            encoding.sequence(encoding.oid("1.2"), NULL, NULL),
            [("sequence length mismatch", "Type=X509_ALGOR"), info("signature")],
        ),
        (
            2,
            encoding.sequence(encoding.oid("1.2"), b"\x10\0"),
            [("type not constructed", ""), (NESTED, "Field=parameter, Type=X509_ALGOR"), info("signature")],
        ),
        (
            2,
            encoding.sequence(encoding.oid("1.2"), b"\5\1\0"),
            [("null is wrong length", ""), (NESTED, "Field=parameter, Type=X509_ALGOR"), info("signature")],
        ),
        (
            3,
            name(der.VISIBLE_STRING, b"x"),
            [
                ("mstring wrong tag", "Type=ASN1_PRINTABLE"),
                (NESTED, "Field=value, Type=X509_NAME_ENTRY"),
                (NESTED, ""),
                (NESTED, ""),
                info("issuer"),
            ],
        ),
        (
            3,
            name(der.CONTEXT, b"x"),
            [
                ("mstring not universal", "Type=ASN1_PRINTABLE"),
                (NESTED, "Field=value, Type=X509_NAME_ENTRY"),
                (NESTED, ""),
                (NESTED, ""),
                info("issuer"),
            ],
        ),
        (3, encoding.sequence(NULL), [("wrong tag", ""), (NESTED, ""), (NESTED, ""), info("issuer")]),
        (5, name(der.UTF8_STRING, b"\xc0\x80"), [("invalid utf8string", ""), (NESTED, ""), info("subject")]),
        (5, name(der.BMP_STRING, b"\xd8\0"), [("illegal characters", ""), (NESTED, ""), info("subject")]),
        (
            5,
            name(der.UNIVERSAL_STRING, b"abc"),
            [
                ("universalstring is wrong length", ""),
                (NESTED, "Field=value, Type=X509_NAME_ENTRY"),
                (NESTED, ""),
                (NESTED, ""),
                info("subject"),
            ],
        ),
        (
            4,
            encoding.sequence(TIME, encoding.element(der.UTC_TIME, b"2601010000Z")),
            [("utctime is too short", ""), (NESTED, "Field=notAfter, Type=X509_VAL"), info("validity")],
        ),
        (
            4,
            encoding.sequence(encoding.element(der.GENERALIZED_TIME, b"20260101000Z"), TIME),
            [
                ("generalizedtime is too short", ""),
                (NESTED, "Field=notBefore, Type=X509_VAL"),
                info("validity"),
            ],
        ),
        (
            6,
            encoding.sequence(encoding.sequence(encoding.oid("1.2")), b"\3\2\x08\0"),
            [
                ("invalid bit string bits left", ""),
                (NESTED, "Field=public_key, Type=X509_PUBKEY"),
                info("key"),
            ],
        ),
        (
            6,
            encoding.sequence(encoding.sequence(encoding.oid("1.2")), b"\3\0"),
            [("string too short", ""), (NESTED, "Field=public_key, Type=X509_PUBKEY"), info("key")],
        ),
        (7, NULL, [("wrong tag", ""), info("extensions")]),
        (
            7,
            encoding.element(EXPLICIT | 3, encoding.sequence(encoding.sequence(encoding.oid("1.2")))),
            [("field missing", "Field=value, Type=X509_EXTENSION"), (NESTED, ""), info("extensions")],
        ),
        (
            7,
            encoding.element(
                EXPLICIT | 3, encoding.sequence(encoding.sequence(encoding.oid("1.2"), b"\1\0", b"\4\0"))
            ),
            [
                ("boolean is wrong length", ""),
                (NESTED, "Field=critical, Type=X509_EXTENSION"),
                (NESTED, ""),
                info("extensions"),
            ],
        ),
        (
            7,
            encoding.element(EXPLICIT | 3, encoding.sequence(b"\0\0")),
            [("unexpected eoc", ""), info("extensions")],
        ),
    ],
)
def test_each_level_adds_what_it_has_to_say(
    position: int, replacement: bytes, errors: list[tuple[str, str]]
) -> None:
    assert queue(rebuilt(position, replacement)) == [*errors, CERT_INFO]


def test_where_the_fault_is_said_in_our_own_words() -> None:
    with pytest.raises(DecodeError, match=r"^illegal padding in cert_info\.serialNumber at byte 15$"):
        read_certificate(rebuilt(1, b"\2\2\0\1"))


def padded(encoded: bytes) -> bytes:
    """The same element with needless length octets."""
    element = der.DerCursor(encoded).element("element")
    size = len(element.content).to_bytes(4, "big")
    return encoded[:1] + b"\x84" + size + element.content


def endless(encoded: bytes) -> bytes:
    """The same constructed element with its end marked."""
    element = der.DerCursor(encoded).element("element")
    return encoded[:1] + b"\x80" + element.content + b"\0\0"


@pytest.mark.parametrize("altered", [padded, endless])
def test_what_is_outside_the_signed_part_is_written_in_der(altered) -> None:  # type: ignore[no-untyped-def]
    tbs, algorithm, signature = parts_of(leaf().der)
    odd = altered(tbs) + altered(algorithm) + padded(signature)
    certificate, end = read_certificate(
        altered(encoding.element(der.SEQUENCE | CONSTRUCTED, odd)) + b"behind"
    )
    assert certificate.der == encoding.sequence(altered(tbs), algorithm, signature)
    assert end == len(altered(encoding.element(der.SEQUENCE | CONSTRUCTED, odd)))
    assert certificate.tbs == altered(tbs)


def test_a_key_is_written_in_der() -> None:
    algorithm, bits = parts_of(key("leaf").spki)
    spki = endless(encoding.sequence(padded(algorithm), b"\x23\x80" + bits + b"\0\0"))
    spki = spki.replace(bits, b"\4\1\0" + encoding.element(der.OCTET_STRING, bits[3:]))
    certificate = parse_certificate(rebuilt(6, spki))
    assert certificate.spki == key("leaf").spki


@pytest.mark.parametrize(
    ("came", "written"),
    [
        (b"\3\2\4\xff", b"\3\2\4\xf0"),
        (b"\3\1\7", b"\3\1\0"),
        (b"\x23\4\4\2\1\xff", b"\3\2\1\xfe"),
        (b"\3\x81\2\0\1", b"\3\2\0\1"),
    ],
)
def test_unused_bits_are_cleared(came: bytes, written: bytes) -> None:
    tbs, algorithm, _ = parts_of(leaf().der)
    certificate = parse_certificate(encoding.sequence(tbs, algorithm, came))
    assert certificate.der == encoding.sequence(tbs, algorithm, written)
    assert certificate.signature == written[3:]


@pytest.mark.parametrize(
    ("came", "written"),
    [
        (b"\5\x81\0", NULL),
        (b"\x2c\x80\4\1a\4\1b\0\0", b"\x0c\2ab"),
        (b"\x30\x80\0\0", b"\x30\x80\0\0"),
        (b"\xe4\x80\0\0", b"\xe4\x80\0\0"),
        (b"\x1f\x81\x01\x81\1x", b"\x1f\x81\x01\1x"),
        (b"\1\1\7", b"\1\1\7"),
    ],
)
def test_parameters_are_written_by_their_own_type(came: bytes, written: bytes) -> None:
    tbs, _, signature = parts_of(leaf().der)
    oid = encoding.oid("1.2.3")
    certificate = parse_certificate(encoding.sequence(tbs, encoding.sequence(oid, came), signature))
    assert certificate.der == encoding.sequence(tbs, encoding.sequence(oid, written), signature)
    assert certificate.algorithm.parameters == written


@pytest.mark.parametrize(
    ("parameter", "reason"),
    [
        (b"\x24\2\0\0", "unexpected eoc"),
        (b"\x24\x80\4\0", "missing eoc"),
        (b"\x24\2\4\5", "too long"),
        (b"\x24\x0c\x24\x0a\x24\x08\x24\6\x24\4\x24\2\x24\0", "nested asn1 string"),
        (b"\x30\x80\5\0", "missing eoc"),
        (b"\x30\x80\5\7", "too long"),
        (b"\x1f\x90\x80\x80\x80\1\0", "header too long"),
        (b"\4\x89\0\0\0\0\0\0\0\0\0", ""),
        (b"\4\x89\1\0\0\0\0\0\0\0\0", "header too long"),
        (b"\4\x80\0\0", "header too long"),
    ],
)
def test_lengths_and_pieces(parameter: bytes, reason: str) -> None:
    tbs, _, signature = parts_of(leaf().der)
    algorithm = encoding.sequence(encoding.oid("1.2.3"), parameter)
    encoded = encoding.sequence(tbs, algorithm, signature)
    if reason:
        assert queue(encoded)[0] == (reason, "")
        assert queue(encoded)[-2][1] == "Field=parameter, Type=X509_ALGOR"
    else:
        assert parse_certificate(encoded).algorithm.parameters == b"\4\0"


def test_every_certificate_has_a_representation() -> None:
    """Python refuses to write numbers of more than some thousand digits in decimal."""
    huge = encoding.element(der.INTEGER, b"\1" * 5000)
    version = encoding.element(EXPLICIT, huge)
    for position, replacement in ((0, version), (1, huge)):
        assert "Certificate" in repr(parse_certificate(rebuilt(position, replacement)))


@given(st.binary(max_size=60), st.integers(0, 8))
def test_any_octets_give_a_value_or_a_queue(octets: bytes, position: int) -> None:
    for encoded in (octets, rebuilt(position, octets)):
        try:
            certificate, end = read_certificate(encoded)
        except DecodeError as problem:
            assert problem.queue
        else:
            assert end <= len(encoded)
            again, _ = read_certificate(certificate.der)
            assert again == certificate
            assert repr(again)
