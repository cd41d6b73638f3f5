"""From a destination to the addresses to try, in order.

MX unless the destination is in brackets or LMTP, or SRV was asked for; a domain
without MX records is its own mail host (RFC 5321 section 5.1), while nothing
stands in for missing SRV records.  All hosts are looked up before the first
connection, as Postfix does.

MX hosts are sorted by preference (RFC 5321 section 5.1); SRV hosts by priority,
and within one priority at random by weight (RFC 2782), with Postfix's treatment
of weight 0, which is that of any other small weight.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import TypeAlias

from pyfinger.events import NoHostAddress
from pyfinger.model import (
    Answer,
    Destination,
    Exchange,
    Family,
    Hop,
    InetDestination,
    Level,
    LookupFailure,
    LookupKind,
    MxData,
    Route,
    SrvData,
    UnixDestination,
)
from pyfinger.options import Options
from pyfinger.resolve.destination import service_port
from pyfinger.resolve.hosts import Addresses, Host, HostAddresses, Tools, by_family, find_addresses, find_all
from pyfinger.resolve.idn import name_to_ask
from pyfinger.steps import Steps

RouteOutcome: TypeAlias = Route | LookupFailure | None


def srv_name(destination: InetDestination) -> str:
    """The name to ask for SRV records: the service as typed."""
    return f"_{destination.service}._tcp.{destination.host}"


def exchange(answer: Answer) -> Exchange:
    """The record set a route came from; all its records share one reply's security."""
    return Exchange(answer.qname, answer.records[0].owner, answer.secure)


def mx_hosts(answer: Answer, port: int, options: Options) -> list[Host]:
    """The mail exchangers, best first."""
    found = [record.data for record in answer.records if isinstance(record.data, MxData)]
    dnssec = _worth_dnssec(answer, options)
    return [
        Host(mx.exchange, port, mx.preference, dnssec) for mx in sorted(found, key=lambda mx: mx.preference)
    ]


def srv_hosts(answer: Answer, port: int, options: Options, rng: random.Random) -> list[Host]:
    """The servers of a service in the order to try; `port` is for records without one."""
    found = [record.data for record in answer.records if isinstance(record.data, SrvData)]
    dnssec = _worth_dnssec(answer, options)
    return [Host(srv.target, srv.port or port, srv.priority, dnssec) for srv in srv_order(found, rng)]


def srv_order(records: Sequence[SrvData], rng: random.Random) -> list[SrvData]:
    """Records by priority, and by chance within each, heavier ones more often first."""
    shuffled = rng.sample(records, len(records))
    shuffled.sort(key=lambda srv: srv.priority)
    ordered: list[SrvData] = []
    for _, group in groupby(shuffled, key=lambda srv: srv.priority):
        ordered += _by_weight(list(group), rng)
    return ordered


def _by_weight(records: list[SrvData], rng: random.Random) -> list[SrvData]:
    """Draw each place in turn (RFC 2782, page 4); without weights the order stays.

    Drawn is the first record at which the sum of weights reaches a random number.
    """
    ordered = []
    while left := sum(srv.weight for srv in records):
        sums = list(accumulate(srv.weight for srv in records))
        drawn = bisect_left(sums, rng.randint(0, left))
        ordered.append(records.pop(drawn))
    return ordered + records


def _worth_dnssec(answer: Answer, options: Options) -> bool:
    """Whether the security of the hosts' addresses can matter at all (-M)."""
    return answer.secure or options.insecure_mx_level > Level.MAY


def find_route(destination: Destination, tools: Tools) -> Steps[RouteOutcome]:
    """The addresses to try; else why there are none, None if nothing allows a lookup.

    `UsageError` if the service has no port.  Telling `RouteFailed` is the caller's part.
    """
    if isinstance(destination, UnixDestination):
        return _unix_route(destination, tools.options)
    port = yield from service_port(destination, tools.options.config)
    if destination.lookup is LookupKind.SRV:
        return (yield from _srv_route(destination, port, tools))
    if destination.lookup is LookupKind.MX:
        return (yield from _mx_route(destination, port, tools))
    return (yield from _host_route(destination, port, tools))


def _unix_route(destination: UnixDestination, options: Options) -> Route:
    myself = options.config.myhostname
    hop = Hop(host=myself, owner=myself, address=destination.path, family=Family.UNIX, port=None)
    return Route(myself, (hop,))


def _mx_route(destination: InetDestination, port: int, tools: Tools) -> Steps[RouteOutcome]:
    answer = yield from _query(destination.host, "MX", tools)
    if answer.failure:
        if answer.status.absent:
            return (yield from _host_route(destination, port, tools))
        return answer.failure
    addresses = yield from find_all(mx_hosts(answer, port, tools.options), tools)
    if not addresses.hops:
        return _no_address("MX", destination.host, addresses)
    return _route(destination, _shuffled(addresses.hops, tools), exchange(answer))


def _srv_route(destination: InetDestination, port: int, tools: Tools) -> Steps[RouteOutcome]:
    """The order of the records stands: families are not sorted."""
    name = srv_name(destination)
    answer = yield from _query(name, "SRV", tools)
    if answer.failure:
        return answer.failure
    addresses = yield from find_all(srv_hosts(answer, port, tools.options, tools.rng), tools)
    if not addresses.hops:
        return _no_address("SRV", name, addresses)
    return _route(destination, addresses.hops, exchange(answer))


def _host_route(destination: InetDestination, port: int, tools: Tools) -> Steps[RouteOutcome]:
    outcome = yield from find_addresses(Host(_ascii(destination.host, tools), port), tools)
    if not isinstance(outcome, HostAddresses):
        return outcome
    addresses = Addresses(tools.emit)
    addresses.add(outcome)
    return _route(destination, _shuffled(addresses.hops, tools), None)


def _query(name: str, rdtype: str, tools: Tools) -> Steps[Answer]:
    """DNSSEC is wanted at every security level, and the probe with it."""
    return (yield from tools.resolver.query(_ascii(name, tools), rdtype, dnssec=True))


def _ascii(name: str, tools: Tools) -> str:
    """The name to ask; one without an ASCII form is asked as it is, and not found."""
    return name_to_ask(name, tools.emit, tools.convert) or name


def _shuffled(hops: list[Hop], tools: Tools) -> list[Hop]:
    """Equals in random order; preferred families first (-a), but never before a better host."""
    mixed = tools.rng.sample(hops, len(hops))
    return sorted(mixed, key=by_family(tools.options.preferred_family))


def _route(destination: InetDestination, hops: list[Hop], source: Exchange | None) -> Route:
    return Route(destination.host, tuple(hops), source)


def _no_address(rdtype: str, domain: str, addresses: Addresses) -> LookupFailure | None:
    addresses.emit(NoHostAddress(rdtype, domain))
    return addresses.failure
