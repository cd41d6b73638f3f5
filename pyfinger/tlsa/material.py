"""What TLSA records are made of: certificates, requests for them, public keys, private keys.

A file is PEM (RFC 7468) or one DER structure.  A key of any form gives its
SubjectPublicKeyInfo; a certificate's is taken as it stands, octet by octet, since that is
what clients hash (RFC 6698 section 2.1.2).  Private keys are read for their public half
and go no further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from pyfinger.errors import DecodeError, UsageError
from pyfinger.model import KeyKind, PublicKey
from pyfinger.values import Value
from pyfinger.x509 import algorithm_identifiers as algorithms
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.distinguished_names import oneline
from pyfinger.x509.key_structures import read_key_info
from pyfinger.x509.named_curves import CURVES
from pyfinger.x509.pem import Block, PemReader
from pyfinger.x509.post_quantum import MlDsaKey, SlhDsaKey
from pyfinger.x509.private_keys import LABELS, load_private_key
from pyfinger.x509.public_keys import EC, X448, X25519, AgreementKey, EcKey, EdwardsKey, RsaKey, load_spki

MAX_FILE = 1 << 20  # octets
MAX_BLOCKS = 100  # of one file


class Material(Value):
    """One certificate, or a key without."""

    spki: bytes  # SubjectPublicKeyInfo, DER
    certificate: bytes | None  # DER; None of a key or a request
    what: str  # "certificate /CN=mx.example.com", "public key"


def read_material(content: bytes) -> tuple[Material, ...]:
    """All that is in a file, in its order; `UsageError` says what is wrong with it."""
    if len(content) > MAX_FILE:
        raise UsageError(f"more than {MAX_FILE} octets")
    found = tuple(_of_pem(content)) if b"-----BEGIN " in content else _of_der(content)
    if not found:
        raise UsageError("no certificate, request or key in it")
    return found


def material_of_certificate(der: bytes) -> Material:
    """A certificate in DER, as a server shows it; `DecodeError`."""
    return _of_certificate(der)


def material_of_raw_key(spki: bytes) -> Material:
    """A raw public key (RFC 7250)."""
    return Material(spki, None, "raw public key")


def _of_pem(content: bytes) -> Iterator[Material]:
    reader, count = PemReader(content), 0
    try:
        while (block := reader.read()) is not None:
            count += 1
            if count > MAX_BLOCKS:
                raise UsageError(f"more than {MAX_BLOCKS} PEM blocks")
            yield from _of_block(block)
    except DecodeError as error:
        raise UsageError(f"PEM block {count}: {error}") from error


def _of_block(block: Block) -> Iterator[Material]:
    if block.label in _READERS:
        yield _READERS[block.label](block.data)
    elif block.label in LABELS:
        if block.header:
            raise DecodeError("the private key is encrypted; its certificate or public key will do")
        yield _of_private_key(block.data, block.label)
    elif block.label == "ENCRYPTED PRIVATE KEY":
        raise DecodeError("the private key is encrypted; its certificate or public key will do")


def _of_der(content: bytes) -> tuple[Material, ...]:
    for reader in (*_READERS.values(), _of_private_key):
        with suppress(DecodeError):
            return (reader(content),)
    raise UsageError("neither PEM nor a certificate, request or key in DER")


def _of_certificate(content: bytes) -> Material:
    found = parse_certificate(content)
    return Material(found.spki, found.der, f"certificate {oneline(found.subject).decode('utf-8', 'replace')}")


def _of_public_key(content: bytes) -> Material:
    spki, end = read_key_info(content)
    if end != len(content):
        raise DecodeError("excess bytes after public key", end)
    load_spki(spki)
    return Material(spki, None, "public key")


def _of_request(content: bytes) -> Material:
    """CertificationRequest of PKCS #10 (RFC 2986 section 4.2); its signature says nothing here."""
    outer = der.DerCursor(content)
    request = outer.sequence("certification request")
    outer.finish("certification request")
    info = request.sequence("certification request info")
    info.integer("version")
    info.take(der.SEQUENCE, "subject")
    found = _of_public_key(info.take(der.SEQUENCE, "subject public key info").encoding)
    return Material(found.spki, None, "certification request")


def _of_private_key(content: bytes, label: str = "PRIVATE KEY") -> Material:
    return Material(_public_half(load_private_key(content, label).public), None, "private key")


def _public_half(key: PublicKey) -> bytes:
    """SubjectPublicKeyInfo (RFC 3279, 5480, 8410, 9881)."""
    match key:
        case RsaKey(kind=KeyKind.RSA):
            algorithm = encoding.sequence(encoding.oid(algorithms.RSA), encoding.element(der.NULL, b""))
            octets = encoding.sequence(encoding.integer(key.modulus), encoding.integer(key.exponent))
        case EcKey(explicit=False):
            curve = next(oid for oid, curve in CURVES.items() if curve == key.domain)
            algorithm, octets = encoding.sequence(encoding.oid(EC), encoding.oid(curve)), key.point
        case EdwardsKey() | AgreementKey() | MlDsaKey() | SlhDsaKey():
            algorithm, octets = encoding.sequence(encoding.oid(_IDENTIFIERS[key.kind])), key.octets
        case _:
            raise DecodeError(f"a private {key.kind} key; its certificate or public key will do")
    return encoding.sequence(algorithm, encoding.element(der.BIT_STRING, b"\0" + octets))


_IDENTIFIERS = {
    KeyKind.ED25519: algorithms.ED25519,
    KeyKind.ED448: algorithms.ED448,
    KeyKind.X25519: X25519,
    KeyKind.X448: X448,
    **{kind: oid for oid, kind in algorithms.POST_QUANTUM.items()},
}
_READERS: dict[str, Callable[[bytes], Material]] = {
    "CERTIFICATE": _of_certificate,
    "X509 CERTIFICATE": _of_certificate,
    "CERTIFICATE REQUEST": _of_request,
    "NEW CERTIFICATE REQUEST": _of_request,
    "PUBLIC KEY": _of_public_key,
}
