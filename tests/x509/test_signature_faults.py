"""What OpenSSL has to say of signatures that are not good; the numbers are those of its log lines."""

from __future__ import annotations

import random

import pytest

from pyfinger.crypto import rsa
from pyfinger.demo.fixed_keys import make_key
from pyfinger.demo.primes import PUBLIC_EXPONENT, prime_for
from pyfinger.model import SignatureAlgorithm, SignatureFamily
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.public_keys import Key, RsaKey, load_spki
from pyfinger.x509.rsa_private_keys import RsaPrivateKey
from pyfinger.x509.signature_faults import signature_faults

MESSAGE = b"to be signed"
V15, PSS = (
    SignatureAlgorithm(SignatureFamily.RSA, "sha256"),
    SignatureAlgorithm(SignatureFamily.RSA_PSS, "sha256"),
)
PSS_PARAMETERS = rsa.PssParameters("sha256", "sha256", -1)
ECDSA = SignatureAlgorithm(SignatureFamily.ECDSA, "sha256")
RSA_LIB = (0x1C880004, "RSA lib", "")

_P, _Q = (prime_for(f"faults {letter}", 512) for letter in "pq")
_SECRET = pow(PUBLIC_EXPONENT, -1, (_P - 1) * (_Q - 1))
RSA = RsaKey(_P * _Q, PUBLIC_EXPONENT)


def raised(block: bytes) -> bytes:
    """A signature that opens to this block."""
    return pow(int.from_bytes(block, "big"), _SECRET, RSA.modulus).to_bytes(128, "big")


def told(key: Key, how: SignatureAlgorithm, signature: bytes) -> list[tuple[int, str, str]]:
    assert not key.verify(how, MESSAGE, signature)
    faults = signature_faults(key, how, MESSAGE, signature)
    return [(fault.code, fault.reason, fault.data) for fault in faults]


@pytest.mark.parametrize(
    ("kind", "family"), [("ed25519", "eddsa"), ("ed448", "eddsa"), ("ml-dsa-44", "ML-DSA-44")]
)
def test_no_reason_of_their_own(kind: str, family: str) -> None:
    made = make_key(kind)
    line = (0x030000EA, "provider signature failure", f"{kind.upper()} digest_verify:")
    for signature in (made.sign(b"another", ""), b""):
        assert told(load_spki(made.spki), SignatureAlgorithm(SignatureFamily(family)), signature) == [line]


@pytest.mark.parametrize("how", [V15, PSS])
def test_an_even_modulus_has_no_inverse_however_good_the_signature(how: SignatureAlgorithm) -> None:
    even = RsaKey(1 << 1023, 1)  # to the first power everything is its own signature
    block = rsa.encoded_v15("sha256", MESSAGE, 128) if how is V15 else None
    opened = block or rsa.encoded_pss(PSS_PARAMETERS, MESSAGE, bytes(32), 1023)
    assert told(even, how, opened) == [(0x0180006C, "no inverse", ""), RSA_LIB]


def pair(r: int, s: int) -> bytes:
    return encoding.sequence(encoding.integer(r), encoding.integer(s))


def test_ecdsa_by_its_encoding_its_range_or_not_at_all() -> None:
    made = make_key("p256")
    key = load_spki(made.spki)
    line = (0x030000EA, "provider signature failure", "ECDSA digest_verify_final:")
    assert told(key, ECDSA, made.sign(b"another", "sha256")) == [line]
    assert told(key, ECDSA, b"\x31" + made.sign(MESSAGE, "sha256")[1:]) == []
    for signature in (pair(0, 1), pair(1, 1 << 256)):
        assert told(key, ECDSA, signature) == [(0x0800009C, "bad signature", "")]


GOOD = rsa.encoded_v15("sha256", MESSAGE, 128) or b""


@pytest.mark.parametrize(
    ("block", "reasons"),
    [
        (b"\1" + GOOD[1:], ["invalid padding", "padding check failed"]),
        (b"\0\2" + GOOD[2:], ["block type is not 01", "padding check failed"]),
        (GOOD[:5] + b"\1" + GOOD[6:], ["bad fixed header decrypt", "padding check failed"]),
        (b"\0\1" + b"\xff" * 126, ["null before block missing", "padding check failed"]),
        (b"\0\1" + b"\xff" * 7 + b"\0" + bytes(118), ["bad pad byte count", "padding check failed"]),
        (GOOD[:-1] + bytes((GOOD[-1] ^ 1,)), ["bad signature"]),
    ],
)
def test_pkcs1_by_what_is_inside(block: bytes, reasons: list[str]) -> None:
    found = told(RSA, V15, raised(block))
    assert [reason for _, reason, _ in found] == [*reasons, "RSA lib"]
    assert found[-1] == RSA_LIB and all(code >> 23 == 4 for code, _, _ in found[:-1])


def _pss(salt: bytes = bytes(32)) -> bytes:
    return rsa.encoded_pss(PSS_PARAMETERS, MESSAGE, salt, 1023)


@pytest.mark.parametrize(
    ("block", "line"),
    [
        (b"\x80" + _pss()[1:], (0x02000085, "first octet invalid", "")),
        (_pss()[:-1] + b"\xbd", (0x02000086, "last octet invalid", "")),
        (bytes((_pss()[0] ^ 2,)) + _pss()[1:], (0x02000087, "salt length recovery failed", "")),
        (_pss(bytes(20)), (0x02000088, "salt length check failed", "expected: 32 retrieved: 20")),
        (rsa.encoded_pss(PSS_PARAMETERS, b"another", bytes(32), 1023), (0x02000068, "bad signature", "")),
    ],
)
def test_pss_by_what_is_inside(block: bytes, line: tuple[int, str, str]) -> None:
    assert told(RSA, PSS, raised(block)) == [line, RSA_LIB]


def test_rsa_by_its_size() -> None:
    large = (RSA.modulus + 1).to_bytes(128, "big")
    assert told(RSA, V15, bytes(127)) == [(0x02000077, "wrong signature length", ""), RSA_LIB]
    assert told(RSA, PSS, bytes(129)) == [(0x0200006C, "data greater than mod len", ""), RSA_LIB]
    for how in (V15, PSS):
        assert told(RSA, how, large) == [(0x02000084, "data too large for modulus", ""), RSA_LIB]
        assert told(RsaKey(RSA.modulus, RSA.modulus), how, large) == [
            (0x02000065, "bad e value", ""),
            RSA_LIB,
        ]
        huge = RsaKey(1 << 16385 | 1, 3)
        assert told(huge, how, bytes(2049)) == [(0x02000069, "modulus too large", ""), RSA_LIB]
    small = RsaKey(prime_for("small p", 128) * prime_for("small q", 128), PUBLIC_EXPONENT)
    assert told(small, PSS, bytes(32)) == [(0x0200006D, "data too large", ""), RSA_LIB]


def test_pss_signatures_may_come_without_leading_zeros() -> None:
    key = RsaPrivateKey(RSA, rsa.PrivateNumbers(RSA.modulus, RSA.exponent, _SECRET, (_P, _Q)))
    draw = random.Random(1).randbytes
    signatures = (key.sign(PSS, MESSAGE, draw) for _ in range(4000))
    signature = next(one for one in signatures if one[0] == 0)
    assert RSA.verify(PSS, MESSAGE, signature) and RSA.verify(PSS, MESSAGE, signature.lstrip(b"\0"))
    assert not RSA.verify(PSS, MESSAGE, b"\0" + signature)
    assert not RSA.verify(V15, MESSAGE, raised(GOOD)[1:])
