"""What a domain says: both records, and the policy behind the first."""

from __future__ import annotations

import pytest

from pyfinger.events import Event
from pyfinger.model import Answer, DnsStatus, OtherData, ResourceRecord
from pyfinger.options import Config
from pyfinger.policy.discovery import StsFound, TlsrptFound, discover_sts, discover_tlsrpt, look_up_txt
from pyfinger.policy.sts_record import StsRecord
from pyfinger.policy.txt import RecordStatus, TxtFault
from pyfinger.resolve.dns_resolver import DnsResolver
from pyfinger.steps import Connect, Steps
from tests.policy.https import ADDRESS, DOMAIN, HOST, POLICY, RECORD, WORLD, PolicyHost, response, web
from tests.scripted import Scripted
from tests.world import World


def sts(world: World, domain: str = DOMAIN) -> tuple[StsFound, Scripted]:
    driver = Scripted(world, {ADDRESS: PolicyHost(response(200, POLICY))})
    return driver.run(discover_sts(domain, web(driver.emit, lambda: driver.now))), driver


def rpt(world: World) -> TlsrptFound:
    driver = Scripted(world)
    return driver.run(discover_tlsrpt(DOMAIN, DnsResolver(driver.emit, Config())))


def test_a_record_leads_to_the_policy() -> None:
    found, _ = sts(WORLD)
    assert found.reading.record == StsRecord("a1")
    assert found.policy is not None
    assert found.policy.mx == ("mx.lark.test",)
    assert found.failure is None


def test_the_record_may_be_an_alias_and_come_in_pieces() -> None:
    world = World(
        a={HOST: [ADDRESS]},
        cname={f"_mta-sts.{DOMAIN}": "_mta-sts.wren.test"},
        txt={"_mta-sts.wren.test": ['"v=STSv1; i" "d=a1"', '"v=spf1 -all"']},
    )
    found, _ = sts(world)
    assert found.lookup.records == ((b"v=STSv1; i", b"d=a1"), (b"v=spf1 -all",))
    assert found.policy is not None


@pytest.mark.parametrize(
    ("txt", "status", "fault"),
    [
        ([], RecordStatus.NONE, TxtFault.NO_RECORD),
        (['"v=STSv1;"'], RecordStatus.INVALID, TxtFault.NO_FIELDS),
        ([RECORD, RECORD.replace("a1", "b2")], RecordStatus.INVALID, TxtFault.SEVERAL),
    ],
)
def test_without_a_record_nothing_is_fetched(txt: list[str], status: RecordStatus, fault: TxtFault) -> None:
    found, driver = sts(World(a={HOST: [ADDRESS]}, txt={f"_mta-sts.{DOMAIN}": txt} if txt else {}))
    assert found.reading.problem is not None
    assert (found.reading.status, found.reading.problem.fault) == (status, fault)
    assert (found.policy, found.fetched, found.failure) == (None, None, None)
    assert not driver.of(Connect)


def test_a_lookup_that_fails_is_not_one_that_finds_nothing() -> None:
    found, _ = sts(World(fail={f"_mta-sts.{DOMAIN}": "SERVFAIL"}))
    assert found.failure is not None
    assert found.failure.status is DnsStatus.RETRY
    assert rpt(World(fail={f"_smtp._tls.{DOMAIN}": "SERVFAIL"})).failure is not None


def test_reports_go_where_the_record_says() -> None:
    found = rpt(World(txt={f"_smtp._tls.{DOMAIN}": ['"v=TLSRPTv1; rua=mailto:tls@lark.test"']}))
    assert found.failure is None
    assert found.reading.record is not None
    assert found.reading.record.usable == ("mailto:tls@lark.test",)


class _Odd:
    """Answers with records whose content nobody checked."""

    def query(self, name: str, rdtype: str, *, dnssec: bool) -> Steps[Answer]:
        yield from ()
        wires = (b"\x05abc", b"\x01v")
        records = tuple(ResourceRecord(name, 60, OtherData(wire)) for wire in wires)
        return Answer(name, rdtype, records)


def test_a_record_that_does_not_decode_is_nothing_anybody_looks_for() -> None:
    told: list[Event] = []
    lookup = Scripted().run(look_up_txt("_mta-sts.lark.test.", _Odd()))
    assert lookup.records == ((b"",), (b"v",))
    assert told == []
