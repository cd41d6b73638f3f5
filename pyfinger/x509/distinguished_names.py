"""Distinguished names: reading, comparing, and the ways they are printed.

Two names are equal if their canonical forms are: every string in UTF-8, lower
case, white space trimmed and collapsed (OpenSSL's reading of RFC 5280 section
7.1; the hash of the same form names the files of a CA directory).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import md5, sha1
from typing import cast

from pyfinger.errors import DecodeError
from pyfinger.model import NameProblem
from pyfinger.values import Value, field
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.asn1.content import Asn1Value
from pyfinger.x509.asn1.header import Asn1Reason, Fault
from pyfinger.x509.asn1.item import Converted, Structure, decode
from pyfinger.x509.attribute_types import SHORT_NAMES
from pyfinger.x509.oid import dotted
from pyfinger.x509.structures import X509_NAME_ENTRY, X509_NAME_INTERNAL

COMMON_NAME = "2.5.4.3"
EMAIL_ADDRESS = "1.2.840.113549.1.9.1"

ONELINE_LIMIT = 255  # X509_NAME_oneline with Postfix's buffer
TEXT_LIMIT = 256  # CCERT_BUFSIZ
_MAX_NAME = 1 << 20

# String types whose letters have one octet, read as Latin-1 (OpenSSL does so for T61, too).
_ONE_OCTET = frozenset((0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1A))
STRING_TYPES = _ONE_OCTET | {
    der.UTF8_STRING,
    der.UNIVERSAL_STRING,
    der.BMP_STRING,
}  # of `to_utf8` (tag2nbyte)
_CANONICAL_TYPES = frozenset((0x0C, 0x13, 0x14, 0x16, 0x1A, 0x1C, 0x1E))


class Attribute(Value):
    """One type and value; `rdn` counts the relative names, `tag` is the value's ASN.1 type."""

    oid: str
    tag: int
    value: bytes
    rdn: int


class Name(Value):
    """A distinguished name; equal names have equal canonical forms."""

    der: bytes = field(compare=False)
    attributes: tuple[Attribute, ...] = field(compare=False)
    canonical: bytes  # the sets without the outer SEQUENCE, as X509_NAME_hash wants them

    def values(self, oid: str) -> list[Attribute]:
        """All attributes of one type, in order."""
        return [attribute for attribute in self.attributes if attribute.oid == oid]


def parse_name(encoded: bytes) -> Name:
    """Read one Name; `DecodeError` if d2i_X509_NAME would refuse it."""
    if len(encoded) > _MAX_NAME:
        raise DecodeError("name too long")
    name, _ = decode(X509_NAME, encoded)
    return cast("Name", name)


def read_attributes(pairs: der.DerCursor, rdn: int = 0) -> tuple[list[Attribute], list[bytes]]:
    """The members of one relative name, and their canonical encodings."""
    entries = []
    while pairs:
        entry, pairs.position = decode(X509_NAME_ENTRY, pairs.data, pairs.position, pairs.stop)
        entries.append(entry)
    try:
        return _attributes(entries, rdn)
    except Fault as fault:
        raise fault.error from None


def _attributes(entries: Sequence[Structure], rdn: int) -> tuple[list[Attribute], list[bytes]]:
    """The same of entries already read; `Fault` if a string cannot be put in canonical form."""
    attributes, members = [], []
    for entry in entries:
        kind, value = entry["object"], entry["value"]
        text = value.content[1:] if value.tag == der.BIT_STRING else value.content
        attributes.append(Attribute(dotted(kind.content), value.tag, text, rdn))
        members.append(encoding.sequence(kind.encoding, _canonical(value)))
    return attributes, members


def _canonical(value: Asn1Value) -> bytes:
    """An attribute value in canonical form (asn1_string_canon)."""
    if value.tag not in _CANONICAL_TYPES:
        return value.encoding
    utf8 = to_utf8(value.tag, value.content)
    if utf8 is None:
        of_utf8 = value.tag == der.UTF8_STRING
        raise Fault(Asn1Reason.INVALID_UTF8STRING if of_utf8 else Asn1Reason.ILLEGAL_CHARACTERS, offset=0)
    return encoding.element(der.UTF8_STRING, b" ".join(utf8.split()).lower())


def _name(sets: Sequence[Sequence[Structure]], received: bytes) -> Name:
    """What became of a Name's octets (x509_name_ex_d2i)."""
    attributes: list[Attribute] = []
    canonical: list[bytes] = []
    for rdn, entries in enumerate(sets):
        found, members = _attributes(entries, rdn)
        attributes += found
        canonical.append(encoding.set_of(*members) if members else b"")
    return Name(received, tuple(attributes), b"".join(canonical))


X509_NAME = Converted(X509_NAME_INTERNAL, _name)


def to_utf8(tag: int, value: bytes) -> bytes | None:
    """A string type's value in UTF-8 (ASN1_STRING_to_UTF8); None if that cannot be done."""
    try:
        if tag == der.UTF8_STRING:
            return value if value.isascii() else value.decode("utf-8").encode()
        if tag in _ONE_OCTET:
            return value if value.isascii() else value.decode("latin-1").encode()
        if tag == der.UNIVERSAL_STRING:
            return value.decode("utf-32-be").encode()
        if tag == der.BMP_STRING:  # UCS-2: surrogates are errors, hence the detour
            wide = b"".join(b"\0\0" + value[at : at + 2] for at in range(0, len(value), 2))
            return wide.decode("utf-32-be").encode()
    except UnicodeDecodeError:
        pass
    return None


def oneline(name: Name) -> bytes:
    """The form of X509_NAME_oneline: `/C=XX/O=Lab`; whole attributes up to 255 octets."""
    text = b""
    previous = -1
    for attribute in name.attributes:
        mark = "+" if attribute.rdn == previous else "/"
        previous = attribute.rdn
        kind = SHORT_NAMES.get(attribute.oid, attribute.oid[:79])
        piece = f"{mark}{kind}=".encode() + _escaped(attribute.value)
        if len(text) + len(piece) > ONELINE_LIMIT:
            break
        text += piece
    return text


_ESCAPES = {octet: b"\\x%02X" % octet for octet in range(256) if not 0x20 <= octet <= 0x7E}
_ESCAPES |= {ord("/"): b"\\/", ord("+"): b"\\+"}


_PLAIN = bytes(octet for octet in range(256) if octet not in _ESCAPES)


def _escaped(value: bytes) -> bytes:
    if not value.translate(None, _PLAIN):
        return value
    return b"".join(_ESCAPES.get(octet) or bytes((octet,)) for octet in value)


class Unshown(Value):
    """Why an attribute is not shown: the words of `CertificateNameUnusable`.

    `number` is the length or the ASN.1 type.
    """

    problem: NameProblem
    number: int = 0


def attribute_text(name: Name, oid: str) -> str | Unshown | None:
    """The first attribute of a type as text (Postfix's tls_text_name); None without one."""
    found = name.values(oid)
    if not found:
        return None
    utf8 = to_utf8(found[0].tag, found[0].value)
    if utf8 is None:
        return Unshown("decoding", found[0].tag)
    utf8 = utf8.rstrip(b"\0")
    if len(utf8) >= TEXT_LIMIT:
        return Unshown("too long", len(utf8))
    if b"\0" in utf8:
        return Unshown("NULL")
    if any(octet < 0x20 or octet == 0x7F for octet in utf8):
        return Unshown("non-printable")
    return utf8.decode()


def subject_hash(name: Name) -> str:
    """The name of a CA directory's files since OpenSSL 1.0: `HASH.0`, `HASH.1`, ..."""
    return f"{int.from_bytes(sha1(name.canonical, usedforsecurity=False).digest()[:4], 'little'):08x}"


def subject_hash_old(name: Name) -> str:
    """The same before OpenSSL 1.0: MD5 of the encoding as it is."""
    return f"{int.from_bytes(md5(name.der, usedforsecurity=False).digest()[:4], 'little'):08x}"
