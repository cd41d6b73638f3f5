"""What a plan consists of: domains with their hosts and addresses, and the connections that come of it.

What a host has to prove may name the domain it serves; before `with_names` it does not, and is the same for
all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.check.report_model import KeyAlgorithm
from pyfinger.dane.lookup import TlsaAnswer
from pyfinger.dane.policy import exchange_names
from pyfinger.model import Exchange, Hop, InetDestination, LookupFailure, Policy, TlsaRecord
from pyfinger.resolve.hosts import Host
from pyfinger.values import Value, replace


class TlsaFound(Value):
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
    protection: TlsaFound


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


def with_names(found: FoundDomain) -> FoundDomain:
    """A domain whose hosts may prove what they have to by its own names, too (RFC 7672 section 3.2.2)."""
    names = exchange_names(found.exchange)
    if not names:
        return found
    hosts = (
        replace(host, addresses=tuple(named(address, names) for address in host.addresses))
        for host in found.hosts
    )
    return replace(found, hosts=tuple(hosts))


def named(found: FoundAddress, names: tuple[str, ...]) -> FoundAddress:
    """With names as `dane.policy` has them where DANE is in force, the base domain first."""
    policy = found.policy
    if policy is None or not policy.level.uses_dane:
        return found
    return replace(found, policy=replace(policy, names=(policy.base_domain, *names)))
