"""Prime numbers for RSA keys that are the same every time.

A search starts at a number hashed from a label.  Searching takes tenths of a
second for each prime, so the distances to the primes behind the usual labels
are written down here; a test makes sure of them.  These keys are public: good
for a demonstration on loopback, and for nothing else.
"""

from __future__ import annotations

import hashlib
from itertools import count

PUBLIC_EXPONENT = 65537

# label -> distance from the start
DISTANCES: dict[str, int] = {
    "rsa  p": 536,
    "rsa  q": 1854,
    "rsa 0 p": 1538,
    "rsa 0 q": 298,
    "rsa 1 p": 156,
    "rsa 1 q": 74,
    "rsa 2 p": 2588,
    "rsa 2 q": 192,
    "rsa1024  p": 100,
    "rsa1024  q": 504,
    "rsa1024 0 p": 24,
    "rsa1024 0 q": 676,
    "rsa3072  p": 266,
    "rsa3072  q": 420,
    "rsa4096  p": 618,
    "rsa4096  q": 868,
}

_SMALL_PRIMES = [n for n in range(3, 2000) if all(n % d for d in range(2, int(n**0.5) + 1))]
_WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19)


def prime_for(label: str, bits: int) -> int:
    """The prime that belongs to a label; its two highest bits are set."""
    start = _start(label, bits)
    if label in DISTANCES:
        return start + DISTANCES[label]
    return start + distance(label, bits)


def distance(label: str, bits: int) -> int:
    """How far the prime is from the label's start."""
    start = _start(label, bits)
    residues = [start % prime for prime in _SMALL_PRIMES]

    def is_prime(step: int) -> bool:
        if not all((rest + step) % prime for rest, prime in zip(residues, _SMALL_PRIMES, strict=True)):
            return False
        return _probably_prime(start + step) and (start + step) % PUBLIC_EXPONENT != 1

    return next(filter(is_prime, count(0, 2)))


def _start(label: str, bits: int) -> int:
    hashed = hashlib.shake_256(f"pyfinger {bits} {label}".encode()).digest(bits // 8)
    return int.from_bytes(hashed, "big") | 3 << (bits - 2) | 1


def _probably_prime(number: int) -> bool:
    """Miller-Rabin with fixed bases: nobody chose these numbers to fool it."""
    odd = number - 1
    twos = (odd & -odd).bit_length() - 1
    odd >>= twos
    return all(_passes(number, pow(base, odd, number), twos) for base in _WITNESSES)


def _passes(number: int, power: int, twos: int) -> bool:
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False
