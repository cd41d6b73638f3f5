"""Content octets, type by type: what must hold (asn1_ex_c2i), and what is written again
(asn1_ex_i2c).

The two are one function here: it returns the content as OpenSSL would write
it, which differs from what came only in the unused bits of BIT STRINGs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pyfinger.x509 import der
from pyfinger.x509.asn1.header import UNIVERSAL_MOST, Asn1Reason, Fault, Header, collect, find_end
from pyfinger.x509.oid import dotted

_ENCODED = frozenset((der.SEQUENCE, der.SET))  # kept as they came, header and all
_NEVER_IN_PIECES = frozenset((der.NULL, der.BOOLEAN, der.OID, der.INTEGER, der.ENUMERATED))
_LOW_TAGS = 0x1F


class Asn1Value(NamedTuple):
    """A primitive value: its universal tag and its content.

    SEQUENCE, SET and what is not universal (tag None) keep their header: `content` is all of it.
    """

    tag: int | None
    content: bytes

    @property
    def encoding(self) -> bytes:
        """As OpenSSL writes it."""
        if self.tag is None or self.tag in _ENCODED:
            return self.content
        return identifier(self.tag) + length(len(self.content)) + self.content


def read_value(data: bytes, at: int, header: Header, tag: int) -> tuple[Asn1Value, int]:
    """What follows a header at `at`, as a value of this universal tag; offset behind it."""
    if tag >= UNIVERSAL_MOST:
        end = find_end(data, header)
        return Asn1Value(None, data[at:end]), end
    if tag in _ENCODED:
        if not header.constructed:
            raise Fault(Asn1Reason.TYPE_NOT_CONSTRUCTED, offset=at)
        end = find_end(data, header)
        return Asn1Value(tag, data[at:end]), end
    if header.constructed:
        if tag in _NEVER_IN_PIECES:
            raise Fault(Asn1Reason.TYPE_NOT_PRIMITIVE, offset=at)
        pieces: list[bytes] = []
        end = collect(data, header, pieces)
        content = b"".join(pieces)
    else:
        end = header.stop
        content = data[header.start : end]
    if check := _CHECKS.get(tag):
        content = check(content, header.start)
    return Asn1Value(tag, content), end


def _boolean(content: bytes, offset: int) -> bytes:
    if len(content) != 1:
        raise Fault(Asn1Reason.BOOLEAN_IS_WRONG_LENGTH, offset=offset)
    return content


def _integer(content: bytes, offset: int) -> bytes:
    """X.690 section 8.3.2."""
    if not content:
        raise Fault(Asn1Reason.ILLEGAL_ZERO_CONTENT, offset=offset)
    if len(content) > 1 and content[0] in (0, 0xFF) and (content[0] ^ content[1]) < 0x80:
        raise Fault(Asn1Reason.ILLEGAL_PADDING, offset=offset)
    return content


def _bits(content: bytes, offset: int) -> bytes:
    """The unused bits are cleared; an empty string has none, whatever it claims."""
    if not content:
        raise Fault(Asn1Reason.STRING_TOO_SHORT, offset=offset)
    unused = content[0]
    if unused > 7:
        raise Fault(Asn1Reason.INVALID_BIT_STRING_BITS_LEFT, offset=offset)
    if len(content) == 1:
        return b"\0"
    if unused:
        return content[:-1] + bytes((content[-1] & (0xFF << unused) & 0xFF,))
    return content


def _null(content: bytes, offset: int) -> bytes:
    if content:
        raise Fault(Asn1Reason.NULL_IS_WRONG_LENGTH, offset=offset)
    return content


def _object(content: bytes, offset: int) -> bytes:
    """X.690 section 8.19.2."""
    try:
        dotted(content)
    except ValueError:
        raise Fault(Asn1Reason.INVALID_OBJECT_ENCODING, offset=offset) from None
    return content


def _in_letters_of(width: int, reason: Asn1Reason) -> Callable[[bytes, int], bytes]:
    def check(content: bytes, offset: int) -> bytes:
        if len(content) % width:
            raise Fault(reason, offset=offset)
        return content

    return check


def _not_below(size: int, reason: Asn1Reason) -> Callable[[bytes, int], bytes]:
    def check(content: bytes, offset: int) -> bytes:
        if len(content) < size:
            raise Fault(reason, offset=offset)
        return content

    return check


_CHECKS: dict[int, Callable[[bytes, int], bytes]] = {
    der.BOOLEAN: _boolean,
    der.INTEGER: _integer,
    der.ENUMERATED: _integer,
    der.BIT_STRING: _bits,
    der.NULL: _null,
    der.OID: _object,
    der.BMP_STRING: _in_letters_of(2, Asn1Reason.BMPSTRING_IS_WRONG_LENGTH),
    der.UNIVERSAL_STRING: _in_letters_of(4, Asn1Reason.UNIVERSALSTRING_IS_WRONG_LENGTH),
    der.UTC_TIME: _not_below(len("YYMMDDhhmmssZ"), Asn1Reason.UTCTIME_IS_TOO_SHORT),
    der.GENERALIZED_TIME: _not_below(len("YYYYMMDDhhmmssZ"), Asn1Reason.GENERALIZEDTIME_IS_TOO_SHORT),
}


def identifier(tag: int) -> bytes:
    """The identifier octets of a universal, primitive type (ASN1_put_object)."""
    if tag < _LOW_TAGS:
        return bytes((tag,))
    groups = [tag & 0x7F]
    while tag := tag >> 7:
        groups.append(tag & 0x7F | 0x80)
    return bytes((_LOW_TAGS, *reversed(groups)))


def length(size: int) -> bytes:
    """Length octets in DER."""
    if size < 0x80:
        return bytes((size,))
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets
