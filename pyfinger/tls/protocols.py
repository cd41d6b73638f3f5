"""`-p`, or smtp_tls_protocols (postconf(5)): which TLS versions are on offer.

The words are Postfix's (tls_proto_mask_lims()), what becomes of the bounds is
OpenSSL's (SSL_set_min_proto_version(3)).
"""

from __future__ import annotations

import re

from pyfinger.tls.codepoints import PROTOCOLS, SSL3, TLS13
from pyfinger.tls.security import SecurityLevel
from pyfinger.values import Value

_NAMES = {"sslv3": SSL3, **{name.lower(): code for code, name in PROTOCOLS.items()}}
_BOUNDS = {"none": 0, **_NAMES}
_SINGLE = {"sslv2": 0, **_NAMES}  # SSLv2 is known, and no bit of OpenSSL's
_SEPARATORS = re.compile(r"[, \t\r\n:]+")
_HEXADECIMAL = re.compile(r"[ \t\n\v\f\r]*([+-]?)(?:0[xX](?=[0-9a-fA-F]))?([0-9a-fA-F]+)")
_WORD = 1 << 64
_LARGEST = (1 << 31) - 1

_DTLS = range(0xFEFD, 0xFF00)  # DTLS 1.2 to 1.0 (RFC 6347 section 4.1)
_DTLS_DRAFT = 0x0100  # DTLS1_BAD_VER


_HEXADECIMAL_BITS = re.compile("0[xX]([0-9a-fA-F]+)")
_ALL_BITS = (1 << 64) - 1


class Protocols(Value):
    """A parsed `-p` value: bounds (0: none) and single exclusions."""

    floor: int = 0
    ceiling: int = 0
    excluded: frozenset[int] = frozenset()

    def enabled(self, security: SecurityLevel) -> tuple[int, ...]:
        """The versions on offer, highest first: the lowest range without a gap."""
        highest = self.ceiling or TLS13
        run: list[int] = []
        for version in sorted(PROTOCOLS):
            within = self.floor <= version <= highest and security.allows_version(version)
            if within and version not in self.excluded:
                run.insert(0, version)
            elif run:
                break
        return tuple(run)


class Bounds(Value):
    """What OpenSSL makes of the bounds: those it takes, and those it refuses, `None` if it does not."""

    protocols: Protocols
    refused_floor: int | None = None
    refused_ceiling: int | None = None


def parse_protocols(text: str) -> Protocols | None:
    """The words of `-p`; None if one of them is unknown.  Bounds may be any number."""
    floor = ceiling = 0
    included: set[int] = set()
    excluded: set[int] = set()
    for word in filter(None, _SEPARATORS.split(text)):
        number: int | None
        if word.startswith(">="):
            number = floor = _bound(word[2:])
        elif word.startswith("<="):
            number = ceiling = _bound(word[2:])
        else:
            number = _SINGLE.get(word.removeprefix("!").lower())
            (excluded if word[0] == "!" else included).add(number or 0)
        if number is None or number < 0:
            return None
    if included - {0}:
        excluded |= set(PROTOCOLS) - included
    return Protocols(floor, ceiling, frozenset(excluded))


def _bound(word: str) -> int:
    """A bound by name, or as strtoul(3) reads hexadecimal numbers; -1 if it is neither.

    Nothing at all is the number 0, which sets no bound.
    """
    known = _BOUNDS.get(word.lower())
    if known is not None or not word:
        return known or 0
    found = _HEXADECIMAL.fullmatch(word)
    if found is None:
        return -1
    number = int(found[2], 16)
    if number >= _WORD:
        return -1
    if found[1] == "-":
        number = -number % _WORD
    return number if number <= _LARGEST else -1


def set_bounds(parsed: Protocols) -> Bounds:
    """The bounds as OpenSSL takes them: TLS versions; those of DTLS are passed over."""
    floor, ceiling = parsed.floor, parsed.ceiling
    good_floor = _is_accepted(floor, 0)
    good_ceiling = _is_accepted(ceiling, _tls(floor))
    taken = Protocols(_tls(floor), _tls(ceiling), parsed.excluded)
    return Bounds(taken, None if good_floor else floor, None if good_ceiling else ceiling)


def _tls(bound: int) -> int:
    return bound if SSL3 <= bound <= TLS13 else 0


def _is_accepted(bound: int, other: int) -> bool:
    """ssl_check_allowed_versions() and ssl_set_version_bound(); `other` is the other one, of TLS or 0."""
    if bound in _DTLS or bound == _DTLS_DRAFT:
        return not other
    return bound == _tls(bound)


def bits_of(word: str) -> int | None:
    """A word that is a number, in the form Postfix knows (hex_to_ulong()); None if it is not."""
    found = _HEXADECIMAL_BITS.fullmatch(word)
    if found is None or int(found[1], 16) > _ALL_BITS:
        return None
    return int(found[1], 16)
