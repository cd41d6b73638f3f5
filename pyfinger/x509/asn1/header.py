"""Identifier and length octets as OpenSSL reads them (ASN1_get_object, asn1_check_tlen).

BER is let pass: lengths need not be minimal nor definite, tags may be in the
high form, strings may come in pieces.  A tag is its number with the class far
above it, so that universal tags are their numbers.

The error queue is filled as OpenSSL's decoder does while it unwinds.  A `Fault` begins
with the reason at the spot; every level it passes adds an entry or says where it
stands.  `error` makes of it the `DecodeError` that leaves this package, with the whole
queue, oldest first.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from pyfinger.errors import DecodeError, LibraryError

_LIBRARY = 13 << 23  # ERR_LIB_ASN1
_COMMON = 0x80000  # the flag of reasons that all libraries share


CONTEXT = 0x80 << 32  # [n] is CONTEXT | n
UNIVERSAL_MOST = 1 << 32  # all universal tags are below
_CONSTRUCTED = 0x20
_HIGH = 0x1F
_MAX_TAG = (1 << 24) - 1
_MAX_LENGTH = (1 << 63) - 1
_MAX_STRING_NEST = 5  # ASN1_MAX_STRING_NEST


class Asn1Reason(IntEnum):
    """Reasons of the ASN.1 library (asn1err.h); their texts are the names."""

    BAD_OBJECT_HEADER = 102
    BMPSTRING_IS_WRONG_LENGTH = 214
    BOOLEAN_IS_WRONG_LENGTH = 106
    EXPLICIT_LENGTH_MISMATCH = 119
    EXPLICIT_TAG_NOT_CONSTRUCTED = 120
    FIELD_MISSING = 121
    GENERALIZEDTIME_IS_TOO_SHORT = 232
    HEADER_TOO_LONG = 123
    ILLEGAL_CHARACTERS = 124
    ILLEGAL_PADDING = 221
    ILLEGAL_ZERO_CONTENT = 222
    INVALID_BIT_STRING_BITS_LEFT = 220
    INVALID_OBJECT_ENCODING = 216
    INVALID_UTF8STRING = 134
    MISSING_EOC = 137
    MSTRING_NOT_UNIVERSAL = 139
    MSTRING_WRONG_TAG = 140
    NESTED_ASN1_ERROR = _COMMON | 266
    NESTED_ASN1_STRING = 197
    NULL_IS_WRONG_LENGTH = 144
    SEQUENCE_LENGTH_MISMATCH = 148
    SEQUENCE_NOT_CONSTRUCTED = 149
    STRING_TOO_SHORT = 152
    TOO_LARGE = 223
    TOO_LONG = 155
    TOO_SMALL = 224
    TYPE_NOT_CONSTRUCTED = 156
    TYPE_NOT_PRIMITIVE = 195
    UNEXPECTED_EOC = 159
    UNIVERSALSTRING_IS_WRONG_LENGTH = 215
    UTCTIME_IS_TOO_SHORT = 233
    WRONG_TAG = 168

    @property
    def text(self) -> str:
        """OpenSSL's words."""
        return self.name.lower().replace("_", " ")


class Fault(Exception):
    """Decoding fails; `path` are the fields from here up to the whole, the innermost first."""

    def __init__(self, *reasons: Asn1Reason, offset: int) -> None:
        super().__init__(*reasons)
        self.offset = offset
        self.path: list[str] = []
        self._queue = [(reason, "") for reason in reasons]

    def nest(self) -> Fault:
        """One level up, which has nothing to say but that."""
        self._queue.append((Asn1Reason.NESTED_ASN1_ERROR, ""))
        return self

    def at(self, item: str, field: str = "") -> Fault:
        """What the last entry is about: a type, or a field of it."""
        reason, data = self._queue[-1]
        place = f"Field={field}, Type={item}" if field else f"Type={item}"
        self._queue[-1] = (reason, data + place)
        if field:
            self.path.append(field)
        return self

    @property
    def error(self) -> DecodeError:
        """The same for the world outside."""
        text = self._queue[0][0].text
        where = ".".join(reversed(self.path))
        queue = tuple(LibraryError(_LIBRARY | reason, reason.text, data) for reason, data in self._queue)
        return DecodeError(f"{text} in {where}" if where else text, self.offset, queue)


class Header(NamedTuple):
    """`stop` is where the content ends, or for indefinite lengths where it must have ended."""

    tag: int
    constructed: bool
    indefinite: bool
    start: int
    stop: int


def read_header(data: bytes, at: int, stop: int) -> Header:
    """The header at `at`, of something that must end before `stop`."""
    if at >= stop:
        raise Fault(Asn1Reason.TOO_SMALL, offset=at)
    first = data[at]
    tag = first & _HIGH
    start = at + 1
    if tag == _HIGH:
        tag, start = _high_tag(data, start, stop)
    elif start == stop:
        raise _malformed(at)
    tag |= (first & 0xC0) << 32
    constructed = first & _CONSTRUCTED != 0
    length = data[start]
    start += 1
    if length == 0x80:
        if not constructed:
            raise _malformed(at)
        return Header(tag, True, True, start, stop)
    if length > 0x80:
        length, start = _long_length(data, start, stop, length & 0x7F)
    if length > stop - start:
        raise Fault(Asn1Reason.TOO_LONG, Asn1Reason.BAD_OBJECT_HEADER, offset=at)
    return Header(tag, constructed, False, start, start + length)


def _malformed(at: int) -> Fault:
    return Fault(Asn1Reason.HEADER_TOO_LONG, Asn1Reason.BAD_OBJECT_HEADER, offset=at)


def _high_tag(data: bytes, start: int, stop: int) -> tuple[int, int]:
    """Number and next offset (X.690 section 8.1.2.4); a length octet must be left."""
    number = 0
    while True:
        if stop - start < 2:
            raise _malformed(start)
        octet = data[start]
        start += 1
        number = number << 7 | octet & 0x7F
        if octet < 0x80:
            return number, start
        if number > _MAX_TAG:
            raise _malformed(start)


def _long_length(data: bytes, start: int, stop: int, size: int) -> tuple[int, int]:
    """Length and next offset; leading zeros are let pass."""
    if stop - start < size:
        raise _malformed(start)
    length = int.from_bytes(data[start : start + size], "big")
    if length > _MAX_LENGTH:
        raise _malformed(start)
    return length, start + size


def at_end_of_contents(data: bytes, at: int, stop: int) -> bool:
    """Whether two zero octets stand there (asn1_check_eoc)."""
    return stop - at >= 2 and data[at] == 0 and data[at + 1] == 0


def find_end(data: bytes, header: Header) -> int:
    """Offset behind something constructed, end-of-contents octets included (asn1_find_end)."""
    if not header.indefinite:
        return header.stop
    at, stop, open_ends = header.start, header.stop, 1
    while at < stop:
        if at_end_of_contents(data, at, stop):
            at += 2
            open_ends -= 1
            if not open_ends:
                return at
            continue
        try:
            inner = read_header(data, at, stop)
        except Fault as fault:
            raise fault.nest() from None
        open_ends += inner.indefinite
        at = inner.start if inner.indefinite else inner.stop
    raise Fault(Asn1Reason.MISSING_EOC, offset=at)


def collect(data: bytes, header: Header, pieces: list[bytes], depth: int = 0) -> int:
    """Gather a string that comes in pieces, of whatever type; offset behind it (asn1_collect)."""
    at, stop, unended = header.start, header.stop, header.indefinite
    while at < stop:
        if at_end_of_contents(data, at, stop):
            if not unended:
                raise Fault(Asn1Reason.UNEXPECTED_EOC, offset=at)
            return at + 2
        try:
            piece = read_header(data, at, stop)
        except Fault as fault:
            raise fault.nest() from None
        if not piece.constructed:
            pieces.append(data[piece.start : piece.stop])
            at = piece.stop
        elif depth >= _MAX_STRING_NEST:
            raise Fault(Asn1Reason.NESTED_ASN1_STRING, offset=at)
        else:
            at = collect(data, piece, pieces, depth + 1)
    if unended:
        raise Fault(Asn1Reason.MISSING_EOC, offset=at)
    return at
