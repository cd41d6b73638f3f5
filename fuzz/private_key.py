"""Any bytes under any label give a private key or DecodeError; a key signs what its public half verifies,
if the file has halves that belong together.

Keys larger than the examples are only read: signing with them proves no more
and takes long.
"""

from __future__ import annotations

import random

from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import DecodeError
from pyfinger.model import PrivateKey, SignatureAlgorithm, SignatureFamily
from pyfinger.x509 import der
from pyfinger.x509.private_keys import LABELS, load_private_key, same_key
from pyfinger.x509.public_keys import EcKey, RsaKey

LARGE = 520  # bits of a modulus
MESSAGE = b"to be signed"
ALGORITHMS = (
    SignatureAlgorithm(SignatureFamily.RSA, "sha256"),
    SignatureAlgorithm(SignatureFamily.RSA_PSS, "sha1"),
    SignatureAlgorithm(SignatureFamily.ECDSA, "sha256"),
    SignatureAlgorithm(SignatureFamily.EDDSA),
)


def _inner(pkcs8: bytes) -> bytes:
    """What PKCS #8 wraps: PKCS #1 or SEC 1."""
    inside = der.DerCursor(pkcs8).sequence("key")
    inside.integer("version")
    inside.element("algorithm")
    return inside.take(der.OCTET_STRING, "key").string()


_KEYS = [make_key(kind).pkcs8 for kind in ("rsa512", "p256", "ed25519", "ed448")]
_OLD = [_inner(key) for key in _KEYS[:2]]

SEEDS: list[bytes] = [bytes([at]) + key for at in range(len(LABELS)) for key in (*_KEYS, *_OLD)]


def check(data: bytes) -> None:
    label = sorted(LABELS)[data[0] % len(LABELS)] if data else "PRIVATE KEY"
    try:
        key = load_private_key(data[1:], label)
    except DecodeError:
        return
    assert same_key(key.public, key.public)
    if key.public.bits <= LARGE:
        for algorithm in filter(key.fits, ALGORITHMS):
            _check_signature(key, algorithm)


def _check_signature(key: PrivateKey, algorithm: SignatureAlgorithm) -> None:
    """The numbers of RSA need not go together, nor do the halves of an EC key: any signature will do then."""
    signature = key.sign(algorithm, MESSAGE, random.Random(1).randbytes)
    good = key.public.verify(algorithm, MESSAGE, signature)
    assert good or isinstance(key.public, RsaKey | EcKey)
