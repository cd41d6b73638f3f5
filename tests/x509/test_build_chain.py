from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from pyfinger.demo.certificate_making import Issued, Wish, issue, make_ca
from pyfinger.model import Authority, TlsaRecord
from pyfinger.values import replace
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate import Certificate, parse_certificate
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.public_keys import Key, load_spki
from pyfinger.x509.trust_store import Bundle
from pyfinger.x509.verify import verify
from pyfinger.x509.verify_context import VerifyBudget, VerifyContext, VerifyParams
from tests.x509.test_trust_store import CLIENT, SERVER, settings
from tests.x509.worlds import (
    CA_WISH,
    DAY,
    HOST,
    LEAF_WISH,
    NOW,
    authority,
    bits,
    found,
    intermediate,
    judged,
    key,
    leaf,
    made,
    read,
    root,
)

PARTIAL = VerifyParams(now=NOW, partial_chain=True)


def chain_of(outcome_chain: tuple[Certificate, ...]) -> list[bytes]:
    return [certificate.der for certificate in outcome_chain]


def test_a_good_chain() -> None:
    outcome = judged([leaf(), intermediate()], (root(),))
    assert found(outcome) == []
    assert outcome.trusted
    assert chain_of(outcome.chain) == [leaf().der, intermediate().der, root().der]
    assert [(call.depth, call.good) for call in outcome.calls] == [(2, True), (1, True), (0, True)]


def test_order_and_surplus_do_not_matter() -> None:
    outcome = judged([leaf(), authority(), root(), intermediate()], (root(),))
    assert found(outcome) == []


def test_the_store_knows_the_intermediate_too() -> None:
    assert found(judged([leaf()], (intermediate(), root()))) == []
    outcome = judged([leaf()], (intermediate(),))
    assert found(outcome) == [(X509VErr.UNABLE_TO_GET_ISSUER_CERT, 1)]
    assert found(judged([leaf()], (intermediate(),), PARTIAL)) == []


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        (1, [(20, 0), (21, 0)]),
        (2, [(20, 1)]),
        (3, [(19, 2)]),
    ],
)
def test_nothing_is_trusted(sent: int, errors: list[tuple[int, int]]) -> None:
    assert found(judged([leaf(), intermediate(), root()][:sent])) == errors


def test_self_signed_leaves() -> None:
    alone = made(Wish("CN=alone"))
    assert found(judged([alone])) == [(18, 0)]
    assert found(judged([alone], (alone,))) == []
    assert judged([alone], (alone,)).chain == (read(alone),)


def test_a_root_may_be_sent_as_well() -> None:
    outcome = judged([leaf(), intermediate(), root()], (root(),))
    assert found(outcome) == []
    assert len(outcome.chain) == 3


def test_an_impostor_does_not_take_a_root_s_place() -> None:
    impostor = made(replace(CA_WISH, subject="O=Test/CN=Root", key_ids=False, serial=9), "impostor")
    outcome = judged([impostor], (made(replace(CA_WISH, subject="O=Test/CN=Root", key_ids=False), "root"),))
    assert found(outcome) == [(18, 0), (26, 0)]


def test_trusted_issuers_go_first() -> None:
    """Two certificates of one key: the one in the store is used, not the one sent."""
    other = made(replace(CA_WISH, subject="O=Test/CN=Issuing", serial=5), "issuing", root())
    outcome = judged([leaf(), intermediate()], (other, root()))
    assert outcome.chain[1] == read(other)


def test_of_several_issuers_the_valid_one_then_the_one_that_lasts() -> None:
    def issuing(begin: int, end: int) -> Issued:
        wish = replace(CA_WISH, subject="O=Test/CN=Issuing", not_before=NOW + begin, not_after=NOW + end)
        return made(wish, "issuing", root())

    expired = [issuing(-9 * DAY, -3 * DAY), issuing(-9 * DAY, -DAY), issuing(-9 * DAY, -2 * DAY)]
    good = issuing(-DAY, DAY)
    assert judged([leaf(), *expired, good], (root(),)).chain[1] == read(good)
    assert judged([leaf(), *expired], (root(),)).chain[1] == read(expired[1])


def test_each_certificate_is_used_once() -> None:
    """Two authorities that issued each other lead nowhere."""
    one = make_ca("CN=one", None, key("one"))
    two = make_ca("CN=two", one, key("two"))
    back = issue(replace(CA_WISH, subject="CN=one"), key("one"), two)
    end = made(LEAF_WISH, "leaf", two)
    outcome = judged([end, two, back, back, two])
    assert found(outcome) == [(20, 2)]
    assert len(outcome.chain) == 3


def test_the_depth_is_limited() -> None:
    chain = [make_ca("CN=0", None, key("root"))]
    for number in range(1, 5):
        chain.append(make_ca(f"CN={number}", chain[-1], key("issuing")))
    sent = [made(LEAF_WISH, "leaf", chain[-1]), *reversed(chain)]
    assert found(judged(sent, (chain[0],), VerifyParams(now=NOW, depth=4))) == []
    assert found(judged(sent, (chain[0],), VerifyParams(now=NOW, depth=3))) == [(22, 4), (20, 4)]
    assert found(judged(sent, (), VerifyParams(now=NOW, depth=4))) == [(22, 5), (19, 5)]


def trusting(
    encoded: bytes, chain: list[Issued], params: VerifyParams | None = None
) -> list[tuple[int, int]]:
    certificates = [read(issued) for issued in chain]
    task = VerifyContext(certificates[0], certificates, Bundle([encoded]), params or VerifyParams(now=NOW))
    return found(verify(task))


def test_trust_settings_decide() -> None:
    chain = [leaf(), intermediate()]
    assert trusting(intermediate().der + settings((SERVER,)), chain[:1]) == []
    assert trusting(root().der + settings((SERVER,)), chain) == []
    assert trusting(root().der + settings((CLIENT,)), chain) == [(28, 2), (28, 2), (26, 2)]
    assert trusting(root().der + settings((CLIENT,)), chain, VerifyParams(now=NOW, purpose=None)) == [
        (28, 2),
        (28, 2),
    ]
    assert trusting(root().der + settings(None, (SERVER,)), chain, PARTIAL) == [(28, 2), (28, 2), (26, 2)]


def test_a_leaf_that_is_itself_trusted() -> None:
    assert trusting(leaf().der, [leaf()], PARTIAL) == []
    assert trusting(leaf().der, [leaf()]) == [(20, 0), (21, 0)]
    assert trusting(leaf().der + settings((CLIENT,)), [leaf()], PARTIAL)[0] == (28, 0)
    assert trusting(root().der, [leaf()], PARTIAL) == [(20, 0)]
    twin = made(replace(LEAF_WISH, serial=77), "leaf", intermediate())
    assert found(judged([leaf()], (twin,), PARTIAL)) == [(20, 0)]


def test_a_chain_that_cannot_be_followed_breaks_off() -> None:
    """An intermediate with a key of unknown kind, but below a trusted issuer."""
    odd = encoding.sequence(encoding.sequence(encoding.oid("1.2.3.4")), bits(1))
    wish = replace(CA_WISH, subject="CN=odd", key_ids=False)
    end = made(replace(LEAF_WISH, key_ids=False), "leaf", made(wish, "odd", root()))
    inter = issue(wish, replace(key("odd"), spki=odd), root())
    outcome = judged([end, inter], (root(),))
    assert (found(outcome), outcome.aborted) == ([(20, 0), (21, 0)], False)
    broken = issue(replace(LEAF_WISH, key_ids=False), replace(key("leaf"), spki=odd), intermediate())
    outcome = judged([broken, intermediate()], (root(), intermediate()))
    assert (found(outcome), outcome.aborted, outcome.trusted) == ([], True, False)
    outcome = judged([broken, intermediate()])
    assert (found(outcome), outcome.aborted) == ([(20, 1), (1, 0)], True)
    outcome = judged([broken], (), VerifyParams(now=NOW, security_level=1))
    assert (found(outcome), outcome.aborted) == ([(66, 0), (66, 0)], True)


def test_a_self_issued_leaf() -> None:
    """Not self-signed, since its key identifiers say otherwise; nothing else bears the name."""
    wish = replace(LEAF_WISH, subject="O=Test/CN=Root")
    assert found(judged([made(wish, "leaf", root())], (root(),))) == []
    assert found(judged([made(wish, "leaf", root()), root()])) == [(19, 1)]


def test_the_budget() -> None:
    certificates = [read(issued) for issued in (leaf(), intermediate())]
    task = VerifyContext(certificates[0], certificates, Bundle([root().der]), VerifyParams(now=NOW))
    assert verify(task, VerifyBudget(signatures=2)).trusted
    assert found(verify(task, VerifyBudget(signatures=1))) == [(X509VErr.UNSPECIFIED, 2)]
    assert found(verify(task, VerifyBudget(candidates=1))) == [(X509VErr.UNSPECIFIED, 0)]


@dataclass
class Anchors:
    """TLSA records for tests: certificates that match, by their encoding."""

    leaves: tuple[Issued, ...] = ()
    authorities: tuple[Issued, ...] = ()
    known: tuple[Issued, ...] = ()
    bare: tuple[Issued, ...] = ()
    leaf_names: bool = False
    has_authorities: bool = True
    uses_store: bool = False
    asked: list[bool] = field(default_factory=list)

    def match(self, certificate: Certificate, leaf: bool) -> TlsaRecord | None:
        self.asked.append(leaf)
        good = self.leaves if leaf else self.authorities
        if certificate.der in [issued.der for issued in good]:
            return TlsaRecord(3 if leaf else 2, 0, 0, certificate.der)
        return None

    def constraint(self, certificate: Certificate, leaf: bool) -> TlsaRecord | None:
        return None

    @property
    def certificates(self) -> list[Certificate]:
        return [parse_certificate(issued.der) for issued in self.known]

    @property
    def keys(self) -> list[tuple[TlsaRecord, Key]]:
        return [(TlsaRecord(2, 1, 0, issued.key.spki), load_spki(issued.key.spki)) for issued in self.bare]


def test_a_record_for_the_leaf_settles_everything() -> None:
    old = made(replace(LEAF_WISH, not_after=NOW - DAY, names=("x.test",)), "leaf", intermediate())
    anchors = Anchors(leaves=(old,))
    outcome = judged([old], (), VerifyParams(now=NOW, security_level=1), anchors)
    assert outcome.trusted
    assert outcome.authority == Authority(TlsaRecord(3, 0, 0, old.der), 0)
    assert [(call.depth, call.good) for call in outcome.calls] == [(0, True)]
    assert anchors.asked == [True]


def test_a_record_for_an_authority_ends_the_chain() -> None:
    outcome = judged(
        [leaf(), intermediate(), root()], (root(),), None, Anchors(authorities=(intermediate(),))
    )
    assert outcome.trusted
    assert len(outcome.chain) == 2
    assert outcome.authority == Authority(TlsaRecord(2, 0, 0, intermediate().der), 1)


def test_a_leaf_is_no_authority() -> None:
    outcome = judged([leaf(), intermediate()], (), None, Anchors(authorities=(leaf(),)))
    assert found(outcome) == [(65, 1), (20, 1)]
    assert outcome.authority is None


def test_certificates_known_from_records_count_as_sent() -> None:
    outcome = judged([leaf()], (), None, Anchors(authorities=(intermediate(),), known=(intermediate(),)))
    assert outcome.trusted


def test_bare_keys() -> None:
    for chain, depth in (([leaf()], 0), ([leaf(), intermediate()], 1)):
        signer = intermediate() if depth == 0 else root()
        outcome = judged(chain, (), None, Anchors(bare=(leaf(), signer)))
        assert found(outcome) == []
        assert outcome.authority == Authority(TlsaRecord(2, 1, 0, signer.key.spki), depth, bare_key=True)
        assert [call.depth for call in outcome.calls] == list(range(depth, -1, -1))


def test_no_record_matches() -> None:
    assert found(judged([leaf()], (root(),), None, Anchors())) == [(65, 0), (20, 0), (21, 0)]
    assert found(judged([leaf()], (), None, Anchors(has_authorities=False))) == [(65, 0)]
    chain = [leaf(), intermediate(), root()]
    assert found(judged(chain, (root(),), None, Anchors(bare=(leaf(),)))) == [(65, 2), (19, 2)]


def test_too_long_a_chain_gets_no_last_chance() -> None:
    anchors = Anchors(bare=(root(),))
    assert found(judged([leaf(), intermediate()], (), VerifyParams(now=NOW, depth=0), anchors))[:3] == [
        (22, 1),
        (65, 1),
        (20, 1),
    ]


def test_names_matter_for_anchor_files_even_at_the_leaf() -> None:
    from pyfinger.x509.reference_identity import ReferenceIdentity

    wanted = VerifyParams(now=NOW, identity=ReferenceIdentity(("other.test",)))
    assert found(judged([leaf()], (), wanted, Anchors(leaves=(leaf(),)))) == []
    outcome = judged([leaf()], (), wanted, Anchors(leaves=(leaf(),), leaf_names=True))
    assert found(outcome) == [(62, 0)]
    wanted = VerifyParams(now=NOW, identity=ReferenceIdentity((HOST,)))
    assert judged([leaf()], (), wanted, Anchors(leaves=(leaf(),), leaf_names=True)).peername == HOST
