"""Certificates, raw public keys and names inside messages (RFC 5280), as far as worth showing.

A walk along the DER, not a judgement: what does not have the expected tag is
marked, and its surroundings are shown all the same.  A certificate's meaning is
its SHA-256, and so is a public key's: what TLSA records `3 0 1` and `3 1 1` hold.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from hashlib import sha256

from pyfinger.dissect.field import Decode, Describe, FieldCursor, text

_BOOLEAN, _INTEGER, _BITS, _OCTETS, _OID = 0x01, 0x02, 0x03, 0x04, 0x06
_UTC_TIME, _GENERALIZED_TIME, _SEQUENCE, _SET = 0x17, 0x18, 0x30, 0x31
_BMP = 0x1E
_VERSION, _EXTENSIONS = 0xA0, 0xA3
_MANY_BYTES = 0x1F  # of a tag
_LONGEST = 4  # bytes of a length
_MAX_ARC = 20  # bytes of one number in an object identifier

_ALGORITHMS: Mapping[str, str] = {
    "1.2.840.113549.1.1.1": "rsaEncryption",
    "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
    "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
    "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
    "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
    "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
    "1.2.840.10040.4.1": "dsa",
    "1.2.840.10045.2.1": "ecPublicKey",
    "1.2.840.10045.4.1": "ecdsa-with-SHA1",
    "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
    "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
    "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
    "1.2.840.10045.3.1.7": "secp256r1",
    "1.3.132.0.34": "secp384r1",
    "1.3.132.0.35": "secp521r1",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
    "2.16.840.1.101.3.4.3.17": "ML-DSA-44",
    "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
    "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
}
_ATTRIBUTES: Mapping[str, str] = {
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
}
_EXTENSION_NAMES: Mapping[str, str] = {
    "1.3.6.1.4.1.11129.2.4.2": "signedCertificateTimestampList",
    "1.3.6.1.5.5.7.1.1": "authorityInfoAccess",
    "1.3.6.1.5.5.7.1.24": "tlsFeature",
    "2.5.29.14": "subjectKeyIdentifier",
    "2.5.29.15": "keyUsage",
    "2.5.29.17": "subjectAltName",
    "2.5.29.18": "issuerAltName",
    "2.5.29.19": "basicConstraints",
    "2.5.29.30": "nameConstraints",
    "2.5.29.31": "cRLDistributionPoints",
    "2.5.29.32": "certificatePolicies",
    "2.5.29.35": "authorityKeyIdentifier",
    "2.5.29.37": "extKeyUsage",
}
_GENERAL_NAMES: Mapping[int, str] = {
    0x81: "rfc822Name",
    0x82: "dNSName",
    0x86: "uniformResourceIdentifier",
    0x87: "iPAddress",
    0xA0: "otherName",
    0xA4: "directoryName",
}


def certificate(at: FieldCursor) -> str:
    """A Certificate, to be called inside the vector that holds it."""
    _structure(at, "Certificate", _certificate)
    return f"sha256 {sha256(at.content).hexdigest()}"


def public_key(at: FieldCursor) -> None:
    """A SubjectPublicKeyInfo, as raw public keys are (RFC 7250 section 3)."""
    _structure(at, "SubjectPublicKeyInfo", _key_info)


def distinguished_name(at: FieldCursor) -> None:
    """A Name, to be called inside the vector that holds it; its meaning is its text."""
    _name(at, "Name")


def object_identifier(content: bytes) -> str:
    """The dotted form of an object identifier (X.690 section 8.19); empty if it has none."""
    arcs, start = [], 0
    for end, byte in enumerate(content, 1):
        if byte & 0x80:
            continue
        if end - start > _MAX_ARC:
            return ""
        arcs.append(_arc(content[start:end]))
        start = end
    if not arcs or start != len(content):
        return ""
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def _arc(octets: bytes) -> int:
    value = 0
    for octet in octets:
        value = value << 7 | octet & 0x7F
    return value


# --- DER ---------------------------------------------------------------------


def _header(at: FieldCursor) -> tuple[int, int] | None:
    """Sizes of the next element's header and content; None if it has no such thing."""
    octets = at.ahead(2 + _LONGEST)
    if len(octets) < 2 or octets[0] & _MANY_BYTES == _MANY_BYTES:
        return None
    if octets[1] < 0x80:
        return 2, octets[1]
    size = octets[1] & 0x7F
    if not 0 < size <= _LONGEST or len(octets) < 2 + size:
        return None
    return 2 + size, int.from_bytes(octets[2 : 2 + size], "big")


def _element(at: FieldCursor, name: str, tag: int | None = None, describe: Describe | None = None) -> bytes:
    """An element's content, as bytes."""
    found = _expected(at, name, tag)
    return at.leaf(name, *found, describe) if found is not None else b""


def _structure(at: FieldCursor, name: str, decode: Decode, tag: int = _SEQUENCE) -> None:
    """A constructed element."""
    found = _expected(at, name, tag)
    if found is not None:
        at.part(name, *found, decode)


def _expected(at: FieldCursor, name: str, tag: int | None) -> tuple[int, int] | None:
    """The header of the next element, if it has the tag; else there is nothing more to read."""
    found = _header(at)
    if found is None:
        at.stop(name, "no DER element" if at else "missing")
    elif tag is not None and at.ahead(1)[0] != tag:
        at.stop(name, f"tag 0x{at.ahead(1)[0]:02x} instead of 0x{tag:02x}")
        return None
    return found


# --- what certificates are made of -------------------------------------------


def _certificate(at: FieldCursor) -> None:
    _structure(at, "tbsCertificate", _to_be_signed)
    _structure(at, "signatureAlgorithm", _algorithm)
    _element(at, "signatureValue", _BITS)


def _to_be_signed(at: FieldCursor) -> None:
    if at.ahead(1) == bytes([_VERSION]):
        _structure(at, "version", _version, _VERSION)
    _element(at, "serialNumber", _INTEGER)
    _structure(at, "signature", _algorithm)
    _name(at, "issuer")
    _structure(at, "validity", _validity)
    _name(at, "subject")
    _structure(at, "subjectPublicKeyInfo", _key_info)
    while at:
        if at.ahead(1) == bytes([_EXTENSIONS]):
            _structure(at, "extensions", _extension_list, _EXTENSIONS)
        else:
            _element(at, "uniqueID")


def _version(at: FieldCursor) -> None:
    _element(at, "number", _INTEGER, lambda data: f"v{1 + data[0]}" if len(data) == 1 else "")


def _algorithm(at: FieldCursor) -> str:
    kind = object_identifier(_element(at, "algorithm", _OID, _algorithm_name))
    if at:
        curve = at.ahead(1) == bytes([_OID])
        _element(at, "parameters", None, _algorithm_name if curve else None)
    return _ALGORITHMS.get(kind, kind)


def _algorithm_name(content: bytes) -> str:
    kind = object_identifier(content)
    return _ALGORITHMS.get(kind, kind)


def _name(at: FieldCursor, name: str) -> None:
    _element(at, name, _SEQUENCE, _name_text)


def _name_text(content: bytes) -> str:
    """A distinguished name in its own order: `C=SE, O=Example, CN=Example CA`."""
    shown: list[str] = []

    def attribute(at: FieldCursor) -> None:
        kind = object_identifier(_element(at, "type", _OID))
        wide = at.ahead(1) == bytes([_BMP])
        value = _element(at, "value")
        form = value.decode("utf-16-be", "backslashreplace") if wide else text(value)
        shown.append(f"{_ATTRIBUTES.get(kind, kind)}={form}")

    at = FieldCursor(content)
    while at:
        _structure(at, "relative", lambda inner: _all(inner, "attribute", attribute), _SET)
    return ", ".join(shown)


def _validity(at: FieldCursor) -> None:
    for name in ("notBefore", "notAfter"):
        wide = at.ahead(1) == bytes([_GENERALIZED_TIME])
        _element(at, name, _GENERALIZED_TIME if wide else _UTC_TIME, _time)


def _time(content: bytes) -> str:
    """A time as the certificate has it; UTCTime means 1950 to 2049 (RFC 5280 section 4.1.2.5.1)."""
    found = re.fullmatch(rb"(\d\d)??(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z", content)
    if found is None:
        return text(content)
    century, year, month, day, hour, minute, second = (text(part or b"") for part in found.groups())
    century = century or ("19" if year >= "50" else "20")
    return f"{century}{year}-{month}-{day} {hour}:{minute}:{second} UTC"


def _key_info(at: FieldCursor) -> str:
    _structure(at, "algorithm", _algorithm)
    _element(at, "subjectPublicKey", _BITS)
    return f"sha256 {sha256(at.encoded).hexdigest()}"


def _extension_list(at: FieldCursor) -> None:
    _structure(at, "list", lambda inner: _all(inner, "extension", _extension))


def _all(at: FieldCursor, name: str, decode: Decode) -> None:
    while at:
        _structure(at, name, decode)


def _extension(at: FieldCursor) -> str:
    kind = object_identifier(_element(at, "extnID", _OID))
    if at.ahead(1) == bytes([_BOOLEAN]):
        _element(at, "critical", _BOOLEAN, lambda data: "FALSE" if data == b"\0" else "TRUE")
    name = _EXTENSION_NAMES.get(kind, kind)
    if name == "subjectAltName":
        _structure(at, "extnValue", _alternatives, _OCTETS)
    else:
        _element(at, "extnValue", _OCTETS)
    return name


def _alternatives(at: FieldCursor) -> None:
    _structure(at, "GeneralNames", _general_names)


def _general_names(at: FieldCursor) -> None:
    while at:
        tag = at.ahead(1)[0]
        _element(at, _GENERAL_NAMES.get(tag, "generalName"), None, _address if tag == 0x87 else text)


def _address(content: bytes) -> str:
    return str(ipaddress.ip_address(content)) if len(content) in (4, 16) else ""
