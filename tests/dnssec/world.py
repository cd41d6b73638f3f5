"""A signed world in memory, and a resolver that answers out of it with all proofs.

    world = World(Zone("."), Zone("test"), Zone("mail.test", {"mail.test MX": ["10 mx.mail.test"]}))
    world.reply("mail.test", "MX")      the message, with CD=1 and DO=1

Zones find their parents by themselves.  Data is in zone-file text, names without the dot at the end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import dns.name
import dns.rdata

from pyfinger.dnssec.anchors import TrustAnchors
from pyfinger.dnssec.denial import hash_name
from pyfinger.dnssec.domain_names import ROOT, WILDCARD, DomainName, from_text, order, read_name
from pyfinger.dnssec.message import RRset, type_number
from pyfinger.dnssec.validation_budget import ValidationLimits
from pyfinger.dnssec.validator import Validator
from pyfinger.dnswire import Rcode, RdataType, name_wire
from pyfinger.model.dnssec import Validated
from pyfinger.steps import Steps, result_of
from tests.dnssec.signing import EXPIRATION, INCEPTION, NOW, SigningKey, signed, signing_key

TTL = 300
SALT = b"\xaa\xbb"
_BASE32 = "0123456789abcdefghijklmnopqrstuv"
_SOA = "ns.test. admin.test. 1 2 3 4 300"

Sets = dict[tuple[DomainName, int], RRset]


@dataclass(frozen=True)
class Zone:
    """A zone: `NAME TYPE` to RDATA; `nsec3`: iterations, None for NSEC."""

    origin: str
    records: Mapping[str, Sequence[str]] = field(default_factory=dict)
    keys: tuple[SigningKey, ...] = (signing_key(),)
    ds: tuple[int, ...] = (2,)  # digest types in the parent
    nsec3: int | None = None
    opt_out: bool = False
    dates: tuple[int, int] = (INCEPTION, EXPIRATION)

    @cached_property
    def name(self) -> DomainName:
        return from_text(self.origin)

    @cached_property
    def sets(self) -> Sets:
        """All records but DS and denials, unsigned."""
        found = {(self.name, int(RdataType.SOA)): [_rdata("SOA", _SOA)]}
        found[self.name, int(RdataType.NS)] = [_rdata("NS", "ns.test.")]
        if self.keys:
            found[self.name, int(RdataType.DNSKEY)] = [key.rdata for key in self.keys]
        for key, texts in self.records.items():
            owner, _, rdtype = key.rpartition(" ")
            found[from_text(owner), type_number(rdtype)] = [_rdata(rdtype, text) for text in texts]
        return {place: _rrset(*place, rdatas) for place, rdatas in found.items()}


def _rrset(owner: DomainName, rdtype: int, rdatas: Iterable[bytes]) -> RRset:
    return RRset(owner, int(rdtype), TTL, tuple(rdatas))


def _rdata(rdtype: str, text: str) -> bytes:
    found = dns.rdata.from_text("IN", rdtype, text, origin=dns.name.root, relativize=False)
    return found.to_digestable()


class Authority:
    """A zone in its world: what it delegates, what it denies, and signatures over all."""

    def __init__(self, zone: Zone, children: Sequence[Zone]) -> None:
        self.zone = zone
        self.sets = dict(zone.sets)
        self._signed: dict[tuple[DomainName, int], RRset] = {}
        for child in children:
            self.sets[child.name, RdataType.NS] = _rrset(child.name, RdataType.NS, [_rdata("NS", "ns.test.")])
            vouched = [key.ds(child.name, kind) for key in child.keys for kind in child.ds]
            if vouched:
                self.sets[child.name, RdataType.DS] = _rrset(child.name, RdataType.DS, vouched)
        self.cuts = {child.name for child in children}
        self._denials = dict(self._nsec3s() if zone.nsec3 is not None else self._nsecs())
        self.sets.update(self._denials)

    def get(self, owner: DomainName, rdtype: int) -> RRset | None:
        """A set with its signatures."""
        place = owner, int(rdtype)
        if place not in self.sets:
            return None
        if place not in self._signed:
            bare = self.sets[place]
            delegating = rdtype == RdataType.NS and owner in self.cuts
            keys = () if delegating else self.zone.keys
            self._signed[place] = signed(self.zone.name, bare, keys, self.zone.dates)
        return self._signed[place]

    def types(self, owner: DomainName) -> set[int]:
        """The types of a name."""
        return {rdtype for name, rdtype in self.sets if name == owner and rdtype != RdataType.NSEC3}

    @cached_property
    def names(self) -> list[DomainName]:
        """All that exist, empty non-terminals included, in order."""
        owners = {name for name, rdtype in self.sets if rdtype != RdataType.NSEC3}
        size = len(self.zone.name)
        owners |= {name[at:] for name in owners for at in range(len(name) - size + 1)}
        return sorted(owners, key=order)

    def _nsecs(self) -> Iterator[tuple[tuple[DomainName, int], RRset]]:
        owners = sorted({name for name, _ in self.sets}, key=order)
        for owner, after in zip(owners, [*owners[1:], owners[0]], strict=True):
            types = self.types(owner) | {RdataType.RRSIG, RdataType.NSEC}
            rdata = name_wire(after) + bitmap(types)
            yield (owner, RdataType.NSEC), _rrset(owner, RdataType.NSEC, [rdata])

    def _nsec3s(self) -> Iterator[tuple[tuple[DomainName, int], RRset]]:
        names = [name for name in self.names if not (self.zone.opt_out and self._is_insecure(name))]
        hashes = sorted((self.hash(name), name) for name in names)
        following = [*hashes[1:], hashes[0]]
        for (digest, name), (after, _) in zip(hashes, following, strict=True):
            head = struct.pack("!BBHB", 1, self.zone.opt_out, self.zone.nsec3, len(SALT)) + SALT
            types = self.types(name)
            rdata = head + bytes([len(after)]) + after + bitmap(types | {RdataType.RRSIG} if types else types)
            owner = (base32(digest), *self.zone.name)
            yield (owner, RdataType.NSEC3), _rrset(owner, RdataType.NSEC3, [rdata])

    def _is_insecure(self, name: DomainName) -> bool:
        return name in self.cuts and (name, RdataType.DS) not in self.sets

    def hash(self, name: DomainName) -> bytes:
        return hash_name(name, SALT, self.zone.nsec3 or 0)

    def matching(self, name: DomainName) -> list[RRset]:
        """The denial record of a name itself."""
        owner = name if self.zone.nsec3 is None else (base32(self.hash(name)), *self.zone.name)
        rdtype = RdataType.NSEC if self.zone.nsec3 is None else RdataType.NSEC3
        found = self.get(owner, rdtype)
        return [found] if found is not None else []

    def covering(self, name: DomainName) -> list[RRset]:
        """The record in whose span a name lies."""
        hashed = self.zone.nsec3 is not None
        owners = [owner for owner, rdtype in self.sets if rdtype in (RdataType.NSEC, RdataType.NSEC3)]
        if hashed:
            place: object = base32(self.hash(name))
            before = [owner for owner in owners if owner[0] < place] or owners  # type: ignore[operator]
            found = self.get(max(before, key=lambda owner: owner[0]), RdataType.NSEC3)
        else:
            found = self.get(max((o for o in owners if order(o) < order(name)), key=order), RdataType.NSEC)
        assert found is not None
        return [found]

    def encloser(self, name: DomainName) -> DomainName:
        """The closest name that exists."""
        return next(name[at:] for at in range(len(name) + 1) if name[at:] in self.names)


def bitmap(types: Iterable[int]) -> bytes:
    """A type bitmap (RFC 4034 section 4.1.2)."""
    blocks: dict[int, bytearray] = {}
    for rdtype in sorted(types):
        block = blocks.setdefault(rdtype >> 8, bytearray(32))
        block[(rdtype & 0xFF) >> 3] |= 0x80 >> (rdtype & 7)
    parts = ((window, bytes(block).rstrip(b"\0")) for window, block in blocks.items())
    return b"".join(bytes([window, len(block)]) + block for window, block in parts)


def base32(digest: bytes) -> bytes:
    """A hash as a label."""
    number = int.from_bytes(digest, "big")
    return "".join(_BASE32[number >> at & 31] for at in range(155, -1, -5)).encode()


@dataclass
class Message:
    """A reply before it is octets, so that a test can spoil it."""

    name: DomainName
    rdtype: int
    rcode: int = Rcode.NOERROR
    answer: list[RRset] = field(default_factory=list)
    authority: list[RRset] = field(default_factory=list)
    flags: int = 0x8190

    def wire(self) -> bytes:
        counts = (len(_flat(self.answer)), len(_flat(self.authority)))
        head = struct.pack("!6H", 1, self.flags | self.rcode, 1, *counts, 0)
        question = name_wire(self.name) + struct.pack("!2H", self.rdtype, 1)
        return head + question + b"".join(_flat(self.answer) + _flat(self.authority))


def _flat(rrsets: Iterable[RRset]) -> list[bytes]:
    """Each record, a set's signatures after it."""
    return [
        name_wire(rrset.owner) + struct.pack("!2HIH", rdtype, 1, rrset.ttl, len(rdata)) + rdata
        for rrset in rrsets
        for rdtype, rdatas in ((rrset.rdtype, rrset.rdatas), (RdataType.RRSIG, rrset.signatures))
        for rdata in rdatas
    ]


class World:
    """Zones, and the resolver."""

    def __init__(self, *zones: Zone) -> None:
        self.zones = {zone.name: zone for zone in zones}
        self.authorities = {zone.name: Authority(zone, self._children(zone)) for zone in zones}
        self.asked: list[tuple[str, str]] = []

    def _children(self, zone: Zone) -> list[Zone]:
        return [other for other in self.zones.values() if other is not zone and self._parent(other) is zone]

    def _parent(self, zone: Zone) -> Zone | None:
        return self._around(zone.name[1:]) if zone.name else None

    def _around(self, name: DomainName) -> Zone | None:
        places = (name[at:] for at in range(len(name) + 1))
        return next((self.zones[place] for place in places if place in self.zones), None)

    def authority_of(self, name: DomainName, rdtype: int = 0) -> Authority | None:
        zone = self._around(name[1:] if rdtype == RdataType.DS and name else name)
        return None if zone is None else self.authorities[zone.name]

    @property
    def anchors(self) -> TrustAnchors:
        """DS of the root's keys."""
        from pyfinger.dnssec.rdata import read_ds

        return TrustAnchors((ROOT, read_ds(key.ds(ROOT))) for key in self.zones[ROOT].keys)

    def message(self, name: str, rdtype: str) -> Message:
        """A question's answer, aliases followed."""
        owner, number = from_text(name), type_number(rdtype)
        message = Message(owner, number)
        for _ in range(9):
            authority = self.authority_of(owner, number)
            if authority is None:
                break
            target = _tell(message, authority, owner, number)
            if target is None:
                break
            owner = target
        return message

    def reply(self, name: str, rdtype: str) -> bytes:
        return self.message(name, rdtype).wire()

    def fetch(self, name: str, rdtype: str) -> Steps[bytes | None]:
        """What a validator asks with."""
        yield from ()
        self.asked.append((name, rdtype))
        return self.reply(name, rdtype)

    def validator(self, now: float = NOW, limits: ValidationLimits | None = None) -> Validator:
        return Validator(self.anchors, self.fetch, lambda: now, limits)

    def validate(self, name: str, rdtype: str, now: float = NOW) -> Validated:
        """The outcome of a question."""
        return result_of(self.validator(now).validate(name, rdtype, self.reply(name, rdtype)))


def _tell(message: Message, authority: Authority, owner: DomainName, rdtype: int) -> DomainName | None:
    """What a zone says of a name; where its alias leads."""
    for at in range(1, len(owner) - len(authority.zone.name) + 1):
        dname = authority.get(owner[at:], RdataType.DNAME)
        if dname is not None:
            target = owner[:at] + read_name(dname.rdatas[0], 0)[0]
            message.answer.append(dname)
            if len(name_wire(target)) > 255:
                message.rcode = Rcode.YXDOMAIN
                return None
            message.answer.append(_rrset(owner, RdataType.CNAME, [name_wire(target)]))
            return None if rdtype in (RdataType.CNAME, RdataType.ANY) else target
    source, closer = owner, None
    if owner not in authority.names:
        encloser = authority.encloser(owner)
        source, closer = (WILDCARD, *encloser), owner[len(owner) - len(encloser) - 1 :]
    every = sorted(authority.types(source)) if rdtype == RdataType.ANY else [rdtype]
    for wanted in (every, [RdataType.CNAME]):
        found = next(filter(None, (authority.get(source, each) for each in wanted)), None)
        if found is not None:
            sets = filter(None, (authority.get(source, each) for each in wanted))
            message.answer += [replace_owner(each, owner) for each in sets]
            if closer is not None:
                message.authority += authority.covering(closer if authority.zone.nsec3 is not None else owner)
            return read_name(found.rdatas[0], 0)[0] if wanted is not every else None
    _deny(message, authority, owner, source)
    return None


def replace_owner(rrset: RRset, owner: DomainName) -> RRset:
    return RRset(owner, rrset.rdtype, rrset.ttl, rrset.rdatas, rrset.signatures)


def _deny(message: Message, authority: Authority, owner: DomainName, source: DomainName) -> None:
    """That there is no such name, or no such type."""
    proofs = [authority.get(authority.zone.name, RdataType.SOA)]
    if owner in authority.names:
        proofs += authority.matching(owner) or authority.covering(owner)
        if authority.zone.nsec3 is not None and not authority.matching(owner):
            proofs += authority.matching(authority.zone.name)
    else:
        encloser = authority.encloser(owner)
        if authority.zone.nsec3 is None:
            proofs += authority.covering(owner)
        else:
            proofs += authority.matching(encloser) + authority.covering(
                owner[len(owner) - len(encloser) - 1 :]
            )
        if source in authority.names:
            proofs += authority.matching(source)
        else:
            proofs += authority.covering(source)
            message.rcode = Rcode.NXDOMAIN
    message.authority += dict.fromkeys(proof for proof in proofs if proof is not None and authority.zone.keys)
