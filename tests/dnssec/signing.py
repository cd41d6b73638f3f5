"""Keys of every algorithm, and what they sign: signers of our own, the same in every run."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

from pyfinger.crypto import ecdsa, eddsa, ml_dsa, rsa
from pyfinger.crypto.curves import CURVES
from pyfinger.demo.primes import PUBLIC_EXPONENT, prime_for
from pyfinger.dnssec.domain_names import DomainName
from pyfinger.dnssec.message import RRset
from pyfinger.dnssec.rdata import key_tag, read_rrsig
from pyfinger.dnssec.signatures import label_count, signed_data
from pyfinger.dnswire import name_wire

NOW = 1_790_000_000
INCEPTION, EXPIRATION = NOW - 86400, NOW + 864000
ZONE_KEY, ENTRY_POINT, REVOKED = 0x0100, 0x0001, 0x0080

_RSA = {5: "sha1", 7: "sha1", 8: "sha256", 10: "sha512"}
_ECDSA = {13: ("prime256v1", "sha256"), 14: ("secp384r1", "sha384")}
_EDDSA = {15: ("ed25519", 32), 16: ("ed448", 57)}


@dataclass(frozen=True)
class SigningKey:
    """A DNSKEY and its private half."""

    algorithm: int
    public: bytes
    make: Callable[[bytes], bytes] = field(repr=False, compare=False)
    flags: int = ZONE_KEY | ENTRY_POINT
    protocol: int = 3

    @property
    def rdata(self) -> bytes:
        return struct.pack("!HBB", self.flags, self.protocol, self.algorithm) + self.public

    @property
    def tag(self) -> int:
        return key_tag(self.rdata)

    def ds(self, owner: DomainName, digest_type: int = 2) -> bytes:
        """RDATA of a DS; of a digest type that is not known, it is just octets."""
        name = {1: "sha1", 2: "sha256", 4: "sha384"}.get(digest_type, "md5")
        digest = hashlib.new(name, name_wire(owner) + self.rdata).digest()
        return struct.pack("!HBB", self.tag, self.algorithm, digest_type) + digest

    def sign(
        self,
        zone: DomainName,
        rrset: RRset,
        dates: tuple[int, int] = (INCEPTION, EXPIRATION),
        labels: int | None = None,
    ) -> bytes:
        """RDATA of an RRSIG."""
        count = label_count(rrset.owner) if labels is None else labels
        head = struct.pack("!HBBI", rrset.rdtype, self.algorithm, count, rrset.ttl)
        head += struct.pack("!IIH", dates[1], dates[0], self.tag) + name_wire(zone)
        return head + _signature(self, signed_data(rrset, read_rrsig(head)))


@cache
def _signature(key: SigningKey, data: bytes) -> bytes:
    return key.make(data)


@cache
def signing_key(algorithm: int = 13, label: str = "", flags: int = ZONE_KEY | ENTRY_POINT) -> SigningKey:
    """A key of an algorithm; of one that is not known, its signatures are nothing."""
    if algorithm in _RSA:
        return _rsa_key(algorithm, label, flags)
    if algorithm in _ECDSA:
        return _ecdsa_key(algorithm, label, flags)
    if algorithm in _EDDSA:
        curve, size = _EDDSA[algorithm]
        secret = _secret(algorithm, label, size)
        public = eddsa.public_key(curve, secret)
        return SigningKey(algorithm, public, lambda data: eddsa.sign(curve, secret, data), flags)
    if algorithm == 18:
        public, private = ml_dsa.key_pair("ML-DSA-44", _secret(algorithm, label, 32))
        return SigningKey(
            algorithm, public, lambda data: ml_dsa.sign("ML-DSA-44", private, data, bytes), flags
        )
    return SigningKey(algorithm, b"a public key", lambda data: b"a signature", flags)


def _secret(algorithm: int, label: str, size: int) -> bytes:
    return hashlib.shake_256(f"{algorithm} {label}".encode()).digest(size)


def _rsa_key(algorithm: int, label: str, flags: int) -> SigningKey:
    p, q = (prime_for(f"rsa1024 {'0' if label else ''} {letter}", 512) for letter in "pq")
    secret = pow(PUBLIC_EXPONENT, -1, (p - 1) * (q - 1))
    private = rsa.PrivateNumbers(p * q, PUBLIC_EXPONENT, secret, (p, q))
    public = b"\3" + PUBLIC_EXPONENT.to_bytes(3, "big") + (p * q).to_bytes(128, "big")
    return SigningKey(algorithm, public, lambda data: private.sign(_RSA[algorithm], data), flags)


def _ecdsa_key(algorithm: int, label: str, flags: int) -> SigningKey:
    name, digest = _ECDSA[algorithm]
    curve = CURVES[name]
    secret = int.from_bytes(_secret(algorithm, label, 24), "big")

    def make(data: bytes) -> bytes:
        pair = ecdsa.sign(curve, secret, hashlib.new(digest, data).digest(), digest)
        return b"".join(number.to_bytes(curve.size, "big") for number in pair)

    return SigningKey(algorithm, ecdsa.public_point(curve, secret)[1:], make, flags)


def signed(
    zone: DomainName,
    rrset: RRset,
    keys: Iterable[SigningKey],
    dates: tuple[int, int] = (INCEPTION, EXPIRATION),
) -> RRset:
    """The set with a signature by each key."""
    signatures = tuple(key.sign(zone, rrset, dates) for key in keys)
    return RRset(rrset.owner, rrset.rdtype, rrset.ttl, rrset.rdatas, signatures)
