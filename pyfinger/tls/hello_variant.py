"""Hellos that ask more of a server than the usual one: larger, cut up, with what it cannot know.

A server has to take them all (RFC 8446 sections 4.1.2, 4.2 and 5.1, RFC 8701); what does not
is often something before it.  Nothing here changes what is negotiated.
"""

from __future__ import annotations

from pyfinger.tls.codepoints import ExtensionType
from pyfinger.values import Value
from pyfinger.wire import opaque, uint

UNASSIGNED_EXTENSION = 0xFDFF  # neither IANA's nor anybody's; not of GREASE's pattern
LARGEST_HELLO = 16_000  # octets of a message that still fits one record


class HelloVariant(Value):
    """What is different; cuts are offsets at which a further record, or TCP segment, begins."""

    grease: bool = False  # RFC 8701: reserved values everywhere
    extensions: tuple[tuple[int, bytes], ...] = ()  # more of them, by code point
    size: int = 0  # octets of the message, reached with padding (RFC 7685); 0: as ever
    records: tuple[int, ...] = ()  # cuts of the message
    segments: tuple[int, ...] = ()  # cuts of what is sent, record headers included


def grease_value(random: bytes, place: int) -> int:
    """One of RFC 8701's sixteen values for code points of two octets; `place` makes them differ."""
    return 0x0A0A + 0x1010 * ((random[0] + place) % 16)


def with_grease(offered: dict[int, bytes], random: bytes, *, again: bool) -> dict[int, bytes]:
    """The extensions with a reserved group, version, signature scheme and key share, and two more.

    A hello that is sent `again` has the one share that was asked for (RFC 8446 section 4.2.8).
    """
    group = uint(grease_value(random, 1), 2)
    first = {
        ExtensionType.SUPPORTED_GROUPS: (group, 2),
        ExtensionType.SIGNATURE_ALGORITHMS: (uint(grease_value(random, 3), 2), 2),
        ExtensionType.SUPPORTED_VERSIONS: (uint(grease_value(random, 2), 2), 1),
        ExtensionType.KEY_SHARE: (group + opaque(b"\0", 2), 2),
    }
    if again:
        del first[ExtensionType.KEY_SHARE]
    found = {grease_value(random, 4): b""}
    for kind, data in offered.items():
        more, size = first.get(ExtensionType(kind), (b"", 0))
        found[kind] = opaque(more + data[size:], size) if more else data
    return {**found, grease_value(random, 5): b"\0"}


def cut(data: bytes, places: tuple[int, ...]) -> list[bytes]:
    """The pieces between the cuts; places outside of it, or not in order, make none."""
    if not data:
        return []
    ends = sorted({place for place in places if 0 < place < len(data)})
    return [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True)]
