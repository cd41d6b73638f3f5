"""How a stub resolver asks: which server, by which transport, how long, and when to stop.

It follows the C library, whose order and patience Postfix inherits: all servers
in turn, as often as `attempts` says; the next one after silence, SERVFAIL,
NOTIMP or REFUSED; TCP after a truncated reply; without EDNS0 after FORMERR.  No
socket is touched here: a plan yields exchanges and is sent what came of them,
so that blocking and asynchronous drivers share it.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode

from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.model import RawReply
from pyfinger.steps import Resolve

PAYLOAD = 1232  # bytes in one unfragmented datagram (the DNS flag day 2020 value)

HEADER = 12  # bytes, RFC 1035 section 4.1.1
_QR_OPCODE = 0xF8  # of the third one
_REPLY = 0x80  # a reply to an ordinary query
_TRUNCATED = 0x02
_RCODE = 0x0F  # of the fourth one

_NEXT_SERVER = (dns.rcode.SERVFAIL, dns.rcode.NOTIMP, dns.rcode.REFUSED)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One query to one server, and how long its reply may take."""

    server: NameServer
    query: dns.message.Message
    stream: bool  # TCP
    seconds: float

    @property
    def wire(self) -> bytes:
        """The query as sent, for TCP without its length."""
        return self.query.to_wire()

    def accepts(self, wire: bytes) -> bool:
        """Whether these bytes answer the query: its id, its question, a reply at all."""
        if len(wire) < HEADER or wire[2] & _QR_OPCODE != _REPLY:
            return False
        try:
            return self.query.is_response(dns.message.from_wire(wire, question_only=True))
        except dns.exception.DNSException:
            return False


Plan: TypeAlias = Generator[Exchange, bytes | None, RawReply]


def plan(question: Resolve, service: NameService, turn: int = 0) -> Plan:
    """Ask until somebody knows; `turn` counts the questions, for `rotate`.

    An exchange is answered with an accepted reply, or None.  If nobody knows,
    the last refusal is the result.  What cannot be asked gets no reply.
    """
    try:
        _query(question, edns=True)
    except (dns.exception.DNSException, UnicodeError):
        return RawReply(None)
    refusal = RawReply(None)
    for _ in range(service.attempts):
        for place, server in enumerate(_order(service, turn)):
            wire = yield from _ask(question, server, _patience(service, place), service.use_tcp)
            if wire is None:
                continue
            refusal = RawReply(wire, str(server))
            if _rcode(wire) not in _NEXT_SERVER:
                return refusal
    return refusal


def _order(service: NameService, turn: int) -> tuple[NameServer, ...]:
    first = turn % len(service.servers) if service.rotate else 0
    return service.servers[first:] + service.servers[:first]


def _ask(
    question: Resolve, server: NameServer, seconds: float, stream: bool
) -> Generator[Exchange, bytes | None, bytes | None]:
    """One server's last word; None if it has none, or only half of one."""
    edns = True
    while True:
        wire = yield Exchange(server, _query(question, edns), stream, seconds)
        if wire is None:
            return None
        if edns and _rcode(wire) == dns.rcode.FORMERR:
            edns = False  # RFC 6891 section 7: it may not know EDNS0
        elif not stream and _truncated(wire):
            stream = True
        else:
            return wire


def _query(question: Resolve, edns: bool) -> dns.message.Message:
    """A fresh query with a fresh id, which is random."""
    name = dns.name.from_text(question.name.encode("ascii"), dns.name.root)
    if not edns:
        return dns.message.make_query(name, question.rdtype)
    query = dns.message.make_query(
        name, question.rdtype, use_edns=0, want_dnssec=question.dnssec, payload=PAYLOAD
    )
    if question.dnssec:
        query.flags |= dns.flags.AD  # RFC 6840 section 5.7: please set it in the reply
    return query


def _patience(service: NameService, place: int) -> float:
    """Seconds for the server at a place in the list, as glibc doubles and divides them."""
    if not place:
        return service.timeout
    return max(1.0, (service.timeout << place) // len(service.servers))


def _rcode(wire: bytes) -> int:
    return wire[3] & _RCODE


def _truncated(wire: bytes) -> bool:
    return bool(wire[2] & _TRUNCATED)
