"""Reading ASN.1 the way OpenSSL's decoder does: DER, and the BER it lets pass.

Certificates that servers really send are judged by OpenSSL elsewhere, so being
stricter than it would be wrong: lengths need not be minimal, strings may come
in pieces, lengths may be indefinite, any non-zero octet is TRUE.  Integers and
object identifiers must be minimal (X.690 sections 8.3.2 and 8.19.2).

A `DerCursor` never leaves the element it was made for, and every fault is a
`DecodeError` with its offset.
"""

from __future__ import annotations

from pyfinger.errors import DecodeError
from pyfinger.x509.oid import dotted

END = 0x00
BOOLEAN = 0x01
INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
NULL = 0x05
OID = 0x06
ENUMERATED = 0x0A
UTF8_STRING = 0x0C
SEQUENCE = 0x10
SET = 0x11
PRINTABLE_STRING = 0x13
T61_STRING = 0x14
IA5_STRING = 0x16
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
VISIBLE_STRING = 0x1A
UNIVERSAL_STRING = 0x1C
BMP_STRING = 0x1E
CONSTRUCTED = 0x20
CONTEXT = 0x80  # [n] is CONTEXT | n

_LONG_TAG = 0x1F
_MAX_TAG = (1 << 24) - 1
_MAX_PIECES_DEPTH = 5  # a string in pieces in pieces ...: OpenSSL's limit
_WIDTHS = {BMP_STRING: 2, UNIVERSAL_STRING: 4}


class Element:
    """One tag-length-value: `tag` is class and number, without the constructed bit."""

    __slots__ = ("begin", "constructed", "data", "end", "start", "stop", "tag")

    def __init__(self, data: bytes, begin: int, start: int, stop: int, tag: int, constructed: bool) -> None:
        self.data = data
        self.begin = begin  # of the header
        self.start = start  # of the content
        self.stop = stop  # of the content
        self.end = stop  # of all, past the end-of-contents octets
        self.tag = tag
        self.constructed = constructed

    @property
    def encoding(self) -> bytes:
        """All of it, header included, as received."""
        return self.data[self.begin : self.end]

    @property
    def content(self) -> bytes:
        """What stands between header and end, as received."""
        return self.data[self.start : self.stop]

    def inside(self) -> DerCursor:
        """A cursor over a constructed element's parts."""
        if not self.constructed:
            raise DecodeError("constructed value not constructed", self.begin)
        return DerCursor(self.data, self.start, self.stop)

    def members(self) -> DerCursor:
        """A cursor over a SEQUENCE OF or SET OF; OpenSSL lets these claim to be primitive."""
        return DerCursor(self.data, self.start, self.stop)

    def primitive(self) -> bytes:
        """The content of a type that has no constructed form."""
        if self.constructed:
            raise DecodeError("primitive value constructed", self.begin)
        return self.data[self.start : self.stop]

    def string(self) -> bytes:
        """The content of a string type, its pieces joined."""
        if self.constructed:
            return _joined(self, 0)
        return self.data[self.start : self.stop]

    def text(self) -> bytes:
        """The same; letters of two and four octets must be whole."""
        content = self.string()
        if len(content) % _WIDTHS.get(self.tag, 1):
            raise DecodeError("string of odd length", self.start)
        return content

    def integer(self) -> int:
        """INTEGER, or ENUMERATED."""
        content = self.primitive()
        if not content:
            raise DecodeError("empty integer", self.start)
        if len(content) > 1 and content[0] in (0, 0xFF) and (content[0] ^ content[1]) < 0x80:
            raise DecodeError("integer not minimal", self.start)
        return int.from_bytes(content, "big", signed=True)

    def boolean(self) -> bool:
        """BOOLEAN: anything but zero is true."""
        content = self.primitive()
        if len(content) != 1:
            raise DecodeError("boolean of wrong length", self.start)
        return content != b"\0"

    def bits(self) -> bytes:
        """BIT STRING as octets, the unused bits cleared."""
        content = self.string()
        if not content:
            raise DecodeError("empty bit string", self.start)
        unused = content[0]
        if unused > 7:
            raise DecodeError("more than 7 unused bits", self.start)
        if unused and len(content) > 1:
            return content[1:-1] + bytes([content[-1] & (0xFF << unused) & 0xFF])
        return content[1:]

    def oid(self) -> str:
        """OBJECT IDENTIFIER in dotted form."""
        content = self.primitive()
        try:
            return dotted(content)
        except ValueError:
            raise DecodeError("malformed object identifier", self.start) from None

    def null(self) -> None:
        """NULL."""
        if self.primitive():
            raise DecodeError("null of wrong length", self.start)


class DerCursor:
    """A position within one element's content, or in a whole message."""

    __slots__ = ("data", "position", "stop")

    def __init__(self, data: bytes, position: int = 0, stop: int | None = None) -> None:
        self.data = data
        self.position = position
        self.stop = len(data) if stop is None else stop

    def __bool__(self) -> bool:
        return self.position < self.stop

    def element(self, what: str) -> Element:
        """The next element, of whatever type."""
        found = _read(self.data, self.position, self.stop, what)
        self.position = found.end
        return found

    def take(self, tag: int, what: str) -> Element:
        """The next element, which must have this tag."""
        found = _read(self.data, self.position, self.stop, what)
        if found.tag != tag:
            raise DecodeError(f"{what} has another type", self.position)
        self.position = found.end
        return found

    def optional(self, tag: int, what: str) -> Element | None:
        """The next element if there is one and it has this tag."""
        if self.position >= self.stop:
            return None
        found = _read(self.data, self.position, self.stop, what)
        if found.tag != tag:
            return None
        self.position = found.end
        return found

    def sequence(self, what: str) -> DerCursor:
        """The inside of the SEQUENCE that comes next."""
        return self.take(SEQUENCE, what).inside()

    def sequence_of(self, what: str) -> DerCursor:
        """The members of the SEQUENCE OF that comes next."""
        return self.take(SEQUENCE, what).members()

    def oid(self, what: str) -> str:
        """The OBJECT IDENTIFIER that comes next."""
        return self.take(OID, what).oid()

    def integer(self, what: str) -> int:
        """The INTEGER that comes next."""
        return self.take(INTEGER, what).integer()

    def finish(self, what: str) -> None:
        """Insist that nothing is left."""
        if self.position != self.stop:
            raise DecodeError(f"excess bytes in {what}", self.position)


def _read(data: bytes, begin: int, stop: int, what: str) -> Element:
    """The element at `begin`, which must end before `stop`."""
    if stop - begin < 2:
        raise DecodeError(f"{what} missing", begin)
    tag = data[begin] & ~CONSTRUCTED
    constructed = data[begin] & CONSTRUCTED != 0
    start = begin + 1
    if tag & _LONG_TAG == _LONG_TAG:
        tag, start = _long_tag(data, start, stop, tag & 0xC0)
    length = data[start]
    start += 1
    if length == 0x80:
        return _indefinite(Element(data, begin, start, stop, tag, constructed), what)
    if length > 0x80:
        length, start = _long_length(data, start, stop, length & 0x7F)
    if length > stop - start:
        raise DecodeError(f"{what} cut short", begin)
    return Element(data, begin, start, start + length, tag, constructed)


def _long_tag(data: bytes, start: int, stop: int, tag_class: int) -> tuple[int, int]:
    """Tag and next offset, for tag numbers in the high form (X.690 section 8.1.2.4)."""
    number = 0
    while True:
        if stop - start < 2:
            raise DecodeError("tag cut short", start)
        octet = data[start]
        start += 1
        number = number << 7 | octet & 0x7F
        if octet < 0x80:
            break
        if number > _MAX_TAG:
            raise DecodeError("tag number too large", start)
    low = number < _LONG_TAG
    return tag_class | (number if low else number << 8 | _LONG_TAG), start


def _long_length(data: bytes, start: int, stop: int, size: int) -> tuple[int, int]:
    """Length and next offset, for lengths of `size` octets; leading zeros are let pass."""
    if stop - start < size + 1:
        raise DecodeError("length cut short", start)
    return int.from_bytes(data[start : start + size], "big"), start + size


def _indefinite(element: Element, what: str) -> Element:
    """Find the end-of-contents octets that end the element (X.690 section 8.1.5)."""
    if not element.constructed:
        raise DecodeError(f"primitive {what} of indefinite length", element.begin)
    position, depth = element.start, 1
    while True:
        if element.data[position : min(position + 2, element.stop)] == b"\0\0":
            depth -= 1
            if not depth:
                break
            position += 2
        else:
            position, opened = _skip(element.data, position, element.stop, what)
            depth += opened
    element.stop = position
    element.end = position + 2
    return element


def _skip(data: bytes, begin: int, stop: int, what: str) -> tuple[int, bool]:
    """Offset behind an element, or behind the header of one of indefinite length."""
    if stop - begin < 2:
        raise DecodeError(f"{what} without end", begin)
    start = begin + 1
    if data[begin] & _LONG_TAG == _LONG_TAG:
        _, start = _long_tag(data, start, stop, 0)
    if data[start] == 0x80 and data[begin] & CONSTRUCTED:
        return start + 1, True
    return _read(data, begin, stop, what).end, False


def _joined(element: Element, depth: int) -> bytes:
    """The pieces of a constructed string; OpenSSL does not mind their own types."""
    if depth > _MAX_PIECES_DEPTH:
        raise DecodeError("string nested too deep", element.begin)
    pieces = []
    parts = element.inside()
    while parts:
        piece = parts.element("string piece")
        pieces.append(_joined(piece, depth + 1) if piece.constructed else piece.content)
    return b"".join(pieces)
