"""What a check does, and what it makes of it, over a world of values."""

from __future__ import annotations

import errno
from itertools import islice
from typing import Any

import pytest

from pyfinger.check.output_formats import DEGRADED_STATUS, status
from pyfinger.check.report_model import (
    CheckVerdict,
    KeyAlgorithm,
    RecordMatch,
    SituationPlace,
)
from pyfinger.check.request import RARE, Limits
from pyfinger.check.text import text
from pyfinger.dane.remarks import RemarkKind
from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import UsageError
from pyfinger.events import CredentialSeen
from pyfinger.model import Level, ResultType, TlsaStatus
from pyfinger.prober import verifier
from pyfinger.report.document import Outcome
from pyfinger.report.document.findings import Delivery, Situation
from pyfinger.steps import Connect, Resolve, Sleep
from pyfinger.x509.trust_store import Bundle
from tests.check.worlds import ADDRESS, BOTH, EACH_ALGORITHM, GOOD, WRONG, checked, only, world
from tests.mailserver import MailServer, identity
from tests.scripted import Peer, Script, Scripted
from tests.tls.server import Identity
from tests.world import World

OK, FAILED, DEGRADED = CheckVerdict.OK, CheckVerdict.FAILED, CheckVerdict.DEGRADED
UNCLEAR, UNPROTECTED = CheckVerdict.COULD_NOT_TELL, CheckVerdict.NOT_PROTECTED
BUSY = Script("421 4.7.0 too many connections")


def connections(driver: Scripted) -> list[str]:
    return [request.address for request in driver.of(Connect)]


def test_a_record_of_the_servers_key_makes_all_well() -> None:
    report, driver = checked(world(GOOD))
    domain, host, address = only(report)
    assert [domain.verdict, host.verdict, address.verdict] == [OK, OK, OK]
    ecdsa, rsa = address.chains
    assert (ecdsa.verdict, ecdsa.key, ecdsa.matched) == (OK, "EC prime256v1", (0,))
    assert (rsa.verdict, rsa.outcome) == (CheckVerdict.NOT_OFFERED, None)
    assert host.records[0].matches == (RecordMatch(ADDRESS, KeyAlgorithm.ECDSA),)
    assert (report.planned, report.connections, status(report)) == (2, 2, 0)
    assert connections(driver) == [ADDRESS, ADDRESS]


def test_a_record_of_another_key_fails_and_the_right_one_is_told() -> None:
    report, _ = checked(world(WRONG))
    domain, host, address = only(report)
    assert domain.verdict is FAILED
    assert address.chains[0].reason == "no matching DANE TLSA records"
    assert host.records[0].verdict is CheckVerdict.NEVER_MATCHED
    assert host.publish == (f"_25._tcp.mx.example.test. IN TLSA {GOOD}",)
    assert (domain.outcome, status(report)) == (Outcome.NOT_MET, 2)


def test_without_records_nothing_is_protected() -> None:
    domain, host, address = only(checked(world())[0])
    assert [domain.verdict, address.verdict] == [UNPROTECTED, UNPROTECTED]
    assert host.level is Level.MAY
    assert address.reason == "no signed TLSA records"


def test_at_dane_only_that_is_a_failure() -> None:
    domain, _, address = only(checked(world(), level=Level.DANE_ONLY)[0])
    assert domain.verdict is FAILED
    assert address.chains[0].reason == "no usable TLSA records"


def test_unsigned_mx_records_protect_nobody() -> None:
    domain, host, _ = only(checked(world(GOOD, insecure={"example.test/MX"}))[0])
    assert (domain.verdict, host.verdict, domain.secure) == (UNPROTECTED, OK, False)
    assert "RFC 7672 section 2.2.1" in domain.reason


def test_records_none_of_which_is_usable_protect_nobody() -> None:
    report, _ = checked(world(f"1 1 1 {'ab' * 32}", "3 1 1 abcd"))
    domain, host, _ = only(report)
    assert domain.verdict is UNPROTECTED
    assert [record.remarks[0].kind for record in host.records] == [
        RemarkKind.PKIX_USAGE,
        RemarkKind.WRONG_LENGTH,
    ]
    assert RemarkKind.ALL_UNUSABLE in [remark.kind for remark in host.remarks]


def test_an_unusable_record_beside_a_good_one_degrades() -> None:
    report, _ = checked(world(GOOD, f"0 0 1 {'ab' * 32}"))
    domain, host, address = only(report)
    assert (domain.verdict, address.verdict, status(report)) == (DEGRADED, OK, DEGRADED_STATUS)
    assert host.records[0].verdict is FAILED  # in the order of usages
    assert "usage 0" in host.reason


def test_records_that_cannot_be_had_are_not_records_that_are_not_there() -> None:
    dns = world(GOOD, fail={"_25._tcp.mx.example.test/TLSA": "SERVFAIL"})
    report, driver = checked(dns)
    domain, host, address = only(report)
    assert (domain.verdict, domain.outcome) == (UNCLEAR, Outcome.DNS_TEMPORARY)
    assert (host.tlsa_status, address.chains) == (TlsaStatus.ERROR, ())
    assert connections(driver) == []


def test_records_that_do_not_validate_are_a_failure() -> None:
    name = "_25._tcp.mx.example.test"
    report, _ = checked(world(GOOD, fail={f"{name}/TLSA": "SERVFAIL"}, bogus={name}))
    domain, _, address = only(report)
    assert (domain.verdict, domain.outcome) == (FAILED, Outcome.DNS_BOGUS)
    assert "do not validate" in address.reason


@pytest.mark.parametrize("tlsa, verdict", [((GOOD,), FAILED), ((), UNPROTECTED)])
def test_no_starttls_is_a_failure_only_where_it_was_promised(
    tlsa: tuple[str, ...], verdict: CheckVerdict
) -> None:
    report, driver = checked(world(*tlsa), {ADDRESS: MailServer(None)})
    domain, _, address = only(report)
    assert domain.verdict is verdict
    assert [chain.outcome for chain in address.chains] == [Outcome.NO_STARTTLS, Outcome.NO_STARTTLS]
    assert connections(driver) == [ADDRESS]  # what it says to one hello it says to all


def test_a_server_that_is_too_busy_is_left_alone() -> None:
    report, driver = checked(world(GOOD), {ADDRESS: BUSY})
    domain, host, address = only(report)
    assert (domain.verdict, domain.outcome, status(report)) == (UNCLEAR, Outcome.SMTP_TEMPORARY, 11)
    assert [chain.reply_code for chain in address.chains] == [421, 421]
    assert host.records[0].verdict is UNCLEAR
    assert connections(driver) == [ADDRESS]


@pytest.mark.parametrize(
    "code, verdict",
    [(errno.ECONNREFUSED, FAILED), (errno.ETIMEDOUT, UNCLEAR), (errno.ENETUNREACH, UNCLEAR)],
)
def test_what_may_be_the_fault_of_our_own_network_cannot_be_told(code: int, verdict: CheckVerdict) -> None:
    report, driver = checked(world(GOOD), {ADDRESS: code})
    assert only(report)[0].verdict is verdict
    assert connections(driver) == [ADDRESS]


def test_one_address_that_fails_among_others_degrades() -> None:
    dns = world(GOOD, aaaa={"mx.example.test": ["2001:db8::1"]})
    report, _ = checked(dns, {ADDRESS: MailServer(identity()), "2001:db8::1": errno.ECONNREFUSED})
    (host,) = report.domains[0].hosts
    assert [address.verdict for address in host.addresses] == [OK, FAILED]
    assert host.verdict is DEGRADED
    assert host.reason == "2001:db8::1: ECDSA: connection refused"


def test_a_second_exchanger_that_is_wrong_is_seen() -> None:
    dns = World(
        mx={"example.test": ["10 a.test", "20 b.test"]},
        a={"a.test": [ADDRESS], "b.test": ["192.0.2.2"]},
        tlsa={"_25._tcp.a.test": [GOOD], "_25._tcp.b.test": [WRONG]},
    )
    server = MailServer(identity())
    report, _ = checked(dns, {ADDRESS: server, "192.0.2.2": server})
    assert [host.verdict for host in report.domains[0].hosts] == [OK, FAILED]
    assert report.verdict is DEGRADED
    assert report.domains[0].reason.startswith("b.test: 192.0.2.2: ECDSA: no matching")


def test_each_address_is_asked_once_however_many_names_and_domains_lead_to_it() -> None:
    dns = World(
        mx={"one.test": ["10 mx.test", "20 also.test"], "two.test": ["10 mx.test"]},
        a={"mx.test": [ADDRESS], "also.test": [ADDRESS]},
        tlsa={"_25._tcp.mx.test": [GOOD], "_25._tcp.also.test": [GOOD]},
    )
    report, driver = checked(dns, domains=("one.test", "two.test", "one.test"))
    assert [domain.domain for domain in report.domains] == ["one.test", "two.test"]
    assert report.verdict is OK
    assert (report.planned, len(connections(driver))) == (2, 2)
    asked = [(request.name, request.rdtype) for request in driver.of(Resolve)]
    assert len(asked) == len(set(asked))


def test_what_a_server_shows_to_one_name_tells_nothing_bad_of_another() -> None:
    dns = World(
        mx={"one.test": ["10 mx.test", "20 also.test"]},
        a={"mx.test": [ADDRESS], "also.test": [ADDRESS]},
        tlsa={"_25._tcp.mx.test": [GOOD], "_25._tcp.also.test": [WRONG]},
    )
    report, _ = checked(dns, domains=("one.test",))
    first, second = report.domains[0].hosts
    assert (first.verdict, second.verdict) == (OK, UNCLEAR)
    assert second.addresses[0].chains[0].reason.endswith("but it was asked by mx.test")


def test_a_hello_asks_for_one_algorithm_and_takes_certificates_signed_by_any() -> None:
    report, _ = checked(world(GOOD), algorithms=EACH_ALGORITHM)
    verdicts = [chain.verdict for chain in only(report)[2].chains]
    assert verdicts == [OK, *[CheckVerdict.NOT_OFFERED] * 3]


@pytest.mark.slow
@pytest.mark.parametrize("kind, place", [("rsa2048", 1), ("ed25519", 2)])
def test_every_algorithm_finds_its_key(kind: str, place: int) -> None:
    server = MailServer(identity(kind=kind))
    report, _ = checked(world(WRONG), {ADDRESS: server}, algorithms=EACH_ALGORITHM)
    verdicts = [chain.verdict for chain in only(report)[2].chains]
    assert verdicts[place] is FAILED
    assert verdicts.count(CheckVerdict.NOT_OFFERED) == 3


def test_an_algorithm_no_hello_can_ask_for_is_not_planned() -> None:
    report, _ = checked(world(GOOD), algorithms=EACH_ALGORITHM, protocols="<=TLSv1.2")
    assert report.planned == 3  # ML-DSA is of TLS 1.3 alone (RFC 9881)
    assert only(report)[2].chains[-1].verdict is UNCLEAR


def test_limits_are_kept_and_what_is_left_out_could_not_be_told() -> None:
    report, driver = checked(world(GOOD), limits=Limits(each=1, pause=0))
    chain = only(report)[2].chains[1]
    assert chain.verdict is UNCLEAR
    assert chain.reason == "not asked: at most 1 connection to an address within a minute"
    assert (report.verdict, len(connections(driver)), report.planned) == (UNCLEAR, 1, 2)
    report, driver = checked(world(GOOD), limits=Limits(total=1, pause=0))
    assert "in all" in only(report)[2].chains[1].reason


def test_there_are_pauses_between_connections_to_one_address_only() -> None:
    dns = world(GOOD, aaaa={"mx.example.test": ["2001:db8::1"]})
    server = MailServer(identity())
    _, driver = checked(dns, {ADDRESS: server, "2001:db8::1": server}, limits=Limits(pause=7))
    assert [request.seconds for request in driver.of(Sleep)] == [7]  # no time passes but in pauses


class Wordless(MailServer):
    """Takes a QUIT, and says nothing to it."""

    goodbyes = 0

    def goodbye(self) -> bytes:
        self.goodbyes += 1
        return b""


def test_the_answer_to_quit_is_not_waited_for() -> None:
    server = Wordless(identity())
    report, driver = checked(world(GOOD), {ADDRESS: server})
    assert report.verdict is OK
    assert server.goodbyes == report.connections - 1  # the handshake of the other had failed
    assert driver.now == 1000  # as at first


def test_a_chain_that_two_addresses_show_is_verified_once_and_told_of_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verified: list[object] = []
    real = verifier.verify_chain

    def verify_chain(*given: Any) -> verifier.Verification:
        verified.append(given)
        return real(*given)

    monkeypatch.setattr(verifier, "verify_chain", verify_chain)
    other = "192.0.2.2"
    dns = world(GOOD, a={"mx.example.test": [ADDRESS, other]})
    server = MailServer(identity())
    report, driver = checked(dns, dict.fromkeys([ADDRESS, other], server), algorithms=BOTH[:1])
    assert (report.verdict, len(verified)) == (OK, 1)
    shown = [event.peer.address for event in driver.of(CredentialSeen)]
    assert shown == [ADDRESS, other]


class Crowded:
    """A server that takes two connections in any minute, and says 421 to others."""

    def __init__(self, driver: list[Scripted]) -> None:
        self._driver = driver
        self._good = MailServer(identity())
        self.times: list[float] = []
        self.refused = 0

    def __call__(self) -> Peer:
        now = self._driver[0].now if self._driver else 1000.0
        self.times.append(now)
        if sum(now - 60 < time for time in self.times) > 2:
            self.refused += 1
            return BUSY()
        return self._good()


@pytest.mark.parametrize("seconds, made, verdict", [(None, 2, UNCLEAR), (60, 2, UNCLEAR), (600, 4, OK)])
def test_a_server_of_two_connections_a_minute_never_sees_a_third(
    seconds: float | None, made: int, verdict: CheckVerdict
) -> None:
    driver: list[Scripted] = []
    server = Crowded(driver)
    limits = Limits(seconds=seconds)
    report, _ = checked(
        world(GOOD), {ADDRESS: server}, limits=limits, algorithms=EACH_ALGORITHM, running=driver
    )
    assert (report.verdict, len(server.times), server.refused) == (verdict, made, 0)
    if verdict is UNCLEAR:
        reasons = [chain.reason for chain in only(report)[2].chains[2:]]
        assert reasons == ["not asked: at most 2 connections to an address within a minute"] * 2


@pytest.mark.parametrize("seconds, refused, verdict", [(None, 1, UNCLEAR), (60, 1, UNCLEAR), (600, 1, OK)])
def test_a_crowded_server_is_left_alone_for_a_minute_and_asked_once_more_if_there_is_time(
    seconds: float | None, refused: int, verdict: CheckVerdict
) -> None:
    driver: list[Scripted] = []
    server = Crowded(driver)
    limits = Limits(each=4, seconds=seconds)
    report, _ = checked(
        world(GOOD), {ADDRESS: server}, limits=limits, algorithms=EACH_ALGORITHM, running=driver
    )
    assert (report.verdict, server.refused) == (verdict, refused)
    gaps = [later - time for time, later in zip(server.times, server.times[1:], strict=False)]
    assert gaps[:2] == [1, 1]
    assert all(gap >= 60 for gap in gaps[2:])  # from the 421 on
    assert len(server.times) == (3 if verdict is UNCLEAR else 5)


@pytest.mark.parametrize("kind, algorithm", [("ed25519", KeyAlgorithm.EDDSA), ("rsa2048", KeyAlgorithm.RSA)])
def test_two_connections_tell_of_a_server_with_any_one_key(kind: str, algorithm: KeyAlgorithm) -> None:
    server = MailServer(identity(kind=kind))
    report, driver = checked(world(WRONG), {ADDRESS: server}, others=RARE, limits=Limits(pause=0))
    address = only(report)[2]
    assert (address.verdict, len(connections(driver))) == (FAILED, 2)
    (shown,) = (chain for chain in address.chains if chain.protocol)
    assert (shown.algorithm, shown.reason) == (algorithm, "no matching DANE TLSA records")
    assert address.chains[0].verdict is CheckVerdict.NOT_OFFERED  # ECDSA


def test_whether_a_server_has_an_rsa_key_as_well_is_asked_by_itself() -> None:
    server = MailServer(identity(kind="ed25519"))
    report, driver = checked(world(WRONG), {ADDRESS: server}, others=RARE)
    verdicts = {chain.algorithm: chain.verdict for chain in only(report)[2].chains}
    none = CheckVerdict.NOT_OFFERED
    expected = {KeyAlgorithm.ECDSA: none, KeyAlgorithm.RSA: none, KeyAlgorithm.EDDSA: FAILED}
    assert (verdicts, len(connections(driver))) == (expected, 3)


def test_a_server_that_takes_no_hello_at_all_has_failed() -> None:
    server = MailServer(
        identity(), settings={"versions": [(3, 2)], "minVersion": (3, 2), "maxVersion": (3, 2)}
    )
    report, driver = checked(world(GOOD), {ADDRESS: server}, others=RARE, protocols=">=TLSv1.2")
    assert (report.verdict, len(connections(driver))) == (FAILED, 2)


def test_a_server_that_stays_busy_is_asked_twice_and_no_more() -> None:
    report, driver = checked(world(GOOD), {ADDRESS: BUSY}, limits=Limits(seconds=600))
    assert connections(driver) == [ADDRESS, ADDRESS]
    assert [request.seconds for request in driver.of(Sleep)] == [60]
    chains = only(report)[2].chains
    assert [(chain.verdict, chain.reply_code) for chain in chains] == [(UNCLEAR, 421)] * 2
    assert "not asked again after" in chains[1].reason


def test_what_the_second_attempt_shows_is_what_is_explained() -> None:
    dns = world(WRONG)
    good = MailServer(identity())
    peers = iter([BUSY(), good(), good()])
    report, _ = checked(dns, {ADDRESS: lambda: next(peers)}, limits=Limits(seconds=600))
    explained = only(report)[0].explained
    assert explained is not None
    found = [one.finding.situation for one in explained.situations]
    assert Situation.NO_RECORD_MATCHES in found and Situation.GREETING_SERVICE_CLOSED not in found


def test_the_second_attempt_counts_among_the_connections_of_a_minute() -> None:
    limits = Limits(each=1, back_off=10, seconds=600)
    _, driver = checked(world(GOOD), {ADDRESS: BUSY}, limits=limits)
    assert connections(driver) == [ADDRESS, ADDRESS]
    assert driver.now >= 1060
    limits = Limits(each=1, back_off=10, seconds=50)
    _, driver = checked(world(GOOD), {ADDRESS: BUSY}, limits=limits)
    assert connections(driver) == [ADDRESS]


@pytest.mark.slow
def test_a_hundred_exchangers_of_a_hundred_addresses_end_in_time() -> None:
    names = [f"mx{number}.test" for number in range(100)]
    addresses = [f"10.{high}.{low}.1" for high in range(100) for low in range(100)]
    numbers = iter(addresses)
    dns = World(
        mx={"example.test": [f"10 {name}" for name in names]},
        a={name: list(islice(numbers, 100)) for name in names},
        tlsa={f"_25._tcp.{name}": [GOOD] for name in names},
    )
    silent = Script("", then_close=False)
    limits = Limits(seconds=100, pause=0, total=100_000)
    servers = dict.fromkeys(addresses, silent)
    report, driver = checked(dns, servers, limits=limits, connect_timeout=30)
    assert driver.now <= 1000 + 100
    assert (report.planned, report.connections) == (20_000, 4)
    assert report.verdict is UNCLEAR
    last = report.domains[0].hosts[-1].addresses[-1].chains[-1]
    assert last.reason == "not asked: the time was over"


@pytest.mark.parametrize("at", [1, 2])
def test_what_was_not_known_when_it_was_interrupted_says_so(at: int) -> None:
    report, _ = checked(world(GOOD), interrupted_at=at)
    assert (report.verdict, report.interruption, status(report)) == (UNCLEAR, "interrupted", 130)
    chains = only(report)[2].chains
    assert [chain.reason for chain in chains][at - 1 :] == ["not known: interrupted"] * (3 - at)
    assert "the time was over" not in text(report).decode()


def test_no_mail_is_taken_there() -> None:
    report, _ = checked(World(mx={"example.test": ["0 ."]}))
    assert (report.verdict, report.domains[0].outcome, status(report)) == (
        FAILED,
        Outcome.NO_DESTINATION,
        5,
    )


def test_an_exchanger_without_address_counts() -> None:
    dns = world(GOOD, mx={"example.test": ["10 mx.example.test", "20 gone.test"]})
    report, _ = checked(dns)
    assert [host.verdict for host in report.domains[0].hosts] == [OK, FAILED]
    assert report.verdict is DEGRADED


@pytest.mark.parametrize("others, verdict", [([], FAILED), (["20 also.test"], DEGRADED)])
def test_a_host_whose_address_does_not_validate_is_told_as_such(
    others: list[str], verdict: CheckVerdict
) -> None:
    name = "mx.example.test"
    dns = World(
        mx={"example.test": [f"10 {name}", *others]},
        a={"also.test": [ADDRESS]},
        tlsa={"_25._tcp.also.test": [GOOD]},
        fail={f"{name}/A": "SERVFAIL", f"{name}/AAAA": "SERVFAIL"},
        bogus={name},
    )
    report, _ = checked(dns)
    (domain,) = report.domains
    assert (domain.verdict, domain.outcome) == (verdict, Outcome.DNS_BOGUS)
    assert domain.reason == f"{name}: the signatures of its address do not hold: no mail is sent there"
    assert domain.explained is not None
    (found,) = (one.finding for one in domain.explained.situations)
    assert (found.situation, found.result) == (Situation.HOST_BOGUS, ResultType.DNSSEC_INVALID)
    places = [one.place for one in domain.explained.deliveries if one.delivery is Delivery.DEFERRED]
    assert places == [SituationPlace(name if others else "")]


@pytest.mark.parametrize(
    "level, verdict, words",
    [
        (Level.ENCRYPT, OK, "level encrypt demands nothing else"),
        (Level.DANE, UNPROTECTED, "whoever forges them names the hosts"),
        (Level.DANE_ONLY, FAILED, "nothing is delivered at level dane-only"),
    ],
)
def test_unsigned_mx_records_matter_where_what_is_proved_hangs_on_them(
    level: Level, verdict: CheckVerdict, words: str
) -> None:
    report, _ = checked(world(GOOD, insecure={"example.test/MX"}), level=level)
    domain = report.domains[0]
    assert (domain.verdict, words in domain.reason) == (verdict, True)


@pytest.mark.parametrize(
    "level, match, verdict",
    [
        (Level.SECURE, ("mx.example.test",), OK),
        (Level.SECURE, ("hostname",), UNPROTECTED),
        (Level.VERIFY, (), UNPROTECTED),
        (Level.VERIFY, ("mx.example.test",), OK),
    ],
)
def test_a_name_that_unsigned_mx_records_gave_proves_nothing(
    level: Level, match: tuple[str, ...], verdict: CheckVerdict
) -> None:
    root = make_ca("O=Test/CN=Trusted Root")
    leaf = make_leaf("mx.example.test", root, key=make_key("p256"))
    server = MailServer(Identity(leaf.key.pem, leaf.chain))
    dns, store = world(insecure={"example.test/MX"}), Bundle([root.der])
    report, _ = checked(dns, {ADDRESS: server}, level=level, match=match, store=store)
    assert report.verdict is verdict


def test_name_servers_that_fail_leave_it_open() -> None:
    report, _ = checked(World(fail={"example.test/MX": "SERVFAIL"}))
    assert (report.verdict, status(report)) == (UNCLEAR, 3)


def test_a_host_alone_can_be_checked() -> None:
    report, _ = checked(world(GOOD), domains=("[mx.example.test]",))
    assert report.verdict is OK
    assert report.domains[0].secure


def test_other_levels_are_checked_by_their_own_rules() -> None:
    assert checked(world(), level=Level.ENCRYPT)[0].verdict is OK
    assert checked(world(), level=Level.MAY)[0].verdict is UNPROTECTED
    report, _ = checked(world(), level=Level.SECURE)
    assert (report.verdict, report.domains[0].outcome) == (FAILED, Outcome.NOT_MET)


@pytest.mark.parametrize(
    "options", [{"level": Level.NONE}, {"tls_disabled": True}, {"lmtp": True, "domains": ("unix:/x",)}]
)
def test_what_makes_no_sense_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        checked(world(), **options)  # type: ignore[arg-type]
