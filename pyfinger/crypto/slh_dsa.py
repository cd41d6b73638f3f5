"""SLH-DSA (FIPS 205): verification with any of the twelve parameter sets.

The hashing is the package `slh-dsa`'s, an extra that is imported when the first
such signature is to be verified; without it none is good, and `usable` says why.
"""

from __future__ import annotations

from importlib.util import find_spec

from pyfinger.values import Value

PACKAGE, EXTRA = "slh-dsa", "pq"


class SlhDsaSize(Value):
    """One parameter set: octets of a hash, and of a signature; a public key is two hashes."""

    hash: int
    signature: int


_SIZES = {
    "128s": SlhDsaSize(16, 7856),
    "128f": SlhDsaSize(16, 17088),
    "192s": SlhDsaSize(24, 16224),
    "192f": SlhDsaSize(24, 35664),
    "256s": SlhDsaSize(32, 29792),
    "256f": SlhDsaSize(32, 49856),
}
SIZES = {f"SLH-DSA-{family}-{name}": size for family in ("SHA2", "SHAKE") for name, size in _SIZES.items()}


def usable() -> bool:
    """Whether the package is installed."""
    return find_spec("slhdsa") is not None


def verify(name: str, public: bytes, message: bytes, signature: bytes) -> bool:
    """Algorithm 24, with an empty context; `name` is one of `SIZES`, `public` has its size."""
    if len(signature) != SIZES[name].signature:
        return False
    try:
        import slhdsa
    except ImportError:
        return False
    parameters = getattr(slhdsa, name.removeprefix("SLH-DSA-").lower().replace("-", "_"))
    return bool(slhdsa.PublicKey.from_digest(public, parameters).verify_pure(message, signature))
