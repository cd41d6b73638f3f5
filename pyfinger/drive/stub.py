"""How a stub resolver asks: which server, by which transport, how long, and when to stop.

It follows the C library (glibc 2.41, `__res_context_send`), whose order and
patience Postfix inherits: all servers in turn, as often as `attempts` says; the
next one after silence, SERVFAIL, NOTIMP, REFUSED, and after a reply without
anything from a server that does not recurse; TCP after a truncated reply, and
then for all servers that are left, once each.  What a server says over TCP is
final.  EDNS0 goes with DNSSEC, and a server that does not understand it (FORMERR)
has failed: asked without, it could not say what is signed.

No socket is touched here: a plan yields exchanges and is sent what came of them,
so that blocking and asynchronous drivers share it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from typing import TypeAlias

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode

from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.model import RawReply, ServerTrouble, Trouble
from pyfinger.steps import Resolve, ResolveUnchecked
from pyfinger.values import Value, field, replace

PAYLOAD = 1200  # bytes in one datagram: RESOLV_EDNS_BUFFER_SIZE
MAX_TROUBLES = 32  # kinds of trouble that are kept of one question

HEADER = 12  # bytes, RFC 1035 section 4.1.1
_AA = 0x04  # of the third one
_TRUNCATED = 0x02
_RA = 0x80  # of the fourth one
_RCODE = 0x0F

STREAM_SECONDS = 30  # for a whole exchange over TCP; the C library would wait for ever

_NEXT_SERVER = (dns.rcode.SERVFAIL, dns.rcode.NOTIMP, dns.rcode.REFUSED)


class ServerQuery(Value):
    """One query to one server, and how long its reply may take."""

    server: NameServer
    query: dns.message.Message
    stream: bool  # TCP
    seconds: float

    @property
    def wire(self) -> bytes:
        """The query as sent, for TCP without its length."""
        return self.query.to_wire()

    def objection(self, wire: bytes) -> Trouble | None:
        """Why these bytes are no reply to the query; None if they are.

        As in the C library neither QR nor the opcode is looked at; the question is,
        in a datagram, unless it cannot be read.
        """
        if len(wire) < HEADER:
            return Trouble.TOO_SHORT
        if int.from_bytes(wire[:2], "big") != self.query.id:
            return Trouble.WRONG_ID
        return None if self.stream or self._same_question(wire) else Trouble.WRONG_QUESTION

    def _same_question(self, wire: bytes) -> bool:
        if int.from_bytes(wire[4:6], "big") != 1:
            return False
        asked = self.query.question[0]
        try:
            name, size = dns.name.from_wire(wire, HEADER)
        except dns.exception.DNSException:
            return True  # `__libc_res_queriesmatch` takes a format error for a match
        rest = wire[HEADER + size : HEADER + size + 4]
        wanted = asked.rdtype.to_bytes(2, "big") + asked.rdclass.to_bytes(2, "big")
        return len(rest) < len(wanted) or (name == asked.name and rest == wanted)


class Came(Value):
    """What came of an exchange: a reply, or none; and the trouble on the way."""

    wire: bytes | None
    troubles: Mapping[Trouble, int] = field(default_factory=dict)  # how often


QueryPlan: TypeAlias = Generator[ServerQuery, Came, RawReply]


def plan(question: Resolve, service: NameService, turn: int = 0) -> QueryPlan:
    """Ask until somebody knows; `turn` counts the questions, for `rotate`.

    If nobody knows, the last refusal is the result.  What cannot be asked gets no reply.
    """
    hidden = service.no_aaaa and question.rdtype == "AAAA"
    try:
        query = _without_aaaa(question) if hidden else _query(question)
    except (dns.exception.DNSException, UnicodeError):
        return RawReply(None)
    raw = yield from _Asking(service, query).everybody(turn)
    return replace(raw, wire=_emptied(raw.wire), withheld=True) if hidden else raw


def unchecked_plan(question: ResolveUnchecked, service: NameService) -> QueryPlan:
    """Ask one server, once, to leave validation out (CD, RFC 4035 section 3.2.2)."""
    server = next((each for each in service.servers if str(each) == question.server), service.servers[0])
    try:
        query = _query(Resolve(question.name, question.rdtype, True, checking_disabled=True))
    except (dns.exception.DNSException, UnicodeError):
        return RawReply(None)
    return (yield from _Asking(service, query).one(server))


class _Asking:
    """One query on its way; the same, with the same id, to everybody."""

    def __init__(self, service: NameService, query: dns.message.Message) -> None:
        self._service = service
        self._query = query
        self._stream = service.use_tcp
        self._troubles: Counter[tuple[str, Trouble, int | None]] = Counter()
        self._refusal: tuple[bytes | None, str] = None, ""

    def everybody(self, turn: int) -> QueryPlan:
        for _ in range(self._service.attempts):
            for place in _order(self._service, turn):
                wire = yield from self._ask(self._service.servers[place], _patience(self._service, place))
                if wire is not None:
                    return self._reply(wire, self._service.servers[place])
            if self._stream:
                break  # one attempt for each server
        return self._refused()

    def one(self, server: NameServer) -> QueryPlan:
        wire = yield from self._ask(server, _patience(self._service, 0))
        return self._refused() if wire is None else self._reply(wire, server)

    def _ask(self, server: NameServer, seconds: float) -> Generator[ServerQuery, Came, bytes | None]:
        """One server's last word; None if it has none, or a refusal."""
        if not self._stream:
            wire = yield from self._exchange(ServerQuery(server, self._query, False, seconds))
            if wire is None or self._is_refusal(server, wire):
                return None
            if not wire[2] & _TRUNCATED:
                return wire
            self._note(server, Trouble.TRUNCATED)
            self._stream = True
        return (yield from self._exchange(ServerQuery(server, self._query, True, STREAM_SECONDS)))

    def _exchange(self, exchange: ServerQuery) -> Generator[ServerQuery, Came, bytes | None]:
        came = yield exchange
        for trouble, times in came.troubles.items():
            self._note(exchange.server, trouble, times=times)
        return came.wire

    def _is_refusal(self, server: NameServer, wire: bytes) -> bool:
        if (code := _rcode(wire)) in _NEXT_SERVER:
            self._note(server, Trouble.FAILED, code)
            self._refusal = wire, str(server)
            return True
        if lame := _is_lame(wire):
            self._note(server, Trouble.LAME)
        return lame

    def _note(self, server: NameServer, trouble: Trouble, code: int | None = None, times: int = 1) -> None:
        key = (str(server), trouble, code)
        if key in self._troubles or len(self._troubles) < MAX_TROUBLES:
            self._troubles[key] += times

    def _reply(self, wire: bytes, server: NameServer) -> RawReply:
        return RawReply(wire, str(server), stream=self._stream, troubles=tuple(self._told()))

    def _refused(self) -> RawReply:
        wire, server = self._refusal
        return RawReply(wire, server, troubles=tuple(self._told()))

    def _told(self) -> Iterator[ServerTrouble]:
        for (server, trouble, code), times in self._troubles.items():
            yield ServerTrouble(server, trouble, times, code)


def _order(service: NameService, turn: int) -> list[int]:
    """The places of the servers in the list, in the order to ask them."""
    count = len(service.servers)
    first = turn % count if service.rotate else 0
    return [(first + step) % count for step in range(count)]


def _query(question: Resolve) -> dns.message.Message:
    """A fresh query with a fresh id, which is random."""
    name = dns.name.from_text(question.name.encode("ascii"), dns.name.root)
    if not question.dnssec:
        return dns.message.make_query(name, question.rdtype)
    query = dns.message.make_query(name, question.rdtype, use_edns=0, want_dnssec=True, payload=PAYLOAD)
    # RFC 6840 section 5.7: please set AD in the reply; beside CD nobody would believe it.
    query.flags |= dns.flags.CD if question.checking_disabled else dns.flags.AD
    return query


def _without_aaaa(question: Resolve) -> dns.message.Message:
    """What the option `no-aaaa` makes of a question for AAAA: whether there is such a name at all."""
    query = _query(Resolve(question.name, "A", False))
    if question.dnssec:
        query.flags |= dns.flags.AD
    return query


def _emptied(wire: bytes | None) -> bytes | None:
    """The header of a reply, for one that has no records."""
    return None if wire is None else wire[:4] + bytes(HEADER - 4)


def _patience(service: NameService, place: int) -> float:
    """Seconds for the server at a place in the list, as glibc doubles and divides them."""
    if not place:
        return service.timeout
    return max(1, (service.timeout << place) // len(service.servers))


def _rcode(wire: bytes) -> int:
    return wire[3] & _RCODE


def _is_lame(wire: bytes) -> bool:
    """No error, no answer and nothing additional, from a server neither in charge nor willing to recurse."""
    answers, additional = wire[6:8], wire[10:12]
    return not (_rcode(wire) or wire[2] & _AA or wire[3] & _RA or any(answers) or any(additional))
