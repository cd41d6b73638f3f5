"""EdDSA: signatures verified to OpenSSL's letter (RFC 8032 sections 5.1.7 and 5.2.7), and made.

What verifiers accept differs at the edges of the curve, so the rules are those of
OpenSSL 3.5 (curve25519.c, curve448/eddsa.c), with arithmetic of our own:

    both      the signature has its length, and S is below the order
    Ed25519   A's y may be p or more, x = 0 may be called negative; then
              [S]B - [h]A, encoded, has to be R, octet by octet
    Ed448     A's and R's y are below p, and x is not 0; then [S]B - [h]A and R
              have to be equal but for a point of order 1, 2 or 4, since OpenSSL
              compares them behind an isogeny that takes all of those to 0

Nothing takes constant time.  Signatures of our own are python-ecdsa's.
"""

from __future__ import annotations

import hashlib
from typing import TypeAlias

from pyfinger.crypto import python_ecdsa
from pyfinger.values import Value

EdwardsPoint: TypeAlias = tuple[int, int, int]  # X, Y, Z: x = X/Z, y = Y/Z

_NEUTRAL: EdwardsPoint = (0, 1, 1)


class EdwardsCurve(Value):
    """a x^2 + y^2 = 1 + d x^2 y^2 over the integers modulo `prime`; a is a square and d is none."""

    prime: int
    a: int
    d: int
    order: int
    base: EdwardsPoint

    def add(self, left: EdwardsPoint, right: EdwardsPoint) -> EdwardsPoint:
        """The sum of any two points (Bernstein, Birkner, Joye, Lange, Peters 2008)."""
        p = self.prime
        x1, y1, z1 = left
        x2, y2, z2 = right
        z, xx, yy = z1 * z2 % p, x1 * x2 % p, y1 * y2 % p
        square, cross = z * z % p, self.d * xx % p * yy % p
        less, more = square - cross, square + cross
        mixed = (x1 + y1) * (x2 + y2) - xx - yy
        return z * less % p * mixed % p, z * more % p * (yy - self.a * xx) % p, less * more % p

    def double(self, point: EdwardsPoint) -> EdwardsPoint:
        """The sum of a point and itself."""
        p = self.prime
        x, y, z = point
        xx, yy = x * x % p, y * y % p
        scaled = self.a * xx
        total = scaled + yy
        rest = (total - 2 * z * z) % p
        mixed = (x + y) * (x + y) - xx - yy
        return mixed * rest % p, total * (scaled - yy) % p, total * rest % p

    def combine(self, base_times: int, point: EdwardsPoint, times: int) -> EdwardsPoint:
        """[base_times]B + [times]P, bit by bit of both."""
        addends = {1: self.base, 2: point, 3: self.add(self.base, point)}
        result = _NEUTRAL
        for at in reversed(range(max(base_times.bit_length(), times.bit_length()))):
            result = self.double(result)
            if digit := (base_times >> at & 1) | (times >> at & 1) << 1:
                result = self.add(result, addends[digit])
        return result

    def negative(self, point: EdwardsPoint) -> EdwardsPoint:
        """The point that adds up to nothing with this one."""
        return -point[0] % self.prime, point[1], point[2]

    def affine(self, point: EdwardsPoint) -> tuple[int, int]:
        """x and y."""
        inverse = pow(point[2], -1, self.prime)
        return point[0] * inverse % self.prime, point[1] * inverse % self.prime


_P25519 = 2**255 - 19
_P448 = 2**448 - 2**224 - 1
ED25519 = EdwardsCurve(
    _P25519,
    a=-1,
    d=-121665 * pow(121666, -1, _P25519) % _P25519,
    order=2**252 + 27742317777372353535851937790883648493,
    base=(
        15112221349535400772501151409588531511454012693041857206046113283949847762202,
        46316835694926478169428394003475163141307993866256225615783033603165251855960,
        1,
    ),
)
ED448 = EdwardsCurve(
    _P448,
    a=1,
    d=-39081 % _P448,
    order=2**446 - 13818066809895115352007386748515426880336692474882178609894547503885,
    base=(
        0x4F1970C66BED0DED221D15A622BF36DA9E146570470F1767EA6DE324A3D3A46412AE1AF72AB66511433B80E18B00938E2626A82BC70CC05E,
        0x693F46716EB6BC248876203756C9C7624BEA73736CA3984087789C1E05A0C2D73AD3FF1CE67C39C4FDBD132C4ED7C8AD9808795BF230FA14,
        1,
    ),
)


def verify_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is good (ossl_ed25519_verify); `public` has 32 octets."""
    if len(signature) != 64:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    point = _ed25519_point(public)
    if s >= ED25519.order or point is None:
        return False
    digest = hashlib.sha512(r + public + message).digest()
    times = int.from_bytes(digest, "little") % ED25519.order
    x, y = ED25519.affine(ED25519.combine(s, ED25519.negative(point), times))
    return (y | (x & 1) << 255).to_bytes(32, "little") == r


def _ed25519_point(octets: bytes) -> EdwardsPoint | None:
    """The point of an encoding, if there is one, however odd (ge_frombytes_vartime)."""
    p = _P25519
    number = int.from_bytes(octets, "little")
    y = (number & (1 << 255) - 1) % p
    above, below = y * y - 1, ED25519.d * y * y + 1
    x = above * pow(above * below, (p - 5) // 8, p) % p  # a root of above/below, or of its negative
    square = below * x * x % p
    if square == -above % p:
        x = x * pow(2, (p - 1) // 4, p) % p
    elif square != above % p:
        return None
    return (x if x & 1 == number >> 255 else -x % p, y, 1)


def verify_ed448(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is good (ossl_c448_ed448_verify); `public` has 57 octets."""
    if len(signature) != 114:
        return False
    encoded, s = signature[:57], int.from_bytes(signature[57:], "little")
    point, r = _ed448_point(public), _ed448_point(encoded)
    if s >= ED448.order or point is None or r is None:
        return False
    head = b"SigEd448\0\0"  # no pre-hash, no context
    digest = hashlib.shake_256(head + encoded + public + message).digest(114)
    times = int.from_bytes(digest, "little") % ED448.order
    found = ED448.combine(s, ED448.negative(point), times)
    difference = ED448.add(found, ED448.negative(r))
    x, y = ED448.affine(ED448.double(ED448.double(difference)))
    return (x, y) == (0, 1)


def _ed448_point(octets: bytes) -> EdwardsPoint | None:
    """The point of an encoding (curve448_point_decode_like_eddsa_and_mul_by_ratio)."""
    p = _P448
    number = int.from_bytes(octets, "little")
    negative, y = number >> 455, number & (1 << 455) - 1
    if y >= p:
        return None
    above, below = 1 - y * y, 1 - ED448.d * y * y
    product = above * below % p
    inverse_root = pow(product, (p - 3) // 4, p)
    if inverse_root * inverse_root % p * product % p != 1:  # no square, or 0
        return None
    x = inverse_root * above % p
    return (x if x & 1 == negative else -x % p, y, 1)


def public_key(curve: str, secret: bytes) -> bytes:
    """The public key on `ed25519` or `ed448` of a secret of 32 or 57 octets (sections 5.1.5, 5.2.5)."""
    return bytes(python_ecdsa.edwards_key(curve, secret).public_key().public_key())


def sign(curve: str, secret: bytes, message: bytes) -> bytes:
    """A signature (sections 5.1.6, 5.2.6); nothing in it is random."""
    return bytes(python_ecdsa.edwards_key(curve, secret).sign(message))
