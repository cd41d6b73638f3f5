"""Writing ASN.1 in DER (X.690 section 10): the few kinds of value anybody needs here."""

from __future__ import annotations

from pyfinger.x509 import der
from pyfinger.x509.oid import content


def element(tag: int, body: bytes) -> bytes:
    """One element in DER; `tag` is a whole identifier octet."""
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def integer(value: int) -> bytes:
    """A whole INTEGER in DER; `value` is not negative."""
    return element(der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(text: str) -> bytes:
    """A whole OBJECT IDENTIFIER, from its dotted form."""
    return element(der.OID, content(text))


def sequence(*parts: bytes) -> bytes:
    """A SEQUENCE of encoded parts."""
    return element(der.SEQUENCE | der.CONSTRUCTED, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """A SET OF encoded parts, sorted as DER wants it (X.690 section 11.6)."""
    return element(der.SET | der.CONSTRUCTED, b"".join(sorted(parts)))
