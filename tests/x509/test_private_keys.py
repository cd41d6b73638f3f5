"""Private keys in all their wrappings, and what they sign."""

from __future__ import annotations

import random

import pytest

from pyfinger.crypto import ml_kem
from pyfinger.crypto.curves import parameters as parameters_of
from pyfinger.crypto.rsa import PrivateNumbers
from pyfinger.demo.fixed_keys import DemoKey, make_key
from pyfinger.errors import DecodeError
from pyfinger.model import KeyKind, PrivateKey, SignatureAlgorithm, SignatureFamily
from pyfinger.tls.key_exchange import new_share
from pyfinger.x509 import der, private_keys
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.algorithm_identifiers import RSA, RSA_PSS
from pyfinger.x509.named_curves import CURVES
from pyfinger.x509.post_quantum import SlhDsaKey
from pyfinger.x509.private_keys import UnsupportedKey, load_private_key, same_key
from pyfinger.x509.public_keys import EC, AgreementKey, RsaKey, load_spki
from pyfinger.x509.rsa_private_keys import RsaPrivateKey

MESSAGE = b"to be signed"
SHA256, SHA384 = "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2"
NULL = encoding.element(der.NULL, b"")
RSA_ID = encoding.sequence(encoding.oid(RSA), NULL)
RANDOM = random.Random(1).randbytes

rsa_v15 = SignatureAlgorithm(SignatureFamily.RSA, "sha256")
pss = SignatureAlgorithm(SignatureFamily.RSA_PSS, "sha256")
ecdsa = SignatureAlgorithm(SignatureFamily.ECDSA, "sha256")
eddsa = SignatureAlgorithm(SignatureFamily.EDDSA)


def octets(data: bytes) -> bytes:
    return encoding.element(der.OCTET_STRING, data)


def tagged(number: int, data: bytes) -> bytes:
    return encoding.element(der.CONTEXT | der.CONSTRUCTED | number, data)


def pkcs8(algorithm: bytes, inner: bytes, *rest: bytes) -> bytes:
    return encoding.sequence(encoding.integer(0), algorithm, octets(inner), *rest)


def inner(key: DemoKey) -> bytes:
    """What PKCS #8 wraps: PKCS #1, SEC 1, or octets."""
    inside = der.DerCursor(key.pkcs8).sequence("key")
    inside.integer("version")
    inside.element("algorithm")
    return inside.take(der.OCTET_STRING, "key").string()


def rsa_numbers(key: DemoKey) -> list[int]:
    inside = der.DerCursor(inner(key)).sequence("key")
    return [inside.integer("number") for _ in range(9)]


def rsa_key(numbers: list[int], *rest: bytes) -> bytes:
    return encoding.sequence(*map(encoding.integer, numbers), *rest)


def pss_algorithm(digest: str, mask: str, salt: int) -> bytes:
    hash_id = encoding.sequence(encoding.oid(digest), NULL)
    mask_id = encoding.sequence(
        encoding.oid("1.2.840.113549.1.1.8"), encoding.sequence(encoding.oid(mask), NULL)
    )
    parameters = encoding.sequence(tagged(0, hash_id), tagged(1, mask_id), tagged(2, encoding.integer(salt)))
    return encoding.sequence(encoding.oid(RSA_PSS), parameters)


def signs(key: PrivateKey, algorithm: SignatureAlgorithm) -> bool:
    return key.public.verify(algorithm, MESSAGE, key.sign(algorithm, MESSAGE, RANDOM))


@pytest.mark.parametrize(
    ("kind", "algorithms"),
    [
        (
            "rsa1024",
            [
                rsa_v15,
                pss,
                SignatureAlgorithm(SignatureFamily.RSA, "md5+sha1"),
                SignatureAlgorithm(SignatureFamily.RSA, "sha1"),
            ],
        ),
        (
            "p256",
            [
                ecdsa,
                SignatureAlgorithm(SignatureFamily.ECDSA, "sha1"),
                SignatureAlgorithm(SignatureFamily.ECDSA, "sha512"),
            ],
        ),
        ("p384", [SignatureAlgorithm(SignatureFamily.ECDSA, "sha384")]),
        ("p521", [SignatureAlgorithm(SignatureFamily.ECDSA, "sha512")]),
        ("ed25519", [eddsa]),
        ("ed448", [eddsa]),
    ],
)
def test_what_a_key_signs_its_public_key_verifies(kind: str, algorithms: list[SignatureAlgorithm]) -> None:
    made = make_key(kind)
    key = load_private_key(made.pkcs8)
    for algorithm in algorithms:
        assert key.fits(algorithm) and signs(key, algorithm)
    assert same_key(key.public, load_spki(made.spki))
    assert not same_key(key.public, load_spki(make_key(kind, "another").spki))


@pytest.mark.parametrize("name", ["brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "secp256k1"])
def test_other_curves(name: str) -> None:
    curve = next(oid for oid, curve in CURVES.items() if curve.name == name)
    algorithm = encoding.sequence(encoding.oid(EC), encoding.oid(curve))
    key = load_private_key(pkcs8(algorithm, encoding.sequence(encoding.integer(1), octets(b"\x07"))))
    assert key.public.curve == name and signs(key, ecdsa)


@pytest.mark.parametrize("kind", ["rsa1024", "p256", "ed25519"])
def test_a_key_signs_in_no_other_way(kind: str) -> None:
    key = load_private_key(make_key(kind).pkcs8)
    others = {"rsa1024": (ecdsa, eddsa), "p256": (pss, eddsa), "ed25519": (rsa_v15, ecdsa)}[kind]
    for algorithm in others:
        assert not key.fits(algorithm)
        with pytest.raises(ValueError, match="cannot sign so"):
            key.sign(algorithm, MESSAGE, RANDOM)


def test_an_rsa_key_needs_room_for_the_digest() -> None:
    key = load_private_key(make_key("rsa512").pkcs8)
    assert key.fits(rsa_v15) and signs(key, rsa_v15)
    assert not key.fits(pss)
    assert not key.fits(SignatureAlgorithm(SignatureFamily.RSA, "sha512"))
    larger = load_private_key(make_key("rsa1024").pkcs8)
    assert larger.fits(SignatureAlgorithm(SignatureFamily.RSA_PSS, "sha384"))
    assert not larger.fits(SignatureAlgorithm(SignatureFamily.RSA_PSS, "sha512"))


def prime_pair() -> tuple[int, int]:
    numbers = rsa_numbers(make_key("rsa512"))
    return numbers[4], numbers[5]


def key_of(primes: list[int], halves: tuple[int, int]) -> RsaPrivateKey:
    """A key whose modulus has these primes (equal ones side by side) and which claims two `halves`."""
    modulus = totient = 1
    for at, prime in enumerate(primes):
        modulus *= prime
        totient *= prime if prime in primes[:at] else prime - 1
    return RsaPrivateKey(
        RsaKey(modulus, 65537), PrivateNumbers(modulus, 65537, pow(65537, -1, totient), halves)
    )


def test_pss_with_a_modulus_that_does_not_fill_its_octets() -> None:
    """With 8 n + 1 bits the encoded message is an octet shorter than the signature."""
    p, q = prime_pair()
    third = next(prime for prime in (257, 383, 509) if (p * q * prime).bit_length() % 8 == 1)
    key = key_of([p, q, third], (p, q))
    algorithm = SignatureAlgorithm(SignatureFamily.RSA_PSS, "sha1")
    assert key.fits(algorithm) and signs(key, algorithm)


def test_keys_for_pss_only() -> None:
    made = make_key("rsa1024")
    free = load_private_key(pkcs8(encoding.sequence(encoding.oid(RSA_PSS)), inner(made)))
    assert free.public.kind == "RSA-PSS" and signs(free, pss)
    assert not free.fits(rsa_v15)
    assert not same_key(free.public, load_spki(made.spki))
    strict = load_private_key(pkcs8(pss_algorithm(SHA384, SHA384, 48), inner(made)))
    assert strict.fits(SignatureAlgorithm(SignatureFamily.RSA_PSS, "sha384")) and not strict.fits(pss)
    for restriction in ((SHA256, SHA384, 32), (SHA256, SHA256, 33)):
        assert not load_private_key(pkcs8(pss_algorithm(*restriction), inner(made))).fits(pss)


def test_wrong_halves_do_not_matter() -> None:
    p, q = prime_pair()
    for halves in ((p, q), (q, p), (0, 0), (1, p * q), (-p, -q), (p, p), (3, 5)):
        assert signs(key_of([p, q], halves), rsa_v15)
    assert signs(key_of([p, q, 257], (p * q, 257)), rsa_v15)  # not prime
    assert signs(key_of([p, p], (p, p)), rsa_v15)  # not coprime


def test_further_primes_are_ignored() -> None:
    numbers = rsa_numbers(make_key("rsa1024"))
    prime = encoding.sequence(*(encoding.integer(number) for number in (7, 5, 3)))
    encoded = rsa_key([1, *numbers[1:]], encoding.sequence(prime))
    assert signs(load_private_key(encoded, "RSA PRIVATE KEY"), rsa_v15)


def test_numbers_of_an_rsa_key_are_taken_as_they_are() -> None:
    """Only a certificate of another key gives them away; and whether they are too long is noted."""
    for numbers, fit in (
        ([0, 15, 17, 3, 3, 5, 1, 1, 2], True),
        ([0, 15, 3, 16, 3, 5, 1, 1, 2], False),
        ([0, 0, 3, 1, 0, 0, 0, 0, 0], False),
        ([2, 15, 3, 0, 3, 5, 1, 1, 2], True),
    ):
        key = load_private_key(pkcs8(RSA_ID, rsa_key(numbers) + b"behind it"))
        assert isinstance(key, RsaPrivateKey)
        assert (key.public.modulus, key.public.exponent, key.factors_fit) == (numbers[1], numbers[2], fit)


PSS_ID = encoding.oid("1.2.840.113549.1.1.10")
RSA_LIB = ["RSA lib", "private key decode error"]
FIELD = "nested asn1 error"


@pytest.mark.parametrize(
    ("algorithm", "key", "told"),
    [
        (RSA_ID, b"", ["too small", *RSA_LIB]),
        (RSA_ID, b"\x30\0", ["field missing", *RSA_LIB]),
        (RSA_ID, rsa_key([2**31, *[3] * 8]), ["too large", FIELD, *RSA_LIB]),
        (RSA_ID, rsa_key([2**80, *[3] * 8]), ["too large", FIELD, *RSA_LIB]),
        (RSA_ID, rsa_key([-(2**31) - 1, *[3] * 8]), ["too small", FIELD, *RSA_LIB]),
        (RSA_ID, rsa_key([1, *[3] * 8]), ["aux error", *RSA_LIB]),  # of more primes, but where are they
        (RSA_ID, rsa_key([0, *[3] * 8], NULL), ["wrong tag", FIELD, *RSA_LIB]),
        (PSS_ID + NULL, rsa_key([0, *[3] * 8]), ["invalid pss parameters", RSA_LIB[1]]),
        (PSS_ID + b"\x30\3\2\1\1", rsa_key([0, *[3] * 8]), ["wrong tag", FIELD, "decode error", RSA_LIB[1]]),
    ],
)
def test_why_an_rsa_key_is_none(algorithm: bytes, key: bytes, told: list[str]) -> None:
    wrapped = algorithm if algorithm == RSA_ID else encoding.sequence(algorithm)
    with pytest.raises(DecodeError) as caught:
        load_private_key(pkcs8(wrapped, key))
    assert reasons(caught.value) == told


@pytest.mark.parametrize("label", ["RSA PRIVATE KEY", "EC PRIVATE KEY"])
def test_old_labels_stand_over_both_forms(label: str) -> None:
    made = make_key("rsa1024" if label[0] == "R" else "p256")
    old = inner(made)
    if label[0] == "E":  # SEC 1 says itself which curve it is
        inside = der.DerCursor(old).sequence("key")
        version, secret = inside.element("version"), inside.element("key")
        named = tagged(0, encoding.oid("1.2.840.10045.3.1.7"))
        old = encoding.sequence(version.encoding, secret.encoding, named)
    public = load_spki(made.spki)
    assert same_key(load_private_key(old, label).public, public)
    assert same_key(load_private_key(made.pkcs8, label).public, public)
    with pytest.raises(DecodeError, match="not PKCS #8"):
        load_private_key(old)


def test_a_label_of_another_kind() -> None:
    with pytest.raises(UnsupportedKey, match="EC key called RSA PRIVATE KEY"):
        load_private_key(make_key("p256").pkcs8, "RSA PRIVATE KEY")
    with pytest.raises(DecodeError):
        load_private_key(inner(make_key("rsa1024")), "EC PRIVATE KEY")


def test_a_curve_spelled_out() -> None:
    curve = parameters_of(CURVES["1.2.840.10045.3.1.7"])
    parameters = encoding.sequence(
        encoding.integer(1),
        encoding.sequence(encoding.oid("1.2.840.10045.1.1"), encoding.integer(curve.field)),
        encoding.sequence(octets(curve.a.to_bytes(32, "big")), octets(curve.b.to_bytes(32, "big"))),
        octets(b"\x04" + curve.x.to_bytes(32, "big") + curve.y.to_bytes(32, "big")),
        encoding.integer(curve.order),
    )
    made = make_key("p256")
    algorithm = encoding.sequence(encoding.oid(EC), parameters)
    key = load_private_key(pkcs8(algorithm, inner(made)))
    assert same_key(key.public, load_spki(made.spki)) and signs(key, ecdsa)


def test_what_we_cannot_sign_with() -> None:
    with pytest.raises(UnsupportedKey, match=r"1\.2\.3\.4") as caught:
        load_private_key(pkcs8(encoding.sequence(encoding.oid("1.2.3.4")), b"\4\0"))
    assert reasons(caught.value)[-1] == "unsupported private key algorithm"


ED25519_ID = encoding.sequence(encoding.oid("1.3.101.112"))
P256_ID = encoding.sequence(encoding.oid(EC), encoding.oid("1.2.840.10045.3.1.7"))


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"\x30\0",
        make_key("p256").pkcs8 + b"\0",
        encoding.sequence(encoding.integer(0), b"\x05\0"),
        pkcs8(RSA_ID, rsa_key([0, 15, 3, 3, 3, 5, 1, 1])),  # a number missing
        pkcs8(RSA_ID, rsa_key([0, 15, 3, 3, 3, 5, 1, 1, 2], NULL)),
        pkcs8(P256_ID, encoding.sequence(encoding.integer(1), octets(b"\xff" * 33))),
        pkcs8(ED25519_ID, octets(bytes(31))),
        pkcs8(encoding.sequence(encoding.oid("1.3.101.112"), NULL), octets(bytes(32))),
        pkcs8(ED25519_ID, octets(bytes(32)), NULL),
    ],
)
def test_malformed_keys(encoded: bytes) -> None:
    with pytest.raises(DecodeError):
        load_private_key(encoded)


def test_the_second_version_of_pkcs8() -> None:
    made = make_key("ed25519")
    public = tagged(1, b"\0" + bytes(32))
    key = load_private_key(pkcs8(ED25519_ID, inner(made), tagged(0, b""), public))
    assert same_key(key.public, load_spki(made.spki))


def test_keys_of_different_kinds_are_not_the_same() -> None:
    keys = [load_private_key(make_key(kind).pkcs8).public for kind in ("rsa1024", "p256", "ed25519")]
    assert not any(same_key(one, other) for one in keys for other in keys if one is not other)
    assert not same_key(keys[0], None)


def test_a_key_does_not_show_its_secret() -> None:
    numbers = rsa_numbers(make_key("rsa1024"))
    shown = repr(load_private_key(make_key("rsa1024").pkcs8))
    assert str(numbers[1]) in shown
    assert not any(str(number) in shown for number in numbers[3:])
    for kind in ("p256", "ed25519"):
        assert "secret" not in repr(load_private_key(make_key(kind).pkcs8))


def test_every_label_is_known() -> None:
    assert set(private_keys.LABELS) == {f"{kind}PRIVATE KEY" for kind in ("", "RSA ", "EC ", "DSA ")}


# --- keys of kinds that TLS does not know, and DSA ----------------------------

SILENT = ("1.3.101.110", 32), ("1.3.101.111", 56), ("1.3.101.112", 32), ("1.3.101.113", 57)


def reasons(error: DecodeError) -> list[str]:
    return [entry.reason for entry in error.queue]


@pytest.mark.parametrize(("algorithm", "size"), SILENT)
def test_why_a_key_of_octets_is_none(algorithm: str, size: int) -> None:
    named = encoding.sequence(encoding.oid(algorithm))
    for identifier, content, expected in (
        (named, octets(bytes(size - 1)), ["invalid encoding"]),
        (encoding.sequence(encoding.oid(algorithm), NULL), octets(bytes(size)), ["invalid encoding"]),
        (named, NULL, ["wrong tag", "nested asn1 error", "invalid encoding"]),
    ):
        with pytest.raises(DecodeError) as caught:
            load_private_key(pkcs8(identifier, content))
        assert reasons(caught.value) == expected
    assert load_private_key(pkcs8(named, octets(bytes(size)) + b"\0")).public  # what follows is ignored


@pytest.mark.parametrize(("algorithm", "group"), [("1.3.101.110", 0x1D), ("1.3.101.111", 0x1E)])
def test_keys_of_agreement_are_compared_and_sign_nothing(algorithm: str, group: int) -> None:
    share = new_share(group, random=lambda size: bytes(range(size)))
    secret = bytes(range(len(share.public)))
    key = load_private_key(pkcs8(encoding.sequence(encoding.oid(algorithm)), octets(secret)))
    bits = encoding.element(der.BIT_STRING, b"\0" + share.public)
    spki = encoding.sequence(encoding.sequence(encoding.oid(algorithm)), bits)
    assert same_key(key.public, load_spki(spki)) and not same_key(key.public, load_spki(make_key().spki))
    assert not key.fits(eddsa)
    with pytest.raises(ValueError, match="sign nothing"):
        key.sign(eddsa, MESSAGE, RANDOM)


def test_keys_of_slh_dsa_are_compared_and_sign_nothing() -> None:
    algorithm = encoding.sequence(encoding.oid("2.16.840.1.101.3.4.3.20"))
    key = load_private_key(pkcs8(algorithm, bytes(range(64))))
    assert key.public == SlhDsaKey(KeyKind.SLH_DSA_SHA2_128S, bytes(range(32, 64)))
    assert not key.fits(SignatureAlgorithm(SignatureFamily.SLH_DSA_SHA2_128S))
    with pytest.raises(DecodeError) as caught:
        load_private_key(pkcs8(algorithm, bytes(63)))
    assert reasons(caught.value) == ["unsupported algorithm", "unsupported private key algorithm"]


DSA_PARAMETERS = (
    int(
        "c875bb0e1de4a0b573d496eaa05013cf63014f4c40818958832197794c92a156e5497509a666af5ccb6d15d5"
        "79167a8703de6fd4d8c642838ea43efe3b654132c64650e975cd16690d7996e025c3cf9c4674c144e9f4b962"
        "e7fcc804b3c6b652170f5a81f183587972b7ee3341148d8f7610ee140d226ba70a8300c5a6298213",
        16,
    ),
    int(
        "efa51dc8b49b60a7320623d335c136460c124e6ea3727f7f663b792f",
        16,
    ),
    int(
        "5dc49f5fb3912047c0996b60d0b621b63cab857d7884f4dea435ecf5cf9e426a83b164d158528e8786d44b11"
        "719b382cbd807ecf7c906a26bf6964be9584275f87fbea2003f6931150f5e0180ee4df4109b387c68def442b"
        "7731a625f029d9a2f820c54c523aa1bb9be8ff41972002cb7a33427d9bb80b08d7560d14cc80eb0f",
        16,
    ),
)
DSA_ID = "1.2.840.10040.4.1"
SECRET = 0x1234567890ABCDEF


def dsa_algorithm(*numbers: int) -> bytes:
    return encoding.sequence(
        encoding.oid(DSA_ID), encoding.sequence(*map(encoding.integer, numbers or DSA_PARAMETERS))
    )


def dsa_keys() -> list[PrivateKey]:
    """One key in three wrappings."""
    p, _, g = DSA_PARAMETERS
    numbers = (0, *DSA_PARAMETERS, pow(g, SECRET, p), SECRET)
    new = pkcs8(dsa_algorithm(), encoding.integer(SECRET))
    return [
        load_private_key(new),
        load_private_key(new, "DSA PRIVATE KEY"),
        load_private_key(encoding.sequence(*map(encoding.integer, numbers)), "DSA PRIVATE KEY"),
    ]


@pytest.mark.parametrize(("number", "k"), [(1, 2), (2, 3), (3, 4)])
def test_keys_of_ml_kem_are_read_in_six_forms_and_sign_nothing(number: int, k: int) -> None:
    kind = f"ML-KEM-{256 * k}"
    seed = bytes(range(64))
    public, expanded = ml_kem.key_pair(kind, seed)
    named = encoding.sequence(encoding.oid(f"2.16.840.1.101.3.4.4.{number}"))
    for form in (
        encoding.sequence(octets(seed), octets(expanded)),
        octets(expanded),
        octets(expanded + public),
        encoding.element(0x80, seed),
        expanded,
        seed,
    ):
        key = load_private_key(pkcs8(named, form))
        assert key.public == AgreementKey(KeyKind(kind), public)
        assert not key.fits(ecdsa)
    for wrong, said in (
        (octets(expanded[:-33] + b"x" + expanded[-32:]), f"{kind} public key hash mismatch"),
        (
            encoding.sequence(octets(bytes(64)), octets(expanded)),
            f"explicit {kind} private key does not match seed",
        ),
        (seed[1:], f"{kind} key in no known form"),
    ):
        with pytest.raises(DecodeError, match=said):
            load_private_key(pkcs8(named, wrong))


def test_keys_of_other_curves_and_of_diffie_hellman_match_nothing() -> None:
    sec1 = encoding.sequence(encoding.integer(1), octets(bytes(32)))
    for algorithm, inner_key, kind in (
        (encoding.sequence(encoding.oid(EC), encoding.oid("1.2.156.10197.1.301")), sec1, "SM2"),
        (encoding.sequence(encoding.oid(EC), encoding.oid("1.3.132.0.16")), sec1, "EC"),
        (encoding.sequence(encoding.oid("1.2.840.113549.1.3.1"), NULL), encoding.integer(5), "DH"),
        (encoding.sequence(encoding.oid("1.2.840.10046.2.1"), NULL), encoding.integer(5), "DHX"),
    ):
        key = load_private_key(pkcs8(algorithm, inner_key))
        assert key.public.kind == kind and not same_key(key.public, load_spki(make_key("p256").spki))
    with pytest.raises(DecodeError):
        load_private_key(pkcs8(encoding.sequence(encoding.oid(EC), encoding.oid("1.3.132.0.16")), b"\x30\0"))


def test_dsa_keys_sign() -> None:
    for key in dsa_keys():
        for digest in ("sha1", "sha224", "sha256", "sha512"):
            assert signs(key, SignatureAlgorithm(SignatureFamily.DSA, digest))
        assert not key.fits(ecdsa)
        assert same_key(key.public, dsa_keys()[0].public)
    with pytest.raises(ValueError, match="cannot sign"):
        dsa_keys()[0].sign(ecdsa, MESSAGE, RANDOM)


def test_numbers_that_are_no_dsa_key_sign_nothing() -> None:
    key = load_private_key(encoding.sequence(*map(encoding.integer, range(6))), "DSA PRIVATE KEY")
    assert not key.fits(SignatureAlgorithm(SignatureFamily.DSA, "sha1"))


@pytest.mark.parametrize(
    ("algorithm", "secret", "before"),
    [
        (dsa_algorithm(), b"", ["too small"]),
        (dsa_algorithm(), octets(b"x"), ["wrong tag", "nested asn1 error"]),
        (dsa_algorithm(), encoding.integer(-1), []),
        (encoding.sequence(encoding.oid(DSA_ID)), encoding.integer(1), []),
        (encoding.sequence(encoding.oid(DSA_ID), NULL), encoding.integer(1), []),
        (dsa_algorithm(0, 1, 2), encoding.integer(1), []),
    ],
)
def test_why_a_dsa_key_is_none(algorithm: bytes, secret: bytes, before: list[str]) -> None:
    with pytest.raises(DecodeError) as caught:
        load_private_key(pkcs8(algorithm, secret))
    assert reasons(caught.value) == [*before, "decode error", "private key decode error"]
