"""ML-KEM (FIPS 203), all three parameter sets.

Keys, ciphertexts and secrets are octets; `ml_kem_ring` has the arithmetic.

Not constant in time; see the package's contract.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from hashlib import sha3_256, sha3_512, shake_256
from itertools import chain
from operator import add, sub

from pyfinger.crypto.ml_kem_ring import (
    PRIME,
    Half,
    Polynomial,
    drawn,
    factors,
    matrix,
    packed,
    products,
    restored,
    total,
    transformed,
    transformed_small,
    unpacked,
)
from pyfinger.values import Value

SEED = 64  # octets, d and z (section 7.1)
_SECRET = 32  # octets of a secret, a message, a hash, a seed
_VECTOR = 384  # octets of a polynomial in 12 bits a coefficient


class _Parameters(Value):
    """A parameter set (section 8)."""

    k: int  # polynomials of a vector
    eta: int  # bounds secrets and errors; those of a ciphertext's errors are 2
    du: int  # bits of a coefficient in a ciphertext
    dv: int

    @property
    def public(self) -> int:
        """Octets of an encapsulation key."""
        return _VECTOR * self.k + _SECRET

    @property
    def ciphertext(self) -> int:
        """Octets of a ciphertext."""
        return 32 * (self.du * self.k + self.dv)


_SETS = {
    "ML-KEM-512": _Parameters(2, 3, 10, 4),
    "ML-KEM-768": _Parameters(3, 2, 10, 4),
    "ML-KEM-1024": _Parameters(4, 2, 11, 5),
}
CIPHERTEXTS = {name: parameters.ciphertext for name, parameters in _SETS.items()}  # octets


def key_pair(name: str, seed: bytes) -> tuple[bytes, bytes]:
    """Encapsulation and decapsulation key (algorithm 16); `name` is one of `CIPHERTEXTS`."""
    if len(seed) != SEED:
        raise ValueError("the seed has 64 octets")
    known = _SETS[name]
    k, eta = known.k, known.eta
    rho, sigma = _hash_g(seed[:_SECRET] + bytes([k]))
    secrets, errors = (
        [transformed_small(drawn(eta, sigma, at), eta) for at in range(begin, begin + k)] for begin in (0, k)
    )
    pairs = products(matrix(rho, k), factors(secrets))
    public = b"".join([packed(*total(*both), 12) for both in zip(pairs, errors, strict=True)]) + rho
    private = b"".join([packed(even, odd, 12) for even, odd in secrets])
    return public, private + public + sha3_256(public).digest() + seed[_SECRET:]


def encapsulate(name: str, public: bytes, message: bytes | None = None) -> tuple[bytes, bytes]:
    """A secret and its ciphertext (algorithm 17); `ValueError` for what is no key (section 7.2).

    `message`, of 32 octets, is random if not given.
    """
    known = _SETS[name]
    if len(public) != known.public:
        raise ValueError(f"the key has {known.public} octets")
    vector = _vector(public, known.k)
    if max(map(max, chain.from_iterable(vector))) >= PRIME:
        raise ValueError("a coefficient of the key is no remainder")
    message = os.urandom(_SECRET) if message is None else message
    secret, randomness = _hash_g(message + sha3_256(public).digest())
    *us, v = _encrypted(known, vector, public[-_SECRET:], message, randomness)
    first = [packed(even, odd, known.du) for even, odd in us]
    return secret, b"".join([*first, packed(*v, known.dv)])


def decapsulate(name: str, private: bytes, ciphertext: bytes) -> bytes:
    """The secret (algorithm 18); `ValueError` for a key or a ciphertext that is none (section 7.3).

    A ciphertext that nobody made with the key gives a secret that nobody else has.
    """
    known = _SETS[name]
    start, end = _VECTOR * known.k, _VECTOR * known.k + known.public
    public, digest, rejected = private[start:end], private[end : end + _SECRET], private[end + _SECRET :]
    if len(ciphertext) != known.ciphertext or len(rejected) != _SECRET or sha3_256(public).digest() != digest:
        raise ValueError("not a ciphertext, or not a key")
    step = 32 * known.du
    *us, v = [unpacked(ciphertext[at * step :][:step], known.du) for at in range(known.k)] + [
        unpacked(ciphertext[known.k * step :], known.dv)
    ]
    message = _decrypted(known, _vector(private, known.k), us, v)
    secret, randomness = _hash_g(message + digest)
    if _encrypted(known, _vector(public, known.k), public[-_SECRET:], message, randomness) == [*us, v]:
        return secret
    return shake_256(rejected + ciphertext).digest(_SECRET)


# --- K-PKE (section 5) -------------------------------------------------------


def _encrypted(
    known: _Parameters, vector: Sequence[Polynomial], rho: bytes, message: bytes, randomness: bytes
) -> list[Polynomial]:
    """u and v as they stand in a ciphertext (algorithm 14)."""
    k, eta = known.k, known.eta
    ys = [transformed_small(drawn(eta, randomness, at), eta) for at in range(k)]
    errors = [drawn(2, randomness, at) for at in range(k, 2 * k + 1)]
    rows = [*zip(*matrix(rho, k), strict=True), vector]  # the matrix transposed
    *us, v = [restored(product) for product in products(rows, factors(ys))]
    bits = unpacked(message, 1)
    told = [
        [x + (PRIME + 1) // 2 * bit for x, bit in zip(xs, part, strict=True)]
        for xs, part in zip(v, bits, strict=True)
    ]
    return [
        (
            _compressed(map(add, even, error[0]), size, 2),
            _compressed(map(add, odd, error[1]), size, 2),
        )
        for (even, odd), error, size in zip([*us, told], errors, [*[known.du] * k, known.dv], strict=True)
    ]


def _decrypted(
    known: _Parameters, secrets: Sequence[Polynomial], us: Sequence[Polynomial], v: Polynomial
) -> bytes:
    """The message (algorithm 15)."""
    spread = [(_decompressed(even, known.du), _decompressed(odd, known.du)) for even, odd in us]
    transforms = [(transformed(even), transformed(odd)) for even, odd in spread]
    [product] = products([secrets], factors(transforms))
    bits = [
        _compressed(map(sub, _decompressed(part, known.dv), noise), 1)
        for part, noise in zip(v, restored(product), strict=True)
    ]
    return packed(bits[0], bits[1], 1)


def _vector(octets: bytes, k: int) -> list[Polynomial]:
    """Transformed polynomials, with 12 bits a coefficient."""
    return [unpacked(octets[at : at + _VECTOR], 12) for at in range(0, _VECTOR * k, _VECTOR)]


def _hash_g(octets: bytes) -> tuple[bytes, bytes]:
    digest = sha3_512(octets).digest()
    return digest[:_SECRET], digest[_SECRET:]


# --- Numbers in few bits (section 4.2.1) ---------------------------------------


def _compressed(numbers: Iterable[int], bits: int, excess: int = 0) -> Half:
    """Compress, of numbers less the excess; they need not be remainders."""
    mask, half = (1 << bits) - 1, PRIME // 2 - (excess << bits)
    return [((number << bits) + half) // PRIME & mask for number in numbers]


def _decompressed(numbers: Iterable[int], bits: int) -> Half:
    half = 1 << bits - 1
    return [number * PRIME + half >> bits for number in numbers]
