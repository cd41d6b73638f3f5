"""ML-DSA keys: which octets are one, and what it signs."""

from __future__ import annotations

import random
from functools import cache

import pytest
from dilithium_py import ml_dsa as library

from pyfinger.crypto.ml_dsa import SIZES
from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import DecodeError
from pyfinger.model import SignatureAlgorithm, SignatureFamily
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.post_quantum import MlDsaPrivateKey
from pyfinger.x509.private_keys import load_private_key, same_key
from pyfinger.x509.public_keys import load_spki

MESSAGE = b"to be signed"
NULL = b"\5\0"
SEED = bytes(range(32))
KINDS = list(SIZES)
ARC = "2.16.840.1.101.3.4.3."


def algorithm(kind: str, parameters: bytes = b"") -> bytes:
    return encoding.sequence(encoding.oid(f"{ARC}{17 + KINDS.index(kind)}"), parameters)


def bits(data: bytes, unused: int = 0) -> bytes:
    return encoding.element(3, bytes((unused,)) + data)


def octets(data: bytes) -> bytes:
    return encoding.element(4, data)


def seed_only(data: bytes) -> bytes:
    return encoding.element(0x80, data)


def pkcs8(kind: str, inner: bytes, parameters: bytes = b"", rest: bytes = b"") -> bytes:
    return encoding.sequence(encoding.integer(0), algorithm(kind, parameters), octets(inner), rest)


@cache
def pair(kind: str, seed: bytes = SEED) -> tuple[bytes, bytes]:
    """Public and expanded private key."""
    public, private = getattr(library, kind.replace("-", "_")).key_derive(seed)
    return bytes(public), bytes(private)


def flipped(data: bytes, at: int, change: int = 1) -> bytes:
    return data[:at] + bytes((data[at] ^ change,)) + data[at + 1 :]


def load(encoded: bytes) -> MlDsaPrivateKey:
    key = load_private_key(encoded)
    assert isinstance(key, MlDsaPrivateKey)
    return key


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "bits", "strength"),
    [("ML-DSA-44", 10496, 128), ("ML-DSA-65", 15616, 192), ("ML-DSA-87", 20736, 256)],
)
def test_a_key_verifies_what_its_private_half_signed(kind: str, bits: int, strength: int) -> None:
    made = make_key(kind.lower())
    key, how = load_spki(made.spki), SignatureAlgorithm(SignatureFamily(kind))
    assert (key.kind, key.bits, key.strength, key.curve, key.explicit) == (kind, bits, strength, "", False)
    signature = made.sign(MESSAGE, "")
    assert key.verify(how, MESSAGE, signature)
    assert not key.verify(how, MESSAGE + b".", signature)
    assert not key.verify(how, MESSAGE, flipped(signature, 40))
    assert not key.verify(how, MESSAGE, signature[:-1])
    assert not key.verify(how, MESSAGE, signature + b"\0")
    assert not key.verify(how, MESSAGE, b"\xff" * len(signature))  # hints out of order
    for other in (*KINDS, "ecdsa"):
        assert key.verify(SignatureAlgorithm(SignatureFamily(other)), MESSAGE, signature) == (other == kind)
    with pytest.raises(ValueError, match="not an RSA key"):
        key.encrypt(b"secret", bytes(10))


@pytest.mark.parametrize("kind", KINDS)
def test_a_public_key_has_one_form(kind: str) -> None:
    public, _ = pair(kind)
    assert load_spki(encoding.sequence(algorithm(kind), bits(public))).kind == kind
    long_form = b"\x03\x83\0" + (len(public) + 1).to_bytes(2, "big") + b"\0" + public
    for wrong in (
        encoding.sequence(algorithm(kind, NULL), bits(public)),
        encoding.sequence(algorithm(kind), bits(public[:-1])),
        encoding.sequence(algorithm(kind), bits(public + b"\0")),
        encoding.sequence(algorithm(kind), bits(public[:-1] + b"\0", unused=1)),
        encoding.sequence(algorithm(kind), long_form),
    ):
        with pytest.raises(DecodeError):
            load_spki(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_six_forms_of_one_private_key(kind: str) -> None:
    """Three of RFC 9881, one of liboqs, two without ASN.1; a public key in PKCS #8 is not looked at."""
    public, private = pair(kind)
    forms = [
        pkcs8(kind, seed_only(SEED)),
        pkcs8(kind, octets(private)),
        pkcs8(kind, encoding.sequence(octets(SEED), octets(private))),
        pkcs8(kind, octets(private + public)),
        pkcs8(kind, octets(private + bytes(len(public)))),
        pkcs8(kind, SEED),
        pkcs8(kind, private),
        pkcs8(kind, seed_only(SEED), rest=encoding.element(0x81, b"\0" + bytes(len(public)))),
    ]
    spki = load_spki(encoding.sequence(algorithm(kind), bits(public)))
    for form in forms:
        key = load(form)
        assert (key.expanded, key.public) == (private, spki) and same_key(key.public, spki)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_private_key(kind: str) -> None:
    _, private = pair(kind)
    _, other = pair(kind, bytes(32))
    for wrong in (
        b"",
        octets(private[:-1]),
        octets(private + b"\0"),
        seed_only(SEED + b"\0"),
        encoding.element(0xA0, octets(SEED)),
        encoding.sequence(octets(SEED)),
        encoding.sequence(octets(private), octets(SEED)),
        encoding.sequence(octets(SEED), octets(other)),
    ):
        with pytest.raises(DecodeError):
            load_private_key(pkcs8(kind, wrong))
    with pytest.raises(DecodeError):
        load_private_key(pkcs8(kind, seed_only(SEED), NULL))


@pytest.mark.parametrize("kind", KINDS)
def test_the_parts_of_an_expanded_key_have_to_agree(kind: str) -> None:
    """All but K, from which the nonces are made."""
    _, private = pair(kind)
    load(pkcs8(kind, octets(flipped(private, 40))))
    rho, hashed, secret, low = 3, 70, 133, len(private) - 5
    for at in (rho, hashed, secret, low):
        with pytest.raises(DecodeError):
            load_private_key(pkcs8(kind, octets(flipped(private, at))))
    out_of_range = private[:128] + b"\xff" * 3 + private[131:]
    with pytest.raises(DecodeError, match="error parsing"):
        load_private_key(pkcs8(kind, octets(out_of_range)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_signing_takes_its_randomness_from_the_caller(kind: str) -> None:
    key, how = load(pkcs8(kind, seed_only(SEED))), SignatureAlgorithm(SignatureFamily(kind))
    first, again, other = (key.sign(how, MESSAGE, random.Random(seed).randbytes) for seed in (1, 1, 2))
    assert first == again != other
    assert all(key.public.verify(how, MESSAGE, signature) for signature in (first, other))
    for family in (*KINDS, "eddsa"):
        if family != kind:
            assert not key.fits(SignatureAlgorithm(SignatureFamily(family)))
            with pytest.raises(ValueError, match="cannot sign so"):
                key.sign(SignatureAlgorithm(SignatureFamily(family)), MESSAGE, random.Random(1).randbytes)


def test_the_private_key_is_not_shown() -> None:
    shown = repr(load(pkcs8("ML-DSA-44", seed_only(SEED))))
    assert "expanded" not in shown


def test_a_private_key_that_is_no_good_comes_with_openssls_reasons() -> None:
    kind = "ML-DSA-65"
    _, private = pair(kind)
    last = [
        (0x0300009C, "unsupported algorithm", ""),
        (0x03000076, "unsupported private key algorithm", f"TYPE={kind}"),
    ]
    parsing = (0x1C80009E, "invalid key", f"error parsing {kind} private key")
    mismatch = (0x1C80009E, "invalid key", f"{kind} private key does not match its pubkey part")
    seed = (0x1C80009E, "invalid key", f"explicit {kind} private key does not match seed")
    _, other = pair(kind, bytes(32))
    for inner, reasons in (
        (b"", []),
        (octets(private[:128] + b"\xff" + private[129:]), [parsing]),
        (octets(flipped(private, 70)), [mismatch, parsing]),
        (encoding.sequence(octets(SEED), octets(other)), [seed]),
    ):
        with pytest.raises(DecodeError) as caught:
            load_private_key(pkcs8(kind, inner))
        assert [tuple(entry) for entry in caught.value.queue] == [*reasons, *last]
