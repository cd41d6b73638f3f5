"""Writing ASN.1 in DER (X.690 section 10): the few kinds of value anybody needs here."""

from __future__ import annotations

from pyfinger.x509 import der


def element(tag: int, content: bytes) -> bytes:
    """One element in DER; `tag` is a whole identifier octet."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(value: int) -> bytes:
    """A whole INTEGER in DER; `value` is not negative."""
    return element(der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(text: str) -> bytes:
    """A whole OBJECT IDENTIFIER in DER, from its dotted form."""
    first, second, *rest = map(int, text.split("."))
    content = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        content += bytes(reversed(groups))
    return element(der.OID, bytes(content))


def sequence(*parts: bytes) -> bytes:
    """A SEQUENCE of encoded parts."""
    return element(der.SEQUENCE | der.CONSTRUCTED, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """A SET OF encoded parts, sorted as DER wants it (X.690 section 11.6)."""
    return element(der.SET | der.CONSTRUCTED, b"".join(sorted(parts)))
