"""Replies that fit their question, whatever else is in them, end every lookup: bounded, told, never raising.

Each reply of a dialogue has the right id and question; its records, codes and
flags are chosen, then some bytes changed.  Aliases lead anywhere.
"""

from __future__ import annotations

from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from fuzz._bytes import Choices
from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.drive.stub import Came, ServerQuery, plan, unchecked_plan
from pyfinger.events import Event
from pyfinger.model import Answer, RawReply
from pyfinger.options import Config
from pyfinger.resolve.dns_resolver import MAX_ROUNDS, DnsResolver
from pyfinger.resolve.sanity import MAX_RECORDS
from pyfinger.steps import Request, Resolve, ResolveUnchecked

TYPES = ("A", "AAAA", "MX", "SRV", "TLSA", "CNAME")
OWNERS = (
    "a.test.",
    "b.test.",
    "*.c.test.",
    ".",
    "192.0.2.1.",
    "-bad.test.",
    "_25._tcp.a.test.",
    "x" * 63 + ".test.",
)
SERVICE = NameService((NameServer("192.0.2.53", 53), NameServer("2001:db8::53", 53)), attempts=2)
LONGEST = 60  # exchanges; two servers, two attempts, and TCP, for each round

SEEDS: list[bytes] = [
    bytes((0, 0, 0, 0, 0, 1, 0, 4, 192, 0, 2, 1)),
    bytes((2, 1, 1, 0, 0, 2, 2, 0, 0, 3, 1, 97, 4)) + b"test\0" * 3,
    bytes((4, 1, 1, 0, 0, 1, 4, 6, 35)) + bytes(40),
    bytes((0, 0, 0, 3, 0, 0) * 6),
    bytes((1, 1, 0, 0, 1, 0, 5, 1, 1)) * 12,
]


def check(data: bytes) -> None:
    choices = Choices(data)
    rdtype = choices.one_of(TYPES)
    told: list[Event] = []
    resolver = DnsResolver(told.append, Config(), explain=True)
    steps = resolver.query("a.test", rdtype, dnssec=choices.flag())
    questions = 0
    try:
        question = next(steps)
        while True:
            questions += 1
            assert questions <= 4 * MAX_ROUNDS, "the lookup, its probe, and why they failed"
            question = steps.send(_asked(question, choices))
    except StopIteration as stop:
        answer: Answer = stop.value
    assert bool(answer.records) != bool(answer.failure)
    assert len(answer.records) <= MAX_RECORDS
    assert told


def _asked(question: Request[Any], choices: Choices) -> RawReply:
    """What the stub resolver brings, of servers that do what they like."""
    assert isinstance(question, Resolve | ResolveUnchecked)
    count = 0
    steps = plan(question, SERVICE) if isinstance(question, Resolve) else unchecked_plan(question, SERVICE)
    try:
        exchange = next(steps)
        while True:
            count += 1
            assert count <= LONGEST
            exchange = steps.send(_exchanged(exchange, choices))
    except StopIteration as stop:
        reply: RawReply = stop.value
        return reply


def _exchanged(exchange: ServerQuery, choices: Choices) -> Came:
    """Only what the driver would accept is an answer."""
    wire = choices.spoilt(_reply(dns.message.from_wire(exchange.wire), choices))
    objection = exchange.objection(wire)
    return Came(wire) if objection is None else Came(None, {objection: 1})


def _reply(query: dns.message.Message, choices: Choices) -> bytes:
    reply = dns.message.make_response(query, recursion_available=True)
    if choices.flag():
        reply.flags |= dns.flags.AD
    reply.set_rcode(choices.one_of((dns.rcode.NOERROR, *dns.rcode.Rcode)))
    if choices.number(8) == 1:
        reply.flags |= dns.flags.TC
    for _ in range(choices.number(5)):
        owner, kind = choices.one_of(OWNERS), choices.one_of((*TYPES, "DNAME", "RRSIG"))
        reply.answer.append(_record(owner, kind, choices))
    return reply.to_wire(max_size=65535)


def _record(owner: str, kind: str, choices: Choices) -> dns.rrset.RRset:
    """Data of any form under any type."""
    rdtype = dns.rdatatype.from_text(kind)
    if kind in ("CNAME", "DNAME") and choices.flag():
        return dns.rrset.from_text(owner, 60, "IN", "CNAME", choices.one_of(OWNERS))
    data = dns.rdata.GenericRdata(dns.rdataclass.IN, rdtype, choices.octets(80))
    return dns.rrset.from_rdata_list(owner, 60, [data])
