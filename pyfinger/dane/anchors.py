"""TLSA records in place of trusted certificates: what `x509.verify` asks of them.

Also fingerprints and trust anchor files, which are turned into such records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pyfinger.dane.match import Subject, match_certificate
from pyfinger.dane.preferences import FULL
from pyfinger.dane.record import (
    CERTIFICATE,
    END_ENTITY,
    PKIX_END_ENTITY,
    PKIX_TRUST_ANCHOR,
    PUBLIC_KEY,
    TRUST_ANCHOR,
    Sifted,
)
from pyfinger.model import TlsaRecord
from pyfinger.x509.certificate import Certificate, parse_certificate
from pyfinger.x509.keys import Key, load_spki


@dataclass(frozen=True, slots=True)
class TlsaAnchors:
    """The usable records of one handshake (RFC 7671 section 5).

    `leaf_names`: names matter even if a record vouches for the leaf, as with
    trust anchor files; not so with DANE (RFC 7671 section 5.1).
    """

    records: Sifted
    leaf_names: bool = False
    certificates: Sequence[Certificate] = field(init=False)  # of `2 0 0` records, and `0 0 0`, the last first
    keys: Sequence[tuple[TlsaRecord, Key]] = field(init=False)  # of `2 1 0` records

    def __post_init__(self) -> None:
        full = [record for record in self.records.usable if record.matching == FULL]
        certificates = [
            parse_certificate(record.data)
            for record in reversed(full)
            if record.usage in (TRUST_ANCHOR, PKIX_TRUST_ANCHOR) and record.selector == CERTIFICATE
        ]
        keys = [
            (record, load_spki(record.data))
            for record in full
            if record.usage == TRUST_ANCHOR and record.selector == PUBLIC_KEY
        ]
        object.__setattr__(self, "certificates", tuple(certificates))
        object.__setattr__(self, "keys", tuple(keys))

    @property
    def has_authorities(self) -> bool:
        """Whether there are records of usage 2 or 0 at all."""
        return self._has(TRUST_ANCHOR, PKIX_TRUST_ANCHOR)

    @property
    def uses_store(self) -> bool:
        """Whether there are records of usage 0 or 1 at all."""
        return self._has(PKIX_TRUST_ANCHOR, PKIX_END_ENTITY)

    def match(self, certificate: Certificate, leaf: bool) -> TlsaRecord | None:
        """The record that vouches for a certificate: usage 3 for the leaf, else usage 2."""
        return self._first(END_ENTITY if leaf else TRUST_ANCHOR, certificate)

    def constraint(self, certificate: Certificate, leaf: bool) -> TlsaRecord | None:
        """The record a certificate satisfies: usage 1 for the leaf, else usage 0."""
        return self._first(PKIX_END_ENTITY if leaf else PKIX_TRUST_ANCHOR, certificate)

    def _has(self, *usages: int) -> bool:
        return any(record.usage in usages for record in self.records.usable)

    def _first(self, usage: int, certificate: Certificate) -> TlsaRecord | None:
        return match_certificate(self.records, usage, Subject(certificate.der, certificate.spki))
