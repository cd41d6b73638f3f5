"""RSA by the book: PKCS #1 v1.5 and PSS signatures, v1.5 encryption (RFC 8017).

Digests go by hashlib's names; `md5+sha1` is that of TLS 1.1 and before.  Private
operations are not blinded, and nothing is constant in time.
"""

from __future__ import annotations

import hashlib

from pyfinger.errors import KeyUnusable, LibraryError
from pyfinger.values import Value, field

MAX_MODULUS = 16384  # bits; OPENSSL_RSA_MAX_MODULUS_BITS
_SMALL_MODULUS = 3072  # beyond this the exponent is limited, as in OpenSSL
_MAX_EXPONENT = 64  # bits

_LEAST_FILLER = 8  # octets of PKCS #1 v1.5

# The digests' object identifiers, as they stand in a DigestInfo (section 9.2, note 1).
_NIST = "608648016503040"
_IDENTIFIERS = {
    "md5": "2a864886f70d0205",
    "sha1": "2b0e03021a",
    "ripemd160": "2b24030201",
    "sha256": f"{_NIST}201",
    "sha384": f"{_NIST}202",
    "sha512": f"{_NIST}203",
    "sha224": f"{_NIST}204",
    "sha512_224": f"{_NIST}205",
    "sha512_256": f"{_NIST}206",
    "sha3_224": f"{_NIST}207",
    "sha3_256": f"{_NIST}208",
    "sha3_384": f"{_NIST}209",
    "sha3_512": f"{_NIST}20a",
}


class PssParameters(Value):
    """What PSS leaves open; the defaults are those of RSASSA-PSS-params (appendix A.2.3)."""

    digest: str = "sha1"
    mgf_digest: str = "sha1"
    salt: int = 20  # octets; negative: as many as the digest has


def usable(modulus: int, exponent: int) -> bool:
    """Whether OpenSSL would compute with this key at all."""
    bits = modulus.bit_length()
    if not 0 < exponent < modulus or bits > MAX_MODULUS:
        return False
    return bits <= _SMALL_MODULUS or exponent.bit_length() <= _MAX_EXPONENT


def invertible(modulus: int) -> bool:
    """Whether Montgomery's multiplication, which OpenSSL uses, works with this modulus."""
    return modulus % 2 == 1


def verify(modulus: int, exponent: int, digest: str, message: bytes, signature: bytes) -> bool:
    """Whether a PKCS #1 v1.5 signature is good (section 8.2.2)."""
    size = (modulus.bit_length() + 7) // 8
    opened = _opened(modulus, exponent, signature) if len(signature) == size else None
    try:
        return opened is not None and opened == encoded_v15(digest, message, size)
    except (KeyError, ValueError):  # no such digest here, or none in hashlib
        return False


def verify_pss(modulus: int, exponent: int, pss: PssParameters, message: bytes, signature: bytes) -> bool:
    """Whether a PSS signature is good (section 8.1.2).

    OpenSSL takes it without its leading zeros, too (RSA_public_decrypt).
    """
    size = (modulus.bit_length() + 7) // 8
    opened = _opened(modulus, exponent, signature) if len(signature) <= size else None
    try:
        return opened is not None and _pss_fits(pss, message, opened, modulus.bit_length() - 1)
    except ValueError:  # no such digest in hashlib
        return False


def _opened(modulus: int, exponent: int, signature: bytes) -> bytes | None:
    """The block that was signed, as long as the modulus (RSAVP1, section 5.2.2)."""
    number = int.from_bytes(signature, "big")
    if not (usable(modulus, exponent) and invertible(modulus)) or number >= modulus:
        return None
    return pow(number, exponent, modulus).to_bytes((modulus.bit_length() + 7) // 8, "big")


def encrypt(modulus: int, exponent: int, secret: bytes, padding: bytes) -> bytes:
    """RSAES-PKCS1-v1_5 (RFC 8017 section 7.2.1); `padding` is random, its zeros are skipped.

    `KeyUnusable`; `ValueError` for too little padding.
    """
    size = (modulus.bit_length() + 7) // 8
    if modulus.bit_length() > MAX_MODULUS:
        raise _unusable(0x02000069, "modulus too large")
    if not usable(modulus, exponent):
        raise _unusable(0x02000065, "bad e value")
    needed = size - 3 - len(secret)
    if needed < _LEAST_FILLER:
        raise _unusable(0x0200006E, "data too large for key size")
    if not invertible(modulus):
        raise _unusable(0x0180006C, "no inverse")
    filler = padding.replace(b"\0", b"")[:needed]
    if len(filler) < needed:
        raise ValueError("too little padding")
    block = b"\0\2" + filler + b"\0" + secret
    return pow(int.from_bytes(block, "big"), exponent, modulus).to_bytes(size, "big")


def _unusable(code: int, reason: str) -> KeyUnusable:
    return KeyUnusable(LibraryError(code, reason))


class PrivateNumbers(Value):
    """A private key; `primes` are used for speed, if they are those of the modulus."""

    modulus: int
    exponent: int
    secret: int = field(repr=False)
    primes: tuple[int, int] = field(repr=False)

    def sign(self, digest: str, message: bytes) -> bytes:
        """PKCS #1 v1.5 (section 8.2.1); `ValueError` without room for the digest."""
        block = encoded_v15(digest, message, (self.modulus.bit_length() + 7) // 8)
        if block is None:
            raise ValueError("no room for the digest")
        return self._raised(block)

    def sign_pss(self, pss: PssParameters, message: bytes, salt: bytes) -> bytes:
        """PSS (section 8.1.1) with this salt, whatever `pss` says of its length."""
        return self._raised(encoded_pss(pss, message, salt, self.modulus.bit_length() - 1))

    def _raised(self, block: bytes) -> bytes:
        """To the private exponent; by halves only if they prove right: a wrong half gives the key away."""
        number, size = int.from_bytes(block, "big"), (self.modulus.bit_length() + 7) // 8
        p, q = self.primes
        if min(p, q) > 2 and p * q == self.modulus:
            left, right = (pow(number, self.secret % (prime - 1), prime) for prime in (p, q))
            power = (right + q * ((left - right) * _inverse(q, p) % p)) % self.modulus
            if pow(power, self.exponent, self.modulus) == number:
                return power.to_bytes(size, "big")
        return pow(number, self.secret, self.modulus).to_bytes(size, "big")


def _inverse(number: int, modulus: int) -> int:
    """0 if there is none."""
    try:
        return pow(number, -1, modulus)
    except ValueError:
        return 0


def encoded_v15(digest: str, message: bytes, size: int) -> bytes | None:
    """EMSA-PKCS1-v1_5 (section 9.2); None if the key is too small, `KeyError` for an unknown digest."""
    payload = digest_info(digest, message)
    filler = size - 3 - len(payload)
    if filler < _LEAST_FILLER:
        return None
    return b"\0\1" + b"\xff" * filler + b"\0" + payload


def digest_info(digest: str, message: bytes) -> bytes:
    """DigestInfo in DER; for `md5+sha1` just both digests."""
    if digest == "md5+sha1":
        return hashlib.md5(message).digest() + hashlib.sha1(message).digest()
    value = hashlib.new(digest, message).digest()
    identifier = bytes.fromhex(_IDENTIFIERS[digest])
    kind = b"\x06" + bytes([len(identifier)]) + identifier + b"\x05\x00"
    body = b"\x30" + bytes([len(kind)]) + kind + b"\x04" + bytes([len(value)]) + value
    return b"\x30" + bytes([len(body)]) + body


def encoded_pss(pss: PssParameters, message: bytes, salt: bytes, em_bits: int) -> bytes:
    """EMSA-PSS-ENCODE (section 9.1.1); the key must have room for digest, salt and two octets."""
    hashed = hashlib.new(pss.digest, message).digest()
    seal = hashlib.new(pss.digest, bytes(8) + hashed + salt).digest()
    width = (em_bits + 7) // 8 - len(seal) - 1
    plain = int.from_bytes(b"\1" + salt, "big")
    mask = int.from_bytes(mgf1(seal, width, pss.mgf_digest), "big")
    masked = (plain ^ mask) & ((1 << (em_bits - 8 * (len(seal) + 1))) - 1)
    return masked.to_bytes(width, "big") + seal + b"\xbc"


def _pss_fits(pss: PssParameters, message: bytes, opened: bytes, em_bits: int) -> bool:
    """EMSA-PSS-VERIFY (section 9.1.2)."""
    hashed = hashlib.new(pss.digest, message).digest()
    salt_size = len(hashed) if pss.salt < 0 else pss.salt
    em_size = (em_bits + 7) // 8
    if any(opened[: len(opened) - em_size]):
        return False
    encoded = opened[len(opened) - em_size :]
    if em_size < len(hashed) + salt_size + 2 or encoded[-1] != 0xBC:
        return False
    masked, seal = encoded[: -len(hashed) - 1], encoded[-len(hashed) - 1 : -1]
    spare = 8 * em_size - em_bits
    if masked[0] >> (8 - spare):
        return False
    mask = mgf1(seal, len(masked), pss.mgf_digest)
    block = int.from_bytes(masked, "big") ^ int.from_bytes(mask, "big")
    block &= (1 << (8 * len(masked) - spare)) - 1
    plain = block.to_bytes(len(masked), "big")
    filler = len(masked) - salt_size - 1
    if plain[: filler + 1] != b"\0" * filler + b"\1":
        return False
    return hashlib.new(pss.digest, bytes(8) + hashed + plain[filler + 1 :]).digest() == seal


def mgf1(seed: bytes, size: int, digest: str) -> bytes:
    """MGF1 (appendix B.2.1)."""
    mask = b""
    counter = 0
    while len(mask) < size:
        mask += hashlib.new(digest, seed + counter.to_bytes(4, "big")).digest()
        counter += 1
    return mask[:size]
