"""Public keys written anew from their numbers, as OpenSSL writes an EVP_PKEY (i2d_PUBKEY).

Postfix's key fingerprints are over that, and so are all digests of raw public
keys; TLSA records of certificates are compared with the SubjectPublicKeyInfo
as it stands in the certificate (`Certificate.spki`).
"""

from __future__ import annotations

from pyfinger.errors import CredentialError, CredentialFault, DecodeError
from pyfinger.model import KeyKind
from pyfinger.x509 import algorithms, der, encoding
from pyfinger.x509.asn1.item import decode
from pyfinger.x509.keys import Key, RsaKey, load_spki
from pyfinger.x509.structures import X509_PUBKEY, encode_algorithm, encode_public_key

_RSA_ALGORITHM = encoding.sequence(encoding.oid(algorithms.RSA), encoding.element(der.NULL, b""))


def read_key_info(encoded: bytes) -> tuple[bytes, int]:
    """A SubjectPublicKeyInfo as OpenSSL writes it, and where it ends; `DecodeError` (d2i_X509_PUBKEY)."""
    found, end = decode(X509_PUBKEY, encoded)
    return encode_public_key(found), end


def encode_key(key: Key | None, spki: bytes) -> bytes:
    """The key's SubjectPublicKeyInfo from its numbers; as it is if the key cannot be used.

    RSA has its NULL then, integers are minimal, and no bit is unused.
    """
    if key is None:
        return spki
    found, _ = decode(X509_PUBKEY, spki)
    octets = found["public_key"].content[1:]
    algorithm = encode_algorithm(found["algor"])
    if isinstance(key, RsaKey):
        octets = encoding.sequence(encoding.integer(key.modulus), encoding.integer(key.exponent))
        algorithm = algorithm if key.kind == KeyKind.RSA_PSS else _RSA_ALGORITHM
    return encoding.sequence(algorithm, encoding.element(der.BIT_STRING, b"\0" + octets))


def read_raw_key(encoded: bytes) -> tuple[Key, bytes]:
    """The key, and how OpenSSL writes it (tls_process_rpk)."""
    try:
        spki, end = read_key_info(encoded)
    except DecodeError as error:
        raise CredentialError(CredentialFault.UNDECODABLE, None, error) from error
    try:
        key = load_spki(spki)
    except DecodeError as error:
        raise CredentialError(CredentialFault.UNUSABLE_KEY, None) from error
    if end != len(encoded):
        raise CredentialError(CredentialFault.EXCESS, None)
    return key, encode_key(key, spki)
