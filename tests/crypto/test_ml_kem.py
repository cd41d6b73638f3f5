"""ML-KEM beside kyber-py, OpenSSL and the accumulated vectors of CCTV; what is no key, no ciphertext."""

from __future__ import annotations

import random
from hashlib import sha3_256, shake_128
from io import BytesIO

import pytest

from pyfinger.crypto.ml_kem import CIPHERTEXTS, SEED, decapsulate, encapsulate, key_pair
from pyfinger.crypto.ml_kem_ring import PRIME, packed, restored, sampled, transformed, unpacked

DRAW = random.Random(203).randbytes
NAMES = tuple(CIPHERTEXTS)
ROUNDS = 100


@pytest.mark.slow
def test_the_accumulated_vectors_of_cctv() -> None:
    """A hundred of them, drawn from one SHAKE128 and digested by another (filippo.io/mlkem768)."""
    name, told = "ML-KEM-768", shake_128()
    drawn = BytesIO(shake_128().digest(ROUNDS * (SEED + 32 + CIPHERTEXTS[name])))
    for _ in range(ROUNDS):
        public, private = key_pair(name, drawn.read(SEED))
        secret, ciphertext = encapsulate(name, public, drawn.read(32))
        assert decapsulate(name, private, ciphertext) == secret
        rejected = decapsulate(name, private, drawn.read(CIPHERTEXTS[name]))
        told.update(public + ciphertext + secret + rejected)
    assert told.hexdigest(32) == "1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_kyber_py_comes_to_the_same(name: str) -> None:
    kyber = pytest.importorskip("kyber_py.ml_kem", reason="kyber-py is not installed")
    theirs = getattr(kyber, name.replace("-", "_"))
    for number in range(12):
        seed, message = DRAW(SEED), DRAW(32)
        public, private = key_pair(name, seed)
        assert (public, private) == theirs.key_derive(seed)
        secret, ciphertext = encapsulate(name, public, message)
        assert (secret, ciphertext) == theirs._encaps_internal(public, message)
        assert decapsulate(name, private, ciphertext) == secret
        spoilt = bytearray(ciphertext)
        spoilt[number * 97 % len(spoilt)] ^= 1 << number % 8
        rejected = decapsulate(name, private, bytes(spoilt))
        assert rejected == theirs.decaps(private, bytes(spoilt)) != secret


@pytest.mark.parametrize("name", ["ML-KEM-768", "ML-KEM-1024"])
def test_openssl_comes_to_the_same(name: str) -> None:
    mlkem = pytest.importorskip(
        "cryptography.hazmat.primitives.asymmetric.mlkem", reason="no cryptography with ML-KEM"
    )
    theirs = getattr(mlkem, f"MLKEM{name[7:]}PrivateKey")
    for _ in range(5):
        seed = DRAW(SEED)
        public, private = key_pair(name, seed)
        other = theirs.from_seed_bytes(seed)
        assert other.public_key().public_bytes_raw() == public
        secret, ciphertext = other.public_key().encapsulate()
        assert decapsulate(name, private, ciphertext) == secret
        secret, ciphertext = encapsulate(name, public)
        assert other.decapsulate(ciphertext) == secret


@pytest.mark.parametrize("name", NAMES)
def test_a_spoilt_ciphertext_gives_another_secret_always_the_same(name: str) -> None:
    public, private = key_pair(name, DRAW(SEED))
    secret, ciphertext = encapsulate(name, public)
    for place in (0, len(ciphertext) // 2, len(ciphertext) - 1):  # of both parts
        spoilt = bytearray(ciphertext)
        spoilt[place] ^= 1
        first = decapsulate(name, private, bytes(spoilt))
        assert first == decapsulate(name, private, bytes(spoilt)) != secret


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_encapsulation_key_is_refused(name: str) -> None:
    public, _ = key_pair(name, DRAW(SEED))
    for size in (0, len(public) - 1):
        with pytest.raises(ValueError, match=f"the key has {len(public)} octets"):
            encapsulate(name, public[:size])
    for place in (0, 384, len(public) - 32 - 3):  # the coefficients there become 3329
        large = public[:place] + PRIME.to_bytes(2, "little") + public[place + 2 :]
        with pytest.raises(ValueError, match="no remainder"):
            encapsulate(name, large)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_decapsulation_key_or_ciphertext_is_refused(name: str) -> None:
    public, private = key_pair(name, DRAW(SEED))
    _, ciphertext = encapsulate(name, public)
    spoilt = bytearray(private)
    spoilt[len(private) - 64] ^= 1  # of the hash of the public half
    for key, sealed in (
        (private, ciphertext[:-1]),
        (private, ciphertext + b"\0"),
        (private[:-1], ciphertext),
        (private + b"\0", ciphertext),
        (b"", ciphertext),
        (bytes(spoilt), ciphertext),
    ):
        with pytest.raises(ValueError, match="not a ciphertext, or not a key"):
            decapsulate(name, key, sealed)
    with pytest.raises(ValueError, match="64 octets"):
        key_pair(name, bytes(SEED - 1))


def test_transforms_are_each_other_s_inverse() -> None:
    polynomial = sampled(sha3_256(b"a seed").digest() + b"\0\0")
    back = restored(polynomial)
    assert (transformed(back[0]), transformed(back[1])) == polynomial
    alone = transformed([0, 1] + [0] * 126)  # X^2, which is gamma everywhere: 17 first (FIPS 203 appendix A)
    assert alone[:4] == [17, PRIME - 17, 2761, PRIME - 2761]


@pytest.mark.parametrize("bits", [1, 4, 5, 6, 10, 11, 12])
def test_fields_of_any_width_are_read_as_they_are_written(bits: int) -> None:
    numbers = [int.from_bytes(DRAW(2), "big") >> 16 - bits for _ in range(256)]
    octets = packed(numbers[::2], numbers[1::2], bits)
    whole = sum(number << bits * place for place, number in enumerate(numbers))
    assert octets == whole.to_bytes(32 * bits, "little")
    assert unpacked(octets, bits) == (numbers[::2], numbers[1::2])


def test_sampling_goes_on_where_504_octets_are_not_enough() -> None:
    """Of a hundred seeds about one needs more; all of them are as the definition has it (algorithm 7)."""
    longer = 0
    for number in range(400):
        seed = number.to_bytes(34, "big")
        fields = [
            field for half in zip(*_fields(shake_128(seed).digest(2016)), strict=True) for field in half
        ]
        places = [place for place, field in enumerate(fields) if field < PRIME][:256]
        longer += places[-1] >= 336
        wanted = [fields[place] for place in places]
        assert sampled(seed) == (wanted[::2], wanted[1::2])
    assert longer


def _fields(octets: bytes) -> tuple[list[int], list[int]]:
    triples = [octets[at : at + 3] for at in range(0, len(octets), 3)]
    return [a | (b & 15) << 8 for a, b, _ in triples], [b >> 4 | c << 4 for _, b, c in triples]
