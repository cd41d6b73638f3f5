from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.crypto import rsa
from pyfinger.demo.primes import prime_for
from pyfinger.errors import KeyUnusable
from pyfinger.model import SignatureAlgorithm, SignatureFamily
from pyfinger.x509.public_keys import RsaKey, load_spki
from tests.x509.worlds import key

MESSAGE = b"a message"
E = 65537


def loaded(kind: str = "rsa1024") -> RsaKey:
    found = load_spki(key("", kind).spki)
    assert isinstance(found, RsaKey)
    return found


def forged(block: bytes, bits: int) -> tuple[int, bytes]:
    """A modulus, and the signature that opens to any block wished for."""
    p, q = prime_for("forge p", bits // 2), prime_for("forge q", bits // 2)
    private = pow(E, -1, (p - 1) * (q - 1))
    return p * q, pow(int.from_bytes(block, "big"), private, p * q).to_bytes(bits // 8, "big")


def opened(block: bytes, how: str | rsa.PssParameters) -> bool:
    """Whether the block is good, by PKCS #1 v1.5 with a digest or by PSS."""
    modulus, signature = forged(block, 1024)
    if isinstance(how, str):
        return rsa.verify(modulus, E, how, MESSAGE, signature)
    return rsa.verify_pss(modulus, E, how, MESSAGE, signature)


def v15(digest: str = "sha256", filler: int = 0xFF, tail: bytes = b"") -> bytes:
    payload = rsa.digest_info(digest, MESSAGE) + tail
    return b"\0\1" + bytes((filler,)) * (125 - len(payload)) + b"\0" + payload


def test_v15_has_exactly_one_form() -> None:
    how = "sha256"
    assert opened(v15(), how)
    assert not opened(v15(filler=0xFE), how)
    assert not opened(v15(tail=b"\0"), how)
    assert not opened(v15("sha1"), how)
    assert not opened(b"\0\2" + v15()[2:], how)


def test_both_digests_of_tls_1_1() -> None:
    assert len(rsa.digest_info("md5+sha1", MESSAGE)) == 36
    assert opened(v15("md5+sha1"), "md5+sha1")


def test_a_key_too_small_for_the_digest() -> None:
    modulus, signature = forged(b"\0" * 40, 320)
    assert not rsa.verify(modulus, E, "sha512", MESSAGE, signature)
    assert not rsa.verify_pss(modulus, E, rsa.PssParameters("sha512", "sha512", 64), MESSAGE, signature)


def pss_block(**changes: object) -> bytes:
    """A good block, from the key's own signature."""
    made, public = key("", "rsa1024"), loaded()
    number = int.from_bytes(made.sign(MESSAGE, "pss-sha256"), "big")
    return pow(number, public.exponent, public.modulus).to_bytes(128, "big")


def test_pss() -> None:
    how = rsa.PssParameters("sha256", "sha256", -1)
    block = pss_block()
    assert opened(block, how)
    assert opened(block, rsa.PssParameters("sha256", "sha256", 32))
    assert not opened(block, rsa.PssParameters("sha256", "sha256", 31))
    assert not opened(block, rsa.PssParameters("sha256", "sha1", -1))
    assert not opened(block, rsa.PssParameters("sha256", "sha256", 200))
    assert not opened(block[:-1] + b"\xbd", how)
    assert not rsa.verify_pss((1 << 1024) - 1, 1, how, MESSAGE, bytes((block[0] | 0x80,)) + block[1:])
    assert rsa.verify_pss((1 << 1024) - 1, 1, how, MESSAGE, block)
    assert not opened(block[:40] + bytes((block[40] ^ 1,)) + block[41:], how)
    assert not opened(block[:100] + bytes((block[100] ^ 1,)) + block[101:], how)


def test_pss_with_one_bit_more_than_octets() -> None:
    """A modulus of 8n+1 bits: the block is an octet shorter than the key, and that octet is zero."""
    modulus = next(n for n in range((1 << 1024) + 1, 1 << 1025, 2) if n % 3 and n % 5)
    how = rsa.PssParameters("sha256", "sha256", -1)
    assert modulus.bit_length() == 1025
    assert not rsa.verify_pss(modulus, 1, how, MESSAGE, b"\1" + bytes(128))
    assert not rsa.verify_pss(modulus + (1 << 1030), 1, how, MESSAGE, b"\1" + pss_1025())
    assert rsa.verify_pss(modulus, 1, how, MESSAGE, b"\0" + pss_1025())


def pss_1025() -> bytes:
    """A PSS block of 1024 whole bits, made by hand."""
    import hashlib

    salt = bytes(32)
    seal = hashlib.sha256(bytes(8) + hashlib.sha256(MESSAGE).digest() + salt).digest()
    width = 128 - 33
    mask = b"".join(hashlib.sha256(seal + n.to_bytes(4, "big")).digest() for n in range(3))[:width]
    plain = (b"\1" + salt).rjust(width, b"\0")
    return bytes(a ^ b for a, b in zip(plain, mask, strict=True)) + seal + b"\xbc"


@pytest.mark.parametrize(
    ("modulus", "exponent", "good"),
    [
        ((1 << 1023) + 1, 3, True),
        ((1 << 1023) + 1, (1 << 1000) + 1, True),
        ((1 << 3072) + 1, (1 << 63) + 1, True),
        ((1 << 3072) + 1, (1 << 64) + 1, False),
        ((1 << 16384) + 1, 3, False),
        (5, 5, False),
        (5, 0, False),
        (0, 3, False),
    ],
    ids=lambda value: hex(value)[:20],
)
def test_keys_openssl_would_not_compute_with(modulus: int, exponent: int, good: bool) -> None:
    assert rsa.usable(modulus, exponent) is good
    if not good:
        size = (modulus.bit_length() + 7) // 8
        assert not rsa.verify(modulus, exponent, "sha256", MESSAGE, bytes(size))


def test_signatures_must_have_the_key_s_size_and_be_below_it() -> None:
    public = loaded()
    how = SignatureAlgorithm(SignatureFamily.RSA, "sha256")
    signature = key("", "rsa1024").sign(MESSAGE, "sha256")
    assert not public.verify(how, MESSAGE, b"\0" + signature)
    above = int.from_bytes(signature, "big") + public.modulus
    assert above >> 1024 or not public.verify(how, MESSAGE, above.to_bytes(128, "big"))


@given(st.binary(max_size=100), st.binary(min_size=600, max_size=600))
def test_encryption_can_be_undone(secret: bytes, noise: bytes) -> None:
    p, q = prime_for("rsa1024  p", 512), prime_for("rsa1024  q", 512)
    padding = noise + b"\1" * 128
    sealed = loaded().encrypt(secret, padding)
    private = pow(E, -1, (p - 1) * (q - 1))
    block = pow(int.from_bytes(sealed, "big"), private, p * q).to_bytes(128, "big")
    assert block[:2] == b"\0\2"
    filler, _, plain = block[2:].partition(b"\0")
    assert plain == secret
    assert padding.replace(b"\0", b"").startswith(filler)


def test_encryption_wants_padding() -> None:
    for padding in (b"\1" * 20, bytes(500)):
        with pytest.raises(ValueError, match="too little"):
            loaded().encrypt(b"x", padding)


@pytest.mark.parametrize(
    ("modulus", "exponent", "code", "reason"),
    [
        (1 << 16384, 3, 0x02000069, "modulus too large"),
        ((1 << 1023) + 1, 1 << 1024, 0x02000065, "bad e value"),
        ((1 << 463) - 1, 3, 0x0200006E, "data too large for key size"),
        (1 << 1023, 3, 0x0180006C, "no inverse"),
    ],
    ids=["large", "exponent", "small", "even"],
)
def test_keys_nothing_can_be_encrypted_with(modulus: int, exponent: int, code: int, reason: str) -> None:
    with pytest.raises(KeyUnusable) as caught:
        RsaKey(modulus, exponent).encrypt(bytes(48), b"\1" * 3000)
    assert caught.value.queue == ((code, reason, ""),)
