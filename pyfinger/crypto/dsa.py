"""DSA (FIPS 186-4 section 4); it lives on in old test suites only."""

from __future__ import annotations

import math
from collections.abc import Callable

from pyfinger.values import Value

_MAX_MODULUS = 10000  # bits; OPENSSL_DSA_MAX_MODULUS_BITS
_ORDER_SIZES = (160, 224, 256)


class Domain(Value):
    """Modulus p, order q of the subgroup, and its base g."""

    prime: int
    order: int
    base: int


def usable(domain: Domain) -> bool:
    """Whether OpenSSL would compute in this group."""
    p, q = domain.prime, domain.order
    return p.bit_length() <= _MAX_MODULUS and p % 2 == 1 and q.bit_length() in _ORDER_SIZES


def verify(domain: Domain, value: int, digest: bytes, r: int, s: int) -> bool:
    """Whether the signature is good by the public value, in a group that OpenSSL would compute in."""
    p, q = domain.prime, domain.order
    if not usable(domain) or not (0 < r < q and 0 < s < q) or math.gcd(s, q) != 1:
        return False
    w = pow(s, -1, q)
    u = leftmost(digest, q.bit_length()) * w % q
    return pow(domain.base, u, p) * pow(value, r * w % q, p) % p % q == r


def sign(domain: Domain, secret: int, digest: bytes, random: Callable[[int], bytes]) -> tuple[int, int]:
    """The two numbers of a signature; the nonce has 64 bits to spare (appendix B.2.1)."""
    p, q = domain.prime, domain.order
    nonce = int.from_bytes(random(q.bit_length() // 8 + 8), "big") % (q - 1) + 1
    r = pow(domain.base, nonce, p) % q
    return r, pow(nonce, -1, q) * (leftmost(digest, q.bit_length()) + secret * r) % q


def leftmost(digest: bytes, bits: int) -> int:
    """The leftmost bits of a digest as a number (FIPS 186-4 section 6.4)."""
    return int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - bits)
