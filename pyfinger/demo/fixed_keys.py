"""Private keys that are the same every time: for the demo's servers and for tests.

    key = make_key("p256", "leaf")
    key.pem            PKCS #8
    key.spki           SubjectPublicKeyInfo, DER
    key.sign(message, key.scheme)

Never use one of these keys for anything real: the label is the key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from pyfinger.demo.primes import PUBLIC_EXPONENT, prime_for
from pyfinger.values import Value
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.pem import to_pem

_CURVES = {
    "p224": ("NIST224p", "1.3.132.0.33", "sha256"),
    "p256": ("NIST256p", "1.2.840.10045.3.1.7", "sha256"),
    "p384": ("NIST384p", "1.3.132.0.34", "sha384"),
    "p521": ("NIST521p", "1.3.132.0.35", "sha512"),
}
_EDWARDS = {"ed25519": ("1.3.101.112", 32), "ed448": ("1.3.101.113", 57)}
_ML_DSA = {"ml-dsa-44": 17, "ml-dsa-65": 18, "ml-dsa-87": 19}
_DIGEST_OIDS = {
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_RSA_SIGNATURES = {"md5": 4, "sha1": 5, "sha256": 11, "sha384": 12, "sha512": 13}
_ECDSA_SIGNATURES = {"sha1": "1", "sha256": "3.2", "sha384": "3.3", "sha512": "3.4"}
_NULL = b"\x05\0"

_Sign = Callable[[bytes, str], bytes]


class DemoKey(Value):
    """A key pair; `scheme` is the digest it signs with unless told otherwise.

    RSA keys also take `pss-sha256` and so on; Edwards curves and ML-DSA take the empty scheme.
    """

    kind: str
    spki: bytes
    pkcs8: bytes
    scheme: str
    signer: _Sign

    @property
    def pem(self) -> str:
        """The private key in PEM."""
        return to_pem("PRIVATE KEY", self.pkcs8)

    def sign(self, message: bytes, scheme: str) -> bytes:
        """A signature as certificates and TLS have it."""
        return self.signer(message, scheme)

    def algorithm(self, scheme: str) -> bytes:
        """The AlgorithmIdentifier of signatures by this key."""
        if self.kind in _EDWARDS:
            return encoding.sequence(encoding.oid(_EDWARDS[self.kind][0]))
        if self.kind in _ML_DSA:
            return _ml_dsa_algorithm(self.kind)
        if self.kind in _CURVES:
            return encoding.sequence(encoding.oid(f"1.2.840.10045.4.{_ECDSA_SIGNATURES[scheme]}"))
        if scheme.startswith("pss-"):
            return _pss_algorithm(scheme[4:])
        return encoding.sequence(encoding.oid(f"1.2.840.113549.1.1.{_RSA_SIGNATURES[scheme]}"), _NULL)


def make_key(kind: str = "p256", label: str = "") -> DemoKey:
    """The key of this kind and label.

    `kind` is p224, p256, p384, p521, ed25519, ed448, ml-dsa-44, ml-dsa-65, ml-dsa-87, rsa or rsaBITS.
    """
    if kind in _CURVES:
        return _curve_key(kind, label)
    if kind in _EDWARDS:
        return _edwards_key(kind, label)
    if kind in _ML_DSA:
        return _ml_dsa_key(kind, label)
    return _rsa_key(kind, label)


def _secret(label: str, kind: str, size: int) -> bytes:
    return hashlib.shake_256(f"pyfinger {kind} {label}".encode()).digest(size)


def _curve_key(kind: str, label: str) -> DemoKey:
    import ecdsa

    name, oid, digest = _CURVES[kind]
    curve: Any = getattr(ecdsa, name)
    size = curve.baselen
    secret = int.from_bytes(_secret(label, kind, size + 8), "big") % (curve.order - 1) + 1
    private = ecdsa.SigningKey.from_secret_exponent(secret, curve)
    point: bytes = private.verifying_key.to_string("uncompressed")
    algorithm = encoding.sequence(encoding.oid("1.2.840.10045.2.1"), encoding.oid(oid))
    inner = encoding.sequence(
        encoding.integer(1),
        encoding.element(der.OCTET_STRING, secret.to_bytes(size, "big")),
        encoding.element(der.CONTEXT | der.CONSTRUCTED | 1, _bit_string(point)),
    )

    def sign(message: bytes, scheme: str) -> bytes:
        hashed = hashlib.new(scheme, message).digest()
        signature: bytes = private.sign_digest_deterministic(
            hashed, getattr(hashlib, scheme), sigencode=ecdsa.util.sigencode_der, allow_truncate=True
        )
        return signature

    return DemoKey(kind, _spki(algorithm, point), _pkcs8(algorithm, inner), digest, sign)


def _edwards_key(kind: str, label: str) -> DemoKey:
    from ecdsa import eddsa

    oid, size = _EDWARDS[kind]
    generator = eddsa.generator_ed25519 if kind == "ed25519" else eddsa.generator_ed448
    secret = _secret(label, kind, size)
    private = eddsa.PrivateKey(generator, secret)
    algorithm = encoding.sequence(encoding.oid(oid))
    inner = encoding.element(der.OCTET_STRING, secret)
    public = bytes(private.public_key().public_key())

    def sign(message: bytes, scheme: str) -> bytes:
        return bytes(private.sign(message))

    return DemoKey(kind, _spki(algorithm, public), _pkcs8(algorithm, inner), "", sign)


def _ml_dsa_algorithm(kind: str) -> bytes:
    return encoding.sequence(encoding.oid(f"2.16.840.1.101.3.4.3.{_ML_DSA[kind]}"))


def _ml_dsa_key(kind: str, label: str) -> DemoKey:
    """With its seed alone as the private key (RFC 9881 section 6)."""
    from dilithium_py import ml_dsa

    parameters: Any = getattr(ml_dsa, kind.replace("-", "_").upper())
    seed = _secret(label, kind, 32)
    public, private = parameters.key_derive(seed)

    def sign(message: bytes, scheme: str) -> bytes:
        return bytes(parameters.sign(private, message, deterministic=True))

    algorithm = _ml_dsa_algorithm(kind)
    return DemoKey(
        kind, _spki(algorithm, public), _pkcs8(algorithm, encoding.element(der.CONTEXT, seed)), "", sign
    )


def _rsa_key(kind: str, label: str) -> DemoKey:
    bits = int(kind.removeprefix("rsa") or 2048)
    p, q = (prime_for(f"{kind} {label} {letter}", bits // 2) for letter in "pq")
    modulus, size = p * q, bits // 8
    private = pow(PUBLIC_EXPONENT, -1, (p - 1) * (q - 1))
    halves = private % (p - 1), private % (q - 1), pow(q, -1, p)
    algorithm = encoding.sequence(encoding.oid("1.2.840.113549.1.1.1"), _NULL)
    public = encoding.sequence(encoding.integer(modulus), encoding.integer(PUBLIC_EXPONENT))
    numbers = (0, modulus, PUBLIC_EXPONENT, private, p, q, *halves)
    inner = encoding.sequence(*map(encoding.integer, numbers))

    def sign(message: bytes, scheme: str) -> bytes:
        if scheme.startswith("pss-"):
            block = _pss_block(scheme[4:], message, size)
        else:
            block = _v15_block(scheme, message, size)
        number = int.from_bytes(block, "big")
        left, right = pow(number, halves[0], p), pow(number, halves[1], q)
        return (right + q * ((left - right) * halves[2] % p)).to_bytes(size, "big")

    return DemoKey(kind, _spki(algorithm, public), _pkcs8(algorithm, inner), "sha256", sign)


def _v15_block(digest: str, message: bytes, size: int) -> bytes:
    """EMSA-PKCS1-v1_5 (RFC 8017 section 9.2)."""
    kind = encoding.sequence(encoding.oid({"md5": "1.2.840.113549.2.5", **_DIGEST_OIDS}[digest]), _NULL)
    payload = encoding.sequence(
        kind, encoding.element(der.OCTET_STRING, hashlib.new(digest, message).digest())
    )
    return b"\0\1" + b"\xff" * (size - 3 - len(payload)) + b"\0" + payload


def _pss_block(digest: str, message: bytes, size: int) -> bytes:
    """EMSA-PSS (RFC 8017 section 9.1.1) with a salt hashed from the message."""
    hashed = hashlib.new(digest, message).digest()
    salt = hashlib.new(digest, b"salt" + message).digest()
    seal = hashlib.new(digest, bytes(8) + hashed + salt).digest()
    plain = b"\1" + salt
    width = size - len(seal) - 1
    mask = b""
    for counter in range(width // len(seal) + 1):
        mask += hashlib.new(digest, seal + counter.to_bytes(4, "big")).digest()
    masked = int.from_bytes(plain, "big") ^ int.from_bytes(mask[:width], "big")
    masked &= (1 << (8 * width - 1)) - 1
    return masked.to_bytes(width, "big") + seal + b"\xbc"


def _pss_algorithm(digest: str) -> bytes:
    """RSASSA-PSS with its parameters (RFC 4055 section 3.1)."""
    hash_algorithm = encoding.sequence(encoding.oid(_DIGEST_OIDS[digest]), _NULL)
    mask = encoding.sequence(encoding.oid("1.2.840.113549.1.1.8"), hash_algorithm)
    salt = encoding.integer(hashlib.new(digest).digest_size)
    parameters = (
        encoding.element(der.CONTEXT | der.CONSTRUCTED | number, part)
        for number, part in enumerate((hash_algorithm, mask, salt))
    )
    return encoding.sequence(encoding.oid("1.2.840.113549.1.1.10"), encoding.sequence(*parameters))


def _bit_string(data: bytes) -> bytes:
    return encoding.element(der.BIT_STRING, b"\0" + data)


def _spki(algorithm: bytes, public: bytes) -> bytes:
    return encoding.sequence(algorithm, _bit_string(public))


def _pkcs8(algorithm: bytes, inner: bytes) -> bytes:
    return encoding.sequence(encoding.integer(0), algorithm, encoding.element(der.OCTET_STRING, inner))
