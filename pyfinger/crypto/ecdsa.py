"""ECDSA on curves over prime fields (FIPS 186-4 section 6, SEC 1 section 4.1).

A point is its octets, a signature two numbers, a message its digest: how those
come encoded is the caller's matter.  `verify` gives an answer, never an error.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from pyfinger.crypto import python_ecdsa
from pyfinger.crypto.curves import BadPoint, Curve, parameters
from pyfinger.crypto.dsa import leftmost
from pyfinger.crypto.integers import integer_type
from pyfinger.crypto.nist_curves import nist_curve


@lru_cache(maxsize=64)
def _public_key(curve: Curve, point: bytes) -> Any:
    return python_ecdsa.public_key(curve.library_name, point)


def uncompressed(curve: Curve, point: bytes) -> bytes:
    """A point of the curve in any form, as an uncompressed one; `ValueError` if it is none."""
    if (known := nist_curve(curve.name)) is None:
        return bytes(_public_key(curve, point).point.to_bytes("uncompressed"))
    try:
        return known.octets(known.read(point))
    except BadPoint:
        raise ValueError("point not on its curve") from None


def verify(curve: Curve, point: bytes, digest: bytes, r: int, s: int) -> bool:
    """Whether the signature is good (SEC 1 section 4.1.4)."""
    order = curve.order
    if not (0 < r < order and 0 < s < order):
        return False
    number = integer_type()
    inverse = pow(number(s), -1, number(order))
    base = int(leftmost(digest, order.bit_length()) * inverse % order)
    try:
        x = _sum_x(curve, base, point, int(r * inverse % order))
    except ValueError:
        return False
    return x is not None and x % order == r


def _sum_x(curve: Curve, base_times: int, point: bytes, times: int) -> int | None:
    """x of [base_times]G + [times]P, None at infinity; `ValueError` if the point is none."""
    if (known := nist_curve(curve.name)) is not None:
        found = known.combine(base_times, known.read(point), times)
        return found[0] if found else None
    public = _public_key(curve, point)
    x = public.generator.mul_add(base_times, public.point, times).x()
    return None if x is None else int(x)


def public_point(curve: Curve, secret: int) -> bytes:
    """The public point of a secret between 0 and the order, uncompressed."""
    if (known := nist_curve(curve.name)) is not None:
        return known.public_key(secret)
    found = python_ecdsa.signing_key(curve.library_name, secret)
    return bytes(found.verifying_key.to_string("uncompressed"))


def sign(curve: Curve, secret: int, digest: bytes, hash_name: str) -> tuple[int, int]:
    """r and s; the nonce comes from secret and digest (RFC 6979), by the hash of hashlib's name.

    A secret that is a multiple of the order signs as well as any, though no key verifies it.
    """
    secret %= curve.order
    if not secret:  # there is nothing that a nonce could hide
        return parameters(curve).x % curve.order, leftmost(digest, curve.order.bit_length()) % curve.order
    signer = python_ecdsa.signing_key(curve.library_name, secret)
    r, s = signer.sign_digest_deterministic(
        digest,
        getattr(hashlib, hash_name),
        sigencode=lambda r, s, order: (int(r), int(s)),
        allow_truncate=True,
    )
    return r, s
