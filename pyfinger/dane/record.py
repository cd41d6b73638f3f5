"""TLSA records: which are fit for use, and in which order.

Two sieves: at the lookup, records no one here can ever use (RFC 7672 section
3.1.3: no PKIX-TA, no PKIX-EE); at the handshake, records that cannot match
anything, because of their form or because their digest is switched off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from pyfinger.dane.preferences import FULL, PRIVATE, Preferences
from pyfinger.model import Fitness, TlsaRecord

PKIX_TRUST_ANCHOR, PKIX_END_ENTITY, TRUST_ANCHOR, END_ENTITY = range(4)  # certificate usages
CERTIFICATE, PUBLIC_KEY = 0, 1  # selectors

IsDecodable: TypeAlias = Callable[[TlsaRecord], bool]


def importable(record: TlsaRecord) -> bool:
    """Whether a record from DNS may be kept."""
    return record.usage in (TRUST_ANCHOR, END_ENTITY) and record.matching != PRIVATE


def fitness(record: TlsaRecord, preferences: Preferences, is_decodable: IsDecodable) -> Fitness:
    """Whether a record could match anything, and if not, why (RFC 7671 section 4)."""
    if record.usage > END_ENTITY:
        return Fitness.USAGE
    if record.selector > PUBLIC_KEY:
        return Fitness.SELECTOR
    if record.matching == FULL:
        return Fitness.USABLE if record.data and is_decodable(record) else Fitness.UNDECODABLE
    if not preferences.knows(record.matching):
        return Fitness.MATCHING
    return Fitness.USABLE if len(record.data) == preferences.size(record.matching) else Fitness.LENGTH


@dataclass(frozen=True, slots=True)
class Sifted:
    """The records of one handshake."""

    usable: tuple[TlsaRecord, ...]  # in the order of use
    unfit: tuple[tuple[TlsaRecord, Fitness], ...]  # in the order to warn about
    preferences: Preferences

    @property
    def unusable(self) -> tuple[TlsaRecord, ...]:
        """The others, in the order to warn about."""
        return tuple(record for record, _ in self.unfit)

    def outdone(self, record: TlsaRecord) -> bool:
        """Whether a usable record does not count: a stronger digest is there (RFC 7671 section 9)."""
        kind = record.usage, record.selector
        best = next(each.matching for each in self.usable if (each.usage, each.selector) == kind)
        return record.matching not in (FULL, best)

    @property
    def wants_raw_keys(self) -> bool:
        """Whether to solicit a raw public key (RFC 7250): no record needs a certificate.

        So it is, too, if no record is usable: the server is not authenticated then.
        """
        return all((record.usage, record.selector) == (END_ENTITY, PUBLIC_KEY) for record in self.usable)


def sift(records: Iterable[TlsaRecord], preferences: Preferences, is_decodable: IsDecodable) -> Sifted:
    """Part the usable records from the others.

    `is_decodable` judges records with a full certificate or key.
    """

    def order(record: TlsaRecord) -> tuple[int, int, int]:
        return -record.usage, -record.selector, preferences.rank(record.matching)

    usable: list[TlsaRecord] = []
    unfit: list[tuple[TlsaRecord, Fitness]] = []
    for record in records:
        found = fitness(record, preferences, is_decodable)
        if found is Fitness.USABLE:
            usable.append(record)
        else:
            unfit.append((record, found))
    return Sifted(tuple(sorted(usable, key=order)), tuple(reversed(unfit)), preferences)
