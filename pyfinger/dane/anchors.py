"""TLSA records in place of trusted certificates: what `x509.verify` asks of them.

Also fingerprints and trust anchor files, which are turned into such records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pyfinger.dane.match import Subject, match_certificate
from pyfinger.dane.preferences import FULL
from pyfinger.dane.record import CERTIFICATE, END_ENTITY, PUBLIC_KEY, TRUST_ANCHOR, Sifted
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
    certificates: Sequence[Certificate] = field(init=False)  # of `2 0 0` records
    keys: Sequence[tuple[TlsaRecord, Key]] = field(init=False)  # of `2 1 0` records

    def __post_init__(self) -> None:
        full = [
            record
            for record in self.records.usable
            if record.usage == TRUST_ANCHOR and record.matching == FULL
        ]
        certificates = [parse_certificate(record.data) for record in full if record.selector == CERTIFICATE]
        keys = [(record, load_spki(record.data)) for record in full if record.selector == PUBLIC_KEY]
        object.__setattr__(self, "certificates", tuple(certificates))
        object.__setattr__(self, "keys", tuple(keys))

    @property
    def has_authorities(self) -> bool:
        """Whether there are records of usage 2 at all."""
        return any(record.usage == TRUST_ANCHOR for record in self.records.usable)

    def match(self, certificate: Certificate, leaf: bool) -> TlsaRecord | None:
        """The record that vouches for a certificate: usage 3 for the leaf, else usage 2."""
        usage = END_ENTITY if leaf else TRUST_ANCHOR
        return match_certificate(self.records, usage, Subject(certificate.der, certificate.spki))
