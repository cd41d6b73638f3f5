"""SLH-DSA (FIPS 205, RFC 9909): public keys of authorities; nobody offers it in TLS.

All twelve parameter sets, and OpenSSL's rules for what is a key and what a
signature.  The hashing is the package `slh-dsa`'s, an extra that is imported
when the first such signature is to be verified; without it none is good, and
`usable` says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from pyfinger.errors import DecodeError
from pyfinger.model import SignatureAlgorithm
from pyfinger.x509.algorithms import SLH_DSA, AlgorithmIdentifier

PACKAGE, EXTRA = "slh-dsa", "pq"
_SPKI_OVERHEAD = 18  # octets before the key, none of which can be written otherwise


@dataclass(frozen=True, slots=True)
class Size:
    """One parameter set: octets of a hash, and of a signature."""

    hash: int
    signature: int


_SIZES = {
    "128s": Size(16, 7856),
    "128f": Size(16, 17088),
    "192s": Size(24, 16224),
    "192f": Size(24, 35664),
    "256s": Size(32, 29792),
    "256f": Size(32, 49856),
}
SIZES = {f"SLH-DSA-{family}-{name}": size for family in ("SHA2", "SHAKE") for name, size in _SIZES.items()}


def usable() -> bool:
    """Whether the package is installed."""
    return find_spec("slhdsa") is not None


@dataclass(frozen=True, slots=True)
class SlhDsaKey:
    """A public key; `kind` is `SLH-DSA-SHA2-128s` and so on."""

    kind: str
    octets: bytes
    curve: str = ""
    explicit: bool = False

    @property
    def bits(self) -> int:
        """Size of the public key, as OpenSSL says."""
        return 8 * len(self.octets)

    @property
    def strength(self) -> int:
        """Security bits."""
        return 8 * SIZES[self.kind].hash

    def verify(self, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
        """FIPS 205 algorithm 24, with an empty context (RFC 9909 section 3)."""
        if algorithm.family != self.kind or len(signature) != SIZES[self.kind].signature:
            return False
        try:
            import slhdsa
        except ImportError:
            return False
        parameters = getattr(slhdsa, self.kind.removeprefix("SLH-DSA-").lower().replace("-", "_"))
        key = slhdsa.PublicKey.from_digest(self.octets, parameters)
        return bool(key.verify_pure(message, signature))

    def encrypt(self, secret: bytes, padding: bytes) -> bytes:
        """Only RSA can."""
        raise ValueError("not an RSA key")


def load_public(algorithm: AlgorithmIdentifier, octets: bytes, spki: bytes) -> SlhDsaKey:
    """The key of a SubjectPublicKeyInfo `spki`, of which the others are parts (RFC 9909 section 4)."""
    kind = SLH_DSA[algorithm.oid]
    if len(octets) != 2 * SIZES[kind].hash or len(spki) != _SPKI_OVERHEAD + len(octets):
        raise DecodeError(f"malformed {kind} key")
    if not spki.endswith(b"\0" + octets):  # bits are left unused
        raise DecodeError(f"malformed {kind} key")
    return SlhDsaKey(kind, octets)
