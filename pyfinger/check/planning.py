"""What there is to connect to: hosts, addresses, and what each has to prove.

Lookups are those of a probe, but of every host; each question is asked once, however many
domains share a host.  A host that has no address is one with a reason, not one less.

Where DANE was asked for and there is nothing to go by, posttls-finger goes on at level
`secure`; mail is sent at `may` (RFC 7672 section 2.2), which is what is checked here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from pyfinger.check.found import FoundAddress, FoundDomain, FoundHost, TlsaFound, named, with_names
from pyfinger.dane.digests import DigestAgility
from pyfinger.dane.lookup import TlsaAnswer, tlsa_lookup
from pyfinger.dane.policy import RequestedPolicy, decide, needs_tlsa
from pyfinger.dane.usability import is_decodable, usable_records
from pyfinger.dnswire import RdataType
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
    LookupKind,
    Policy,
    TlsaRecord,
    TlsaStatus,
)
from pyfinger.prober.context import Context
from pyfinger.prober.probe import name_resolver
from pyfinger.report.document.model import BOGUS
from pyfinger.resolve.destination import destination_of, service_port
from pyfinger.resolve.hosts import Host, HostAddresses, Tools, find_addresses
from pyfinger.resolve.idn import name_to_ask
from pyfinger.resolve.route import exchange, mx_hosts, srv_hosts, srv_name
from pyfinger.steps import Steps
from pyfinger.values import replace


class _Notes:
    """What lookups told besides their answers."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.ending: set[str] = set()  # names whose signatures nearly have run out
        self.answers: dict[str, Answer] = {}  # of TLSA records, by the name asked for
        self.bogus: set[str] = set()  # names that are known not to validate

    def __call__(self, event: Event) -> None:
        match event:
            case LookedUp(answer=answer) if answer.rdtype == RdataType.TLSA.name:
                self.answers[answer.qname.lower()] = answer
            case DnsReply(name=name, extended=extended) if BOGUS.intersection(extended):
                self.bogus.add(name.lower())
            case DnssecValidated(name=name, rdtype="TLSA", validated=validated):
                now = self._now().timestamp()
                last = [step for step in validated.steps if step.rdtype == RdataType.TLSA.name]
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
        self._shared: dict[tuple[Host, bool | None], FoundHost] = {}
        self._protections: dict[tuple[object, ...], TlsaFound] = {}
        self._demand = RequestedPolicy(options.level, options.insecure_mx_level, options.match)

    def _emit(self, event: Event) -> None:
        self._notes(event)
        self._outer(event)

    def domain(self, typed: str) -> Steps[FoundDomain]:
        """One destination; `UsageError` if it makes no sense."""
        return with_names((yield from self.shared(typed)))

    def shared(self, typed: str) -> Steps[FoundDomain]:
        """The same before `with_names`: a host of many domains is the very same value in all of them."""
        context = self._context
        options = context.options
        destination = destination_of(typed, options, self._emit, context.convert)
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

    def forget(self, found: FoundDomain) -> None:
        """Look up the hosts of a domain anew, the next time."""
        self._notes.bogus.discard(found.destination.host.lower())
        for host in (each.host for each in found.hosts):
            self._notes.bogus.discard(host.name.lower())
            _, hops = self._hosts.pop(_anywhere(host), (None, ()))
            self._shared = {key: known for key, known in self._shared.items() if key[0] != host}
            for hop in hops:
                self._protections.pop(_protection_key(hop), None)

    @property
    def remembered(self) -> int:
        """How many hosts are known."""
        return len(self._shared)

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
        if len(hosts) > 1:  # the same name with the same preference says nothing new
            ordered = sorted(hosts, key=lambda host: (host.preference, host.name.lower()))
            hosts = tuple(dict.fromkeys(ordered))
        for host in hosts:
            key = host, domain.exchange.secure if domain.exchange else None
            known = self._shared.get(key)
            if known is None:
                known = self._shared[key] = yield from self._host(domain.exchange, host)
            found.append(known)
        return replace(domain, hosts=tuple(found))

    def _host(self, exchange: Exchange | None, host: Host) -> Steps[FoundHost]:
        """A host, its addresses looked up unless that was done for another domain."""
        key = _anywhere(host)
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
            addresses.append((yield from self._address(exchange, hop)))
        return replace(known, host=host, addresses=tuple(addresses))

    def _address(self, exchange: Exchange | None, hop: Hop) -> Steps[FoundAddress]:
        protection = TlsaFound()
        if needs_tlsa(self._demand, exchange):
            key = _protection_key(hop)
            if key not in self._protections:
                self._protections[key] = yield from self._look_up(hop)
            protection = self._protections[key]
        policy = policy_as_sent(self._demand, exchange, protection.answer, self._context.digest_agility)
        return named(FoundAddress(hop, policy, protection), ())

    def _look_up(self, hop: Hop) -> Steps[TlsaFound]:
        context = self._context
        force = context.options.force_tlsa
        answer = yield from tlsa_lookup(hop, self._resolver, context.tlsa, self._emit, force=force)
        for name in _names(hop, answer):
            told = self._notes.answers.get(name)
            if told is not None and told.records:
                found = tuple(each.data for each in told.records if isinstance(each.data, TlsaRecord))
                ordered = tuple(sorted(found, key=_in_order))
                ending = name in self._notes.ending
                return TlsaFound(answer, ordered if told.secure else (), told.records[0].ttl, ending)
        bogus = any(name in self._notes.bogus for name in _names(hop, answer))
        return TlsaFound(answer, bogus=bogus)


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


def _anywhere(host: Host) -> Host:
    """What a host is known by, whoever uses it."""
    return replace(host, name=host.name.lower(), preference=0)


def _protection_key(hop: Hop) -> tuple[object, ...]:
    return hop.host.lower(), hop.owner.lower(), hop.secure, hop.port


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
