"""What NSEC records prove (RFC 4035 section 5.4, RFC 6840 section 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyfinger.dnssec.denial import Denial, denies_type, ends_authority
from pyfinger.dnssec.domain_names import WILDCARD, DomainName, common, is_below, order, to_text
from pyfinger.dnssec.rdata import Nsec


class NsecDenials:
    """Signed NSEC records of a zone."""

    def __init__(self, zone: DomainName, records: Iterable[Nsec]) -> None:
        self._records = [nsec for nsec in records if is_below(nsec.after, zone)]

    def no_data(self, name: DomainName, rdtype: int) -> Denial | None:
        """That a name has no records of a type: by its own NSEC, an empty non-terminal, or a wildcard."""
        for nsec in self._records:
            if nsec.owner == name:
                fits = denies_type(name, nsec.types, rdtype)
                return Denial(_words("has no such type", nsec), nsec.types) if fits else None
        for nsec in self._covering(name):
            if is_below(nsec.after, name):
                return Denial(_words("has nothing itself", nsec))
            wildcard = (WILDCARD, *_encloser(nsec, name))
            for other in self._records:
                if other.owner == wildcard and denies_type(wildcard, other.types, rdtype):
                    return Denial(_words("comes of a wildcard without such type", nsec, other))
        return None

    def no_name(self, name: DomainName) -> Denial | None:
        """That a name does not exist, nor a wildcard for it (RFC 4035 section 5.4)."""
        for nsec in self._covering(name):
            if is_below(nsec.after, name):
                continue
            wildcard = (WILDCARD, *_encloser(nsec, name))
            for other in self._covering(wildcard):
                if not is_below(other.after, wildcard):
                    return Denial(_words("does not exist", nsec, other))
        return None

    def no_closer(self, name: DomainName, encloser: DomainName) -> Denial | None:
        """That nothing is closer to a name than what a wildcard stands in (RFC 4035 section 5.3.4)."""
        for nsec in self._covering(name):
            if _encloser(nsec, name) == encloser and not is_below(nsec.after, name):
                return Denial(_words("comes of a wildcard", nsec))
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


def _words(what: str, *records: Nsec) -> str:
    names = dict.fromkeys(f"{to_text(nsec.owner)} NSEC {to_text(nsec.after)}" for nsec in records)
    return f"{what}: {'; '.join(names)}"
