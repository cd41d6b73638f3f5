"""The fields of TLSA records by their names, and the digests they may use.

Names are RFC 7218's (IANA's "DANE Parameters").  Digests go by the names OpenSSL knows
them by: only what hashlib guarantees without OpenSSL, and of that what has a fixed
size.

Which of them TLSA records may use, and which is preferred, is
`tls_dane_digests`.  Matching type 0, the full value, always works and comes last; 255,
never taken from DNS, is the digest of fingerprint arguments (RFC 7671 section 9, RFC
7218).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Any, TypeAlias

from pyfinger.events import DaneDigestRemark
from pyfinger.options import DIGEST_WORDS
from pyfinger.values import Value, field

Digest: TypeAlias = Callable[[bytes], bytes]
_SETTING = "tls_dane_digests"


class Usage(IntEnum):
    """What a record vouches for (RFC 6698 section 2.1.1)."""

    PKIX_TA = 0
    PKIX_EE = 1
    DANE_TA = 2
    DANE_EE = 3


class Selector(IntEnum):
    """Which part of a certificate is compared (section 2.1.2)."""

    CERT = 0
    SPKI = 1


class MatchingType(IntEnum):
    """As what it is compared (section 2.1.3); others are as tls_dane_digests has them."""

    FULL = 0
    SHA2_256 = 1
    SHA2_512 = 2
    PRIV_MATCH = 255  # never taken from DNS: the digest of fingerprint arguments


def digest(name: str) -> Digest | None:
    """The digest called `name`, in any case, blanks behind it ignored; None if it cannot be computed here."""
    return _DIGESTS.get(name.rstrip(" ").lower())


def _of_hashlib(name: str) -> Digest:
    constructor: Callable[..., Any] = getattr(hashlib, name)

    def compute(data: bytes) -> bytes:
        # Nothing is signed with it; systems in FIPS mode refuse MD5 otherwise.
        result: bytes = constructor(data, usedforsecurity=False).digest()
        return result

    return compute


_DIGESTS: dict[str, Digest] = {
    spelling: computed
    for name, spellings in DIGEST_WORDS.items()
    for computed in [_of_hashlib(name)]
    for spelling in spellings
}

_NUMBERS: dict[str, int] = {"sha256": MatchingType.SHA2_256, "sha512": MatchingType.SHA2_512}
_NAMES = {number: name for name, number in _NUMBERS.items()}


class DigestAgility(Value):
    """The digest of each matching type, most preferred first (RFC 7671 section 9)."""

    digests: Mapping[int, Digest] = field(default_factory=dict)

    def knows(self, matching: int) -> bool:
        """Whether records of this matching type can be compared."""
        return matching == MatchingType.FULL or matching in self.digests

    def size(self, matching: int) -> int:
        """How many bytes the digest of a known matching type has."""
        return len(self.digests[matching](b""))

    def association(self, matching: int, value: bytes) -> bytes:
        """What a record of a known matching type has to hold for `value`."""
        return value if matching == MatchingType.FULL else self.digests[matching](value)

    def rank(self, matching: int) -> int:
        """0 for the most preferred; the larger, the less preferred."""
        return [*self.digests, MatchingType.FULL].index(matching)


def parse_digests(
    text: str, private: Digest | None = None
) -> tuple[DigestAgility, tuple[DaneDigestRemark, ...]]:
    """The digests in a value of tls_dane_digests, and what is wrong with it.

    A faulty entry is ignored, but an unknown digest keeps its number.  An entry without a name
    takes the digest of its number away until another entry names one, and leaves the order
    alone (tls_dane_digest_init).  `private` is the digest of fingerprints.
    """
    digests: dict[int, Digest | None] = {}
    remarks: list[DaneDigestRemark] = []
    removed: set[int] = set()
    for word in filter(None, re.split(r"[, \t\r\n]+", text)):
        name, _, value = word.partition("=")
        try:
            number = _number(name, value)
            if name and number in digests:
                raise _Faulty(f"{_SETTING}: matching type {number} specified more than once")
            if name:
                digests[number] = digest(name)
                removed.discard(number)
            elif value:
                removed.add(number)
            if name and digests[number] is None:
                raise _Faulty(f'{_SETTING}: digest algorithm "{name}"({number}) unknown')
        except _Faulty as fault:
            remarks.append(DaneDigestRemark(str(fault)))
    digests[MatchingType.PRIV_MATCH] = private
    known = {number: function for number, function in digests.items() if function and number not in removed}
    return DigestAgility(known), tuple(remarks)


class _Faulty(Exception):
    """An entry that is ignored, with Postfix's words for it."""


def _number(name: str, value: str) -> int:
    """The matching type of an entry `name=value`; 0 if it says nothing at all."""
    number = (
        _matching_type(value) if value else _NUMBERS.get(name.lower(), None if name else MatchingType.FULL)
    )
    if number is None and value:
        raise _Faulty(f"Invalid matching type number in {_SETTING}: {name}={value}")
    if number is None:
        raise _Faulty(f"{_SETTING}: digest algorithm {name} needs an explicit number")
    if number == MatchingType.FULL and value:
        raise _Faulty(f"Reserved matching type number in {_SETTING}: {name}={value}")
    standard = _NAMES.get(number, "")
    if name and standard and name.lower() != standard:
        raise _Faulty(f"{_SETTING}: matching type {number} can only be {standard}")
    return number


def _matching_type(value: str) -> int | None:
    """A number below 255, else None."""
    if not re.fullmatch(r"0*[0-9]{1,3}", value):
        return None
    number = int(value[-3:])
    return number if number < MatchingType.PRIV_MATCH else None
