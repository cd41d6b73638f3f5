"""The order of MX and SRV hosts."""

from __future__ import annotations

import random
from collections import Counter
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from pyfinger.model import (
    Answer,
    Exchange,
    InetDestination,
    Level,
    LookupKind,
    MxData,
    ResourceRecord,
    SrvData,
)
from pyfinger.options import Options
from pyfinger.resolve.hosts import Host
from pyfinger.resolve.route import exchange, mx_hosts, srv_hosts, srv_name, srv_order

SRV = st.builds(SrvData, st.integers(0, 2), st.integers(0, 5), st.just(25), st.sampled_from("abcdef"))


def answer(*data: MxData | SrvData, secure: bool = True) -> Answer:
    return Answer("a.test", "X", tuple(ResourceRecord("b.test", 60, item) for item in data), secure)


def test_mx_hosts_by_preference() -> None:
    hosts = mx_hosts(answer(MxData(20, "two"), MxData(10, "one")), 25, Options(""))
    assert hosts == [Host("one", 25, 10), Host("two", 25, 20)]


def test_dnssec_for_hosts_if_it_can_matter() -> None:
    def asked(secure: bool, level: Level) -> bool:
        return mx_hosts(answer(MxData(1, "mx"), secure=secure), 25, Options("", insecure_mx_level=level))[
            0
        ].dnssec

    assert asked(True, Level.MAY)
    assert not asked(False, Level.MAY)
    assert asked(False, Level.ENCRYPT)


def test_srv_ports_are_the_records_own_if_any() -> None:
    hosts = srv_hosts(
        answer(SrvData(1, 0, 587, "one"), SrvData(2, 0, 0, "two")), 25, Options(""), random.Random(1)
    )
    assert hosts == [Host("one", 587, 1), Host("two", 25, 2)]


def test_srv_names() -> None:
    destination = InetDestination("b\xfccher.test", "b\xfccher.test", "smtp", LookupKind.SRV)
    assert srv_name(destination) == "_smtp._tcp.b\xfccher.test"


def test_the_record_set() -> None:
    assert exchange(answer(MxData(1, "mx"))) == Exchange("a.test", "b.test", True)


@given(st.lists(SRV, max_size=8), st.integers())
def test_srv_order_is_a_permutation_by_priority(records: list[SrvData], seed: int) -> None:
    ordered = srv_order(records, random.Random(seed))
    assert Counter(ordered) == Counter(records)
    assert [srv.priority for srv in ordered] == sorted(srv.priority for srv in records)


def test_weights_decide_how_often_a_record_is_first() -> None:
    rng = random.Random(7)
    records = [SrvData(0, 1, 25, "light"), SrvData(0, 9, 25, "heavy")]
    first = Counter(srv_order(records, rng)[0].target for _ in range(2000))
    assert 0.75 < first["heavy"] / 2000 < 0.97


def test_without_weights_all_orders_occur() -> None:
    rng = random.Random(7)
    records = [SrvData(0, 0, 25, name) for name in "abc"]
    seen = {tuple(srv.target for srv in srv_order(records, rng)) for _ in range(200)}
    assert seen == set(permutations("abc"))
