"""MX and SRV record sets: which hosts they name, and in which order.

MX hosts are sorted by preference (RFC 5321 section 5.1); SRV hosts by priority,
and within one priority at random by weight (RFC 2782), with Postfix's treatment
of weight 0, which is that of any other small weight.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, groupby

from pyfinger.model import Answer, Exchange, InetDestination, Level, MxData, SrvData
from pyfinger.options import Options
from pyfinger.resolve.hosts import Host


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
