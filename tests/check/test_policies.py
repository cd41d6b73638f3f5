"""MTA-STS and TLSRPT in a check: each situation of the catalogue has a world, and DANE comes first."""

from __future__ import annotations

import errno
import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from pyfinger.check.output_formats import DEGRADED_STATUS, nagios_line, openmetrics, status
from pyfinger.check.report_model import CheckVerdict, Extent, KeyAlgorithm, SenderKind, StsCheck, TlsrptCheck
from pyfinger.check.request import Limits, StsOptions
from pyfinger.check.text import text
from pyfinger.demo.certificate_making import Wish
from pyfinger.model import Level, ResultType
from pyfinger.policy import webpki
from pyfinger.policy.mta_sts import StsMode
from pyfinger.policy.sender import Action, Basis
from pyfinger.report.document.findings import Situation, Weight
from pyfinger.report.explanation.of_policies import OF_POLICIES
from pyfinger.steps import Connect
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.trust_store import Bundle
from tests.check.worlds import ADDRESS, WRONG, checked, world
from tests.mailserver import MailServer
from tests.policy import https
from tests.policy.https import PolicyHost, response, root
from tests.scripted import Script
from tests.world import World

S = Situation
HOST, POLICY_HOST, WEB = "mx.example.test", "mta-sts.example.test", "192.0.2.80"
POLICY = b"version: STSv1\nmode: enforce\nmx: mx.example.test\nmax_age: 604800\n"
RECORD, RUA = '"v=STSv1; id=a1"', '"v=TLSRPTv1; rua=mailto:tls@example.test"'
PAST = 1577836800  # 2020
SHOWN = https.identity(HOST)
GOOD = "3 1 1 " + hashlib.sha256(parse_certificate(SHOWN.chain[0]).spki).hexdigest()


def serving(policy: bytes = POLICY, status: int = 200, **more: Any) -> PolicyHost:
    more.setdefault("identity", https.identity(POLICY_HOST))
    return PolicyHost(response(status, policy), **more)


@dataclass
class Case:
    """A world with MTA-STS in which `situation` applies."""

    situation: Situation
    sts: tuple[str, ...] = (RECORD,)
    tlsrpt: tuple[str, ...] = (RUA,)
    web: Any = field(default_factory=serving)
    server: Any = field(default_factory=lambda: MailServer(SHOWN))
    tlsa: tuple[str, ...] = ()
    fail: Mapping[str, str] = field(default_factory=dict)
    no_web_address: bool = False

    def run(self, **options: Any) -> tuple[StsCheck, TlsrptCheck, Any]:
        names = {HOST: [ADDRESS], POLICY_HOST: [WEB]}
        if self.no_web_address:
            del names[POLICY_HOST]
        txt = {"_mta-sts.example.test": list(self.sts), "_smtp._tls.example.test": list(self.tlsrpt)}
        txt = {name: texts for name, texts in txt.items() if texts}
        dns = world(*self.tlsa, a=names, txt=txt, fail=dict(self.fail))
        options.setdefault("algorithms", (KeyAlgorithm.ECDSA,))
        options.setdefault("sts", StsOptions(Bundle([root().der])))
        servers = {ADDRESS: self.server, WEB: self.web}
        report, driver = checked(dns, servers, extent=Extent.ALL, **options)
        (domain,) = report.domains
        assert domain.sts is not None and domain.tlsrpt is not None
        return domain.sts, domain.tlsrpt, (report, driver)


def mail(host: str = HOST, wish: Wish | None = None, **more: Any) -> MailServer:
    return MailServer(https.identity(host, wish, **more))


FAR = b"version: STSv1\nmode: enforce\nmx: *.elsewhere.test\nmax_age: 604800\n"
CASES = (
    Case(S.STS_ABSENT, sts=()),
    Case(S.STS_LOOKUP_FAILED, fail={"_mta-sts.example.test/TXT": "SERVFAIL"}),
    Case(S.STS_RECORD_INVALID, sts=('"v=STSv1; id="',)),
    Case(S.STS_HOST_UNREACHABLE, web=errno.ECONNREFUSED),
    Case(S.STS_HOST_UNREACHABLE, no_web_address=True),
    Case(S.STS_HOST_WITHOUT_TLS, web=Script("HTTP/1.1 400 no", then_close=True)),
    Case(S.STS_HOST_MISNAMED, web=serving(identity=https.identity("www.example.test"))),
    Case(S.STS_HOST_UNTRUSTED, web=serving(identity=https.identity(POLICY_HOST, trusted=False))),
    Case(S.STS_POLICY_REFUSED, web=serving(b"", 404)),
    Case(S.STS_POLICY_REFUSED, web=PolicyHost(b"not HTTP", https.identity(POLICY_HOST))),
    Case(S.STS_POLICY_REDIRECTED, web=serving(b"", 301)),
    Case(S.STS_POLICY_INVALID, web=serving(b"version: STSv1\nmode: hope\n")),
    Case(S.STS_READ_OTHERWISE, web=serving(POLICY.replace(b"\nmx", b"\n\nmx"))),
    Case(S.STS_SHORT_LIVED, web=serving(POLICY.replace(b"604800", b"60"))),
    Case(S.STS_ONLY_TESTING, web=serving(POLICY.replace(b"enforce", b"testing"))),
    Case(S.STS_MODE_NONE, web=serving(b"version: STSv1\nmode: none\nmax_age: 604800\n")),
    Case(S.STS_PATTERN_UNUSED, web=serving(POLICY + b"mx: old.example.test\n")),
    Case(S.STS_MX_NOT_LISTED, web=serving(FAR)),
    Case(S.STS_MX_WITHOUT_STARTTLS, server=MailServer(None)),
    Case(S.STS_MX_MISNAMED, server=mail("other.test")),
    Case(S.STS_MX_EXPIRED, server=mail(wish=Wish(not_after=PAST))),
    Case(S.STS_MX_UNTRUSTED, server=mail(trusted=False)),
    Case(S.STS_BESIDE_DANE, tlsa=(GOOD,)),
    Case(S.STS_FOR_FAILING_DANE, tlsa=(WRONG,)),
    Case(S.TLSRPT_ABSENT, tlsrpt=()),
    Case(S.TLSRPT_LOOKUP_FAILED, fail={"_smtp._tls.example.test/TXT": "SERVFAIL"}),
    Case(S.TLSRPT_INVALID, tlsrpt=('"v=TLSRPTv1; rua=somewhere"',)),
    Case(S.TLSRPT_URI_USELESS, tlsrpt=('"v=TLSRPTv1; rua=ftp://x.test/,mailto:a@x.test"',)),
    Case(S.TLSRPT_READ_OTHERWISE, tlsrpt=('"v=TLSRPTv1; rua=mailto:a@x.test, mailto:b@x.test"',)),
)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.situation.name)
def test_a_world_of_policies_is_explained(case: Case) -> None:
    sts, tlsrpt, _ = case.run()
    found = {each.situation: each for each in (*sts.situations, *tlsrpt.situations)}
    assert case.situation in found, sorted(each.name for each in found)
    finding = found[case.situation]
    assert finding.reference and "{" not in finding.text
    assert finding.result is OF_POLICIES[case.situation].result


def test_every_situation_of_policies_has_its_world() -> None:
    assert {case.situation for case in CASES} == set(OF_POLICIES)


def test_what_is_as_it_should_be_is_ok_and_says_nothing() -> None:
    sts, tlsrpt, (report, driver) = Case(S.STS_BESIDE_DANE, tlsa=(GOOD,)).run()
    assert (sts.verdict, sts.mode, sts.mx, sts.max_age) == (
        CheckVerdict.OK,
        StsMode.ENFORCE,
        (HOST,),
        604800,
    )
    assert (sts.id, sts.policy_host, sts.connected, sts.result) == ("a1", POLICY_HOST, True, None)
    assert sts.hosts[0].pattern == HOST
    assert (tlsrpt.verdict, tlsrpt.rua) == (CheckVerdict.OK, ("mailto:tls@example.test",))
    assert [each.weight for each in sts.situations] == [Weight.NOTE]
    assert (report.verdict, report.planned, report.connections, report.policy_hosts) == (
        CheckVerdict.OK,
        1,
        1,
        1,
    )
    assert [request.address for request in driver.of(Connect)] == [ADDRESS, WEB]


def test_dane_comes_first_whatever_the_policy_says() -> None:
    sts, _, (report, _) = Case(S.STS_FOR_FAILING_DANE, tlsa=(WRONG,)).run()
    (host,) = sts.hosts
    found = {each.sender: (each.action, each.basis) for each in host.decisions}
    assert found == {
        SenderKind.DANE: (Action.SKIP, Basis.DANE),
        SenderKind.STS: (Action.DELIVER, Basis.STS),
        SenderKind.BOTH: (Action.SKIP, Basis.DANE),
    }
    (told,) = (each for each in sts.situations if each.situation is S.STS_FOR_FAILING_DANE)
    assert told.result is ResultType.CERTIFICATE_NOT_TRUSTED  # what the explanation of DANE says, too
    explained = report.domains[0].explained
    (mismatch,) = (e for e in explained.situations if e.finding.situation is S.NO_RECORD_MATCHES)
    assert mismatch.finding.result is told.result
    assert "postfix-mta-sts-resolver" in told.text


def test_records_that_cannot_be_had_forbid_the_host_and_reports_say_so() -> None:
    sts, _, _ = Case(S.STS_FOR_FAILING_DANE, fail={f"_25._tcp.{HOST}/TLSA": "SERVFAIL"}).run()
    both = [each for each in sts.hosts[0].decisions if each.sender is SenderKind.BOTH]
    assert [(each.action, each.result) for each in both] == [(Action.SKIP, ResultType.DNSSEC_INVALID)]


def test_at_a_level_without_dane_nothing_is_said_of_senders_that_know_it() -> None:
    sts, _, _ = Case(S.STS_ABSENT).run(level=Level.ENCRYPT)
    assert [each.sender for each in sts.hosts[0].decisions] == [SenderKind.STS]


def test_a_policy_that_cannot_be_kept_degrades_what_else_is_ok() -> None:
    _, _, (report, _) = Case(S.STS_MX_NOT_LISTED, web=serving(FAR), tlsa=(GOOD,)).run()
    assert (report.verdict, status(report)) == (CheckVerdict.DEGRADED, DEGRADED_STATUS)
    assert report.domains[0].reason == f"MTA-STS: {HOST}: the policy does not list the host"
    assert b"MTA-STS: mx.example.test: the policy does not list" in nagios_line(report)
    metrics = openmetrics(report).decode()
    assert f'pyfinger_check_sts_host_ok{{domain="example.test",host="{HOST}"}} 0' in metrics
    assert 'pyfinger_check_tlsrpt_ok{domain="example.test"} 1' in metrics


def test_in_mode_testing_the_result_is_reported_and_mail_is_delivered() -> None:
    web = serving(FAR.replace(b"enforce", b"testing"))
    sts, _, _ = Case(S.STS_MX_NOT_LISTED, web=web).run()
    (told,) = (each for each in sts.situations if each.situation is S.STS_MX_NOT_LISTED)
    assert (told.weight, told.result) == (Weight.WARNING, ResultType.VALIDATION_FAILURE)
    assert told.text.endswith("so far they do, and report it.")


def test_the_text_says_who_reads_otherwise_and_what_to_publish_instead() -> None:
    sts_record = '"v=STSv1; id=a1; id=b2"'
    _, _, (report, _) = Case(S.STS_READ_OTHERWISE, sts=(sts_record,), tlsa=(GOOD,)).run()
    shown = text(report).decode("ascii")
    assert "postfix-mta-sts-resolver 1.5.1, mailauth" in " ".join(shown.split())
    assert '_mta-sts.example.test. IN TXT "v=STSv1; id=a1"\n' in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_host_is_not_asked_for_policies_nor_without_the_option() -> None:
    report, _ = checked(world(GOOD), domains=(f"[{HOST}]",), sts=StsOptions(Bundle([])))
    assert report.domains[0].sts is None
    report, _ = checked(world(GOOD))
    assert (report.domains[0].sts, report.domains[0].tlsrpt) == (None, None)


def test_a_policy_host_counts_among_all_connections() -> None:
    sts, _, (report, _) = Case(S.STS_ABSENT).run(limits=Limits(total=1, pause=0))
    assert (sts.verdict, sts.reason) == (
        CheckVerdict.COULD_NOT_TELL,
        "not fetched: at most 1 connections in all",
    )
    assert report.policy_hosts == 0


def test_a_policy_host_that_says_nothing_takes_no_more_than_the_time_there_is() -> None:
    silent = PolicyHost(b"", https.identity(POLICY_HOST))
    sts, _, (_, driver) = Case(S.STS_HOST_UNREACHABLE, web=silent).run(limits=Limits(seconds=5, pause=0))
    assert sts.result is ResultType.STS_POLICY_FETCH_ERROR
    assert driver.now <= 1000 + 6


def test_two_destinations_of_one_domain_fetch_its_policy_once() -> None:
    domains = ("example.test", "example.test:26")
    names = {HOST: [ADDRESS], POLICY_HOST: [WEB]}
    dns = world(GOOD, a=names, txt={"_mta-sts.example.test": [RECORD]})
    sts = StsOptions(Bundle([root().der]))
    report, _ = checked(dns, {ADDRESS: MailServer(SHOWN), WEB: serving()}, domains, sts=sts)
    assert report.policy_hosts == 1
    assert [each.sts.mode for each in report.domains if each.sts] == [StsMode.ENFORCE] * 2


def test_without_authorities_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "certifi", None)
    webpki.web_authorities.cache_clear()
    dns = world(GOOD, a={HOST: [ADDRESS], POLICY_HOST: [WEB]}, txt={"_mta-sts.example.test": [RECORD]})
    report, _ = checked(dns, {ADDRESS: MailServer(SHOWN)}, sts=StsOptions())
    sts = report.domains[0].sts
    assert sts is not None
    assert sts.reason == "certifi is not installed (pip install 'posttls-pyfinger[sts]')"
    assert (report.verdict, sts.verdict) == (CheckVerdict.OK, CheckVerdict.COULD_NOT_TELL)
    assert text(report).decode().count("is not installed") == 1
    assert report.policy_hosts == 0


def test_an_alias_of_a_record_is_followed_and_names_are_not_terminals() -> None:
    rude = World(
        mx={"example.test": [f"10 {HOST}"]},
        a={HOST: [ADDRESS]},
        tlsa={f"_25._tcp.{HOST}": [GOOD]},
        txt={
            "_mta-sts.example.test": ['"v=STSv1; \\027[31m=x"'],
            "_smtp._tls.example.test": ['"\\155\\007"'],
        },
    )
    report, _ = checked(rude, {ADDRESS: MailServer(SHOWN)}, sts=StsOptions(), extent=Extent.ALL)
    assert not set(text(report)) - set(range(32, 127)) - {10}
