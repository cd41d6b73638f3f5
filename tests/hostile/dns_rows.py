"""What name servers say: nothing, nonsense, somebody else's answers, and far too much."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from pyfinger.demo.listeners import LOOPBACK, Conversation
from pyfinger.wire import opaque, uint
from tests.hostile.dns_wire import (
    CNAME,
    MX,
    REPLY,
    TLSA,
    A,
    Query,
    Reply,
    datagrams_of,
    read,
    record,
    reply,
    stream_of,
    truncated,
    wire_name,
)
from tests.hostile.faults import NEVER, server
from tests.hostile.row import EVERYTHING, QUIET, USUAL, Row
from tests.hostile.smtp_rows import ESCAPES
from tests.hostile.stage import Datagrams, Stage, closed_port, drip, reset, wait_for_end
from tests.mailserver import MailServer, identity

_SILENCE = 10.0  # seconds: two attempts of five, as resolv.conf(5) has it
_DOMAIN = "example.test"
_LIMIT = r"^warning: DNS record count limit \(100\) exceeded"
_MX = r"Name service error for name=example.test type=MX: "
_RETRY = f"{_MX}Host not found, try again"
_MALFORMED = f"{_MX}Malformed or unexpected name server reply"

# --- somebody else's answers, and none ----------------------------------------------


def _silent(sock: socket.socket, wire: bytes, client: tuple[str, int]) -> None:
    pass


def _sending(make: Reply) -> Datagrams:
    """One datagram, whatever its size."""

    def answer(sock: socket.socket, wire: bytes, client: tuple[str, int]) -> None:
        sock.sendto(make(read(wire)), client)

    return answer


def _elsewhere(sock: socket.socket, wire: bytes, client: tuple[str, int]) -> None:
    """The right answer, from another port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((LOOPBACK, 0))
        other.sendto(reply(read(wire)), client)


def _spoofing(sock: socket.socket, wire: bytes, client: tuple[str, int]) -> None:
    """Wrong ids for as long as anybody listens."""
    query = read(wire)
    until = time.monotonic() + _SILENCE / 2 + 1
    while time.monotonic() < until:
        number = int.from_bytes(os.urandom(2), "big")
        if uint(number, 2) != query.identity:
            sock.sendto(uint(number, 2) + reply(query)[2:], client)


def _other_question(query: Query) -> bytes:
    return query.identity + reply(query)[2:].replace(b"\7example", b"\7exbmple")


_NOT_OURS: tuple[tuple[str, str, Datagrams], ...] = (
    ("silence", "no answer", _silent),
    (
        "wrong id",
        "an answer to another query",
        _sending(lambda q: b"\0\0" + reply(q)[2:] + b"\0" * (q.identity == b"\0\0")),
    ),
    ("wrong question", "an answer to another question", _sending(_other_question)),
    ("wrong source", "an answer from another port", _elsewhere),
    ("spoofed answers", "tens of thousands of answers with the wrong id", _spoofing),
    ("runts", "datagrams too short to be anything", _sending(lambda q: q.identity + b"\x81")),
    ("empty datagrams", "datagrams of nothing", _sending(lambda q: b"")),
    ("our own query", "what was asked, sent back", _sending(lambda q: reply(q, flags=0x0120))),
    (
        "noise",
        "datagrams as long as they can be, of noise",
        _sending(lambda q: q.identity + os.urandom(65000)),
    ),
)


def _stalled(sock: socket.socket) -> None:
    """Over TCP: a length, and nothing behind it."""
    sock.recv(4096)
    sock.sendall(b"\xff\xff")
    wait_for_end(sock)


def _dripping(sock: socket.socket) -> None:
    """Over TCP: a long message, byte by byte."""
    sock.recv(4096)
    drip(sock, b"\xff\xff" + bytes(65535), 0.05)


_STREAMS: tuple[tuple[str, str, Conversation, float], ...] = (
    ("silence", "truncated, and then nothing over TCP", wait_for_end, _SILENCE),
    ("a length alone", "truncated, and over TCP the promise of 65 535 bytes", _stalled, _SILENCE),
    ("byte by byte", "truncated, and over TCP 65 535 bytes, one now and then", _dripping, _SILENCE),
    ("reset", "truncated, and TCP is reset", reset, 0),
    ("nothing", "truncated, and an empty message over TCP", lambda sock: sock.sendall(b"\0\0"), 0),
    ("noise", "65 535 bytes of noise", lambda sock: sock.sendall(b"\xff\xff" + os.urandom(65535)), 0),
)


def _asking(datagrams: Datagrams, stream: Conversation | None = None) -> Callable[[Stage], Sequence[str]]:
    return lambda stage: ["--resolver", stage.names(datagrams, stream), _DOMAIN]


def _unanswered() -> Iterator[Row]:
    for name, about, datagrams in _NOT_OURS:
        yield Row(f"dns/{name}", about, _asking(datagrams), _RETRY, _SILENCE, ways=(QUIET,))
    for name, about, stream, seconds in _STREAMS:
        yield Row(f"dns/TCP: {name}", about, _asking(truncated, stream), _RETRY, seconds, ways=(QUIET,))
    yield Row("dns/TCP: refused", "truncated, and TCP is refused", _asking(truncated), _RETRY)


# --- answers of the wrong form -------------------------------------------------------


def _aliases(query: Query) -> bytes:
    """Sixty aliases in a row, in one reply."""
    names = [wire_name(f"a{number}.test") for number in range(60)]
    first = record(names[0], CNAME)
    return reply(query, first, *(record(after, CNAME, name) for name, after in pairwise(names)))


def _endless_aliases(query: Query) -> bytes:
    """Another alias for each name."""
    asked = re.fullmatch(r"a([0-9]+)\.test", query.name)
    number = int(asked[1]) + 1 if asked else 0
    return reply(query, record(wire_name(f"a{number}.test"), CNAME))


def _alias_of_itself(query: Query) -> bytes:
    return reply(query, record(b"\xc0\x0c", CNAME))


_EVIL = opaque(ESCAPES, 1) + b"\4test\0"


def _evil_hosts(query: Query) -> bytes:
    """Mail servers, and whatever else is asked for, whose names are control characters."""
    return reply(query, record(uint(10, 2) + _EVIL, MX), record(_EVIL, query.rdtype, _EVIL))


def _evil_alias(query: Query) -> bytes:
    return reply(query, record(_EVIL, CNAME), record(b"x", 16, _EVIL))


_FORMS: tuple[tuple[str, str, Reply, str], ...] = (
    (
        "alias of itself",
        "a name that is its own alias",
        _alias_of_itself,
        "^warning: .*Name server loop|Name server loop",
    ),
    ("aliases without end", "another alias for each name asked for", _endless_aliases, "Name server loop"),
    (
        "60 aliases",
        "a chain of aliases in one reply, to nowhere",
        _aliases,
        "Name service error|Name server loop|Malformed",
    ),
    (
        "pointer to itself",
        "a compressed name that never ends",
        lambda q: reply(q, record(b"\0\n\xc0\x2a", MX, b"\xc0\x1e")),
        _MALFORMED,
    ),
    (
        "pointer ahead",
        "a compressed name that points ahead",
        lambda q: reply(q, record(b"", MX, b"\xff\xff")),
        _MALFORMED,
    ),
    (
        "65 535 records, none there",
        "a count that promises what does not come",
        lambda q: reply(q, count=65535),
        _MALFORMED,
    ),
    (
        "data beyond the end",
        "a record longer than the message",
        lambda q: reply(q, record(b"", MX)[:-2] + b"\xff\xff"),
        _MALFORMED,
    ),
    ("SERVFAIL", "no server knows", lambda q: reply(q, flags=REPLY | 2), _RETRY),
    (
        "FORMERR",
        "no server understands, with EDNS0 or without",
        lambda q: reply(q, flags=REPLY | 1),
        "Name service error",
    ),
    (
        "unknown code",
        "a reply code nobody has defined",
        lambda q: reply(q, flags=REPLY | 15),
        "Name service error",
    ),
)


# --- far too much --------------------------------------------------------------------


def _world(counts: dict[int, int], tlsa_data: int = 32) -> Reply:
    """So many records of each type for each name, one where nothing is said; addresses are loopback's."""
    made: dict[int, Callable[[int], bytes]] = {
        A: lambda number: bytes([127, 0, number >> 8, number & 255 or 1]),
        MX: lambda number: uint(number, 2) + wire_name(f"mx{number}.{_DOMAIN}"),
        TLSA: lambda number: b"\3\1\1" + uint(number, 4) + os.urandom(tlsa_data - 4),
    }

    def make(query: Query) -> bytes:
        if query.rdtype not in made:
            return reply(query)
        data = made[query.rdtype]
        numbers = range(counts.get(query.rdtype, 1))
        return reply(query, *(record(data(number + 1), query.rdtype) for number in numbers))

    return make


def _many(make: Reply, *, served: bool = False) -> Callable[[Stage], Sequence[str]]:
    def set_up(stage: Stage) -> Sequence[str]:
        friendly = server(MailServer(identity()), NEVER, lambda sock, data: None)
        port = stage.port(friendly) if served else closed_port()
        return ["--resolver", stage.names(datagrams_of(make), stream_of(make)), f"{_DOMAIN}:{port}"]

    return set_up


ROWS: tuple[Row, ...] = (
    *_unanswered(),
    *(Row(f"dns/{name}", about, _asking(datagrams_of(make)), line) for name, about, make, line in _FORMS),
    Row(
        "dns/hosts that drive a terminal",
        "mail servers whose names are control characters",
        _asking(datagrams_of(_evil_hosts)),
        "malformed|invalid|Name service error",
        ways=EVERYTHING,
    ),
    Row(
        "dns/an alias that drives a terminal",
        "a name that stands for control characters",
        _asking(datagrams_of(_evil_alias)),
        "malformed|invalid|Name service error",
        ways=EVERYTHING,
    ),
    Row(
        "dns/1000 MX",
        "a thousand mail servers, in a reply of 30 KB",
        _many(_world({MX: 1000})),
        _LIMIT,
        ways=USUAL,
    ),
    Row(
        "dns/1000 addresses",
        "a mail server with a thousand addresses",
        _many(_world({A: 1000})),
        _LIMIT,
        ways=USUAL,
    ),
    Row(
        "dns/1000 TLSA",
        "a thousand TLSA records, none of which matches",
        _many(_world({TLSA: 1000}), served=True),
        _LIMIT,
        ways=USUAL,
    ),
    Row(
        "dns/TLSA of 60 KB",
        "one TLSA record that fills a message",
        _many(_world({}, 60000), served=True),
        "TLSA|verification failed",
        ways=EVERYTHING,
    ),
)
