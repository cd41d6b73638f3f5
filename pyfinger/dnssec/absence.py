"""The proofs of absence in one message, by one zone: what its signed NSEC and NSEC3 records say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pyfinger.dnssec.denial import Denial, Denials, Nsec3Denials, NsecDenials
from pyfinger.dnssec.domain_names import DomainName, is_below
from pyfinger.dnssec.message import ParsedMessage, RRset
from pyfinger.dnssec.proof import signature_failure
from pyfinger.dnssec.rdata import Dnskey, Nsec, Nsec3, read_nsec, read_nsec3, signer_of
from pyfinger.dnssec.signatures import SignatureChecker
from pyfinger.dnssec.validation_budget import ValidationBudget
from pyfinger.dnssec.zone_keys import read_all
from pyfinger.dnswire import RdataType
from pyfinger.model.dnssec import Bogus, BogusReason, ProofSignature
from pyfinger.values import Value

_DENYING = (RdataType.SOA, RdataType.NSEC, RdataType.NSEC3)


class SignedZone(Value):
    """A zone that is secure, and the keys that sign its data."""

    name: DomainName
    keys: tuple[Dnskey, ...]


class Absence:
    """What the signed records of a zone, in one message's authority section, deny.

    `flaw` is what is wrong with one that should be signed by the zone; others' are passed over.
    The SOA denies nothing, but is not to be changed either.
    """

    def __init__(
        self, message: ParsedMessage, zone: SignedZone, checker: SignatureChecker, budget: ValidationBudget
    ) -> None:
        self.flaw: Bogus | None = None
        self._signatures: list[ProofSignature] = []
        nsecs: list[Nsec] = []
        nsec3s: list[Nsec3] = []
        for rrset in denial_rrsets(message):
            if not self._counts(rrset, zone, checker):
                continue
            if rrset.rdtype == RdataType.NSEC:
                nsecs += read_all(rrset, partial(read_nsec, rrset.owner))
            elif rrset.rdtype == RdataType.NSEC3:
                nsec3s += read_all(rrset, partial(read_nsec3, rrset.owner))
        by_hash = Nsec3Denials(zone.name, nsec3s, budget.limits.iterations, budget.spend_hash)
        self.too_costly = by_hash.too_costly and not nsecs
        self.fault = BogusReason.DENIAL_WRONG if nsecs or nsec3s else BogusReason.DENIAL_MISSING
        self._denials: tuple[Denials, ...] = NsecDenials(zone.name, nsecs), by_hash

    def _counts(self, rrset: RRset, zone: SignedZone, checker: SignatureChecker) -> bool:
        """Whether the records are the zone's, signed, and not made of a wildcard."""
        if not is_below(rrset.owner, zone.name) or not _is_for(rrset, zone.name):
            return False
        checked = checker.check(rrset, zone.name, zone.keys)
        self._signatures += checked.signatures
        if checked.fault is not None:
            self.flaw = self.flaw or signature_failure(rrset, checked)
        return checked.fault is None and checked.encloser is None

    @property
    def signatures(self) -> tuple[ProofSignature, ...]:
        """Those of the records."""
        return tuple(self._signatures)

    def no_data(self, name: DomainName, rdtype: int) -> Denial | None:
        """That a name has no records of a type."""
        return next(_found(each.no_data(name, rdtype) for each in self._denials), None)

    def no_name(self, name: DomainName) -> Denial | None:
        """That a name does not exist, and no wildcard stands for it."""
        return next(_found(each.no_name(name) for each in self._denials), None)

    def no_closer(self, name: DomainName, encloser: DomainName) -> Denial | None:
        """That nothing exists between a name and what a wildcard stands in."""
        return next(_found(each.no_closer(name, encloser) for each in self._denials), None)


def denial_rrsets(message: ParsedMessage) -> Iterator[RRset]:
    """The RRsets that come with a denial."""
    return (each for each in message.authority.values() if each.rdtype in _DENYING)


def _is_for(rrset: RRset, zone: DomainName) -> bool:
    """Whether a zone has to have signed: it says so, or nobody does, and the owner is no other zone."""
    signers = [signer_of(rdata) for rdata in rrset.signatures]
    return zone in signers or not (signers or (rrset.rdtype == RdataType.SOA and rrset.owner != zone))


def _found(denials: Iterator[Denial | None]) -> Iterator[Denial]:
    return (each for each in denials if each is not None)
