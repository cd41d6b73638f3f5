"""TLSA records in place of trusted certificates: what `x509.verify` asks of them.

Also fingerprints and trust anchor files, which are turned into such records.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.dane.digests import MatchingType, Selector, Usage
from pyfinger.dane.match import Subject, match_certificate
from pyfinger.dane.usability import UsableRecords
from pyfinger.model import TlsaRecord
from pyfinger.values import Value, field
from pyfinger.x509.certificate import Certificate, parse_certificate
from pyfinger.x509.public_keys import Key, load_spki


class TlsaAnchors(Value):
    """The usable records of one handshake (RFC 7671 section 5).

    `leaf_names`: names matter even if a record vouches for the leaf, as with
    trust anchor files; not so with DANE (RFC 7671 section 5.1).
    """

    records: UsableRecords
    leaf_names: bool = False
    certificates: Sequence[Certificate] = field(init=False)  # of `2 0 0` records, and `0 0 0`, the last first
    keys: Sequence[tuple[TlsaRecord, Key]] = field(init=False)  # of `2 1 0` records

    def __post_init__(self) -> None:
        full = [record for record in self.records.usable if record.matching == MatchingType.FULL]
        certificates = [
            parse_certificate(record.data)
            for record in reversed(full)
            if record.usage in (Usage.DANE_TA, Usage.PKIX_TA) and record.selector == Selector.CERT
        ]
        keys = [
            (record, load_spki(record.data))
            for record in full
            if record.usage == Usage.DANE_TA and record.selector == Selector.SPKI
        ]
        object.__setattr__(self, "certificates", tuple(certificates))
        object.__setattr__(self, "keys", tuple(keys))

    @property
    def has_authorities(self) -> bool:
        """Whether there are records of usage 2 or 0 at all."""
        return self._has(Usage.DANE_TA, Usage.PKIX_TA)

    @property
    def uses_store(self) -> bool:
        """Whether there are records of usage 0 or 1 at all."""
        return self._has(Usage.PKIX_TA, Usage.PKIX_EE)

    def match(self, certificate: Certificate, leaf: bool) -> TlsaRecord | None:
        """The record that vouches for a certificate: usage 3 for the leaf, else usage 2."""
        return self._first(Usage.DANE_EE if leaf else Usage.DANE_TA, certificate)

    def constraint(self, certificate: Certificate, leaf: bool) -> TlsaRecord | None:
        """The record a certificate satisfies: usage 1 for the leaf, else usage 0."""
        return self._first(Usage.PKIX_EE if leaf else Usage.PKIX_TA, certificate)

    def _has(self, *usages: int) -> bool:
        return any(record.usage in usages for record in self.records.usable)

    def _first(self, usage: int, certificate: Certificate) -> TlsaRecord | None:
        return match_certificate(self.records, usage, Subject(certificate.der, certificate.spki))
