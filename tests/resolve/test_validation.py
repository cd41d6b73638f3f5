"""Validation of our own as lookups make use of it; what it says is scripted here."""

from __future__ import annotations

from collections.abc import Mapping

import dns.flags
import dns.message
import dns.rrset
import pytest

from pyfinger.events import CnameFollowed, DnsQuery, DnsReply, DnssecUnavailable, DnssecVouched
from pyfinger.events.dnssec import DnssecDiffers, DnssecLink, DnssecValidated, SignaturesEnding, Word
from pyfinger.model import Answer, DnsStatus, RawReply
from pyfinger.model.dnssec import (
    Bogus,
    BogusReason,
    Indeterminate,
    IndeterminateReason,
    Insecure,
    InsecureReason,
    ProofKind,
    ProofSignature,
    ProofStep,
    Secure,
    Security,
    Validated,
)
from pyfinger.options import Config
from pyfinger.resolve.dns_resolver import DnsResolver
from pyfinger.resolve.validation import MOST_LINKS, Fetch, OwnValidation, ProofFetch
from pyfinger.steps import Resolve, ResolveTogether, ResolveUnchecked, Steps
from tests.scripted import Scripted
from tests.world import SERVER, World

NOW = 1_800_000_000
DAY = 86400
SECURE = Secure(NOW + 30 * DAY)
INSECURE = Insecure(InsecureReason.UNSIGNED_DELEGATION, "test")
BOGUS = Bogus(BogusReason.SIGNATURE_WRONG, "a.test", "A")
UNKNOWN = Indeterminate(IndeterminateReason.NO_REPLY, "test DNSKEY")

A = World(a={"a.test": ["192.0.2.1"], "b.test": ["192.0.2.2"]}, insecure={"*"})


class Validator:
    """Says what it was told to say of a name, and asks for what it was told to ask for."""

    def __init__(
        self,
        verdicts: Mapping[str, Security],
        steps: tuple[ProofStep, ...] = (),
        fetches: tuple[str, ...] = (),
    ) -> None:
        self.verdicts = verdicts
        self.steps = steps
        self.fetches = fetches
        self.fetched: list[bytes | None] = []
        self.seen: list[bytes | None] = []
        self.fetch: Fetch

    def make(self, fetch: Fetch) -> Validator:
        self.fetch = fetch
        return self

    def validate(self, name: str, rdtype: str, reply: bytes | None) -> Steps[Validated]:
        self.seen.append(reply)
        for each in self.fetches:
            self.fetched.append((yield from self.fetch(each, "DNSKEY")))
        return Validated(self.verdicts.get(name, SECURE), self.steps)


class Client:
    """A resolver with validation of its own."""

    def __init__(self, world: World, validator: Validator, *, decides: bool = True) -> None:
        self.driver = Scripted(world)
        own = OwnValidation(validator.make, self.driver.emit, lambda: NOW, decides=decides)
        self.resolver = DnsResolver(self.driver.emit, Config(), own, explain=True)

    def ask(self, name: str, rdtype: str = "A", *, dnssec: bool = True) -> Answer:
        return self.driver.run(self.resolver.query(name, rdtype, dnssec=dnssec))

    @property
    def asked(self) -> list[Resolve]:
        return self.driver.of(Resolve)


def unchecked(name: str, rdtype: str = "A") -> Resolve:
    return Resolve(name, rdtype, True, checking_disabled=True)


def replying(world: World, *rrsets: dns.rrset.RRset) -> bytes:
    message = dns.message.make_response(dns.message.make_query("a.test.", "A"), recursion_available=True)
    message.answer.extend(rrsets)
    message.flags |= dns.flags.AD
    return message.to_wire()


def test_validity_is_ours_and_no_ad_bit_counts() -> None:
    world = World(a={"a.test": ["192.0.2.1"]})  # whose server sets AD on everything
    for verdict, secure in ((SECURE, True), (INSECURE, False)):
        client = Client(world, Validator({"a.test": verdict}))
        answer = client.ask("a.test")
        assert answer.records and answer.secure is secure
        assert client.asked == [unchecked("a.test")]
        assert [reply.secure for reply in client.driver.of(DnsReply)] == [False]
        assert not client.driver.of(DnssecVouched) and not client.driver.of(DnssecUnavailable)


@pytest.mark.parametrize("verdict", [BOGUS, UNKNOWN], ids=["bogus", "indeterminate"])
@pytest.mark.parametrize("dnssec", [True, False])
@pytest.mark.parametrize("name", ["a.test", "nowhere.test"])
def test_what_is_not_to_be_believed_is_as_good_as_servfail(
    verdict: Security, dnssec: bool, name: str
) -> None:
    """Also where nobody asks whether it is signed: a validating name server would not answer either."""
    client = Client(A, Validator({name: verdict}))
    answer = client.ask(name, dnssec=dnssec)
    assert answer.status is DnsStatus.RETRY and not answer.records and not answer.secure
    assert [event.validated.security for event in client.driver.of(DnssecValidated)] == [verdict]
    assert not client.driver.of(ResolveUnchecked)


def test_security_that_nobody_asked_for_is_not_claimed() -> None:
    assert not Client(A, Validator({})).ask("a.test", dnssec=False).secure


def test_a_denial_can_be_secure() -> None:
    answer = Client(A, Validator({})).ask("nowhere.test")
    assert answer.status is DnsStatus.NOT_FOUND and answer.secure


def test_what_fails_by_itself_is_not_validated() -> None:
    for fate in ("SERVFAIL", "REFUSED", "TIMEOUT", b"\0" * 5):
        validator = Validator({})
        client = Client(World(fail={"a.test": fate}), validator)
        assert not client.ask("a.test").status.absent
        assert validator.seen == []


def test_a_type_that_resolv_conf_withholds_is_not_validated(monkeypatch: pytest.MonkeyPatch) -> None:
    header = bytes(2) + b"\x81\x80" + bytes(8)
    monkeypatch.setattr(World, "resolve", lambda *_: RawReply(header, SERVER, withheld=True))
    for decides in (True, False):
        validator = Validator({"a.test": BOGUS})
        answer = Client(World(), validator, decides=decides).ask("a.test", "AAAA")
        assert answer.status is DnsStatus.NO_DATA and not answer.secure
        assert validator.seen == []


def test_every_link_of_an_alias_has_to_hold() -> None:
    world = World(a={"b.test": ["192.0.2.2"]}, cname={"a.test": "b.test"}, split={"a.test"})
    for verdicts, secure in (({}, True), ({"a.test": INSECURE}, False), ({"b.test": INSECURE}, False)):
        client = Client(world, Validator(verdicts))
        answer = client.ask("a.test")
        assert answer.records and answer.secure is secure
        assert client.asked == [unchecked("a.test"), unchecked("b.test")]
    assert Client(world, Validator({"b.test": BOGUS})).ask("a.test").status is DnsStatus.RETRY


def test_the_alias_of_a_dname_that_comes_without_is_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    dname = dns.rrset.from_text("Old.test.", 60, "IN", "DNAME", "new.test.")
    target = dns.rrset.from_text("a.b.new.test.", 60, "IN", "A", "192.0.2.9")

    def resolve(world: World, question: Resolve) -> RawReply:
        return RawReply(replying(world, dname if question.name == "a.b.old.test" else target), SERVER)

    monkeypatch.setattr(World, "resolve", resolve)
    client = Client(World(), Validator({}))
    assert client.ask("a.b.old.test").secure
    assert client.driver.of(CnameFollowed) == [CnameFollowed("a.b.old.test", "a.b.new.test")]
    assert Client(World(), Validator({})).ask("a.other.test").records  # of another name: judged as ever


def test_what_a_proof_needs_is_asked_for_with_cd_and_told() -> None:
    validator = Validator({}, fetches=(".", "test"))
    client = Client(World(a={"a.test": ["192.0.2.1"]}), validator)
    client.ask("a.test")
    assert client.asked == [unchecked("a.test"), unchecked(".", "DNSKEY"), unchecked("test", "DNSKEY")]
    assert [(event.name, event.rdtype) for event in client.driver.of(DnsQuery)] == [
        ("a.test", "A"),
        (".", "DNSKEY"),
        ("test", "DNSKEY"),
    ]
    assert len(client.driver.of(DnsReply)) == 3
    assert all(validator.fetched)


def test_what_is_asked_for_ahead_is_there_when_it_is_wanted_once() -> None:
    driver = Scripted(World(a={"a.test": ["192.0.2.1"]}))
    fetch = ProofFetch(driver.emit)
    questions = (("a.test", "A"), ("b.test", "DS"))
    driver.run(fetch.ahead(questions))
    assert driver.requests == [ResolveTogether((unchecked("a.test"), unchecked("b.test", "DS")))]
    told = [(type(event), event.name) for event in driver.events if isinstance(event, DnsQuery | DnsReply)]
    assert told == [(DnsQuery, "a.test"), (DnsReply, "a.test"), (DnsQuery, "b.test"), (DnsReply, "b.test")]
    assert driver.run(fetch("a.test", "A")) and driver.run(fetch("b.test", "DS"))
    assert len(driver.requests) == 1
    assert driver.run(fetch("a.test", "A"))
    assert driver.requests[1:] == [unchecked("a.test")]


def test_one_question_is_asked_when_it_is_wanted_and_what_nobody_wanted_is_dropped() -> None:
    driver = Scripted(World(a={"a.test": ["192.0.2.1"]}))
    fetch = ProofFetch(driver.emit)
    driver.run(fetch.ahead([("a.test", "A"), ("b.test", "DS")]))
    driver.run(fetch.ahead([("c.test", "DS")]))
    assert len(driver.requests) == 1
    driver.run(fetch("a.test", "A"))
    assert len(driver.requests) == 2


def step(name: str, *ends: tuple[float, float], fault: BogusReason | None = None) -> ProofStep:
    """A link with signatures that have so much left of so long a life, in days."""
    signatures = tuple(
        ProofSignature("test", 1, 13, int(NOW + (left - life) * DAY), int(NOW + left * DAY), fault)
        for left, life in ends
    )
    return ProofStep(ProofKind.RRSET, "test", name, "A", signatures=signatures)


def test_each_link_is_told_once() -> None:
    links = (step("one.test"), step("two.test"))
    client = Client(A, Validator({}, links))
    client.ask("a.test")
    client.ask("b.test")
    assert client.driver.of(DnssecLink) == [DnssecLink(each) for each in links]
    assert len(client.driver.of(DnssecValidated)) == 2


def test_no_more_links_are_remembered_than_there_is_room_for() -> None:
    links = tuple(step(f"{number}.test") for number in range(MOST_LINKS + 5))
    client = Client(A, Validator({}, links))
    client.ask("a.test")
    assert len(client.driver.of(DnssecLink)) == MOST_LINKS


@pytest.mark.parametrize(
    ("left", "life", "soon"),
    [
        (1.0, 30.0, True),
        (0.9, 2.0, False),  # of signers that sign each answer anew
        (0.2, 2.0, True),
        (5.9, 30.0, False),  # more than two days
        (2.5, 14.0, False),
    ],
)
def test_signatures_that_nobody_renews_are_a_warning(left: float, life: float, soon: bool) -> None:
    client = Client(
        A, Validator({}, (step("x.test", (20.0, 30.0), (left, life)), step("y.test", (left, life))))
    )
    client.ask("a.test")
    told = client.driver.of(SignaturesEnding)
    assert [(event.zone, event.owner) for event in told] == ([("test", "x.test")] if soon else [])
    assert all(round(event.left / DAY, 3) == left for event in told)


def test_bad_signatures_are_no_warning() -> None:
    client = Client(A, Validator({}, (step("x.test", (-1.0, 30.0), fault=BogusReason.SIGNATURE_EXPIRED),)))
    client.ask("a.test")
    assert client.driver.of(SignaturesEnding) == []


VALID = World(a={"a.test": ["192.0.2.1"]})
FAILING = World(fail={"a.test": "SERVFAIL"})


@pytest.mark.parametrize(
    ("world", "verdict", "word"),
    [
        (VALID, SECURE, None),
        (VALID, INSECURE, Word.SECURE),
        (VALID, BOGUS, Word.SECURE),
        (VALID, UNKNOWN, Word.SECURE),
        (A, INSECURE, None),
        (A, SECURE, Word.INSECURE),
        (A, BOGUS, Word.INSECURE),
        (FAILING, BOGUS, None),
        (FAILING, SECURE, Word.FAILED),
        (FAILING, INSECURE, Word.FAILED),
    ],
)
def test_compared_the_name_server_decides_and_differences_are_told(
    world: World, verdict: Security, word: Word | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = DnsResolver(lambda _: None, Config()).query("a.test", "A", dnssec=True)
    alone = Scripted(world).run(answer)
    validator = Validator({"a.test": verdict, ".": INSECURE})
    resolve = World.resolve

    def with_cd(self: World, question: Resolve) -> RawReply:
        return resolve(VALID if question.checking_disabled else world, question)

    monkeypatch.setattr(World, "resolve", with_cd)
    client = Client(world, validator, decides=False)
    assert client.ask("a.test") == alone
    assert all(not event.decides for event in client.driver.of(DnssecValidated))
    told = [event for event in client.driver.of(DnssecDiffers) if event.name == "a.test"]
    assert told == ([DnssecDiffers("a.test", "A", SERVER, word, verdict)] if word else [])


def test_compared_without_dnssec_only_failing_counts() -> None:
    for verdict, differs in ((SECURE, False), (INSECURE, False), (BOGUS, True)):
        client = Client(A, Validator({"a.test": verdict}), decides=False)
        client.ask("a.test", dnssec=False)
        told = client.driver.of(DnssecDiffers)
        assert [event.word for event in told] == [Word.ANSWERED] * differs


def test_compared_silence_says_nothing() -> None:
    client = Client(World(fail={"a.test": "TIMEOUT"}), Validator({"a.test": BOGUS}), decides=False)
    client.ask("a.test")
    assert client.driver.of(DnssecDiffers) == []


def test_what_is_told_again_is_marked() -> None:
    validator = Validator({"a.test": BOGUS})
    client = Client(A, validator)
    client.ask("a.test")
    client.ask("a.test")
    client.ask("b.test")
    validator.verdicts = {"a.test": SECURE}
    client.ask("a.test")
    assert [event.again for event in client.driver.of(DnssecValidated)] == [False, True, False, False]
