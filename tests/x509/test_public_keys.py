from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfinger.crypto.curves import Curve, parameters
from pyfinger.crypto.dsa import Domain, leftmost
from pyfinger.demo.fixed_keys import make_key
from pyfinger.demo.primes import prime_for
from pyfinger.errors import DecodeError
from pyfinger.model import SignatureAlgorithm, SignatureFamily
from pyfinger.values import replace
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.algorithm_identifiers import RSA, RSA_PSS
from pyfinger.x509.dsa_keys import DsaKey, message_digest, signature_pair
from pyfinger.x509.key_structures import encode_key
from pyfinger.x509.named_curves import CURVES
from pyfinger.x509.public_keys import EcKey, RsaKey, load_spki
from tests.x509.worlds import bits, key, tagged

MESSAGE = b"a message"
NULL = b"\5\0"
seq, integer, oid = encoding.sequence, encoding.integer, encoding.oid
EC, DSA = oid("1.2.840.10045.2.1"), oid("1.2.840.10040.4.1")
P256_OID = "1.2.840.10045.3.1.7"
P256 = CURVES[P256_OID]


def spki(algorithm: bytes, *octets: int | bytes) -> bytes:
    body = b"".join(part if isinstance(part, bytes) else bytes((part,)) for part in octets)
    return seq(algorithm, encoding.element(der.BIT_STRING, b"\0" + body))


def algorithm(kind: str, scheme: str) -> SignatureAlgorithm:
    if scheme.startswith("pss-"):
        return SignatureAlgorithm(SignatureFamily.RSA_PSS, scheme[4:])
    family = "rsa" if kind.startswith("rsa") else "eddsa" if kind.startswith("ed") else "ecdsa"
    return SignatureAlgorithm(SignatureFamily(family), scheme)


@pytest.mark.parametrize(
    ("kind", "scheme", "shown"),
    [
        ("rsa1024", "sha1", ("RSA", 1024, "", 80)),
        ("rsa1024", "md5", ("RSA", 1024, "", 80)),
        ("rsa", "sha256", ("RSA", 2048, "", 112)),
        ("rsa", "pss-sha384", ("RSA", 2048, "", 112)),
        ("p224", "sha256", ("EC", 224, "secp224r1", 112)),
        ("p256", "sha256", ("EC", 256, "prime256v1", 128)),
        ("p256", "sha512", ("EC", 256, "prime256v1", 128)),
        ("p384", "sha384", ("EC", 384, "secp384r1", 192)),
        ("p521", "sha256", ("EC", 521, "secp521r1", 256)),
        ("ed25519", "", ("ED25519", 256, "", 128)),
        ("ed448", "", ("ED448", 456, "", 224)),
    ],
)
def test_every_kind_of_key(kind: str, scheme: str, shown: tuple[str, int, str, int]) -> None:
    made = key("", kind)
    loaded = load_spki(made.spki)
    assert (loaded.kind, loaded.bits, loaded.curve, loaded.strength) == shown
    assert not loaded.explicit
    how, signature = algorithm(kind, scheme), made.sign(MESSAGE, scheme)
    assert loaded.verify(how, MESSAGE, signature)
    assert not loaded.verify(how, MESSAGE + b".", signature)
    assert not loaded.verify(how, MESSAGE, signature[:-1])
    assert not loaded.verify(SignatureAlgorithm(SignatureFamily.DSA, scheme), MESSAGE, signature)
    if not kind.startswith("rsa"):
        with pytest.raises(ValueError, match="not an RSA key"):
            loaded.encrypt(b"secret", bytes(1000))


@settings(max_examples=25)
@given(signature=st.binary(max_size=140), kind=st.sampled_from(["rsa1024", "p256", "ed25519"]))
def test_any_signature_is_answered(signature: bytes, kind: str) -> None:
    loaded = load_spki(key("", kind).spki)
    for family in SignatureFamily:
        assert not loaded.verify(SignatureAlgorithm(family, "sha256"), MESSAGE, signature)


def test_unknown_digests_verify_nothing() -> None:
    for kind in ("rsa1024", "p256"):
        made = key("", kind)
        how = SignatureAlgorithm(
            SignatureFamily.RSA if kind == "rsa1024" else SignatureFamily.ECDSA, "sha257"
        )
        assert not load_spki(made.spki).verify(how, MESSAGE, made.sign(MESSAGE, "sha256"))


def test_ecdsa_signatures_are_in_range() -> None:
    loaded = load_spki(key("").spki)
    order = P256.order
    for r, s in ((0, 1), (1, 0), (order, 1), (1, order)):
        assert not loaded.verify(
            SignatureAlgorithm(SignatureFamily.ECDSA, "sha256"), MESSAGE, seq(integer(r), integer(s))
        )


def test_a_sum_at_infinity_is_no_signature() -> None:
    """With Q = -G, hash = r makes the sum of both products the point at infinity."""
    known = parameters(P256)
    x, y = known.x, known.field - known.y
    loaded = load_spki(spki(seq(EC, oid(P256_OID)), 4, x.to_bytes(32, "big"), y.to_bytes(32, "big")))
    r = int.from_bytes(hashlib.sha256(MESSAGE).digest(), "big") % known.order
    assert not loaded.verify(
        SignatureAlgorithm(SignatureFamily.ECDSA, "sha256"), MESSAGE, seq(integer(r), integer(1))
    )


@pytest.mark.parametrize(("name", "curve"), CURVES.items(), ids=lambda value: getattr(value, "name", None))
def test_every_curve_loads_compressed_and_not(name: str, curve: Curve) -> None:
    known = parameters(curve)
    x, y = known.x.to_bytes(curve.size, "big"), known.y.to_bytes(curve.size, "big")
    named = seq(EC, oid(name))
    parity = known.y % 2
    for point in (b"\4" + x + y, bytes((2 + parity,)) + x, bytes((6 + parity,)) + x + y):
        loaded = load_spki(spki(named, point))
        assert (loaded.curve, loaded.bits) == (curve.name, curve.bits)


def explicit(**changes: bytes) -> bytes:
    """P-256 spelled out (SEC 1 section C.2), or something like it."""
    known = parameters(P256)
    parts = {
        "version": integer(1),
        "field": seq(oid("1.2.840.10045.1.1"), integer(known.field)),
        "curve": seq(
            encoding.element(4, known.a.to_bytes(32, "big")),
            encoding.element(4, known.b.to_bytes(32, "big")),
        ),
        "generator": encoding.element(4, b"\4" + known.x.to_bytes(32, "big") + known.y.to_bytes(32, "big")),
        "order": integer(known.order),
    }
    return seq(*(parts | changes).values())


def test_spelled_out_curves() -> None:
    point = load_spki(key("").spki)
    assert isinstance(point, EcKey)
    octets = point.point
    loaded = load_spki(spki(seq(EC, explicit()), octets))
    assert (loaded.explicit, loaded.curve) == (True, "prime256v1")
    for change in (
        {"field": seq(oid("1.2.840.10045.1.2"), integer(5))},
        {"field": seq(oid("1.2.840.10045.1.1"), integer(5))},
        {"order": integer(5)},
        {"generator": encoding.element(4, b"\4")},
        {"generator": encoding.element(4, b"\4" + bytes(64))},
    ):
        with pytest.raises(DecodeError):
            load_spki(spki(seq(EC, explicit(**change)), octets))


def test_a_spelled_out_curve_is_written_from_the_table_with_only_the_seed_of_its_own() -> None:
    """OpenSSL takes its own group for one that equals it (EC_GROUP_new_from_ecparameters)."""
    known = parameters(P256)
    seed = encoding.element(der.BIT_STRING, b"\0seed")
    a, b, x, y = (number.to_bytes(32, "big") for number in (known.a, known.b, known.x, known.y))
    curve = [encoding.element(4, b"\0" + a), encoding.element(4, b"\0" + b), seed]
    came = explicit(curve=seq(*curve), generator=encoding.element(4, bytes((2 + known.y % 2,)) + x))
    point = bytes((2 + known.y % 2,)) + x
    whole = spki(seq(EC, came), point)
    assert encode_key(load_spki(whole), whole) == spki(
        seq(
            EC,
            explicit(
                curve=seq(encoding.element(4, a), encoding.element(4, b), seed),
                generator=encoding.element(4, b"\4" + x + y),
                cofactor=integer(1),
            ),
        ),
        point,
    )


def test_a_key_that_cannot_be_read_has_no_octets_of_its_own() -> None:
    """X509_get0_pubkey gives none then, and i2d_PUBKEY of none writes nothing."""
    for algorithm in (seq(oid("1.2.3.4")), seq(EC, oid("1.2.3")), seq(EC), seq(EC, NULL)):
        assert encode_key(None, spki(algorithm, 4)) == b""


def test_a_key_of_no_use_here_has_octets_if_openssl_reads_it() -> None:
    """Diffie-Hellman, other curves by name (sect283k1, sect283r1), any curve spelled out."""
    named = (seq(EC, oid(curve)) for curve in ("1.3.132.0.17", "1.3.132.0.16"))
    for algorithm in (*named, seq(oid("1.2.840.113549.1.3.1"), NULL), seq(EC, explicit(order=integer(5)))):
        whole = spki(algorithm, 4)
        assert encode_key(None, whole) == whole


@pytest.mark.parametrize(("number", "size", "strength"), [(1, 800, 128), (2, 1184, 192), (3, 1568, 256)])
def test_keys_of_ml_kem_have_one_size_and_sign_nothing(number: int, size: int, strength: int) -> None:
    named = seq(oid(f"2.16.840.1.101.3.4.4.{number}"))
    whole = spki(named, bytes(size))
    loaded = load_spki(whole)
    bits = 256 * (number + 1)
    assert (loaded.kind, loaded.bits, loaded.strength) == (f"ML-KEM-{bits}", bits, strength)
    assert not loaded.verify(SignatureAlgorithm(SignatureFamily.ECDSA, "sha256"), MESSAGE, b"")
    assert encode_key(loaded, whole) == whole
    assert encode_key(None, spki(named, bytes(size - 1))) == b""


def test_keys_that_tls_does_not_know_are_read_all_the_same() -> None:
    """So that what is wrong with them is their kind (`unknown certificate type`)."""
    for algorithm, octets, kind in (
        (seq(EC, oid("1.2.156.10197.1.301")), b"\4" + bytes(64), "SM2"),
        (seq(oid("1.2.840.113549.1.3.1"), seq(integer(23), integer(5))), integer(8), "DH"),
        (seq(oid("1.2.840.10046.2.1"), seq(integer(23), integer(5), integer(11))), integer(8), "DHX"),
    ):
        whole = spki(algorithm, octets)
        loaded = load_spki(whole)
        assert (loaded.kind, encode_key(loaded, whole)) == (kind, whole)
        assert not loaded.verify(SignatureAlgorithm(SignatureFamily.ECDSA, "sha256"), MESSAGE, b"")
    for faulty in (seq(oid("1.2.840.113549.1.3.1")), seq(oid("1.2.840.113549.1.3.1"), NULL)):
        with pytest.raises(DecodeError):
            load_spki(spki(faulty, integer(8)))


def bad_keys() -> Iterator[bytes]:
    yield b""
    yield seq()
    yield key("").spki + b"x"
    yield spki(seq(oid("1.2.3")), 1)
    yield spki(seq(oid(RSA), NULL), b"x")
    yield spki(seq(oid(RSA), NULL), seq(integer(5), integer(3), NULL))
    yield spki(seq(oid(RSA_PSS), NULL), seq(integer(5), integer(3)))
    yield spki(seq(EC), 4)
    yield spki(seq(EC, NULL), 4)
    yield spki(seq(EC, oid("1.2.3")), 4)
    for point in (
        b"",
        b"\0",
        b"\4" + bytes(64),
        b"\2" + bytes(31),
        b"\4" + b"\xff" * 64,
        b"\2" + b"\xff" * 32,
    ):
        yield spki(seq(EC, oid(P256_OID)), point)
    yield spki(seq(oid("1.3.101.112"), NULL), bytes(32))
    yield spki(seq(oid("1.3.101.112")), bytes(31))
    yield spki(seq(DSA), integer(1))
    yield spki(seq(DSA, seq(integer(1), integer(1), integer(0))), integer(1))


@pytest.mark.parametrize("encoded", list(bad_keys()))
def test_unusable_keys(encoded: bytes) -> None:
    with pytest.raises(DecodeError):
        load_spki(encoded)


def test_no_point_on_an_edwards_curve_verifies_nothing() -> None:
    loaded = load_spki(spki(seq(oid("1.3.101.112")), b"\xff" * 32))
    assert not loaded.verify(SignatureAlgorithm(SignatureFamily.EDDSA), MESSAGE, bytes(64))


@pytest.mark.parametrize(("last", "size", "kind"), [(110, 32, "X25519"), (111, 56, "X448")])
def test_keys_for_agreement_sign_nothing(last: int, size: int, kind: str) -> None:
    loaded = load_spki(spki(seq(oid(f"1.3.101.{last}")), bytes(size)))
    assert loaded.kind == kind
    assert loaded.bits == 8 * size - (3 if size == 32 else 0)
    assert loaded.strength >= 128
    assert loaded.curve == ""
    assert not loaded.verify(SignatureAlgorithm(SignatureFamily.EDDSA), MESSAGE, bytes(64))


def pss(digest: str, salt: int) -> bytes:
    """Parameters of RSASSA-PSS."""
    hashed = seq(oid({"sha256": "2.16.840.1.101.3.4.2.1", "sha1": "1.3.14.3.2.26"}[digest]))
    mask = seq(oid("1.2.840.113549.1.1.8"), hashed)
    return seq(tagged(0, hashed), tagged(1, mask), tagged(2, integer(salt)))


def test_keys_for_pss_alone() -> None:
    made = key("", "rsa1024")
    plain = load_spki(made.spki)
    assert isinstance(plain, RsaKey)
    numbers = seq(integer(plain.modulus), integer(plain.exponent))
    free = load_spki(spki(seq(oid(RSA_PSS)), numbers))
    bound = load_spki(spki(seq(oid(RSA_PSS), pss("sha256", 32)), numbers))
    tight = load_spki(spki(seq(oid(RSA_PSS), pss("sha256", 33)), numbers))
    other = load_spki(spki(seq(oid(RSA_PSS), pss("sha1", 20)), numbers))
    assert free.kind == bound.kind == "RSA-PSS"
    signature = made.sign(MESSAGE, "pss-sha256")
    how = SignatureAlgorithm(SignatureFamily.RSA_PSS, "sha256", 32, "sha256")
    assert [loaded.verify(how, MESSAGE, signature) for loaded in (free, bound, tight, other)] == [
        True,
        True,
        False,
        False,
    ]
    v15 = made.sign(MESSAGE, "sha256")
    assert not free.verify(SignatureAlgorithm(SignatureFamily.RSA, "sha256"), MESSAGE, v15)
    assert not bound.verify(SignatureAlgorithm(SignatureFamily.RSA, "sha256"), MESSAGE, v15)


def dsa_key() -> tuple[DsaKey, int]:
    """A small DSA key and its secret: q of 160 bits divides p - 1."""
    order = prime_for("dsa q", 160)
    factor = 2 << 350
    while not is_prime(order * factor + 1):
        factor += 2
    prime = order * factor + 1
    base = pow(2, factor, prime)
    return DsaKey(Domain(prime, order, base), pow(base, 12345, prime)), 12345


def is_prime(number: int) -> bool:
    return all(pow(base, number - 1, number) == 1 for base in (2, 3, 5))


def test_dsa() -> None:
    public, secret = dsa_key()
    group = public.domain
    parameters = seq(integer(group.prime), integer(group.order), integer(group.base))
    loaded = load_spki(spki(seq(DSA, parameters), integer(public.value)))
    assert loaded == public
    assert (loaded.kind, loaded.curve, loaded.explicit, loaded.strength) == ("DSA", "", False, 0)
    assert loaded.bits == group.prime.bit_length()
    with pytest.raises(ValueError, match="not an RSA key"):
        loaded.encrypt(b"", b"")
    digest = message_digest("sha1", MESSAGE)
    assert digest is not None
    r = pow(group.base, 777, group.prime) % group.order
    s = pow(777, -1, group.order) * (leftmost(digest, 160) + secret * r) % group.order
    how, signature = SignatureAlgorithm(SignatureFamily.DSA, "sha1"), seq(integer(r), integer(s))
    assert loaded.verify(how, MESSAGE, signature)
    assert not loaded.verify(how, MESSAGE + b".", signature)
    assert not loaded.verify(SignatureAlgorithm(SignatureFamily.DSA, "sha257"), MESSAGE, signature)
    assert not loaded.verify(SignatureAlgorithm(SignatureFamily.RSA, "sha1"), MESSAGE, signature)
    assert not loaded.verify(how, MESSAGE, seq(integer(0), integer(s)))
    assert not loaded.verify(how, MESSAGE, seq(integer(r), integer(group.order)))
    odd = DsaKey(replace(group, order=group.order + 1), public.value)
    assert not odd.verify(how, MESSAGE, seq(integer(r), integer(2)))
    assert not DsaKey(replace(group, order=5), public.value).verify(how, MESSAGE, signature)
    assert not DsaKey(Domain(1 << 10001, group.order, 2), 3).verify(how, MESSAGE, signature)
    assert not DsaKey(Domain(group.prime + 1, group.order, 2), 3).verify(how, MESSAGE, signature)


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        seq(integer(1)),
        seq(integer(1), b"\2\1\xff"),
        seq(b"\2\1\xff", integer(1)),
        seq(integer(1), integer(2)) + b"x",
        seq(integer(1), integer(2), NULL),
        b"\x30\x81\x06" + integer(1) + integer(2),
    ],
)
def test_signatures_have_to_be_strict(encoded: bytes) -> None:
    assert signature_pair(encoded) is None
    assert signature_pair(seq(integer(1), integer(200))) == (1, 200)


def test_demo_keys_are_the_same_every_time() -> None:
    assert make_key("p256", "x") == make_key("p256", "x") or make_key("p256", "x").spki == key("x").spki
    assert bits(1) == b"\3\2\0\1"
