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

import os
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping
from typing import TypeAlias

from pyfinger.dnswire import IN, Labels, Rcode, RdataType, labels_of, name_wire, read_name, type_number
from pyfinger.drive.resolv_conf import NameServer, NameService
from pyfinger.errors import DecodeError
from pyfinger.model import RawReply, ServerTrouble, Trouble
from pyfinger.steps import Resolve, ResolveUnchecked
from pyfinger.values import Value, field, replace
from pyfinger.wire import uint

PAYLOAD = 1200  # bytes in one datagram: RESOLV_EDNS_BUFFER_SIZE
MAX_TROUBLES = 32  # kinds of trouble that are kept of one question

HEADER = 12  # bytes, RFC 1035 section 4.1.1
_AA = 0x04  # of the third one
_TRUNCATED = 0x02
_RA = 0x80  # of the fourth one
_RCODE = 0x0F
# Of both, RFC 1035 section 4.1.1 and RFC 4035 section 3.2; DO stands in what is a TTL elsewhere (RFC 3225).
_RD, _AD, _CD, _DO = 0x0100, 0x0020, 0x0010, 0x8000
_OPT = 41
_OPT_SIZE = 11  # bytes

STREAM_SECONDS = 30  # for a whole exchange over TCP; the C library would wait for ever

_NEXT_SERVER = (Rcode.SERVFAIL, Rcode.NOTIMP, Rcode.REFUSED)


class ServerQuery(Value):
    """One query to one server, and how long its reply may take."""

    server: NameServer
    wire: bytes  # the query as sent, for TCP without its length
    stream: bool  # TCP
    seconds: float

    def objection(self, wire: bytes) -> Trouble | None:
        """Why these bytes are no reply to the query; None if they are.

        As in the C library neither QR nor the opcode is looked at; the question is,
        in a datagram, unless it cannot be read.
        """
        if len(wire) < HEADER:
            return Trouble.TOO_SHORT
        if wire[:2] != self.wire[:2]:
            return Trouble.WRONG_ID
        return None if self.stream or self._same_question(wire) else Trouble.WRONG_QUESTION

    def _same_question(self, wire: bytes) -> bool:
        if int.from_bytes(wire[4:6], "big") != 1:
            return False
        end = len(self.wire) - _OPT_SIZE * self.wire[11]  # there is one additional record, or none
        if wire[HEADER:end] == self.wire[HEADER:end]:
            return True  # to the letter, as it mostly is
        asked, wanted = _question(self.wire)
        try:
            name, rest = _question(wire)
        except DecodeError:
            return True  # `__libc_res_queriesmatch` takes a format error for a match
        return len(rest) < len(wanted) or (name == asked and rest == wanted)


def _question(wire: bytes) -> tuple[Labels, bytes]:
    """The name asked for, in lower case, with type and class, as far as these are there."""
    name, size = read_name(wire, HEADER)
    end = HEADER + size
    return tuple([label.lower() for label in name]), wire[end : end + 4]


class Came(Value):
    """What came of an exchange: a reply, or none; and the trouble on the way."""

    wire: bytes | None
    troubles: Mapping[Trouble, int] = field(default_factory=dict)  # how often


QueryPlan: TypeAlias = Generator[ServerQuery, Came, RawReply]


def plan(question: Resolve, service: NameService, turn: int = 0) -> QueryPlan:
    """Ask until somebody knows; `turn` counts the questions, for `rotate`.

    If nobody knows, the last refusal is the result.  What cannot be asked gets no reply.
    """
    hidden = service.no_aaaa and question.rdtype == RdataType.AAAA.name
    if (name := service.name_asked(question.name)) != question.name:
        question = replace(question, name=name)
    try:
        query = _without_aaaa(question) if hidden else _query(question)
    except (DecodeError, UnicodeError):
        return RawReply(None)
    raw = yield from _Asking(service, query).everybody(turn)
    return replace(raw, wire=_emptied(raw.wire), withheld=True) if hidden else raw


def unchecked_plan(question: ResolveUnchecked, service: NameService) -> QueryPlan:
    """Ask one server, once, to leave validation out (CD, RFC 4035 section 3.2.2)."""
    server = next((each for each in service.servers if str(each) == question.server), service.servers[0])
    try:
        name = service.name_asked(question.name)
        query = _query(Resolve(name, question.rdtype, True, checking_disabled=True))
    except (DecodeError, UnicodeError):
        return RawReply(None)
    return (yield from _Asking(service, query).one(server))


class _Asking:
    """One query on its way; the same, with the same id, to everybody."""

    def __init__(self, service: NameService, query: bytes) -> None:
        self._service = service
        self._query = query
        self._stream = service.use_tcp
        self._troubles: defaultdict[tuple[str, Trouble, int | None], int] = defaultdict(int)
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


def _query(question: Resolve) -> bytes:
    """A fresh query with a fresh id, which is random; `DecodeError` if there are no such names or types."""
    if not question.dnssec:
        return _message(_RD, question)
    # RFC 6840 section 5.7: please set AD in the reply; beside CD nobody would believe it.
    flags = _RD | (_CD if question.checking_disabled else _AD)
    return _message(flags, question, b"\0" + uint(_OPT, 2) + uint(PAYLOAD, 2) + uint(_DO, 4) + bytes(2))


def _message(flags: int, question: Resolve, opt: bytes = b"") -> bytes:
    counts = uint(1, 2) + bytes(4) + uint(1 if opt else 0, 2)
    name = name_wire(_labels(question.name))
    rdtype = type_number(question.rdtype) or _unusual_type(question.rdtype)
    return os.urandom(2) + uint(flags, 2) + counts + name + uint(rdtype, 2) + uint(IN, 2) + opt


def _labels(name: str) -> Labels:
    if "\\" not in name:
        return labels_of(name)
    import dns.exception
    import dns.name

    try:
        return dns.name.from_text(name.encode("ascii"), dns.name.root).labels[:-1]
    except dns.exception.DNSException as error:
        raise DecodeError(f"no name: {name}") from error


def _unusual_type(word: str) -> int:
    import dns.exception
    import dns.rdatatype

    try:
        return int(dns.rdatatype.from_text(word))
    except (dns.exception.DNSException, ValueError) as error:
        raise DecodeError(f"no type: {word}") from error


def _without_aaaa(question: Resolve) -> bytes:
    """What the option `no-aaaa` makes of a question for AAAA: whether there is such a name at all."""
    return _message(_RD | _AD if question.dnssec else _RD, replace(question, rdtype=RdataType.A.name))


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
