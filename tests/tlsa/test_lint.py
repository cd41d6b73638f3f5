"""Every rule finds its violation; nothing is found in sets that are sound."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from pyfinger.dane.chain_rules import SignatureDates
from pyfinger.dane.remarks import LONG_TTL, RemarkKind
from pyfinger.demo.certificate_making import Issued, Wish, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.model import TlsaRecord
from pyfinger.model.weight import Weight
from pyfinger.tlsa.acceptance import ShownChain
from pyfinger.tlsa.linting import LintReport, lint, zone_data
from pyfinger.tlsa.material import Material
from pyfinger.tlsa.zone import TlsaSet
from pyfinger.x509.pem import to_pem
from tests.tlsa.worlds import (
    HOST,
    ISSUING,
    NOW,
    OTHER_ISSUING,
    OWNER,
    ROOT,
    chain,
    leaf,
    material,
    record,
)

DAY = 86400
OURS = leaf("ours")
NEXT = leaf("next")
GOOD = record(OURS)
PEM = to_pem("CERTIFICATE", OURS.der).encode()
D32 = b"\1" * 32
WITH_ROOT = ShownChain("with root", (*OURS.chain, ROOT.der))


def found(
    *records: TlsaRecord, chains: Sequence[ShownChain] = (chain(OURS),), owner: str = OWNER, **more: Any
) -> LintReport:
    return lint([TlsaSet(owner, records, **more)], chains, now=NOW)


def kinds(report: LintReport) -> list[RemarkKind]:
    return [one.kind for one in report.findings]


def dates(begin: float, end: float) -> dict[str, Any]:
    return {"signatures": (SignatureDates(int(NOW + begin), int(NOW + end), 3600),)}


VIOLATIONS: dict[RemarkKind, Callable[[], LintReport]] = {
    RemarkKind.PKIX_USAGE: lambda: found(GOOD, record(OURS, usage=1)),
    RemarkKind.UNKNOWN_USAGE: lambda: found(GOOD, TlsaRecord(4, 1, 1, D32)),
    RemarkKind.UNKNOWN_SELECTOR: lambda: found(GOOD, TlsaRecord(3, 2, 1, D32)),
    RemarkKind.UNKNOWN_MATCHING: lambda: found(GOOD, TlsaRecord(3, 1, 3, D32)),
    RemarkKind.WRONG_LENGTH: lambda: found(GOOD, TlsaRecord(3, 1, 1, b"\1" * 31)),
    RemarkKind.UNDECODABLE: lambda: found(GOOD, TlsaRecord(3, 1, 0, D32)),
    RemarkKind.EMPTY_DIGEST: lambda: found(GOOD, TlsaRecord(3, 1, 1, hashlib.sha256(b"").digest())),
    RemarkKind.FULL_VALUE: lambda: found(GOOD, record(OURS, matching=0)),
    RemarkKind.CERTIFICATE_PINNED: lambda: found(record(OURS, selector=0)),
    RemarkKind.ANCHOR_KEY: lambda: found(GOOD, record(ROOT, 2, 1, 0)),
    RemarkKind.ANCHOR_NOT_SENT: lambda: found(GOOD, record(ROOT, 2, 1, 1)),
    RemarkKind.DUPLICATE: lambda: found(GOOD, GOOD),
    RemarkKind.ONLY_SHA512: lambda: found(record(OURS, matching=2)),
    RemarkKind.UNEQUAL_DIGESTS: lambda: found(GOOD, record(NEXT), record(OURS, matching=2)),
    RemarkKind.ALL_UNUSABLE: lambda: found(record(OURS, usage=1)),
    RemarkKind.LONG_TTL: lambda: found(GOOD, ttls=(LONG_TTL + 1,)),
    RemarkKind.SIGNATURE_ENDS: lambda: found(GOOD, **dates(-30 * DAY, DAY)),
    RemarkKind.SIGNATURE_EXPIRED: lambda: found(GOOD, **dates(-2 * DAY, -DAY)),
    RemarkKind.SIGNATURE_EARLY: lambda: found(GOOD, **dates(DAY, 2 * DAY)),
    RemarkKind.SIGNATURE_OUTLIVED: lambda: found(GOOD, ttls=(7200,), **dates(-DAY, 7199)),
    RemarkKind.UNSIGNED: lambda: found(GOOD, unsigned=True),
    RemarkKind.UNEQUAL_TTLS: lambda: found(GOOD, ttls=(60, 61)),
    RemarkKind.OWNER_NAME: lambda: found(GOOD, owner=HOST),
    RemarkKind.NOTHING_MATCHES: lambda: found(record(NEXT)),
    RemarkKind.CHAIN_REFUSED: lambda: found(record(ISSUING, 2), chains=[chain(expired())]),
    RemarkKind.KIND_UNMATCHED: lambda: found(GOOD, record(OTHER_ISSUING, 2, 0)),
    RemarkKind.NEVER_MATCHED: lambda: found(GOOD, record(NEXT)),
    RemarkKind.AUTHORITY_AS_SERVER: lambda: found(GOOD, record(ISSUING)),
    RemarkKind.SERVER_AS_AUTHORITY: lambda: found(GOOD, record(OURS, 2)),
    RemarkKind.OTHER_SELECTOR: lambda: found(GOOD, TlsaRecord(3, 0, 1, GOOD.data)),
    RemarkKind.PEM_DIGEST: lambda: found(GOOD, TlsaRecord(3, 0, 1, hashlib.sha256(PEM).digest())),
}
OF_LOOKUPS = {RemarkKind.BOGUS}  # tests/tlsa/test_live.py


def expired() -> Issued:
    return leaf("ours", ISSUING, Wish(not_after=int(NOW) - DAY))


@pytest.mark.parametrize("kind", VIOLATIONS)
def test_each_rule_finds_its_violation(kind: RemarkKind) -> None:
    assert kind in kinds(VIOLATIONS[kind]())


def test_no_rule_is_left_out() -> None:
    assert set(VIOLATIONS) | OF_LOOKUPS == set(RemarkKind)


def sound(rng: random.Random) -> tuple[TlsaSet, list[ShownChain], list[Material]]:
    """A set as it should be, with what its servers show and the keys to come."""
    leaves = [OURS, make_leaf(HOST, ISSUING, make_key("ed25519", "second"))][: rng.randint(1, 2)]
    coming = [NEXT] if rng.random() < 0.4 else []
    authorities = rng.choice([(), (record(ISSUING, 2),), (record(ISSUING, 2, 0),), (record(ROOT, 2),)])
    servers = () if authorities and rng.random() < 0.3 else (*leaves, *coming)
    digests = rng.choice([(1,), (1, 2)])
    records = [record(one, 3, 1, matching) for one in servers for matching in digests] + list(authorities)
    rng.shuffle(records)
    ttl = rng.randint(60, 2 * DAY)
    life = rng.randint(10, 30) * DAY
    began = rng.uniform(0, life * 0.5)
    signatures = (SignatureDates(int(NOW - began), int(NOW - began + life), ttl),)
    chains = [ShownChain(f"{n}", (*one.chain, ROOT.der)) for n, one in enumerate(leaves)]
    given = signatures if rng.random() < 0.5 and life - began > 3 * DAY else ()
    return (
        TlsaSet(OWNER, tuple(records), (ttl,) * len(records), given),
        chains,
        [material(one) for one in coming],
    )


def test_nothing_is_found_in_two_hundred_sound_sets() -> None:
    rng = random.Random(19)
    for _ in range(200):
        one, chains, keys = sound(rng)
        report = lint([one], chains, keys, now=NOW)
        assert report.findings == () and report.verdict is None, one


def test_a_chain_that_nothing_vouches_for_is_told_with_its_record() -> None:
    report = found(record(NEXT))
    told = report.findings[0]
    assert report.verdict is Weight.FAILURE and told.chain == "chain"
    assert told.detail == f"its record is 3 1 1 {GOOD.data.hex().upper()}"
    assert told.publish == (zone_data(GOOD),) and told.record == ""


def test_a_raw_key_has_the_record_of_its_key() -> None:
    told = found(record(NEXT), chains=[ShownChain("raw", (), OURS.key.spki)]).findings[0]
    assert told.kind is RemarkKind.NOTHING_MATCHES and told.publish == (zone_data(GOOD),)


def test_a_chain_that_cannot_be_read_has_no_record() -> None:
    told = found(GOOD, chains=[ShownChain("bad", (b"\x30\x00",))]).findings[0]
    assert (told.chain, told.detail, told.publish) == ("bad", "", ())


@pytest.mark.parametrize(
    ("records", "publish"),
    [
        ((GOOD, record(OTHER_ISSUING, 2, 0)), (record(ISSUING, 2, 0), record(ROOT, 2, 0))),
        ((record(ISSUING, 2), record(NEXT, 3, 0, 2)), (record(OURS, 3, 0, 2),)),
    ],
)
def test_what_would_match_is_told_for_a_kind_that_does_not(
    records: tuple[TlsaRecord, ...], publish: tuple[TlsaRecord, ...]
) -> None:
    report = found(*records, chains=[WITH_ROOT])
    (told,) = [one for one in report.findings if one.kind is RemarkKind.KIND_UNMATCHED]
    assert told.publish == tuple(map(zone_data, publish)) and told.record == ""
    others = [one for one in records if one.usage != publish[0].usage]
    mended = found(*others, *publish, chains=[WITH_ROOT])
    assert RemarkKind.KIND_UNMATCHED not in kinds(mended)


def test_a_certificate_alone_has_no_record_of_an_authority() -> None:
    alone = leaf("alone", None)
    report = found(record(alone), record(ROOT, 2), chains=[chain(alone)])
    (told,) = [one for one in report.findings if one.kind is RemarkKind.KIND_UNMATCHED]
    assert told.publish == ()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (record(ISSUING), record(ISSUING, 2)),
        (record(OURS, 2), GOOD),
        (TlsaRecord(3, 0, 1, GOOD.data), GOOD),
        (TlsaRecord(3, 1, 1, record(OURS, selector=0).data), record(OURS, selector=0)),
    ],
)
def test_a_mistake_is_told_with_the_record_that_was_meant(wrong: TlsaRecord, right: TlsaRecord) -> None:
    told = [one for one in found(wrong).findings if one.record and one.publish]
    assert [(one.record, one.publish) for one in told] == [(zone_data(wrong), (zone_data(right),))]


def test_a_refused_chain_is_told_with_the_reason() -> None:
    (told,) = [one for one in VIOLATIONS[RemarkKind.CHAIN_REFUSED]().findings if one.chain]
    assert told.detail == "certificate has expired" and told.record == zone_data(record(ISSUING, 2))
    assert told.publish == (zone_data(GOOD),)


def test_dates_do_not_matter_under_usage_3() -> None:
    assert found(GOOD, chains=[chain(expired())]).findings == ()


def test_a_weaker_digest_of_the_same_key_is_in_use() -> None:
    assert found(GOOD, record(OURS, matching=2)).findings == ()


def test_each_record_has_its_line_once_and_mistakes_are_named_instead_of_never_matched() -> None:
    assert kinds(found(GOOD, record(ISSUING))) == [RemarkKind.AUTHORITY_AS_SERVER]
    assert kinds(found(GOOD, record(ROOT, 2)))[1:] == [RemarkKind.ANCHOR_NOT_SENT]


def test_without_chains_nothing_is_called_unmatched() -> None:
    assert found(GOOD, record(NEXT), chains=()).findings == ()


def test_a_name_of_the_domain_will_do_for_an_authority() -> None:
    other = make_leaf("example.test", ISSUING)
    one = TlsaSet(OWNER, (record(ISSUING, 2),))
    assert kinds(lint([one], [chain(other)], now=NOW)) == [RemarkKind.CHAIN_REFUSED]
    assert lint([one], [chain(other)], domains=["example.test"], now=NOW).findings == ()


def test_chains_of_other_hosts_are_left_alone() -> None:
    other = ShownChain("other", NEXT.chain, host="other.test")
    assert found(GOOD, chains=[chain(OURS), other]).findings == ()


def test_a_bare_key_needs_records_of_keys_only() -> None:
    bare = ShownChain("bare", raw_key=OURS.key.spki)
    assert found(GOOD, record(ISSUING, 2), chains=[bare, chain(OURS)]).findings == ()
    assert kinds(found(record(NEXT), chains=[bare]))[0] is RemarkKind.NOTHING_MATCHES


def test_a_certificate_that_cannot_be_read_is_refused() -> None:
    broken = ShownChain("broken", (b"\x30\0",))
    assert kinds(found(GOOD, chains=[broken]))[0] in (RemarkKind.NOTHING_MATCHES, RemarkKind.CHAIN_REFUSED)
