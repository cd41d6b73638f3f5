from __future__ import annotations

import pytest

from pyfinger.demo.certificate_making import encode_name
from pyfinger.errors import DecodeError
from pyfinger.x509 import der, general_names
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.distinguished_names import parse_name
from pyfinger.x509.general_names import OTHER_NAME, GeneralName, read_general_name, read_general_names
from tests.x509.worlds import dns, tagged

UTF8 = encoding.element(der.UTF8_STRING, b"x@y")
OID = encoding.oid("1.2.3")
NULL = b"\5\0"


def read(encoded: bytes) -> GeneralName:
    return read_general_name(der.DerCursor(encoded))


@pytest.mark.parametrize(
    ("encoded", "name"),
    [
        (tagged(0, OID + tagged(0, UTF8)), GeneralName(0, b"x@y", "1.2.3", der.UTF8_STRING)),
        (tagged(0, OID + tagged(0, tagged(5, b"odd"))), GeneralName(0, b"odd", "1.2.3", 0x85)),
        (tagged(1, b"a@b", constructed=False), GeneralName(1, b"a@b")),
        (dns("example.test"), GeneralName(2, b"example.test")),
        (tagged(2, UTF8), GeneralName(2, b"x@y")),  # in pieces
        (tagged(3, b""), GeneralName(3, tagged(3, b""))),
        (tagged(4, encode_name("CN=a")), GeneralName(4, name=parse_name(encode_name("CN=a")))),
        (tagged(6, b"uri:", constructed=False), GeneralName(6, b"uri:")),
        (tagged(7, b"\x7f\0\0\1", constructed=False), GeneralName(7, b"\x7f\0\0\1")),
        (tagged(8, b"\x2a\3", constructed=False), GeneralName(8, oid="1.2.3")),
    ],
)
def test_every_kind(encoded: bytes, name: GeneralName) -> None:
    assert read(encoded) == name


def test_edi_parties() -> None:
    party = tagged(5, tagged(0, UTF8) + tagged(1, UTF8))
    assert read(party).kind == general_names.EDI_PARTY
    assert read(tagged(5, tagged(1, UTF8))).value == tagged(5, tagged(1, UTF8))


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        NULL,
        tagged(9, b""),
        tagged(0, OID),
        tagged(0, OID + tagged(0, UTF8 + NULL)),
        tagged(0, OID + tagged(0, b"\5\1\0")),
        tagged(0, OID + tagged(0, UTF8) + NULL),
        tagged(3, b"", constructed=False),
        tagged(4, NULL),
        tagged(4, encode_name("") + NULL),
        tagged(5, b""),
        tagged(5, tagged(1, NULL)),
        tagged(5, tagged(1, UTF8 + NULL)),
        tagged(8, b"", constructed=False),
    ],
)
def test_malformed_names(encoded: bytes) -> None:
    with pytest.raises(DecodeError):
        read(encoded)


def test_several() -> None:
    cursor = der.DerCursor(dns("a") + dns("b"))
    assert [name.value for name in read_general_names(cursor)] == [b"a", b"b"]
    assert not cursor


def test_another_name_may_be_of_type_nought() -> None:
    """ANY under an explicit tag: end-of-contents octets are not looked for there."""
    assert read(tagged(0, OID + tagged(0, b"\0\0"))).kind == OTHER_NAME
