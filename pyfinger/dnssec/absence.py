"""The proofs of absence in one message, by one zone: what its signed NSEC and NSEC3 records say."""

from __future__ import annotations

from collections.abc import Iterator

from pyfinger.dnssec.budget import ValidationBudget
from pyfinger.dnssec.denial import Denial, Denials
from pyfinger.dnssec.message import ParsedMessage, RdataType, RRset
from pyfinger.dnssec.names import DomainName
from pyfinger.dnssec.nsec import NsecDenials
from pyfinger.dnssec.nsec3 import Nsec3Denials
from pyfinger.dnssec.rdata import Dnskey, Nsec, Nsec3, read_nsec, read_nsec3
from pyfinger.dnssec.signatures import SignatureChecker
from pyfinger.errors import DecodeError
from pyfinger.model.dnssec import BogusReason, ProofSignature
from pyfinger.values import Value


class SignedZone(Value):
    """A zone that is secure, and the keys that sign its data."""

    name: DomainName
    keys: tuple[Dnskey, ...]


class Absence:
    """What the signed records of a zone, in one message's authority section, deny.

    `fault` is what is wrong with those that do not count, `disputed` as there.
    """

    def __init__(
        self,
        message: ParsedMessage,
        zone: SignedZone,
        checker: SignatureChecker,
        budget: ValidationBudget,
    ) -> None:
        self.fault = BogusReason.DENIAL_MISSING
        self.disputed = False
        self._signatures: list[ProofSignature] = []
        nsecs: list[Nsec] = []
        nsec3s: list[Nsec3] = []
        for rrset in denial_rrsets(message):
            if not self._is_signed(rrset, zone, checker):
                continue
            for rdata in rrset.rdatas:
                try:
                    if rrset.rdtype == RdataType.NSEC:
                        nsecs.append(read_nsec(rrset.owner, rdata))
                    else:
                        nsec3s.append(read_nsec3(rrset.owner, rdata))
                except DecodeError:
                    continue
        by_hash = Nsec3Denials(zone.name, nsec3s, budget.limits.iterations, budget.spend_hash)
        self.too_costly = by_hash.too_costly and not nsecs
        self._denials: tuple[Denials, ...] = NsecDenials(zone.name, nsecs), by_hash
        if nsecs or nsec3s:
            self.fault = BogusReason.DENIAL_WRONG

    def _is_signed(self, rrset: RRset, zone: SignedZone, checker: SignatureChecker) -> bool:
        """Whether the records count: signed, and not made of a wildcard."""
        checked = checker.check(rrset, zone.name, zone.keys)
        self._signatures += checked.signatures
        if checked.fault is None:
            return checked.encloser is None
        self.fault, self.disputed = checked.fault, checked.disputed
        return False

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
    """The RRsets that may deny something."""
    return (each for each in message.authority.values() if each.rdtype in (RdataType.NSEC, RdataType.NSEC3))


def _found(denials: Iterator[Denial | None]) -> Iterator[Denial]:
    return (each for each in denials if each is not None)
