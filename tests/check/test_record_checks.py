"""What a check says of records is what `pyfinger-tlsa lint` says of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from pyfinger.check.report_model import CheckVerdict
from pyfinger.dane.remarks import RemarkKind
from pyfinger.demo.certificate_making import Issued, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.model import TlsaRecord
from pyfinger.tlsa.acceptance import ShownChain
from pyfinger.tlsa.linting import lint
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
    found = {(one.kind, one.text, one.rfc) for record in host.records for one in record.remarks}
    chain = ShownChain("server", LEAF.chain)
    linted = lint([TlsaSet(OWNER, (GOOD, wrong))], [chain], now=NOW).findings
    assert found == {(one.kind, one.text, one.rfc) for one in linted if one.record}
    assert kind in {one for one, _, _ in found}


def test_a_record_of_a_key_to_come_spoils_nothing() -> None:
    server = MailServer(Identity(LEAF.key.pem, LEAF.chain))
    texts = [f"3 1 1 {GOOD.data.hex()}", f"3 1 1 {bytes(32).hex()}"]
    domain, host, _ = only(checked(world(*texts), {ADDRESS: server})[0])
    assert (domain.verdict, host.verdict) == (CheckVerdict.OK, CheckVerdict.OK)
