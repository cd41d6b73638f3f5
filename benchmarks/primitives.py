"""What a primitive costs, ours beside tlslite-ng's, python-ecdsa's and kyber-py's.

    .venv/bin/python benchmarks/primitives.py [ROUNDS]

Ours and theirs take turns in one run; shown are the medians of their CPU in microseconds,
and their ratio, ours by theirs, and the same with gmpy2 if it can be imported.
Theirs is called as pyfinger did before it had its own.  `new key` and `first` include the
schedule of a key, or the tables of a process, which the other lines find made.  Left out
is what importing costs.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from statistics import median
from typing import Any, TypeAlias

import pyfinger.crypto.tlslite_ng  # noqa: F401  (before tlslite: it keeps that from loading OpenSSL)

# isort: split
from ecdsa.ellipticcurve import PointJacobi
from kyber_py.ml_kem import ML_KEM_768
from tlslite.utils import python_aesccm, python_aesgcm, python_chacha20_poly1305
from tlslite.utils.x25519 import X25519_G, x25519

from pyfinger.crypto import base_point_comb, ecdsa, ml_kem, nist_curves, python_ecdsa
from pyfinger.crypto.aes import aes_ccm, aes_gcm
from pyfinger.crypto.chacha20_poly1305 import ChaCha20Poly1305
from pyfinger.crypto.curves import CURVES, Curve
from pyfinger.crypto.diffie_hellman import PrimeCurve
from pyfinger.crypto.dsa import leftmost
from pyfinger.crypto.montgomery import montgomery_curve
from pyfinger.crypto.nist_curves import nist_curve

Work: TypeAlias = Callable[[], object]
Row: TypeAlias = tuple[str, Work, Work]  # what, ours, theirs
Figures: TypeAlias = dict[str, tuple[float, float]]  # microseconds, ours and theirs

ROUNDS = 40
CHILD = "figures"
SIZES = (20, 100, 1000, 4096)
NONCE, DATA = bytes(12), bytes(5)
AEADS: tuple[tuple[str, Callable[[bytes], Any], Callable[[bytearray], Any]], ...] = (
    ("AES-256-GCM", aes_gcm, python_aesgcm.new),
    ("AES-256-CCM", aes_ccm, partial(python_aesccm.new, tagLength=16)),
    ("ChaCha20-Poly1305", ChaCha20Poly1305, python_chacha20_poly1305.new),
)


def aead_rows() -> Iterator[Row]:
    """Records sealed, which costs what opening them does."""
    key = os.urandom(32)
    for name, ours, theirs in AEADS:
        for size in SIZES:
            plain = os.urandom(size)
            given = bytearray(NONCE), bytearray(plain), bytearray(DATA)
            ready, other = ours(key), theirs(bytearray(key))
            yield (
                f"{name}, {size} octets",
                partial(ready.seal, NONCE, plain, DATA),
                partial(other.seal, *given),
            )
            yield (
                f"{name}, {size} octets, new key",
                partial(sealed_anew, ours, key, (NONCE, plain, DATA)),
                partial(sealed_anew, theirs, bytearray(key), given),
            )


def sealed_anew(make: Callable[[Any], Any], key: object, given: tuple[object, ...]) -> object:
    """A record under a key not seen before."""
    return make(key).seal(*given)


def x25519_rows() -> Iterator[Row]:
    """One side's part of an agreement."""
    curve, private, public = montgomery_curve("x25519"), os.urandom(32), os.urandom(32)

    def both() -> None:
        curve.public_key(private)
        curve.shared_secret(private, public)

    def first() -> None:
        base_point_comb._tables.cache_clear()
        both()

    def their_pair() -> object:
        return x25519(bytearray(private), bytearray(X25519_G))

    def their_secret() -> object:
        return x25519(bytearray(private), bytearray(public))

    def their_both() -> None:
        their_pair()
        their_secret()

    yield "X25519 key pair", partial(curve.public_key, private), their_pair
    yield "X25519 agreement", partial(curve.shared_secret, private, public), their_secret
    yield "X25519 both", both, their_both
    yield "X25519 both, first", first, their_both


def ml_kem_rows() -> Iterator[Row]:
    """What a handshake has of it: the matrix, made with the key pair, is still there for decapsulation."""
    name, seed = "ML-KEM-768", os.urandom(ml_kem.SEED)
    public, private = ml_kem.key_pair(name, seed)
    _, ciphertext = ml_kem.encapsulate(name, public)

    def key_pair() -> object:
        return ml_kem.key_pair(name, os.urandom(ml_kem.SEED))

    def decapsulation() -> object:
        ml_kem.key_pair(name, seed)
        return ml_kem.decapsulate(name, private, ciphertext)

    def their_decapsulation() -> object:
        ML_KEM_768.key_derive(seed)
        return ML_KEM_768.decaps(private, ciphertext)

    yield f"{name} key pair", key_pair, lambda: ML_KEM_768.key_derive(os.urandom(ml_kem.SEED))
    yield f"{name} both", decapsulation, their_decapsulation


def curve_rows(label: str, curve: Curve, other: PrimeCurve) -> Iterator[Row]:
    """A signature verified, a key pair, an agreement."""
    known = nist_curve(curve.name)
    assert known is not None
    secret, point = 7**77, ecdsa.public_point(curve, 7**77)
    digest = hashlib.sha256(b"a message").digest()
    r, s = ecdsa.sign(curve, secret, digest, "sha256")
    key, theirs = other.private_key(os.urandom), python_ecdsa.curve(curve.library_name)

    def met_often() -> None:
        assert ecdsa.verify(curve, point, digest, r, s)

    def verify() -> None:  # by a key that was not met before
        known._met.clear()
        met_often()

    def first() -> None:
        nist_curves._base_multiples.cache_clear()
        verify()

    def their_sum(generator: Any) -> None:
        public, order = python_ecdsa.public_key(curve.library_name, point), curve.order
        inverse = pow(s, -1, order)
        base = leftmost(digest, order.bit_length()) * inverse % order
        assert generator.mul_add(base, public.point, r * inverse % order).x() == r

    def their_first() -> None:
        fresh = PointJacobi(
            theirs.curve, theirs.generator.x(), theirs.generator.y(), 1, curve.order, generator=True
        )
        their_sum(fresh)

    yield f"{label} verify", verify, partial(their_sum, theirs.generator)
    yield f"{label} verify, key met often", met_often, partial(their_sum, theirs.generator)
    yield f"{label} verify, first", first, their_first
    yield (
        f"{label} key pair",
        lambda: known.public_key(known.private_key(os.urandom)),
        lambda: other.public_key(other.private_key(os.urandom)),
    )
    yield (
        f"{label} agreement",
        partial(known.shared_secret, secret, point),
        partial(other.shared_secret, key, point),
    )


def measure(rows: Iterator[Row], rounds: int) -> Figures:
    """The medians of what takes turns."""
    figures = {}
    for what, ours, theirs in rows:
        times: tuple[list[float], list[float]] = [], []
        for _ in range(rounds):
            for work, found in zip((ours, theirs), times, strict=True):
                begin = time.process_time()
                work()
                found.append(time.process_time() - begin)
        figures[what] = median(times[0]) * 1e6, median(times[1]) * 1e6
    return figures


def public_key_rows() -> Iterator[Row]:
    """What gmpy2 has a part in."""
    yield from x25519_rows()
    yield from curve_rows("P-256", CURVES["prime256v1"], PrimeCurve("secp256r1"))
    yield from curve_rows("P-384", CURVES["secp384r1"], PrimeCurve("secp384r1"))


def figures_after(first: str, rounds: int) -> Figures:
    """What a process finds that begins with that statement; nothing if the statement fails."""
    program = f"import runpy, sys; {first}; runpy.run_path(sys.argv.pop(1), run_name='__main__')"
    command = [sys.executable, "-c", program, __file__, str(rounds), CHILD]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    found = json.loads(done.stdout or "{}")
    return {what: (ours, theirs) for what, (ours, theirs) in found.items()}


def main() -> None:
    """Print a line for each primitive; in a child, the figures."""
    words = sys.argv[1:]
    rounds = int(words[0]) if words else ROUNDS
    if words[1:] == [CHILD]:
        rows = (
            public_key_rows()
            if sys.modules.get("gmpy2")
            else chain(aead_rows(), ml_kem_rows(), public_key_rows())
        )
        print(json.dumps(measure(rows, rounds)))
        return
    pure = figures_after("sys.modules['gmpy2'] = None", rounds)
    fast = figures_after("import gmpy2", rounds)
    print(
        f"{'':38}{'ours':>8} {'theirs':>8} {'ratio':>6}   {'gmpy2:':6} {'ours':>8} {'theirs':>8} {'ratio':>6}"
    )
    for what, pair in pure.items():
        line = f"{what:38}{pair[0]:8.0f} {pair[1]:8.0f} {pair[0] / pair[1]:6.2f}"
        if what in fast:
            ours, theirs = fast[what]
            line += f"   {'':6} {ours:8.0f} {theirs:8.0f} {ours / theirs:6.2f}"
        print(line)


if __name__ == "__main__":
    main()
