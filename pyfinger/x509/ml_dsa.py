"""ML-DSA (FIPS 204, RFC 9881): keys of all three sizes, public and private.

The arithmetic is dilithium-py's, imported when the first such key is used.
What is taken for a key, and what for a signature, is OpenSSL 3.5's choice:
a public key in the one DER form (ossl_ml_dsa_d2i_PUBKEY), a private one as
seed, as expanded key or as both, which have to agree (ossl_ml_dsa_d2i_PKCS8).

Signing is hedged; its 32 random octets come from the caller, so that a probe
can be played again.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from pyfinger.errors import DecodeError, LibraryError
from pyfinger.model import SignatureAlgorithm
from pyfinger.x509.algorithms import ML_DSA, AlgorithmIdentifier

_SEED = 32  # octets
_SPKI_OVERHEAD = 22  # octets before the key, none of which can be written otherwise


@dataclass(frozen=True, slots=True)
class Size:
    """One parameter set: octets of keys and signatures, security bits, the range of the secret."""

    public: int
    private: int
    signature: int
    strength: int  # OpenSSL goes by the collision strength of the challenge
    eta: int  # coefficients of the secret vectors are within -eta to eta
    secret_polynomials: int


SIZES = {
    "ML-DSA-44": Size(1312, 2560, 2420, 128, 2, 8),
    "ML-DSA-65": Size(1952, 4032, 3309, 192, 4, 11),
    "ML-DSA-87": Size(2592, 4896, 4627, 256, 2, 15),
}


def _parameters(kind: str) -> Any:
    """The library's object for a parameter set."""
    from dilithium_py import ml_dsa

    return getattr(ml_dsa, kind.replace("-", "_"))


@dataclass(frozen=True, slots=True)
class MlDsaKey:
    """A public key; `kind` is `ML-DSA-44`, `ML-DSA-65` or `ML-DSA-87`."""

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
        return SIZES[self.kind].strength

    def verify(self, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
        """FIPS 204 algorithm 3, with an empty context (RFC 9881 section 3)."""
        if algorithm.family != self.kind or len(signature) != SIZES[self.kind].signature:
            return False
        return bool(_parameters(self.kind).verify(self.octets, message, signature))

    def encrypt(self, secret: bytes, padding: bytes) -> bytes:
        """Only RSA can."""
        raise ValueError("not an RSA key")


def load_public(algorithm: AlgorithmIdentifier, octets: bytes, spki: bytes) -> MlDsaKey:
    """The key of a SubjectPublicKeyInfo `spki`, of which the others are parts (RFC 9881 section 4)."""
    kind = ML_DSA[algorithm.oid]
    if len(octets) != SIZES[kind].public or len(spki) != _SPKI_OVERHEAD + len(octets):
        raise DecodeError(f"malformed {kind} key")
    if not spki.endswith(b"\0" + octets):  # bits are left unused
        raise DecodeError(f"malformed {kind} key")
    return MlDsaKey(kind, octets)


@dataclass(frozen=True, slots=True)
class MlDsaPrivateKey:
    """A private key; `expanded` is its encoding of FIPS 204 (algorithm 24)."""

    public: MlDsaKey
    expanded: bytes = field(repr=False)

    def fits(self, algorithm: SignatureAlgorithm) -> bool:
        """ML-DSA of the same size."""
        return algorithm.family == self.public.kind

    def sign(self, algorithm: SignatureAlgorithm, message: bytes, random: Callable[[int], bytes]) -> bytes:
        """FIPS 204 algorithm 2, hedged, with an empty context."""
        if not self.fits(algorithm):
            raise ValueError(f"{self.public.kind} key cannot sign so")
        signer = copy(_parameters(self.public.kind))
        signer.random_bytes = random
        return bytes(signer.sign(self.expanded, message))


def _unusable(kind: str) -> tuple[LibraryError, ...]:
    """What OpenSSL says last of all private keys that are no good."""
    return (
        LibraryError(0x0300009C, "unsupported algorithm"),
        LibraryError(0x03000076, "unsupported private key algorithm", f"TYPE={kind}"),
    )


class UnknownForm(DecodeError):
    """A private key in none of the known forms; OpenSSL's decoder says first that it found nothing."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind} key in no known form", queue=_unusable(kind))


def _invalid(kind: str, *reasons: str) -> DecodeError:
    """A key in one of the forms, whose parts do not agree or are out of range."""
    queue = tuple(LibraryError(0x1C80009E, "invalid key", reason) for reason in reasons)
    return DecodeError(reasons[0], queue=(*queue, *_unusable(kind)))


def _unreadable(kind: str) -> str:
    return f"error parsing {kind} private key"


@dataclass(frozen=True, slots=True)
class _Form:
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


def load_private(algorithm: AlgorithmIdentifier, octets: bytes) -> MlDsaPrivateKey:
    """The privateKey of PKCS #8, without its OCTET STRING (RFC 9881 section 6).

    Besides the three forms of the RFC there are three without ASN.1, told by their size.
    """
    kind = ML_DSA[algorithm.oid]
    if algorithm.parameters is not None:
        raise UnknownForm(kind)
    seed, expanded = _forms(kind, octets)
    parameters = _parameters(kind)
    if not seed:
        return MlDsaPrivateKey(MlDsaKey(kind, _public_of(kind, expanded)), expanded)
    public, derived = (bytes(half) for half in parameters.key_derive(seed))
    if expanded and expanded != derived:
        raise _invalid(kind, f"explicit {kind} private key does not match seed")
    return MlDsaPrivateKey(MlDsaKey(kind, public), derived)


def _forms(kind: str, octets: bytes) -> tuple[bytes, bytes]:
    """Seed and expanded key, one of them maybe empty."""
    size = SIZES[kind]
    key = b"\x04\x82" + size.private.to_bytes(2, "big")
    both = b"\x30\x82" + (size.private + 38).to_bytes(2, "big") + b"\x04\x20"
    with_public = b"\x04\x82" + (size.private + size.public).to_bytes(2, "big")
    for form in (
        _Form(both, _SEED, key, size.private),
        _Form(key=size.private, before_key=key),
        _Form(key=size.private, before_key=with_public, behind=size.public),  # of liboqs
        _Form(b"\x80\x20", _SEED),
        _Form(key=size.private),
        _Form(seed=_SEED),
    ):
        if (found := form.read(octets)) is not None:
            return found
    raise UnknownForm(kind)


def _public_of(kind: str, expanded: bytes) -> bytes:
    """The public half of an expanded key, all of whose parts have to agree (ossl_ml_dsa_sk_decode)."""
    parameters, size = _parameters(kind), SIZES[kind]
    mismatch = f"{kind} private key does not match its pubkey part"
    width = 3 if size.eta == 2 else 4  # bits of a coefficient
    packed = expanded[128 : 128 + 32 * width * size.secret_polynomials]
    number = int.from_bytes(packed, "little")
    mask = (1 << width) - 1
    if any(number >> at & mask > 2 * size.eta for at in range(0, 8 * len(packed), width)):
        raise _invalid(kind, _unreadable(kind))
    try:
        public = bytes(parameters.pk_from_sk(expanded))
    except ValueError:
        raise _invalid(kind, mismatch, _unreadable(kind)) from None
    rho, _, _, s1, s2, t0 = parameters._unpack_sk(expanded)
    product = parameters._expand_matrix_from_seed(rho) @ s1.to_ntt()
    _, low = (product.from_ntt() + s2).power_2_round(parameters.d)
    if low.bit_pack_t0() != t0.bit_pack_t0():
        raise _invalid(kind, mismatch, _unreadable(kind))
    return public
