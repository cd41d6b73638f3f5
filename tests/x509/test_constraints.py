from __future__ import annotations

import pytest

from pyfinger.demo.certificate_making import Wish, encode_name
from pyfinger.values import replace
from pyfinger.x509 import constraints, der, general_names
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate import Certificate
from pyfinger.x509.certificate_extensions import NameConstraints, Subtree
from pyfinger.x509.constraints import violation
from pyfinger.x509.distinguished_names import parse_name
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.general_names import ADDRESS, DIRECTORY, DNS, EMAIL, OTHER_NAME, URI, X400, GeneralName
from tests.x509.worlds import made, read

OUTSIDE, EXCLUDED = X509VErr.PERMITTED_VIOLATION, X509VErr.EXCLUDED_VIOLATION
SYNTAX, KIND = X509VErr.UNSUPPORTED_NAME_SYNTAX, X509VErr.UNSUPPORTED_CONSTRAINT_TYPE
MAILBOX = "1.3.6.1.5.5.7.8.9"


def bearing(*names: GeneralName, subject: bytes = encode_name("")) -> Certificate:
    """A certificate with just these names, as far as constraints see."""
    certificate = read(made(Wish("CN=any")))
    certificate = replace(certificate, subject=parse_name(subject))
    facts = replace(certificate.facts, alternative_names=names)
    certificate.__dict__["facts"] = facts
    return certificate


def outcome(name: GeneralName, base: GeneralName) -> X509VErr | None:
    """What a permitted subtree says; an excluded one must say the opposite."""
    permitted = violation(bearing(name), NameConstraints((Subtree(base, False),)), leaf=False)
    excluded = violation(bearing(name), NameConstraints((), (Subtree(base, False),)), leaf=False)
    assert excluded == {None: EXCLUDED, OUTSIDE: None}.get(permitted, permitted)
    return permitted


@pytest.mark.parametrize(
    ("name", "base", "code"),
    [
        (b"mx.example.test", b"example.test", None),
        (b"MX.example.test", b"EXAMPLE.test", None),
        (b"example.test", b"example.test", None),
        (b"notexample.test", b"example.test", OUTSIDE),
        (b"mx.example.test", b".example.test", None),
        (b"example.test", b".example.test", OUTSIDE),
        (b"anything", b"", None),
        (b"other.test", b"example.test", OUTSIDE),
    ],
)
def test_dns(name: bytes, base: bytes, code: X509VErr | None) -> None:
    assert outcome(GeneralName(DNS, name), GeneralName(DNS, base)) is code


@pytest.mark.parametrize(
    ("name", "base", "code"),
    [
        (b"a@example.test", b"example.test", None),
        (b"a@EXAMPLE.test", b"example.test", None),
        (b"a@sub.example.test", b"example.test", OUTSIDE),
        (b"a@sub.example.test", b".example.test", None),
        (b"a@example.test", b".example.test", OUTSIDE),
        (b"a@example.test", b"a@example.test", None),
        (b"A@example.test", b"a@example.test", OUTSIDE),
        (b"ab@example.test", b"a@example.test", OUTSIDE),
        (b"a@other.test", b"a@example.test", OUTSIDE),
        (b"a@example.test", b"@example.test", None),
        (b"\0@example.test", b"a@example.test", SYNTAX),
        (b"example.test", b"example.test", SYNTAX),
    ],
)
def test_email(name: bytes, base: bytes, code: X509VErr | None) -> None:
    assert outcome(GeneralName(EMAIL, name), GeneralName(EMAIL, base)) is code


@pytest.mark.parametrize(
    ("name", "base", "code"),
    [
        ("ü@bücher.test", b"xn--bcher-kva.test", None),
        ("ü@bücher.test", b".test", None),
        ("ü@bücher.test", b".other.test", OUTSIDE),
        ("ü@bücher.test", b"bcher.test", OUTSIDE),
        ("ü@bücher.test", b"xn--\xff.test", X509VErr.UNSPECIFIED),
        ("no at", b"test", SYNTAX),
    ],
)
def test_mailboxes_in_utf_8(name: str, base: bytes, code: X509VErr | None) -> None:
    mailbox = GeneralName(OTHER_NAME, name.encode(), MAILBOX, der.UTF8_STRING)
    assert outcome(mailbox, GeneralName(EMAIL, base)) is code


def test_mailboxes_of_another_type() -> None:
    mailbox = GeneralName(OTHER_NAME, b"a@test", MAILBOX, der.IA5_STRING)
    assert outcome(mailbox, GeneralName(EMAIL, b"test")) is SYNTAX


@pytest.mark.parametrize(
    ("name", "base", "code"),
    [
        (b"https://example.test", b"example.test", None),
        (b"https://EXAMPLE.test:443/x", b"example.test", None),
        (b"https://sub.example.test/x:y", b"example.test", OUTSIDE),
        (b"https://sub.example.test/", b".example.test", None),
        (b"https://example.test/", b".example.test", OUTSIDE),
        (b"https:///x", b"example.test", SYNTAX),
        (b"mailto:x@y", b"example.test", SYNTAX),
        (b"nothing", b"example.test", SYNTAX),
    ],
)
def test_uri(name: bytes, base: bytes, code: X509VErr | None) -> None:
    assert outcome(GeneralName(URI, name), GeneralName(URI, base)) is code


@pytest.mark.parametrize(
    ("name", "base", "code"),
    [
        ((192, 0, 2, 1), (192, 0, 2, 0, 255, 255, 255, 0), None),
        ((192, 0, 3, 1), (192, 0, 2, 0, 255, 255, 255, 0), OUTSIDE),
        ((192, 0, 3, 1), (192, 0, 2, 0, 255, 0, 0, 0), None),
        ((1, 2, 3), (192, 0, 2, 0, 255, 255, 255, 0), SYNTAX),
        ((192, 0, 2, 1), (192, 0, 2, 0), SYNTAX),
        ((192, 0, 2, 1), (0,) * 32, OUTSIDE),
    ],
)
def test_addresses(name: tuple[int, ...], base: tuple[int, ...], code: X509VErr | None) -> None:
    assert outcome(GeneralName(ADDRESS, bytes(name)), GeneralName(ADDRESS, bytes(base))) is code


@pytest.mark.parametrize(
    ("subject", "base", "code"),
    [
        ("C=XX/O=Lab/CN=x", "C=xx/O= LAB ", None),
        ("C=XX/O=Lab", "C=XX/O=Lab/CN=x", OUTSIDE),
        ("C=XX", "C=XY", OUTSIDE),
        ("C=XX", "", None),
        ("", "C=XX", None),  # an empty subject is no name
    ],
)
def test_directory_names_are_the_subject(subject: str, base: str, code: X509VErr | None) -> None:
    certificate = bearing(subject=encode_name(subject))
    tree = Subtree(GeneralName(DIRECTORY, name=parse_name(encode_name(base))), False)
    assert violation(certificate, NameConstraints((tree,)), leaf=False) is code


def test_directory_names_among_the_alternatives() -> None:
    name = GeneralName(DIRECTORY, name=parse_name(encode_name("C=XX")))
    assert outcome(name, name) is None


def test_kinds_nobody_can_judge() -> None:
    other = GeneralName(OTHER_NAME, b"x", "1.2.3", der.UTF8_STRING)
    assert outcome(other, other) is KIND
    assert outcome(GeneralName(X400), GeneralName(X400)) is KIND
    different = GeneralName(OTHER_NAME, b"x", "1.2.4", der.UTF8_STRING)
    assert violation(bearing(other), NameConstraints((Subtree(different, False),)), leaf=False) is None


def test_other_kinds_do_not_matter() -> None:
    trees = (Subtree(GeneralName(EMAIL, b"x.test"), False),)
    name = bearing(GeneralName(DNS, b"y.test"))
    assert violation(name, NameConstraints(trees, trees), leaf=True) is None


def test_one_permitted_subtree_is_enough_and_one_excluded_too_much() -> None:
    def tree(name: bytes, bounded: bool = False) -> Subtree:
        return Subtree(GeneralName(DNS, name), bounded)

    name = bearing(GeneralName(DNS, b"a.test"))
    assert (
        violation(name, NameConstraints((tree(b"b.test"), tree(b"a.test"), tree(b"c.test"))), False) is None
    )
    assert violation(name, NameConstraints((), (tree(b"b.test"), tree(b"a.test"))), False) is EXCLUDED
    both = NameConstraints((tree(b"test"),), (tree(b"a.test"),))
    assert violation(name, both, False) is EXCLUDED
    assert violation(name, NameConstraints((tree(b"a.test", True),)), False) is X509VErr.SUBTREE_MINMAX
    assert violation(name, NameConstraints((), (tree(b"b.test", True),)), False) is X509VErr.SUBTREE_MINMAX


def test_email_addresses_in_the_subject() -> None:
    trees = NameConstraints((Subtree(GeneralName(EMAIL, b"x.test"), False),))

    def subject(tag: int, value: bytes) -> Certificate:
        pair = encoding.sequence(encoding.oid("1.2.840.113549.1.9.1"), encoding.element(tag, value))
        return bearing(subject=encoding.sequence(encoding.set_of(pair)))

    assert violation(subject(der.IA5_STRING, b"a@x.test"), trees, False) is None
    assert violation(subject(der.IA5_STRING, b"a@y.test"), trees, False) is OUTSIDE
    assert violation(subject(der.UTF8_STRING, b"a@x.test"), trees, False) is SYNTAX


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("CN=mx.other.test", OUTSIDE),
        ("CN=mx.example.test", None),
        ("CN=m_x.other.test", OUTSIDE),
        ("CN=Some Company", None),
        ("CN=single", None),
        ("CN=-a.other.test", None),
        ("CN=a..other.test", None),
        ("CN=mx.other.test\0\0", OUTSIDE),
        ("CN=mx.other\0.test", SYNTAX),
        ("O=mx.other.test", None),
    ],
)
def test_common_names_of_a_leaf_without_dns_names(subject: str, code: X509VErr | None) -> None:
    trees = NameConstraints((Subtree(GeneralName(DNS, b"example.test"), False),))
    certificate = bearing(subject=encode_name(subject))
    assert violation(certificate, trees, leaf=True) is code
    assert violation(certificate, trees, leaf=False) is None
    named = bearing(GeneralName(DNS, b"a.example.test"), subject=encode_name(subject))
    assert violation(named, trees, leaf=True) is None


def test_too_many_comparisons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constraints, "MAX_COMPARISONS", 3)
    name = GeneralName(general_names.DNS, b"a.test")
    tree = Subtree(name, False)
    assert violation(bearing(name, name), NameConstraints((tree,), (tree,)), False) is X509VErr.UNSPECIFIED
    assert violation(bearing(name), NameConstraints((tree,)), False) is None
