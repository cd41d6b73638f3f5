"""Domain names in DNS messages and in zone files, and the numbers of types and response codes.

What every probe needs, and that in its usual form: names without escapes, the types that
mail is about.  For anything else callers ask dnspython, whose rules these are, too; it takes
longer to import than all of a probe's DNS takes.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TypeAlias

from pyfinger.errors import DecodeError

Labels: TypeAlias = tuple[bytes, ...]  # of a name, the leftmost first, without the root's

IN = 1  # the class
MAX_NAME = 255  # octets on the wire, RFC 1035 section 2.3.4
MAX_LABEL = 63
MAX_POINTERS = 16  # in a row, as dnspython has it

_POINTER = 0xC0  # RFC 1035 section 4.1.4
_SPECIAL = b'"().;\\@$'  # in a label these stand behind a backslash (RFC 1035 section 5.1)
_PLAIN = bytes(octet for octet in range(0x21, 0x7F) if octet not in _SPECIAL)


class RdataType(IntEnum):
    """Types of records (IANA, "Resource Record (RR) TYPEs"); a type that has no name here is a number."""

    A = 1
    NS = 2
    CNAME = 5
    SOA = 6
    PTR = 12
    HINFO = 13
    MX = 15
    TXT = 16
    RP = 17
    AAAA = 28
    LOC = 29
    SRV = 33
    NAPTR = 35
    DNAME = 39
    OPT = 41
    DS = 43
    SSHFP = 44
    RRSIG = 46
    NSEC = 47
    DNSKEY = 48
    NSEC3 = 50
    NSEC3PARAM = 51
    TLSA = 52
    SMIMEA = 53
    CDS = 59
    CDNSKEY = 60
    OPENPGPKEY = 61
    SVCB = 64
    HTTPS = 65
    SPF = 99
    ANY = 255
    URI = 256
    CAA = 257


_TYPES = {known.name: known.value for known in RdataType}
_TYPE_NAMES = {number: name for name, number in _TYPES.items()}
ADDRESS_TYPES = (RdataType.A.name, RdataType.AAAA.name)


class Rcode(IntEnum):
    """Response codes that mean something to a stub resolver (RFC 1035 section 4.1.1)."""

    NOERROR = 0
    FORMERR = 1
    SERVFAIL = 2
    NXDOMAIN = 3
    NOTIMP = 4
    REFUSED = 5
    YXDOMAIN = 6


def type_number(name: str) -> int | None:
    """The number of a usual type; None of others."""
    return _TYPES.get(name)


def type_name(number: int) -> str | None:
    """The name of a usual type; None of others."""
    return _TYPE_NAMES.get(number)


def read_name(wire: bytes, start: int) -> tuple[Labels, int]:
    """A name, possibly compressed into earlier parts of the message, and its size where it stands.

    Each pointer has to point in front of all that the name has had so far (RFC 1035 section
    4.1.4); `DecodeError` otherwise.
    """
    labels: list[bytes] = []
    position = begin = start
    limit, end, pointers, size = len(wire), 0, 0, 1
    while True:
        if position >= limit:
            raise DecodeError("name cut short", position)
        length = wire[position]
        position += 1
        if not length:
            return tuple(labels), (end or position) - start
        if length >= _POINTER:
            pointers += 1
            target = int.from_bytes(wire[position - 1 : position + 1], "big") & 0x3FFF
            if position >= limit or target >= begin or pointers > MAX_POINTERS:
                raise DecodeError("name with a bad pointer", position)
            end = end or position + 1
            limit, begin, position = begin, target, target
            continue
        size += length + 1
        if length > MAX_LABEL or position + length > limit or size > MAX_NAME:
            raise DecodeError("name of no sound form", position)
        labels.append(wire[position : position + length])
        position += length


def name_wire(labels: Labels) -> bytes:
    """A name without compression."""
    return b"".join([bytes((len(label),)) + label for label in labels]) + b"\0"


def name_text(labels: Labels) -> str:
    """A name as in zone files, without the dot at its end; the root is empty."""
    return ".".join([_label_text(label) for label in labels])


def _label_text(label: bytes) -> str:
    if not label.translate(None, _PLAIN):
        return label.decode("ascii")
    return "".join([_octet_text(octet) for octet in label])


def _octet_text(octet: int) -> str:
    if octet in _PLAIN:
        return chr(octet)
    return f"\\{chr(octet)}" if octet in _SPECIAL else f"\\{octet:03d}"


def labels_of(text: str) -> Labels:
    """A name without escapes as labels; `DecodeError` or UnicodeError if it cannot be one."""
    if text in ("", ".", "@"):  # the origin, which is the root
        return ()
    name = text.removesuffix(".").encode("ascii")
    labels = tuple(name.split(b"."))
    if len(name) > MAX_NAME - 2 or not all(0 < len(label) <= MAX_LABEL for label in labels):
        raise DecodeError(f"no name: {text}")
    return labels
