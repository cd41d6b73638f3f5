"""Which digests TLSA records may use, and which is preferred: `tls_dane_digests`.

Matching type 0, the full value, always works and comes last; 255, never taken
from DNS, is the digest of fingerprint arguments (RFC 7671 section 9, RFC 7218).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyfinger.dane.acronyms import MatchingType
from pyfinger.dane.digests import Digest, digest
from pyfinger.events import DaneDigestRemark
from pyfinger.values import Value, field

_NUMBERS: dict[str, int] = {"sha256": MatchingType.SHA2_256, "sha512": MatchingType.SHA2_512}
_NAMES = {number: name for name, number in _NUMBERS.items()}
_SETTING = "tls_dane_digests"


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
