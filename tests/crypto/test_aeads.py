"""AEADs: published values, and agreement with two other implementations at every block's border."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pyfinger.crypto.tlslite_ng  # noqa: F401  (before tlslite: it keeps that from loading OpenSSL)

# isort: split
from tlslite.utils import python_aesccm, python_aesgcm, python_chacha20_poly1305

from pyfinger.crypto.aes import Aes, aes_ccm, aes_gcm
from pyfinger.crypto.aria import aria_gcm
from pyfinger.crypto.chacha20_poly1305 import ChaCha20Poly1305, key_stream, poly1305
from pyfinger.crypto.gcm_ccm import Ghash

DRAW = random.Random(1).randbytes


class Aead(Protocol):
    def seal(self, nonce: bytes, plaintext: bytes, data: bytes, /) -> bytes: ...

    def open(self, nonce: bytes, ciphertext: bytes, data: bytes, /) -> bytes | None: ...


# Ours, tlslite-ng's, octets of the key.
PAIRS: dict[str, tuple[Callable[[bytes], Aead], Callable[[bytearray], Any], tuple[int, ...]]] = {
    "AES-GCM": (aes_gcm, python_aesgcm.new, (16, 32)),
    "AES-CCM": (aes_ccm, lambda key: python_aesccm.new(key, 16), (16, 32)),
    "AES-CCM-8": (lambda key: aes_ccm(key, 8), lambda key: python_aesccm.new(key, 8), (16, 32)),
    "ChaCha20-Poly1305": (ChaCha20Poly1305, python_chacha20_poly1305.new, (32,)),
}
ALL: dict[str, tuple[Callable[[bytes], Aead], int]] = {
    **{name: (make, sizes[-1]) for name, (make, _, sizes) in PAIRS.items()},
    "ARIA-GCM": (aria_gcm, 32),
}
# 0 to some blocks of 64, and what a record of many has around its end.
SIZES = (*range(132), 255, 256, 257, 1023, 1024, 1025, 4095, 4097)


@pytest.mark.parametrize("name", PAIRS)
def test_openssl_seals_the_same_at_every_size(name: str) -> None:
    pytest.importorskip("cryptography", reason="cryptography is not installed")
    from tests.crypto.openssl_oracle import aead

    make, _, key_sizes = PAIRS[name]
    for key_size in key_sizes:
        key = DRAW(key_size)
        ours, theirs = make(key), aead(name, key)
        for size in SIZES:
            nonce, plain, data = DRAW(12), DRAW(size), DRAW(size % 37)
            sealed = theirs.encrypt(nonce, plain, data)
            assert ours.seal(nonce, plain, data) == sealed, size
            assert ours.open(nonce, sealed, data) == plain, size
            assert make(key).open(nonce, sealed, data) == plain, size  # also as a key's first record


@pytest.mark.parametrize("name", PAIRS)
@given(plain=st.binary(max_size=100), data=st.binary(max_size=50), nonce=st.binary(min_size=12, max_size=12))
def test_tlslite_ng_seals_the_same(name: str, plain: bytes, data: bytes, nonce: bytes) -> None:
    make, other, key_sizes = PAIRS[name]
    for key_size in key_sizes:
        key = bytes(range(key_size))
        sealed = bytes(other(bytearray(key)).seal(bytearray(nonce), bytearray(plain), bytearray(data)))
        assert make(key).seal(nonce, plain, data) == sealed


@pytest.mark.parametrize("name", ALL)
@given(st.binary(max_size=70), st.binary(max_size=40), st.data())
def test_only_what_was_sealed_is_opened(name: str, plain: bytes, extra: bytes, data: st.DataObject) -> None:
    make, size = ALL[name]
    cipher, nonce = make(bytes(range(size))), bytes(12)
    sealed = cipher.seal(nonce, plain, extra)
    assert cipher.open(nonce, sealed, extra) == plain
    place = data.draw(st.integers(0, len(sealed) - 1))
    changed = sealed[:place] + bytes([sealed[place] ^ 1 << place % 8]) + sealed[place + 1 :]
    for other in (changed, sealed[:place], sealed + b"x"):
        assert cipher.open(nonce, other, extra) is None
    assert cipher.open(nonce, sealed, extra + b"x") is None
    assert cipher.open(b"x" + nonce[1:], sealed, extra) is None


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("size", [0, 8, 11, 13, 16])
def test_a_nonce_has_twelve_octets(name: str, size: int) -> None:
    make, key_size = ALL[name]
    with pytest.raises(ValueError, match="12 octets"):
        make(bytes(key_size)).seal(bytes(size), b"", b"")


@pytest.mark.parametrize("size", [0, 15, 17, 31, 33])
def test_keys_of_no_size(size: int) -> None:
    for make in (aes_gcm, aes_ccm, ChaCha20Poly1305):
        with pytest.raises(ValueError, match="octets"):
            make(bytes(size))


@pytest.mark.parametrize(
    ("size", "sealed"),
    [
        (16, "69c4e0d86a7b0430d8cdb78070b4c55a"),
        (24, "dda97ca4864cdfe06eaf70a0ec0d7191"),
        (32, "8ea2b7ca516745bfeafc49904b496089"),
    ],
)
def test_aes_as_in_fips_197_appendix_c(size: int, sealed: str) -> None:
    cipher, block = Aes(bytes(range(size))), bytes.fromhex("00112233445566778899aabbccddeeff")
    assert cipher.encrypt(block).hex() == sealed
    assert cipher.encrypt(block * 100).hex() == sealed * 100
    assert cipher.mac(block).hex() == sealed  # a chain of one


@given(st.integers(1, 90), st.randoms(use_true_random=False))
def test_aes_of_many_blocks_is_that_of_each(count: int, draw: random.Random) -> None:
    cipher = Aes(draw.randbytes(draw.choice((16, 24, 32))))
    blocks = [draw.randbytes(16) for _ in range(count)]
    assert cipher.encrypt(b"".join(blocks)) == b"".join(cipher.mac(block) for block in blocks)


GCM_PLAIN = (
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
)
GCM_KEY = "feffe9928665731c6d6a8f9467308308"


@pytest.mark.parametrize(
    ("key", "sealed"),
    [
        (
            GCM_KEY,
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa05"
            "1ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47",
        ),
        (
            2 * GCM_KEY,
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
            "c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
        ),
    ],
)
def test_gcm_as_its_authors_have_it(key: str, sealed: str) -> None:
    """Test cases 4 and 16 of McGrew and Viega, in NIST's collection."""
    nonce, data = "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2"
    found = aes_gcm(bytes.fromhex(key)).seal(*map(bytes.fromhex, (nonce, GCM_PLAIN, data)))
    assert found.hex() == sealed


def test_gcm_of_nothing() -> None:
    """Test cases 1 and 13."""
    assert aes_gcm(bytes(16)).seal(bytes(12), b"", b"").hex() == "58e2fccefa7e3061367f1d57a4e7455a"
    assert aes_gcm(bytes(32)).seal(bytes(12), b"", b"").hex() == "530f8afbc74536b9a963b4f1c4cb738b"


def test_ccm_as_in_sp_800_38c_example_3() -> None:
    key, nonce, data, plain = (bytes(range(*ends)) for ends in ((64, 80), (16, 28), (0, 20), (32, 56)))
    sealed = "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951"
    assert aes_ccm(key, 8).seal(nonce, plain, data).hex() == sealed


def times(left: int, right: int) -> int:
    """A product as NIST SP 800-38D section 6.3 spells it, bit by bit."""
    product = 0
    for bit in range(127, -1, -1):
        product ^= right * (left >> bit & 1)
        right = right >> 1 ^ (0xE1 << 120) * (right & 1)
    return product


@given(st.integers(0, (1 << 128) - 1), st.integers(0, 12), st.integers(0, 300), st.randoms())
def test_ghash_is_horners_rule(subkey: int, extra: int, sealed: int, draw: random.Random) -> None:
    parts = draw.randbytes(extra), draw.randbytes(sealed)
    blocks = [part[at : at + 16].ljust(16, b"\0") for part in parts for at in range(0, len(part), 16)]
    blocks.append(b"".join((8 * len(part)).to_bytes(8, "big") for part in parts))
    total = 0
    for block in blocks:
        total = times(total ^ int.from_bytes(block, "big"), subkey)
    assert Ghash(subkey).digest(*parts) == total


def test_chacha20_as_in_rfc_8439_section_2_3_2() -> None:
    key, nonce = bytes(range(32)), bytes.fromhex("000000090000004a00000000")
    assert key_stream(key, nonce, 1, 1).hex() == (
        "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
        "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"
    )


SUNSCREEN = (
    b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    b"sunscreen would be it."
)


def test_chacha20_poly1305_as_in_rfc_8439_section_2_8_2() -> None:
    key, nonce, data = bytes(range(128, 160)), "070000004041424344454647", "50515253c0c1c2c3c4c5c6c7"
    sealed = ChaCha20Poly1305(key).seal(bytes.fromhex(nonce), SUNSCREEN, bytes.fromhex(data)).hex()
    assert sealed.startswith("d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6")
    assert sealed.endswith("3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691")


def test_poly1305_as_in_rfc_8439_section_2_5_2() -> None:
    key = "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b"
    tag = poly1305(bytes.fromhex(key), b"Cryptographic Forum Research Group")
    assert tag.hex() == "a8061dc1305136c6c22b8baf0c0127a9"


@pytest.mark.parametrize(
    ("r", "s", "message", "tag"),
    [
        (2, 0, "ff" * 16, "03"),
        (2, 2**128 - 1, "02" + "00" * 15, "03"),
        (1, 0, "ff" * 16 + "f0" + "ff" * 15 + "11" + "00" * 15, "05"),
        (1, 0, "ff" * 16 + "fb" + "fe" * 15 + "01" * 16, "00"),
        (2, 0, "fd" + "ff" * 15, "fa" + "ff" * 15),
    ],
)
def test_poly1305_at_the_edge_of_its_prime(r: int, s: int, message: str, tag: str) -> None:
    """RFC 8439 appendix A.3, vectors 7 to 11."""
    key = r.to_bytes(16, "little") + s.to_bytes(16, "little")
    assert poly1305(key, bytes.fromhex(message)).hex() == tag.ljust(32, "0")
