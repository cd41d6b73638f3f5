"""From destinations to addresses, by way of MX, SRV, host and native lookups."""

from __future__ import annotations

import random
from typing import Any

import pytest

from pyfinger.errors import UsageError
from pyfinger.events import (
    AddressesWanted,
    IdnConverted,
    IdnFailed,
    NoHostAddress,
    NumericName,
    RecordLimitExceeded,
)
from pyfinger.model import DnsStatus, Exchange, Family, Hop, Level, LookupFailure, Route
from pyfinger.options import Config, Options
from pyfinger.resolve.destination import parse_destination
from pyfinger.resolve.dns_resolver import DnsResolver
from pyfinger.resolve.hosts import Tools
from pyfinger.resolve.route import RouteOutcome, find_route
from pyfinger.steps import LookupHost, Resolve
from tests.scripted import Scripted
from tests.world import NOT_KNOWN, World

V4, V6 = Family.IPV4, Family.IPV6


class Search:
    """One search and what it did."""

    def __init__(self, world: World, text: str, seed: int = 1, **fields: Any) -> None:
        options = Options(text, **fields)
        self.driver = Scripted(world)
        resolver = DnsResolver(self.driver.emit, options.config)
        destination = parse_destination(options, self.driver.emit)
        self.outcome: RouteOutcome = self.driver.run(
            find_route(destination, Tools(options, resolver, self.driver.emit, random.Random(seed)))
        )

    @property
    def route(self) -> Route:
        assert isinstance(self.outcome, Route)
        return self.outcome

    @property
    def addresses(self) -> list[str]:
        return [hop.address for hop in self.route.hops]

    @property
    def asked(self) -> list[str]:
        return [f"{request.name}/{request.rdtype}" for request in self.driver.of(Resolve)]


def orders(world: World, text: str, **fields: Any) -> set[tuple[str, ...]]:
    """All the orders that chance brings about."""
    return {tuple(Search(world, text, seed, **fields).addresses) for seed in range(60)}


MAIL = World(
    mx={"a.test": ["20 two.test", "10 one.test"]},
    a={"one.test": ["192.0.2.1"], "two.test": ["192.0.2.2"]},
    aaaa={"one.test": ["2001:db8::1"]},
)


def test_mx_hosts_by_preference_with_all_addresses() -> None:
    search = Search(MAIL, "a.test:26", preferred_family=V4)
    assert search.route == Route(
        "a.test",
        (
            Hop("one.test", "one.test", "192.0.2.1", V4, 26, True, 10),
            Hop("one.test", "one.test", "2001:db8::1", V6, 26, True, 10),
            Hop("two.test", "two.test", "192.0.2.2", V4, 26, True, 20),
        ),
        Exchange("a.test", "a.test", True),
    )
    assert search.asked == ["a.test/MX", "one.test/A", "one.test/AAAA", "two.test/A", "two.test/AAAA"]
    assert search.driver.of(AddressesWanted) == [AddressesWanted("one.test"), AddressesWanted("two.test")]


@pytest.mark.slow
def test_families_are_preferred_only_among_equals() -> None:
    assert orders(MAIL, "a.test", preferred_family=V6) == {("2001:db8::1", "192.0.2.1", "192.0.2.2")}
    assert orders(MAIL, "a.test", preferred_family=V4) == {("192.0.2.1", "2001:db8::1", "192.0.2.2")}


@pytest.mark.slow
def test_any_leaves_it_to_chance() -> None:
    assert orders(MAIL, "a.test") == {
        ("2001:db8::1", "192.0.2.1", "192.0.2.2"),
        ("192.0.2.1", "2001:db8::1", "192.0.2.2"),
    }


def test_equal_preferences_are_shuffled() -> None:
    world = World(mx={"a.test": ["one.test", "two.test"]}, a=MAIL.a)
    assert len(orders(world, "a.test")) == 2


def test_the_owner_is_the_end_of_the_alias_the_name_what_was_asked() -> None:
    world = World(mx={"b.test": ["mx.test"]}, cname={"a.test": "b.test", "mx.test": "one.test"}, a=MAIL.a)
    route = Search(world, "a.test").route
    assert route.exchange == Exchange("a.test", "b.test", True)
    assert (route.hops[0].host, route.hops[0].owner) == ("mx.test", "one.test")


def test_insecure_mx_records() -> None:
    world = World(mx=MAIL.mx, a=MAIL.a, insecure={"a.test/MX"})
    search = Search(world, "a.test", insecure_mx_level=Level.MAY)
    assert search.route.exchange == Exchange("a.test", "a.test", False)
    dnssec = {request.name: request.dnssec for request in search.driver.of(Resolve)}
    assert dnssec == {"a.test": True, ".": True, "one.test": False, "two.test": False}
    assert not any(hop.secure for hop in search.route.hops)
    assert all(hop.secure for hop in Search(world, "a.test").route.hops)


def test_without_mx_the_domain_is_its_own_host() -> None:
    search = Search(MAIL, "one.test", preferred_family=V6)
    assert search.addresses == ["2001:db8::1", "192.0.2.1"]
    assert search.route.exchange is None
    assert search.asked == ["one.test/MX", "one.test/A", "one.test/AAAA"]


def test_an_mx_loop_counts_as_no_mx() -> None:
    world = World(cname={"a.test": "a.test"}, split={"a.test"})
    assert Search(world, "a.test").outcome == LookupFailure(DnsStatus.LOOP, "a.test", "AAAA")


def test_null_mx_is_final() -> None:
    world = World(mx={"a.test": ["0 ."]}, a={"a.test": ["192.0.2.1"]})
    search = Search(world, "a.test")
    assert search.outcome == LookupFailure(DnsStatus.NULL_MX, "a.test", "MX")
    assert search.asked == ["a.test/MX"]


def test_an_mx_failure_is_final() -> None:
    world = World(fail={"a.test/MX": "SERVFAIL"}, a={"a.test": ["192.0.2.1"]})
    assert Search(world, "a.test").outcome == LookupFailure(DnsStatus.RETRY, "a.test", "MX")


def test_one_failing_mx_host_stops_nothing() -> None:
    world = World(mx=MAIL.mx, a=MAIL.a, fail={"one.test": "SERVFAIL"})
    assert Search(world, "a.test").addresses == ["192.0.2.2"]


def test_no_mx_host_has_an_address_the_last_failure_counts() -> None:
    world = World(mx=MAIL.mx, fail={"one.test": "SERVFAIL"})
    search = Search(world, "a.test")
    assert search.outcome == LookupFailure(DnsStatus.NOT_FOUND, "two.test", "AAAA")
    assert search.driver.of(NoHostAddress) == [NoHostAddress("MX", "a.test")]


def test_an_address_as_mx_host() -> None:
    search = Search(World(mx={"a.test": ["192.0.2.7"]}), "a.test")
    assert search.route.hops == (Hop("192.0.2.7", "192.0.2.7", "192.0.2.7", V4, 25, False, 10),)
    assert len(search.driver.of(NumericName)) == 1


@pytest.mark.parametrize("text", ["192.0.2.7", "[192.0.2.7]"])
def test_a_literal_destination_asks_nothing(text: str) -> None:
    search = Search(World(), text)
    assert search.route == Route("192.0.2.7", (Hop("192.0.2.7", "192.0.2.7", "192.0.2.7", V4, 25),))
    assert search.asked == []


def test_a_literal_of_a_disabled_family() -> None:
    search = Search(World(), "[::1]", config=Config(inet_protocols=(V4,)))
    assert search.outcome == LookupFailure(DnsStatus.INVALID_NAME, "::1", "A")


def test_what_only_looks_like_an_address_is_no_name() -> None:
    search = Search(World(), "0:0:0:0:0:0:0:1")
    assert search.outcome == LookupFailure(DnsStatus.INVALID_NAME, "0:0:0:0:0:0:0", "AAAA")


@pytest.mark.parametrize("destination", ["one.test", "[one.test]", "[192.0.2.1]", "nosuch.test"])
def test_without_protocols_there_is_no_way_to_look_up(destination: str) -> None:
    search = Search(MAIL, destination, config=Config(inet_protocols=()))
    assert search.outcome is None
    assert {asked.rpartition("/")[2] for asked in search.asked} <= {"MX"}


def test_literals_are_spelled_canonically_names_as_typed() -> None:
    (hop,) = Search(World(), "[ipv6:2001:DB8:0::1]").route.hops
    assert (hop.host, hop.address) == ("2001:DB8:0::1", "2001:db8::1")


def test_brackets_skip_mx() -> None:
    search = Search(MAIL, "[one.test]")
    assert search.asked == ["one.test/A", "one.test/AAAA"]
    assert search.route.exchange is None


def test_lmtp_skips_mx() -> None:
    search = Search(MAIL, "two.test", lmtp=True)
    assert search.route.hops == (Hop("two.test", "two.test", "192.0.2.2", V4, 24, True),)


def test_only_enabled_families_are_asked_for() -> None:
    search = Search(MAIL, "[one.test]", config=Config(inet_protocols=(V4,)))
    assert search.asked == ["one.test/A"]


@pytest.mark.parametrize(
    ("a", "aaaa", "status", "rdtype"),
    [
        ("NXDOMAIN", "NXDOMAIN", DnsStatus.NOT_FOUND, "AAAA"),
        ("SERVFAIL", "NXDOMAIN", DnsStatus.RETRY, "A"),
        ("NXDOMAIN", "SERVFAIL", DnsStatus.RETRY, "AAAA"),
        ("SERVFAIL", "SERVFAIL", DnsStatus.RETRY, "AAAA"),
        ("FORMERR", "NXDOMAIN", DnsStatus.FAIL, "A"),
        ("FORMERR", "SERVFAIL", DnsStatus.RETRY, "AAAA"),
        ("SERVFAIL", "FORMERR", DnsStatus.RETRY, "A"),
        ("TIMEOUT", "NXDOMAIN", DnsStatus.RETRY, "A"),
    ],
)
@pytest.mark.parametrize("lookups", [{"dns"}, {"dns", "native"}])
def test_a_failure_that_says_nothing_of_the_name_outlives_no_such_record(
    a: str, aaaa: str, status: DnsStatus, rdtype: str, lookups: set[str]
) -> None:
    """And the system is not asked after it: only after `no such record` of both."""
    world = World(fail={"a.test/A": a, "a.test/AAAA": aaaa}, hosts={"a.test": ["192.0.2.1"]})
    search = Search(world, "[a.test]", lookups=frozenset(lookups))
    if status is DnsStatus.NOT_FOUND and "native" in lookups:
        assert search.addresses == ["192.0.2.1"]
    else:
        assert search.outcome == LookupFailure(status, "a.test", rdtype)


def hundred(*extra: str) -> list[str]:
    return [*(f"192.0.2.{number}" for number in range(1, 101)), *extra]


def test_after_too_many_records_of_one_type_the_next_is_not_asked_for() -> None:
    world = World(a={"a.test": hundred("192.0.3.1")}, aaaa={"a.test": ["2001:db8::1"]})
    search = Search(world, "[a.test]")
    assert search.asked == ["a.test/A"]
    assert search.driver.of(RecordLimitExceeded) == [RecordLimitExceeded(100, "a.test", "A")]


def test_what_has_no_room_is_told_with_the_last_that_had() -> None:
    world = World(a={"a.test": hundred()}, aaaa={"a.test": ["2001:db8::1"]})
    search = Search(world, "[a.test]")
    assert search.asked == ["a.test/A", "a.test/AAAA"]
    assert search.driver.of(RecordLimitExceeded) == [RecordLimitExceeded(100, "a.test", "A")]
    assert len(search.addresses) == 100


def test_one_type_is_enough() -> None:
    world = World(a={"a.test": ["192.0.2.1"]}, fail={"a.test/AAAA": "SERVFAIL"})
    assert Search(world, "[a.test]").addresses == ["192.0.2.1"]


def test_the_system_is_asked_if_dns_knows_nothing() -> None:
    world = World(hosts={"a.test": ["2001:db8::1", "192.0.2.1"]})
    search = Search(world, "[a.test]", lookups=frozenset({"dns", "native"}), preferred_family=V4)
    assert search.route.hops == (
        Hop("a.test", "a.test", "192.0.2.1", V4, 25),
        Hop("a.test", "a.test", "2001:db8::1", V6, 25),
    )


def test_but_not_if_dns_fails() -> None:
    world = World(hosts={"a.test": ["192.0.2.1"]}, fail={"a.test": "SERVFAIL"})
    search = Search(world, "[a.test]", lookups=frozenset({"dns", "native"}))
    assert search.outcome == LookupFailure(DnsStatus.RETRY, "a.test", "AAAA")
    assert search.driver.of(LookupHost) == []


def test_native_alone() -> None:
    search = Search(World(), "[a.test]", lookups=frozenset({"native"}), config=Config(inet_protocols=(V6,)))
    assert search.outcome == LookupFailure(DnsStatus.NATIVE, "a.test", detail=NOT_KNOWN)
    assert search.driver.of(LookupHost) == [LookupHost("a.test", (V6,))]
    assert search.asked == []


def test_no_way_to_look_up() -> None:
    assert Search(World(), "[a.test]", lookups=frozenset()).outcome is None


SERVICE = World(
    srv={
        "_submission._tcp.a.test": ["20 0 588 two.test", "10 0 587 one.test"],
        "_none._tcp.a.test": ["0 0 0 ."],
        "_lost._tcp.a.test": ["0 0 25 nowhere.test"],
    },
    mx=MAIL.mx,
    a=MAIL.a,
    aaaa=MAIL.aaaa,
    services={"none": 1, "lost": 2},
)


def test_srv_hosts_have_their_own_ports_and_order() -> None:
    search = Search(SERVICE, "a.test:submission", srv=True, preferred_family=V6)
    found = [(hop.address, hop.port, hop.preference) for hop in search.route.hops]
    assert found == [("192.0.2.1", 587, 10), ("2001:db8::1", 587, 10), ("192.0.2.2", 588, 20)]
    assert search.route.nexthop == "a.test"
    assert search.route.exchange == Exchange("_submission._tcp.a.test", "_submission._tcp.a.test", True)


@pytest.mark.parametrize(
    ("service", "status"),
    [("none", DnsStatus.NULL_SRV), ("smtp", DnsStatus.NOT_FOUND), ("26", DnsStatus.NOT_FOUND)],
)
def test_nothing_stands_in_for_srv_records(service: str, status: DnsStatus) -> None:
    search = Search(SERVICE, f"a.test:{service}", srv=True)
    assert search.outcome == LookupFailure(status, f"_{service}._tcp.a.test", "SRV")


def test_srv_hosts_without_addresses() -> None:
    search = Search(SERVICE, "a.test:lost", srv=True)
    assert search.outcome == LookupFailure(DnsStatus.NOT_FOUND, "nowhere.test", "AAAA")
    assert search.driver.of(NoHostAddress) == [NoHostAddress("SRV", "_lost._tcp.a.test")]


def test_unknown_services_are_refused_before_any_lookup() -> None:
    with pytest.raises(UsageError):
        Search(SERVICE, "a.test:nosuch", srv=True)


ALABEL = "xn--bcher-kva.test"


def test_internationalised_mx_domains() -> None:
    search = Search(World(mx={ALABEL: ["one.test"]}, a=MAIL.a), "Bücher.test")
    assert search.route.nexthop == "Bücher.test"
    assert search.route.exchange == Exchange(ALABEL, ALABEL, True)
    assert search.driver.of(IdnConverted) == [IdnConverted("Bücher.test", ALABEL)]


def test_internationalised_hosts_are_shown_as_asked() -> None:
    search = Search(World(a={ALABEL: ["192.0.2.1"]}), "[bücher.test]")
    assert search.route.hops[0].host == ALABEL


def test_conversion_is_told_again_when_the_domain_is_its_own_host() -> None:
    search = Search(World(a={ALABEL: ["192.0.2.1"]}), "bücher.test")
    assert len(search.driver.of(IdnConverted)) == 2


def test_a_service_can_spoil_the_conversion() -> None:
    search = Search(World(services={"\xad-": 25}), "bücher.test:\xad-", srv=True)
    name = "_\xad-._tcp.bücher.test"
    assert search.driver.of(IdnFailed) == [IdnFailed(name, "UIDNA_ERROR_TRAILING_HYPHEN")]
    assert search.outcome == LookupFailure(DnsStatus.INVALID_NAME, name, "SRV")


def test_no_more_than_a_hundred_addresses() -> None:
    many = [f"192.0.2.{n}" for n in range(80)]
    world = World(
        mx={"a.test": ["1 one.test", "2 two.test", "3 three.test"]}, a={"one.test": many, "two.test": many}
    )
    search = Search(world, "a.test")
    assert len(search.route.hops) == 100
    assert search.driver.of(RecordLimitExceeded) == [RecordLimitExceeded(100, "two.test", "A")]
    assert "three.test/A" not in search.asked


def test_nor_of_one_host() -> None:
    world = World(
        a={"a.test": [f"192.0.2.{n}" for n in range(80)]},
        aaaa={"a.test": [f"2001:db8::{n}" for n in range(80)]},
    )
    search = Search(world, "[a.test]")
    assert len(search.route.hops) == 100
    assert search.driver.of(RecordLimitExceeded) == [RecordLimitExceeded(100, "a.test", "AAAA")]


def test_unix_sockets_need_no_lookup() -> None:
    search = Search(World(), "unix:/run/lmtp", lmtp=True, config=Config(myhostname="me.test"))
    assert search.route == Route("me.test", (Hop("me.test", "me.test", "/run/lmtp", Family.UNIX, None),))
    assert search.driver.requests == []
