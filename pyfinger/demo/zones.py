"""What the demo's resolver knows, and how a validating resolver would tell it.

    names = Namespace(zones)
    names.respond(query)       the reply

Pure: a question in, an answer out.  A zone is a table of names.  Zones find their parents by
themselves: the closest zone around one delegates to it, with a DS record if it is signed.
A signed zone has an NSEC chain, and whoever sets DO gets signatures and proofs.

AD says whether all of an answer is signed (RFC 4035 section 3.2.3), and is shown to clients
that asked with DO or AD (RFC 6840 section 5.7).  What has a forged signature is a server
failure, as with any resolver that validates; with CD, it is told as it stands.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from pyfinger.demo.signer import TTL, ZoneKey, nsec_chain
from pyfinger.values import State, Value, field

MAX_ALIASES = 8
NAME_SERVER = "a.root-servers.test."

_NS, _SOA, _DS = dns.rdatatype.NS, dns.rdatatype.SOA, dns.rdatatype.DS
_CNAME, _DNSKEY = dns.rdatatype.CNAME, dns.rdatatype.DNSKEY
_Sets = dict[dns.rdatatype.RdataType, dns.rrset.RRset]


class Zone(Value):
    """One zone: names without a final dot, and their records as `TYPE RDATA` text."""

    origin: str
    signed: bool
    records: Mapping[str, Sequence[str]]
    failing: frozenset[str] = frozenset()  # names answered with SERVFAIL
    forged: frozenset[str] = frozenset()  # names whose signatures do not hold


class _Signed(Value):
    """A record set for an answer, and what signs it."""

    rrset: dns.rrset.RRset
    key: ZoneKey | None
    forged: bool
    wildcard: dns.rrset.RRset | None = None  # what it was made from, and which is signed

    def with_signature(self) -> list[dns.rrset.RRset]:
        """The set and its RRSIG, if it has one."""
        if self.key is None:
            return [self.rrset]
        signature = self.key.sign(self.wildcard or self.rrset, forged=self.forged)
        if self.wildcard is not None:
            signature = dns.rrset.from_rdata_list(self.rrset.name, signature.ttl, list(signature))
        return [self.rrset, signature]


class _Found(State):
    """What was found so far on the way along a chain of aliases."""

    secure: bool = True
    rcode: dns.rcode.Rcode = dns.rcode.NOERROR
    answer: list[_Signed] = field(default_factory=list)
    authority: list[_Signed] = field(default_factory=list)


class Namespace:
    """All zones there are."""

    def __init__(self, zones: Sequence[Zone] = ()) -> None:
        self._zones = [_Contents(zone) for zone in zones]
        for child in self._zones:
            parent = None if child.origin == dns.name.root else self._around(child.origin.parent())
            if parent is not None:
                parent.delegate(child)
        for contents in self._zones:
            contents.complete()

    @property
    def anchor(self) -> str:
        """The root's DS record, to be trusted; empty if there is no signed root."""
        top = self._around(dns.name.root)
        return "" if top is None or top.key is None else top.key.ds.to_text()

    def respond(self, query: dns.message.Message) -> dns.message.Message:
        """The reply to a query; a query without exactly one question is a format error."""
        response = dns.message.make_response(query, recursion_available=True)
        if len(query.question) != 1:
            response.set_rcode(dns.rcode.FORMERR)
            return response
        found = self._look_up(query.question[0].name, query.question[0].rdtype)
        checking = not query.flags & dns.flags.CD
        response.flags |= query.flags & dns.flags.CD
        if checking and any(entry.forged for entry in (*found.answer, *found.authority)):
            found = _Found(secure=False, rcode=dns.rcode.SERVFAIL)
        response.set_rcode(found.rcode)
        wants_proof = bool(query.ednsflags & dns.flags.DO)
        response.answer.extend(_section(found.answer, signatures=wants_proof))
        response.authority.extend(_section(found.authority, signatures=wants_proof))
        if found.secure and (wants_proof or query.flags & dns.flags.AD):
            response.flags |= dns.flags.AD
        return response

    def _look_up(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> _Found:
        found = _Found()
        for _ in range(MAX_ALIASES):
            contents = self._asked(name, rdtype)
            if contents is None:
                break
            if contents.fails(name):
                return _Found(secure=False, rcode=dns.rcode.SERVFAIL)
            found.secure = found.secure and contents.key is not None and not contents.forges(name)
            wild = contents.wildcard_for(name)
            sets = contents.names.get(wild or name, {})
            if wild is not None:  # that there is nothing closer has to be proved, too
                found.authority.extend(contents.nothing_closer(name))
            if rdtype in sets:
                found.answer.append(contents.entry(name, sets[rdtype]))
                return found
            if _CNAME not in sets:
                found.rcode = contents.absence(wild or name)
                found.authority.extend(contents.denial(wild or name))
                return found
            alias = sets[_CNAME]
            found.answer.append(contents.entry(name, alias))
            name = alias[0].target
        found.rcode = dns.rcode.NXDOMAIN
        return found

    def _asked(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> _Contents | None:
        """The zone to answer from: a DS record is the parent's (RFC 4035 section 3.1.4.1)."""
        if rdtype == _DS and name != dns.name.root:
            return self._around(name.parent())
        return self._around(name)

    def _around(self, name: dns.name.Name) -> _Contents | None:
        """The closest enclosing zone."""
        around = [zone for zone in self._zones if name.is_subdomain(zone.origin)]
        return max(around, key=lambda zone: len(zone.origin), default=None)


class _Contents:
    """A zone as record sets, with what its delegations, its key and its denials add."""

    def __init__(self, zone: Zone) -> None:
        self.origin = dns.name.from_text(zone.origin)
        self.key = ZoneKey(self.origin) if zone.signed else None
        self._failing = _names(zone.failing)
        self._forged = _names(zone.forged)
        self.names: dict[dns.name.Name, _Sets] = {}
        for owner, lines in zone.records.items():
            if lines:
                self.names[dns.name.from_text(owner)] = _sets(dns.name.from_text(owner), lines)
        soa = f"SOA {NAME_SERVER} hostmaster.{NAME_SERVER} 1 {TTL} {TTL} {TTL} {TTL}"
        apex = _sets(self.origin, [soa, f"NS {NAME_SERVER}"])
        self.names[self.origin] = apex | self.names.get(self.origin, {})
        self._nsec: dict[dns.name.Name, dns.rrset.RRset] = {}
        self._order: list[dns.name.Name] = []  # of owners of NSEC records
        self._existing: set[dns.name.Name] = set()  # names, and those with names below them

    def delegate(self, child: _Contents) -> None:
        """Add the records at a zone cut."""
        sets = {_NS: dns.rrset.from_text(child.origin, TTL, dns.rdataclass.IN, _NS, NAME_SERVER)}
        if child.key is not None:
            sets[_DS] = child.key.ds
        self.names[child.origin] = sets

    def complete(self) -> None:
        """Add key and NSEC chain, when all else is there."""
        for name in self.names:
            while name not in self._existing:
                self._existing.add(name)
                name = name if name == dns.name.root else name.parent()
        if self.key is None:
            return
        self.names[self.origin][_DNSKEY] = self.key.dnskey
        self._nsec = nsec_chain(sorted(self.names.items(), key=lambda item: item[0]))
        self._order = sorted(self._nsec)

    def fails(self, name: dns.name.Name) -> bool:
        """Whether the zone's servers fail at this name."""
        return name in self._failing

    def forges(self, name: dns.name.Name) -> bool:
        """Whether the signatures at this name do not hold."""
        return name in self._forged

    def entry(self, name: dns.name.Name, rrset: dns.rrset.RRset) -> _Signed:
        """A record set for an answer, its owner spelled as it was asked for."""
        owner = rrset
        if name.labels != owner.name.labels:
            rrset = dns.rrset.from_rdata_list(name, owner.ttl, list(owner))
        wildcard = owner if owner.name.is_wild() and owner.name != name else None
        return _Signed(rrset, self.key, name in self._forged, wildcard)

    def wildcard_for(self, name: dns.name.Name) -> dns.name.Name | None:
        """The wildcard that answers for a name that is not there (RFC 1034 section 4.3.3)."""
        if self.absence(name) is dns.rcode.NOERROR:
            return None
        wild = self._wildcard_above(name)
        return wild if wild in self.names else None

    def nothing_closer(self, name: dns.name.Name) -> list[_Signed]:
        """The NSEC record that covers a name a wildcard answers for (RFC 4035 section 3.1.3.3)."""
        if not self._nsec:
            return []
        rrset = self._nsec[self._at_or_before(name)]
        return [self.entry(rrset.name, rrset)]

    def absence(self, name: dns.name.Name) -> dns.rcode.Rcode:
        """NOERROR if a name has other records or names below it (RFC 8020), else NXDOMAIN."""
        return dns.rcode.NOERROR if name in self._existing else dns.rcode.NXDOMAIN

    def denial(self, name: dns.name.Name) -> list[_Signed]:
        """The SOA record, and what proves the absence (RFC 4035 section 3.1.3)."""
        proofs = []
        if self._nsec:
            proofs.append(self._at_or_before(name))
            if self.absence(name) is dns.rcode.NXDOMAIN:
                proofs.append(self._at_or_before(self._wildcard_above(name)))
        owners = dict.fromkeys(proofs)
        sets = [self.names[self.origin][_SOA], *(self._nsec[owner] for owner in owners)]
        return [self.entry(rrset.name, rrset) for rrset in sets]

    def _at_or_before(self, name: dns.name.Name) -> dns.name.Name:
        return self._order[bisect_right(self._order, name) - 1]

    def _wildcard_above(self, name: dns.name.Name) -> dns.name.Name:
        """What would have answered: the wildcard below the closest encloser (RFC 4592)."""
        while self.absence(name) is dns.rcode.NXDOMAIN:
            name = name.parent()
        return dns.name.Name((b"*", *name.labels))


def _names(texts: Iterable[str]) -> frozenset[dns.name.Name]:
    return frozenset(dns.name.from_text(text) for text in texts)


def _sets(name: dns.name.Name, lines: Iterable[str]) -> _Sets:
    """Lines of `TYPE RDATA` by type."""
    texts: dict[str, list[str]] = {}
    for line in lines:
        word, _, data = line.partition(" ")
        texts.setdefault(word, []).append(data)
    return {
        rdtype: dns.rrset.from_rdata_list(name, TTL, [_rdata(rdtype, text) for text in data])
        for word, data in texts.items()
        for rdtype in (dns.rdatatype.from_text(word),)
    }


def _rdata(rdtype: dns.rdatatype.RdataType, text: str) -> dns.rdata.Rdata:
    """RDATA of its text; what is in the generic form (RFC 3597 section 5) may be ill-formed."""
    mark, _, rest = text.partition(" ")
    if mark == "\\#":
        return dns.rdata.GenericRdata(dns.rdataclass.IN, rdtype, bytes.fromhex(rest.partition(" ")[2]))
    return dns.rdata.from_text(dns.rdataclass.IN, rdtype, text)


def _section(entries: Sequence[_Signed], *, signatures: bool) -> list[dns.rrset.RRset]:
    if not signatures:
        return [entry.rrset for entry in entries]
    return [rrset for entry in entries for rrset in entry.with_signature()]
