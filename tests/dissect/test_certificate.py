"""Certificates as trees."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

import pytest

from pyfinger.demo.certificate_making import Issued, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.dissect.certificate_trees import certificate, distinguished_name, object_identifier, public_key
from pyfinger.dissect.field import Field
from pyfinger.wire import opaque
from pyfinger.x509.certificate import parse_certificate
from tests.dissect.building import decoded, leaves, meanings, problems


@cache
def issued(kind: str = "p256") -> Issued:
    return make_leaf("mx.example.test", make_ca("CN=Test CA"), key=make_key(kind))


def der(tag: int, content: bytes | str) -> bytes:
    content = content if isinstance(content, bytes) else bytes.fromhex(content)
    size = len(content)
    long = b"" if size < 0x80 else size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(long) if long else size]) + long + content


def only(tree: Field, name: str) -> Field:
    (found,) = tree.all(name)
    return found


def test_a_certificate() -> None:
    data = issued().chain[0]
    tree = decoded(data, certificate)
    assert problems(tree) == []
    assert tree.meaning == f"sha256 {sha256(data).hexdigest()}"
    known = parse_certificate(data)
    spki = only(tree, "subjectPublicKeyInfo")
    assert data[spki.offset - spki.prefix : spki.offset + spki.length] == known.spki
    assert spki.meaning == f"sha256 {sha256(known.spki).hexdigest()}"
    assert only(tree, "issuer").meaning == "CN=Test CA"
    assert only(tree, "subject").meaning == "CN=mx.example.test"
    assert only(tree, "notBefore").meaning == "2020-01-01 00:00:00 UTC"
    assert only(tree, "notAfter").meaning == "2100-01-01 00:00:00 UTC"
    assert only(tree, "dNSName").meaning == "mx.example.test"
    assert only(tree, "version").children[0].meaning == "v3"
    assert "ecdsa-with-SHA256" in meanings(tree, "signature")
    assert "subjectAltName" in meanings(tree, "extension")
    assert meanings(tree, "critical") == ["TRUE"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "name"), [("rsa2048", "rsaEncryption"), ("p256", "ecPublicKey"), ("ed25519", "Ed25519")]
)
def test_keys(kind: str, name: str) -> None:
    tree = decoded(make_key(kind).spki, public_key)
    assert problems(tree) == []
    assert meanings(tree, "algorithm")[0] == name
    assert only(tree, "SubjectPublicKeyInfo").meaning == f"sha256 {sha256(make_key(kind).spki).hexdigest()}"


@pytest.mark.parametrize("position", range(0, 430, 7))
def test_a_certificate_cut_short_is_shown_as_far_as_it_goes(position: int) -> None:
    tree = decoded(issued().chain[0][:position], certificate)
    assert problems(tree)
    if position > 160:
        assert only(tree, "subject").meaning == "CN=mx.example.test"


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ("", "missing"),
        ("30", "no DER element"),
        ("1f8101 00", "no DER element"),
        ("30 80 0000", "no DER element"),
        ("30 85 0000000001 00", "no DER element"),
        ("30 82 01", "no DER element"),
        ("04 00", "tag 0x04 instead of 0x30"),
    ],
)
def test_what_is_no_certificate(data: str, wrong: str) -> None:
    content = bytes.fromhex(data)
    assert problems(decoded(content, certificate)) == [("Certificate", wrong)]


def attribute(oid: str, value: bytes) -> bytes:
    return der(0x31, der(0x30, der(0x06, oid) + value))


def name_of(*attributes: bytes) -> str:
    return only(decoded(der(0x30, b"".join(attributes)), distinguished_name), "Name").meaning


def test_names() -> None:
    country, company = attribute("550406", der(0x13, b"SE")), attribute("55040a", der(0x0C, "Åland".encode()))
    wide = attribute("550403", der(0x1E, "mx".encode("utf-16-be")))
    other = attribute("2a03", der(0x0C, b"x"))
    assert name_of(country, company, wide, other) == "C=SE, O=Åland, CN=mx, 1.2.3=x"
    assert name_of() == ""
    assert name_of(attribute("550403", der(0x0C, b"\xff\x1b[2J"))) == "CN=\\xff\x1b[2J"


@pytest.mark.parametrize("bad", ["00", "3100", "3003 0601", "3105 3003 0c0161"])
def test_names_that_are_none(bad: str) -> None:
    assert name_of(bytes.fromhex(bad)) in ("", "=", "=a")


@pytest.mark.parametrize(
    ("content", "dotted"),
    [
        ("550403", "2.5.4.3"),
        ("2a864886f70d010101", "1.2.840.113549.1.1.1"),
        ("00", "0.0"),
        ("8837", "2.999"),
        ("", ""),
        ("2a86", ""),
        ("ff" * 20 + "7f", ""),
    ],
)
def test_object_identifiers(content: str, dotted: str) -> None:
    assert object_identifier(bytes.fromhex(content)) == dotted


def tbs(*parts: bytes) -> bytes:
    start = der(0x02, "01") + der(0x30, der(0x06, "2b6570"))
    return der(0x30, start + b"".join(parts))


def key() -> bytes:
    return make_key("ed25519").spki


def whole(*parts: bytes) -> bytes:
    return der(0x30, tbs(*parts) + der(0x30, der(0x06, "2b6570")) + der(0x03, "00ff"))


def with_extensions(*extensions: bytes) -> bytes:
    validity = der(0x30, der(0x17, b"491231235959Z") + der(0x18, b"20500101000000Z"))
    return whole(der(0x30, b""), validity, der(0x30, b""), key(), der(0xA3, der(0x30, b"".join(extensions))))


def test_times() -> None:
    tree = decoded(with_extensions(), certificate)
    assert problems(tree) == []
    assert only(tree, "notBefore").meaning == "2049-12-31 23:59:59 UTC"
    assert only(tree, "notAfter").meaning == "2050-01-01 00:00:00 UTC"


@pytest.mark.parametrize(
    ("time", "shown"), [(b"500101000000Z", "1950-01-01 00:00:00 UTC"), (b"4912\xff", "4912\\xff")]
)
def test_times_of_the_last_century_and_of_none(time: bytes, shown: str) -> None:
    data = whole(der(0x30, b""), der(0x30, der(0x17, time) + der(0x17, time)), der(0x30, b""), key())
    assert meanings(decoded(data, certificate), "notBefore") == [shown]


def test_a_first_version_with_unique_identifiers() -> None:
    validity = der(0x30, der(0x17, b"491231235959Z") * 2)
    data = whole(der(0x30, b""), validity, der(0x30, b""), key(), der(0x81, "0001"), der(0x82, "0002"))
    tree = decoded(data, certificate)
    assert problems(tree) == []
    assert not list(tree.all("version"))
    assert [value for name, value in leaves(tree) if name == "uniqueID"] == ["0001", "0002"]


def test_alternative_names() -> None:
    names = (
        der(0x82, b"mx.test")
        + der(0x87, "c0000201")
        + der(0x87, "20010db8" + "00" * 11 + "01")
        + der(0x87, "c0")
        + der(0x81, b"a@b")
        + der(0x88, "2a03")
    )
    tree = decoded(
        with_extensions(der(0x30, der(0x06, "551d11") + der(0x01, "00") + der(0x04, der(0x30, names)))),
        certificate,
    )
    assert problems(tree) == []
    assert meanings(tree, "dNSName") == ["mx.test"]
    assert meanings(tree, "iPAddress") == ["192.0.2.1", "2001:db8::1", ""]
    assert meanings(tree, "rfc822Name") == ["a@b"]
    assert len(list(tree.all("generalName"))) == 1
    assert meanings(tree, "critical") == ["FALSE"]


def test_an_unknown_extension_goes_by_its_number() -> None:
    tree = decoded(with_extensions(der(0x30, der(0x06, "2a03") + der(0x04, "00"))), certificate)
    assert meanings(tree, "extension") == ["1.2.3"]


def test_a_version_that_is_no_byte() -> None:
    data = der(0x30, der(0x30, der(0xA0, der(0x02, "0000"))))
    assert only(decoded(data, certificate), "version").children[0].meaning == ""


def test_certificates_in_a_list_stand_alone() -> None:
    def pair(at: object) -> None:
        at.vector("one", 3, certificate)  # type: ignore[attr-defined]
        at.vector("two", 3, certificate)  # type: ignore[attr-defined]

    tree = decoded(opaque(b"\x04\x00", 3) + opaque(issued().chain[0], 3), pair)
    assert problems(tree) == [("Certificate", "tag 0x04 instead of 0x30")]
    assert only(tree, "two").meaning == f"sha256 {sha256(issued().chain[0]).hexdigest()}"
