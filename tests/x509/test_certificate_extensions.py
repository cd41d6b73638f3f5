from __future__ import annotations

import pytest

from pyfinger.demo.certificate_making import encode_name
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate_extensions import (
    ADDRESS_BLOCKS,
    AUTHORITY_KEY_ID,
    AUTONOMOUS_SYSTEMS,
    BASIC_CONSTRAINTS,
    CERT_SIGN,
    DIGITAL_SIGNATURE,
    DISTRIBUTION_POINTS,
    EXTENDED_KEY_USAGE,
    ISSUER_ALT_NAME,
    KEY_USAGE,
    NAME_CONSTRAINTS,
    NETSCAPE_TYPE,
    PROXY_INFO,
    SUBJECT_ALT_NAME,
    SUBJECT_KEY_ID,
    AuthorityKey,
    BasicConstraints,
    Extension,
    ExtensionFacts,
    read_facts,
)
from pyfinger.x509.distinguished_names import parse_name
from tests.x509.worlds import bits, dns, tagged

TRUE = b"\1\1\xff"
NULL = b"\5\0"
seq = encoding.sequence


def facts(oid: str, value: bytes, critical: bool = False) -> ExtensionFacts:
    return read_facts([Extension(oid, critical, value)])


def proxy(*parts: bytes) -> bytes:
    return seq(*parts, seq(encoding.oid("1.3.6.1.5.5.7.21.1")))


def test_nothing_said() -> None:
    said = read_facts([])
    assert not said.invalid
    assert not said.unhandled_critical
    assert not said.ca
    assert not said.proxy
    assert not said.usage_forbids(CERT_SIGN)
    assert said.basic is None
    assert said.alternative_names is None
    assert said.constraints is None


def test_basic_constraints() -> None:
    assert facts(BASIC_CONSTRAINTS, seq()).basic == BasicConstraints(False, None)
    assert facts(BASIC_CONSTRAINTS, seq(TRUE)).ca
    assert facts(BASIC_CONSTRAINTS, seq(TRUE, encoding.integer(3))).basic == BasicConstraints(True, 3)
    assert facts(BASIC_CONSTRAINTS, seq(encoding.integer(1 << 63))).basic == BasicConstraints(False, None)
    negative = facts(BASIC_CONSTRAINTS, seq(TRUE, b"\2\1\xff"))
    assert negative.invalid


def test_key_usage() -> None:
    usage = facts(KEY_USAGE, bits(0x80))
    assert usage.key_usage == DIGITAL_SIGNATURE
    assert usage.usage_forbids(CERT_SIGN)
    assert not usage.usage_forbids(CERT_SIGN | DIGITAL_SIGNATURE)
    assert facts(KEY_USAGE, bits(0x06, 0x80)).key_usage == 0x8006
    assert facts(KEY_USAGE, bits()).invalid


def test_purposes_and_netscape_type() -> None:
    assert facts(EXTENDED_KEY_USAGE, seq(encoding.oid("1.2.3"))).extended_key_usage == frozenset({"1.2.3"})
    assert facts(EXTENDED_KEY_USAGE, seq()).extended_key_usage == frozenset()
    assert facts(NETSCAPE_TYPE, bits(0x40)).netscape_type == 0x40
    assert facts(NETSCAPE_TYPE, bits()).netscape_type == 0


def test_key_identifiers() -> None:
    assert facts(SUBJECT_KEY_ID, encoding.element(der.OCTET_STRING, b"id")).subject_key_id == b"id"
    issuer = encode_name("CN=a")
    full = seq(
        tagged(0, b"id", constructed=False),
        tagged(1, dns("x") + tagged(4, issuer)),
        tagged(2, b"\7", constructed=False),
    )
    assert facts(AUTHORITY_KEY_ID, full).authority_key == AuthorityKey(b"id", parse_name(issuer), 7)
    assert facts(AUTHORITY_KEY_ID, seq(tagged(1, dns("x")))).authority_key == AuthorityKey()


def test_name_constraints() -> None:
    tree = seq(dns("a"))
    bounded = seq(dns("b"), tagged(0, b"\1", constructed=False))
    limited = seq(dns("c"), tagged(1, b"\1", constructed=False))
    harmless = seq(dns("d"), tagged(0, b"\0", constructed=False))
    said = facts(NAME_CONSTRAINTS, seq(tagged(0, tree + harmless), tagged(1, bounded + limited))).constraints
    assert said is not None
    assert [(tree.base.value, tree.bounded) for tree in said.permitted] == [(b"a", False), (b"d", False)]
    assert [(tree.base.value, tree.bounded) for tree in said.excluded] == [(b"b", True), (b"c", True)]
    assert facts(NAME_CONSTRAINTS, seq()).constraints is not None


def test_proxy_certificates() -> None:
    limited = facts(PROXY_INFO, proxy(encoding.integer(2)))
    assert (limited.proxy, limited.proxy_path_length, limited.invalid) == (True, 2, False)
    policy = seq(seq(encoding.oid("1.2.3"), encoding.element(der.OCTET_STRING, b"policy")))
    assert facts(PROXY_INFO, policy).proxy
    info = Extension(PROXY_INFO, False, proxy())
    authority = Extension(BASIC_CONSTRAINTS, False, seq(TRUE))
    assert read_facts([info]).proxy_path_length is None
    assert not read_facts([info]).invalid
    assert read_facts([info, authority]).invalid
    assert read_facts([info, Extension(SUBJECT_ALT_NAME, False, seq())]).invalid
    assert read_facts([info, Extension(ISSUER_ALT_NAME, False, b"anything")]).invalid


@pytest.mark.parametrize(
    ("oid", "value"),
    [
        (BASIC_CONSTRAINTS, NULL),
        (BASIC_CONSTRAINTS, seq(NULL)),
        (BASIC_CONSTRAINTS, seq(TRUE, encoding.integer(1), NULL)),
        (KEY_USAGE, NULL),
        (EXTENDED_KEY_USAGE, seq(NULL)),
        (NETSCAPE_TYPE, NULL),
        (SUBJECT_KEY_ID, NULL),
        (AUTHORITY_KEY_ID, seq(NULL)),
        (AUTHORITY_KEY_ID, seq(tagged(1, NULL))),
        (SUBJECT_ALT_NAME, seq(NULL)),
        (NAME_CONSTRAINTS, seq(NULL)),
        (NAME_CONSTRAINTS, seq(tagged(0, seq()))),
        (PROXY_INFO, seq()),
        (DISTRIBUTION_POINTS, NULL),
        (DISTRIBUTION_POINTS, seq(seq())),
        (DISTRIBUTION_POINTS, seq(seq(tagged(0, tagged(2, b""))))),
        (DISTRIBUTION_POINTS, seq(seq(tagged(0, tagged(0, b"") + NULL)))),
        (DISTRIBUTION_POINTS, seq(seq(tagged(2, dns("x")), NULL))),
        (ADDRESS_BLOCKS, seq(seq(encoding.element(4, b"\0\1"), bits(10)))),
        (ADDRESS_BLOCKS, seq(seq(encoding.element(4, b"\0\1"), seq(encoding.integer(1))))),
        (ADDRESS_BLOCKS, seq(seq(encoding.element(4, b"\0\1"), seq(seq(bits(1)))))),
        (AUTONOMOUS_SYSTEMS, seq(tagged(0, NULL + NULL))),
        (AUTONOMOUS_SYSTEMS, seq(tagged(0, seq(bits(1))))),
        (AUTONOMOUS_SYSTEMS, seq(tagged(2, NULL))),
    ],
)
def test_what_cannot_be_decoded_makes_the_certificate_invalid(oid: str, value: bytes) -> None:
    assert facts(oid, value).invalid


@pytest.mark.parametrize(
    ("oid", "value"),
    [
        (DISTRIBUTION_POINTS, seq()),
        (DISTRIBUTION_POINTS, seq(seq(tagged(0, tagged(0, dns("x"))), tagged(1, b"\0\x80", False)))),
        (DISTRIBUTION_POINTS, seq(seq(tagged(0, tagged(1, b"")), tagged(2, dns("x"))))),
        (DISTRIBUTION_POINTS, seq(seq(tagged(2, dns("x"))))),
        (ADDRESS_BLOCKS, seq(seq(encoding.element(4, b"\0\1"), NULL))),
        (ADDRESS_BLOCKS, seq(seq(encoding.element(4, b"\0\1"), seq(bits(10), seq(bits(1), bits(2)))))),
        (AUTONOMOUS_SYSTEMS, seq()),
        (AUTONOMOUS_SYSTEMS, seq(tagged(0, NULL))),
        (
            AUTONOMOUS_SYSTEMS,
            seq(tagged(1, seq(encoding.integer(1), seq(encoding.integer(1), encoding.integer(2))))),
        ),
    ],
)
def test_what_only_has_to_be_well_formed(oid: str, value: bytes) -> None:
    assert not facts(oid, value).invalid


def test_a_doubled_extension_is_invalid_and_not_looked_at() -> None:
    said = read_facts([Extension(BASIC_CONSTRAINTS, False, seq(TRUE))] * 2)
    assert said.invalid
    assert said.basic is None


def test_critical_extensions_are_counted_up_to_the_first_unknown() -> None:
    known = Extension(BASIC_CONSTRAINTS, True, seq(TRUE))
    unknown = Extension("1.2.3", True, b"")
    late = Extension(KEY_USAGE, True, bits(0x80))
    said = read_facts([known, unknown, late])
    assert said.unhandled_critical
    assert said.critical == {BASIC_CONSTRAINTS}
    assert not read_facts([known, Extension("1.2.3", False, b"")]).unhandled_critical
    assert facts(SUBJECT_KEY_ID, encoding.element(4, b"id"), critical=True).unhandled_critical
