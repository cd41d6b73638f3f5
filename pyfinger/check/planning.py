"""What there is to connect to: hosts, addresses, and what each has to prove.

Lookups are those of a probe, but of every host; each question is asked once, however many
domains share a host.  A host that has no address is one with a reason, not one less.

Where DANE was asked for and there is nothing to go by, posttls-finger goes on at level
`secure`; mail is sent at `may` (RFC 7672 section 2.2), which is what is checked here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from pyfinger.check.model import KeyAlgorithm
from pyfinger.dane.digests import DigestAgility
from pyfinger.dane.lookup import TlsaAnswer, tlsa_lookup
from pyfinger.dane.policy import RequestedPolicy, decide, needs_tlsa
from pyfinger.dane.usability import is_decodable, usable_records
from pyfinger.errors import UsageError
from pyfinger.events import DnsReply, Event, LookedUp, ValidationOff
from pyfinger.events.dnssec import DnssecValidated
from pyfinger.model import (
    Answer,
    Exchange,
    Family,
    Hop,
    InetDestination,
    Level,
    LookupFailure,
    LookupKind,
    Policy,
    TlsaRecord,
    TlsaStatus,
)
from pyfinger.prober.context import Context
from pyfinger.prober.probe import name_resolver
from pyfinger.report.document.outcome import BOGUS
from pyfinger.resolve.destination import parse_destination, service_port
from pyfinger.resolve.hosts import Host, HostAddresses, Tools, find_addresses
from pyfinger.resolve.idn import name_to_ask
from pyfinger.resolve.route import exchange, mx_hosts, srv_hosts, srv_name
from pyfinger.steps import Steps
from pyfinger.values import Value, replace


class Protection(Value):
    """The TLSA records of a host, as one of its addresses leads to them."""

    answer: TlsaAnswer | None = None  # None: nobody asked, since nothing could come of it
    published: tuple[TlsaRecord, ...] = ()  # all, usable or not, in the order of the reply
    ttl: int = 0
    ending: bool = False  # their signature has nearly run out; known with our own validation alone
    bogus: bool = False  # what there is does not validate


class FoundAddress(Value):
    """One address; `policy` is None if its TLSA lookup failed, so that no mail would be sent there."""

    hop: Hop
    policy: Policy | None
    protection: Protection


class FoundHost(Value):
    """One host of a domain."""

    host: Host
    addresses: tuple[FoundAddress, ...] = ()
    failure: LookupFailure | None = None  # why there are none
    bogus: bool = False  # since what there is does not validate


class FoundDomain(Value):
    """One destination."""

    destination: InetDestination
    exchange: Exchange | None = None
    hosts: tuple[FoundHost, ...] = ()
    failure: LookupFailure | None = None
    bogus: bool = False


class Visit(Value):
    """One connection to be made; `policy` is that of the first protected host at the address."""

    hop: Hop
    nexthop: str
    policy: Policy
    algorithm: KeyAlgorithm

    @property
    def server(self) -> tuple[str, int | None]:
        """What is not asked twice."""
        return self.hop.address, self.hop.port


def visits(domains: Sequence[FoundDomain], algorithms: Sequence[KeyAlgorithm]) -> tuple[Visit, ...]:
    """One for each address and algorithm; all addresses are asked for one before any is for the next."""
    servers: dict[tuple[str, int | None], Visit] = {}
    for domain in domains:
        for found in (address for host in domain.hosts for address in host.addresses):
            if found.policy is None:
                continue
            visit = Visit(found.hop, domain.destination.host, found.policy, KeyAlgorithm.ECDSA)
            known = servers.get(visit.server)
            if known is None or (found.policy.base_domain and not known.policy.base_domain):
                servers[visit.server] = visit
    return tuple(
        replace(visit, algorithm=algorithm) for algorithm in algorithms for visit in servers.values()
    )


class _Notes:
    """What lookups told besides their answers."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.ending: set[str] = set()  # names whose signatures nearly have run out
        self.answers: dict[str, Answer] = {}  # of TLSA records, by the name asked for
        self.bogus: set[str] = set()  # names that are known not to validate

    def __call__(self, event: Event) -> None:
        match event:
            case LookedUp(answer=answer) if answer.rdtype == "TLSA":
                self.answers[answer.qname.lower()] = answer
            case DnsReply(name=name, extended=extended) if BOGUS.intersection(extended):
                self.bogus.add(name.lower())
            case DnssecValidated(name=name, rdtype="TLSA", validated=validated):
                now = self._now().timestamp()
                last = [step for step in validated.steps if step.rdtype == "TLSA"]
                if any(signature.ends_soon(now) for step in last for signature in step.signatures):
                    self.ending.add(name.lower())
            case ValidationOff(name=name) if event.answered:
                self.bogus.add(name.lower())


class Finder:
    """All lookups of one check."""

    def __init__(self, context: Context) -> None:
        self._notes = _Notes(context.dependencies.now)
        self._context = replace(context, emit=self._emit)
        self._outer = context.emit
        options, dependencies = context.options, context.dependencies
        self._resolver = name_resolver(options, dependencies, self._emit)
        self._tools = Tools(options, self._resolver, self._emit, dependencies.rng, context.convert)
        self._hosts: dict[Host, tuple[FoundHost, tuple[Hop, ...]]] = {}
        self._protections: dict[tuple[object, ...], Protection] = {}
        self._demand = RequestedPolicy(options.level, options.insecure_mx_level, options.match)

    def _emit(self, event: Event) -> None:
        self._notes(event)
        self._outer(event)

    def domain(self, typed: str) -> Steps[FoundDomain]:
        """One destination; `UsageError` if it makes no sense."""
        context = self._context
        options = replace(context.options, destination=typed)
        destination = parse_destination(options, self._emit, context.convert)
        if not isinstance(destination, InetDestination):
            raise UsageError(f"unix-domain sockets have nothing to be compared: {typed}")
        port = yield from service_port(destination, options.config)
        answer = yield from self._exchangers(destination)
        if answer is None or (destination.lookup is LookupKind.MX and answer.status.absent):
            hosts = [Host(self._ascii(destination.host), port)]
            return (yield from self._with_hosts(FoundDomain(destination), hosts))
        if answer.failure:
            bogus = answer.failure.name.lower() in self._notes.bogus
            return FoundDomain(destination, failure=answer.failure, bogus=bogus)
        if destination.lookup is LookupKind.SRV:
            hosts = srv_hosts(answer, port, options, context.dependencies.rng)
        else:
            hosts = mx_hosts(answer, port, options)
        return (yield from self._with_hosts(FoundDomain(destination, exchange(answer)), hosts))

    def _exchangers(self, destination: InetDestination) -> Steps[Answer | None]:
        """MX or SRV records; None where none are looked for."""
        if destination.lookup is LookupKind.HOST:
            return None
        srv = destination.lookup is LookupKind.SRV
        name = self._ascii(srv_name(destination) if srv else destination.host)
        return (yield from self._resolver.query(name, destination.lookup.value, dnssec=True))

    def _ascii(self, name: str) -> str:
        return name_to_ask(name, self._emit, self._context.convert) or name

    def _with_hosts(self, domain: FoundDomain, hosts: Sequence[Host]) -> Steps[FoundDomain]:
        found = []
        ordered = sorted(hosts, key=lambda host: (host.preference, host.name.lower()))
        for host in dict.fromkeys(ordered):  # the same name with the same preference says nothing new
            found.append((yield from self._host(domain, host)))
        return replace(domain, hosts=tuple(found))

    def _host(self, domain: FoundDomain, host: Host) -> Steps[FoundHost]:
        """A host, its addresses looked up unless that was done for another domain."""
        key = replace(host, name=host.name.lower(), preference=0)
        if key not in self._hosts:
            outcome = yield from find_addresses(host, self._tools)
            if isinstance(outcome, HostAddresses):
                hops = tuple(sorted(dict.fromkeys(outcome.hops), key=_by_address))
                self._hosts[key] = FoundHost(host), hops
            else:
                bogus = host.name.lower() in self._notes.bogus
                self._hosts[key] = FoundHost(host, (), outcome, bogus), ()
        known, hops = self._hosts[key]
        addresses = []
        for hop in hops:
            addresses.append((yield from self._address(domain, hop)))
        return replace(known, host=host, addresses=tuple(addresses))

    def _address(self, domain: FoundDomain, hop: Hop) -> Steps[FoundAddress]:
        protection = Protection()
        if needs_tlsa(self._demand, domain.exchange):
            key = hop.host.lower(), hop.owner.lower(), hop.secure, hop.port
            if key not in self._protections:
                self._protections[key] = yield from self._look_up(hop)
            protection = self._protections[key]
        policy = policy_as_sent(
            self._demand, domain.exchange, protection.answer, self._context.digest_agility
        )
        return FoundAddress(hop, policy, protection)

    def _look_up(self, hop: Hop) -> Steps[Protection]:
        context = self._context
        force = context.options.force_tlsa
        answer = yield from tlsa_lookup(hop, self._resolver, context.tlsa, self._emit, force=force)
        for name in _names(hop, answer):
            told = self._notes.answers.get(name)
            if told is not None and told.records:
                found = tuple(each.data for each in told.records if isinstance(each.data, TlsaRecord))
                ordered = tuple(sorted(found, key=_in_order))
                ending = name in self._notes.ending
                return Protection(answer, ordered if told.secure else (), told.records[0].ttl, ending)
        bogus = any(name in self._notes.bogus for name in _names(hop, answer))
        return Protection(answer, bogus=bogus)


def policy_as_sent(
    demand: RequestedPolicy, exchange: Exchange | None, answer: TlsaAnswer | None, agility: DigestAgility
) -> Policy | None:
    """What mail is sent by to one address, without records or with none that can be used."""
    policy = decide(demand, exchange, answer).policy
    if policy is None or not demand.level.uses_dane:
        return policy
    if policy.level.uses_dane:
        found = usable_records(policy.tlsa, agility, is_decodable)
        return policy if found.usable else Policy(Level.ENCRYPT)
    unusable = answer is not None and answer.status is TlsaStatus.UNUSABLE
    return Policy(Level.ENCRYPT if unusable else Level.MAY)


def _in_order(record: TlsaRecord) -> tuple[int, int, int, bytes]:
    """Name servers answer in any order; a report has one."""
    return record.usage, record.selector, record.matching, record.data


def _by_address(hop: Hop) -> tuple[bool, str]:
    return hop.family is Family.IPV6, hop.address


def _names(hop: Hop, answer: TlsaAnswer) -> Iterator[str]:
    """Where the records may stand, best first."""
    for host in (answer.base_domain, hop.owner, hop.host):
        if host:
            yield f"_{hop.port}._tcp.{host}".lower()
