"""Public keys as text (providers/implementations/encode_decode/encode_key2text.c)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfinger.crypto.curves import parameters as domain_parameters
from pyfinger.errors import DecodeError
from pyfinger.model import KeyKind
from pyfinger.x509 import algorithm_identifiers as algorithms
from pyfinger.x509 import der
from pyfinger.x509.asn1.content import Asn1Value
from pyfinger.x509.asn1.item import decode
from pyfinger.x509.dsa_keys import DsaKey
from pyfinger.x509.named_curves import ECPARAMETERS
from pyfinger.x509.public_keys import EcKey, Key, RsaKey, load_spki
from pyfinger.x509.text.layout import labeled_number, labeled_octets

if TYPE_CHECKING:
    from pyfinger.crypto.rsa import PssParameters

_NIST = {
    "prime192v1": "P-192",
    "secp224r1": "P-224",
    "prime256v1": "P-256",
    "secp384r1": "P-384",
    "secp521r1": "P-521",
}


def key_text(spki: bytes, indent: int) -> str | None:
    """A SubjectPublicKeyInfo as text; None if there is no key in it."""
    try:
        key = load_spki(spki)
    except DecodeError:
        return None
    inside = der.DerCursor(spki).sequence("key")
    parameters = algorithms.read_algorithm(inside, "algorithm").parameters or b""
    return _public_key(key, inside.take(der.BIT_STRING, "key").bits(), parameters, indent)


def _public_key(key: Key, octets: bytes, parameters: bytes, indent: int) -> str:
    """A key as text (EVP_PKEY_print_public()); of `octets`, since points stay as they are written."""
    margin = " " * indent
    match key:
        case RsaKey():
            return _rsa(key, indent)
        case EcKey():
            shown = _explicit(key, parameters, indent) if key.spelled_out else _named(key, margin)
            size = f"{margin}Public-Key: ({key.domain.order.bit_length()} bit)\n"
            return size + labeled_octets("pub:", octets, indent) + shown
        case DsaKey():
            domain = key.domain
            return (
                f"{margin}Public-Key: ({key.bits} bit)\n"
                + labeled_number("pub: ", key.value, indent)
                + labeled_number("P:   ", domain.prime, indent)
                + labeled_number("Q:   ", domain.order, indent)
                + labeled_number("G:   ", domain.base, indent)
            )
        case _:
            return _octets(_LABELS.get(key.kind, str(key.kind)), octets, indent)


_LABELS = {KeyKind.ED25519: "ED25519", KeyKind.ED448: "ED448"}


def _octets(label: str, data: bytes, indent: int) -> str:
    return f"{' ' * indent}{label} Public-Key:\n" + labeled_octets("pub:", data, indent)


def _rsa(key: RsaKey, indent: int) -> str:
    text = (
        f"{' ' * indent}Public-Key: ({key.bits} bit)\n"
        + labeled_number("Modulus:", key.modulus, indent)
        + labeled_number("Exponent:", key.exponent, indent)
    )
    if key.kind == KeyKind.RSA:
        return text
    if key.restriction is None:
        return f"{text}{' ' * indent}No PSS parameter restrictions\n"
    return text + _restrictions(key.restriction, " " * indent)


_DIGESTS = {
    "sha1": "SHA1",
    "sha224": "SHA2-224",
    "sha256": "SHA2-256",
    "sha384": "SHA2-384",
    "sha512": "SHA2-512",
}


def _restrictions(limit: PssParameters, margin: str) -> str:
    def default(really: bool) -> str:
        return " (default)" if really else ""

    hashed, masked = (
        _DIGESTS.get(limit.digest, limit.digest),
        _DIGESTS.get(limit.mgf_digest, limit.mgf_digest),
    )
    return (
        f"{margin}PSS parameter restrictions:\n"
        f"{margin}  Hash Algorithm: {hashed}{default(limit.digest == 'sha1')}\n"
        f"{margin}  Mask Algorithm: MGF1 with {masked}{default(limit.mgf_digest == 'sha1')}\n"
        f"{margin}  Minimum Salt Length: {limit.salt}{default(limit.salt == 20)}\n"
        f"{margin}  Trailer Field: 0x1 (default)\n"
    )


def _named(key: EcKey, margin: str) -> str:
    nist = _NIST.get(key.curve)
    return f"{margin}ASN1 OID: {key.curve}\n" + (f"{margin}NIST CURVE: {nist}\n" if nist else "")


def _explicit(key: EcKey, parameters: bytes, indent: int) -> str:
    """A curve spelled out, the seed among its parameters included."""
    whole, _ = decode(ECPARAMETERS, parameters)
    seed: Asn1Value | None = whole["curve"].get("seed")
    curve = domain_parameters(key.domain)
    size = key.domain.size
    base = b"\4" + curve.x.to_bytes(size, "big") + curve.y.to_bytes(size, "big")
    return (
        f"{' ' * indent}Field Type: prime-field\n"
        + labeled_number("Prime:", curve.field, indent)
        + labeled_number("A:   ", curve.a, indent)
        + labeled_number("B:   ", curve.b, indent)
        + labeled_octets("Generator (uncompressed):", base, indent)
        + labeled_number("Order: ", curve.order, indent)
        + labeled_number("Cofactor: ", 1, indent)
        + ("" if seed is None else labeled_octets("Seed:", seed.content[1:], indent))
    )
