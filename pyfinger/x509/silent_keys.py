"""Private keys that TLS has no use for: X25519 and X448 (RFC 8410), SLH-DSA (RFC 9909).

OpenSSL reads them and compares them with certificates before it says that it
does not know their kind; so they have to be known, and do nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from pyfinger.crypto.montgomery import montgomery_curve
from pyfinger.crypto.slh_dsa import SIZES
from pyfinger.errors import DecodeError, LibraryError
from pyfinger.model import KeyKind, SignatureAlgorithm
from pyfinger.values import Value
from pyfinger.x509 import algorithms
from pyfinger.x509.algorithms import AlgorithmIdentifier
from pyfinger.x509.asn1.item import decode
from pyfinger.x509.keys import X448, X25519, AgreementKey
from pyfinger.x509.post_quantum import SlhDsaKey
from pyfinger.x509.structures import ASN1_OCTET_STRING

_AGREEMENTS = {X25519: KeyKind.X25519, X448: KeyKind.X448}
_INVALID_ENCODING = LibraryError(0x08000066, "invalid encoding")


class SilentPrivateKey(Value):
    """A private key of which only the public half matters."""

    public: AgreementKey | SlhDsaKey

    def fits(self, algorithm: SignatureAlgorithm) -> bool:
        """Nothing in TLS is signed so."""
        return False

    def sign(self, algorithm: SignatureAlgorithm, message: bytes, random: Callable[[int], bytes]) -> bytes:
        """Never."""
        raise ValueError(f"{self.public.kind} keys sign nothing in TLS")


def private_octets(algorithm: AlgorithmIdentifier, octets: bytes, size: int) -> bytes:
    """CurvePrivateKey (RFC 8410 section 7), whatever follows it (ossl_ecx_key_from_pkcs8())."""
    try:
        found, _ = decode(ASN1_OCTET_STRING, octets)
    except DecodeError as error:
        raise DecodeError("malformed private key", queue=(*error.queue, _INVALID_ENCODING)) from error
    secret = bytes(found.content)
    if algorithm.parameters is not None or len(secret) != size:
        raise DecodeError("private key of a wrong size", queue=(_INVALID_ENCODING,))
    return secret


def load_agreement(algorithm: AlgorithmIdentifier, octets: bytes) -> SilentPrivateKey:
    """A key of X25519 or X448, out of PKCS #8."""
    kind = _AGREEMENTS[algorithm.oid]
    curve = montgomery_curve(kind.lower())
    secret = private_octets(algorithm, octets, curve.size)
    return SilentPrivateKey(AgreementKey(kind, curve.public_key(secret)))


def load_slh_dsa(algorithm: AlgorithmIdentifier, octets: bytes) -> SilentPrivateKey:
    """A key of SLH-DSA, the second half of which is public (RFC 9909 section 6)."""
    kind = algorithms.SLH_DSA[algorithm.oid]
    size = 2 * SIZES[kind].hash
    if algorithm.parameters is not None or len(octets) != 2 * size:
        raise DecodeError(f"malformed {kind} key", queue=algorithms.no_method(kind))
    return SilentPrivateKey(SlhDsaKey(kind, octets[size:]))
