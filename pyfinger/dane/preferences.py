"""Which digests TLSA records may use, and which is preferred: `tls_dane_digests`.

Matching type 0, the full value, always works and comes last; 255, never taken
from DNS, is the digest of fingerprint arguments (RFC 7671 section 9, RFC 7218).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pyfinger.dane.digests import Digest, digest
from pyfinger.events import DaneDigestRemark

FULL = 0
PRIVATE = 255

_NUMBERS = {"sha256": 1, "sha512": 2}  # IANA, "TLSA Matching Types"
_NAMES = {number: name for name, number in _NUMBERS.items()}
_SETTING = "tls_dane_digests"


@dataclass(frozen=True, slots=True)
class Preferences:
    """The digest of each matching type, most preferred first."""

    digests: Mapping[int, Digest] = field(default_factory=dict)

    def knows(self, matching: int) -> bool:
        """Whether records of this matching type can be compared."""
        return matching == FULL or matching in self.digests

    def size(self, matching: int) -> int:
        """How many bytes the digest of a known matching type has."""
        return len(self.digests[matching](b""))

    def association(self, matching: int, value: bytes) -> bytes:
        """What a record of a known matching type has to hold for `value`."""
        return value if matching == FULL else self.digests[matching](value)

    def rank(self, matching: int) -> int:
        """0 for the most preferred; the larger, the less preferred."""
        return [*self.digests, FULL].index(matching)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry; without a digest it disables its matching type."""

    number: int
    digest: Digest | None


def parse_digests(
    text: str, private: Digest | None = None
) -> tuple[Preferences, tuple[DaneDigestRemark, ...]]:
    """The preferences in a value of tls_dane_digests, and what is wrong with it.

    A faulty entry is ignored.  `private` is the digest of fingerprints.
    """
    digests: dict[int, Digest | None] = {}
    remarks: list[DaneDigestRemark] = []
    for word in filter(None, re.split(r"[, \t\r\n]+", text)):
        entry = _parse_entry(word, digests)
        if isinstance(entry, DaneDigestRemark):
            remarks.append(entry)
        else:
            digests[entry.number] = entry.digest
    digests[PRIVATE] = private
    known = {number: function for number, function in digests.items() if function}
    return Preferences(known), tuple(remarks)


def _parse_entry(word: str, taken: Mapping[int, object]) -> _Entry | DaneDigestRemark:
    name, _, value = word.partition("=")
    number = _matching_type(value) if value else _NUMBERS.get(name.lower())
    if number is None:
        return DaneDigestRemark(
            f"Invalid matching type number in {_SETTING}: {name}={value}"
            if value
            else f"{_SETTING}: digest algorithm {name} needs an explicit number"
        )
    if number == FULL:
        return DaneDigestRemark(f"Reserved matching type number in {_SETTING}: {name}={value}")
    standard = _NAMES.get(number, "")
    if name and standard and name.lower() != standard:
        return DaneDigestRemark(f"{_SETTING}: matching type {number} can only be {standard}")
    if number in taken:
        return DaneDigestRemark(f"{_SETTING}: matching type {number} specified more than once")
    function = digest(name)
    if name and function is None:
        return DaneDigestRemark(f'{_SETTING}: digest algorithm "{name}"({number}) unknown')
    return _Entry(number, function)


def _matching_type(value: str) -> int | None:
    """A number below 255, else None."""
    if not re.fullmatch(r"0*[0-9]{1,3}", value):
        return None
    number = int(value[-3:])
    return number if number < PRIVATE else None
