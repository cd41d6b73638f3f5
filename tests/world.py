"""A test's DNS as a dict: `World` answers the requests a resolver would.

    world = World(mx={"example.com": ["10 mx.example.com"]},
                  a={"mx.example.com": ["192.0.2.1"]},
                  tlsa={"_25._tcp.mx.example.com": ["3 1 1 " + HASH]},
                  insecure={"example.com/MX"},
                  fail={"dead.example/MX": "SERVFAIL"})

Record texts are zone file texts; a bare MX host gets preference 10, names need
no dot at the end, and TLSA records may have any content (`3 1` is two bytes).
Every answer is a real message, aliases are followed inside it as a recursive
resolver does, and its AD bit is set, with something that looks like signatures,
unless a link of the chain is listed in `insecure`, as `name` or `name/TYPE`; the
name `*` stands for all names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from pyfinger.model import Family, NativeAnswer, RawReply
from pyfinger.steps import FindService, LookupHost, Resolve, ResolveUnchecked

Records = Mapping[str, Sequence[str]]

SERVER = "127.0.0.53"
NOT_KNOWN = "Name or service not known"


@dataclass(frozen=True)
class World:
    """All there is to know; a lookup of anything else finds no such domain."""

    mx: Records = field(default_factory=dict)
    a: Records = field(default_factory=dict)
    aaaa: Records = field(default_factory=dict)
    tlsa: Records = field(default_factory=dict)
    srv: Records = field(default_factory=dict)
    cname: Mapping[str, str] = field(default_factory=dict)
    txt: Records = field(default_factory=dict)  # to make a name exist
    insecure: frozenset[str] | set[str] = frozenset()
    # "name" or "name/TYPE" -> rcode word, or "TIMEOUT"; or bytes sent as they are
    fail: Mapping[str, str | bytes] = field(default_factory=dict)
    # names whose failure is validation's: with it off they are answered
    bogus: frozenset[str] | set[str] = frozenset()
    # aliases the server does not follow: the target has to be asked for
    split: frozenset[str] | set[str] = frozenset()
    hosts: Records = field(default_factory=dict)  # what getaddrinfo knows
    services: Mapping[str, int] = field(default_factory=dict)

    def resolve(self, question: Resolve) -> RawReply:
        """The name server's reply to one question."""
        fate = self._fate(question)
        if isinstance(fate, bytes):
            return RawReply(fate, SERVER)
        if fate == "TIMEOUT":
            return RawReply(None)
        return RawReply(
            self._reply(question, dns.rcode.from_text(fate)).to_wire(max_size=65535, want_shuffle=False),
            SERVER,
        )

    def resolve_unchecked(self, question: ResolveUnchecked) -> RawReply | None:
        """The same without validation."""
        plain = Resolve(question.name, question.rdtype, True)
        if _key(question.name) not in self.bogus:
            return self.resolve(plain)
        return RawReply(self._reply(plain, dns.rcode.NOERROR).to_wire(max_size=65535), SERVER)

    def lookup_host(self, request: LookupHost) -> NativeAnswer:
        """What getaddrinfo says; families are filtered."""
        found = tuple(
            (family, address)
            for address in self.hosts.get(_key(request.name), ())
            if (family := Family.IPV6 if ":" in address else Family.IPV4) in request.families
        )
        return NativeAnswer(found) if found else NativeAnswer(error=NOT_KNOWN)

    def find_service(self, request: FindService) -> int | None:
        """The services database."""
        return self.services.get(request.name)

    def _fate(self, question: Resolve) -> str | bytes:
        name = _key(question.name)
        return self.fail.get(f"{name}/{question.rdtype}") or self.fail.get(name) or "NOERROR"

    def _reply(self, question: Resolve, rcode: dns.rcode.Rcode) -> dns.message.Message:
        query = dns.message.make_query(_absolute(question.name), question.rdtype, want_dnssec=question.dnssec)
        reply = dns.message.make_response(query, recursion_available=True)
        reply.set_rcode(rcode)
        if rcode == dns.rcode.NOERROR:
            self._answer(reply, _key(question.name), question)
        return reply

    def _answer(self, reply: dns.message.Message, name: str, question: Resolve) -> None:
        secure = self._secure(name, question.rdtype)
        while name in self.cname and question.rdtype != "CNAME":
            target = self.cname[name]
            reply.answer.append(_rrset(name, "CNAME", [_absolute(target)]))
            if name in self.split:
                break
            name = _key(target)
            secure = secure and self._secure(name, question.rdtype)
        else:
            if records := self._records(name, question.rdtype):
                reply.answer.append(_rrset(name, question.rdtype, records))
            elif not self._exists(name):
                reply.set_rcode(dns.rcode.NXDOMAIN)
        if secure and question.dnssec:
            reply.flags |= dns.flags.AD
            reply.answer.extend([signature(rrset) for rrset in reply.answer])

    def _records(self, name: str, rdtype: str) -> list[str]:
        tables: Mapping[str, Records] = {
            "MX": {owner: [_mx_text(text) for text in texts] for owner, texts in self.mx.items()},
            "SRV": {owner: [_srv_text(text) for text in texts] for owner, texts in self.srv.items()},
            "A": self.a,
            "AAAA": self.aaaa,
            "TLSA": self.tlsa,
            "TXT": self.txt,
            "CNAME": {owner: [_absolute(target)] for owner, target in self.cname.items()},
            "NS": {"": ["ns."]},
        }
        return list(tables.get(rdtype, {}).get(name, ()))

    def _exists(self, name: str) -> bool:
        tables = (self.mx, self.a, self.aaaa, self.tlsa, self.srv, self.cname, self.txt)
        return any(known == name or known.endswith("." + name) for table in tables for known in table)

    def _secure(self, name: str, rdtype: str) -> bool:
        return self.insecure.isdisjoint({name, f"{name}/{rdtype}", "*", f"*/{rdtype}"})


def signature(rrset: dns.rrset.RRset) -> dns.rrset.RRset:
    """What looks like an RRSIG over an RRset."""
    covered = dns.rdatatype.to_text(rrset.rdtype)
    text = f"{covered} 13 2 3600 20380101000000 20260101000000 1 test. {'A' * 86}=="
    return dns.rrset.from_text(rrset.name, 3600, "IN", "RRSIG", text)


def _key(name: str) -> str:
    return name.rstrip(".").lower()


def _absolute(name: str) -> str:
    return name.rstrip(".") + "."


def _mx_text(text: str) -> str:
    preference, _, exchange = text.rpartition(" ")
    return f"{preference or '10'} {_absolute(exchange)}"


def _srv_text(text: str) -> str:
    numbers, _, target = text.rpartition(" ")
    return f"{numbers} {_absolute(target)}"


def _tlsa(text: str) -> dns.rdata.Rdata:
    """A TLSA record of any length, which the library's own class would refuse."""
    *numbers, data = text.split(maxsplit=3) if text.count(" ") > 2 else [*text.split(), ""]
    octets = bytes(int(number) for number in numbers) + bytes.fromhex(data)
    return dns.rdata.GenericRdata(dns.rdataclass.IN, dns.rdatatype.TLSA, octets)


def _rrset(name: str, rdtype: str, texts: Sequence[str]) -> dns.rrset.RRset:
    if rdtype == "TLSA":
        return dns.rrset.from_rdata_list(_absolute(name), 3600, [_tlsa(text) for text in texts])
    return dns.rrset.from_text_list(_absolute(name), 3600, "IN", rdtype, texts)
