"""What a check says of records is what `pyfinger-tlsa lint` says of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from pyfinger.check.report_model import CheckVerdict, Extent, KeyAlgorithm
from pyfinger.check.request import COMMON
from pyfinger.check.text import text
from pyfinger.dane.remarks import RecordRemark, RemarkKind
from pyfinger.demo.certificate_making import Issued, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.model import TlsaRecord
from pyfinger.report.document.findings import Weight
from pyfinger.tlsa.acceptance import ShownChain
from pyfinger.tlsa.linting import LintFinding, lint
from pyfinger.tlsa.zone import TlsaSet
from pyfinger.x509.certificate import parse_certificate
from tests.check.worlds import ADDRESS, checked, only, world
from tests.mailserver import MailServer
from tests.tls.server import Identity

HOST = "mx.example.test"
OWNER = f"_25._tcp.{HOST}"
ROOT = make_ca("O=Test/CN=Root of Records")
ISSUING = make_ca("O=Test/CN=Issuing", ROOT)
LEAF = make_leaf(HOST, ISSUING, key=make_key("p256"))
NOW = 1793491200.0  # that of `checked`


def key(issued: Issued, usage: int, selector: int = 1) -> TlsaRecord:
    """A record of a key's digest, whatever its selector says."""
    return TlsaRecord(usage, selector, 1, hashlib.sha256(parse_certificate(issued.der).spki).digest())


GOOD = key(LEAF, 3)
SAID: dict[RemarkKind, Callable[[], TlsaRecord]] = {
    RemarkKind.PKIX_USAGE: lambda: key(LEAF, 1),
    RemarkKind.UNKNOWN_USAGE: lambda: key(LEAF, 4),
    RemarkKind.UNKNOWN_SELECTOR: lambda: key(LEAF, 3, 2),
    RemarkKind.UNKNOWN_MATCHING: lambda: TlsaRecord(3, 1, 3, bytes(32)),
    RemarkKind.WRONG_LENGTH: lambda: TlsaRecord(3, 1, 1, bytes(31)),
    RemarkKind.UNDECODABLE: lambda: TlsaRecord(3, 1, 0, bytes(32)),
    RemarkKind.EMPTY_DIGEST: lambda: TlsaRecord(3, 1, 1, hashlib.sha256(b"").digest()),
    RemarkKind.FULL_VALUE: lambda: TlsaRecord(3, 1, 0, parse_certificate(LEAF.der).spki),
    RemarkKind.CERTIFICATE_PINNED: lambda: TlsaRecord(3, 0, 1, hashlib.sha256(LEAF.der).digest()),
    RemarkKind.ANCHOR_NOT_SENT: lambda: key(ROOT, 2),
    RemarkKind.AUTHORITY_AS_SERVER: lambda: key(ISSUING, 3),
    RemarkKind.SERVER_AS_AUTHORITY: lambda: key(LEAF, 2),
    RemarkKind.OTHER_SELECTOR: lambda: key(LEAF, 3, 0),
    RemarkKind.PEM_DIGEST: lambda: TlsaRecord(3, 0, 1, hashlib.sha256(LEAF.pem.encode()).digest()),
    RemarkKind.NEVER_MATCHED: lambda: TlsaRecord(3, 1, 1, bytes(32)),
}


@pytest.mark.parametrize("kind", SAID)
def test_of_a_record_a_check_says_what_lint_says(kind: RemarkKind) -> None:
    wrong = SAID[kind]()
    server = MailServer(Identity(LEAF.key.pem, LEAF.chain))
    texts = [f"{one.usage} {one.selector} {one.matching} {one.data.hex()}" for one in (GOOD, wrong)]
    host = only(checked(world(*texts), {ADDRESS: server})[0])[1]
    found = {_all_of(one) for record in host.records for one in record.remarks}
    chain = ShownChain("server", LEAF.chain)
    linted = lint([TlsaSet(OWNER, (GOOD, wrong))], [chain], now=NOW).findings
    assert found == {_all_of(one) for one in linted if one.record}
    assert kind in {one for one, *_ in found}


def _all_of(one: RecordRemark | LintFinding) -> tuple[object, ...]:
    return one.kind, one.text, one.rfc, one.weight, one.action


ALONE = [
    ((KeyAlgorithm.ECDSA,), "RSA keys were not asked for"),
    ((KeyAlgorithm.ANY,), "the server was left to choose one of its keys"),
    ((KeyAlgorithm.EDDSA, KeyAlgorithm.ANY), "the server was left to choose one of its keys"),
]


@pytest.mark.parametrize(("algorithms", "reason"), ALONE)
def test_a_record_that_may_be_of_a_key_that_was_not_asked_for_is_not_looked_at(
    algorithms: tuple[KeyAlgorithm, ...], reason: str
) -> None:
    other = f"3 1 1 {'ab' * 32}", f"2 1 1 {'cd' * 32}"
    server = MailServer(Identity(LEAF.key.pem, LEAF.chain))
    dns = world(f"3 1 1 {GOOD.data.hex()}", *other)
    report, _ = checked(dns, {ADDRESS: server}, algorithms=algorithms, extent=Extent.ALL)
    domain, host, _ = only(report)
    verdicts = [record.verdict for record in host.records if record.record != GOOD]
    assert verdicts == [CheckVerdict.NOT_LOOKED_AT] * 2
    shown = "the server's choice" if KeyAlgorithm.ANY in algorithms else "ECDSA"
    assert {record.reason for record in host.records} == {reason, f"matches {shown}"}
    assert not any(record.remarks for record in host.records)
    assert domain.verdict is CheckVerdict.OK and domain.explained is not None
    assert {one.finding.weight for one in domain.explained.situations} == {Weight.NOTE}
    told = text(report).decode()
    assert told.count("not looked at") == 2 and "warning" not in told.lower()
    plain, _ = checked(dns, {ADDRESS: server}, algorithms=algorithms)
    assert only(plain)[0].explained is None, "there is nothing to be explained"


def test_what_is_seen_to_be_a_mistake_is_one_whatever_was_asked_for() -> None:
    server = MailServer(Identity(LEAF.key.pem, LEAF.chain))
    dns = world(f"3 1 1 {GOOD.data.hex()}", f"3 1 1 {key(ISSUING, 3).data.hex()}")
    host = only(checked(dns, {ADDRESS: server}, algorithms=(KeyAlgorithm.ANY,))[0])[1]
    (wrong,) = (one for one in host.records if one.record != GOOD)
    assert wrong.verdict is CheckVerdict.NEVER_MATCHED
    assert [one.kind for one in wrong.remarks] == [RemarkKind.AUTHORITY_AS_SERVER]


def test_where_both_usual_keys_were_asked_for_a_record_of_neither_matches_nothing() -> None:
    server = MailServer(Identity(LEAF.key.pem, LEAF.chain))
    dns = world(f"3 1 1 {GOOD.data.hex()}", f"3 1 1 {'ab' * 32}")
    host = only(checked(dns, {ADDRESS: server}, algorithms=(*COMMON, KeyAlgorithm.ANY))[0])[1]
    assert {one.verdict for one in host.records if one.record != GOOD} == {CheckVerdict.NEVER_MATCHED}


def test_a_record_of_a_key_to_come_spoils_nothing() -> None:
    server = MailServer(Identity(LEAF.key.pem, LEAF.chain))
    texts = [f"3 1 1 {GOOD.data.hex()}", f"3 1 1 {bytes(32).hex()}"]
    domain, host, _ = only(checked(world(*texts), {ADDRESS: server})[0])
    assert (domain.verdict, host.verdict) == (CheckVerdict.OK, CheckVerdict.OK)
