"""Any bytes are a public key or DecodeError; a key judges any signature, by any algorithm, and never raises.

Keys of which one computation takes long are only read.
"""

from __future__ import annotations

from fuzz._bytes import Choices
from pyfinger.demo.fixed_keys import DemoKey, make_key
from pyfinger.errors import DecodeError
from pyfinger.model import PublicKey, SignatureAlgorithm, SignatureFamily
from pyfinger.x509.private_keys import load_private_key
from pyfinger.x509.public_keys import load_spki

LARGE = 4200  # bits
MESSAGE = b"to be signed"
ALGORITHMS = (
    SignatureAlgorithm(SignatureFamily.RSA, "sha256"),
    SignatureAlgorithm(SignatureFamily.RSA, "md5"),
    SignatureAlgorithm(SignatureFamily.RSA_PSS, "sha256"),
    SignatureAlgorithm(SignatureFamily.RSA_PSS, "sha512"),
    SignatureAlgorithm(SignatureFamily.ECDSA, "sha1"),
    SignatureAlgorithm(SignatureFamily.ECDSA, "sha512"),
    SignatureAlgorithm(SignatureFamily.EDDSA),
    SignatureAlgorithm(SignatureFamily.DSA, "sha256"),
    SignatureAlgorithm(SignatureFamily.ECDSA, "whirlpool"),
)
KINDS = ("p256", "p384", "rsa1024", "rsa512", "ed25519", "ed448")
KEYS = [make_key(kind) for kind in KINDS]


def _signed(key: DemoKey) -> tuple[int, bytes]:
    """The number of an algorithm that fits the key, and a signature."""
    private = load_private_key(key.pkcs8)
    number = next(number for number, one in enumerate(ALGORITHMS) if private.fits(one))
    return number, private.sign(ALGORITHMS[number], MESSAGE, lambda size: b"\x5a" * size)


_SIGNED = [_signed(key) for key in KEYS]
SIGNATURES = [signature for _, signature in _SIGNED]

SEEDS: list[bytes] = [
    *(bytes([number, fitting]) + signature for number, (fitting, signature) in enumerate(_SIGNED)),
    *(bytes([0xFF]) + key.spki for key in KEYS),
    bytes.fromhex("ff 3013 3011 0607 2a8648ce3d0201 0606 2b8104001f0a 0302 0000"),
]


def check(data: bytes) -> None:
    """A known key and a signature, or a key and known signatures."""
    choices = Choices(data)
    known = choices.number(256)
    if known < len(KEYS):
        _check_signature(load_spki(KEYS[known].spki), choices.one_of(ALGORITHMS), choices.rest())
        return
    try:
        key = load_spki(choices.rest())
    except DecodeError:
        return
    assert key.kind
    assert key.bits >= 0
    assert key.strength >= 0
    for number, algorithm in enumerate(ALGORITHMS) if key.bits <= LARGE else ():
        key.verify(algorithm, MESSAGE, SIGNATURES[number % len(SIGNATURES)])


def _check_signature(key: PublicKey, algorithm: SignatureAlgorithm, signature: bytes) -> None:
    """It is for one message at most."""
    verdicts = [key.verify(algorithm, message, signature) for message in (MESSAGE, MESSAGE + b"!")]
    assert not all(verdicts)
