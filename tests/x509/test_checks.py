from __future__ import annotations

import pytest

from pyfinger.demo.certificate_making import FAR, START, Issued, Wish, encode_name, extension, issue
from pyfinger.values import replace
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.checks import (
    check_ca,
    check_purpose,
    internal_verify,
    is_proxy_name,
    key_is_weak,
    signature_is_weak,
)
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.issuing import time_failures
from pyfinger.x509.reference_identity import ReferenceIdentity
from pyfinger.x509.trust_store import Bundle, Trusted
from pyfinger.x509.verify_context import SSL_CLIENT, SSL_SERVER, VerifyContext, VerifyParams
from tests.x509.test_certificate import parts_of
from tests.x509.test_certificate_extensions import proxy
from tests.x509.worlds import (
    CA_WISH,
    DAY,
    HOST,
    LEAF_WISH,
    NOW,
    authority,
    bits,
    constraints,
    dns,
    found,
    intermediate,
    judged,
    key,
    leaf,
    made,
    read,
    root,
)

LEVEL_1 = VerifyParams(now=NOW, security_level=1)
NETSCAPE = "2.16.840.1.113730.1.1"
UNKNOWN = extension("1.2.3.4", b"", critical=True)


def netscape(octet: int) -> tuple[bytes, ...]:
    return (extension(NETSCAPE, bits(octet)),)


def below(issuer: Issued, wish: Wish = LEAF_WISH) -> list[Issued]:
    return [made(wish, "leaf", issuer), issuer]


def codes(wish: Wish, params: VerifyParams | None = None) -> list[tuple[int, int]]:
    """What is found with a leaf below the usual intermediate."""
    return found(judged(below(intermediate(), wish), (root(),), params))


def through(changes: dict[str, object]) -> list[tuple[int, int]]:
    """What is found with an intermediate that differs."""
    return found(judged(below(authority(root(), **changes)), (root(),)))


def test_critical_extensions() -> None:
    assert codes(replace(LEAF_WISH, extensions=(UNKNOWN,))) == [(34, 0)]
    assert through({"extensions": (UNKNOWN,)}) == [(34, 1)]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"ca": False}, [(79, 1), (26, 1)]),
        ({"ca": None}, [(79, 1)]),
        ({"ca": None, "key_usage": ()}, [(79, 1), (26, 1)]),
        ({"ca": None, "key_usage": (), "extensions": netscape(4)}, [(79, 1)]),
        ({"ca": None, "key_usage": (), "extensions": netscape(2)}, [(79, 1), (26, 1)]),
        ({"key_usage": ("digitalSignature",)}, [(79, 1), (26, 1), (32, 1)]),
        ({"purposes": ("clientAuth",)}, [(26, 1)]),
        ({"purposes": ("any",)}, [(26, 1)]),
    ],
)
def test_intermediates_have_to_be_authorities(
    changes: dict[str, object], errors: list[tuple[int, int]]
) -> None:
    assert through(changes) == errors


def test_roots_may_be_old() -> None:
    old = made(Wish("CN=old", version=1), "old")
    assert check_ca(read(old)) == 3
    assert found(judged(below(old), (old,))) == []
    assert found(judged(below(old), (old,), VerifyParams(now=NOW, strict=True)))[-1] == (79, 1)
    assert found(judged([old], (old,), VerifyParams(now=NOW, strict=True))) == [(79, 0)]
    only_usage = made(replace(CA_WISH, subject="CN=old", ca=None), "old")
    assert check_ca(read(only_usage)) == 4
    assert found(judged(below(only_usage), (only_usage,))) == []


def test_purposes() -> None:
    def fits(
        purposes: tuple[str, ...] = (), usage: tuple[str, ...] = (), more: tuple[bytes, ...] = ()
    ) -> str:
        wish = replace(LEAF_WISH, purposes=purposes, key_usage=usage, extensions=more)
        certificate = read(leaf(wish))
        pair = (("s", SSL_SERVER), ("c", SSL_CLIENT))
        return "".join(
            letter for letter, purpose in pair if check_purpose(certificate, purpose, authority=False)
        )

    assert fits() == "sc"
    assert fits(("serverAuth",)) == "s"
    assert fits(("clientAuth",)) == "c"
    assert fits(("any",)) == ""
    assert fits(("1.3.6.1.4.1.311.10.3.3",)) == "s"
    assert fits((), ("keyEncipherment",)) == "s"
    assert fits((), ("digitalSignature",)) == "sc"
    assert fits((), ("cRLSign",)) == ""
    assert fits(more=netscape(0x40)) == "s"
    assert fits(more=netscape(0x80)) == "c"
    assert codes(replace(LEAF_WISH, purposes=("clientAuth",))) == [(26, 0)]
    assert codes(replace(LEAF_WISH, purposes=("clientAuth",)), VerifyParams(now=NOW, purpose=None)) == []


def test_an_invalid_leaf_is_no_leaf_of_anybody() -> None:
    wish = replace(LEAF_WISH, extensions=(extension("2.5.29.17", b"\5\0"),))
    assert codes(wish) == [(20, 0), (21, 0)]
    assert codes(wish, VerifyParams(now=NOW, strict=True)) == [(20, 0), (26, 0), (21, 0)]


def test_path_lengths() -> None:
    limited = authority(None, path_length=0)
    assert found(judged(below(limited), (limited,))) == []
    inner = made(replace(CA_WISH, subject="CN=inner"), "inner", limited)
    assert found(judged([*below(inner), limited], (limited,))) == [(25, 2)]
    again = made(replace(CA_WISH, subject="O=Test/CN=Other"), "again", limited)
    assert found(judged([*below(again), limited], (limited,))) == []


def test_explicit_curves() -> None:
    from tests.x509.test_public_keys import EC, explicit

    _, point = parts_of(key("other").spki)
    spelled = replace(key("other"), spki=encoding.sequence(encoding.sequence(EC, explicit()), point))
    issuer = issue(replace(CA_WISH, subject="O=Test/CN=Other"), spelled, root())
    assert read(issuer).key is not None
    assert found(judged(below(issuer), (root(),))) == [(94, 1)]


def test_strength() -> None:
    weak = issue(replace(CA_WISH, subject="CN=weak"), key("", "rsa1024"))
    strong = issue(replace(CA_WISH, subject="CN=strong"), key("", "rsa"))
    assert found(judged(below(weak), (weak,), LEVEL_1)) == []
    assert found(judged(below(weak), (weak,), VerifyParams(now=NOW, security_level=2))) == [(67, 1)]
    assert found(judged(below(strong, replace(LEAF_WISH, scheme="sha1")), (strong,), LEVEL_1)) == [(68, 0)]
    assert found(judged(below(strong, replace(LEAF_WISH, scheme="sha1")), (strong,))) == []
    small = issue(LEAF_WISH, key("", "rsa1024"), root())
    assert found(judged([small], (root(),), VerifyParams(now=NOW, security_level=3))) == [(66, 0)]
    sha1_root = issue(replace(CA_WISH, subject="CN=old", scheme="sha1"), key("", "rsa"))
    assert found(judged(below(sha1_root), (sha1_root,), LEVEL_1)) == []


def test_unreadable_keys_and_algorithms_are_weak() -> None:
    odd = encoding.sequence(encoding.sequence(encoding.oid("1.2.3.4")), bits(1))
    keyless = read(issue(LEAF_WISH, replace(key("leaf"), spki=odd), root()))
    assert key_is_weak(keyless, 1)
    assert not key_is_weak(keyless, 0)
    tbs, _, signature = parts_of(leaf().der)
    unknown = encoding.sequence(encoding.oid("1.2.3.4"))
    unsigned = parse_certificate(encoding.sequence(tbs, unknown, signature))
    assert signature_is_weak(unsigned, 1)
    assert not signature_is_weak(unsigned, 0)


def test_names() -> None:
    wanted = VerifyParams(now=NOW, identity=ReferenceIdentity(("x.test", HOST)))
    outcome = judged(below(intermediate()), (root(),), wanted)
    assert outcome.trusted
    assert outcome.peername == HOST
    wanted = VerifyParams(now=NOW, identity=ReferenceIdentity(("x.test",), bytes(4)))
    assert codes(LEAF_WISH, wanted) == [(62, 0), (64, 0)]


def test_signatures() -> None:
    forged = issue(LEAF_WISH, key("leaf"), replace(intermediate(), key=key("forger")))
    certificate = [forged, intermediate()]
    assert found(judged(certificate, (root(),))) == [(20, 0), (21, 0)]  # its key identifier tells
    wish = replace(LEAF_WISH, key_ids=False)
    forged = issue(wish, key("leaf"), replace(intermediate(), key=key("forger")))
    assert found(judged([forged, intermediate()], (root(),))) == [(7, 0)]


def test_the_algorithm_is_named_twice() -> None:
    tbs, _, signature = parts_of(leaf().der)
    other = encoding.sequence(encoding.oid("1.2.840.10045.4.3.3"))
    mixed = replace(leaf(), der=encoding.sequence(tbs, other, signature))
    assert found(judged([mixed, intermediate()], (root(),))) == [(7, 0)]


def test_key_usage_of_the_issuer() -> None:
    silent = made(replace(CA_WISH, subject="O=Test/CN=Other", key_usage=("cRLSign",)), "other")
    assert found(judged(below(silent), (silent,))) == [(79, 1), (26, 1), (32, 1)]


def test_a_trusted_issuer_without_a_readable_key() -> None:
    """Only an anchor for TLSA can be such: nobody else would have taken it for an issuer."""

    odd = encoding.sequence(encoding.sequence(encoding.oid("1.2.3.4")), bits(1))
    keyless = read(issue(replace(CA_WISH, subject="CN=odd"), replace(key("odd"), spki=odd), root()))
    context = VerifyContext(read(leaf()), (), Bundle([]), VerifyParams(now=None))
    context.chain.append(Trusted(keyless))
    context.num_untrusted = 2
    internal_verify(context)
    assert [(call.failure, call.depth) for call in context.calls] == [
        (X509VErr.UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, 1),
        (None, 0),
    ]


def test_roots_sign_themselves_only_if_that_matters() -> None:
    good = root()
    bad = replace(good, der=good.der[:-1] + bytes((good.der[-1] ^ 1,)))
    assert found(judged([leaf(), intermediate()], (bad,))) == []
    demanding = VerifyParams(now=NOW, check_root_signature=True)
    assert found(judged([leaf(), intermediate()], (bad,), demanding)) == [(7, 2)]
    assert found(judged([leaf(), intermediate()], (good,), demanding)) == []
    forbidden = made(replace(CA_WISH, subject="CN=no", ca=False, key_usage=("digitalSignature",)), "no")
    assert found(judged([forbidden], (forbidden,), demanding)) == []


@pytest.mark.parametrize(
    ("begin", "end", "errors"),
    [
        (NOW, NOW + 1, []),
        (NOW + 1, NOW + 2, [(9, 0)]),
        (START, NOW, [(10, 0)]),
        (NOW + 2, NOW, [(9, 0), (10, 0)]),
    ],
)
def test_dates(begin: int, end: int, errors: list[tuple[int, int]]) -> None:
    assert codes(replace(LEAF_WISH, not_before=begin, not_after=end)) == errors
    assert codes(replace(LEAF_WISH, not_before=begin, not_after=end), VerifyParams(now=None)) == []


def test_dates_of_the_others() -> None:
    old = authority(None, not_after=NOW - DAY)
    assert found(judged(below(old), (old,))) == [(10, 1)]


def test_dates_that_cannot_be_read() -> None:
    tbs, *rest = parts_of(leaf().der)
    fields = parts_of(tbs)
    odd = encoding.element(0x17, b"2601010000+0100")
    fields[4] = encoding.sequence(odd, odd)
    certificate = parse_certificate(encoding.sequence(encoding.sequence(*fields), *rest))
    assert time_failures(certificate, NOW) == [
        X509VErr.ERROR_IN_CERT_NOT_BEFORE_FIELD,
        X509VErr.ERROR_IN_CERT_NOT_AFTER_FIELD,
    ]
    assert time_failures(certificate, None) == []


def test_name_constraints_reach_down() -> None:
    strict = made(
        replace(CA_WISH, subject="CN=strict", extensions=(constraints(permitted=(dns("other.test"),)),)),
        "strict",
    )
    assert found(judged(below(strict), (strict,))) == [(47, 0)]
    inner = made(replace(CA_WISH, subject="CN=inner"), "inner", strict)
    assert found(judged([*below(inner), strict], (strict,))) == [(47, 0)]
    free = made(replace(CA_WISH, subject="CN=strict"), "strict")
    assert found(judged(below(free), (free,))) == []


def test_self_issued_authorities_are_exempt() -> None:
    block = constraints(excluded=(encoding.element(0xA4, encode_name("CN=strict")),))
    strict = made(replace(CA_WISH, subject="CN=strict", extensions=(block,)), "strict")
    rolled = made(replace(CA_WISH, subject="CN=strict"), "rolled", strict)
    assert found(judged([*below(rolled), strict], (strict,))) == []


def proxied(path: int | None = None, subject: str = "CN=leaf/CN=proxy", label: str = "proxy") -> Issued:
    """A proxy certificate below the usual leaf."""
    parts = () if path is None else (encoding.integer(path),)
    info = extension("1.3.6.1.5.5.7.1.14", proxy(*parts), critical=True)
    wish = Wish(subject, ca=None, extensions=(info,), key_ids=False)
    return issue(wish, key(label), leaf())


def test_proxy_certificates() -> None:
    allowed = VerifyParams(now=NOW, allow_proxy=True)
    chain = [proxied(), leaf(), intermediate()]
    assert found(judged(chain, (root(),), allowed)) == []
    assert found(judged(chain, (root(),))) == [(40, 0)]
    renamed = [proxied(subject="CN=other"), leaf(), intermediate()]
    assert found(judged(renamed, (root(),), allowed)) == [(72, 0)]
    info = extension("1.3.6.1.5.5.7.1.14", proxy(encoding.integer(0)), critical=True)
    wish = Wish("CN=leaf/CN=proxy/CN=deeper", ca=None, extensions=(info,), key_ids=False)
    middle = proxied(path=0)
    deeper = issue(wish, key("deeper"), middle)
    assert found(judged([deeper, middle, leaf(), intermediate()], (root(),), allowed)) == [(38, 1)]
    unsigned = made(replace(LEAF_WISH, key_usage=("keyEncipherment",)), "leaf", intermediate())
    assert (39, 1) in found(judged([proxied(), unsigned, intermediate()], (root(),), allowed))
    wish = Wish("O=Test/CN=Root/CN=proxy", ca=None, extensions=(info,), key_ids=False)
    assert (37, 1) in found(judged([issue(wish, key("proxy"), root())], (root(),), allowed))


@pytest.mark.parametrize(
    ("subject", "good"),
    [
        ("CN=leaf/CN=proxy", True),
        ("CN=leaf/O=proxy", False),
        ("CN=leaf+CN=proxy", False),
        ("CN=other/CN=proxy", False),
        ("CN=leaf/CN=a/CN=b", False),
        ("CN=proxy", False),
    ],
)
def test_names_of_proxies(subject: str, good: bool) -> None:
    assert is_proxy_name(read(proxied(subject=subject))) is good


def test_far_future() -> None:
    assert codes(replace(LEAF_WISH, not_after=FAR)) == []
