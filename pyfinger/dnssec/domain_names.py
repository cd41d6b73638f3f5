"""Domain names as DNSSEC compares them: labels in lower case, the leftmost first.

Lower case is the canonical form (RFC 4034 section 6.2), so that equal names are equal
tuples; the canonical order (section 6.1) is that of their labels from the right.
"""

from __future__ import annotations

from typing import TypeAlias

from pyfinger.dnswire import MAX_LABEL, MAX_NAME, Labels, name_text, name_wire
from pyfinger.dnswire import read_name as read_labels
from pyfinger.errors import DecodeError

DomainName: TypeAlias = Labels

ROOT: DomainName = ()
WILDCARD = b"*"


def read_name(wire: bytes, start: int) -> tuple[DomainName, int]:
    """The name at a place of a message and where it ends there; `DecodeError` (RFC 1035 section 4.1.4)."""
    labels, size = read_labels(wire, start)
    return tuple([label.lower() for label in labels]), start + size


def to_text(name: DomainName) -> str:
    """As in zone files (RFC 1035 section 5.1), without the dot at the end; `.` for the root."""
    return name_text(name) or "."


def from_text(text: str) -> DomainName:
    """A name as in zone files, absolute with or without the dot at the end; `DecodeError`."""
    labels: list[bytes] = []
    label, position = bytearray(), 0
    rest = b"" if text == "." else _octets(text)
    while position < len(rest):
        octet = rest[position]
        position += 1
        if octet == ord("."):
            labels.append(bytes(label))
            label = bytearray()
        elif octet == ord("\\"):
            octet, position = _escape(rest, position)
            label.append(octet)
        else:
            label.append(octet)
    if label:
        labels.append(bytes(label))
    name = tuple(each.lower() for each in labels)
    if any(not 0 < len(each) <= MAX_LABEL for each in name) or len(name_wire(name)) > MAX_NAME:
        raise DecodeError("not a domain name")
    return name


def _octets(text: str) -> bytes:
    try:
        return text.encode("ascii")
    except UnicodeEncodeError:
        raise DecodeError("not a domain name") from None


def _escape(text: bytes, position: int) -> tuple[int, int]:
    """What follows a backslash: three digits, or the character itself."""
    digits = text[position : position + 3]
    if len(digits) == 3 and digits.isdigit():
        if (octet := int(digits)) > 0xFF:
            raise DecodeError("not a domain name", position)
        return octet, position + 3
    if position >= len(text) or digits[:1].isdigit():
        raise DecodeError("not a domain name", position)
    return text[position], position + 1


def is_below(name: DomainName, zone: DomainName) -> bool:
    """Whether a name is that of the zone, or below."""
    return name[len(name) - len(zone) :] == zone if zone else True


def order(name: DomainName) -> DomainName:
    """What names are sorted by (RFC 4034 section 6.1)."""
    return name[::-1]


def common(left: DomainName, right: DomainName) -> DomainName:
    """The longest name that both are below of, or equal to."""
    count = 0
    for one, other in zip(reversed(left), reversed(right), strict=False):
        if one != other:
            break
        count += 1
    return left[len(left) - count :]
