"""`inet_interfaces`: addresses that must be this machine's own (own_inet_addr.c of Postfix).

Nothing is bound to them here; but a configuration that Postfix refuses is none.
Names are not looked up: what they stand for would be another question to the
network than the one the probe is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from pyfinger.errors import UsageError
from pyfinger.model import Family

_WORDS = ("all", "loopback-only")  # which say it all
_SEPARATORS = re.compile(r"[ \t,]+")


def check_interfaces(
    value: str, families: Sequence[Family], addresses: Callable[[Family], Sequence[str]]
) -> None:
    """`UsageError` if an address is of a family that is off, or of no interface here.

    `addresses` tells this machine's own of one family.
    """
    if value in _WORDS or not families:
        return
    literals = [(word, found) for word in _SEPARATORS.split(value) if (found := _literal(word))]
    for word, literal in literals:
        if _family(literal) not in families:
            raise UsageError(f"config variable inet_interfaces: host not found: {word}")
    if not literals:
        return
    known = {_literal(address.partition("%")[0]) for family in families for address in addresses(family)}
    for _, literal in literals:
        if literal not in known:
            raise UsageError(f"parameter inet_interfaces: no local interface found for {literal}")


def _literal(word: str) -> IPv4Address | IPv6Address | None:
    """An address, perhaps in brackets."""
    bare = word[1:-1] if word.startswith("[") and word.endswith("]") else word
    try:
        return ip_address(bare)
    except ValueError:
        return None


def _family(literal: IPv4Address | IPv6Address) -> Family:
    return Family.IPV4 if literal.version == 4 else Family.IPV6
