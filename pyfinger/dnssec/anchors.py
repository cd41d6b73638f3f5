"""Trust anchors: the keys that validation begins with, as DS or DNSKEY records.

Shipped are the two key-signing keys of the root, as IANA publishes them
(https://data.iana.org/root-anchors/root-anchors.xml) and Debian's dns-root-data ships
them; a test says when they were last compared.  Dnskey 38696 signs from October 2026 on.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from pyfinger.decimals import decimal
from pyfinger.dnssec.domain_names import DomainName, from_text, to_text
from pyfinger.dnssec.rdata import Dnskey, Ds, read_dnskey, read_ds
from pyfinger.dnswire import RdataType
from pyfinger.errors import DecodeError, UsageError

ROOT_ANCHORS = """\
. IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
. IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
"""
COMPARED = "2026-11-28"  # with dns-root-data 2024071801, when last looked at

MAX_ANCHORS = 1000
"""Records in a file."""

_MNEMONICS = {
    "RSASHA1": 5,
    "NSEC3RSASHA1": 7,
    "RSASHA1-NSEC3-SHA1": 7,
    "RSASHA256": 8,
    "RSASHA512": 10,
    "ECDSAP256SHA256": 13,
    "ECDSAP384SHA384": 14,
    "ED25519": 15,
    "ED448": 16,
    "MLDSA44": 18,
}


class TrustAnchors:
    """DS records and DNSKEYs by the zones they are of."""

    def __init__(self, anchors: Iterable[tuple[DomainName, Ds | Dnskey]]) -> None:
        known: dict[DomainName, list[Ds | Dnskey]] = {}
        for zone, anchor in anchors:
            known.setdefault(zone, []).append(anchor)
        self._known = MappingProxyType({zone: tuple(found) for zone, found in known.items()})

    def __len__(self) -> int:
        return sum(map(len, self._known.values()))

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones that have one."""
        return tuple(map(to_text, self._known))

    def closest(self, name: DomainName) -> DomainName | None:
        """The zone, nearest to a name and not below it, that has an anchor."""
        for start in range(len(name) + 1):
            if name[start:] in self._known:
                return name[start:]
        return None

    def of(self, zone: DomainName) -> tuple[Ds | Dnskey, ...]:
        """The anchors of a zone."""
        return self._known.get(zone, ())


def root_anchors() -> TrustAnchors:
    """Those of the root."""
    return read_anchors(ROOT_ANCHORS)


def read_anchors(text: str) -> TrustAnchors:
    """Anchors in the form of zone files, `;` begins a comment; `UsageError` says what is wrong where.

    Each record has its owner's name; TTL and class may be left out.  Parentheses join lines.
    """
    found = []
    for number, words in _records(text):
        try:
            found.append(_anchor(words))
        except (DecodeError, ValueError) as error:
            raise UsageError(f"line {number}: {error}") from error
        if len(found) > MAX_ANCHORS:
            raise UsageError(f"line {number}: more than {MAX_ANCHORS} trust anchors")
    if not found:
        raise UsageError("no trust anchor")
    return TrustAnchors(found)


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The words of each record, and the line it begins in."""
    words: list[str] = []
    depth, begin = 0, 0
    for number, line in enumerate(text.splitlines(), 1):
        content = line.partition(";")[0]
        begin = begin if words else number
        depth += content.count("(") - content.count(")")
        words += content.replace("(", " ").replace(")", " ").split()
        if depth <= 0:
            depth = 0
            if words:
                yield begin, words
            words = []
    if words:
        yield begin, words


def _anchor(words: list[str]) -> tuple[DomainName, Ds | Dnskey]:
    """One record; `ValueError` or `DecodeError`."""
    owner, *rest = words
    while rest and (rest[0].isdigit() or rest[0].upper() == "IN"):
        del rest[0]
    if len(rest) < 5 or rest[0].upper() not in (RdataType.DS.name, RdataType.DNSKEY.name):
        raise ValueError("neither a DS nor a DNSKEY record")
    first, second, third = rest[1:4]
    zone, data = from_text(owner), "".join(rest[4:])
    try:
        if rest[0].upper() == RdataType.DS.name:
            head = _uint(first, 2) + _algorithm(second) + _uint(third, 1)
            return zone, read_ds(head + bytes.fromhex(data))
        head = _uint(first, 2) + _uint(second, 1) + _algorithm(third)
        return zone, read_dnskey(head + binascii.a2b_base64(data, strict_mode=True))
    except ValueError:
        raise ValueError(f"{rest[0].upper()} record of a wrong form") from None


def _algorithm(word: str) -> bytes:
    known = _MNEMONICS.get(word.upper())
    return _uint(word, 1) if known is None else bytes([known])


def _uint(word: str, size: int) -> bytes:
    number = decimal(word, (1 << 8 * size) - 1)
    if number is None:
        raise ValueError("not a number")
    return number.to_bytes(size, "big")
