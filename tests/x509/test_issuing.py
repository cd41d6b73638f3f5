from __future__ import annotations

import pytest

from pyfinger.demo.certificate_making import encode_name, extension, issue, key_id
from pyfinger.values import replace
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.issuing import likely_issued, readable, self_issued, self_signed
from tests.x509.worlds import CA_WISH, LEAF_WISH, bits, intermediate, key, leaf, read, root, tagged


def naming(*parts: bytes) -> bytes:
    """An authorityKeyIdentifier."""
    return extension("2.5.29.35", encoding.sequence(*parts))


def test_who_issued_whom() -> None:
    assert likely_issued(read(root()), read(intermediate()))
    assert likely_issued(read(root()), read(root()))
    assert not likely_issued(read(root()), read(leaf()))
    assert self_signed(read(root()))
    assert self_issued(read(root()))
    assert not self_issued(read(leaf()))
    assert readable(read(leaf()))


@pytest.mark.parametrize(
    ("identifier", "fits"),
    [
        (naming(), True),
        (naming(tagged(0, key_id(key("root")), constructed=False)), True),
        (naming(tagged(0, b"other", constructed=False)), False),
        (naming(tagged(2, b"\x05", constructed=False)), False),
        (naming(tagged(1, tagged(4, encode_name("O=Test/CN=Root")))), True),
        (naming(tagged(1, tagged(4, encode_name("CN=other")))), False),
    ],
)
def test_what_the_authority_key_identifier_says(identifier: bytes, fits: bool) -> None:
    wish = replace(LEAF_WISH, key_ids=False, extensions=(identifier,))
    assert likely_issued(read(root()), read(issue(wish, key("leaf"), root()))) is fits


def test_an_issuer_without_identifier_fits_any() -> None:
    silent = issue(replace(CA_WISH, subject="O=Test/CN=Root", key_ids=False), key("root"))
    assert likely_issued(read(silent), read(intermediate()))


def test_the_key_has_to_be_of_the_right_kind() -> None:
    other = issue(replace(CA_WISH, subject="O=Test/CN=Root", key_ids=False), key("", "rsa1024"))
    assert not likely_issued(read(other), read(intermediate()))


def test_unreadable_certificates() -> None:
    odd = encoding.sequence(encoding.sequence(encoding.oid("1.2.3.4")), bits(1))
    keyless = read(issue(LEAF_WISH, replace(key("leaf"), spki=odd), root()))
    assert not readable(keyless)
    invalid = read(issue(replace(LEAF_WISH, extensions=(naming(),)), key("leaf"), root()))
    assert not readable(invalid)
    assert not likely_issued(read(root()), invalid)
