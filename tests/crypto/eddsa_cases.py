"""EdDSA signatures of every sort, good, spoilt and on the edge, from a seed.

    python -m tests.crypto.eddsa_cases 20000 1      figures, beside OpenSSL (through cryptography)

A sort is a function that makes one case; the edge is where verifiers differ:
points of small order added to A and R, encodings out of range, S beyond the order.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyfinger.crypto.eddsa import ED448, ED25519, EdwardsCurve, EdwardsPoint, verify_ed448, verify_ed25519


@dataclass(frozen=True)
class Case:
    """A claim that a signature is good."""

    sort: str
    public: bytes
    message: bytes
    signature: bytes


@dataclass(frozen=True)
class Scheme:
    """One of the two: its curve, its sizes, its hash, and what we verify with."""

    name: str
    curve: EdwardsCurve
    size: int
    verify: Callable[[bytes, bytes, bytes], bool]
    torsion: tuple[tuple[int, int], ...]  # all points of small order

    def challenge(self, r: bytes, public: bytes, message: bytes) -> int:
        data = r + public + message
        if self.size == 32:
            digest = hashlib.sha512(data).digest()
        else:
            digest = hashlib.shake_256(b"SigEd448\0\0" + data).digest(114)
        return int.from_bytes(digest, "little") % self.curve.order

    def octets(self, number: int, sign: int = 0) -> bytes:
        """A number, or y and the sign of x."""
        return (number | sign << (8 * self.size - 1)).to_bytes(self.size, "little")

    def times_base(self, number: int, torsion: tuple[int, int] = (0, 1)) -> bytes:
        """[number]B + a point of small order, encoded."""
        point = self.curve.combine(number, (0, 1, 1), 0)
        x, y = self.curve.affine(self.curve.add(point, (*torsion, 1)))
        return self.octets(y, x & 1)


def _torsion(curve: EdwardsCurve, generator: tuple[int, int], count: int) -> tuple[tuple[int, int], ...]:
    points, point = [(0, 1)], (0, 1)
    for _ in range(count - 1):
        point = curve.affine(curve.add((*point, 1), (*generator, 1)))
        points.append(point)
    assert len(set(points)) == count
    return tuple(points)


def _order_eight() -> tuple[int, int]:
    """A point of order 8 of Ed25519: what is left of any point times the order."""
    curve, p = ED25519, ED25519.prime
    for y in range(2, 1000):
        square = (y * y - 1) * pow(curve.d * y * y + 1, -1, p) % p
        root = pow(square, (p + 3) // 8, p)
        for x in (root, root * pow(2, (p - 1) // 4, p) % p):
            if x * x % p == square:
                point: EdwardsPoint = (x, y, 1)
                rest = curve.combine(0, point, curve.order)
                four = curve.double(curve.double(rest))
                if curve.affine(four) != (0, 1):
                    return curve.affine(rest)
    raise AssertionError("no point of order 8")


SCHEMES = (
    Scheme("Ed25519", ED25519, 32, verify_ed25519, _torsion(ED25519, _order_eight(), 8)),
    Scheme("Ed448", ED448, 57, verify_ed448, _torsion(ED448, (1, 0), 4)),
)


class Maker:
    """Makes cases for one scheme."""

    def __init__(self, scheme: Scheme, seed: int) -> None:
        self._scheme = scheme
        self._random = random.Random(f"{scheme.name} {seed}")

    def cases(self, count: int) -> Iterator[Case]:
        """Of all sorts in turn."""
        sorts = (
            self._good, self._flipped, self._replaced, self._with_torsion, self._small, self._odd_encoding,
            self._large_s, self._cut, self._noise,
        )  # fmt: skip
        for number in range(count):
            yield sorts[number % len(sorts)]()

    def _signed(self, sort: str, mixed: bool = False) -> Case:
        """By a key, and with an R, that may have a part of small order."""
        scheme, draw = self._scheme, self._random
        order = scheme.curve.order
        secret, nonce = draw.randrange(1, order), draw.randrange(1, order)
        first, second = (draw.choice(scheme.torsion) if mixed else (0, 1) for _ in range(2))
        public, r = scheme.times_base(secret, first), scheme.times_base(nonce, second)
        message = draw.randbytes(draw.randrange(80))
        s = (nonce + scheme.challenge(r, public, message) * secret) % order
        return Case(sort, public, message, r + scheme.octets(s))

    def _good(self) -> Case:
        return self._signed("good")

    def _with_torsion(self) -> Case:
        return self._signed("with a part of small order", mixed=True)

    def _flipped(self) -> Case:
        """One bit of anything."""
        case = self._signed("one bit changed")
        parts = [case.public, case.message or b"x", case.signature]
        which = self._random.choice((0, 1, 2, 2))
        at = self._random.randrange(8 * len(parts[which]))
        spoilt = bytearray(parts[which])
        spoilt[at // 8] ^= 1 << at % 8
        parts[which] = bytes(spoilt)
        return Case(case.sort, *parts)

    def _replaced(self) -> Case:
        """A part of another signature."""
        one, other = self._signed("a part of another"), self._signed("")
        size = self._scheme.size
        signature = self._random.choice(
            (one.signature[:size] + other.signature[size:], other.signature[:size] + one.signature[size:])
        )
        return Case(one.sort, one.public, one.message, signature)

    def _small(self) -> Case:
        """A and R of small order, in all their encodings, S mostly 0."""
        scheme, draw = self._scheme, self._random
        public, r = self._odd_point(), self._odd_point()
        s = draw.choice((0, 0, 0, 1, scheme.curve.order - 1, scheme.curve.order))
        signature = r + scheme.octets(s)
        return Case("small order", public, draw.randbytes(draw.randrange(8)), signature)

    def _odd_point(self) -> bytes:
        """A point of small order, maybe with y + p for y, or the other sign."""
        scheme, draw = self._scheme, self._random
        x, y = draw.choice(scheme.torsion)
        bits = 255 if scheme.size == 32 else 455
        y += scheme.curve.prime * draw.choice((0, 0, 1))
        y = y if y < 1 << bits else y - scheme.curve.prime
        return (y | ((x ^ draw.choice((0, 0, 1))) & 1) << (8 * scheme.size - 1)).to_bytes(
            scheme.size, "little"
        )

    def _odd_encoding(self) -> Case:
        """A public key or R out of range, the rest as if it were right."""
        scheme, draw = self._scheme, self._random
        order, prime = scheme.curve.order, scheme.curve.prime
        public = (
            draw.randrange(prime - 30, prime + 19) | draw.getrandbits(1) << (8 * scheme.size - 1)
        ).to_bytes(scheme.size, "little")
        r = draw.choice((scheme.times_base(draw.randrange(order)), public, self._odd_point()))
        s = draw.randrange(order) if draw.getrandbits(1) else 0
        return Case("encoding out of range", public, b"", r + scheme.octets(s))

    def _large_s(self) -> Case:
        """S plus a multiple of the order, or with high bits set."""
        scheme, draw = self._scheme, self._random
        case = self._signed("S changed")
        s = int.from_bytes(case.signature[scheme.size :], "little")
        limit = 1 << 8 * scheme.size
        s = draw.choice(
            (s + scheme.curve.order * draw.randrange(1, 4), s | 1 << draw.randrange(250, 8 * scheme.size))
        )
        return Case(
            case.sort,
            case.public,
            case.message,
            case.signature[: scheme.size] + scheme.octets(s % limit),
        )

    def _cut(self) -> Case:
        """Another length."""
        case = self._signed("another length")
        size = self._random.choice((0, 1, self._scheme.size, len(case.signature) - 1))
        longer = case.signature + self._random.randbytes(1)
        signature = self._random.choice((case.signature[:size], longer))
        return Case(case.sort, case.public, case.message, signature)

    def _noise(self) -> Case:
        """Random octets, with an S that passes."""
        scheme, draw = self._scheme, self._random
        s = draw.randrange(scheme.curve.order).to_bytes(scheme.size, "little")
        return Case("noise", draw.randbytes(scheme.size), draw.randbytes(5), draw.randbytes(scheme.size) + s)


def compare(
    scheme: Scheme, count: int, seed: int, oracle: Callable[[Case], bool]
) -> Counter[tuple[str, str]]:
    """How many cases of each sort were found good, bad, or judged otherwise by the oracle (`differ`)."""
    figures: Counter[tuple[str, str]] = Counter()
    for case in Maker(scheme, seed).cases(count):
        ours = scheme.verify(case.public, case.message, case.signature)
        verdict = "differ" if ours is not oracle(case) else "good" if ours else "bad"
        figures[case.sort, verdict] += 1
    return figures


def main() -> None:
    from tests.crypto.eddsa_oracle import ORACLES, VERSION

    count, seed = (int(word) for word in (*sys.argv[1:], "20000", "1")[:2])
    print(VERSION)
    for scheme in SCHEMES:
        figures = compare(scheme, count // 2, seed, ORACLES[scheme.name])
        for (sort, verdict), number in sorted(figures.items()):
            print(f"{scheme.name:8} {sort:28} {verdict:6} {number}")


if __name__ == "__main__":
    main()
