"""Records of usage 0 and 1 beside trusted roots (RFC 7671 sections 5.3 and 5.4).

No probe gets here, since such records are not imported; the conformance suites do.
"""

from __future__ import annotations

import hashlib

from pyfinger.dane.digests import parse_digests
from pyfinger.dane.trust_anchors import TlsaAnchors
from pyfinger.dane.usability import is_decodable, usable_records
from pyfinger.demo.certificate_making import Issued, Wish
from pyfinger.model import Authority, TlsaRecord
from pyfinger.values import replace
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.verify_context import VerifyParams, VerifyResult
from tests.x509.worlds import CA_WISH, NOW, authority, found, intermediate, judged, leaf, made, root

PREFERENCES, _ = parse_digests("sha512 sha256")
CHAIN = [leaf(), intermediate()]
PARTIAL = VerifyParams(now=NOW, partial_chain=True)

NO_MATCH, NO_LOCAL_ISSUER, UNVERIFIABLE = (
    X509VErr.DANE_NO_MATCH,
    X509VErr.UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
    X509VErr.UNABLE_TO_VERIFY_LEAF_SIGNATURE,
)


def record(usage: int, issued: Issued, selector: int = 0, matching: int = 1) -> TlsaRecord:
    """A record made for a certificate."""
    value = issued.key.spki if selector else issued.der
    return TlsaRecord(usage, selector, matching, hashlib.sha256(value).digest() if matching else value)


def judge(
    chain: list[Issued],
    trusted: tuple[Issued, ...],
    *records: TlsaRecord,
    params: VerifyParams | None = None,
) -> VerifyResult:
    return judged(chain, trusted, params, TlsaAnchors(usable_records(records, PREFERENCES, is_decodable)))


def test_a_service_certificate_needs_a_trusted_chain_too() -> None:
    pinned = record(1, leaf())
    good = judge(CHAIN, (root(),), pinned)
    assert good.trusted
    assert good.authority == Authority(pinned, 0)
    assert len(good.chain) == 3
    assert found(judge(CHAIN, (), pinned)) == [(NO_LOCAL_ISSUER, 1)]


def test_any_authority_of_the_chain_will_do() -> None:
    for depth, issued in ((1, intermediate()), (2, root())):
        pinned = record(0, issued, selector=1)
        outcome = judge(CHAIN, (root(),), pinned)
        assert outcome.trusted
        assert outcome.authority == Authority(pinned, depth)
    assert judge([leaf()], (intermediate(), root()), record(0, intermediate())).trusted


def test_trusted_but_not_the_one_that_was_meant() -> None:
    for pinned in (record(0, leaf()), record(0, authority())):
        outcome = judge(CHAIN, (root(),), pinned)
        assert found(outcome) == [(NO_MATCH, 2), (X509VErr.SELF_SIGNED_CERT_IN_CHAIN, 2)]
        assert outcome.authority is None
    assert found(judge(CHAIN, (root(),), record(1, intermediate()))) == [(NO_MATCH, 0)]


def test_full_certificates_of_usage_0_help_to_build_the_chain() -> None:
    pinned = record(0, intermediate(), matching=0)
    assert judge([leaf()], (root(),), pinned).authority == Authority(pinned, 1)
    key_alone = record(0, intermediate(), selector=1, matching=0)
    assert found(judge([leaf()], (root(),), key_alone)) == [(NO_LOCAL_ISSUER, 0), (UNVERIFIABLE, 0)]


def test_usages_3_and_2_go_first_and_need_no_store() -> None:
    assert judge(CHAIN, (), record(1, leaf()), record(3, leaf())).authority == Authority(record(3, leaf()), 0)
    both = judge(CHAIN, (), record(1, leaf()), record(2, intermediate()))
    assert both.trusted
    assert both.authority == Authority(record(2, intermediate()), 1)


def test_a_bare_key_takes_the_place_of_what_the_store_added() -> None:
    bare = record(2, intermediate(), selector=1, matching=0)
    outcome = judge([leaf()], (intermediate(), root()), record(0, authority()), bare)
    assert outcome.trusted
    assert outcome.authority == Authority(bare, 0, bare_key=True)
    assert len(outcome.chain) == 1


def test_a_bare_key_is_nothing_to_a_leaf_of_the_store() -> None:
    alone = made(Wish("CN=alone"))
    bare = record(2, alone, selector=1, matching=0)
    assert NO_MATCH in [code for code, _ in found(judge([alone], (alone,), record(0, root()), bare))]


def test_partial_chains_are_trusted_from_their_first_link() -> None:
    assert judge([leaf()], (leaf(),), record(1, leaf()), params=PARTIAL).trusted
    assert judge(CHAIN, (intermediate(),), record(0, intermediate()), params=PARTIAL).trusted
    outcome = judge([leaf()], (leaf(),), record(0, root()), params=PARTIAL)
    assert found(outcome)[0] == (NO_MATCH, 0)


def test_the_store_may_have_another_certificate_of_the_pinned_authority() -> None:
    """The one the server sent is not used, so a record for it constrains nothing."""
    other = made(replace(CA_WISH, subject="O=Test/CN=Issuing", serial=5), "issuing", root())
    assert judge(CHAIN, (other, root()), record(0, other)).trusted
    assert found(judge(CHAIN, (other, root()), record(0, intermediate())))[0] == (NO_MATCH, 2)
