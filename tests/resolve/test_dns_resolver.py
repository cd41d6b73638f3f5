"""Lookups: aliases over several replies, their security, and the DNSSEC probe."""

from __future__ import annotations

import subprocess
import sys

import dns.flags
import dns.message
import dns.rrset
import pytest

from pyfinger.errors import UsageError
from pyfinger.events import (
    CnameFollowed,
    DnsExchanged,
    DnsQuery,
    DnsReply,
    DnssecUnavailable,
    DnssecVouched,
    Event,
    LookedUp,
    NameServerLoop,
    ValidationOff,
)
from pyfinger.model import (
    AddressData,
    Answer,
    DnsPacket,
    DnsStatus,
    Endpoints,
    Family,
    LookupFailure,
    RawReply,
    ServerTrouble,
    Trouble,
)
from pyfinger.options import Config
from pyfinger.resolve.dns_resolver import MAX_ROUNDS, DnsResolver
from pyfinger.steps import Resolve, ResolveUnchecked
from pyfinger.values import replace
from tests.scripted import Scripted
from tests.world import SERVER, World

ADDRESS = AddressData("192.0.2.1", Family.IPV4)
PROBE = Resolve(".", "NS", True)


class Client:
    """A resolver and what it did."""

    def __init__(self, world: World, config: Config | None = None) -> None:
        self.driver = Scripted(world)
        self.resolver = DnsResolver(self.driver.emit, config or Config())

    def ask(self, name: str, rdtype: str = "A", *, dnssec: bool = True) -> Answer:
        return self.driver.run(self.resolver.query(name, rdtype, dnssec=dnssec))

    @property
    def asked(self) -> list[tuple[str, str, bool]]:
        return [(request.name, request.rdtype, request.dnssec) for request in self.driver.of(Resolve)]


def test_an_answer_with_its_security() -> None:
    world = World(a={"a.test": ["192.0.2.1"]})
    client = Client(world)
    answer = client.ask("a.test")
    wire = world.resolve(Resolve("a.test", "A", dnssec=True)).wire
    assert wire is not None
    assert [(record.owner, record.data) for record in answer.records] == [("a.test", ADDRESS)]
    assert answer.secure
    assert answer.status is DnsStatus.OK
    assert client.driver.events == [
        DnsQuery("a.test", "A", True),
        replace(
            DnsReply("a.test", "A", None, True, SERVER, (("a.test", "A"), ("a.test", "RRSIG")), rcode=0),
            size=len(wire),
            answer_count=2,
        ),
        DnssecVouched(SERVER, local=True),
        LookedUp(answer),
    ]


def test_packets_are_told_before_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = Endpoints("192.0.2.200", 40000, "192.0.2.53", 53)
    packets = (DnsPacket(True, b"question", ends, tcp=False, age=1.0),)
    monkeypatch.setattr(World, "resolve", lambda world, question: RawReply(None, packets=packets))
    client = Client(World())
    client.ask("a.test")
    assert [type(event) for event in client.driver.events] == [DnsQuery, DnsExchanged, DnsReply, LookedUp]
    assert client.driver.of(DnsExchanged) == [DnsExchanged(packets)]


def test_each_server_is_named_once_as_the_one_who_vouches() -> None:
    client = Client(World(a={"a.test": ["192.0.2.1"], "b.test": ["192.0.2.1"]}, insecure={"b.test"}))
    for name in ("b.test", "a.test", "a.test"):
        client.ask(name)
    assert client.driver.of(DnssecVouched) == [DnssecVouched(SERVER, local=True)]


@pytest.mark.parametrize(
    ("server", "local"),
    [
        ("127.0.0.54", True),
        ("127.0.0.1:5353", True),
        ("::1", True),
        ("[::1]:5353", True),
        ("192.0.2.1", False),
    ],
)
def test_a_resolver_on_this_machine(server: str, local: bool) -> None:
    world = World(a={"a.test": ["192.0.2.1"]})
    events: list[Event] = []
    steps = DnsResolver(events.append, Config()).query("a.test", "A", dnssec=True)
    question = next(steps)
    assert isinstance(question, Resolve)
    with pytest.raises(StopIteration):
        steps.send(replace(world.resolve(question), server=server))
    assert DnssecVouched(server, local) in events


def test_security_counts_only_if_asked_for() -> None:
    client = Client(World(a={"a.test": ["192.0.2.1"]}))
    assert not client.ask("a.test", dnssec=False).secure
    assert client.asked == [("a.test", "A", False)]


@pytest.mark.parametrize(
    ("fate", "status"),
    [
        ("NXDOMAIN", DnsStatus.NOT_FOUND),
        ("SERVFAIL", DnsStatus.RETRY),
        ("REFUSED", DnsStatus.RETRY),
        ("TIMEOUT", DnsStatus.RETRY),
        ("FORMERR", DnsStatus.FAIL),
        (b"junk", DnsStatus.MALFORMED),
    ],
)
def test_failures(fate: str | bytes, status: DnsStatus) -> None:
    client = Client(World(fail={"a.test": fate}))
    failure = LookupFailure(status, "a.test", "A")
    assert client.ask("a.test").failure == failure
    assert client.driver.of(DnsReply)[0].failure == failure


def test_a_name_without_such_records() -> None:
    answer = Client(World(txt={"a.test": ["x"]})).ask("a.test")
    assert answer.failure == LookupFailure(DnsStatus.NO_DATA, "a.test", "A")
    assert answer.secure
    assert answer.status.absent


@pytest.mark.parametrize("name", ["192.0.2.1", "::1", "a..test", "", "\xfc.test", "a.*.test"])
def test_some_names_are_never_asked(name: str) -> None:
    client = Client(World())
    assert client.ask(name).failure == LookupFailure(DnsStatus.INVALID_NAME, name, "A")
    assert client.asked == []
    assert len(client.driver.of(LookedUp)) == 1


def test_too_long_for_dns_is_unrecoverable() -> None:
    name = ".".join(["x" * 63] * 4)[:254]
    assert Client(World()).ask(name).status is DnsStatus.FAIL


def test_wildcard_names_may_be_asked() -> None:
    assert Client(World(a={"*.test": ["192.0.2.1"]})).ask("*.test").records


def test_aliases_inside_one_reply() -> None:
    client = Client(World(cname={"a.test": "b.test", "b.test": "c.test"}, a={"c.test": ["192.0.2.1"]}))
    answer = client.ask("a.test")
    assert (answer.qname, answer.records[0].owner, answer.secure) == ("a.test", "c.test", True)
    assert client.driver.of(CnameFollowed) == []


def split(insecure: set[str]) -> Client:
    return Client(
        World(
            cname={"a.test": "b.test", "b.test": "c.test"},
            a={"c.test": ["192.0.2.1"]},
            split={"a.test", "b.test"},
            insecure=insecure,
        )
    )


def test_aliases_over_several_replies() -> None:
    client = split(set())
    answer = client.ask("a.test")
    assert (answer.records[0].owner, answer.secure) == ("c.test", True)
    assert client.driver.of(CnameFollowed) == [
        CnameFollowed("a.test", "b.test"),
        CnameFollowed("b.test", "c.test"),
    ]
    assert [asked.aliases for asked in client.driver.of(DnsQuery)] == [0, 1, 2]


def test_every_reply_has_to_be_secure() -> None:
    assert not split({"c.test"}).ask("a.test").secure


def test_after_an_insecure_alias_dnssec_is_pointless() -> None:
    client = split({"a.test"})
    assert not client.ask("a.test").secure
    assert client.asked == [
        ("a.test", "A", True),
        (*PROBE_ASKED,),
        ("b.test", "A", False),
        ("c.test", "A", False),
    ]


PROBE_ASKED = (".", "NS", True)


def test_the_failure_names_the_last_alias() -> None:
    client = Client(World(cname={"a.test": "b.test"}, split={"a.test"}))
    assert client.ask("a.test").failure == LookupFailure(DnsStatus.NOT_FOUND, "b.test", "A")


def test_going_round_in_circles_ends() -> None:
    client = Client(World(cname={"a.test": "b.test", "b.test": "a.test"}, split={"a.test", "b.test"}))
    answer = client.ask("a.test")
    assert answer.failure == LookupFailure(DnsStatus.LOOP, "a.test", "A")
    assert answer.status.absent
    assert len(client.asked) == MAX_ROUNDS
    assert client.driver.of(NameServerLoop) == [NameServerLoop("a.test")]


def test_cnames_can_be_asked_for() -> None:
    assert Client(World(cname={"a.test": "b.test"})).ask("a.test", "CNAME").records


INSECURE = {"a.test", "b.test"}
RECORDS = {"a.test": ["192.0.2.1"], "b.test": ["192.0.2.2"]}


def test_the_probe_follows_the_first_insecure_reply_once() -> None:
    client = Client(World(a=RECORDS, insecure=INSECURE))
    client.ask("a.test")
    client.ask("b.test")
    assert client.asked == [("a.test", "A", True), PROBE_ASKED, ("b.test", "A", True)]
    assert client.driver.of(DnssecUnavailable) == []


def test_a_secure_reply_makes_it_needless_for_ever() -> None:
    client = Client(World(a=RECORDS, insecure={"b.test"}))
    client.ask("a.test")
    client.ask("b.test")
    assert PROBE_ASKED not in client.asked


def test_it_comes_before_the_result_is_used_and_after_failures_too() -> None:
    client = Client(World(insecure={"*"}))
    answer = client.ask("a.test")
    assert client.driver.events[-2:] == [DnssecUnavailable("ns:.", None, SERVER), LookedUp(answer)]


def test_without_dnssec_there_is_none() -> None:
    client = Client(World(insecure={"*"}))
    client.ask("a.test", dnssec=False)
    assert len(client.asked) == 1


def test_after_silence_in_the_beginning_nothing_is_probed_ever() -> None:
    """Postfix finds the AD bit set, in memory nobody wrote to."""
    client = Client(World(a=RECORDS, insecure={"*"}, fail={"a.test": "TIMEOUT"}))
    client.ask("a.test")
    client.ask("b.test")
    assert client.driver.of(DnssecUnavailable) == []
    assert PROBE_ASKED not in client.asked


def test_what_was_dropped_was_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped = RawReply(None, troubles=(ServerTrouble(SERVER, Trouble.WRONG_ID),))
    monkeypatch.setattr(World, "resolve", lambda world, question: dropped)
    client = Client(World())
    client.ask("a.test")
    assert PROBE_ASKED in client.asked


def test_an_old_recording_is_probed_when_it_was() -> None:
    driver = Scripted(World(a=RECORDS, insecure={"*"}, fail={"a.test": "TIMEOUT"}))
    resolver = DnsResolver(driver.emit, Config(), bare_ad=True)
    for name in ("a.test", "b.test"):
        driver.run(resolver.query(name, "A", dnssec=True))
    assert driver.of(DnssecUnavailable) == [DnssecUnavailable("ns:.", None, SERVER)]


def signed(*texts: str, flags: int = dns.flags.AD) -> bytes:
    """A reply with these records and AD; `RRSIG A` of a name stands for a whole one."""
    query = dns.message.make_query("a.test.", "A", use_edns=0, want_dnssec=True)
    reply = dns.message.make_response(query, recursion_available=True)
    reply.flags |= flags
    for text in texts:
        owner, rdtype, data = text.split(maxsplit=2)
        if rdtype == "RRSIG":
            data += f" 13 2 60 20380101000000 20260101000000 1 test. {'A' * 86}=="
        reply.answer.append(dns.rrset.from_text(owner, 60, "IN", rdtype, data))
    return reply.to_wire()


A_RECORD = "a.test. A 192.0.2.1"


@pytest.mark.parametrize(
    ("texts", "unsigned"),
    [
        ([A_RECORD, "a.test. RRSIG A"], []),
        ([A_RECORD, "A.Test. RRSIG A"], []),
        ([A_RECORD], [("a.test", "A")]),
        ([A_RECORD, "a.test. RRSIG AAAA"], [("a.test", "A")]),
        ([A_RECORD, "b.test. RRSIG A"], [("a.test", "A")]),
        (["a.test. CNAME b.test.", "b.test. A 192.0.2.1", "b.test. RRSIG A"], [("a.test", "CNAME")]),
        (
            [
                "test. DNAME example.",
                "test. RRSIG DNAME",
                "a.test. CNAME a.example.",
                "a.example. A 192.0.2.1",
                "a.example. RRSIG A",
            ],
            [],
        ),
        (
            [
                "test. DNAME example.",
                "test. RRSIG DNAME",
                "a.test. CNAME b.example.",
                "b.example. A 192.0.2.1",
                "b.example. RRSIG A",
            ],
            [("a.test", "CNAME")],
        ),
        (
            [
                "test. DNAME .",
                "a.test. CNAME a.",
                "a. A 192.0.2.1",
                "a. RRSIG A",
            ],
            [("test", "DNAME")],
        ),
    ],
)
def test_an_ad_bit_is_believed_only_with_a_signature_for_every_record_set(
    texts: list[str], unsigned: list[tuple[str, str]]
) -> None:
    client = Client(World(fail={"a.test": signed(*texts)}))
    assert client.ask("a.test").secure is not bool(unsigned)
    assert client.driver.of(DnsReply)[0].unsigned == tuple(unsigned)
    old = Scripted(World(fail={"a.test": signed(*texts)}))
    resolver = DnsResolver(old.emit, Config(), bare_ad=True)
    assert old.run(resolver.query("a.test", "A", dnssec=True)).secure


def test_without_an_ad_bit_nobody_looks_for_signatures() -> None:
    client = Client(World(fail={"a.test": signed(A_RECORD, flags=0)}))
    assert not client.ask("a.test").secure
    assert client.driver.of(DnsReply)[0].unsigned == ()


def explained(world: World, *names: str) -> Scripted:
    driver = Scripted(world)
    resolver = DnsResolver(driver.emit, Config(dnssec_probe=""), explain=True)
    for name in names:
        driver.run(resolver.query(name, "A", dnssec=True))
    return driver


def test_a_server_failure_is_asked_again_without_validation_if_somebody_wants_to_know() -> None:
    world = World(a=RECORDS, fail={"a.test": "SERVFAIL", "b.test": "SERVFAIL"}, bogus={"a.test"})
    driver = explained(world, "a.test", "b.test", "a.test")
    assert driver.of(ResolveUnchecked) == [
        ResolveUnchecked(name, "A", SERVER) for name in ("a.test", "b.test")
    ]
    told = driver.of(ValidationOff)
    assert told == [ValidationOff("a.test", "A", SERVER, 0), ValidationOff("b.test", "A", SERVER, 2)]
    assert [event.answered for event in told] == [True, False]


@pytest.mark.parametrize("fate", ["NXDOMAIN", "REFUSED", "FORMERR", "TIMEOUT", "NOERROR"])
def test_nothing_else_is_asked_again(fate: str) -> None:
    assert explained(World(fail={"a.test": fate}), "a.test").of(ResolveUnchecked) == []


def test_unless_somebody_wants_to_know_nothing_is_asked_again() -> None:
    client = Client(World(fail={"a.test": "SERVFAIL"}))
    client.ask("a.test")
    assert client.driver.of(ResolveUnchecked) == []


def test_where_nobody_can_say_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(World, "resolve_unchecked", lambda world, question: None)
    assert explained(World(fail={"a.test": "SERVFAIL"}), "a.test").of(ValidationOff) == []


@pytest.mark.parametrize(("fate", "status"), [("SERVFAIL", DnsStatus.RETRY), ("FORMERR", DnsStatus.FAIL)])
def test_a_failing_probe_says_why(fate: str, status: DnsStatus) -> None:
    client = Client(
        World(a=RECORDS, insecure={"*"}, fail={"example.test": fate}), Config(dnssec_probe="a:example.test")
    )
    client.ask("a.test")
    failure = LookupFailure(status, "example.test", "A")
    assert client.driver.of(DnssecUnavailable) == [DnssecUnavailable("a:example.test", failure, SERVER)]


def test_it_can_be_turned_off() -> None:
    client = Client(World(a=RECORDS, insecure={"*"}), Config(dnssec_probe=""))
    client.ask("a.test")
    assert len(client.asked) == 1


@pytest.mark.parametrize("value", ["ns", "ns:", ":.", "nosuch:."])
def test_a_malformed_probe_is_found_out_when_its_time_comes(value: str) -> None:
    client = Client(World(a=RECORDS, insecure={"b.test"}), Config(dnssec_probe=value))
    with pytest.raises(UsageError) as caught:
        client.ask("b.test")
    assert str(caught.value) == f"malformed dnssec_probe value: {value} format is qtype:qname"


def test_dnspython_is_loaded_only_to_read_a_reply() -> None:
    program = (
        "import sys; import pyfinger.resolve.route, pyfinger.resolve.dns_resolver, pyfinger.drive.blocking; "
        "sys.exit(any(name == 'dns' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_world_answers_with_bytes() -> None:
    raw = World().resolve(PROBE)
    assert isinstance(raw, RawReply)
    assert raw.wire
