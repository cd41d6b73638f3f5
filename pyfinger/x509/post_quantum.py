"""Keys of ML-DSA (FIPS 204, RFC 9881), public and private, and public ones of SLH-DSA (FIPS 205, RFC 9909).

The latter are authorities' only; nobody offers it in TLS.  Private keys of ML-KEM (FIPS 203,
RFC 9935), which nobody signs with, are read for their public half.

What is taken for a key, and what for a signature, is OpenSSL 3.5's choice:
a public key in the one DER form (ossl_ml_dsa_d2i_PUBKEY), a private one as
seed, as expanded key or as both, which have to agree (ossl_ml_dsa_d2i_PKCS8).
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha3_256
from typing import NamedTuple

from pyfinger.crypto import ml_dsa, ml_kem, slh_dsa
from pyfinger.errors import DecodeError, LibraryError
from pyfinger.model import KeyKind, SignatureAlgorithm, SignatureFamily
from pyfinger.model.keys import PlainKey
from pyfinger.values import Value, field
from pyfinger.x509.algorithm_identifiers import ML_DSA, ML_KEM, SLH_DSA, AlgorithmIdentifier, no_method

# Octets of a SubjectPublicKeyInfo before the key, none of which can be written otherwise.
_ML_DSA_OVERHEAD, _SLH_DSA_OVERHEAD = 22, 18


_DIGEST = _MATRIX_SEED = 32  # octets of a decapsulation key (FIPS 203 section 7.1)


class _Sizes(NamedTuple):
    """Octets of a private key: expanded, its public half, its seed."""

    private: int
    public: int
    seed: int


_SIZES = {
    **{KeyKind(name): _Sizes(size.private, size.public, ml_dsa.SEED) for name, size in ml_dsa.SIZES.items()},
    KeyKind.ML_KEM_512: _Sizes(1632, 800, ml_kem.SEED),
    KeyKind.ML_KEM_768: _Sizes(2400, 1184, ml_kem.SEED),
    KeyKind.ML_KEM_1024: _Sizes(3168, 1568, ml_kem.SEED),
}


class _OctetsKey(PlainKey, Value):
    """A public key that is a string of octets."""

    kind: KeyKind
    octets: bytes

    @property
    def bits(self) -> int:
        """Size of the public key, as OpenSSL says."""
        return 8 * len(self.octets)


class MlDsaKey(_OctetsKey):
    """A public key; `kind` is `ML-DSA-44`, `ML-DSA-65` or `ML-DSA-87`."""

    @property
    def strength(self) -> int:
        """Security bits."""
        return ml_dsa.SIZES[self.kind].strength

    def verify(self, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
        """FIPS 204 algorithm 3, with an empty context (RFC 9881 section 3)."""
        return algorithm.family is SignatureFamily(self.kind) and ml_dsa.verify(
            self.kind, self.octets, message, signature
        )


class SlhDsaKey(_OctetsKey):
    """A public key; `kind` is `SLH-DSA-SHA2-128s` and so on."""

    @property
    def strength(self) -> int:
        """Security bits."""
        return 8 * slh_dsa.SIZES[self.kind].hash

    def verify(self, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
        """FIPS 205 algorithm 24, with an empty context (RFC 9909 section 3)."""
        return algorithm.family is SignatureFamily(self.kind) and slh_dsa.verify(
            self.kind, self.octets, message, signature
        )


def load_ml_dsa(algorithm: AlgorithmIdentifier, octets: bytes, spki: bytes) -> MlDsaKey:
    """The key of a SubjectPublicKeyInfo `spki`, of which the others are parts (RFC 9881 section 4)."""
    kind = ML_DSA[algorithm.oid]
    if not _is_whole(octets, spki, ml_dsa.SIZES[kind].public, _ML_DSA_OVERHEAD):
        raise DecodeError(f"malformed {kind} key")
    return MlDsaKey(kind, octets)


def load_slh_dsa(algorithm: AlgorithmIdentifier, octets: bytes, spki: bytes) -> SlhDsaKey:
    """The key of a SubjectPublicKeyInfo `spki`, of which the others are parts (RFC 9909 section 4)."""
    kind = SLH_DSA[algorithm.oid]
    if not _is_whole(octets, spki, 2 * slh_dsa.SIZES[kind].hash, _SLH_DSA_OVERHEAD):
        raise DecodeError(f"malformed {kind} key")
    return SlhDsaKey(kind, octets)


def _is_whole(octets: bytes, spki: bytes, size: int, overhead: int) -> bool:
    """Whether a key has its size, nothing else stands before it, and no bits of it are left unused."""
    return len(octets) == size and len(spki) == overhead + size and spki.endswith(b"\0" + octets)


class MlDsaPrivateKey(Value):
    """A private key; `expanded` is its encoding of FIPS 204 (algorithm 24)."""

    public: MlDsaKey
    expanded: bytes = field(repr=False)

    def fits(self, algorithm: SignatureAlgorithm) -> bool:
        """ML-DSA of the same size."""
        return algorithm.family is SignatureFamily(self.public.kind)

    def sign(self, algorithm: SignatureAlgorithm, message: bytes, random: Callable[[int], bytes]) -> bytes:
        """FIPS 204 algorithm 2, hedged, with an empty context."""
        if not self.fits(algorithm):
            raise ValueError(f"{self.public.kind} key cannot sign so")
        return ml_dsa.sign(self.public.kind, self.expanded, message, random)


class UnknownForm(DecodeError):
    """A private key in none of the known forms; OpenSSL's decoder says first that it found nothing."""

    def __init__(self, kind: KeyKind) -> None:
        super().__init__(f"{kind} key in no known form", queue=no_method(kind))


def _invalid(kind: KeyKind, *reasons: str) -> DecodeError:
    """A key in one of the forms, whose parts do not agree or are out of range."""
    queue = tuple(LibraryError(0x1C80009E, "invalid key", reason) for reason in reasons)
    return DecodeError(reasons[0], queue=(*queue, *no_method(kind)))


class _Form(Value):
    """A way to write a private key: two strings of octets, each with what stands before it."""

    before_seed: bytes = b""
    seed: int = 0  # octets
    before_key: bytes = b""
    key: int = 0
    behind: int = 0  # of no interest

    def read(self, octets: bytes) -> tuple[bytes, bytes] | None:
        """Seed and key; None if it is another form."""
        start = len(self.before_seed)
        seed, rest = octets[start : start + self.seed], octets[start + self.seed :]
        start = len(self.before_key)
        key, end = rest[start : start + self.key], rest[start + self.key :]
        fits = octets.startswith(self.before_seed) and rest.startswith(self.before_key)
        whole = len(seed) == self.seed and len(key) == self.key and len(end) == self.behind
        return (seed, key) if fits and whole else None


def load_ml_dsa_private(algorithm: AlgorithmIdentifier, octets: bytes) -> MlDsaPrivateKey:
    """The privateKey of PKCS #8, without its OCTET STRING (RFC 9881 section 6).

    Besides the three forms of the RFC there are three without ASN.1, told by their size.
    """
    kind = ML_DSA[algorithm.oid]
    if algorithm.parameters is not None:
        raise UnknownForm(kind)
    seed, expanded = _forms(kind, octets)
    if not seed:
        return MlDsaPrivateKey(MlDsaKey(kind, _public_half(kind, expanded)), expanded)
    public, derived = ml_dsa.key_pair(kind, seed)
    if expanded and expanded != derived:
        raise _invalid(kind, f"explicit {kind} private key does not match seed")
    return MlDsaPrivateKey(MlDsaKey(kind, public), derived)


def _forms(kind: KeyKind, octets: bytes) -> tuple[bytes, bytes]:
    """Seed and expanded key, one of them maybe empty."""
    private, public, seed = _SIZES[kind]
    key = b"\x04\x82" + private.to_bytes(2, "big")
    both = b"\x30\x82" + (2 + seed + len(key) + private).to_bytes(2, "big") + bytes((4, seed))
    with_public = b"\x04\x82" + (private + public).to_bytes(2, "big")
    for form in (
        _Form(both, seed, key, private),
        _Form(key=private, before_key=key),
        _Form(key=private, before_key=with_public, behind=public),  # of liboqs
        _Form(bytes((0x80, seed)), seed),
        _Form(key=private),
        _Form(seed=seed),
    ):
        if (found := form.read(octets)) is not None:
            return found
    raise UnknownForm(kind)


def ml_kem_public_half(algorithm: AlgorithmIdentifier, octets: bytes) -> tuple[KeyKind, bytes]:
    """Kind and encapsulation key of a privateKey of PKCS #8, without its OCTET STRING (RFC 9935 section 6).

    It may have the same forms as one of ML-DSA.
    """
    kind = ML_KEM[algorithm.oid]
    if algorithm.parameters is not None:
        raise UnknownForm(kind)
    seed, expanded = _forms(kind, octets)
    if seed:
        public, derived = ml_kem.key_pair(kind, seed)
        if expanded and expanded != derived:
            raise _invalid(kind, f"explicit {kind} private key does not match seed")
        return kind, public
    size = _SIZES[kind].public
    start = size - _MATRIX_SEED  # what comes before it is the vector that it has, too, and the seed behind
    public, digest = expanded[start : start + size], expanded[start + size :][:_DIGEST]
    if sha3_256(public).digest() != digest:
        raise _invalid(kind, f"{kind} public key hash mismatch", f"error parsing {kind} private key")
    return kind, public


def _public_half(kind: KeyKind, expanded: bytes) -> bytes:
    """The public half of an expanded key, all of whose parts have to agree."""
    unreadable = f"error parsing {kind} private key"
    try:
        return ml_dsa.public_half(kind, expanded)
    except ml_dsa.Unpackable:
        raise _invalid(kind, unreadable) from None
    except ml_dsa.Mismatch:
        raise _invalid(kind, f"{kind} private key does not match its pubkey part", unreadable) from None
