"""Any certificates, in any order, trusted or not, are judged within the budget: an outcome, no exception.

A chain begins with the leaf, and each link is of the next one's name.  A bad
record more among TLSA records never makes good what was bad.
"""

from __future__ import annotations

from fuzz._bytes import Choices
from pyfinger.dane.digests import parse_digests
from pyfinger.dane.trust_anchors import TlsaAnchors
from pyfinger.dane.usability import is_decodable, usable_records
from pyfinger.demo.certificate_making import Issued, Wish, issue, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import DecodeError
from pyfinger.model import TlsaRecord
from pyfinger.values import replace
from pyfinger.x509.certificate import Certificate, parse_certificate
from pyfinger.x509.reference_identity import ReferenceIdentity
from pyfinger.x509.trust_store import Bundle
from pyfinger.x509.verify import verify
from pyfinger.x509.verify_context import (
    SSL_CLIENT,
    SSL_SERVER,
    VerifyBudget,
    VerifyContext,
    VerifyParams,
    VerifyResult,
)

HOST = "mx.example.test"
NOW = 1_780_000_000
SIGNATURES = 12
PREFERENCES, _ = parse_digests("sha256 sha512")

_ROOT = make_ca("O=Fuzz/CN=Root")
_TWIN = issue(Wish("O=Fuzz/CN=Root", ca=True), make_key("p256", "twin"))
_MIDDLE = make_ca("O=Fuzz/CN=Issuing", _ROOT)
_LOOP = issue(Wish("O=Fuzz/CN=Root", ca=True), _ROOT.key, _MIDDLE)
_SHORT = issue(Wish("O=Fuzz/CN=Issuing", ca=True, path_length=0), _MIDDLE.key, _TWIN)
_OLD = issue(Wish("O=Fuzz/CN=Old", version=1), make_key("rsa512"))
_LEAF = make_leaf(HOST, _MIDDLE)
ISSUED: tuple[Issued, ...] = (_LEAF, _MIDDLE, _ROOT, _TWIN, _LOOP, _SHORT, _OLD)
DERS = tuple(issued.der for issued in ISSUED)
IDENTITIES = (
    ReferenceIdentity(),
    ReferenceIdentity((HOST,)),
    ReferenceIdentity(("other.test", ".test"), bytes(4)),
    ReferenceIdentity(missing=True),
)


def _seed(*numbers: int) -> bytes:
    return bytes(numbers)


SEEDS: list[bytes] = [
    # params; leaf; sent; trusted; TLSA records
    _seed(1, 0, 1, 0, 0, 0, 0, 2, 1, 0, 2, 0, 1, 2, 0),
    _seed(1, 1, 0, 1, 1, 0, 0, 3, 1, 0, 4, 0, 5, 0, 1, 3, 0, 0),
    _seed(0, 2, 3, 2, 0, 1, 0, 2, 2, 0, 1, 0, 1, 2, 0, 2, 2, 1, 1, 1, 0, 3, 0, 1, 0),
    _seed(2, 3, 5, 0, 1, 1, 6, 0, 0, 0, 1, 3, 2, 0, 0, 1, 2, 1, 0, 2, 1),
]


def check(data: bytes) -> None:
    choices = Choices(data)
    params = _params(choices)
    leaf, *sent = [_certificate(choices) for _ in range(1 + choices.number(9))]
    try:
        trusted = Bundle([parsed.der for parsed in (_certificate(choices) for _ in range(choices.number(4)))])
    except DecodeError:
        return
    task = VerifyContext(leaf, tuple(sent), trusted, params)
    _check_outcome(task, verify(task, VerifyBudget(SIGNATURES, 200)))
    _check_records(task, choices)


def _params(choices: Choices) -> VerifyParams:
    return VerifyParams(
        now=choices.one_of((NOW, NOW, None, 0, 1 << 40)),
        identity=choices.one_of(IDENTITIES),
        security_level=choices.number(6),
        depth=choices.one_of((10, 0, 1, 2, 100)),
        purpose=choices.one_of((SSL_SERVER, SSL_CLIENT, None)),
        strict=choices.flag(),
        partial_chain=choices.flag(),
        check_root_signature=choices.flag(),
        allow_proxy=choices.flag(),
    )


def _certificate(choices: Choices) -> Certificate:
    """One of ours, maybe spoilt; as it was if that is none any more."""
    known = choices.one_of(DERS)
    try:
        return parse_certificate(choices.spoilt(known))
    except DecodeError:
        return parse_certificate(known)


def _check_outcome(task: VerifyContext, outcome: VerifyResult) -> None:
    assert outcome.chain[0] == task.leaf
    assert len(outcome.chain) <= task.params.depth + 2
    assert len(outcome.errors) == len(outcome.failures)
    assert all(0 <= error.depth < len(outcome.chain) for error in outcome.errors)
    for lower, upper in zip(outcome.chain, outcome.chain[1:], strict=False):
        assert lower.issuer == upper.subject


def _check_records(task: VerifyContext, choices: Choices) -> None:
    """The same with TLSA records instead of the store, and with a bad one more."""
    known = (task.leaf, *task.untrusted)
    records = [_record(known, choices) for _ in range(choices.number(5))]
    nonsense = TlsaRecord(choices.one_of((3, 2)), choices.number(2), 1, bytes(32))
    before, after = (_judged(task, each) for each in (records, [*records, nonsense]))
    if before is not None and after is not None and before.errors:
        assert after.errors, "a bad record made it good"


def _record(known: tuple[Certificate, ...], choices: Choices) -> TlsaRecord:
    about = choices.one_of(known)
    usage, selector, matching = choices.number(4), choices.number(2), choices.number(3)
    content = about.spki if selector else about.der
    return TlsaRecord(usage, selector, matching, choices.spoilt(PREFERENCES.association(matching, content)))


def _judged(task: VerifyContext, records: list[TlsaRecord]) -> VerifyResult | None:
    sifted = usable_records(tuple(records), PREFERENCES, is_decodable)
    if not sifted.usable:
        return None
    outcome = verify(replace(task, anchors=TlsaAnchors(sifted)), VerifyBudget(SIGNATURES, 200))
    _check_outcome(task, outcome)
    return outcome
