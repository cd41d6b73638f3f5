from __future__ import annotations

import pytest

from pyfinger.demo.certificate_making import Wish, extension
from pyfinger.values import replace
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.strict import strict_failures
from pyfinger.x509.verify_context import VerifyParams
from tests.x509.test_certificate import parts_of
from tests.x509.worlds import (
    CA_WISH,
    LEAF_WISH,
    NOW,
    dns,
    found,
    intermediate,
    judged,
    leaf,
    made,
    read,
    root,
)

CERT_SIGN = ("keyCertSign",)
SAN = "2.5.29.17"
TRUE = b"\1\1\xff"


def soft(*parts: bytes) -> tuple[bytes, ...]:
    """basicConstraints that are not critical."""
    return (extension("2.5.29.19", encoding.sequence(*parts)),)


@pytest.mark.parametrize(
    ("wish", "codes"),
    [
        (LEAF_WISH, []),
        (CA_WISH, [84]),
        (replace(CA_WISH, subject="CN=a"), []),
        (replace(LEAF_WISH, path_length=1), [80, 81]),
        (replace(LEAF_WISH, path_length=1, key_usage=CERT_SIGN), [80, 82]),
        (replace(CA_WISH, subject="CN=a", path_length=1, key_usage=("cRLSign",)), [81]),
        (replace(CA_WISH, subject="CN=a", ca=None, extensions=soft(TRUE)), [89]),
        (replace(CA_WISH, subject="CN=a", key_usage=()), [92]),
        (replace(LEAF_WISH, key_usage=CERT_SIGN), [82]),
        (replace(LEAF_WISH, subject=""), [88]),
        (replace(LEAF_WISH, subject="", names=()), [84]),
        (replace(LEAF_WISH, subject="", key_usage=("cRLSign",)), [84, 88]),
        (
            replace(
                LEAF_WISH,
                subject="",
                names=(),
                extensions=(extension(SAN, encoding.sequence(dns("x")), True),),
            ),
            [],
        ),
        (replace(LEAF_WISH, names=(), extensions=(extension(SAN, encoding.sequence()),)), [87]),
        (replace(LEAF_WISH, key_ids=False), [85]),
        (replace(CA_WISH, subject="CN=a", key_ids=False), [85, 86]),
        (Wish("CN=old", version=1), []),
    ],
)
def test_what_rfc_5280_forbids(wish: Wish, codes: list[int]) -> None:
    certificate = read(made(wish, "leaf", root()))
    assert [int(code) for code in strict_failures(certificate, last=False)] == codes


def test_the_topmost_needs_no_authority_key_identifier() -> None:
    certificate = read(made(replace(LEAF_WISH, key_ids=False), "leaf", root()))
    assert strict_failures(certificate, last=True) == []


def test_an_issuer_without_name() -> None:
    nameless = made(replace(CA_WISH, subject=""), "nameless")
    certificate = read(made(LEAF_WISH, "leaf", nameless))
    assert [int(code) for code in strict_failures(certificate, last=False)] == [83]


def test_algorithms_and_versions() -> None:
    tbs, _, signature = parts_of(leaf().der)
    other = encoding.sequence(encoding.oid("1.2.840.10045.4.3.3"))
    mixed = parse_certificate(encoding.sequence(tbs, other, signature))
    assert [int(code) for code in strict_failures(mixed, last=False)] == [78]
    version_1 = encoding.sequence(*parts_of(tbs)[1:])
    early = parse_certificate(encoding.sequence(version_1, *parts_of(leaf().der)[1:]))
    assert [int(code) for code in strict_failures(early, last=False)] == [93]


def test_only_where_it_is_asked_for_and_only_in_chains() -> None:
    bad = made(replace(LEAF_WISH, key_ids=False), "leaf", intermediate())
    strict = VerifyParams(now=NOW, strict=True)
    assert found(judged([bad, intermediate()], (root(),), strict)) == [(85, 0)]
    assert found(judged([bad, intermediate()], (root(),))) == []
    alone = made(replace(LEAF_WISH, key_ids=False), "leaf")
    assert found(judged([alone], (alone,), strict)) == []
