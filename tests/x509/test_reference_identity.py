from __future__ import annotations

import pytest

from pyfinger.demo.certificate_making import Wish, encode_name
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.reference_identity import (
    ANY,
    InvalidReference,
    ReferenceFault,
    ReferenceIdentity,
    parse_address,
    reference_identity_of,
)
from tests.x509.worlds import made, read


def bearing(*names: str, subject: str = "CN=unused.test") -> Certificate:
    return read(made(Wish(subject, names=names)))


def ascii_of(name: str) -> str | None:
    return {"bücher.test": "xn--bcher-kva.test"}.get(name)


def asked(*entries: str) -> ReferenceIdentity:
    return reference_identity_of(entries, "Next.test", "mx.test", ascii_of)


@pytest.mark.parametrize(
    ("entry", "names"),
    [
        ("nexthop", ("Next.test",)),
        ("DOT-Nexthop", (".Next.test",)),
        ("hostname", ("mx.test",)),
        ("other.test", ("other.test",)),
        (".other.test", (".other.test",)),
        ("\u3002other.test", (".other.test",)),
        ("\uff0eother.test", (".other.test",)),
        ("\uff61bücher.test", (".xn--bcher-kva.test",)),
        ("bücher.test", ("xn--bcher-kva.test",)),
        ("häßlich.test", ("häßlich.test",)),
        ("\u3002", ("\u3002",)),
        ("", ()),
    ],
)
def test_what_entries_stand_for(entry: str, names: tuple[str, ...]) -> None:
    assert asked(entry) == ReferenceIdentity(names)


def test_entries_of_no_use() -> None:
    assert asked(".") == ReferenceIdentity(
        invalid=(InvalidReference(".", ReferenceFault.INVALID),), missing=True
    )
    assert asked() == ReferenceIdentity(missing=True)
    mixed = asked("192.0.2.1", "192.0.2.2", ".", "a.test", "::1")
    assert mixed.names == ("a.test",)
    assert mixed.address == bytes((192, 0, 2, 1))
    assert not mixed.missing
    assert mixed.invalid == (
        InvalidReference("192.0.2.2", ReferenceFault.REFUSED),
        InvalidReference(".", ReferenceFault.INVALID),
        InvalidReference("::1", ReferenceFault.REFUSED),
    )


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("192.0.2.1", bytes((192, 0, 2, 1))),
        ("192.000.02.1", bytes((192, 0, 2, 1))),
        ("192.0.2.1 x", bytes((192, 0, 2, 1))),
        ("192.0.2.256", None),
        ("192.0.2", None),
        (".192.0.2.1", None),
        ("192.0.2.1.", None),
        ("::1", bytes(15) + b"\1"),
        ("::ffff:192.0.2.1", bytes(10) + b"\xff\xff" + bytes((192, 0, 2, 1))),
        ("fe80::1%eth0", None),
        ("a:b", None),
        ("name.test", None),
    ],
)
def test_addresses(text: str, octets: bytes | None) -> None:
    assert parse_address(text) == octets


@pytest.mark.parametrize(
    ("wanted", "shown", "fits"),
    [
        ("mx.example.test", "MX.Example.test", True),
        ("mx.example.test", "mx.example.test.", False),
        ("mx.example.test", "example.test", False),
        ("mx.example.test", "*.example.test", True),
        ("xn--a.example.test", "*.example.test", True),
        ("*.example.test", "*.example.test", True),
        ("a.b.example.test", "*.example.test", False),
        ("example.test", "*.example.test", False),
        (".example.test", "*.example.test", True),
        ("m_x.example.test", "*.example.test", False),
        ("m_x.example.test", "m_x.example.test", True),
        ("mx.example.test", "m*.example.test", False),
        ("mx.example.test", "*x.example.test", False),
        ("mx.example.test", "mx.*.test", False),
        ("mx.example.test", "*.*.test", False),
        ("mx.test", "*.test", False),
        ("a.b_c.test", "*.b_c.test", False),
        ("a.-b.test", "*.-b.test", False),
        ("a.b-.test", "*.b-.test", False),
        ("a.b.test", "*.b..test", False),
        (".example.test", "a.b.example.test", True),
        (".example.test", "example.test", False),
        (".example.test", ".example.test", True),
        (".example.test", "notexample.test", False),
        (".example.test", "A\xff.EXAMPLE.test", True),
        (".", ".", True),
        (".", "a.", False),
    ],
)
def test_names(wanted: str, shown: str, fits: bool) -> None:
    matched = ReferenceIdentity((wanted,)).match(bearing(shown))
    assert (matched.failures == ()) is fits
    if fits and shown.isascii():
        assert matched.peername == shown
    else:
        assert (matched.peername != "") is fits


def test_nul_never_matches() -> None:
    assert ReferenceIdentity(("mx.test",)).match(bearing("mx.test\0.evil.test")).failures
    assert ReferenceIdentity((".test",)).match(bearing("a\0b.test")).failures


def test_the_first_wanted_name_that_matches_counts() -> None:
    certificate = bearing("a.test", "b.test")
    assert ReferenceIdentity(("b.test", "a.test")).match(certificate).peername == "b.test"
    assert ReferenceIdentity(("c.test", "a.test")).match(certificate).peername == "a.test"
    assert ReferenceIdentity(("c.test",)).match(certificate).failures == (X509VErr.HOSTNAME_MISMATCH,)


def test_common_names_count_only_without_dns_names() -> None:
    subject = "CN=first.test/CN=second.test"
    assert ReferenceIdentity(("second.test",)).match(bearing(subject=subject)).peername == "second.test"
    assert (
        ReferenceIdentity(("second.test",)).match(bearing("192.0.2.1", subject=subject)).peername
        == "second.test"
    )
    assert ReferenceIdentity(("second.test",)).match(bearing("a.test", subject=subject)).failures
    assert ReferenceIdentity(("x.test",)).match(bearing(subject="CN=")).failures
    assert ReferenceIdentity(("x.test",)).match(bearing("", subject="CN=x.test")).failures


def test_an_unreadable_common_name_ends_the_search() -> None:
    from pyfinger.values import replace
    from pyfinger.x509.distinguished_names import parse_name

    bad = encoding.sequence(encoding.oid("2.5.4.3"), encoding.element(der.BIT_STRING, b"\0x"))
    good = encode_name("CN=x.test")
    inner = encoding.set_of(bad) + der.DerCursor(good).sequence("name").element("set").encoding
    certificate = replace(bearing(), subject=parse_name(encoding.sequence(inner)))
    assert ReferenceIdentity(("x.test",)).match(certificate).failures == (X509VErr.HOSTNAME_MISMATCH,)


def test_addresses_are_wanted_besides_names() -> None:
    address = bytes((192, 0, 2, 1))
    certificate = bearing("192.0.2.1", "mx.test")
    assert ReferenceIdentity(address=address).match(certificate).failures == ()
    assert ReferenceIdentity(address=address).match(certificate).peername == ""
    assert ReferenceIdentity(("mx.test",), address).match(certificate).peername == "mx.test"
    both = ReferenceIdentity(("x.test",), bytes(4)).match(certificate)
    assert both.failures == (X509VErr.HOSTNAME_MISMATCH, X509VErr.IP_ADDRESS_MISMATCH)
    assert ReferenceIdentity(address=address).match(bearing(subject="CN=192.0.2.1")).failures == (
        X509VErr.IP_ADDRESS_MISMATCH,
    )


def test_anybody_will_do() -> None:
    assert ANY.match(bearing()).failures == ()
