"""With validation of our own a resolver that lies gets no session: neither DANE nor anything less.

The demo's world, told by a resolver that sets AD on all it says and leaves out, exchanges or
changes what it likes.  What it may not achieve is that a server with TLSA records is
spoken to as if it had none, or that another one is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

import pyfinger
from pyfinger import Outcome, Report
from pyfinger.demo.listeners import LOOPBACK, Listeners
from pyfinger.demo.nameserver import Nameserver
from pyfinger.demo.world import DemoWorld, zones
from pyfinger.demo.zones import Namespace, Zone

pytestmark = pytest.mark.slow

Message = dns.message.Message
Lie = Callable[["Liar", Message, Message], None]
TYPES = dns.rdatatype


class Liar(Namespace):
    """Says what is there, but for a lie."""

    def __init__(self, around: Sequence[Zone], lie: Lie) -> None:
        super().__init__(around)
        self._lie = lie

    def honest(self, name: str, rdtype: str) -> Message:
        """What there really is, signatures and all."""
        return super().respond(unchecked(dns.message.make_query(name, rdtype, want_dnssec=True)))

    def respond(self, query: Message) -> Message:
        """The reply, not as it should be."""
        response = super().respond(unchecked(query))
        self._lie(self, query, response)
        response.flags |= dns.flags.AD
        return response


def unchecked(query: Message) -> Message:
    query.flags |= dns.flags.CD
    return query


def asks(query: Message, rdtype: TYPES.RdataType, name: str = "") -> bool:
    question = query.question[0]
    return question.rdtype == rdtype and (not name or question.name == dns.name.from_text(name))


def without(section: list[dns.rrset.RRset], *types: TYPES.RdataType) -> list[dns.rrset.RRset]:
    return [rrset for rrset in section if not {rrset.rdtype, rrset.covers} & {*types}]


def renamed(section: list[dns.rrset.RRset], name: dns.name.Name) -> list[dns.rrset.RRset]:
    return [dns.rrset.from_rdata_list(name, rrset.ttl, list(rrset)) for rrset in section]


def changed(section: list[dns.rrset.RRset], rdtype: TYPES.RdataType, data: str) -> list[dns.rrset.RRset]:
    return [
        dns.rrset.from_text(rrset.name, rrset.ttl, "IN", rdtype, data) if rrset.rdtype == rdtype else rrset
        for rrset in section
    ]


def no_signatures(liar: Liar, query: Message, response: Message) -> None:
    for section in (response.answer, response.authority):
        section[:] = [rrset for rrset in section if rrset.rdtype != TYPES.RRSIG]


def no_proofs(liar: Liar, query: Message, response: Message) -> None:
    response.authority[:] = without(response.authority, TYPES.NSEC)


def no_tlsa(liar: Liar, query: Message, response: Message) -> None:
    if asks(query, TYPES.TLSA):
        response.answer.clear()


def no_such_name_for_tlsa(liar: Liar, query: Message, response: Message) -> None:
    if asks(query, TYPES.TLSA):
        response.answer.clear()
        response.authority[:] = liar.honest("nothing.demo.test", "TLSA").authority
        response.set_rcode(dns.rcode.NXDOMAIN)


def anothers_tlsa(liar: Liar, query: Message, response: Message) -> None:
    if asks(query, TYPES.TLSA) and response.answer:
        records = liar.honest("tlsa.demo.test", "TLSA").answer
        response.answer[:] = renamed(records, query.question[0].name)


def no_delegation(liar: Liar, query: Message, response: Message) -> None:
    """The proof that another zone is not signed."""
    if asks(query, TYPES.DS, "demo.test."):
        response.answer.clear()
        response.authority[:] = liar.honest("unsigned.test", "DS").authority


def no_delegation_and_nothing_signed(liar: Liar, query: Message, response: Message) -> None:
    no_delegation(liar, query, response)
    if not query.question[0].name == dns.name.root:
        no_signatures(liar, query, response)


def no_keys(liar: Liar, query: Message, response: Message) -> None:
    if asks(query, TYPES.DNSKEY, "demo.test."):
        response.answer.clear()


def keys_of_another_zone(liar: Liar, query: Message, response: Message) -> None:
    if asks(query, TYPES.DNSKEY, "demo.test."):
        response.answer[:] = renamed(liar.honest(".", "DNSKEY").answer, dns.name.from_text("demo.test."))


def another_exchanger(liar: Liar, query: Message, response: Message) -> None:
    if asks(query, TYPES.MX):
        response.answer[:] = changed(response.answer, TYPES.MX, "10 mx.insecure.unsigned.test.")


def another_address(liar: Liar, query: Message, response: Message) -> None:
    if asks(query, TYPES.A):
        response.answer[:] = changed(response.answer, TYPES.A, "127.0.0.2")


def an_alias_out(liar: Liar, query: Message, response: Message) -> None:
    if asks(query, TYPES.A):
        name = query.question[0].name
        alias = dns.rrset.from_text(name, 60, "IN", "CNAME", "mx.insecure.unsigned.test.")
        response.answer[:] = [alias, *liar.honest("mx.insecure.unsigned.test", "A").answer]


def servers_fail(liar: Liar, query: Message, response: Message) -> None:
    if asks(query, TYPES.TLSA):
        response.answer.clear()
        response.set_rcode(dns.rcode.SERVFAIL)


LIES: tuple[Lie, ...] = (
    no_signatures,
    no_tlsa,
    no_such_name_for_tlsa,
    anothers_tlsa,
    no_delegation,
    no_delegation_and_nothing_signed,
    no_keys,
    keys_of_another_zone,
    another_exchanger,
    another_address,
    an_alias_out,
    servers_fail,
)


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with DemoWorld() as running:
        yield running


def probe(world: DemoWorld, lie: Lie, server: str = "dane") -> Report:
    """A probe of one of the demo's servers, its names as the liar tells them."""
    around = [
        Zone(zone.origin, zone.signed, {**zone.records, "tlsa.demo.test": ("TLSA 3 1 1 " + "5a" * 32,)})
        if zone.origin == "demo.test."
        else zone
        for zone in zones(world.servers)
    ]
    resolver = Nameserver(Liar(around, lie))
    listeners = Listeners()
    try:
        port = listeners.datagrams(resolver.datagram)
        listeners.start()
        return pyfinger.probe(
            world.server(server).destination,
            resolver=f"{LOOPBACK}:{port}",
            dnssec="own",
            dnssec_anchors=[world.anchor_file],
        )
    finally:
        listeners.close()


def test_the_same_resolver_without_a_lie_is_believed(world: DemoWorld) -> None:
    report = probe(world, lambda liar, query, response: None)
    assert report.outcome is Outcome.MET
    assert len(report.sessions) == 1


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_a_lie_costs_the_session(world: DemoWorld, lie: Lie) -> None:
    report = probe(world, lie)
    assert report.outcome in (Outcome.DNS_BOGUS, Outcome.DNS_TEMPORARY)
    assert not report.sessions


@pytest.mark.parametrize("lie", [no_proofs], ids=lambda lie: lie.__name__)
def test_what_is_not_proven_absent_is_not_absent(world: DemoWorld, lie: Lie) -> None:
    report = probe(world, lie, "good")  # has no TLSA records, which would have to be proven
    assert report.outcome in (Outcome.DNS_BOGUS, Outcome.DNS_TEMPORARY)
    assert not report.sessions


def test_ad_does_not_make_an_unsigned_zone_secure(world: DemoWorld) -> None:
    report = probe(world, lambda liar, query, response: None, "insecure")
    assert report.outcome is Outcome.NOT_MET
    assert len(report.sessions) == 1
    (found,) = (lookup for lookup in report.lookups if lookup.rdtype == "MX")
    assert found.records
    assert not found.secure
