"""A case's own name server: answers as names.py drew them, on UDP and TCP.

What it is asked and has no answer for does not exist, securely.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from tests.lab.parityfuzz.case import Json

ADDRESS = "127.0.98.53"
TTL = 60
_SMALLEST = 512
_SIGNATURE = "13 2 60 20400101000000 20200101000000 1 test. AAAA"


@contextmanager
def answering(answers: Sequence[Json]) -> Iterator[None]:
    """Answer until the end of the block; ValueError if that cannot be done with these."""
    check(answers)
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    datagrams.bind((ADDRESS, 53))
    streams = socket.create_server((ADDRESS, 53))
    threads = [
        threading.Thread(target=target, args=(sock, answers), daemon=True)
        for target, sock in ((_datagrams, datagrams), (_streams, streams))
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for sock in (datagrams, streams):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in threads:
            thread.join()


def check(answers: Sequence[Json]) -> None:
    """ValueError, or what dnspython raises, if these cannot be given."""
    for one in answers:
        if len(one.get("q", "").split()) != 2:
            raise ValueError(f"no question: {one}")
        list(_rrsets(one.get("rr", ()), signed=True))


def _datagrams(sock: socket.socket, answers: Sequence[Json]) -> None:
    while True:
        try:
            wire, client = sock.recvfrom(65535)
        except OSError:
            return
        if not client:
            return
        reply = respond(wire, answers, by_udp=True)
        if reply is not None:
            with contextlib.suppress(OSError):
                sock.sendto(reply, client)


def _streams(sock: socket.socket, answers: Sequence[Json]) -> None:
    while True:
        try:
            connection, _ = sock.accept()
        except OSError:
            return
        with connection, contextlib.suppress(OSError):
            connection.settimeout(3)
            while header := connection.recv(2, socket.MSG_WAITALL):
                wire = connection.recv(int.from_bytes(header, "big"), socket.MSG_WAITALL)
                reply = respond(wire, answers, by_udp=False)
                if reply is None:
                    break
                connection.sendall(len(reply).to_bytes(2, "big") + reply)


def respond(wire: bytes, answers: Sequence[Json], by_udp: bool) -> bytes | None:
    """The reply to a query, or nothing."""
    try:
        query = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return None
    question = query.question[0]
    found = _found(question, answers)
    response = dns.message.make_response(query, recursion_available=True)
    checked = not query.flags & dns.flags.CD
    if found.get("bogus") and checked:
        found = {**found, "rcode": int(dns.rcode.SERVFAIL), "rr": [], "ad": False}
    response.set_rcode(dns.rcode.Rcode(found.get("rcode", 0)))
    secure = found.get("ad", True)
    if secure and (query.flags & dns.flags.AD or query.ednsflags & dns.flags.DO):
        response.flags |= dns.flags.AD
    signed = secure and found.get("sigs", True) and bool(query.ednsflags & dns.flags.DO)
    for rrset in _rrsets(found.get("rr", ()), signed):
        rrset.ttl = found.get("ttl", TTL)
        response.answer.append(rrset)
    _change_flags(response, found.get("flags", ""))
    return _rendered(response, query, found, by_udp)


def _found(question: dns.rrset.RRset, answers: Sequence[Json]) -> Json:
    name = question.name.to_text(omit_final_dot=True).lower() or "."
    kind = dns.rdatatype.to_text(question.rdtype)
    for one in answers:
        if one["q"].lower() == f"{name} {kind.lower()}":
            return one
    exists = any(one["q"].split()[0] == name or one["q"].split()[0].endswith(f".{name}") for one in answers)
    return {"rr": [], "rcode": 0 if exists or name == "." else 3}


def _rrsets(records: Sequence[str], signed: bool) -> Iterator[dns.rrset.RRset]:
    sets: dict[tuple[str, str, int], dns.rrset.RRset] = {}
    for position, record in enumerate(records):
        owner, kind, content = record.split(" ", 2)
        key = owner, kind, records[:position].count(record)  # a record that is there again is sent again
        if key not in sets:
            rdtype = dns.rdatatype.from_text(kind)
            sets[key] = dns.rrset.RRset(dns.name.from_text(owner), dns.rdataclass.IN, rdtype)
        sets[key].add(_rdata(sets[key].rdtype, content), TTL)
    for (_, kind, _), rrset in sets.items():
        yield rrset
        if signed:
            yield dns.rrset.from_text(rrset.name, TTL, "IN", "RRSIG", f"{kind} {_SIGNATURE}")


def _rdata(kind: dns.rdatatype.RdataType, content: str) -> dns.rdata.Rdata:
    if content.startswith("\\#"):  # as it is, valid or not
        octets = bytes.fromhex("".join(content.split()[2:]))
        return dns.rdata.GenericRdata(dns.rdataclass.IN, kind, octets)
    return dns.rdata.from_text(dns.rdataclass.IN, kind, content)


def _change_flags(response: dns.message.Message, change: str) -> None:
    if change == "noqr":
        response.flags &= ~dns.flags.QR
    elif change == "noaa":
        response.flags |= dns.flags.AA
    elif change == "nora":
        response.flags &= ~dns.flags.RA
    elif change == "opcode":
        response.set_opcode(dns.opcode.NOTIFY)


def _rendered(
    response: dns.message.Message, query: dns.message.Message, found: Json, by_udp: bool
) -> bytes | None:
    limit = max(query.payload, _SMALLEST) if by_udp else 65535
    try:
        wire = response.to_wire(max_size=65535, want_shuffle=False)
    except dns.exception.DNSException:
        return None
    if by_udp and (found.get("tc") or len(wire) > limit):
        response.answer.clear()
        response.flags |= dns.flags.TC
        wire = response.to_wire(max_size=limit, want_shuffle=False)
    then = found.get("then", "answer")
    if then == "drop":
        return None
    if then == "short":
        return wire[: len(wire) // 2]
    if then == "other":
        return bytes((wire[0] ^ 1,)) + wire[1:]
    return wire
