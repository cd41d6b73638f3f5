"""Which TLSA names are asked for, and what becomes of the answers."""

from __future__ import annotations

import pytest

from pyfinger.dane.lookup import TlsaAnswer, TlsaCache, tlsa_lookup
from pyfinger.events import (
    AliasStatusProblem,
    Event,
    TlsaImported,
    TlsaProblem,
    TlsaTruncated,
    TlsaUnsupported,
)
from pyfinger.model import (
    Answer,
    DnsStatus,
    Family,
    Hop,
    LookupFailure,
    OtherData,
    Rdata,
    ResourceRecord,
    TlsaRecord,
    TlsaStatus,
)
from pyfinger.steps import Steps
from pyfinger.values import replace
from tests.scripted import Scripted

KEY = TlsaRecord(3, 1, 1, bytes(32))
CERT = TlsaRecord(3, 0, 1, bytes(32))
PLAIN = Hop("mx.test", "mx.test", "192.0.2.1", Family.IPV4, 25, secure=True)
ALIAS = replace(PLAIN, owner="end.test")
AT_HOST, AT_END = "_25._tcp.mx.test", "_25._tcp.end.test"
NONE = TlsaAnswer(TlsaStatus.NONE)
ERROR = TlsaAnswer(TlsaStatus.ERROR)


class FakeResolver:
    """Answers from a dict; all else is not found."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = {(answer.qname, answer.rdtype): answer for answer in answers}
        self.asked: list[str] = []

    def query(self, name: str, rdtype: str, *, dnssec: bool) -> Steps[Answer]:
        """Look into the dict."""
        assert dnssec
        yield from ()
        self.asked.append(name if rdtype == "TLSA" else f"{name} {rdtype}")
        return self.answers.get((name, rdtype)) or failed(name, DnsStatus.NOT_FOUND, rdtype)


def failed(name: str, status: DnsStatus, rdtype: str = "TLSA") -> Answer:
    return Answer(name, rdtype, failure=LookupFailure(status, name, rdtype))


def found(name: str, *data: Rdata, secure: bool = True, owner: str = "", ttl: int = 50) -> Answer:
    records = tuple(ResourceRecord(owner or name, ttl, each) for each in data)
    return Answer(name, "TLSA", records, secure)


def cname(secure: bool) -> Answer:
    return Answer("mx.test", "CNAME", (ResourceRecord("mx.test", 50, OtherData(b"")),), secure)


def usable(base_domain: str, *records: TlsaRecord) -> TlsaAnswer:
    return TlsaAnswer(TlsaStatus.USABLE, records, base_domain)


class Lookups:
    """Lookups of one process."""

    def __init__(self, *answers: Answer) -> None:
        self.resolver = FakeResolver(*answers)
        self.driver = Scripted()
        self.cache = TlsaCache(lambda: self.driver.now)

    def look_up(self, hop: Hop, *, force: bool = False) -> TlsaAnswer:
        return self.driver.run(
            tlsa_lookup(hop, self.resolver, self.cache, self.driver.emit, force=force),
        )

    @property
    def asked(self) -> list[str]:
        return self.resolver.asked

    @property
    def events(self) -> list[Event]:
        return self.driver.events


def test_a_signed_host_is_asked_for() -> None:
    world = Lookups(found(AT_HOST, KEY))
    assert world.look_up(PLAIN) == usable("mx.test", KEY)
    assert world.asked == [AT_HOST]
    assert world.events == [TlsaImported(AT_HOST, KEY)]


def test_the_port_is_the_addresss_own() -> None:
    world = Lookups()
    assert world.look_up(replace(PLAIN, port=587)) == NONE
    assert world.asked == ["_587._tcp.mx.test"]


def test_an_unsigned_host_is_not_asked_for() -> None:
    world = Lookups(found(AT_HOST, KEY))
    assert world.look_up(replace(PLAIN, secure=False)) == NONE
    assert world.asked == []


def test_unless_forced() -> None:
    world = Lookups(found(AT_HOST, KEY))
    assert world.look_up(replace(PLAIN, secure=False), force=True) == usable("mx.test", KEY)


def test_a_name_in_another_case_is_no_alias() -> None:
    world = Lookups()
    assert world.look_up(replace(PLAIN, owner="MX.test")) == NONE
    assert world.asked == ["_25._tcp.MX.test"]


def test_the_end_of_a_signed_alias_comes_first() -> None:
    world = Lookups(found(AT_END, KEY), found(AT_HOST, CERT))
    assert world.look_up(ALIAS) == usable("end.test", KEY)
    assert world.asked == [AT_END]


def test_then_its_start() -> None:
    world = Lookups(found(AT_HOST, CERT))
    assert world.look_up(ALIAS) == usable("mx.test", CERT)
    assert world.asked == [AT_END, AT_HOST]


def test_an_end_with_nothing_usable_is_the_end() -> None:
    world = Lookups(found(AT_END, TlsaRecord(0, 0, 1, b"x")), found(AT_HOST, CERT))
    assert world.look_up(ALIAS) == TlsaAnswer(TlsaStatus.UNUSABLE)
    assert world.asked == [AT_END]


def test_so_is_an_end_that_fails() -> None:
    world = Lookups(failed(AT_END, DnsStatus.RETRY), found(AT_HOST, CERT))
    assert world.look_up(ALIAS) == ERROR
    assert AT_HOST not in world.asked


def test_an_alias_out_of_a_signed_zone() -> None:
    world = Lookups(cname(secure=True), found(AT_HOST, KEY))
    assert world.look_up(replace(ALIAS, secure=False)) == usable("mx.test", KEY)
    assert world.asked == ["mx.test CNAME", AT_HOST]


def test_an_unsigned_alias() -> None:
    world = Lookups(cname(secure=False), found(AT_HOST, KEY))
    assert world.look_up(replace(ALIAS, secure=False)) == NONE
    assert world.asked == ["mx.test CNAME"]


def test_a_forced_unsigned_alias_is_asked_for_at_its_start() -> None:
    world = Lookups(found(AT_HOST, KEY), found(AT_END, CERT))
    assert world.look_up(replace(ALIAS, secure=False), force=True) == usable("mx.test", KEY)
    assert world.asked == [AT_HOST]


def test_an_alias_of_unknown_standing() -> None:
    answer = failed("mx.test", DnsStatus.RETRY, "CNAME")
    world = Lookups(answer)
    assert world.look_up(replace(ALIAS, secure=False)) == ERROR
    assert world.events == [AliasStatusProblem("mx.test", answer.failure)]


def test_an_alias_that_is_gone() -> None:
    world = Lookups()
    assert world.look_up(replace(ALIAS, secure=False)) == ERROR
    assert world.events == [AliasStatusProblem("mx.test", None)]


@pytest.mark.parametrize("status", [DnsStatus.NOT_FOUND, DnsStatus.NO_DATA])
def test_absent_records_are_none(status: DnsStatus) -> None:
    world = Lookups(failed(AT_HOST, status))
    assert world.look_up(PLAIN) == NONE
    assert world.events == []


def test_unsigned_records_are_none_and_not_even_looked_at() -> None:
    world = Lookups(found(AT_HOST, TlsaRecord(0, 0, 1, b""), secure=False))
    assert world.look_up(PLAIN) == NONE
    assert world.events == []


@pytest.mark.parametrize("status", [DnsStatus.RETRY, DnsStatus.FAIL, DnsStatus.MALFORMED, DnsStatus.POLICY])
def test_a_failure_is_tried_and_told_twice(status: DnsStatus) -> None:
    answer = failed(AT_HOST, status)
    world = Lookups(answer)
    assert world.look_up(PLAIN) == ERROR
    assert world.asked == [AT_HOST, AT_HOST]
    assert answer.failure
    assert world.events == [TlsaProblem(answer.failure)] * 2


def test_records_keep_the_order_of_the_reply() -> None:
    records = [KEY, TlsaRecord(2, 1, 1, b"a"), TlsaRecord(3, 1, 2, b"x"), CERT]
    world = Lookups(found(AT_HOST, *records))
    assert world.look_up(PLAIN).records == tuple(records)


def test_what_no_one_can_use_is_told_and_left_out() -> None:
    pkix, private = TlsaRecord(1, 0, 1, b"x"), TlsaRecord(3, 1, 255, b"x")
    world = Lookups(found(AT_HOST, private, KEY, OtherData(b"\x03\x01"), pkix, TlsaRecord(3, 1, 1, b"")))
    assert world.look_up(PLAIN) == usable("mx.test", KEY)
    assert world.events == [
        TlsaUnsupported(AT_HOST, private),
        TlsaImported(AT_HOST, KEY),
        TlsaTruncated(AT_HOST, 2),
        TlsaUnsupported(AT_HOST, pkix),
        TlsaTruncated(AT_HOST, 3),
    ]


def test_an_aliased_record_is_named_by_both_names() -> None:
    pkix = TlsaRecord(0, 0, 1, b"x")
    world = Lookups(found(AT_HOST, pkix, KEY, owner="shared.test"))
    world.look_up(PLAIN)
    assert world.events == [
        TlsaUnsupported(f"{AT_HOST} -> shared.test", pkix),
        TlsaImported("shared.test", KEY),
    ]


@pytest.mark.parametrize(("ttl", "life"), [(50, 51), (0, 2), (100000, 101)])
def test_records_are_kept_for_a_while(ttl: int, life: int) -> None:
    world = Lookups(found(AT_HOST, KEY, ttl=ttl))
    first = world.look_up(PLAIN)
    world.driver.now += life - 0.5
    assert world.look_up(PLAIN) == first
    assert world.asked == [AT_HOST]
    assert len(world.events) == 1
    world.driver.now += 1
    assert world.look_up(PLAIN) == first
    assert world.asked == [AT_HOST, AT_HOST]


def test_absence_is_kept_for_two_seconds() -> None:
    world = Lookups()
    world.look_up(PLAIN)
    world.driver.now += 1.5
    world.look_up(PLAIN)
    assert world.asked == [AT_HOST]
    world.driver.now += 1
    world.look_up(PLAIN)
    assert world.asked == [AT_HOST, AT_HOST]


def test_the_least_recently_used_goes_first() -> None:
    cache = TlsaCache(lambda: 0, size=2)
    for name in ("a", "b"):
        cache.put(name, NONE, 1)
    assert cache.get("a") == NONE
    cache.put("c", NONE, 1)
    assert [cache.get(name) for name in ("a", "b", "c")] == [NONE, None, NONE]
