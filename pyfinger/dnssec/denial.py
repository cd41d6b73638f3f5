"""Proofs of non-existence: NSEC (RFC 4035 section 5.4, RFC 6840 section 4), NSEC3 (RFC 5155, 9276).

Either says the same of a name, the one by names in order, the other by their hashes.

A type is not there if its bit is not set, and CNAME's is not (RFC 4035 section 5.4,
RFC 6840 section 4.3).  What ends a zone's authority, a delegation or a DNAME, proves
nothing of the names below it (RFC 6840 section 4.1); of a name where two zones meet
the parent's record proves only that there is no DS, and the child's everything but that.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from pyfinger.dnssec.domain_names import ROOT, WILDCARD, DomainName, common, is_below, order, to_text
from pyfinger.dnssec.rdata import Nsec, Nsec3
from pyfinger.dnswire import RdataType, name_wire
from pyfinger.values import Value

_SHA1 = 1  # of NSEC3, the only algorithm there is
_SIZE = 20  # octets
_KNOWN_FLAGS = 0x01


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


class NsecDenials:
    """Signed NSEC records of a zone."""

    def __init__(self, zone: DomainName, records: Iterable[Nsec]) -> None:
        self._records = [nsec for nsec in records if is_below(nsec.after, zone)]

    def no_data(self, name: DomainName, rdtype: int) -> Denial | None:
        """That a name has no records of a type: by its own NSEC, an empty non-terminal, or a wildcard."""
        for nsec in self._records:
            if nsec.owner == name:
                fits = denies_type(name, nsec.types, rdtype)
                return Denial(_nsec_words("has no such type", nsec), nsec.types) if fits else None
        for nsec in self._covering(name):
            if is_below(nsec.after, name):
                return Denial(_nsec_words("has nothing itself", nsec))
            wildcard = (WILDCARD, *_encloser(nsec, name))
            for other in self._records:
                if other.owner == wildcard and denies_type(wildcard, other.types, rdtype):
                    return Denial(_nsec_words("comes of a wildcard without such type", nsec, other))
        return None

    def no_name(self, name: DomainName) -> Denial | None:
        """That a name does not exist, nor a wildcard for it (RFC 4035 section 5.4)."""
        for nsec in self._covering(name):
            if is_below(nsec.after, name):
                continue
            wildcard = (WILDCARD, *_encloser(nsec, name))
            for other in self._covering(wildcard):
                if not is_below(other.after, wildcard):
                    return Denial(_nsec_words("does not exist", nsec, other))
        return None

    def no_closer(self, name: DomainName, encloser: DomainName) -> Denial | None:
        """That nothing is closer to a name than what a wildcard stands in (RFC 4035 section 5.3.4)."""
        for nsec in self._covering(name):
            if _encloser(nsec, name) == encloser and not is_below(nsec.after, name):
                return Denial(_nsec_words("comes of a wildcard", nsec))
        return None

    def _covering(self, name: DomainName) -> Iterator[Nsec]:
        """The records between whose names a name lies."""
        place = order(name)
        for nsec in self._records:
            owner, after = order(nsec.owner), order(nsec.after)
            inside = owner < place < after if owner < after else owner < place
            if inside and not (is_below(name, nsec.owner) and ends_authority(nsec.types)):
                yield nsec


def _encloser(nsec: Nsec, name: DomainName) -> DomainName:
    """The closest encloser of a name that lies between those of the record."""
    return max(common(nsec.owner, name), common(nsec.after, name), key=len)


def _nsec_words(what: str, *records: Nsec) -> str:
    names = dict.fromkeys(f"{to_text(nsec.owner)} NSEC {to_text(nsec.after)}" for nsec in records)
    return f"{what}: {'; '.join(names)}"


def hash_name(name: DomainName, salt: bytes, iterations: int) -> bytes:
    """The hash of a name (RFC 5155 section 5)."""
    digest = hashlib.sha1(name_wire(name) + salt).digest()
    for _ in range(iterations):
        digest = hashlib.sha1(digest + salt).digest()
    return digest


class Nsec3Denials:
    """Signed NSEC3 records of a zone, of one set of parameters: that of the first that can be used."""

    def __init__(
        self, zone: DomainName, records: Iterable[Nsec3], limit: int, spend: Callable[[int], None]
    ) -> None:
        """`limit`: iterations beyond which nothing is computed; `spend` is told before each hash."""
        known = [nsec3 for nsec3 in records if nsec3.zone == zone and _is_known(nsec3)]
        usable = [nsec3 for nsec3 in known if nsec3.iterations <= limit]
        self.too_costly = bool(known) and not usable
        self._zone = zone
        self._records = [nsec3 for nsec3 in usable if _parameters(nsec3) == _parameters(usable[0])]
        self._spend = spend
        self._hashes: dict[DomainName, bytes] = {}

    def no_data(self, name: DomainName, rdtype: int) -> Denial | None:
        """Sections 8.5 to 8.7: by the name's own NSEC3, a wildcard's, or opt-out."""
        if (own := self._matching(name)) is not None:
            fits = denies_type(name, own.types, rdtype)
            return Denial(_hashed_words("has no such type", own), own.types) if fits else None
        if (found := self._closest_encloser(name)) is None:
            return None
        encloser, cover = found
        wildcard = (WILDCARD, *encloser)
        if (other := self._matching(wildcard)) is not None:
            words = _hashed_words("comes of a wildcard without such type", cover, other)
            return (
                Denial(words, opt_out=cover.opt_out) if denies_type(wildcard, other.types, rdtype) else None
            )
        return (
            Denial(_hashed_words("may be delegated, unsigned", cover), opt_out=True)
            if cover.opt_out
            else None
        )

    def no_name(self, name: DomainName) -> Denial | None:
        """Section 8.4."""
        if (found := self._closest_encloser(name)) is None:
            return None
        encloser, cover = found
        wildcard = self._covering((WILDCARD, *encloser))
        if wildcard is None:
            return None
        return Denial(_hashed_words("does not exist", cover, wildcard), opt_out=cover.opt_out)

    def no_closer(self, name: DomainName, encloser: DomainName) -> Denial | None:
        """Section 8.8."""
        cover = self._covering(name[len(name) - len(encloser) - 1 :])
        return (
            None
            if cover is None
            else Denial(_hashed_words("comes of a wildcard", cover), opt_out=cover.opt_out)
        )

    def _closest_encloser(self, name: DomainName) -> tuple[DomainName, Nsec3] | None:
        """The longest name above that exists, and what covers the next closer one (section 8.3)."""
        if not self._records:
            return None
        for start in range(1, len(name) - len(self._zone) + 1):
            if (nsec3 := self._matching(name[start:])) is not None:
                cover = None if ends_authority(nsec3.types) else self._covering(name[start - 1 :])
                return None if cover is None else (name[start:], cover)
        return None

    def _matching(self, name: DomainName) -> Nsec3 | None:
        digest = self._hash(name)
        return next((nsec3 for nsec3 in self._records if nsec3.hashed == digest), None)

    def _covering(self, name: DomainName) -> Nsec3 | None:
        digest = self._hash(name)
        return next((nsec3 for nsec3 in self._records if _covers(nsec3, digest)), None)

    def _hash(self, name: DomainName) -> bytes:
        if not self._records:
            return b""
        if name not in self._hashes:
            first = self._records[0]
            self._spend(first.iterations)
            self._hashes[name] = hash_name(name, first.salt, first.iterations)
        return self._hashes[name]


def _is_known(nsec3: Nsec3) -> bool:
    """Whether it is to be looked at (RFC 5155 section 8.1, 8.2)."""
    sizes = len(nsec3.hashed), len(nsec3.after)
    return nsec3.algorithm == _SHA1 and not nsec3.flags & ~_KNOWN_FLAGS and sizes == (_SIZE, _SIZE)


def _parameters(nsec3: Nsec3) -> tuple[int, bytes]:
    return nsec3.iterations, nsec3.salt


def _covers(nsec3: Nsec3, digest: bytes) -> bool:
    if nsec3.hashed < nsec3.after:
        return nsec3.hashed < digest < nsec3.after
    return digest > nsec3.hashed or digest < nsec3.after  # the last one


def _hashed_words(what: str, *records: Nsec3) -> str:
    names = dict.fromkeys(f"{_base32(nsec3.hashed)} NSEC3 {_base32(nsec3.after)}" for nsec3 in records)
    return f"{what}: {'; '.join(names)} in {to_text(records[0].zone)}"


def _base32(digest: bytes) -> str:
    return base64.b32hexencode(digest).decode().lower()
