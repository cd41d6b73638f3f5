"""What the demo's resolver knows, and how a validating resolver would tell it.

Pure: a question in, an answer out.  A zone is a table of names; `signed` says
whether its answers carry the AD bit (RFC 4035 section 3.2.3), which a client
gets to see if it asked with DO or AD (RFC 6840 section 5.7).  With DO it also
gets signatures; nobody has made them, but a stub that leaves validation to its
resolver sees only that they are there.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from pyfinger.values import State, Value, field

TTL = 60  # seconds
MAX_ALIASES = 8

_ALGORITHM = 13  # ECDSAP256SHA256 (RFC 6605), whose signatures have 64 bytes
_PERIOD = "20380101000000 20260101000000"  # expiration, inception
_NO_SIGNATURE = base64.b64encode(bytes(64)).decode()


class Zone(Value):
    """One zone: names without a final dot, and their records as `TYPE RDATA` text."""

    origin: str
    signed: bool
    records: Mapping[str, Sequence[str]]
    failing: frozenset[str] = frozenset()  # names answered with SERVFAIL


class _Found(State):
    """What was found so far on the way along a chain of aliases."""

    secure: bool = True
    rcode: dns.rcode.Rcode = dns.rcode.NOERROR
    rrsets: list[dns.rrset.RRset] = field(default_factory=list)


def respond(query: dns.message.Message, zones: Sequence[Zone]) -> dns.message.Message:
    """The reply to a query; a query without exactly one question is a format error."""
    response = dns.message.make_response(query, recursion_available=True)
    if len(query.question) != 1:
        response.set_rcode(dns.rcode.FORMERR)
        return response
    question = query.question[0]
    found = _look_up(question.name, question.rdtype, zones)
    response.set_rcode(found.rcode)
    response.answer.extend(found.rrsets)
    if found.secure and query.ednsflags & dns.flags.DO:
        response.answer.extend(_signature(rrset) for rrset in found.rrsets)
    wants_ad = bool(query.flags & dns.flags.AD or query.ednsflags & dns.flags.DO)
    if found.secure and wants_ad:
        response.flags |= dns.flags.AD
    return response


def _look_up(name: dns.name.Name, rdtype: dns.rdatatype.RdataType, zones: Sequence[Zone]) -> _Found:
    found = _Found()
    for _ in range(MAX_ALIASES):
        zone = _zone_of(name, zones)
        if zone is None:
            break
        owner = _text(name)
        if owner in zone.failing:
            return _Found(secure=False, rcode=dns.rcode.SERVFAIL)
        found.secure = found.secure and zone.signed
        records = _rrset(name, zone, rdtype)
        if records is not None:
            found.rrsets.append(records)
            return found
        alias = _rrset(name, zone, dns.rdatatype.CNAME)
        if alias is None:
            found.rcode = dns.rcode.NOERROR if _exists(owner, zone) else dns.rcode.NXDOMAIN
            return found
        found.rrsets.append(alias)
        name = alias[0].target
    found.rcode = dns.rcode.NXDOMAIN
    return found


def _signature(rrset: dns.rrset.RRset) -> dns.rrset.RRset:
    """What looks like the signature of an RRset (RFC 4034 section 3.2), of its owner's own zone."""
    labels = len(rrset.name.labels) - 1
    covered = dns.rdatatype.to_text(rrset.rdtype)
    text = f"{covered} {_ALGORITHM} {labels} {TTL} {_PERIOD} 1 {rrset.name} {_NO_SIGNATURE}"
    return dns.rrset.from_text(rrset.name, TTL, dns.rdataclass.IN, dns.rdatatype.RRSIG, text)


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


def _zone_of(name: dns.name.Name, zones: Sequence[Zone]) -> Zone | None:
    """The closest enclosing zone."""
    around = [zone for zone in zones if name.is_subdomain(dns.name.from_text(zone.origin))]
    return max(around, key=lambda zone: len(dns.name.from_text(zone.origin)), default=None)


def _rrset(name: dns.name.Name, zone: Zone, rdtype: dns.rdatatype.RdataType) -> dns.rrset.RRset | None:
    wanted = dns.rdatatype.to_text(rdtype)
    split = (record.partition(" ") for record in zone.records.get(_text(name), ()))
    rdata = [data for word, _, data in split if word == wanted]
    if not rdata:
        return None
    return dns.rrset.from_text_list(name, TTL, dns.rdataclass.IN, rdtype, rdata)


def _exists(owner: str, zone: Zone) -> bool:
    """Whether a name has records or is an empty non-terminal (RFC 8020)."""
    return any(name == owner or name.endswith(f".{owner}") for name in zone.records)
