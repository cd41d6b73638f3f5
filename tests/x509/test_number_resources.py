"""RFC 3779: what OpenSSL 3.5 says of each, asked of its X509_verify_cert."""

from __future__ import annotations

import pytest

from pyfinger.demo.certificate_making import Issued, extension, issue
from pyfinger.values import replace
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.failures import X509VErr
from tests.x509.worlds import CA_WISH, LEAF_WISH, found, judged, key, read, tagged

INVALID, UNNESTED = X509VErr.INVALID_EXTENSION, X509VErr.UNNESTED_RESOURCE
INHERIT = encoding.element(der.NULL, b"")
V4, V6 = b"\0\1", b"\0\2"


def number(value: int) -> bytes:
    return encoding.element(der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def numbers(*items: int | tuple[int, int]) -> bytes:
    """A list of numbers and ranges."""
    each = (encoding.sequence(*map(number, i)) if isinstance(i, tuple) else number(i) for i in items)
    return encoding.sequence(*each)


def systems(plain: bytes | None = None, domains: bytes | None = None, critical: bool = False) -> bytes:
    parts = [tagged(tag, body) for tag, body in enumerate((plain, domains)) if body is not None]
    return extension("1.3.6.1.5.5.7.1.8", encoding.sequence(*parts), critical)


def prefix(*octets: int, unused: int = 0) -> bytes:
    return encoding.element(der.BIT_STRING, bytes((unused, *octets)))


def between(low: bytes, high: bytes) -> bytes:
    return encoding.sequence(low, high)


def family(addresses: bytes, key: bytes = V4) -> bytes:
    return encoding.sequence(encoding.element(der.OCTET_STRING, key), addresses)


def blocks(*families: bytes, critical: bool = False) -> bytes:
    return extension("1.3.6.1.5.5.7.1.7", encoding.sequence(*families), critical)


def nets(*items: bytes, key: bytes = V4) -> bytes:
    """An extension of one family."""
    return blocks(family(encoding.sequence(*items), key))


def chain(*extensions: bytes | None) -> list[Issued]:
    """Certificates with these extensions, the leaf's first, each issued by the next."""
    issued: list[Issued] = []
    for depth, encoded in reversed(list(enumerate(extensions))):
        wish = replace(
            CA_WISH if depth else LEAF_WISH,
            subject=f"CN={depth}",
            extensions=(encoded,) if encoded is not None else (),
        )
        issued.insert(0, issue(wish, key(f"resource {depth}"), issued[0] if issued else None))
    return issued


def failures(*extensions: bytes | None) -> list[tuple[int, int]]:
    sent = chain(*extensions)
    return found(judged(sent, (sent[-1],)))


TEN = nets(prefix(10))
TEN_ONE = nets(prefix(10, 1))


@pytest.mark.parametrize("leaf", [systems(numbers(1)), systems(None, numbers(1)), TEN])
def test_what_no_issuer_has_is_told_of_each_issuer(leaf: bytes) -> None:
    assert failures(leaf, None, None) == [(UNNESTED, 1), (UNNESTED, 2)]


def test_a_leaf_without_resources_may_stand_below_anybody() -> None:
    assert failures(None, systems(numbers(2, 1)), TEN) == []


@pytest.mark.parametrize(
    ("leaf", "issuer", "codes"),
    [
        (systems(numbers(1)), systems(numbers(1)), []),
        (systems(numbers(5)), systems(numbers((1, 9))), []),
        (systems(numbers(5, (20, 30))), systems(numbers((1, 9), (15, 40))), []),
        (systems(numbers(5, (20, 41))), systems(numbers((1, 9), (15, 40))), [UNNESTED]),
        (systems(numbers((5, 12))), systems(numbers((1, 9), (11, 40))), [UNNESTED]),
        (systems(numbers(1)), systems(None, numbers(1)), [UNNESTED]),
        (systems(numbers(1), numbers(7)), systems(numbers(2), numbers(8)), [UNNESTED, UNNESTED]),
        (systems(INHERIT), systems(numbers(2)), []),
        (systems(INHERIT), None, []),
        (systems(), systems(numbers(2)), []),
        (systems(numbers(-3)), systems(numbers((-5, 5))), []),
        (systems(numbers(1 << 80)), systems(numbers((0, 1 << 90))), []),
        (TEN_ONE, TEN, []),
        (TEN, TEN_ONE, [UNNESTED]),
        (nets(between(prefix(10, 1), prefix(10, 3))), TEN, []),
        (TEN, nets(prefix()), []),
        (nets(prefix(10), key=V6), TEN, [UNNESTED]),
        (nets(prefix(10), key=V4 + b"\1"), TEN, [UNNESTED]),
        (nets(prefix(10, 0, 0, 0, 1)), nets(prefix()), [UNNESTED]),
        (nets(prefix(10), key=b"\0\7"), nets(prefix(10), key=b"\0\7"), [UNNESTED]),
        (nets(prefix(), key=b"\0\7"), nets(prefix(), key=b"\0\7"), []),
        (nets(prefix(0xC0, unused=2)), nets(prefix(0xC0, unused=6)), []),
        (nets(prefix(0xC0, unused=6)), nets(prefix(0xC0, unused=2)), [UNNESTED]),
        (blocks(family(INHERIT)), None, []),
        (blocks(family(INHERIT)), TEN, []),
        (blocks(family(INHERIT, V4), family(INHERIT, V6)), TEN, []),
    ],
)
def test_each_resource_has_to_be_the_issuers(
    leaf: bytes, issuer: bytes | None, codes: list[X509VErr]
) -> None:
    assert failures(leaf, issuer) == [(code, 1) for code in codes]


@pytest.mark.parametrize(
    "leaf",
    [
        systems(numbers()),
        systems(numbers(2, 1)),
        systems(numbers(1, 1)),
        systems(numbers(1, 2)),
        systems(numbers((1, 5), 6)),
        systems(numbers((5, 1))),
        systems(numbers(1, (9, 8))),
        systems(numbers(-1, 0)),
        nets(),
        nets(prefix(11), prefix(10)),
        nets(prefix(10), prefix(11)),
        nets(prefix(10), prefix(10, 1)),
        nets(between(prefix(11), prefix(10))),
        nets(between(prefix(10), prefix(10))),
        nets(between(prefix(10, 0), prefix(10, 1))),
        nets(between(prefix(10, 0, 0, 0, 0), prefix(10, 2))),
        nets(prefix(9), prefix(10, 0, 0, 0, 0)),
        nets(between(prefix(), prefix()), key=b"\0\7"),
        nets(prefix(10), key=b"\0"),
        nets(prefix(10), key=b"\0\1\1\1"),
        blocks(family(INHERIT, V6), family(INHERIT, V4)),
        blocks(family(INHERIT, V4), family(INHERIT, V4)),
    ],
)
def test_what_is_not_canonical_is_an_invalid_extension(leaf: bytes) -> None:
    assert failures(leaf, systems(INHERIT), None)[0] == (INVALID, 0)


@pytest.mark.parametrize(
    "leaf",
    [
        systems(numbers(1, 3, (5, 7))),
        systems(numbers(-3, (-1, 1), 3)),
        nets(prefix(10), prefix(12)),
        nets(between(prefix(10), prefix(12))),
        nets(between(prefix(10, 1), prefix(10, 2))),
        blocks(family(INHERIT, V4), family(INHERIT, V4 + b"\1"), family(INHERIT, V6)),
    ],
)
def test_what_is_canonical_is_no_invalid_extension(leaf: bytes) -> None:
    assert INVALID not in [code for code, _ in failures(leaf, None)]


def test_an_issuers_extension_has_to_be_canonical_too() -> None:
    assert failures(systems(numbers(1)), systems(numbers(1, 2))) == [(INVALID, 1)]
    assert failures(TEN, nets(prefix(10), prefix(11))) == [(INVALID, 1)]


def test_what_is_inherited_is_the_next_issuers_that_names_any() -> None:
    assert failures(systems(INHERIT), systems(INHERIT), systems(numbers(3)), systems(numbers(4))) == [
        (UNNESTED, 3)
    ]
    families = blocks(family(INHERIT)), TEN, TEN_ONE
    assert failures(*families) == [(UNNESTED, 2)]


def test_an_issuer_that_inherits_hands_the_question_up() -> None:
    assert failures(systems(numbers(1)), systems(INHERIT), systems(numbers((0, 2)))) == []
    assert failures(TEN_ONE, blocks(family(INHERIT)), TEN) == []


def test_the_topmost_cannot_inherit_and_is_told_of_at_a_depth_beyond_it() -> None:
    top = systems(INHERIT, INHERIT)
    assert failures(top) == [(UNNESTED, 1), (UNNESTED, 1)]
    assert failures(systems(numbers(1)), top) == [(UNNESTED, 2), (UNNESTED, 2)]
    assert failures(TEN, blocks(family(INHERIT))) == [(UNNESTED, 2)]
    assert failures(nets(prefix(10), key=V6), blocks(family(INHERIT, V4))) == [(UNNESTED, 1)]


def test_after_a_family_that_the_issuer_lacks_the_others_are_not_looked_at() -> None:
    leaf = blocks(family(encoding.sequence(prefix(10)), V4), family(encoding.sequence(prefix(10)), V6))
    assert failures(leaf, nets(prefix(11), key=V6)) == [(UNNESTED, 1)]


def test_systems_are_looked_at_before_addresses() -> None:
    both = chain(systems(numbers(1)), None)[1]
    wish = replace(LEAF_WISH, extensions=(TEN, systems(numbers(2, 1))))
    leaf = issue(wish, key("resource 0"), both)
    assert found(judged([leaf, both], (both,))) == [(INVALID, 0), (UNNESTED, 1), (UNNESTED, 1)]


@pytest.mark.parametrize("key_octets", [b"", b"\0", b"\0\1\1\1"])
def test_a_family_whose_name_is_none_ends_the_verification_without_a_word(key_octets: bytes) -> None:
    sent = chain(blocks(family(INHERIT, key_octets)), None)
    outcome = judged(sent, (sent[-1],))
    assert (outcome.aborted, outcome.trusted, found(outcome)) == (True, False, [])


@pytest.mark.parametrize(
    "encoded",
    [
        systems(number(1)),
        systems(numbers(1) + b"\0"),
        systems(encoding.sequence(prefix(1))),
        systems(encoding.element(der.NULL, b"x")),
        systems(encoding.sequence(encoding.sequence(number(1)))),
        blocks(family(number(1))),
        blocks(family(encoding.sequence(number(1)))),
        blocks(family(encoding.sequence(prefix(1, unused=8)))),
        blocks(family(encoding.sequence(encoding.sequence(prefix(1))))),
        blocks(encoding.sequence(INHERIT, INHERIT)),
    ],
)
def test_what_does_not_decode_makes_the_certificate_invalid_and_is_not_looked_at(encoded: bytes) -> None:
    sent = chain(encoded, None)
    facts = read(sent[0]).facts
    assert (facts.invalid, facts.systems, facts.addresses) == (True, None, None)
    assert UNNESTED not in [code for code, _ in found(judged(sent, (sent[-1],)))]


def test_both_may_be_critical() -> None:
    leaf = systems(numbers(1), critical=True)
    assert failures(leaf, systems(numbers(1), critical=True)) == []
    assert failures(blocks(family(INHERIT), critical=True), None) == []
