"""TLSA records: which are usable, why the others are not, and in which order they are used.

"Unusable" is RFC 7671's word (section 4).  At the lookup go those that no one here can
ever use (RFC 7672 section 3.1.3: no PKIX-TA, no PKIX-EE); at the handshake those that
cannot match anything, because of their form or because their digest is switched off.

Of matching type 0 the data has to be what it should be, a whole certificate or key
(RFC 6698 section 2.1.4); as with OpenSSL, a certificate whose key it cannot use is no use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from pyfinger.dane.digests import DigestAgility, MatchingType, Selector, Usage
from pyfinger.errors import DecodeError
from pyfinger.model import TlsaRecord, Usability
from pyfinger.values import Value
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.public_keys import load_spki

IsDecodable: TypeAlias = Callable[[TlsaRecord], bool]
"""Whether a record with a full certificate or key holds one."""


def importable(record: TlsaRecord) -> bool:
    """Whether a record from DNS may be kept."""
    return record.usage in (Usage.DANE_TA, Usage.DANE_EE) and record.matching != MatchingType.PRIV_MATCH


def usability(record: TlsaRecord, digests: DigestAgility, decodable: IsDecodable) -> Usability:
    """Whether a record could match anything, and if not, why (dane_tlsa_add)."""
    if record.usage > Usage.DANE_EE:
        return Usability.USAGE
    if record.selector > Selector.SPKI:
        return Usability.SELECTOR
    if record.matching == MatchingType.FULL:
        return Usability.USABLE if record.data and decodable(record) else Usability.UNDECODABLE
    if not digests.knows(record.matching):
        return Usability.MATCHING
    return Usability.USABLE if len(record.data) == digests.size(record.matching) else Usability.LENGTH


class UsableRecords(Value):
    """The records of one handshake, those that are usable and the rest."""

    usable: tuple[TlsaRecord, ...]  # in the order of use
    rejected: tuple[tuple[TlsaRecord, Usability], ...]  # in the order to warn about
    digests: DigestAgility

    @property
    def unusable(self) -> tuple[TlsaRecord, ...]:
        """The others, in the order to warn about."""
        return tuple(record for record, _ in self.rejected)

    def outdone(self, record: TlsaRecord) -> bool:
        """Whether a usable record does not count: a stronger digest is there (RFC 7671 section 9)."""
        kind = record.usage, record.selector
        best = next(each.matching for each in self.usable if (each.usage, each.selector) == kind)
        return record.matching not in (MatchingType.FULL, best)

    @property
    def wants_raw_keys(self) -> bool:
        """Whether to solicit a raw public key (RFC 7250): no record needs a certificate.

        So it is, too, if no record is usable: the server is not authenticated then.
        """
        return all(
            (record.usage, record.selector) == (Usage.DANE_EE, Selector.SPKI) for record in self.usable
        )


def usable_records(
    records: Iterable[TlsaRecord], digests: DigestAgility, decodable: IsDecodable
) -> UsableRecords:
    """Part the usable records from the others."""

    def order(record: TlsaRecord) -> tuple[int, int, int]:
        return -record.usage, -record.selector, digests.rank(record.matching)

    usable: list[TlsaRecord] = []
    rejected: list[tuple[TlsaRecord, Usability]] = []
    for record in records:
        found = usability(record, digests, decodable)
        if found is Usability.USABLE:
            usable.append(record)
        else:
            rejected.append((record, found))
    return UsableRecords(tuple(sorted(usable, key=order)), tuple(reversed(rejected)), digests)


def is_decodable(record: TlsaRecord) -> bool:
    """Whether the data of matching type 0 is exactly one certificate, or one public key."""
    try:
        spki = parse_certificate(record.data).spki if record.selector == Selector.CERT else record.data
        load_spki(spki)
    except DecodeError:
        return False
    return True
