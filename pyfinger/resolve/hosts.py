"""The addresses of hosts: literal, from DNS, or from the system's own lookup.

What a host has is used in the order A, AAAA.  The system is asked only if DNS
knows nothing (RFC 5321 section 5.1 has no such step; Postfix's
smtp_host_lookup has).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import TypeAlias

from pyfinger.events import AddressesWanted, Emit, RecordLimitExceeded
from pyfinger.model import (
    AddressData,
    Answer,
    DnsStatus,
    Family,
    Hop,
    LookupFailure,
    NativeAnswer,
)
from pyfinger.options import Options
from pyfinger.resolve.hostname import address_of
from pyfinger.resolve.idn import Converter, to_ascii
from pyfinger.resolve.sanity import MAX_RECORDS
from pyfinger.steps import LookupHost, Resolver, Steps, ask
from pyfinger.values import State, Value, field

RECORD_TYPES = {Family.IPV4: "A", Family.IPV6: "AAAA"}  # in the order they are asked for

# Which failure is told if A and AAAA fail in different ways (Postfix's dns.h): what says
# nothing about the name outlives what does.  Those not listed, the absent, rank below all.
_RANKS = {
    DnsStatus.POLICY: 6,
    DnsStatus.RETRY: 5,
    DnsStatus.MALFORMED: 5,
    DnsStatus.BAD_NAMES: 4,
    DnsStatus.FAIL: 3,
    DnsStatus.NULL_MX: 2,
    DnsStatus.NULL_SRV: 1,
}


class Tools(Value):
    """What every lookup needs."""

    options: Options
    resolver: Resolver
    emit: Emit
    rng: random.Random
    convert: Converter = to_ascii  # of internationalised names

    @property
    def families(self) -> tuple[Family, ...]:
        """The enabled address families, IPv4 first."""
        return tuple(family for family in RECORD_TYPES if family in self.options.config.inet_protocols)


class Host(Value):
    """A host whose addresses are wanted; the name is ASCII."""

    name: str
    port: int
    preference: int = 0
    dnssec: bool = True

    def hop(self, owner: str, data: AddressData, secure: bool = False) -> Hop:
        """One of its addresses."""
        return Hop(self.name, owner, data.address, data.family, self.port, secure, self.preference)


class HostAddresses(Value):
    """The addresses of one host."""

    hops: tuple[Hop, ...]
    truncated: bool = False  # there were more than are kept


AddressesOutcome: TypeAlias = HostAddresses | LookupFailure | None  # None: there is no way to look up


class Addresses(State):
    """All addresses found so far, up to a limit, and the last host's failure."""

    emit: Emit
    hops: list[Hop] = field(default_factory=list)
    failure: LookupFailure | None = None
    full: bool = False

    def add(self, outcome: AddressesOutcome) -> None:
        """Take the outcome of one host."""
        if isinstance(outcome, HostAddresses):
            self.full = extend(self.hops, outcome.hops, self.emit) or outcome.truncated
        else:
            self.failure = outcome or self.failure


def extend(hops: list[Hop], more: Iterable[Hop], emit: Emit) -> bool:
    """Add addresses to a list as far as there is room; whether some were left out.

    That is told with the last that was kept (`dns_rr_append`).
    """
    hops += more
    if len(hops) <= MAX_RECORDS:
        return False
    del hops[MAX_RECORDS:]
    emit(RecordLimitExceeded(MAX_RECORDS, hops[-1].host, RECORD_TYPES[hops[-1].family]))
    return True


def find_all(hosts: Iterable[Host], tools: Tools) -> Steps[Addresses]:
    """The addresses of several hosts in turn; one that has none stops nothing."""
    addresses = Addresses(tools.emit)
    for host in hosts:
        addresses.add((yield from find_addresses(host, tools)))
        if addresses.full:
            break
    return addresses


def find_addresses(host: Host, tools: Tools) -> Steps[AddressesOutcome]:
    """The addresses of one host, or why there are none."""
    tools.emit(AddressesWanted(host.name))
    literal = address_of(host.name)
    if literal and literal.family in tools.families:
        return HostAddresses((host.hop(host.name, literal),))
    outcome: AddressesOutcome = None
    if "dns" in tools.options.lookups:
        outcome = yield from _from_dns(host, tools)
        if not (isinstance(outcome, LookupFailure) and outcome.status.absent):
            return outcome
    if "native" in tools.options.lookups:
        answer = yield from ask(LookupHost(host.name, tools.families))
        outcome = _from_system(host, answer)
    return outcome


def by_family(preferred: Family | None) -> Callable[[Hop], tuple[int, bool]]:
    """A sort key: preference first, within it the preferred family, if any, first."""
    return lambda hop: (hop.preference, preferred is not None and hop.family is not preferred)


def _from_dns(host: Host, tools: Tools) -> Steps[AddressesOutcome]:
    """All records of all types; without any, the failure that ranks highest, the later among equals.

    Once there are too many, the other types are not asked for.
    """
    hops: list[Hop] = []
    failure: LookupFailure | None = None
    truncated = False
    for family in tools.families:
        answer = yield from tools.resolver.query(host.name, RECORD_TYPES[family], dnssec=host.dnssec)
        truncated = extend(hops, _hops(host, answer), tools.emit) or answer.truncated
        if truncated:
            break
        if answer.failure and _rank(answer.failure) >= _rank(failure):
            failure = answer.failure
    return HostAddresses(tuple(hops), truncated) if hops else failure


def _hops(host: Host, answer: Answer) -> list[Hop]:
    return [
        host.hop(record.owner, record.data, answer.secure)
        for record in answer.records
        if isinstance(record.data, AddressData)
    ]


def _rank(failure: LookupFailure | None) -> int:
    return -1 if failure is None else _RANKS.get(failure.status, 0)


def _from_system(host: Host, answer: NativeAnswer) -> AddressesOutcome:
    if answer.addresses:
        return HostAddresses(
            tuple(host.hop(host.name, AddressData(address, family)) for family, address in answer.addresses)
        )
    return LookupFailure(DnsStatus.NATIVE, host.name, detail=answer.error)
