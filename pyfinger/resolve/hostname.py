"""Host names and literal addresses as Postfix judges them (valid_hostname(3)).

Stricter than DNS, laxer than RFC 1123: underscores are fine, a hyphen at either
end of a label is not, and what has only digits and dots is not a name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from pyfinger.model import AddressData, Family

MAX_HOSTNAME = 255
MAX_LABEL = 63

_LABEL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_SOUND = re.compile(r"(?![0-9.]*\Z)(?:(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(?:\.(?!\Z)|\Z))+")  # most names are
_MOST_COLONS = 7
_GROUP = re.compile("[0-9A-Fa-f]{0,4}")
_NUMERIC = frozenset("0123456789.")


@lru_cache(maxsize=256)
def hostname_problem(name: str, *, wildcard: bool = False) -> str | None:
    """What is wrong with a host name, in Postfix's words; None if nothing is.

    `wildcard` allows `*` as the first label.
    """
    if len(name) <= MAX_HOSTNAME and _SOUND.fullmatch(name):
        return None
    if not name:
        return "empty hostname"
    labels = name.split(".")
    if wildcard and labels[0] == "*":
        del labels[0]
    for label in labels:
        if problem := _label_problem(label):
            return problem
    if _NUMERIC.issuperset(name):
        return "numeric hostname"
    return f"bad length {len(name)}" if len(name) > MAX_HOSTNAME else None


def valid_hostname(name: str, *, wildcard: bool = False) -> bool:
    """Whether `name` is a host name."""
    return hostname_problem(name, wildcard=wildcard) is None


@lru_cache(maxsize=256)
def address_of(text: str) -> AddressData | None:
    """A literal address in its usual spelling; None for anything else.

    No IPv6 scope, no IPv4 octet with leading zeros (systems disagree on whether
    they mean octal), and no IPv4 network 0 but for 0.0.0.0 itself.
    """
    if not text[-1:].isdigit() and ":" not in text:
        return None
    try:
        if ":" in text:
            return None if "%" in text else ipv6_address(IPv6Address(text).packed)
        number = IPv4Address(text)
    except AddressValueError:
        return None
    if number.packed[0] == 0 and int(number):
        return None
    return AddressData(str(number), Family.IPV4)


def valid_hostaddr(text: str) -> bool:
    """Whether Postfix takes text for an address: with colons also one of too few groups, which is none."""
    return address_of(text) is not None if ":" not in text else _looks_like_ipv6(text)


def _looks_like_ipv6(text: str) -> bool:
    """Up to eight groups of up to four digits, one `::`, perhaps an IPv4 address at the end."""
    groups = text.split(":")
    head, last = groups[:-1], groups[-1]
    if "." in last and re.match(r"[0-9A-Fa-f]{1,4}\.", last):
        dotted = address_of(last) is not None and 2 <= len(head) <= _MOST_COLONS - 1
        groups = [*head, "0"] if dotted else []
    if not 2 <= len(groups) - 1 <= _MOST_COLONS or not all(map(_GROUP.fullmatch, groups)):
        return False
    return _nulls_are_one(text)


def _nulls_are_one(text: str) -> bool:
    """No `:` alone at either end, and `::` at most once."""
    alone = (text.startswith(":") and not text.startswith("::")) or (
        text.endswith(":") and not text.endswith("::")
    )
    return not alone and len(re.findall("(?=::)", text)) <= 1


def ipv4_address(packed: bytes) -> AddressData:
    """Four bytes as an address."""
    return AddressData(str(IPv4Address(packed)), Family.IPV4)


def ipv6_address(packed: bytes) -> AddressData:
    """Sixteen bytes as an address, spelled as inet_ntop(3) does.

    That is RFC 5952, with the last 32 bits dotted for IPv4-mapped and
    IPv4-compatible addresses.
    """
    number = IPv6Address(packed)
    tail = str(IPv4Address(packed[12:]))
    if number.ipv4_mapped is not None:
        return AddressData(f"::ffff:{tail}", Family.IPV6)
    if packed[:12] == bytes(12) and packed[12:14] != bytes(2):
        return AddressData(f"::{tail}", Family.IPV6)
    return AddressData(str(number), Family.IPV6)


def _label_problem(label: str) -> str | None:
    """The first problem in reading order."""
    if not label:
        return "misplaced delimiter"
    for index, char in enumerate(label):
        if char == "-" and index in (0, len(label) - 1):
            return "misplaced hyphen"
        if char not in _LABEL:
            return f"invalid character {_first_byte(char)}(decimal)"
        if index >= MAX_LABEL:
            return "hostname label too long"
    return None


def _first_byte(char: str) -> int:
    return char.encode("utf-8", "surrogateescape")[0]
