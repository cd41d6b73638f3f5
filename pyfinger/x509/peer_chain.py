"""What a server showed, read as OpenSSL reads it: certificates (peer_chain), or a raw key (peer_rpk).

What cannot be read is a `CredentialError`, with the place in the chain and what
OpenSSL's error queue says.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.errors import CredentialError, CredentialFault, DecodeError
from pyfinger.x509.certificate import Certificate, read_certificate
from pyfinger.x509.key_encoding import encode_key, read_key_info
from pyfinger.x509.keys import Key, load_spki


def read_chain(encoded: Sequence[bytes]) -> tuple[Certificate, ...]:
    """All certificates, in the order sent (tls_process_server_certificate)."""
    return tuple(read_at(place, one) for place, one in enumerate(encoded))


def read_at(place: int, encoded: bytes) -> Certificate:
    """The certificate at a place of the chain."""
    try:
        certificate, end = read_certificate(encoded)
    except DecodeError as error:
        raise CredentialError(CredentialFault.UNDECODABLE, place, error) from error
    if end != len(encoded):
        raise CredentialError(CredentialFault.EXCESS, place)
    return certificate


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
