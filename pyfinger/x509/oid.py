"""Object identifiers: dotted text and encoded content (X.690 section 8.19)."""

from __future__ import annotations

import re
from functools import lru_cache

_PADDED = re.compile(rb"(?:\A|[\x00-\x7f])\x80")  # a number that begins with a zero group
_MAX_DOTTED = 256  # octets worth spelling out


@lru_cache(maxsize=512)
def dotted(octets: bytes) -> str:
    """An object identifier's content in dotted form; `ValueError` if malformed."""
    if not octets or octets[-1] & 0x80 or _PADDED.search(octets):
        raise ValueError(octets)
    if len(octets) > _MAX_DOTTED:
        return "oid." + octets.hex()
    arcs: list[int] = []
    number = 0
    for octet in octets:
        number = number << 7 | octet & 0x7F
        if octet < 0x80:
            arcs.append(number)
            number = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def content(text: str) -> bytes:
    """The content of an object identifier in dotted form."""
    first, second, *rest = map(int, text.split("."))
    octets = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        octets += bytes(reversed(groups))
    return bytes(octets)
