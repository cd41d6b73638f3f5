"""What is given takes the place of what would be asked, and of nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from pyfinger import events as e
from pyfinger.cli.keywords import understood
from pyfinger.demo.certificate_making import Wish, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import UsageError
from pyfinger.events import Event
from pyfinger.events.given import CredentialGiven, CredentialMissing, CredentialUnasked, GivenJudged
from pyfinger.model import Level, LookupFailure, Trust
from pyfinger.prober.context import system_dependencies
from pyfinger.prober.probe import probe
from pyfinger.report.document import Outcome, Report
from pyfinger.report.document.builder import ReportRecorder
from pyfinger.report.explanation import explain
from pyfinger.steps import Connect, Resolve
from pyfinger.x509.pem import to_pem
from tests.mailserver import MailServer, identity
from tests.scripted import Scripted
from tests.tls.server import Identity
from tests.world import World

HOST, DOMAIN = "mx.example.test", "example.test"
LEAF = make_leaf(HOST, make_ca("CN=Root"))
RECORD = f"3 1 1 {hashlib.sha256(LEAF.key.spki).hexdigest()}"
SHOWN = f"3 0 1 {hashlib.sha256(identity().chain[0]).hexdigest()}"
OTHER = "3 1 1 " + 64 * "0"
OWNER = f"_25._tcp.{HOST}"
TODAY = World(mx={DOMAIN: [f"10 {HOST}"]}, a={HOST: ["192.0.2.1"]}, tlsa={OWNER: [SHOWN]})
SERVERS = {"192.0.2.1": MailServer(identity())}


class Probed:
    """A probe of `today`, with something given."""

    def __init__(self, *operands: str, today: World = TODAY, servers: Any = SERVERS, **options: Any) -> None:
        self.driver = Scripted(today, servers)
        recorder = ReportRecorder()

        def emit(event: Event) -> None:
            self.driver.emit(event)
            recorder(event, 1.8e9)

        invocation, _ = understood(operands or (DOMAIN,), options, emit)
        services = system_dependencies(lambda: 0.0, invocation.trust, ())
        self.status = self.driver.run(probe(invocation.options, services, emit))
        self.report: Report = recorder.report

    @property
    def asked(self) -> list[tuple[str, str]]:
        return [(one.name, one.rdtype) for one in self.driver.of(Resolve)]

    @property
    def trusts(self) -> list[Trust]:
        return [one.trust for one in self.driver.events if isinstance(one, GivenJudged | e.TlsEstablished)]


def test_a_certificate_is_judged_by_today_s_records_and_without_a_connection() -> None:
    probed = Probed(certificate=LEAF.chain_pem)
    assert probed.trusts == [Trust.UNTRUSTED]
    assert (OWNER, "TLSA") in probed.asked
    assert probed.driver.of(Connect) == []
    assert probed.report.outcome is Outcome.NOT_MET


def test_records_are_held_against_what_the_server_shows_today() -> None:
    for record, trust in ((SHOWN, Trust.VERIFIED), (OTHER, Trust.UNTRUSTED)):
        probed = Probed(records=f"{OWNER} TLSA {record}")
        assert probed.trusts == [trust]
        assert (DOMAIN, "MX") in probed.asked
        assert (OWNER, "TLSA") not in probed.asked
        assert len(probed.driver.of(Connect)) == 1


def test_offline_nobody_is_asked_for_anything() -> None:
    probed = Probed(certificate=LEAF.chain_pem, records=RECORD, offline=True, host_lookup="native")
    assert probed.trusts == [Trust.VERIFIED]
    assert probed.driver.requests == []


def test_records_of_one_type_leave_the_others_to_dns() -> None:
    probed = Probed(certificate=LEAF.chain_pem, records=f"{HOST} AAAA 2001:db8::1\n{OWNER} TLSA {RECORD}")
    assert probed.asked == [(DOMAIN, "MX")]  # an address of one family settles both
    [given] = probed.driver.of(CredentialGiven)
    assert given.peer.address == "2001:db8::1"


def test_a_live_alias_may_lead_to_given_records() -> None:
    alias = World(
        mx=TODAY.mx, a=TODAY.a, cname={OWNER: "_dane.example.test"}, tlsa={"_dane.example.test": [OTHER]}
    )
    probed = Probed(certificate=LEAF.chain_pem, records=f"_dane.example.test TLSA {RECORD}", today=alias)
    assert probed.trusts == [Trust.VERIFIED]


def test_a_given_alias_may_lead_to_live_records() -> None:
    today = World(mx={DOMAIN: ["10 alias.test"]}, a=TODAY.a, tlsa={OWNER: [RECORD]})
    probed = Probed(certificate=LEAF.chain_pem, records=f"alias.test CNAME {HOST}", today=today)
    assert probed.trusts == [Trust.VERIFIED]
    assert (HOST, "A") in probed.asked


def test_given_records_are_judged_like_any_others() -> None:
    probed = Probed(certificate=LEAF.chain_pem, records=f"{DOMAIN} MX 10 192.0.2.7\n{OWNER} TLSA 9 1 1 00")
    assert probed.driver.of(e.NumericName)
    probed = Probed(certificate=LEAF.chain_pem, records=rf"{OWNER} TLSA \# 3 030101")
    assert probed.driver.of(e.TlsaTruncated)


@pytest.mark.parametrize(
    ("unsigned", "level"),
    [("", Level.DANE), ("example.test/MX", Level.HALF_DANE), ("mx.example.test", Level.SECURE)],
)
def test_what_is_unsigned_decides_the_level(unsigned: str, level: Level) -> None:
    records = f"{DOMAIN} MX 10 {HOST}\n{HOST} A 192.0.2.1\n{OWNER} TLSA {RECORD}"
    probed = Probed(certificate=LEAF.chain_pem, records=records, offline=True, unsigned=unsigned or None)
    [decided] = probed.driver.of(e.LevelDecided)
    assert decided.level is level


def test_a_domain_that_takes_no_mail_can_be_given() -> None:
    probed = Probed(certificate=LEAF.chain_pem, records=f"{DOMAIN} MX 0 .", offline=True)
    [failed] = probed.driver.of(e.RouteFailed)
    assert isinstance(failed.failure, LookupFailure)
    assert probed.report.outcome is Outcome.NO_DESTINATION


def test_hosts_have_certificates_of_their_own_and_one_without_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "b.pem"
    file.write_text(LEAF.chain_pem)
    records = f"{DOMAIN} MX 10 a.test\n{DOMAIN} MX 20 b.test\n_25._tcp.b.test TLSA {RECORD}"
    probed = Probed(certificate=f"b.test={file}", records=records, offline=True)
    assert [one.peer.host for one in probed.driver.of(CredentialMissing)] == ["a.test"]
    assert probed.trusts == [Trust.VERIFIED]
    assert [(one.peer.host, one.given) for one in probed.report.addresses] == [
        ("a.test", False),
        ("b.test", True),
    ]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"certificate": [LEAF.pem, LEAF.pem]}, "a server shows one at a time, and for mx.example.test"),
        (
            {
                "certificate": LEAF.pem,
                "records": f"{DOMAIN} MX 1 a.test\n{DOMAIN} MX 2 b.test\n{RECORD}",
                "offline": True,
            },
            "TLSA data without a name, and example.test has several hosts: a.test, b.test",
        ),
        (
            {"certificate": "other.test=FILE", "offline": True},
            "no certificate is given for any host of example.test: example.test",
        ),
    ],
)
def test_what_is_unclear_is_asked_back(options: dict[str, Any], complaint: str, tmp_path: Path) -> None:
    file = tmp_path / "c.pem"
    file.write_text(LEAF.pem)
    given = options["certificate"]
    if isinstance(given, str):
        options = {**options, "certificate": given.replace("FILE", str(file))}
    with pytest.raises(UsageError) as caught:
        Probed(**options)
    assert complaint in str(caught.value)


def test_a_raw_public_key_that_nobody_asks_for_is_no_handshake() -> None:
    raw = to_pem("PUBLIC KEY", LEAF.key.spki)
    probed = Probed(HOST, certificate=raw, records=RECORD.replace("3 1 1", "2 1 1"), offline=True)
    assert probed.driver.of(CredentialUnasked)
    assert probed.report.outcome is Outcome.TLS
    assert Probed(HOST, certificate=raw, records=RECORD, offline=True).trusts == [Trust.VERIFIED]


def test_a_key_that_no_offer_fits_is_no_handshake() -> None:
    leaf = make_leaf(HOST, key=make_key("p384", "x"))
    probed = Probed(
        HOST, certificate=leaf.pem, offline=True, settings={"tls_medium_cipherlist": "SUITEB128ONLY"}
    )
    assert [one.reason for one in probed.driver.of(CredentialUnasked)] == [
        "no signature algorithm offered fits a key EC secp384r1"
    ]


@pytest.mark.parametrize(("protocols", "established"), [("<=TLSv1.2", False), (">=TLSv1.3", True)])
def test_a_key_that_may_not_sign_is_refused_before_tls_1_3_as_it_is_live(
    protocols: str, established: bool
) -> None:
    """OpenSSL's ssl_check_srvr_ecc_cert_and_alg looks at keyUsage with suites of ECDSA alone."""
    leaf = make_leaf(HOST, make_ca("CN=Root"), make_key("p256"), Wish(key_usage=("keyAgreement",)))
    today = World(
        mx={DOMAIN: [f"10 {HOST}"]},
        a={HOST: ["192.0.2.1"]},
        tlsa={OWNER: [f"3 1 1 {hashlib.sha256(leaf.key.spki).hexdigest()}"]},
    )
    servers = {"192.0.2.1": MailServer(Identity(leaf.key.pem, leaf.chain))}
    live = Probed(today=today, servers=servers, protocols=protocols)
    given = Probed(today=today, certificate=leaf.chain_pem, protocols=protocols)
    assert live.trusts == given.trusts == ([Trust.VERIFIED] if established else [])
    assert live.report.outcome is given.report.outcome
    failures = [
        [one for one in each.driver.events if isinstance(one, e.TlsProblem)] for each in (live, given)
    ]
    assert failures[0] == failures[1] and bool(failures[0]) is not established


def test_nothing_to_offer_is_the_caller_s_fault() -> None:
    probed = Probed(HOST, certificate=LEAF.pem, offline=True, protocols=">=TLSv1.3:<=TLSv1.2")
    assert probed.driver.of(e.NothingToOffer)
    assert probed.report.outcome is Outcome.REFUSED


def test_reports_and_explanations_say_what_was_given() -> None:
    probed = Probed(certificate=LEAF.chain_pem, records=f"{OWNER} TLSA {OTHER}\n{OWNER} TLSA {RECORD}")
    report = probed.report
    tls = report.sessions[0].tls
    assert tls is not None
    assert (tls.given, tls.established, tls.concluded) == ("the command line", False, True)
    assert [(one.name, one.given) for one in report.lookups if one.rdtype in ("MX", "TLSA")] == [
        (DOMAIN, False),
        (OWNER, True),
    ]
    explained = explain(report)
    assert "The certificate was given (the command line), not seen: what the server shows may differ." in (
        explained.account
    )
    assert f"Given, and not looked up: {OWNER} TLSA." in explained.account
