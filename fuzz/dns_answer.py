"""Any bytes from a name server give an answer: bounded records, or a failure; never an exception."""

from __future__ import annotations

import dns.message
import dns.rrset

from pyfinger.events import Event
from pyfinger.model import Answer, RawReply, TlsaRecord
from pyfinger.options import Config
from pyfinger.resolve.dns_resolver import MAX_ROUNDS, DnsResolver
from pyfinger.resolve.hostname import address_of, valid_hostname
from pyfinger.resolve.sanity import MAX_RECORDS

TYPES = ("A", "AAAA", "MX", "SRV", "TLSA", "CNAME", "TXT")


def _reply(rdtype: str, *texts: str, alias: str = "") -> bytes:
    reply = dns.message.make_response(dns.message.make_query("a.test.", rdtype, want_dnssec=True))
    owner = "a.test."
    if alias:
        reply.answer.append(dns.rrset.from_text(owner, 60, "IN", "CNAME", alias))
        owner = alias
    if texts:
        reply.answer.append(dns.rrset.from_text_list(owner, 60, "IN", rdtype, texts))
    return reply.to_wire()


SEEDS: list[bytes] = [
    _reply("A", "192.0.2.1", "192.0.2.2"),
    _reply("AAAA", "2001:db8::1", alias="b.test."),
    _reply("MX", "10 mx.a.test.", "20 192.0.2.1.", "30 -bad.test."),
    _reply("MX", "0 ."),
    _reply("SRV", "1 2 3 mx.test."),
    _reply("TLSA", "3 1 1 " + 32 * "ab"),
    _reply("CNAME", "a.test."),
    _reply("TXT"),
    bytes.fromhex("1234818000000001000000000000010001000000000004c0000201"),
]


def check(data: bytes) -> None:
    """Every question is answered with the same bytes, for every type."""
    for rdtype in TYPES:
        answer = _look_up(data, rdtype)
        assert bool(answer.records) != bool(answer.failure)
        assert len(answer.records) <= MAX_RECORDS
        for record in answer.records:
            assert address_of(record.owner) or valid_hostname(record.owner, wildcard=True)
            assert not isinstance(record.data, TlsaRecord) or record.data.data


def _look_up(data: bytes, rdtype: str) -> Answer:
    steps = DnsResolver(_ignore, Config()).query("a.test", rdtype, dnssec=True)
    rounds = 0
    try:
        next(steps)
        while True:
            rounds += 1
            assert rounds <= 2 * MAX_ROUNDS, "the lookup and its probe"
            steps.send(RawReply(data, "192.0.2.53"))
    except StopIteration as stop:
        answer: Answer = stop.value
        return answer


def _ignore(event: Event) -> None:
    pass
