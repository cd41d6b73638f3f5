"""What proofs of non-existence say, whichever way they are made.

A type is not there if its bit is not set, and CNAME's is not (RFC 4035 section 5.4,
RFC 6840 section 4.3).  What ends a zone's authority, a delegation or a DNAME, proves
nothing of the names below it (RFC 6840 section 4.1); of a name where two zones meet
the parent's record proves only that there is no DS, and the child's everything but that.
"""

from __future__ import annotations

from typing import Protocol

from pyfinger.dnssec.domain_names import ROOT, DomainName
from pyfinger.dnssec.message import RdataType
from pyfinger.values import Value


class Denial(Value):
    """A proof; `types` are those of the name itself, if a record of its own says so.

    `opt_out`: unsigned delegations may exist nevertheless (RFC 5155 section 6).
    """

    words: str
    types: frozenset[int] = frozenset()
    opt_out: bool = False


class Denials(Protocol):
    """Records of a zone that deny something."""

    def no_data(self, name: DomainName, rdtype: int) -> Denial | None:
        """That a name has no records of a type; None if that is not proven."""
        ...

    def no_name(self, name: DomainName) -> Denial | None:
        """That a name does not exist, and no wildcard stands for it."""
        ...

    def no_closer(self, name: DomainName, encloser: DomainName) -> Denial | None:
        """That nothing exists between a name and what a wildcard stands in."""
        ...


def ends_authority(types: frozenset[int]) -> bool:
    """Whether what is below belongs to another zone, or is renamed."""
    return RdataType.DNAME in types or is_delegation(types)


def is_delegation(types: frozenset[int]) -> bool:
    """Whether these are the parent's types of a name where a zone begins."""
    return RdataType.NS in types and RdataType.SOA not in types


def denies_type(name: DomainName, types: frozenset[int], rdtype: int) -> bool:
    """Whether a name whose types these are has none of that type."""
    if rdtype in types or RdataType.CNAME in types:
        return False
    if rdtype == RdataType.ANY:
        return not types - {RdataType.NSEC, RdataType.RRSIG}
    if rdtype == RdataType.DS:
        return RdataType.SOA not in types or name == ROOT
    return not is_delegation(types)
