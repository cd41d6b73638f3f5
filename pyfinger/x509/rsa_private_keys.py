"""RSA private keys (RFC 8017 appendix A.1.2), read as OpenSSL's d2i_RSAPrivateKey does.

Numbers are taken as they are, without sign; whether they belong together is not looked
at.  A key of more than two primes (version 1) has to name them; they are ignored, as is
what stands behind the key in PKCS #8.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeAlias

from pyfinger.crypto import rsa
from pyfinger.crypto.rsa import PssParameters
from pyfinger.errors import DecodeError, LibraryError
from pyfinger.model import KeyKind, SignatureAlgorithm, SignatureFamily
from pyfinger.values import Value
from pyfinger.x509 import algorithm_identifiers as algorithms
from pyfinger.x509 import der
from pyfinger.x509.algorithm_identifiers import AlgorithmIdentifier, pss_parameters
from pyfinger.x509.asn1.item import decode
from pyfinger.x509.key_structures import RSA_PRIVATE_KEY, RSA_PSS_PARAMS
from pyfinger.x509.public_keys import RsaKey

Random: TypeAlias = Callable[[int], bytes]

_MULTI = 1  # RSA_ASN1_VERSION_MULTI
_AUX_ERROR = LibraryError(0x06800064, "aux error", "Type=RSAPrivateKey")
_RSA_LIB = LibraryError(0x02080004, "RSA lib")
_INVALID_PSS = LibraryError(0x02000095, "invalid pss parameters")
_DECODE_ERROR = LibraryError(0x0680006E, "decode error")
_PRIVATE_KEY_DECODE_ERROR = LibraryError(0x03000091, "private key decode error")


class RsaPrivateKey(Value):
    """An RSA key, or one for PSS only."""

    public: RsaKey
    numbers: rsa.PrivateNumbers
    factors_fit: bool = True  # no number is longer than the modulus (ossl_rsa_check_factors)

    def fits(self, algorithm: SignatureAlgorithm) -> bool:
        """PKCS #1 v1.5 or PSS, as far as the modulus has room and the key is not restricted."""
        if algorithm.family == SignatureFamily.RSA_PSS:
            size = hashlib.new(algorithm.digest).digest_size
            return self._permits(algorithm.digest, size) and 2 * size + 2 <= (self.public.bits + 6) // 8
        if algorithm.family != SignatureFamily.RSA or self.public.kind != KeyKind.RSA:
            return False
        return rsa.encoded_v15(algorithm.digest, b"", (self.public.bits + 7) // 8) is not None

    def _permits(self, digest: str, size: int) -> bool:
        """What the parameters of a PSS key demand (RFC 4055 section 3.3)."""
        limit = self.public.restriction
        return limit is None or (limit.digest == limit.mgf_digest == digest and limit.salt <= size)

    def sign(self, algorithm: SignatureAlgorithm, message: bytes, random: Random) -> bytes:
        """RFC 8017 sections 8.1.1 and 8.2.1; the PSS salt is as long as the digest."""
        if not self.fits(algorithm):
            raise ValueError(f"{self.public.bits} bit {self.public.kind} key cannot sign so")
        if algorithm.family == SignatureFamily.RSA:
            return self.numbers.sign(algorithm.digest, message)
        salt = random(hashlib.new(algorithm.digest).digest_size)
        return self.numbers.sign_pss(pss_parameters(algorithm), message, salt)


def read_pkcs8_rsa_key(algorithm: AlgorithmIdentifier, octets: bytes) -> RsaPrivateKey:
    """The key in a PrivateKeyInfo of that algorithm (ossl_rsa_key_from_pkcs8)."""
    try:
        key = read_rsa_key(octets)
    except DecodeError as error:
        causes = (*error.queue, _RSA_LIB, _PRIVATE_KEY_DECODE_ERROR)
        raise DecodeError(error.what, error.offset, causes) from error
    if algorithm.oid == algorithms.RSA:
        return key
    public = key.public
    limit = None if algorithm.parameters is None else _restriction(algorithm.parameters)
    return RsaPrivateKey(
        RsaKey(public.modulus, public.exponent, KeyKind.RSA_PSS, limit), key.numbers, key.factors_fit
    )


def read_rsa_key(octets: bytes) -> RsaPrivateKey:
    """An RSAPrivateKey, whatever follows it."""
    found, _ = decode(RSA_PRIVATE_KEY, octets)
    if int.from_bytes(found["version"].content, "big", signed=True) == _MULTI and not found.get(
        "prime_infos"
    ):
        raise DecodeError("RSA key of more primes without them", queue=(_AUX_ERROR,))
    modulus, exponent, *secrets = (
        int.from_bytes(found[name].content, "big")
        for name in ("n", "e", "d", "p", "q", "dmp1", "dmq1", "iqmp")
    )
    numbers = rsa.PrivateNumbers(modulus, exponent, secrets[0], (secrets[1], secrets[2]))
    fit = all(number.bit_length() <= modulus.bit_length() for number in secrets)
    return RsaPrivateKey(RsaKey(modulus, exponent), numbers, fit)


def _restriction(parameters: bytes) -> PssParameters:
    """What a key for PSS is restricted to (ossl_rsa_param_decode)."""
    if parameters[0] != der.SEQUENCE | der.CONSTRUCTED:
        raise DecodeError("PSS parameters", queue=(_INVALID_PSS, _PRIVATE_KEY_DECODE_ERROR))
    try:
        decode(RSA_PSS_PARAMS, parameters)
    except DecodeError as error:
        causes = (*error.queue, _DECODE_ERROR, _PRIVATE_KEY_DECODE_ERROR)
        raise DecodeError(error.what, error.offset, causes) from error
    try:
        return algorithms.read_pss_parameters(parameters)
    except DecodeError as error:
        raise DecodeError(error.what, error.offset, (_PRIVATE_KEY_DECODE_ERROR,)) from error
